"""Attrition under first-wave weights or with first-wave answers imputed; who returned is never imputed."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from osa_survey.analysis.comparing.composed_comparisons import ComposedGroup, composed_groups, difference_of
from osa_survey.analysis.composed_numbers import Number, people, proportion_number, smooth_number
from osa_survey.analysis.domains import restricted
from osa_survey.analysis.samples import CompletedSet, Sample
from osa_survey.dataset import columns_of
from osa_survey.results import Rows
from osa_survey.weighting import Statistics, weighted_means

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]
FEW = "too few answers"


def composed_attrition_rows(
    sample: Sample, names: Sequence[str], back: Mask, words: tuple[str, str, str], conf_level: float
) -> Rows:
    """Return the rows of the share that returned and of all differences.

    Parameters
    ----------
    sample : Sample
        Everybody of the first wave, with the first-wave variables as columns.
    names : sequence of str
        What the variables are called, in the order of the columns.
    back : ndarray of bool, shape (respondents,)
        Who returned.
    words : tuple of str
        What the first wave, those who returned and those who did not are called.
    conf_level : float
        Level of the intervals.
    """
    everybody, came, gone = words
    rows = Rows()
    for name, who in ((everybody, np.ones_like(back)), (came, back), (gone, ~back)):
        rows.cell(name, people(sample, lambda one, who=who: who))  # type: ignore[misc]
    rows.total(everybody, [came, gone])
    share = proportion_number(sample, lambda one: back, conf_level)
    _add(rows, "proportion", share, "logit interval", conf_level,
         {"outcome": everybody, "term": came, "n": share.n, "cells": [came, gone]})  # fmt: skip
    returned = pd.Categorical(np.where(back, came, gone), categories=[gone, came])
    status = columns_of(pd.DataFrame({"status": returned}), ["status"])
    for place, name in enumerate(names):
        with_status = replace(
            sample, sets=tuple(replace(one, columns=(one.columns[place], *status)) for one in sample.sets)
        )
        own = restricted(with_status, lambda one: one.columns[0].answered)
        groups = composed_groups(own)
        contrast = f"{gone} − {came}"
        if own.first.columns[0].info.type == "nominal":
            _shares(rows, name, own, groups, contrast, conf_level)
        else:
            _means(rows, name, own, groups, contrast, conf_level)
    return rows


def _means(
    rows: Rows, name: str, sample: Sample, groups: tuple[ComposedGroup, ...], contrast: str, conf_level: float
) -> None:
    cells = [f"{name}, {group.label}" for group in groups]
    for cell, group in zip(cells, groups, strict=True):
        rows.cell(cell, people(group.sample, lambda one: one.used))
    keys: dict[str, Any] = {"outcome": name, "contrast": contrast, "n": sample.n, "cells": cells}
    if min(group.sample.n for group in groups) < 2:
        rows.add("hedges_g", warning=FEW, **keys)
        return
    difference, g = difference_of(sample, groups[0], groups[1], conf_level)
    _add(rows, "hedges_g", g, "pooled SD, linearised t interval", conf_level, keys)
    _add(rows, "mean_difference", difference, "t test of the difference", conf_level, keys, test=True)


def _shares(
    rows: Rows, name: str, sample: Sample, groups: tuple[ComposedGroup, ...], contrast: str, conf_level: float
) -> None:
    info = sample.first.columns[0].info
    for code, label in zip(info.codes, info.labels, strict=True):

        def chosen(one: CompletedSet, code: float = code) -> Mask:
            return np.asarray(one.columns[0].values == code)

        cells = [f"{name}={label}, {group.label}" for group in groups]
        for cell, group in zip(cells, groups, strict=True):
            rows.cell(cell, people(group.sample, chosen))
        n = round(people(sample, chosen))
        keys: dict[str, Any] = {"outcome": name, "level": label, "contrast": contrast, "cells": cells, "n": n}
        if min(group.sample.n for group in groups) < 2:
            rows.add("risk_difference", warning=FEW, **keys)
            continue
        found = _difference_of_shares(sample, groups, chosen, conf_level)
        _add(rows, "risk_difference", found, "difference of two proportions, t interval", conf_level, keys)
    for group in groups:
        rows.cell(f"{name}, {group.label}", people(group.sample, lambda one: one.used))
        rows.total(f"{name}, {group.label}", [f"{name}={label}, {group.label}" for label in info.labels])


def _difference_of_shares(
    sample: Sample, groups: tuple[ComposedGroup, ...], chosen: Callable[[CompletedSet], Mask], conf_level: float
) -> Number:
    """Return the difference of two shares, first minus second, with a linearised error."""
    first = groups[0].code

    def sides(one: CompletedSet, weights: Floats) -> Sequence[Statistics]:
        own = chosen(one)[one.used].astype(np.float64)
        gone = one.columns[1].values[one.used] == first
        return [weighted_means(np.column_stack([np.where(gone, own, np.nan), np.where(gone, np.nan, own)]), weights)]

    return smooth_number(sample, sides, lambda p: float(p[0] - p[1]), conf_level, what="a difference of proportions",
                         df=lambda one: math.inf)  # fmt: skip


def _add(
    rows: Rows,
    quantity: str,
    number: Number,
    method: str,
    conf_level: float,
    keys: dict[str, Any],
    *,
    test: bool = False,
) -> None:
    fields: dict[str, Any] = {"std_error": number.std_error, **number.ends(conf_level)}
    finite = math.isfinite(number.df)
    if test:
        fields |= {"statistic": number.statistic, "statistic_name": "t" if finite else "z", "p_value": number.p_value}
    df = number.df if finite else math.nan
    rows.add(quantity, estimate=number.estimate, df1=df, method=method, warning=number.warning, **fields, **keys)
