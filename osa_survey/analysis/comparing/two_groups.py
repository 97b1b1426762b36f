"""Two independent groups of numbers: the difference of their means, with and without equal variances."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from osa_survey.effects.spreads import pooled_sd, variance


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
    first, second = variance(x) / len(x), variance(y) / len(y)
    squared = first + second
    if squared == 0:
        return _tested(x, y, 0.0, math.nan, conf_level)
    df = squared**2 / (first**2 / (len(x) - 1) + second**2 / (len(y) - 1))
    return _tested(x, y, math.sqrt(squared), df, conf_level)


def student_t(x: NDArray[np.float64], y: NDArray[np.float64], conf_level: float = 0.95) -> MeanDifference:
    """Return the difference of means with Student's t test, which assumes equal variances (df = n₁ + n₂ − 2)."""
    return _tested(x, y, pooled_sd(x, y) * math.sqrt(1 / len(x) + 1 / len(y)), len(x) + len(y) - 2.0, conf_level)


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
