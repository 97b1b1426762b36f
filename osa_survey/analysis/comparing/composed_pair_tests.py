"""All pairs of groups compared by tests asked for by name, under weights or pooled over imputed sets."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from osa_survey.analysis.comparing.composed_comparisons import ComposedGroup, difference_of
from osa_survey.analysis.comparing.composed_ranks import (
    WARNING_TIED,
    dunn_pairs,
    group_of,
    members,
    pair_contrasts,
    rank_words,
)
from osa_survey.analysis.comparing.further_comparisons import POOLED_PAIRS
from osa_survey.analysis.composed_numbers import Number
from osa_survey.analysis.estimates import Estimates, estimated
from osa_survey.analysis.multiplicity import ADJUSTMENT_TITLES, adjusted_p_values
from osa_survey.analysis.samples import CompletedSet, Sample
from osa_survey.analysis.set_estimates import SetEstimate
from osa_survey.analysis.studentised_ranges import StudentisedRange
from osa_survey.results import Rows

Floats = NDArray[np.float64]
WARNING_GROUP_CONSTANT = "a group has no variance: this test is not defined"
METHODS = {
    "tukey": "Tukey–Kramer comparisons (equal variances), pooled by Rubin's rules",
    "pairwise_t": "t tests with the pooled standard deviation of all groups, pooled by Rubin's rules ({adjust})",
}
DUNN = "differences of mean ranks, {how} ({adjust})"
WELCH = "t tests of the difference of two means ({adjust})"


def pair_method(name: str, adjust: str, sample: Sample) -> str:
    """Return what a test of pairs is called with these data."""
    pattern = {"dunn": DUNN, "pairwise_welch": WELCH}.get(name) or METHODS[name]
    return pattern.format(adjust=ADJUSTMENT_TITLES[adjust], how=rank_words(sample))


def declared_groups(outcome: str, by: str, groups: Sequence[ComposedGroup], cells: Mapping[str, str]) -> Rows:
    """Return rows that hold the cells of the groups, and nothing else."""
    rows = Rows()
    for group in groups:
        rows.cell(cells[group.label], group.sample.n)
    rows.cell(f"{outcome}|{by}", sum(group.sample.n for group in groups))
    rows.total(f"{outcome}|{by}", [cells[group.label] for group in groups])
    return rows


def pair_rows(
    names: Sequence[str],
    outcome: str,
    sample: Sample,
    groups: Sequence[ComposedGroup],
    cells: Mapping[str, str],
    adjust: str,
    conf_level: float,
) -> Rows:
    """Return the differences of all pairs with their tests, p adjusted over the pairs of each test."""
    rows = declared_groups(outcome, "pairs", groups, cells)
    codes = [group.code for group in groups]
    pairs = list(itertools.combinations(range(len(groups)), 2))
    every = [cells[group.label] for group in groups]
    for name in names:
        numbers = _numbers_of(name, sample, groups, codes, pairs, conf_level)
        if name == "tukey":
            adjusted = [number.p_value for number in numbers]
        else:
            adjusted = list(adjusted_p_values(np.array([number.p_value for number in numbers]), adjust))
        for (i, j), number, p_adjusted in zip(pairs, numbers, adjusted, strict=True):
            df = number.df if math.isfinite(number.df) else math.nan
            rows.add(
                name,
                outcome=outcome,
                contrast=f"{groups[i].label} \u2212 {groups[j].label}",
                n=number.n,
                estimate=number.estimate,
                std_error=number.std_error,
                statistic=number.statistic,
                statistic_name="z" if math.isnan(df) else "t",
                df1=df,
                p_value=math.nan if name == "tukey" else number.p_value,
                p_adjusted=float(p_adjusted),
                method=pair_method(name, adjust, sample),
                warning=number.warning,
                cells=every if name in POOLED_PAIRS else [cells[groups[i].label], cells[groups[j].label]],
                **number.ends(conf_level),
            )
    return rows


def _numbers_of(
    name: str,
    sample: Sample,
    groups: Sequence[ComposedGroup],
    codes: Sequence[float],
    pairs: Sequence[tuple[int, int]],
    conf_level: float,
) -> list[Number]:
    """Return the difference of each pair with its test; of Tukey p is that of the studentised range."""
    if name == "pairwise_welch":
        return [difference_of(sample, groups[i], groups[j], conf_level)[0] for i, j in pairs]
    if name == "dunn":
        ranked = dunn_pairs(sample, codes, pairs)
        if ranked is None:
            return [Number(members(sample, [codes[i], codes[j]]).n, math.nan, warning=WARNING_TIED) for i, j in pairs]
        return _each(ranked, sample, codes, pairs, None)
    inside = members(sample, codes)
    means = pooled_means(inside, lambda one: split(one, codes), len(codes)).combined(pair_contrasts(len(codes), pairs))
    if not (means.std_error > 0).all():
        gaps = means.estimate
        return [Number(inside.n, float(gap), warning=WARNING_GROUP_CONSTANT) for gap in gaps]
    if name == "pairwise_t":
        return _each(means, sample, codes, pairs, means.interval(conf_level))
    studentised = StudentisedRange(len(codes))
    half = studentised.quantile(conf_level, means.df) / math.sqrt(2) * means.std_error
    found = _each(means, sample, codes, pairs, (means.estimate - half, means.estimate + half))
    p = studentised.survival(np.abs(means.statistic()) * math.sqrt(2), means.df)
    return [
        Number(one.n, one.estimate, one.std_error, one.low, one.high, one.statistic, one.df, float(chance))
        for one, chance in zip(found, p, strict=True)
    ]


def _each(
    found: Estimates,
    sample: Sample,
    codes: Sequence[float],
    pairs: Sequence[tuple[int, int]],
    bounds: tuple[Floats, Floats] | None,
) -> list[Number]:
    nothing = np.full(len(pairs), math.nan)
    low, high = bounds or (nothing, nothing)
    return [
        Number(
            members(sample, [codes[i], codes[j]]).n,
            float(found.estimate[row]),
            float(found.std_error[row]),
            float(low[row]),
            float(high[row]),
            float(found.statistic()[row]),
            float(found.df[row]),
            float(found.p_value()[row]),
        )
        for row, (i, j) in enumerate(pairs)
    ]


def split(one: CompletedSet, codes: Sequence[float]) -> list[Floats]:
    """Return the values of each group."""
    place, own = group_of(one, codes), one.values()
    return [own[place == k] for k in range(len(codes))]


def pooled_means(inside: Sample, values: Callable[[CompletedSet], list[Floats]], k: int) -> Estimates:
    """Return the means of groups with the pooled variance of all, N − k degrees of freedom."""

    def statistic(one: CompletedSet) -> SetEstimate:
        parts = values(one)
        df = float(one.n - k)
        within = sum(float(((part - part.mean()) ** 2).sum()) for part in parts) / df
        spread = np.diag([within / len(part) for part in parts])
        return SetEstimate(np.array([part.mean() for part in parts]), lambda: spread, df=df, what="a test of groups")

    return estimated(inside, statistic)
