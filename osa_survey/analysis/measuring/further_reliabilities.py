"""Further coefficients of reliability under weights, over completed sets, and from all answers by FIML."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from osa_survey.analysis.coefficients import Coefficient
from osa_survey.analysis.estimates import Estimates, joined_sets
from osa_survey.analysis.measuring.item_samples import answers_of
from osa_survey.analysis.measuring.pooled_matrices import said_correlations, square_matrix
from osa_survey.analysis.measuring.reliability_numbers import on_own_scale
from osa_survey.analysis.samples import Sample
from osa_survey.errors import AnalysisError
from osa_survey.psychometrics.exploratory.item_correlations import Kind
from osa_survey.psychometrics.hierarchical_reliability import METHOD, HierarchicalPart, hierarchical_part
from osa_survey.psychometrics.hierarchical_slopes import hierarchical_slopes
from osa_survey.psychometrics.item_statistics import ItemMoments
from osa_survey.psychometrics.ordinal.ordered_answers import MOST
from osa_survey.psychometrics.ordinal.polychorics import BOUND
from osa_survey.psychometrics.reliability_gradients import log_alpha

Floats = NDArray[np.float64]
UNKNOWN = "not estimated: a polychoric correlation is perfect or unknown"
ORDINAL = "alpha of polychoric correlations, hypothetical; log(1 − α), "
NO_SLOPES = "no interval: the information of the solution has no inverse"
OF_SETS = "of the mean correlation matrix of the sets; "
OMEGAS = ("omega_hierarchical", "omega_total")


@dataclass(frozen=True)
class FurtherNumbers:
    """What was asked for beside the coefficients of every scale.

    Attributes
    ----------
    coefficients : dict of str to Coefficient
        ``alpha_ordinal``, ``omega_hierarchical``, ``omega_total``, as asked for.
    hierarchical : HierarchicalPart or None
        The Schmid–Leiman solution of the (pooled) correlations.
    """

    coefficients: dict[str, Coefficient]
    hierarchical: HierarchicalPart | None


def further_numbers(sample: Sample, k: int, *, ordinal_alpha: bool, factors: int, conf_level: float) -> FurtherNumbers:
    """Return further coefficients under the design of a sample, pooled over its sets.

    Parameters
    ----------
    sample : Sample
        Items of those who answered all of them.
    k : int
        Items.
    ordinal_alpha : bool
        Whether alpha of the polychoric correlations is asked for.
    factors : int
        Group factors of omega hierarchical; 1 for none.
    conf_level : float
        Level of the intervals.

    Notes
    -----
    Each coefficient is a function of one correlation matrix, over sets of their mean, with the delta method from its
    covariance (see ``pooled_matrix``): alpha on log(1 − α), both omegas on the logit.
    """
    answers = [answers_of(one, k) for one in sample.sets]
    found: dict[str, Coefficient] = {}
    part = None
    if factors > 1 and k > 2:
        r = _correlations(sample, answers, "pearson")
        part, omegas = hierarchical_numbers(r, sample.n, factors, conf_level)
        found |= omegas
    if ordinal_alpha and k > 2:
        found["alpha_ordinal"] = _ordinal(_polychorics(sample, answers), k, conf_level)
    return FurtherNumbers(found, part)


def hierarchical_numbers(
    r: Estimates | None, n: int, factors: int, conf_level: float
) -> tuple[HierarchicalPart, dict[str, Coefficient]]:
    """Return the Schmid–Leiman solution of correlations and both omegas with their intervals."""
    if r is None:
        part = HierarchicalPart(None, factors, "not estimated: an item does not vary among the complete cases")
        return part, dict.fromkeys(
            OMEGAS, Coefficient(math.nan, method=METHOD.format(factors=factors), warning=part.warning)
        )
    k = round((1 + math.sqrt(1 + 8 * len(r.estimate))) / 2)
    R = square_matrix(r.estimate, k)
    part = hierarchical_part(ItemMoments(n, np.full(k, n), n, np.zeros(k), R), factors)
    method = METHOD.format(factors=factors) + ("; " + OF_SETS if r.pooled else "; ") + f"logit, {r.how}"
    if part.solution is None:
        return part, dict.fromkeys(OMEGAS, Coefficient(math.nan, method=method, warning=part.warning))
    values = part.solution.omega_hierarchical, part.solution.omega_total
    slopes = hierarchical_slopes(R, factors)
    if slopes is None or not np.isfinite(slopes.slopes).all() or not np.isfinite(slopes.logits).all():
        warning = "; ".join(filter(None, (part.warning, NO_SLOPES)))
        return part, {
            name: Coefficient(value, method=method, warning=warning) for name, value in zip(OMEGAS, values, strict=True)
        }
    errors = r.combined(slopes.slopes)
    half = stats.t.ppf(0.5 + conf_level / 2, errors.df) * errors.std_error
    found = {}
    for place, name in enumerate(OMEGAS):
        centre, df = float(slopes.logits[place]), float(errors.df[place])
        bounds = centre - float(half[place]), centre + float(half[place])
        one = on_own_scale(name, centre, float(errors.std_error[place]), bounds, df, method)
        found[name] = one if not part.warning else _warned(one, part.warning)
    return part, found


def _correlations(sample: Sample, answers: Sequence[Floats], kind: Kind) -> Estimates | None:
    said, _ = said_correlations(sample, answers, kind)
    if not all(np.isfinite(one.estimate).all() for one in said):
        return None
    return joined_sets(sample, said)


def _polychorics(sample: Sample, answers: Sequence[Floats]) -> Estimates | Coefficient:
    try:
        said, _ = said_correlations(sample, answers, "polychoric")
    except ValueError:
        return Coefficient(math.nan, warning=f"not estimated: an item has more than {MOST} different answers")
    if not all(np.isfinite(one.estimate).all() and (np.abs(one.estimate) < BOUND).all() for one in said):
        return Coefficient(math.nan, warning=UNKNOWN)
    try:
        return joined_sets(sample, said)
    except AnalysisError as error:
        return Coefficient(math.nan, warning=error.problems[0].message)


def _ordinal(r: Estimates | Coefficient, k: int, conf_level: float) -> Coefficient:
    if isinstance(r, Coefficient):
        return r
    smooth = log_alpha(square_matrix(r.estimate, k))
    if not math.isfinite(smooth.value):
        return Coefficient(math.nan, warning=smooth.warning)
    first, second = np.triu_indices(k, 1)
    errors = r.combined(2 * smooth.gradient[first, second][None, :])
    error, df = float(errors.std_error[0]), float(errors.df[0])
    half = float(stats.t.ppf(0.5 + conf_level / 2, df)) * error
    method = ORDINAL + (OF_SETS if r.pooled else "") + r.how
    return on_own_scale("alpha", smooth.value, error, (smooth.value - half, smooth.value + half), df, method)


def _warned(one: Coefficient, warning: str) -> Coefficient:
    joined = "; ".join(filter(None, (warning, one.warning)))
    return Coefficient(one.estimate, one.std_error, one.low, one.high, one.df, one.method, joined)
