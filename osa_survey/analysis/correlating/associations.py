"""Correlations of two arrays of numbers, with intervals."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from osa_survey.analysis.moments import is_constant

CorrelationMethod = Literal["pearson", "spearman", "kendall"]

FEWEST_FOR_TAU = 5


@dataclass(frozen=True)
class Correlation:
    """A correlation with its interval and test.

    Attributes
    ----------
    n : int
        Pairs of values.
    estimate : float
        The correlation; NaN with fewer than three pairs or a constant.
    low, high : float
        The interval; NaN with fewer than four pairs (of τ five) or a perfect correlation.
    t, df, p_value : float
        The two-sided test of a correlation of zero; infinite degrees of freedom for z.
    """

    n: int
    estimate: float
    low: float
    high: float
    t: float
    df: float
    p_value: float


def pearson(x: NDArray[np.float64], y: NDArray[np.float64], conf_level: float = 0.95) -> Correlation:
    """Return Pearson's r with the interval by Fisher's z.

    Notes
    -----
    tanh(atanh r ± z/√(n − 3)); t = r √((n − 2)/(1 − r²)) with n − 2 degrees of freedom.

    References
    ----------
    Fisher, R. A. (1915). Frequency distribution of the values of the correlation coefficient in samples from an
    indefinitely large population. Biometrika, 10(4), 507–521. doi:10.1093/biomet/10.4.507

    Examples
    --------
    >>> round(pearson(np.array([1.0, 2.0, 3.0, 4.0]), np.array([1.0, 3.0, 2.0, 4.0])).estimate, 3)
    0.8
    """
    r = _product_moment(x, y)
    return _tested(r, len(x), 1.0, conf_level)


def spearman(x: NDArray[np.float64], y: NDArray[np.float64], conf_level: float = 0.95) -> Correlation:
    """Return Spearman's rho, the correlation of mid-ranks, with the interval of Bonett and Wright.

    Notes
    -----
    tanh(atanh ρ ± z √((1 + ρ²/2)/(n − 3))); p by the t approximation, as R's ``cor.test(exact = FALSE)``.

    References
    ----------
    Bonett, D. G., & Wright, T. A. (2000). Sample size requirements for estimating Pearson, Kendall and Spearman
    correlations. Psychometrika, 65(1), 23–28. doi:10.1007/BF02294183
    """
    rho = _product_moment(stats.rankdata(x), stats.rankdata(y))
    return _tested(rho, len(x), 1 + rho**2 / 2, conf_level)


def kendall(x: NDArray[np.float64], y: NDArray[np.float64], conf_level: float = 0.95) -> Correlation:
    """Return Kendall's τ_b with the interval of Bonett and Wright, and the normal test with its variance under ties.

    Notes
    -----
    tanh(atanh τ ± z √(0.437/(n − 4))), meant for |τ| below .8; z and p as R's ``cor.test(exact = FALSE)``.

    References
    ----------
    Bonett, D. G., & Wright, T. A. (2000). Sample size requirements for estimating Pearson, Kendall and Spearman
    correlations. Psychometrika, 65(1), 23–28. doi:10.1007/BF02294183
    Kendall, M. G. (1945). The treatment of ties in ranking problems. Biometrika, 33(3), 239–251.
    doi:10.1093/biomet/33.3.239

    Examples
    --------
    >>> round(kendall(np.array([1.0, 2.0, 3.0, 4.0]), np.array([1.0, 3.0, 2.0, 4.0])).estimate, 3)
    0.667
    """
    n = len(x)
    if n < 3 or is_constant(x) or is_constant(y):
        return Correlation(n, *(math.nan,) * 6)
    tau = float(stats.kendalltau(x, y, method="asymptotic").statistic)
    t, u = (np.unique(values, return_counts=True)[1].astype(np.float64) for values in (x, y))
    pairs = [float((ties * (ties - 1)).sum()) for ties in (t, u)]
    triples = [float((ties * (ties - 1) * (ties - 2)).sum()) for ties in (t, u)]
    tied = sum(float((ties * (ties - 1) * (2 * ties + 5)).sum()) for ties in (t, u))
    whole = n * (n - 1.0)
    score = tau * math.sqrt((whole - pairs[0]) * (whole - pairs[1])) / 2
    variance = (whole * (2 * n + 5) - tied) / 18 + pairs[0] * pairs[1] / (2 * whole)
    variance += triples[0] * triples[1] / (9 * whole * (n - 2))
    z = score / math.sqrt(variance)
    p_value = 2 * float(stats.norm.sf(abs(z)))
    if n < FEWEST_FOR_TAU or abs(tau) >= 1:
        return Correlation(n, tau, math.nan, math.nan, z, math.inf, p_value)
    half = float(stats.norm.ppf((1 + conf_level) / 2)) * math.sqrt(kendall_variance(n))
    centre = math.atanh(tau)
    return Correlation(n, tau, math.tanh(centre - half), math.tanh(centre + half), z, math.inf, p_value)


def kendall_variance(n: int) -> float:
    """Return the variance of Fisher's z of τ by Fieller, Hartley and Pearson (1957), 0.437/(n − 4)."""
    return 0.437 / (n - 4)


def _product_moment(x: NDArray[np.float64], y: NDArray[np.float64]) -> float:
    if len(x) < 3 or is_constant(x) or is_constant(y):
        return math.nan
    first, second = x - x.mean(), y - y.mean()
    first, second = first / math.sqrt(first @ first), second / math.sqrt(second @ second)
    return max(-1.0, min(1.0, float(first @ second)))


def _tested(r: float, n: int, inflation: float, conf_level: float) -> Correlation:
    if math.isnan(r):
        return Correlation(n, math.nan, math.nan, math.nan, math.nan, math.nan, math.nan)
    df = n - 2.0
    if abs(r) == 1:
        return Correlation(n, r, math.nan, math.nan, math.copysign(math.inf, r), df, 0.0)
    t = r * math.sqrt(df / (1 - r * r))
    p_value = 2 * float(stats.t.sf(abs(t), df))
    if n < 4:
        return Correlation(n, r, math.nan, math.nan, t, df, p_value)
    half = float(stats.norm.ppf((1 + conf_level) / 2)) * math.sqrt(inflation / (n - 3))
    centre = math.atanh(r)
    return Correlation(n, r, math.tanh(centre - half), math.tanh(centre + half), t, df, p_value)
