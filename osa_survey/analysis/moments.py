"""Descriptive statistics of one array of numbers."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy import stats

ShapeType = Literal[1, 2, 3]
QuantileType = Literal[6, 7]
PROBABILITIES = (0.25, 0.5, 0.75)
QUANTILE_METHODS: dict[int, Literal["weibull", "linear"]] = {6: "weibull", 7: "linear"}
"""Hyndman and Fan's types, as SPSS (6) and R (7) compute them."""
TRIMMED = 0.1
"""Share that a trimmed mean leaves out at each end."""
NORMAL_MAD = 1.4826
"""Makes the MAD of a normal distribution its standard deviation, as in R."""


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
        The .25, .5 and .75 quantiles.
    skewness, kurtosis : float
        Skewness and excess kurtosis.
    trimmed_mean : float
        The mean without a tenth of the values at each end.
    mad : float
        Median absolute deviation from the median, times 1.4826.

    Notes
    -----
    Undefined numbers are NaN: everything without values, the standard deviation with one value, skewness with fewer
    than three (kurtosis four) or without variance.
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
    kurtosis: float
    trimmed_mean: float
    mad: float


def moments(
    values: NDArray[np.float64],
    conf_level: float = 0.95,
    *,
    shape_type: ShapeType = 2,
    quantile_type: QuantileType = 7,
) -> Moments:
    """Return the moments and quartiles of an array without gaps.

    Parameters
    ----------
    values : ndarray of float, shape (n,)
        Numbers.
    conf_level : float
        Confidence level of the interval of the mean.
    shape_type : {1, 2, 3}
        Joanes and Gill's type of skewness and kurtosis: of moments, of SPSS and SAS, of BMDP and Minitab.
    quantile_type : {6, 7}
        Hyndman and Fan's type of the quartiles: of SPSS, of R.

    Notes
    -----
    The interval is mean ± t(n − 1) · SD/√n.

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
        return Moments(0, nan, nan, nan, nan, nan, nan, (nan,) * len(PROBABILITIES), nan, nan, nan, nan)
    mean = float(values.mean())
    sd = float(values.std(ddof=1)) if n > 1 else math.nan
    std_error = sd / math.sqrt(n)
    half = float(stats.t.ppf((1 + conf_level) / 2, n - 1)) * std_error if n > 1 else math.nan
    quartiles = np.quantile(values, PROBABILITIES, method=QUANTILE_METHODS[quantile_type])
    median = float(np.median(values))
    return Moments(
        n,
        mean,
        mean - half,
        mean + half,
        std_error,
        sd,
        median,
        tuple(float(value) for value in quartiles),
        skewness(values, shape_type),
        kurtosis(values, shape_type),
        float(stats.trim_mean(values, TRIMMED)),
        NORMAL_MAD * float(np.median(np.abs(values - median))),
    )


def skewness(values: NDArray[np.float64], shape_type: ShapeType = 2) -> float:
    """Return the skewness; NaN with fewer than three values or without variance.

    Notes
    -----
    With the moments m about the mean g₁ = m₃/m₂^1.5 (type 1); g₁ √(n(n − 1))/(n − 2) (type 2, as SPSS and SAS);
    g₁ ((n − 1)/n)^1.5 (type 3, as psych).

    References
    ----------
    Joanes, D. N., & Gill, C. A. (1998). Comparing measures of sample skewness. doi:10.1111/1467-9884.00122
    """
    n = len(values)
    if n < 3 or is_constant(values):
        return math.nan
    deviations = values - values.mean()
    moment = float((deviations**3).mean()) / float((deviations**2).mean() ** 1.5)
    if shape_type == 2:
        return moment * math.sqrt(n * (n - 1)) / (n - 2)
    return moment if shape_type == 1 else moment * float((1 - 1 / n) ** 1.5)


def kurtosis(values: NDArray[np.float64], shape_type: ShapeType = 2) -> float:
    """Return the excess kurtosis; NaN with fewer than four values or without variance.

    Notes
    -----
    g₂ = m₄/m₂² − 3 (type 1); ((n + 1) g₂ + 6)(n − 1)/((n − 2)(n − 3)) (type 2); (g₂ + 3)(1 − 1/n)² − 3 (type 3).
    """
    n = len(values)
    if n < 4 or is_constant(values):
        return math.nan
    deviations = values - values.mean()
    moment = float((deviations**4).mean()) / float((deviations**2).mean()) ** 2 - 3
    if shape_type == 2:
        return ((n + 1) * moment + 6) * (n - 1) / ((n - 2) * (n - 3))
    return moment if shape_type == 1 else (moment + 3) * (1 - 1 / n) ** 2 - 3


def is_constant(values: NDArray[np.float64]) -> bool:
    """Tell whether all values are the same."""
    return len(values) == 0 or bool(values.min() == values.max())
