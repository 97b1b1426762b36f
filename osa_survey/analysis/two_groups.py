"""Two independent groups of numbers: the difference of their means, and its size in standard deviations."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import special, stats

from osa_survey.analysis.moments import is_constant
from osa_survey.analysis.noncentral_intervals import noncentral_t_interval


@dataclass(frozen=True)
class MeanDifference:
    """The difference of two means with its t test.

    Attributes
    ----------
    difference : float
        Mean of the first minus mean of the second group.
    std_error, low, high : float
        Its standard error and interval.
    t, df, p_value : float
        The test of a difference of zero, two-sided.

    Notes
    -----
    Without any variance the standard error is zero and the interval and the test are NaN.
    """

    difference: float
    std_error: float
    low: float
    high: float
    t: float
    df: float
    p_value: float


@dataclass(frozen=True)
class StandardisedDifference:
    """A difference of means in standard deviations, with its interval.

    Attributes
    ----------
    estimate, low, high : float
        NaN without any variance.
    """

    estimate: float
    low: float
    high: float


def welch_t(x: NDArray[np.float64], y: NDArray[np.float64], conf_level: float = 0.95) -> MeanDifference:
    """Return the difference of means with Welch's t test, which does not assume equal variances.

    Notes
    -----
    SE² = s₁²/n₁ + s₂²/n₂; df = SE⁴ / (s₁⁴/(n₁²(n₁ − 1)) + s₂⁴/(n₂²(n₂ − 1))).

    References
    ----------
    Welch, B. L. (1947). The generalization of Student's problem when several different population variances are
    involved. Biometrika, 34(1–2), 28–35. doi:10.1093/biomet/34.1-2.28
    """
    first, second = _variance(x) / len(x), _variance(y) / len(y)
    squared = first + second
    if squared == 0:
        return _tested(x, y, 0.0, math.nan, conf_level)
    df = squared**2 / (first**2 / (len(x) - 1) + second**2 / (len(y) - 1))
    return _tested(x, y, math.sqrt(squared), df, conf_level)


def student_t(x: NDArray[np.float64], y: NDArray[np.float64], conf_level: float = 0.95) -> MeanDifference:
    """Return the difference of means with Student's t test, which assumes equal variances (df = n₁ + n₂ − 2)."""
    return _tested(x, y, pooled_sd(x, y) * math.sqrt(1 / len(x) + 1 / len(y)), len(x) + len(y) - 2.0, conf_level)


def cohens_d(x: NDArray[np.float64], y: NDArray[np.float64], conf_level: float = 0.95) -> StandardisedDifference:
    """Return the difference of means over the pooled standard deviation, with a noncentral t interval.

    Notes
    -----
    d = (m₁ − m₂)/s_pooled and t = d/√(1/n₁ + 1/n₂); the bounds are those of the noncentrality of t, times
    √(1/n₁ + 1/n₂).

    References
    ----------
    Steiger, J. H. (2004). Beyond the F test. Psychological Methods, 9(2), 164–182. doi:10.1037/1082-989X.9.2.164
    """
    spread = pooled_sd(x, y)
    if spread == 0:
        return StandardisedDifference(math.nan, math.nan, math.nan)
    d = float(x.mean() - y.mean()) / spread
    scale = math.sqrt(1 / len(x) + 1 / len(y))
    bounds = noncentral_t_interval(d / scale, len(x) + len(y) - 2, conf_level)
    return StandardisedDifference(d, bounds.low * scale, bounds.high * scale)


def hedges_g(x: NDArray[np.float64], y: NDArray[np.float64], conf_level: float = 0.95) -> StandardisedDifference:
    """Return Cohen's d corrected for its bias in small samples; the bounds are corrected alike.

    Notes
    -----
    g = J d with J = Γ(df/2) / (√(df/2) Γ((df − 1)/2)) and df = n₁ + n₂ − 2.

    References
    ----------
    Hedges, L. V. (1981). Distribution theory for Glass's estimator of effect size. Journal of Educational Statistics,
    6(2), 107–128. doi:10.3102/10769986006002107
    """
    d = cohens_d(x, y, conf_level)
    correction = small_sample_correction(len(x) + len(y) - 2)
    return StandardisedDifference(d.estimate * correction, d.low * correction, d.high * correction)


def small_sample_correction(df: float) -> float:
    """Return Hedges' exact factor J; it needs two degrees of freedom or more.

    Examples
    --------
    >>> round(small_sample_correction(10), 6)
    0.922746
    """
    return float(np.exp(special.gammaln(df / 2) - special.gammaln((df - 1) / 2) - 0.5 * math.log(df / 2)))


def pooled_sd(x: NDArray[np.float64], y: NDArray[np.float64]) -> float:
    """Return the standard deviation within two groups, pooled over their degrees of freedom."""
    squares = (len(x) - 1) * _variance(x) + (len(y) - 1) * _variance(y)
    return math.sqrt(squares / (len(x) + len(y) - 2))


def _variance(values: NDArray[np.float64]) -> float:
    """Return the variance; exactly zero for a constant, where rounding would leave a trace."""
    return 0.0 if is_constant(values) else float(values.var(ddof=1))


def _tested(
    x: NDArray[np.float64], y: NDArray[np.float64], std_error: float, df: float, conf_level: float
) -> MeanDifference:
    difference = float(x.mean() - y.mean())
    if std_error == 0:
        return MeanDifference(difference, 0.0, math.nan, math.nan, math.nan, math.nan, math.nan)
    t = difference / std_error
    half = float(stats.t.ppf((1 + conf_level) / 2, df)) * std_error
    p_value = 2 * float(stats.t.sf(abs(t), df))
    return MeanDifference(difference, std_error, difference - half, difference + half, t, df, p_value)
