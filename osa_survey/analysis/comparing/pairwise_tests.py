"""t tests of all pairs of groups, with one standard deviation for all groups or with those of the two groups."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from osa_survey.analysis.comparing.two_groups import welch_t
from osa_survey.analysis.multiplicity import adjusted_p_values
from osa_survey.analysis.variance_analyses import PairDifference

Floats = NDArray[np.float64]


def pairwise_t(
    groups: Sequence[Floats], *, pooled: bool, adjust: str = "holm", conf_level: float = 0.95
) -> tuple[PairDifference, ...]:
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
            numbers = (one.difference, one.std_error, one.low, one.high, one.t, one.df)
            found.append(PairDifference(i, j, *numbers, math.nan, one.p_value))
            continue
        difference = float(groups[i].mean() - groups[j].mean())
        error = math.sqrt(within * (1 / sizes[i] + 1 / sizes[j]))
        if error == 0:
            found.append(PairDifference(i, j, difference, 0.0, *(math.nan,) * 3, df, math.nan))
            continue
        t, half = difference / error, float(stats.t.ppf((1 + conf_level) / 2, df)) * error
        p = 2 * float(stats.t.sf(abs(t), df))
        ends = (difference - half, difference + half)
        found.append(PairDifference(i, j, difference, error, *ends, t, df, math.nan, p))
    adjusted = adjusted_p_values(np.array([one.p_value for one in found]), adjust)
    return tuple(replace(one, p_adjusted=float(p)) for one, p in zip(found, adjusted, strict=True))
