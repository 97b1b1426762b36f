"""Weighted quantiles with Woodruff's intervals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from osa_survey.dataset import SurveyDesign
from osa_survey.errors import AnalysisError, nearest
from osa_survey.weighting.means import weighted_means
from osa_survey.weighting.proportions import proportion_interval
from osa_survey.weighting.statistics import under_design

Floats = NDArray[np.float64]
QuantileRule = Literal["math", "school", "linear"]
IntervalKind = Literal["mean", "logit", "beta"]
SAME_SHARE = 1e-10
"""Cumulated weights this near to a probability reach it: sums of equal weights are not exact in binary."""


@dataclass(frozen=True)
class Quantile:
    """One weighted quantile.

    Attributes
    ----------
    probability, estimate, low, high : float
        The quantile and its interval; a bound is NaN where the interval of the proportion leaves 0 to 1.
    std_error : float
        Width of the interval over twice the critical value.
    """

    probability: float
    estimate: float
    low: float
    high: float
    std_error: float


def weighted_quantiles(
    values: Floats, weights: Floats, probabilities: Sequence[float], rule: QuantileRule = "math"
) -> Floats:
    """Return weighted quantiles.

    Parameters
    ----------
    values, weights : ndarray of float, shape (respondents,)
        Numbers and weights; NaN and a weight of 0 stand outside.
    probabilities : sequence of float
        From 0 to 1.
    rule : {"math", "school", "linear"}
        ``math``: the smallest value at which the cumulated weight reaches the probability (the inverse of the
        distribution function). ``school``: the same, but the mean of both neighbours where it is reached exactly.
        ``linear``: between order statistics, type 7 of Hyndman & Fan with weights.

    Returns
    -------
    ndarray of float, shape (probabilities,)
        NaN without values.

    Notes
    -----
    Whether a probability is reached is judged up to rounding; R's ``survey`` compares sums of weights exactly, so that
    with equal weights it may return the value after the one that reaches the probability.

    Examples
    --------
    >>> weighted_quantiles(np.array([1.0, 2.0, 3.0, 4.0]), np.ones(4), [0.5], "school")
    array([2.5])
    """
    if rule not in ("math", "school", "linear"):
        raise AnalysisError(f"there is no quantile rule '{rule}'", hint=nearest(rule, ["math", "school", "linear"]))
    wanted = np.asarray(probabilities, dtype=float)
    inside = ~np.isnan(values) & (weights > 0)
    if not inside.any():
        return np.full(len(wanted), np.nan)
    x, w = values[inside], weights[inside]
    order = np.argsort(x, kind="stable")
    x, cumulated = x[order], np.cumsum(w[order])
    if rule == "linear":
        if len(x) == 1:
            return np.full(len(wanted), x[0])
        between: Floats = np.interp(wanted, np.concatenate([[0.0], cumulated[:-1]]) / cumulated[-2], x)
        return between
    close = SAME_SHARE * cumulated[-1]
    reached = np.searchsorted(cumulated, wanted * cumulated[-1] + close, side="right") - 1
    following = np.minimum(reached + 1, len(x) - 1)
    lower = np.maximum(reached, 0)
    exact = (reached >= 0) & (np.abs(wanted * cumulated[-1] - cumulated[lower]) <= close)
    at_step = x[lower] if rule == "math" else (x[lower] + x[following]) / 2
    found: Floats = np.where(exact, at_step, x[following])
    return found


def design_quantiles(
    values: Floats,
    design: SurveyDesign,
    probabilities: Sequence[float],
    *,
    rule: QuantileRule = "math",
    interval: IntervalKind = "mean",
    conf_level: float = 0.95,
) -> tuple[Quantile, ...]:
    """Return weighted quantiles with Woodruff's interval: that of the proportion below, turned back into values.

    Parameters
    ----------
    values : ndarray of float, shape (respondents,)
        Numbers; NaN stands outside.
    design : SurveyDesign
        The design, or a domain of it.
    probabilities : sequence of float
        From 0 to 1.
    rule : {"math", "school", "linear"}
        See ``weighted_quantiles``.
    interval : {"mean", "logit", "beta"}
        Interval of the proportion.
    conf_level : float
        Confidence level.

    References
    ----------
    Woodruff, R. S. (1952). Confidence intervals for medians and other position measures.
    doi:10.1080/01621459.1952.10483443
    """
    design = design.within(~np.isnan(values))
    found = []
    for probability, estimate in zip(
        probabilities, weighted_quantiles(values, design.weights, probabilities, rule), strict=True
    ):
        below = (np.where(np.isnan(values), np.inf, values) <= estimate).astype(float)
        share = under_design(lambda w, below=below: weighted_means(below, w), design)  # type: ignore[misc]
        n = int((design.weights > 0).sum())
        bounds = proportion_interval(
            float(share.estimate[0]), float(share.std_error[0]), share.df, n, kind=interval, conf_level=conf_level
        )
        low, high = (
            float(weighted_quantiles(values, design.weights, [bound], rule)[0]) if 0 <= bound <= 1 else float("nan")
            for bound in bounds
        )
        critical = float(stats.t.ppf((1 + conf_level) / 2, share.df)) if share.df > 0 else float("nan")
        found.append(Quantile(float(probability), float(estimate), low, high, (high - low) / (2 * critical)))
    return tuple(found)
