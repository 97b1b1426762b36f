"""Agreement of two instruments under weights or pooled over completed sets."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from osa_survey.analysis.composed_numbers import Number, cell_people, proportion_number, smooth_number
from osa_survey.analysis.measuring.roc_rows import add_number
from osa_survey.analysis.samples import CompletedSet, Sample
from osa_survey.effects.effects import Effect
from osa_survey.effects.kappas import cohens_kappa
from osa_survey.results import Rows
from osa_survey.weighting import Statistics, weighted_means, weighted_variances

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]
UNDEFINED = "not defined in some set or under some weights: both use one category only"
Z = float(stats.norm.ppf(0.975))
"""95 of 100 normal differences lie within this many SD."""


@dataclass(frozen=True)
class _Size:
    """A measure of agreement: its quantity, its method, what it is of a table of shares, and whether it has a t."""

    name: str
    method: str
    of: Callable[[Floats], float]
    on_t: bool


def add_category_agreement(
    rows: Rows, sample: Sample, keys: Mapping[str, Any], ordinal: bool, conf_level: float
) -> list[str]:
    """Add agreement, κ and AC1 of two categorical variables; return what was added.

    Notes
    -----
    κ and AC1 are functions of the weighted shares of the table, with linearised errors; κ on z, AC1 on t.
    """
    rows.cell("both", cell_people(sample, lambda one: one.used))
    rows.cell("agree", cell_people(sample, _same))
    rows.cell("disagree", cell_people(sample, lambda one: ~_same(one)))
    rows.total("both", ["agree", "disagree"])
    common = {**keys, "cells": ["agree", "disagree"]}
    share = proportion_number(sample, _same, conf_level)
    _add(rows, "observed_agreement", share, "share of agreement, logit interval", conf_level, common)
    sizes = [_Size("kappa", "Cohen's κ, linearised interval", lambda table: cohens_kappa(table).estimate, False)]
    if ordinal:
        method = "Cohen's κ, quadratic weights, linearised interval"
        weighted = lambda table: cohens_kappa(table, weights="quadratic").estimate  # noqa: E731
        sizes.append(_Size("kappa_weighted", method, weighted, False))
    sizes.append(_Size("gwet_ac1", "Gwet's AC1, linearised interval", _ac1, True))
    k = len(sample.first.columns[0].info.codes)
    for size in sizes:
        number = Number(sample.n, math.nan, warning=UNDEFINED)
        if np.isfinite([size.of(_table(one)) for one in sample.sets]).all():
            number = smooth_number(
                sample,
                lambda one, weights: [weighted_means(_indicators(one), weights)],
                lambda shares, size=size: size.of(shares.reshape(k, k)),  # type: ignore[misc]
                conf_level,
                what=size.name,
                df=lambda one, size=size: one.n - 1.0 if size.on_t else math.inf,  # type: ignore[misc]
            )
            number = replace(number, low=max(-1.0, number.low), high=min(1.0, number.high))
        _add(rows, size.name, number, size.method, conf_level, common)
    return ["observed_agreement", *(size.name for size in sizes)]


def add_limits(rows: Rows, sample: Sample, keys: Mapping[str, Any], conf_level: float) -> None:
    """Add the mean difference and the limits of agreement of two numbers.

    Notes
    -----
    Limits d̄ ± 1.96 s of the weighted mean and SD, with linearised errors, which assume no normal differences.
    """
    rows.cell("both", cell_people(sample, lambda one: one.used))

    def parts(one: CompletedSet, weights: Floats) -> list[Statistics]:
        own = one.values(0) - one.values(1)
        return [weighted_means(own, weights), weighted_variances(own, weights, one.n)]

    for name, side, method in (
        ("bias", 0.0, "mean difference, t interval"),
        ("lower_limit", -Z, "limit of agreement, linearised t interval"),
        ("upper_limit", Z, "limit of agreement, linearised t interval"),
    ):
        number = smooth_number(sample, parts, _limit(side), conf_level, what=method)
        _add(rows, name, number, method, conf_level, {**keys, "cells": ["both"]})


def _limit(side: float) -> Callable[[Floats], float]:
    return lambda moments: float(moments[0] + side * math.sqrt(moments[1]))


def add_range_groups(groups: Rows, sample: Sample, keys: Mapping[str, Any], smallest: int, most: int) -> None:
    """Add means of groups of people by the mean of both values in the first set."""
    first = sample.first
    average = (first.values(0) + first.values(1)) / 2
    rank = np.argsort(np.argsort(average, kind="stable"), kind="stable")
    parts = max(1, min(most, len(average) // smallest))
    for part in range(parts):
        members = first.used.copy()
        members[first.used] = rank * parts // len(average) == part
        who = _members(members)
        cell = f"group {part + 1}"
        groups.cell(cell, cell_people(sample, who))
        inside = min(int(who(one).sum()) for one in sample.sets)
        common = {**keys, "n": inside, "level": str(part + 1), "cells": [cell]}
        sums = [[_mean(one, one.columns[place].values, who(one)) for place in (0, 1)] for one in sample.sets]
        one, other = np.mean(sums, axis=0)
        groups.add("mean", estimate=float((one + other) / 2), method="mean of both values", **common)
        groups.add("bias", estimate=float(one - other), method="mean difference", **common)


def _members(members: Mask) -> Callable[[CompletedSet], Mask]:
    return lambda one: np.asarray(one.used & members)


def _mean(one: CompletedSet, values: Floats, members: Mask) -> float:
    weights = np.ones(len(members)) if one.design is None else one.design.weights
    return float(np.average(values[members], weights=weights[members]))


def _same(one: CompletedSet) -> Mask:
    return np.asarray(one.used & (_place(one, 0) == _place(one, 1)))


def _place(one: CompletedSet, position: int) -> NDArray[np.intp]:
    """Return the place of each answer among the categories, which both variables have in one order."""
    column = one.columns[position]
    return np.asarray(np.argmax(column.values[:, None] == np.array(column.info.codes, dtype=np.float64), axis=1))


def _indicators(one: CompletedSet) -> Floats:
    """Return which cell of the table each of those used is in, shape (n, categories²)."""
    k = len(one.columns[0].info.codes)
    cell = _place(one, 0)[one.used] * k + _place(one, 1)[one.used]
    return np.asarray(cell[:, None] == np.arange(k * k), dtype=np.float64)


def _table(one: CompletedSet) -> Floats:
    k = len(one.columns[0].info.codes)
    weights = np.ones(one.n) if one.weights is None else one.weights
    return weighted_means(_indicators(one), weights).estimate.reshape(k, k)


def _ac1(shares: Floats) -> float:
    """Return Gwet's AC1 of shares, which differentiation may take a step below zero; see ``effects.gwet_ac1``."""
    whole = shares / shares.sum()
    common = (whole.sum(axis=0) + whole.sum(axis=1)) / 2
    expected = float((common * (1 - common)).sum()) / (len(whole) - 1)
    return (float(np.trace(whole)) - expected) / (1 - expected)


def _add(rows: Rows, quantity: str, number: Number, method: str, conf_level: float, keys: Mapping[str, Any]) -> None:
    found = Effect(number.estimate, number.low, number.high, method, number.warning, number.std_error)
    df = number.df if math.isfinite(number.df) else math.nan
    add_number(rows, quantity, found, conf_level, df1=df, **keys)
