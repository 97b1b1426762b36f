"""Groups compared by ranks under weights or pooled over imputed sets."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from osa_survey.analysis.composed_numbers import Number
from osa_survey.analysis.domains import restricted
from osa_survey.analysis.estimates import Estimates, estimated
from osa_survey.analysis.moments import is_constant
from osa_survey.analysis.samples import CompletedSet, Sample
from osa_survey.analysis.scaled_numbers import LOGIT, carried, scaled_number
from osa_survey.analysis.set_estimates import SetEstimate, of_statistics
from osa_survey.effects.roc_areas import roc_areas, weighted_roc_areas
from osa_survey.results import Rows
from osa_survey.weighting import Statistics, group_means, weighted_ranks

Floats = NDArray[np.float64]
WARNING_TIED = "all values are the same: the test is not defined"
WARNING_APART = "the groups do not overlap in some set: this interval is not defined"
DESIGN_BASED = "design-based rank test (Lumley & Scott)"
POOLED = "mean ranks, pooled over imputed sets, variance of equal distributions"
POOLED_DESIGN = "design-based rank test (Lumley & Scott), pooled over imputed sets"
WEIGHTED_RANK = "2P − 1 of the chance P that the first is higher, t interval of the logit of P"
POOLED_RANK = "pooled on Fisher's z with the variance of equal distributions"


def members(sample: Sample, codes: Sequence[float]) -> Sample:
    """Return the members of these groups only."""
    return restricted(sample, lambda one: np.isin(one.columns[1].values, codes))


def group_of(one: CompletedSet, codes: Sequence[float]) -> NDArray[np.int64]:
    """Return the group of each of those used, as a position in ``codes``."""
    order = np.argsort(codes)
    return np.asarray(order[np.searchsorted(np.sort(codes), one.columns[1].values[one.used])], dtype=np.int64)


def rank_means(sample: Sample, codes: Sequence[float]) -> Estimates | None:
    """Return the mean rank of each group among the members of all; None where all values are the same.

    Parameters
    ----------
    sample : Sample
        The outcome and the grouping variable.
    codes : sequence of float
        The groups.

    Notes
    -----
    Under a design ranks are estimated population ranks times the number of people, taken as known: under equal
    distributions estimating them adds nothing to a difference of means (Lumley & Scott, 2013). Without a design the
    covariance is that of equal distributions, S²/n of each group with S² the variance of all ranks: Wilcoxon's z
    without continuity correction, Kruskal and Wallis' H and Dunn's z are its Wald statistics. Only contrasts of the
    means have a meaning.
    """
    inside, k = members(sample, codes), len(codes)
    if any(is_constant(one.values()) for one in inside.sets):
        return None

    def statistic(one: CompletedSet) -> SetEstimate:
        weights = np.ones(one.n) if one.weights is None else one.weights
        ranks, place = weighted_ranks(one.values(), weights) * one.n + 0.5, group_of(one, codes)

        def equal_distributions() -> Floats:
            return np.diag(ranks.var(ddof=1) / np.bincount(place, minlength=k))

        said = of_statistics(
            one, lambda own: group_means(ranks, place, k, own), covariance=equal_distributions, what="a rank test"
        )
        return replace(said, df_lost=k - 1)

    return estimated(inside, statistic)


def rank_words(sample: Sample) -> str:
    """Return how ranks are tested with these data."""
    if sample.design is None:
        return POOLED
    return POOLED_DESIGN if sample.imputed else DESIGN_BASED


def add_rank_sum(
    rows: Rows, outcome: str, contrast: str, sample: Sample, codes: tuple[float, float], cells: Sequence[str]
) -> None:
    """Add the rank test of two groups."""
    found = rank_means(sample, codes)
    keys: dict[str, Any] = {"outcome": outcome, "contrast": contrast, "n": members(sample, codes).n, "cells": cells}
    keys["method"] = rank_words(sample)
    if found is None:
        rows.add("rank_sum", estimate=math.nan, warning=WARNING_TIED, **keys)
        return
    difference = found.combined(np.array([[1.0, -1.0]]))
    df = float(difference.df[0])
    rows.add(
        "rank_sum",
        estimate=float(difference.statistic()[0]),
        statistic=float(difference.statistic()[0]),
        statistic_name="t" if math.isfinite(df) else "z",
        df1=df if math.isfinite(df) else math.nan,
        p_value=float(difference.p_value()[0]),
        warning="" if math.isfinite(difference.statistic()[0]) else WARNING_TIED,
        **keys,
    )


def add_rank_omnibus(
    rows: Rows, outcome: str, by: str, sample: Sample, codes: Sequence[float], cells: Sequence[str]
) -> None:
    """Add the test that all groups have equal mean ranks: Wald's F under the design, D1 over imputed sets."""
    found = rank_means(sample, codes)
    keys: dict[str, Any] = {"outcome": outcome, "term": by, "n": members(sample, codes).n, "cells": cells}
    keys["method"] = rank_words(sample) + (", D1" if sample.imputed else "")
    if found is None:
        rows.add("kruskal_wallis", estimate=math.nan, warning=WARNING_TIED, **keys)
        return
    contrasts = np.hstack([-np.ones((len(codes) - 1, 1)), np.eye(len(codes) - 1)])
    test = found.combined(contrasts).test(range(len(codes) - 1))
    rows.add(
        "kruskal_wallis",
        estimate=test.statistic,
        statistic=test.statistic,
        statistic_name=test.name,
        df1=test.df1,
        df2=test.df2 if math.isfinite(test.df2) else math.nan,
        p_value=test.p_value,
        warning="" if math.isfinite(test.statistic) else WARNING_TIED,
        **keys,
    )


def superiority(sample: Sample, codes: tuple[float, float], conf_level: float) -> Number:
    """Return the chance that a member of the first group is higher than one of the second, ties counted half.

    Notes
    -----
    P is estimated from weights as an area under the ROC curve is, with DeLong's variance of placements or its
    linearised or replicate form; interval and pooling are on the logit, which is twice Fisher's z of 2P − 1.
    """

    def of_weights(one: CompletedSet, weights: Floats) -> Statistics:
        return weighted_roc_areas(one.values()[:, None], group_of(one, codes) == 0, weights)

    def delong(one: CompletedSet, chance: float) -> float:
        found = roc_areas(one.values()[:, None], group_of(one, codes) == 0)
        return float(found.covariance[0, 0]) / (chance * (1 - chance)) ** 2

    return scaled_number(
        members(sample, codes), of_weights, LOGIT, conf_level, what="a chance of superiority", edge=WARNING_APART,
        variance=delong, df_lost=1,
    )  # fmt: skip


def rank_biserial(sample: Sample, codes: tuple[float, float], conf_level: float) -> tuple[Number, str]:
    """Return the rank-biserial correlation and its method.

    Notes
    -----
    Under a design 2P − 1 with the bounds of ``superiority``. Without one Fisher's z is pooled with the variance
    (n₁ + n₂ + 1)/(3 n₁ n₂) that ``effects.dominances.rank_biserial`` takes.
    """
    if sample.design is not None:
        found = superiority(sample, codes, conf_level)
        return replace(carried(found, _twice), std_error=2 * found.std_error), WEIGHTED_RANK
    inside = members(sample, codes)

    def of_weights(one: CompletedSet, weights: Floats) -> Statistics:
        return weighted_roc_areas(one.values()[:, None], group_of(one, codes) == 0, weights)

    def equal_distributions(one: CompletedSet, _: float) -> float:
        n1, n2 = np.bincount(group_of(one, codes), minlength=2)
        return float(4 * (n1 + n2 + 1) / (3 * n1 * n2))

    found = scaled_number(
        inside, of_weights, LOGIT, conf_level, what="a rank-biserial correlation", edge=WARNING_APART,
        variance=equal_distributions,
    )  # fmt: skip
    return carried(found, _twice), POOLED_RANK


def _twice(chance: float) -> float:
    return 2 * chance - 1


def dunn_pairs(sample: Sample, codes: Sequence[float], pairs: Sequence[tuple[int, int]]) -> Estimates | None:
    """Return the differences of mean ranks of pairs of groups; None where all values are the same."""
    found = rank_means(sample, codes)
    return None if found is None else found.combined(pair_contrasts(len(codes), pairs))


def pair_contrasts(number: int, pairs: Sequence[tuple[int, int]]) -> Floats:
    """Return one row for each pair of groups, 1 for the first and −1 for the second."""
    matrix = np.zeros((len(pairs), number))
    for row, (first, second) in enumerate(pairs):
        matrix[row, first], matrix[row, second] = 1.0, -1.0
    return matrix
