"""More than two groups of numbers: analysis of variance with and without equal variances, and all pairs."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from osa_survey.analysis.moments import is_constant
from osa_survey.analysis.studentised_ranges import StudentisedRange


@dataclass(frozen=True)
class VarianceRatio:
    """An F test of equal means.

    Attributes
    ----------
    f, df1, df2, p_value : float
        NaN where variances within the groups are zero.
    """

    f: float
    df1: float
    df2: float
    p_value: float


@dataclass(frozen=True)
class PairDifference:
    """One pair of groups: the first minus the second.

    Attributes
    ----------
    first, second : int
        Positions of the groups.
    difference, std_error, low, high : float
        Difference of the means, its standard error and its interval; by Games and Howell, and by Tukey, an interval
        that holds for all pairs together, else one that knows nothing of the others.
    t, df, p_adjusted : float
        The test, NaN where the groups do not vary; p for all pairs together.
    p_value : float
        p of the pair alone, where the test has one.
    """

    first: int
    second: int
    difference: float
    std_error: float
    low: float
    high: float
    t: float
    df: float
    p_adjusted: float
    p_value: float = math.nan


def welch_anova(groups: Sequence[NDArray[np.float64]]) -> VarianceRatio:
    """Return Welch's test of equal means, which does not assume equal variances.

    Notes
    -----
    With w_j = n_j/s_j², W = Σw_j, m̃ = Σw_j m_j/W and λ = Σ(1 − w_j/W)²/(n_j − 1):
    F = [Σw_j(m_j − m̃)²/(k − 1)] / [1 + 2(k − 2)λ/(k² − 1)], df₁ = k − 1, df₂ = (k² − 1)/(3λ).

    References
    ----------
    Welch, B. L. (1951). On the comparison of several mean values: An alternative approach. Biometrika, 38(3–4),
    330–336. doi:10.1093/biomet/38.3-4.330
    """
    sizes, means, variances = _summaries(groups)
    k = len(sizes)
    if (variances == 0).any():
        return VarianceRatio(math.nan, k - 1.0, math.nan, math.nan)
    weights = sizes / variances
    total = weights.sum()
    mean = float((weights * means).sum() / total)
    spread = float(((1 - weights / total) ** 2 / (sizes - 1)).sum())
    between = float((weights * (means - mean) ** 2).sum()) / (k - 1)
    f = between / (1 + 2 * (k - 2) * spread / (k**2 - 1))
    df2 = (k**2 - 1) / (3 * spread)
    return VarianceRatio(f, k - 1.0, df2, float(stats.f.sf(f, k - 1, df2)))


def anova(groups: Sequence[NDArray[np.float64]]) -> VarianceRatio:
    """Return the classical F test of equal means, which assumes equal variances."""
    sizes, means, variances = _summaries(groups)
    k, n = len(sizes), float(sizes.sum())
    within = float(((sizes - 1) * variances).sum())
    if within == 0:
        return VarianceRatio(math.nan, k - 1.0, n - k, math.nan)
    grand = float((sizes * means).sum() / n)
    between = float((sizes * (means - grand) ** 2).sum())
    f = (between / (k - 1)) / (within / (n - k))
    return VarianceRatio(f, k - 1.0, n - k, float(stats.f.sf(f, k - 1, n - k)))


def games_howell(groups: Sequence[NDArray[np.float64]], conf_level: float = 0.95) -> tuple[PairDifference, ...]:
    """Return all pairs of groups by Games and Howell, which does not assume equal variances.

    Notes
    -----
    t and df are Welch's; √2 |t| is referred to the studentised range of k groups with these df. A pair without
    variance has NaN.

    References
    ----------
    Games, P. A., & Howell, J. F. (1976). Pairwise multiple comparison procedures with unequal N's and/or variances.
    Journal of Educational Statistics, 1(2), 113–125. doi:10.3102/10769986001002113
    """
    sizes, means, variances = _summaries(groups)
    shares = variances / sizes
    first, second = np.triu_indices(len(sizes), 1)
    squared = shares[first] + shares[second]
    known = np.where(squared > 0, squared, np.nan)
    parts = shares**2 / (sizes - 1)
    df = known**2 / (parts[first] + parts[second])
    difference = means[first] - means[second]
    std_error = np.sqrt(squared)
    t = difference / np.sqrt(known)
    studentised = StudentisedRange(len(sizes))
    p = studentised.survival(np.abs(t) * math.sqrt(2), df)
    half = studentised.quantile(conf_level, df) / math.sqrt(2) * std_error
    columns = (difference, std_error, difference - half, difference + half, t, df, p)
    return tuple(
        PairDifference(i, j, *numbers)
        for i, j, *numbers in zip(first.tolist(), second.tolist(), *(c.tolist() for c in columns), strict=True)
    )


def _summaries(
    groups: Sequence[NDArray[np.float64]],
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    sizes = np.array([len(group) for group in groups], dtype=float)
    means = np.array([group.mean() for group in groups])
    variances = np.array([0.0 if is_constant(group) else group.var(ddof=1) for group in groups])
    return sizes, means, variances
