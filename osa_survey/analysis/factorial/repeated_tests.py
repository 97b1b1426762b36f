"""Several ratings or yes/no answers by the same people: Friedman's and Cochran's tests, on plain arrays."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import stats

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class RepeatedTest:
    """A χ² test over things that the same people rated; NaN where nobody's answers differ."""

    statistic: float
    df: float
    p_value: float


def friedman_test(ratings: Floats) -> RepeatedTest:
    """Return Friedman's test, corrected for ties.

    Parameters
    ----------
    ratings : ndarray of float, shape (people, things)
        Without gaps.

    Notes
    -----
    With R the rank sums of k things over n people and T = Σ(t³ − t) over ties within people:
    χ² = 12 Σ(R − n(k + 1)/2)²/(n k (k + 1) − T/(k − 1)), k − 1 degrees of freedom, as R's ``friedman.test``.

    References
    ----------
    Friedman, M. (1937). The use of ranks to avoid the assumption of normality implicit in the analysis of variance.
    Journal of the American Statistical Association, 32(200), 675–701. doi:10.1080/01621459.1937.10503522
    """
    n, k = ratings.shape
    ranks = stats.rankdata(ratings, axis=1)
    # Σ(t³ − t) of a person is 12 times what the squares of mid-ranks lack to those of whole ranks.
    ties = 12 * float((k * (k + 1) * (2 * k + 1) / 6 - (ranks**2).sum(axis=1)).sum())
    below = n * k * (k + 1) - ties / (k - 1)
    if below <= 1e-9:
        return RepeatedTest(math.nan, k - 1.0, math.nan)
    statistic = 12 * float(((ranks.sum(axis=0) - n * (k + 1) / 2) ** 2).sum()) / below
    return RepeatedTest(statistic, k - 1.0, float(stats.chi2.sf(statistic, k - 1)))


def cochran_test(answers: Floats) -> RepeatedTest:
    """Return Cochran's Q of yes (1) and no (0).

    Parameters
    ----------
    answers : ndarray of float, shape (people, things)
        Without gaps.

    Notes
    -----
    With C the column and R the row sums: Q = (k − 1)(k ΣC² − (ΣC)²)/(k ΣR − ΣR²), k − 1 degrees of freedom.

    References
    ----------
    Cochran, W. G. (1950). The comparison of percentages in matched samples. Biometrika, 37(3–4), 256–266.
    doi:10.1093/biomet/37.3-4.256

    Examples
    --------
    >>> found = cochran_test(np.array([[1.0, 1, 0], [1, 0, 0], [1, 1, 0], [0, 1, 1]]))
    >>> round(found.statistic, 4)  # 2 (3 · 19 − 49) / (3 · 7 − 13)
    2.0
    """
    k = answers.shape[1]
    columns, rows = answers.sum(axis=0), answers.sum(axis=1)
    below = float(k * rows.sum() - (rows**2).sum())
    if below == 0:
        return RepeatedTest(math.nan, k - 1.0, math.nan)
    q = (k - 1) * float(k * (columns**2).sum() - columns.sum() ** 2) / below
    return RepeatedTest(q, k - 1.0, float(stats.chi2.sf(q, k - 1)))


@dataclass(frozen=True)
class SignedRanks:
    """Wilcoxon's signed rank sum of rises with its normal approximation; NaN where nobody's ratings differ."""

    v: float
    p_value: float
    z: float


def signed_ranks(x: Floats, y: Floats) -> SignedRanks:
    """Return Wilcoxon's signed rank test of x − y, pairs without a difference left out.

    Notes
    -----
    Normal approximation with ties and continuity correction, as R's ``wilcox.test(paired = TRUE, exact = FALSE)``.

    References
    ----------
    Wilcoxon, F. (1945). Individual comparisons by ranking methods. Biometrics Bulletin, 1(6), 80–83.
    doi:10.2307/3001968
    """
    differences = x - y
    differences = differences[differences != 0]
    n = len(differences)
    if n == 0:
        return SignedRanks(math.nan, math.nan, math.nan)
    ranks = stats.rankdata(np.abs(differences))
    v = float(ranks[differences > 0].sum())
    times = np.unique(ranks, return_counts=True)[1].astype(float)
    variance = n * (n + 1) * (2 * n + 1) / 24 - float((times**3 - times).sum()) / 48
    centred = v - n * (n + 1) / 4
    z = (centred - math.copysign(0.5, centred) * (centred != 0)) / math.sqrt(variance)
    return SignedRanks(v, min(1.0, 2 * float(stats.norm.sf(abs(z)))), z)
