"""The result of ``reliability`` under weights, pooled over imputed sets, or from all answers by FIML."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from osa_survey.analysis.domains import composition_notes, composition_references, composition_words, restricted
from osa_survey.analysis.measuring.fiml_reliabilities import direct_correlations, direct_reliability
from osa_survey.analysis.measuring.further_reliabilities import (
    FurtherNumbers,
    further_numbers,
    hierarchical_numbers,
)
from osa_survey.analysis.measuring.item_samples import item_samples
from osa_survey.analysis.measuring.pooled_matrices import LEE
from osa_survey.analysis.measuring.reliability_numbers import ReliabilityNumbers, pooled_reliability
from osa_survey.analysis.measuring.reliability_parts import coefficient_rows, groups_table, items_table
from osa_survey.analysis.samples import Data, Sample
from osa_survey.errors import AnalysisError, Problem
from osa_survey.psychometrics.categorical_reliability import ordered_categories
from osa_survey.psychometrics.hierarchical_reliability import SCHMID, ZINBARG, schmid_leiman_result
from osa_survey.psychometrics.item_matrices import ItemMatrix
from osa_survey.psychometrics.reliability_details import GUTTMAN, split_half_table
from osa_survey.psychometrics.reliability_requests import ReliabilityRequest
from osa_survey.psychometrics.reliability_sentences import ReliabilityWording
from osa_survey.psychometrics.reliability_tables import CHALMERS, CRONBACH, GREEN, HYPOTHETICAL, MCDONALD
from osa_survey.results import Layout, Result, Show

ORDER = ("omega_categorical", "omega", "alpha")
SMALLEST = 3
NOTE_SCALES = (
    "Intervals are computed on log(1 − α) and logit ω, where the coefficients are nearly normal, and turned back; over "
    "imputed sets they are pooled there."
)
NOTE_BOOTSTRAP = (
    "The error of categorical omega comes from bootstrap samples (of clusters within strata, where a design has no "
    "replicate weights of its own)."
)
NOTE_FIML = (
    "Every answer counts, also of respondents with gaps. Valid where gaps are missing at random given the other items "
    "and the items are multivariate normal; categorical omega has no such estimate."
)
NOTE_MATRIX = (
    "Ordinal alpha and both omegas of several factors are functions of one correlation matrix, over imputed sets of "
    "the mean of theirs, with errors by the delta method."
)
NOTE_PAIRWISE = "Alpha and item statistics use everybody who answered both items of a pair; all else complete cases."
NOTE_DETAILS = (
    "Feldt's and Duhachek and Iacobucci's intervals and those of resampled respondents are left out: they are for one "
    "complete sample of independent respondents who count alike."
)
MEAN_COVARIANCES = "Of the mean covariances of the sets."
REFERENCE_ADF = (
    "Maydeu-Olivares, A., Coffman, D. L., & Hartmann, W. M. (2007). Asymptotically distribution-free (ADF) interval "
    "estimation of coefficient alpha. Psychological Methods, 12(2), 157–176. doi:10.1037/1082-989X.12.2.157"
)
REFERENCE_SCALES = (
    "White, I. R., Royston, P., & Wood, A. M. (2011). Multiple imputation using chained equations: Issues and guidance "
    "for practice. Statistics in Medicine, 30(4), 377–399. doi:10.1002/sim.4067"
)
REFERENCE_FIML = (
    "Enders, C. K. (2004). The impact of missing data on sample reliability estimates: Implications for reliability "
    "reporting practices. Educational and Psychological Measurement, 64(3), 419–436. doi:10.1177/0013164403261050"
)


def composed_reliability(data: Data, request: ReliabilityRequest) -> Result:
    """Return the reliability of a scale where the plain formulas do not hold.

    Parameters
    ----------
    data : ScoredData, ImputedData or DataFrame
        The data.
    request : ReliabilityRequest
        What is asked for.

    Raises
    ------
    AnalysisError
        ``one_item``, ``too_few_respondents``, ``no_variance``.
    """
    fiml, pairwise = request.missing == "fiml", request.missing == "pairwise"
    by, conf_level = request.by, request.conf_level
    items, sample, replicated = item_samples(
        data, request.scale, by, request.draws, request.seed, any_answer=pairwise or fiml
    )
    k = len(items.columns)
    everybody = sample
    if pairwise:
        sample, replicated = (_complete(whole, k) for whole in (sample, replicated))
    _check(items, everybody if fiml else sample, fiml)
    order = _order(items, request.coefficient, fiml)
    grouping = None if by is None else sample.first.columns[-1]

    def numbers(own: Sample, again: Sample, anybody: Sample) -> ReliabilityNumbers:
        if fiml:
            return direct_reliability(own, k, order, conf_level)
        return pooled_reliability(
            own, again, order, k, conf_level=conf_level, draws=request.draws, seed=request.seed,
            everybody=anybody if pairwise else None,
        )  # fmt: skip

    found = numbers(sample, replicated, everybody)
    if math.isnan(found.coefficients["alpha"].estimate):
        message = f"'{items.name}': {found.coefficients['alpha'].warning or 'alpha is not defined'}"
        raise AnalysisError(
            Problem("no_variance", message, column=items.name, hint="look at the answers with describe")
        )
    further = _further_numbers(sample, k, found.n, request)
    more = {"items": items_table(items, found, fiml=fiml)}
    if grouping is not None:
        parts = {}
        for label, code in zip(grouping.info.labels, grouping.info.codes, strict=True):
            own, again, anybody = (_of_group(whole, code) for whole in (sample, replicated, everybody))
            parts[label] = _group(lambda a, b, c=anybody: numbers(a, b, c), own, again, k)
        more["groups"] = groups_table(items, found, parts, order, grouping, conf_level)
    composed = None if fiml and sample.design is None else sample
    more |= _further_tables(items, found, further, composed, details=request.details, seed=request.seed)
    rest = len(items.values) - found.n_alpha
    return Result.from_rows(
        coefficient_rows(items, found, order, conf_level, further),
        title=f"Reliability of {items.title}",
        analysis="reliability",
        method=_method(order, fiml) + composition_words(composed),
        n_used=found.n_alpha,
        n_dropped=rest,
        settings=_settings(items, order, request),
        notes=(*_notes(order, further, request), *composition_notes(composed)),
        references=_references(order, fiml=fiml, imputed=sample.imputed)
        + _further_references(further, sample, details=request.details)
        + composition_references(composed),
        more=more,
        labels={items.name: items.title},
        wording=ReliabilityWording(items.title, order),
        layout=Layout(
            rows=("outcome",),
            show=(
                *(Show(name, part) for name in (*order, *further.coefficients) for part in ("estimate", "interval")),
                Show("alpha_standardised"),
                Show("inter_item_r"),
                Show("alpha", "n"),
            ),
            row_head="Scale",
        ),
        plot="item_rest_bars",
    )


def _further_numbers(sample: Sample, k: int, n: int, request: ReliabilityRequest) -> FurtherNumbers:
    """Return ordinal alpha and the omegas of several factors, where asked for; FIML has no ordinal alpha."""
    factors, conf_level = request.factors, request.conf_level
    if request.missing != "fiml":
        return further_numbers(sample, k, ordinal_alpha=request.ordinal_alpha, factors=factors, conf_level=conf_level)
    if factors < 2 or k < 3:
        return FurtherNumbers({}, None)
    part, omegas = hierarchical_numbers(direct_correlations(sample, k), n, factors, conf_level)
    return FurtherNumbers(omegas, part)


def _settings(items: ItemMatrix, order: Sequence[str], request: ReliabilityRequest) -> dict[str, Any]:
    return {
        "scale": items.name,
        "coefficient": order[0],
        "conf_level": request.conf_level,
        "missing": request.missing,
        "ordinal_alpha": request.ordinal_alpha,
        "details": request.details,
        "factors": request.factors,
        "draws": request.draws,
        "seed": request.seed,
        **({"by": request.by} if request.by else {}),
    }


def _notes(order: Sequence[str], further: FurtherNumbers, request: ReliabilityRequest) -> list[str]:
    notes = [NOTE_FIML if request.missing == "fiml" else NOTE_SCALES]
    notes += [NOTE_BOOTSTRAP] if "omega_categorical" in order else []
    notes += [HYPOTHETICAL] if "alpha_ordinal" in further.coefficients else []
    notes += [NOTE_MATRIX] if further.coefficients else []
    notes += [NOTE_PAIRWISE] if request.missing == "pairwise" else []
    notes += [NOTE_DETAILS] if request.details else []
    return notes


def _complete(sample: Sample, k: int) -> Sample:
    return restricted(
        sample, lambda one: np.logical_and.reduce([~np.isnan(column.values) for column in one.columns[:k]])
    )


def _further_tables(
    items: ItemMatrix,
    found: ReliabilityNumbers,
    further: FurtherNumbers,
    sample: Sample | None,
    *,
    details: bool,
    seed: int,
) -> dict[str, Result]:
    tables: dict[str, Result] = {}
    base = f"{items.name}|used"
    if further.hierarchical is not None:
        loadings = schmid_leiman_result(further.hierarchical, items, found.n, base)
        tables |= {"schmid_leiman": loadings} if loadings is not None else {}
    if details:
        covariance = found.mean(lambda one: one.moments.covariance)
        notes = (MEAN_COVARIANCES,) if sample is not None and sample.imputed else ()
        cell = base if found.n_alpha == found.n else f"{items.name}|any answer"
        words = composition_words(sample)
        tables["split_half"] = split_half_table(items, covariance, found.n_alpha, (seed, 0), cell, words, notes)
    return tables


def _further_references(further: FurtherNumbers, sample: Sample, *, details: bool) -> tuple[str, ...]:
    found = [SCHMID, ZINBARG] if further.hierarchical is not None else []
    found += [CHALMERS] if "alpha_ordinal" in further.coefficients else []
    found += [LEE] if further.coefficients and sample.imputed else []
    return (*found, *((GUTTMAN,) if details else ()))


def _check(items: ItemMatrix, sample: Sample, fiml: bool) -> None:
    if len(items.columns) < 2:
        message = f"'{items.name}' has one item: internal consistency needs at least two"
        raise AnalysisError(Problem("one_item", message, column=items.name))
    if not fiml and sample.n < SMALLEST:
        message = f"'{items.name}': fewer than {SMALLEST} respondents gave answers to all items"
        raise AnalysisError(Problem("too_few_respondents", message, column=items.name))


def _order(items: ItemMatrix, coefficient: str | None, fiml: bool) -> tuple[str, ...]:
    several = len(items.columns) > 2
    categorical = (
        several and not fiml and (coefficient == "omega_categorical" or ordered_categories(items.values) is not None)
    )
    there = {"omega_categorical": categorical, "omega": several, "alpha": True}
    names = (coefficient, *ORDER) if coefficient else ORDER
    return tuple(dict.fromkeys(name for name in names if there[name]))


def _of_group(sample: Sample, code: float) -> Sample:
    return restricted(sample, lambda one: np.asarray(one.columns[-1].values == code))


def _group(numbers: Any, own: Sample, again: Sample, k: int) -> ReliabilityNumbers | str:
    if own.n <= k:
        return "not estimated: no more respondents than items"
    try:
        found: ReliabilityNumbers = numbers(own, again)
    except AnalysisError as error:
        return f"not estimated: {error.problems[0].message}"
    return found


def _method(order: Sequence[str], fiml: bool) -> str:
    texts = {
        "omega_categorical": "categorical omega of a one-factor model of polychoric correlations with bootstrap errors",
        "omega": "McDonald's omega of a one-factor maximum likelihood model with delta-method intervals",
        "alpha": "Cronbach's alpha with delta-method intervals",
    }
    text = "; ".join(texts[name] for name in order) + ("; covariances by FIML from all answers" if fiml else "")
    return text[0].upper() + text[1:]


def _references(order: Sequence[str], *, fiml: bool, imputed: bool) -> tuple[str, ...]:
    found = [GREEN] if "omega_categorical" in order else []
    found += [MCDONALD] if "omega" in order else []
    found += [CRONBACH, REFERENCE_FIML if fiml else REFERENCE_ADF]
    return (*found, *((REFERENCE_SCALES,) if imputed else ()))
