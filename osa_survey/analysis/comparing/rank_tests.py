"""Groups compared by ranks: Wilcoxon's rank sum test, the Kruskal–Wallis test."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import stats

EXACT_BELOW = 50  # as R's wilcox.test: both groups smaller than this and no ties


@dataclass(frozen=True)
class RankSum:
    """Wilcoxon's rank sum test.

    Attributes
    ----------
    w : float
        Pairs in which the first group is higher, ties counted half (the Mann–Whitney U of the first group).
    p_value : float
        Two-sided; NaN if all values are tied.
    exact : bool
        Whether p comes from the exact distribution.
    """

    w: float
    p_value: float
    exact: bool


@dataclass(frozen=True)
class KruskalWallis:
    """The Kruskal–Wallis test.

    Attributes
    ----------
    h, df, p_value : float
        The statistic corrected for ties, its degrees of freedom and p; NaN if all values are tied.
    """

    h: float
    df: float
    p_value: float


def rank_sum(x: NDArray[np.float64], y: NDArray[np.float64], *, correction: bool = True) -> RankSum:
    """Return Wilcoxon's rank sum test of two groups.

    Parameters
    ----------
    x, y : ndarray of float
        The groups.
    correction : bool
        Whether the normal approximation is corrected for continuity.

    Notes
    -----
    p is exact if both groups have fewer than 50 members and no values are tied, otherwise it comes from the normal
    approximation with the variance corrected for ties, as in R's ``wilcox.test``.

    References
    ----------
    Wilcoxon, F. (1945). Individual comparisons by ranking methods. Biometrics Bulletin, 1(6), 80–83.
    doi:10.2307/3001968

    Examples
    --------
    >>> rank_sum(np.array([1.0, 2.0, 3.0]), np.array([4.0, 5.0, 6.0])).p_value
    0.1
    """
    n1, n2 = len(x), len(y)
    together = np.concatenate([x, y])
    w = float(stats.rankdata(together)[:n1].sum()) - n1 * (n1 + 1) / 2
    ties = np.unique(together, return_counts=True)[1].astype(float)
    if n1 < EXACT_BELOW and n2 < EXACT_BELOW and (ties == 1).all():
        exact = stats.mannwhitneyu(x, y, method="exact", alternative="two-sided")
        return RankSum(w, float(exact.pvalue), True)
    n = n1 + n2
    variance = n1 * n2 / 12 * ((n + 1) - float((ties**3 - ties).sum()) / (n * (n - 1)))
    if len(ties) == 1:
        return RankSum(w, math.nan, False)
    distance = w - n1 * n2 / 2
    shift = math.copysign(0.5, distance) if correction and distance != 0 else 0.0
    z = (distance - shift) / math.sqrt(variance)
    return RankSum(w, min(1.0, 2 * float(stats.norm.sf(abs(z)))), False)


def kruskal_wallis(groups: Sequence[NDArray[np.float64]]) -> KruskalWallis:
    """Return the Kruskal–Wallis test, corrected for ties, with its chi-squared approximation.

    References
    ----------
    Kruskal, W. H., & Wallis, W. A. (1952). Use of ranks in one-criterion variance analysis. Journal of the American
    Statistical Association, 47(260), 583–621. doi:10.1080/01621459.1952.10483441
    """
    together = np.concatenate(list(groups))
    df = len(groups) - 1.0
    if (together == together[0]).all():
        return KruskalWallis(math.nan, df, math.nan)
    found = stats.kruskal(*groups)
    return KruskalWallis(float(found.statistic), df, float(found.pvalue))
