"""Alpha and omega under weights, pooled over imputed sets, or from all answers by FIML: numbers of one group."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import special

from osa_survey.analysis.coefficients import Coefficient
from osa_survey.analysis.estimates import estimated
from osa_survey.analysis.measuring.item_samples import answers_of
from osa_survey.analysis.samples import CompletedSet, Sample
from osa_survey.analysis.set_estimates import SetEstimate, of_statistics
from osa_survey.dataset import SurveyDesign
from osa_survey.errors import AnalysisError
from osa_survey.psychometrics import ItemMoments, ItemStatistics, statistics_of
from osa_survey.psychometrics.ordinal.ordered_answers import MOST
from osa_survey.psychometrics.reliability_gradients import (
    SmoothCoefficient,
    log_alpha,
    logit_omega,
    omegas_under_weights,
    pairwise_covariance,
    pairwise_influence,
    weighted_covariance,
)
from osa_survey.psychometrics.resampling import ENOUGH, resampled_counts
from osa_survey.weighting import Statistics

Floats = NDArray[np.float64]
Smooth = Callable[[Floats], SmoothCoefficient]
SMOOTH: dict[str, Smooth] = {"alpha": log_alpha, "omega": logit_omega}
SCALES = {"alpha": "log(1 − α)", "omega": "logit ω", "omega_categorical": "logit ω"}
NO_CATEGORICAL = "not estimated: the categorical one-factor model has no proper solution"
NO_BOOTSTRAP = "no interval: too few bootstrap samples gave an estimate"


@dataclass(frozen=True, repr=False)
class ReliabilityNumbers:
    """The reliability of one group of respondents.

    Attributes
    ----------
    n : int
        Respondents.
    coefficients : dict of str to Coefficient
        By name.
    statistics : tuple of ItemStatistics
        Of each completed set (one otherwise).
    n_alpha : int
        Respondents behind alpha and item statistics.
    complete_covariances : tuple of ndarray of float, shape (items, items)
        Of those behind the other coefficients, of each set.
    """

    n: int
    coefficients: dict[str, Coefficient]
    statistics: tuple[ItemStatistics, ...]
    n_alpha: int
    complete_covariances: tuple[Floats, ...]

    def mean(self, of: Callable[[ItemStatistics], Any]) -> Floats:
        """Return a number, or an array of them, as its mean over the sets."""
        return np.asarray(np.mean([of(one) for one in self.statistics], axis=0), dtype=np.float64)


def pooled_reliability(
    sample: Sample,
    replicated: Sample,
    names: Sequence[str],
    k: int,
    *,
    conf_level: float,
    draws: int,
    seed: int,
    everybody: Sample | None = None,
) -> ReliabilityNumbers:
    """Return coefficients under the design of a sample, pooled over its sets.

    Parameters
    ----------
    sample, replicated : Sample
        Those looked at; with their design, and with replicate weights (used by categorical omega).
    names : sequence of str
        ``alpha``, ``omega``, ``omega_categorical``.
    k : int
        Items.
    conf_level : float
        Level of the intervals.
    draws, seed : int
        Bootstrap samples of categorical omega without a design.
    everybody : Sample, optional
        Those with an answer to some item, for alpha of pairwise covariances; by default alpha takes ``sample``.
    """
    for_alpha = sample if everybody is None else everybody
    found = {}
    for name in names:
        try:
            if name == "omega_categorical":
                found[name] = _categorical(replicated, k, conf_level, draws, seed)
            else:
                found[name] = _smooth(for_alpha if name == "alpha" else sample, name, k, conf_level)
        except AnalysisError as error:
            found[name] = Coefficient(math.nan, warning=error.problems[0].message)
        except ValueError:
            why = f"not estimated: an item has more than {MOST} different answers"
            found[name] = Coefficient(math.nan, warning=why)
    statistics = tuple(_statistics(one, k) for one in for_alpha.sets)
    covariances = tuple(weighted_covariance(answers_of(one, k), _weights(one)) for one in sample.sets)
    return ReliabilityNumbers(sample.n, found, statistics, for_alpha.n, covariances)


def _smooth(sample: Sample, name: str, k: int, conf_level: float) -> Coefficient:
    of_covariance = SMOOTH[name]
    each = [of_covariance(_covariance(answers_of(one, k), _weights(one))) for one in sample.sets]
    undefined = next((one.warning for one in each if not math.isfinite(one.value)), "")
    if undefined:
        return Coefficient(math.nan, warning=undefined)

    def statistic(one: CompletedSet) -> SetEstimate:
        values = answers_of(one, k)

        def of_weights(weights: Floats) -> Statistics:
            coefficient = of_covariance(_covariance(values, weights))
            gaps = bool(np.isnan(values).any())
            return Statistics(
                np.array([coefficient.value]),
                lambda: (pairwise_influence(coefficient, values, weights) if gaps
                         else coefficient.influence(values, weights)),
            )  # fmt: skip

        return of_statistics(
            one, of_weights, df=one.n - 1.0, how="distribution-free covariance", what=f"{name} of these items"
        )

    return back_transformed(sample, statistic, name, conf_level)


def _categorical(sample: Sample, k: int, conf_level: float, draws: int, seed: int) -> Coefficient:
    each = [float(omegas_under_weights(answers_of(one, k), _weights(one)[:, None])[0]) for one in sample.sets]
    if not np.isfinite(each).all():
        return Coefficient(math.nan, warning=NO_CATEGORICAL)
    if not draws and (sample.design is None or sample.design.replicates is None):
        return Coefficient(float(special.expit(np.mean(special.logit(each)))), method="no interval")
    drawn = [_drawn(one, k, draws, (seed, position)) for position, one in enumerate(sample.sets)]
    failed = max(found.failed for found in drawn)
    if any(found.failed > (1 - ENOUGH) * len(found.values) for found in drawn):
        return Coefficient(float(special.expit(np.mean(special.logit(each)))), warning=NO_BOOTSTRAP)
    sets = tuple(replace(one, design=found.design) for one, found in zip(sample.sets, drawn, strict=True))
    known = {id(one): (value, found) for one, value, found in zip(sets, each, drawn, strict=True)}

    def statistic(one: CompletedSet) -> SetEstimate:
        estimate, found = known[id(one)]
        return SetEstimate(
            special.logit(np.array([estimate])),
            covariance=lambda: np.array([[found.proper.var(ddof=1)]]),
            refit=lambda many: (found.values if many.shape[1] == len(found.values) else found.proper)[:, None],
            df=one.n - 1.0,
            how=f"bootstrap covariance ({len(found.values)} samples)",
            what="categorical omega",
        )

    result = back_transformed(replace(sample, sets=sets), statistic, "omega_categorical", conf_level)
    return replace(result, warning=f"{failed} bootstrap samples gave no estimate") if failed else result


@dataclass(frozen=True, repr=False)
class _Drawn:
    """Logits of categorical omega in replicates, and the design with those in which it is defined."""

    values: Floats
    design: SurveyDesign | None

    @property
    def proper(self) -> Floats:
        """Those that are defined."""
        return self.values[np.isfinite(self.values)]

    @property
    def failed(self) -> int:
        """How many are not defined."""
        return int((~np.isfinite(self.values)).sum())


def _drawn(one: CompletedSet, k: int, draws: int, seed: tuple[int, int]) -> _Drawn:
    """Return one set's replicates: its design's, or bootstrap samples of respondents.

    Bootstrap replicates in which omega is not defined are left out, as of plain data; of other kinds none can be.
    """
    values = answers_of(one, k)
    if one.design is None or one.design.replicates is None:
        counts = np.concatenate(list(resampled_counts(len(values), draws, seed, draws)))
        return _Drawn(special.logit(omegas_under_weights(values, counts.T.astype(np.float64))), one.design)
    replicates = one.design.replicates
    found = special.logit(omegas_under_weights(values, replicates.weights[one.used]))
    proper = np.isfinite(found)
    if replicates.kind != "bootstrap" or proper.all() or not proper.any():
        return _Drawn(found, one.design)
    fewer = replace(
        replicates,
        weights=replicates.weights[:, proper],
        scale=replicates.scale * len(proper) / int(proper.sum()),
        rscales=replicates.rscales[proper],
    )
    return _Drawn(found, replace(one.design, replicates=fewer))


def back_transformed(
    sample: Sample, statistic: Callable[[CompletedSet], SetEstimate], name: str, conf_level: float
) -> Coefficient:
    """Return a coefficient that a statistic gives on its scale of inference."""
    found = estimated(sample, statistic)
    low, high = (float(bound[0]) for bound in found.interval(conf_level))
    value, error, df = float(found.estimate[0]), float(found.std_error[0]), float(found.df[0])
    return on_own_scale(name, value, error, (low, high), df, f"{SCALES[name]}, {found.how}")


def on_own_scale(
    name: str, value: float, error: float, bounds: tuple[float, float], df: float, method: str
) -> Coefficient:
    """Return a coefficient from its scale of inference."""
    low, high = bounds
    warning = "" if math.isfinite(low) else "no interval: the error is not defined under some replicate weights"
    if name == "alpha":
        rest = math.exp(value)
        return Coefficient(1 - rest, error * rest, 1 - math.exp(high), 1 - math.exp(low), df, method, warning)
    share = float(special.expit(value))
    ends = float(special.expit(low)), float(special.expit(high))
    return Coefficient(share, error * share * (1 - share), *ends, df, method, warning)


def _weights(one: CompletedSet) -> Floats:
    return np.ones(one.n) if one.weights is None else one.weights


def _covariance(values: Floats, weights: Floats) -> Floats:
    return pairwise_covariance(values, weights) if np.isnan(values).any() else weighted_covariance(values, weights)


def _statistics(one: CompletedSet, k: int) -> ItemStatistics:
    values, weights = answers_of(one, k), _weights(one)
    n, answered = len(values), ~np.isnan(values)
    if answered.all():
        covariance = weighted_covariance(values, weights) * n / (n - 1)
    else:
        covariance = pairwise_covariance(values, weights)
    own = answered * weights[:, None]
    means = (own * np.where(answered, values, 0.0)).sum(axis=0) / own.sum(axis=0)
    return statistics_of(ItemMoments(n, answered.sum(axis=0), n, means, covariance))
