"""Descriptive statistics of one array of numbers."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import stats

PROBABILITIES = (0.25, 0.5, 0.75)


@dataclass(frozen=True)
class Moments:
    """What describes the distribution of a number.

    Attributes
    ----------
    n : int
        How many values.
    mean, mean_low, mean_high : float
        The mean and its t interval.
    std_error : float
        Standard error of the mean.
    sd : float
        Standard deviation with denominator n − 1.
    median : float
        The median.
    quartiles : tuple of float
        The .25, .5 and .75 quantiles, type 7.
    skewness : float
        Skewness, type 2.

    Notes
    -----
    Undefined numbers are NaN: everything without values, the standard deviation with one value, skewness with fewer
    than three or without variance.
    """

    n: int
    mean: float
    mean_low: float
    mean_high: float
    std_error: float
    sd: float
    median: float
    quartiles: tuple[float, ...]
    skewness: float


def moments(values: NDArray[np.float64], conf_level: float = 0.95) -> Moments:
    """Return the moments and quartiles of an array without gaps.

    Parameters
    ----------
    values : ndarray of float, shape (n,)
        Numbers.
    conf_level : float
        Confidence level of the interval of the mean.

    Notes
    -----
    The interval is mean ± t(n − 1) · SD/√n. Quantiles are linear between order statistics (type 7 of Hyndman & Fan).
    Skewness is type 2, g₁ √(n(n − 1))/(n − 2), as SPSS and SAS print it.

    References
    ----------
    Hyndman, R. J., & Fan, Y. (1996). Sample quantiles in statistical packages. doi:10.1080/00031305.1996.10473566
    Joanes, D. N., & Gill, C. A. (1998). Comparing measures of sample skewness. doi:10.1111/1467-9884.00122

    Examples
    --------
    >>> moments(np.array([1.0, 2.0, 3.0, 6.0])).mean
    3.0
    """
    n = len(values)
    if n == 0:
        nan = math.nan
        return Moments(0, nan, nan, nan, nan, nan, nan, (nan,) * len(PROBABILITIES), nan)
    mean = float(values.mean())
    sd = float(values.std(ddof=1)) if n > 1 else math.nan
    std_error = sd / math.sqrt(n)
    half = float(stats.t.ppf((1 + conf_level) / 2, n - 1)) * std_error if n > 1 else math.nan
    quartiles = np.quantile(values, PROBABILITIES, method="linear")
    return Moments(
        n,
        mean,
        mean - half,
        mean + half,
        std_error,
        sd,
        float(np.median(values)),
        tuple(float(value) for value in quartiles),
        skewness(values),
    )


def skewness(values: NDArray[np.float64]) -> float:
    """Return the skewness, type 2: g₁ √(n(n − 1))/(n − 2); NaN with fewer than three values or without variance."""
    n = len(values)
    if n < 3 or is_constant(values):
        return math.nan
    deviations = values - values.mean()
    second = float((deviations**2).mean())
    third = float((deviations**3).mean())
    return third / float(second**1.5) * math.sqrt(n * (n - 1)) / (n - 2)


def is_constant(values: NDArray[np.float64]) -> bool:
    """Tell whether all values are the same."""
    return len(values) == 0 or bool(values.min() == values.max())
