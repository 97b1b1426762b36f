"""One correlation of a pair of variables in a group: of plain data, under weights, or pooled over imputed sets."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from osa_survey.analysis.correlating.associations import (
    FEWEST_FOR_TAU,
    Correlation,
    CorrelationMethod,
    kendall,
    kendall_variance,
    pearson,
    spearman,
)
from osa_survey.analysis.estimates import Estimates, estimated
from osa_survey.analysis.samples import CompletedSet, Sample
from osa_survey.analysis.set_estimates import SetEstimate, of_statistics
from osa_survey.errors import AnalysisError, Problem
from osa_survey.weighting import Statistics, weighted_correlations, weighted_kendall, weighted_spearman

Floats = NDArray[np.float64]
METHODS: dict[str, Callable[[Floats, Floats, float], Correlation]] = {
    "pearson": pearson,
    "spearman": spearman,
    "kendall": kendall,
}
COMPOSED = {
    "pearson": "Pearson's r, t interval of Fisher's z",
    "spearman": "Spearman's ρ, t interval of Fisher's z with Bonett and Wright's variance",
    "kendall": "Kendall's τ_b, t interval of Fisher's z with the variance of Fieller, Hartley and Pearson",
}
WEIGHTED = {
    "pearson": COMPOSED["pearson"],
    "spearman": "Spearman's ρ of weighted mid-ranks, t interval of Fisher's z",
    "kendall": "Kendall's τ_b of weighted pairs, t interval of Fisher's z",
}
CROUX = (
    "Croux, C., & Dehon, C. (2010). Influence functions of the Spearman and Kendall correlation measures. Statistical "
    "Methods & Applications, 19(4), 497–515. doi:10.1007/s10260-010-0142-z"
)
FEWEST = 4
PAIR = np.array([[0, 1]])


def composed_correlation(sample: Sample, method: CorrelationMethod, conf_level: float) -> Correlation:
    """Return the correlation of the first two variables of a sample under its design, pooled over its sets.

    Parameters
    ----------
    sample : Sample
        A pair of variables, restricted to those who count.
    method : {"pearson", "spearman", "kendall"}
        The coefficient.
    conf_level : float
        Level of the interval.

    Notes
    -----
    On Fisher's z: variance V(r)/(1 − r²)² with V(r) of the design; without weights 1/(n − 3), for ranks
    (1 + ρ²/2)/(n − 3) and 0.437/(n − 4). Under weights ρ and τ_b take weighted ranks and pairs, so that whole weights
    are repeated rows, and V follows from their influence functions or from replicates. Pooled on Fisher's z; t and its
    interval have the degrees of freedom of the design or of Barnard and Rubin. NaN with fewer than four people or a
    constant.

    References
    ----------
    Croux, C., & Dehon, C. (2010). Influence functions of the Spearman and Kendall correlation measures. Statistical
    Methods & Applications, 19(4), 497–515. doi:10.1007/s10260-010-0142-z
    """
    nan = math.nan
    n = sample.n
    values = [_coefficient(one, method) for one in sample.sets]
    fewest = FEWEST_FOR_TAU if method == "kendall" else FEWEST
    if n < fewest or any(math.isnan(value) for value in values):
        return Correlation(n, nan, nan, nan, nan, nan, nan)
    if any(abs(value) >= 1 for value in values):
        message = "a correlation is perfect under weights or in a completed set: Fisher's z is not defined"
        raise AnalysisError(Problem("perfect_correlation", message, hint="take one of the two variables out"))
    found = fisher_z(sample, method)
    low, high = found.interval(conf_level)
    t, df, p = float(found.statistic()[0]), float(found.df[0]), float(found.p_value()[0])
    return Correlation(
        n, math.tanh(float(found.estimate[0])), math.tanh(float(low[0])), math.tanh(float(high[0])), t, df, p
    )


def fisher_z(sample: Sample, method: CorrelationMethod = "pearson") -> Estimates:
    """Return Fisher's z of the correlation of the first two variables, under the design, pooled over the sets."""
    return estimated(sample, lambda one: _on_z(one, method))


def _coefficient(one: CompletedSet, method: CorrelationMethod) -> float:
    if one.n < FEWEST:
        return math.nan
    if one.design is None:
        return float(METHODS[method](one.values(0), one.values(1), 0.95).estimate)
    if any(np.ptp(one.values(position)) == 0 for position in (0, 1)):
        return math.nan
    return float(_weighted(one, one.design.weights[one.used], method).estimate[0])


def _weighted(one: CompletedSet, weights: Floats, method: CorrelationMethod) -> Statistics:
    if method == "spearman":
        return weighted_spearman(one.values(0), one.values(1), weights)
    if method == "kendall":
        return weighted_kendall(one.values(0), one.values(1), weights)
    return weighted_correlations(np.column_stack([one.values(0), one.values(1)]), PAIR, weights)


def _on_z(one: CompletedSet, method: CorrelationMethod) -> SetEstimate:
    if one.design is None:
        r = _coefficient(one, method)
        inflation = 1.0 if method == "pearson" else 1 + r**2 / 2
        variance = kendall_variance(one.n) if method == "kendall" else inflation / (one.n - 3)
        return SetEstimate(
            np.array([math.atanh(r)]), lambda: np.array([[variance]]), df=one.n - 2.0, what="the correlation"
        )

    def statistic(weights: Floats) -> Statistics:
        found = _weighted(one, weights, method)
        slope = 1 / (1 - found.estimate**2)
        return Statistics(np.arctanh(found.estimate), lambda: found.contributions() * slope)

    return of_statistics(one, statistic, what="the correlation")


def normal_p(estimate: float, std_error: float) -> float:
    """Return the two-sided p value of a normal test against zero."""
    return 2 * float(stats.norm.sf(abs(estimate / std_error))) if std_error > 0 else math.nan
