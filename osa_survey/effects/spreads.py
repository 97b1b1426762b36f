"""Spreads of one or two groups, the units of standardised differences."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray
from scipy import special

Floats = NDArray[np.float64]


def variance(values: Floats) -> float:
    """Return the variance (n − 1); exactly zero for a constant, where rounding would leave a trace."""
    return 0.0 if values.min() == values.max() else float(values.var(ddof=1))


def pooled_sd(x: Floats, y: Floats) -> float:
    """Return the standard deviation within two groups, pooled over their degrees of freedom."""
    squares = (len(x) - 1) * variance(x) + (len(y) - 1) * variance(y)
    return math.sqrt(squares / (len(x) + len(y) - 2))


def average_sd(x: Floats, y: Floats) -> float:
    """Return the root of the mean of both variances."""
    return math.sqrt((variance(x) + variance(y)) / 2)


def welch_df(x: Floats, y: Floats) -> float:
    """Return Welch's degrees of freedom of a difference of means; NaN without variance."""
    first, second = variance(x) / len(x), variance(y) / len(y)
    if first + second == 0:
        return math.nan
    return (first + second) ** 2 / (first**2 / (len(x) - 1) + second**2 / (len(y) - 1))


def small_sample_correction(df: float) -> float:
    """Return Hedges' exact factor J = Γ(df/2) / (√(df/2) Γ((df − 1)/2)); NaN with one degree of freedom or less.

    References
    ----------
    Hedges, L. V. (1981). Distribution theory for Glass's estimator of effect size and related estimators. Journal of
    Educational Statistics, 6(2), 107–128. doi:10.3102/10769986006002107

    Examples
    --------
    >>> round(small_sample_correction(10), 6)
    0.922746
    """
    if not df > 1:
        return math.nan
    return float(np.exp(special.gammaln(df / 2) - special.gammaln((df - 1) / 2) - 0.5 * math.log(df / 2)))
