"""Intervals for noncentrality parameters by inverting the distribution function (the pivot method)."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from scipy import optimize, stats

STEPS = 400
ABSOLUTE_TOLERANCE = 1e-12  # of the root; noncentralities of surveys are between 0 and some thousands
RELATIVE_TOLERANCE = 1e-13


@dataclass(frozen=True)
class NoncentralityInterval:
    """Bounds of a noncentrality parameter.

    Attributes
    ----------
    low, high : float
        The bounds; NaN where the distribution function cannot be computed.
    """

    low: float
    high: float


def noncentral_t_interval(t: float, df: float, conf_level: float = 0.95) -> NoncentralityInterval:
    """Return the interval of the noncentrality of a t statistic.

    Parameters
    ----------
    t : float
        The observed statistic.
    df : float
        Its degrees of freedom.
    conf_level : float
        The confidence level, two-sided.

    Returns
    -------
    NoncentralityInterval
        The noncentralities under which ``t`` is the upper or the lower (1 − conf_level)/2 quantile.

    References
    ----------
    Steiger, J. H. (2004). Beyond the F test. Psychological Methods, 9(2), 164–182. doi:10.1037/1082-989X.9.2.164

    Examples
    --------
    >>> bounds = noncentral_t_interval(0.0, 1e6)
    >>> round(bounds.low, 3), round(bounds.high, 3)
    (-1.96, 1.96)
    """
    if not (math.isfinite(t) and df > 0):
        return NoncentralityInterval(math.nan, math.nan)
    tail = (1 - conf_level) / 2
    spread = math.sqrt(1 + t * t / (2 * df))

    def below(noncentrality: float) -> float:
        return float(stats.nct.cdf(t, df, noncentrality))

    return NoncentralityInterval(
        _solved(below, 1 - tail, t, -spread, -math.inf),
        _solved(below, tail, t, spread, -math.inf),
    )


def noncentral_f_interval(f: float, df1: float, df2: float, conf_level: float = 0.95) -> NoncentralityInterval:
    """Return the interval of the noncentrality of an F statistic; bounds do not fall below zero.

    Parameters
    ----------
    f : float
        The observed statistic.
    df1, df2 : float
        Degrees of freedom of the numerator and the denominator.
    conf_level : float
        The confidence level, two-sided.
    """
    if not (math.isfinite(f) and f >= 0 and df1 > 0 and df2 > 0):
        return NoncentralityInterval(math.nan, math.nan)

    def below(noncentrality: float) -> float:
        return float(stats.ncf.cdf(f, df1, df2, noncentrality))

    start = max(df1 * (f - 1), 0.0)
    return _from_zero(below, float(stats.f.cdf(f, df1, df2)), start, math.sqrt(2 * df1 + 4 * start + 1), conf_level)


def noncentral_chi2_interval(chi2: float, df: float, conf_level: float = 0.95) -> NoncentralityInterval:
    """Return the interval of the noncentrality of a chi-squared statistic; bounds do not fall below zero.

    Parameters
    ----------
    chi2 : float
        The observed statistic.
    df : float
        Its degrees of freedom.
    conf_level : float
        The confidence level, two-sided.
    """
    if not (math.isfinite(chi2) and chi2 >= 0 and df > 0):
        return NoncentralityInterval(math.nan, math.nan)

    def below(noncentrality: float) -> float:
        return float(stats.ncx2.cdf(chi2, df, noncentrality))

    start = max(chi2 - df, 0.0)
    return _from_zero(below, float(stats.chi2.cdf(chi2, df)), start, math.sqrt(2 * df + 4 * start + 1), conf_level)


def _from_zero(
    below: Callable[[float], float], central: float, start: float, step: float, conf_level: float
) -> NoncentralityInterval:
    tail = (1 - conf_level) / 2

    def at(noncentrality: float) -> float:
        return central if noncentrality <= 0 else below(noncentrality)

    return NoncentralityInterval(
        0.0 if central <= 1 - tail else _solved(at, 1 - tail, start, -step, 0.0),
        0.0 if central <= tail else _solved(at, tail, start, step, 0.0),
    )


def _solved(below: Callable[[float], float], target: float, start: float, step: float, lowest: float) -> float:
    """Return where the falling function ``below`` meets ``target``, walking from ``start`` in growing steps."""
    here, value = start, below(start)
    if math.isnan(value):
        return math.nan
    if (value - target) * step < 0:  # the root lies on the other side of the start
        step = -step
    for _ in range(STEPS):
        there = max(here + step, lowest)
        next_value = below(there)
        if math.isnan(next_value):
            return math.nan
        if (next_value - target) * (value - target) <= 0:
            root = optimize.brentq(
                lambda noncentrality: below(noncentrality) - target,
                min(here, there),
                max(here, there),
                xtol=ABSOLUTE_TOLERANCE,
                rtol=RELATIVE_TOLERANCE,
            )
            return float(root)
        here, value, step = there, next_value, step * 1.2
    return math.nan
