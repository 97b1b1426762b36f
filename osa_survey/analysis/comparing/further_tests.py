"""Tests of several groups that are asked for by name: equal variances, and other procedures for all pairs."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from osa_survey.analysis.multiplicity import adjusted_p_values
from osa_survey.analysis.studentised_ranges import StudentisedRange
from osa_survey.analysis.variance_analyses import PairDifference, anova

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class SpreadTest:
    """A test of equal variances.

    Attributes
    ----------
    statistic, df1, df2, p_value : float
        F (``df2`` finite) or χ² (``df2`` NaN); NaN where a group or all deviations do not vary.
    """

    statistic: float
    df1: float
    df2: float
    p_value: float


@dataclass(frozen=True)
class RankDifference:
    """One pair of groups by Dunn: difference of mean ranks of all values together, z, p and p adjusted."""

    first: int
    second: int
    difference: float
    std_error: float
    z: float
    p_value: float
    p_adjusted: float


def levene(groups: Sequence[Floats], centre: Callable[[Floats], float] = np.mean) -> SpreadTest:
    """Return Levene's test: the F test of the absolute deviations from each group's mean (or other centre).

    References
    ----------
    Levene, H. (1960). Robust tests for equality of variances. In I. Olkin (Ed.), Contributions to probability and
    statistics (pp. 278–292). Stanford University Press.
    """
    found = anova([np.abs(group - centre(group)) for group in groups])
    return SpreadTest(found.f, found.df1, found.df2, found.p_value)


def brown_forsythe(groups: Sequence[Floats]) -> SpreadTest:
    """Return Levene's test with deviations from the medians.

    References
    ----------
    Brown, M. B., & Forsythe, A. B. (1974). Robust tests for the equality of variances. Journal of the American
    Statistical Association, 69(346), 364–367. doi:10.1080/01621459.1974.10482955
    """
    return levene(groups, np.median)


def bartlett(groups: Sequence[Floats]) -> SpreadTest:
    """Return Bartlett's test, which is sensitive to distributions that are not normal.

    References
    ----------
    Bartlett, M. S. (1937). Properties of sufficiency and statistical tests. Proceedings of the Royal Society A,
    160(901), 268–282. doi:10.1098/rspa.1937.0109
    """
    df = len(groups) - 1.0
    if any(np.ptp(group) == 0 for group in groups):
        return SpreadTest(math.nan, df, math.nan, math.nan)
    found = stats.bartlett(*groups)
    return SpreadTest(float(found.statistic), df, math.nan, float(found.pvalue))


def tukey(groups: Sequence[Floats], conf_level: float = 0.95) -> tuple[PairDifference, ...]:
    """Return all pairs of groups by Tukey and Kramer, which assumes equal variances.

    Notes
    -----
    With the pooled variance s² and its df: SE² = s²(1/n_i + 1/n_j); √2 |t| is referred to the studentised range.

    References
    ----------
    Kramer, C. Y. (1956). Extension of multiple range tests to group means with unequal numbers of replications.
    Biometrics, 12(3), 307–310. doi:10.2307/3001469
    """
    sizes = np.array([len(group) for group in groups], dtype=float)
    means = [float(group.mean()) for group in groups]
    k, df = len(groups), float(sizes.sum()) - len(groups)
    within = float(sum(((group - group.mean()) ** 2).sum() for group in groups)) / df
    studentised = StudentisedRange(k)
    reach = float(studentised.quantile(conf_level, np.array([df]))[0]) / math.sqrt(2)
    found = []
    for i, j in itertools.combinations(range(k), 2):
        difference = means[i] - means[j]
        error = math.sqrt(within * (1 / sizes[i] + 1 / sizes[j]))
        if error == 0:
            found.append(PairDifference(i, j, difference, 0.0, *(math.nan,) * 3, df, math.nan))
            continue
        t = difference / error
        p = float(studentised.survival(np.array([abs(t) * math.sqrt(2)]), np.array([df]))[0])
        found.append(
            PairDifference(i, j, difference, error, difference - reach * error, difference + reach * error, t, df, p)
        )
    return tuple(found)


def dunn(groups: Sequence[Floats], adjust: str = "holm") -> tuple[RankDifference, ...]:
    """Return all pairs of groups by Dunn's test of mean ranks.

    Notes
    -----
    Ranks are those of all values together; with tied groups of t values
    SE² = [N(N + 1)/12 − Σ(t³ − t)/(12(N − 1))] (1/n_i + 1/n_j).

    References
    ----------
    Dunn, O. J. (1964). Multiple comparisons using rank sums. Technometrics, 6(3), 241–252.
    doi:10.1080/00401706.1964.10490181
    """
    together = np.concatenate(list(groups))
    ranks = np.split(stats.rankdata(together), np.cumsum([len(group) for group in groups])[:-1])
    n = float(len(together))
    ties = np.unique(together, return_counts=True)[1].astype(float)
    variance = n * (n + 1) / 12 - float((ties**3 - ties).sum()) / (12 * (n - 1))
    pairs = []
    for i, j in itertools.combinations(range(len(groups)), 2):
        difference = float(ranks[i].mean() - ranks[j].mean())
        error = math.sqrt(max(variance, 0.0) * (1 / len(groups[i]) + 1 / len(groups[j])))
        z = difference / error if error > 0 else math.nan
        pairs.append((i, j, difference, error, z, 2 * float(stats.norm.sf(abs(z)))))
    adjusted = adjusted_p_values(np.array([pair[-1] for pair in pairs]), adjust)
    return tuple(RankDifference(*pair, float(p)) for pair, p in zip(pairs, adjusted, strict=True))
