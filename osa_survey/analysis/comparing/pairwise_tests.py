"""t tests of all pairs of groups, with one standard deviation for all groups or with those of the two groups."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from osa_survey.analysis.comparing.two_groups import welch_t
from osa_survey.analysis.multiplicity import adjusted_p_values

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class PairTest:
    """One pair of groups: the first minus the second.

    Attributes
    ----------
    first, second : int
        Positions of the groups.
    difference, std_error, low, high : float
        Difference of the means with its own t interval, which knows nothing of the other pairs.
    t, df, p_value, p_adjusted : float
        The test; NaN where the groups do not vary.
    """

    first: int
    second: int
    difference: float
    std_error: float
    low: float
    high: float
    t: float
    df: float
    p_value: float
    p_adjusted: float


def pairwise_t(
    groups: Sequence[Floats], *, pooled: bool, adjust: str = "holm", conf_level: float = 0.95
) -> tuple[PairTest, ...]:
    """Return the t tests of all pairs of groups, as R's ``pairwise.t.test``.

    Parameters
    ----------
    groups : sequence of ndarray of float
        The groups, two members each or more.
    pooled : bool
        Whether the error has the pooled standard deviation of all groups with N − k degrees of freedom, or is Welch's.
    adjust : str
        How p values are adjusted over the pairs.
    conf_level : float
        Level of each interval.
    """
    sizes = [len(group) for group in groups]
    df = float(sum(sizes) - len(groups))
    within = float(sum(((group - group.mean()) ** 2).sum() for group in groups)) / df
    found = []
    for i, j in itertools.combinations(range(len(groups)), 2):
        if not pooled:
            one = welch_t(groups[i], groups[j], conf_level)
            found.append((i, j, one.difference, one.std_error, one.low, one.high, one.t, one.df, one.p_value))
            continue
        difference = float(groups[i].mean() - groups[j].mean())
        error = math.sqrt(within * (1 / sizes[i] + 1 / sizes[j]))
        if error == 0:
            found.append((i, j, difference, 0.0, math.nan, math.nan, math.nan, df, math.nan))
            continue
        t, half = difference / error, float(stats.t.ppf((1 + conf_level) / 2, df)) * error
        p = 2 * float(stats.t.sf(abs(t), df))
        found.append((i, j, difference, error, difference - half, difference + half, t, df, p))
    adjusted = adjusted_p_values(np.array([one[-1] for one in found]), adjust)
    return tuple(PairTest(*one, float(p)) for one, p in zip(found, adjusted, strict=True))
