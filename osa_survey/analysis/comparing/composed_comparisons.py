"""Groups compared on a number under weights or pooled over imputed sets."""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import special

from osa_survey.analysis.comparing.composed_ranks import add_rank_omnibus, add_rank_sum, rank_biserial
from osa_survey.analysis.composed_numbers import Number, mean_number, one_number, people, smooth_number, spread
from osa_survey.analysis.domains import restricted
from osa_survey.analysis.estimates import estimated
from osa_survey.analysis.multiplicity import adjusted_p_values
from osa_survey.analysis.samples import CompletedSet, Sample
from osa_survey.analysis.set_estimates import SetEstimate, of_statistics
from osa_survey.results import Rows
from osa_survey.weighting import Statistics, group_means, weighted_means, weighted_variances

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]
WARNING_CONSTANT = "no variance within the groups: the test is not defined"
NOTE_RANKS = (
    "Rank tests are pooled as differences of mean ranks (Rubin's rules, D1 for more than two groups), without a "
    "correction for continuity."
)
NOTE_PAIRS = (
    "Pairs of groups are compared by t tests of their difference, p adjusted by Holm (Games–Howell has no rule here)."
)
REFERENCE_RANKS = (
    "Lumley, T., & Scott, A. J. (2013). Two-sample rank tests under complex sampling. Biometrika, 100(4), 831–842. "
    "doi:10.1093/biomet/ast027"
)


@dataclass(frozen=True, repr=False)
class ComposedGroup:
    """A category with its members.

    Attributes
    ----------
    label, code : str and float
        The category.
    sample : Sample
        Its members who have an outcome.
    """

    label: str
    code: float
    sample: Sample


def composed_groups(sample: Sample) -> tuple[ComposedGroup, ...]:
    """Return every category of the second variable with those who have a value of the first."""
    info = sample.first.columns[1].info
    return tuple(
        ComposedGroup(label, code, restricted(sample, lambda one, code=code: one.columns[1].values == code))  # type: ignore[misc]
        for code, label in zip(info.codes, info.labels, strict=True)
    )


def _values(one: CompletedSet) -> Floats:
    return one.columns[0].values


def add_composed_group(rows: Rows, outcome: str, group: ComposedGroup, cell: str, conf_level: float) -> None:
    """Add n, M with its interval and SD of one group."""
    keys: dict[str, Any] = {"outcome": outcome, "group": group.label, "n": group.sample.n, "cells": [cell]}
    number = people(group.sample, lambda one: one.used)
    rows.add("count", estimate=number, method="people, not weighted", **keys)
    mean = mean_number(group.sample, _values, conf_level)
    add_number(rows, "mean", mean, "mean, t interval", conf_level, keys)
    sd = spread(group.sample, _values) if group.sample.n > 1 else math.nan
    rows.add("sd", estimate=sd, warning=mean.warning, **keys)


def difference_of(
    sample: Sample, first: ComposedGroup, second: ComposedGroup, conf_level: float
) -> tuple[Number, Number]:
    """Return the difference of two means, first minus second, and Hedges' g.

    Notes
    -----
    g = J (M₁ − M₂)/s with the pooled SD s of both groups, J = Γ(ν/2)/(√(ν/2) Γ((ν − 1)/2)), ν =
    n₁ + n₂ − 2; its t interval is
    linearised (delta method), not noncentral. Without weights the variance of the difference is Welch's, with his
    degrees of freedom, in each imputed set.
    """
    codes = (first.code, second.code)
    both = restricted(sample, lambda one: np.isin(one.columns[1].values, codes))
    n1, n2 = first.sample.n, second.sample.n
    if not spread(first.sample, _values) > 0 and not spread(second.sample, _values) > 0:
        gap = _mean(first.sample) - _mean(second.sample)
        return Number(both.n, gap, warning=WARNING_CONSTANT), Number(both.n, math.nan, warning=WARNING_CONSTANT)

    def parts(one: CompletedSet, weights: Floats) -> Sequence[Statistics]:
        return [weighted_means(_side_by_side(one, codes), weights)]

    half = (n1 + n2 - 2) / 2
    correction = math.exp(special.gammaln(half) - math.log(half) / 2 - special.gammaln(half - 0.5))

    def hedges(v: Floats) -> float:
        pooled = ((n1 - 1) * v[2] + (n2 - 1) * v[3]) / (n1 + n2 - 2)
        return float(correction * (v[0] - v[1]) / math.sqrt(pooled))

    def plain(one: CompletedSet) -> SetEstimate:
        return _welch(one, codes)

    if sample.design is None:
        difference = one_number(both, plain, conf_level)
    else:
        difference = smooth_number(
            both, parts, lambda v: float(v[0] - v[1]), conf_level, what="a difference of means", df_lost=1
        )
    g = smooth_number(
        both,
        lambda one, weights: two_moments(one, weights, codes),
        hedges,
        conf_level,
        what="Hedges' g",
        df=lambda one: one.n - 2.0,
        df_lost=1,
    )
    return difference, g


def two_moments(one: CompletedSet, weights: Floats, codes: tuple[float, float]) -> Sequence[Statistics]:
    """Return the weighted means of two groups, then their variances."""
    values = _side_by_side(one, codes)
    variances = [weighted_variances(values[:, [k]], weights, int((~np.isnan(values[:, k])).sum())) for k in range(2)]
    return [weighted_means(values, weights), *variances]


def group_spread(group: Sample) -> float:
    """Return the SD of the members of a group."""
    return spread(group, _values)


def _side_by_side(one: CompletedSet, codes: tuple[float, float]) -> Floats:
    own, who = _values(one)[one.used], one.columns[1].values[one.used]
    return np.column_stack([np.where(who == code, own, np.nan) for code in codes])


def _welch(one: CompletedSet, codes: tuple[float, float]) -> SetEstimate:
    sides = [side[~np.isnan(side)] for side in _side_by_side(one, codes).T]
    shares = [float(side.var(ddof=1)) / len(side) for side in sides]
    total = sum(shares)
    df = total**2 / sum(share**2 / (len(side) - 1) for share, side in zip(shares, sides, strict=True))
    gap = float(sides[0].mean() - sides[1].mean())
    return SetEstimate(np.array([gap]), lambda: np.array([[total]]), df=df, what="a difference of means")


def _mean(sample: Sample) -> float:
    return mean_number(sample, _values, 0.95).estimate


def add_composed_tests(
    rows: Rows,
    outcome: str,
    sample: Sample,
    groups: Sequence[ComposedGroup],
    cells: Mapping[str, str],
    conf_level: float,
) -> None:
    """Add the tests and effect sizes of two groups."""
    first, second = groups
    contrast = f"{first.label} \u2212 {second.label}"
    between = [cells[group.label] for group in groups]
    difference, g = difference_of(sample, first, second, conf_level)
    keys: dict[str, Any] = {"outcome": outcome, "contrast": contrast, "n": difference.n, "cells": between}
    add_number(rows, "mean_difference", difference, "t test of the difference", conf_level, keys, test=True)
    add_number(rows, "hedges_g", g, "pooled SD, linearised t interval", conf_level, keys)
    codes = (first.code, second.code)
    add_rank_sum(rows, outcome, contrast, sample, codes, between)
    r, method = rank_biserial(sample, codes, conf_level)
    add_number(rows, "rank_biserial", r, method, conf_level, keys)


def add_composed_omnibus(
    rows: Rows, outcome: str, by: str, sample: Sample, groups: Sequence[ComposedGroup], cells: Mapping[str, str]
) -> None:
    """Add the tests of equal means and of equal mean ranks: Wald's F under the design, D1 over imputed sets.

    Each gives one group back from the others and all together, so each names the cells of all groups.
    """
    every = [cells[group.label] for group in groups]
    codes = [group.code for group in groups]
    inside = restricted(sample, lambda one: np.isin(one.columns[1].values, codes))
    contrasts = np.hstack([-np.ones((len(codes) - 1, 1)), np.eye(len(codes) - 1)])

    def statistic(one: CompletedSet) -> SetEstimate:
        own = _values(one)[one.used]
        place = np.searchsorted(np.sort(codes), one.columns[1].values[one.used]).astype(np.int64)

        def of_weights(weights: Floats) -> Statistics:
            return group_means(own, place, len(codes), weights).combined(contrasts)

        def within() -> Floats:
            """Classical variances of each mean, which are not pooled over groups."""
            each = [float(own[place == k].var(ddof=1)) / int((place == k).sum()) for k in range(len(codes))]
            return np.asarray(contrasts @ np.diag(each) @ contrasts.T)

        said = of_statistics(one, of_weights, covariance=within, df=one.n - float(len(codes)), what="a test of means")
        return replace(said, df_lost=len(codes) - 1)

    found = estimated(inside, statistic)
    test = found.test(range(len(codes) - 1))
    rows.add(
        "welch_anova",
        outcome=outcome,
        term=by,
        n=inside.n,
        estimate=test.statistic,
        statistic=test.statistic,
        statistic_name="F",
        df1=test.df1,
        df2=test.df2,
        p_value=test.p_value,
        method="Wald's F of equal means" + (", pooled by D1" if sample.imputed else ""),
        warning="" if math.isfinite(test.statistic) else WARNING_CONSTANT,
        cells=every,
    )
    add_rank_omnibus(rows, outcome, by, inside, codes, every)


def add_composed_pairs(
    rows: Rows,
    outcome: str,
    sample: Sample,
    groups: Sequence[ComposedGroup],
    cells: Mapping[str, str],
    conf_level: float,
) -> None:
    """Add the difference and Hedges' g of every pair of groups, p adjusted by Holm."""
    pairs = list(itertools.combinations(groups, 2))
    found = [difference_of(sample, first, second, conf_level) for first, second in pairs]
    adjusted = adjusted_p_values(np.array([difference.p_value for difference, _ in found]), "holm")
    for (first, second), (difference, g), p_adjusted in zip(pairs, found, adjusted, strict=True):
        contrast = f"{first.label} \u2212 {second.label}"
        between = [cells[first.label], cells[second.label]]
        keys: dict[str, Any] = {"outcome": outcome, "contrast": contrast, "n": difference.n, "cells": between}
        method = "t test of the difference, p adjusted by Holm"
        own = {**keys, "p_adjusted": float(p_adjusted)}
        add_number(rows, "mean_difference", difference, method, conf_level, own, test=True)
        add_number(rows, "hedges_g", g, "pooled SD, linearised t interval", conf_level, keys)


def add_number(
    rows: Rows,
    quantity: str,
    number: Number,
    method: str,
    conf_level: float,
    keys: dict[str, Any],
    *,
    test: bool = False,
) -> None:
    """Add a number with its error and interval, and with ``test`` its t test."""
    fields: dict[str, Any] = {}
    if test:
        fields = {"statistic": number.statistic, "statistic_name": "t", "p_value": number.p_value}
    rows.add(
        quantity,
        estimate=number.estimate,
        std_error=number.std_error,
        df1=number.df if math.isfinite(number.df) else math.nan,
        method=method,
        warning=number.warning,
        **fields,
        **number.ends(conf_level),
        **keys,
    )
