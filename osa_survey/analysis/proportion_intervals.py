"""Intervals of a proportion."""

from __future__ import annotations

import math
from typing import Literal

from scipy import optimize, special, stats

Interval = Literal["wilson", "clopper_pearson", "likelihood"]

TINY = 1e-14
"""Absolute: how near the bounds of the search for a likelihood interval come to 0 and 1, and its tolerance."""
INTERVAL_NAMES: dict[str, str] = {
    "wilson": "Wilson",
    "clopper_pearson": "Clopper–Pearson (exact)",
    "likelihood": "profile likelihood",
}
INTERVAL_REFERENCES: dict[str, str] = {
    "wilson": "Wilson, E. B. (1927). Probable inference, the law of succession, and statistical inference. Journal of "
    "the American Statistical Association, 22, 209–212. doi:10.1080/01621459.1927.10502953",
    "clopper_pearson": "Clopper, C. J., & Pearson, E. S. (1934). The use of confidence or fiducial limits illustrated "
    "in the case of the binomial. Biometrika, 26, 404–413. doi:10.1093/biomet/26.4.404",
    "likelihood": "Brown, L. D., Cai, T. T., & DasGupta, A. (2001). Interval estimation for a binomial proportion. "
    "Statistical Science, 16(2), 101–133. doi:10.1214/ss/1009213286",
}


def wilson(successes: int, n: int, conf_level: float) -> tuple[float, float]:
    """Return the Wilson score interval, clipped to [0, 1].

    Notes
    -----
    With z the normal quantile: (p + z²/2n ± z √(p(1−p)/n + z²/4n²)) / (1 + z²/n). At 0 and n successes rounding can
    leave [0, 1] by a hair, hence the clipping.

    References
    ----------
    Wilson, E. B. (1927). Probable inference, the law of succession, and statistical inference. Journal of the
    American Statistical Association, 22, 209–212. doi:10.1080/01621459.1927.10502953

    Examples
    --------
    >>> low, high = wilson(37, 240, 0.95)
    >>> round(low, 4), round(high, 4)
    (0.114, 0.2053)
    """
    z = float(stats.norm.ppf(0.5 + conf_level / 2))
    p = successes / n
    centre = p + z**2 / (2 * n)
    half = z * math.sqrt(p * (1 - p) / n + z**2 / (4 * n**2))
    low, high = (centre - half) / (1 + z**2 / n), (centre + half) / (1 + z**2 / n)
    return (0.0 if successes == 0 else max(0.0, low)), (1.0 if successes == n else min(1.0, high))


def clopper_pearson(successes: int, n: int, conf_level: float) -> tuple[float, float]:
    """Return the exact Clopper–Pearson interval.

    References
    ----------
    Clopper, C. J., & Pearson, E. S. (1934). The use of confidence or fiducial limits illustrated in the case of the
    binomial. Biometrika, 26, 404–413. doi:10.1093/biomet/26.4.404

    Examples
    --------
    >>> low, high = clopper_pearson(37, 240, 0.95)
    >>> round(low, 4), round(high, 4)
    (0.1109, 0.2062)
    """
    tail = (1 - conf_level) / 2
    low = 0.0 if successes == 0 else float(stats.beta.ppf(tail, successes, n - successes + 1))
    high = 1.0 if successes == n else float(stats.beta.ppf(1 - tail, successes + 1, n - successes))
    return low, high


def likelihood(successes: int, n: int, conf_level: float) -> tuple[float, float]:
    """Return the likelihood interval: proportions whose likelihood-ratio test is not significant.

    Notes
    -----
    The bounds solve 2[k log(p̂/p) + (n − k) log((1 − p̂)/(1 − p))] = χ²(1). With no success the upper one is
    1 − exp(−χ²/2n).

    References
    ----------
    Brown, L. D., Cai, T. T., & DasGupta, A. (2001). Interval estimation for a binomial proportion. Statistical
    Science, 16(2), 101–133. doi:10.1214/ss/1009213286

    Examples
    --------
    >>> low, high = likelihood(37, 240, 0.95)  # R: uniroot of the same equation
    >>> round(low, 7), round(high, 7)
    (0.112259, 0.2034147)
    """
    limit = float(stats.chi2.ppf(conf_level, 1))
    edge = math.exp(-limit / (2 * n))
    if successes == 0:
        return 0.0, 1 - edge
    if successes == n:
        return edge, 1.0
    share = successes / n

    def beyond(p: float) -> float:
        return 2 * float(special.rel_entr(successes, n * p) + special.rel_entr(n - successes, n * (1 - p))) - limit

    low = optimize.brentq(beyond, TINY, share, xtol=TINY)
    return float(low), float(optimize.brentq(beyond, share, 1 - TINY, xtol=TINY))


def proportion_interval(successes: int, n: int, interval: Interval, conf_level: float) -> tuple[float, float]:
    """Return the interval of the kind asked for."""
    kinds = {"wilson": wilson, "clopper_pearson": clopper_pearson, "likelihood": likelihood}
    return kinds[interval](successes, n, conf_level)


def difference_interval(first: tuple[int, int], second: tuple[int, int], conf_level: float) -> tuple[float, float]:
    """Return Newcombe's hybrid score interval of a difference of two independent proportions.

    Parameters
    ----------
    first, second : tuple of (int, int)
        Successes and n of each group.
    conf_level : float
        Level of the interval.

    Notes
    -----
    With p the proportions and l, u their Wilson limits:
    d − √((p₁−l₁)² + (u₂−p₂)²) to d + √((u₁−p₁)² + (p₂−l₂)²).

    References
    ----------
    Newcombe, R. G. (1998). Interval estimation for the difference between independent proportions: comparison of
    eleven methods. Statistics in Medicine, 17, 873–890.
    doi:10.1002/(SICI)1097-0258(19980430)17:8<873::AID-SIM779>3.0.CO;2-I

    Examples
    --------
    >>> low, high = difference_interval((56, 70), (48, 80), 0.95)  # example (a) of the paper: 0.0524 to 0.3339
    >>> round(low, 4), round(high, 4)
    (0.0524, 0.3339)
    """
    p, q = first[0] / first[1], second[0] / second[1]
    l1, u1 = wilson(*first, conf_level)
    l2, u2 = wilson(*second, conf_level)
    return p - q - math.hypot(p - l1, u2 - q), p - q + math.hypot(u1 - p, q - l2)
