"""The rows of ``describe`` under weights or pooled over imputed sets."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from osa_survey.analysis.composed_numbers import Number, cell_people, mean_number, people, proportion_number, spread
from osa_survey.analysis.describing.descriptive_rows import (
    WARNING_CONSTANT,
    WARNING_FEW,
    WARNING_FEW_KURTOSIS,
    Group,
    Shapes,
    add_missing,
    has_range,
)
from osa_survey.analysis.domains import composition_notes, raked_variables, restricted, restricted_by
from osa_survey.analysis.moments import PROBABILITIES, ShapeType
from osa_survey.analysis.samples import CompletedSet, Sample
from osa_survey.dataset import Column
from osa_survey.results import Rows
from osa_survey.weighting import (
    design_quantiles,
    weighted_kurtosis,
    weighted_mad,
    weighted_skewness,
    weighted_trimmed_mean,
)

Mask = NDArray[np.bool_]
NO_POOLING = "not pooled: Rubin's rules need a nearly normal estimate"
NOTE_NO_POOLING = (
    "Medians, quartiles and median absolute deviations are not pooled, for Rubin's rules need nearly normal estimates; "
    "describe the answers as given, or one completed set, for them. Skewness, kurtosis and trimmed means are means "
    "over the sets, without error."
)
NOTE_WEIGHTED_SHAPE = (
    "Medians and quartiles are weighted, with Woodruff's intervals; skewness and other shapes are weighted, without "
    "error."
)
SHAPE_METHODS = {
    "skewness": "type {type} of weighted moments, without error",
    "kurtosis": "type {type} of weighted moments, without error",
    "trimmed_mean": "without a tenth of the weight at each end, without error",
    "mad": "weighted median absolute deviation from the weighted median, times 1.4826, without error",
}
SHAPE_METHODS_POOLED = {
    "skewness": "type {type}, mean over the sets, without error",
    "kurtosis": "type {type}, mean over the sets, without error",
    "trimmed_mean": "without a tenth of the weight at each end, mean over the sets, without error",
}


def add_composed_description(
    rows: Rows, sample: Sample, place: int, groups: Sequence[Sequence[Group]], conf_level: float, shapes: Shapes
) -> None:
    """Add all numbers of one variable for all groups.

    Parameters
    ----------
    rows : Rows
        Where they are added.
    sample : Sample
        All variables of the table, everybody used.
    place : int
        Which variable.
    groups : sequence of sequence of Group
        Of each set the groups; the last is the total of the others.
    conf_level : float
        Level of the intervals.
    shapes : Shapes
        Further numbers, and the type of skewness and kurtosis.
    """
    info = sample.first.columns[place].info
    name = info.name
    parts: dict[str, list[str]] = {}
    for number, group in enumerate(groups[0]):
        everyone = restricted_by(sample, [own[number].mask for own in groups])
        inside = restricted(everyone, lambda one: one.columns[place].answered)
        answered = f"{name}|{number}|answered"
        n = people(inside, lambda one: one.used)
        rows.cell(answered, cell_people(inside, lambda one: one.used))
        parts.setdefault("answered", []).append(answered)
        keys: dict[str, Any] = {"outcome": name, "group": group.label, "n": inside.n}
        warning = "" if inside.n else "nobody answered"
        rows.add("count", estimate=n, warning=warning, method="people, not weighted", cells=[answered], **keys)
        if not inside.n:
            continue
        if info.is_categorical:
            kinds = _categories(rows, inside, place, keys, answered, conf_level)
        else:
            kinds = _numbers(rows, inside, place, keys, answered, conf_level, shapes)
        for kind, cell in kinds.items():
            parts.setdefault(kind, []).append(cell)
        if kinds:
            rows.total(answered, kinds.values())
    for cells in parts.values():
        if len(cells) == len(groups[0]) > 1:
            rows.total(cells[-1], cells[:-1])
    add_missing(rows, sample.first.columns[place], groups[0][-1], parts["answered"][-1])


def composed_notes(sample: Sample, columns: Sequence[Column]) -> list[str]:
    """Return what the table owes its readers."""
    notes = list(composition_notes(sample))
    ordered = any(column.info.type == "ordinal" or not column.info.is_categorical for column in columns)
    if ordered:
        notes.append(NOTE_NO_POOLING if sample.imputed else NOTE_WEIGHTED_SHAPE)
    return notes


def _numbers(
    rows: Rows, inside: Sample, place: int, keys: dict[str, Any], answered: str, conf_level: float, shapes: Shapes
) -> dict[str, str]:
    def values(one: CompletedSet) -> NDArray[np.float64]:
        return one.columns[place].values

    mean = mean_number(inside, values, conf_level)
    _add(rows, "mean", mean, conf_level, keys, [answered], "t interval")
    sd = spread(inside, values)
    rows.add("sd", estimate=sd, warning="" if math.isfinite(sd) else mean.warning, cells=[answered], **keys)
    _quantiles(rows, inside, place, keys, answered, conf_level)
    for name in ("skewness", *shapes.further):
        rows.add(name, cells=[answered], **_shape(inside, place, name, shapes.shape_type), **keys)
    column = inside.first.columns[place]
    if not has_range(column) or column.info.range is None:
        return {}
    low, high = column.info.range
    ends: dict[str, Callable[[CompletedSet], Mask]] = {
        "floor": lambda one: np.isclose(values(one), low),
        "between": lambda one: ~np.isclose(values(one), low) & ~np.isclose(values(one), high),
        "ceiling": lambda one: np.isclose(values(one), high),
    }
    cells = {kind: f"{answered}|{kind}" for kind in ends}
    for kind, cell in cells.items():
        rows.cell(cell, cell_people(inside, ends[kind]))
        if kind != "between":
            share = proportion_number(inside, ends[kind], conf_level)
            _add(rows, kind, share, conf_level, keys, [cell, answered], _interval_name(inside))
    return cells


def _shape(inside: Sample, place: int, name: str, shape_type: ShapeType) -> dict[str, Any]:
    """Return a number of the shape: weighted, the mean over imputed sets."""
    if inside.imputed and name == "mad":
        return {"estimate": math.nan, "warning": NO_POOLING}
    each = []
    for one in inside.sets:
        values, weights = one.values(place), np.ones(one.n) if one.weights is None else one.weights
        if name == "skewness":
            each.append(weighted_skewness(values, weights, shape_type))
        elif name == "kurtosis":
            each.append(weighted_kurtosis(values, weights, shape_type))
        else:
            each.append((weighted_mad if name == "mad" else weighted_trimmed_mean)(values, weights))
    estimate = float(np.mean(each))
    methods = SHAPE_METHODS_POOLED if inside.imputed else SHAPE_METHODS
    return {
        "estimate": estimate,
        "method": methods[name].format(type=shape_type),
        "warning": "" if math.isfinite(estimate) else _why_not(inside, name),
    }


def _why_not(inside: Sample, name: str) -> str:
    if inside.n < 3:
        return WARNING_FEW
    return WARNING_FEW_KURTOSIS if inside.n == 3 and name == "kurtosis" else WARNING_CONSTANT


def _categories(
    rows: Rows, inside: Sample, place: int, keys: dict[str, Any], answered: str, conf_level: float
) -> dict[str, str]:
    info = inside.first.columns[place].info
    if info.type == "ordinal":
        add_median(rows, inside, place, keys, answered, conf_level)
    kinds = {}
    every = [f"{answered}|{code:g}" for code in info.codes] if info.name in raked_variables(inside) else []
    for code, label in zip(info.codes, info.labels, strict=True):

        def who(one: CompletedSet, code: float = code) -> Mask:
            return np.asarray(one.columns[place].values == code)

        cell = f"{answered}|{code:g}"
        kinds[f"{code:g}"] = cell
        number = people(inside, who)
        rows.cell(cell, cell_people(inside, who))
        own = {**keys, "level": label}
        rows.add("count", estimate=number, method="people, not weighted", cells=[cell, answered], **own)
        share = proportion_number(inside, who, conf_level)
        _add(rows, "proportion", share, conf_level, own, [cell, answered, *every], _interval_name(inside))
    return kinds


def _quantiles(rows: Rows, inside: Sample, place: int, keys: dict[str, Any], answered: str, conf_level: float) -> None:
    add_median(rows, inside, place, keys, answered, conf_level)
    for probability in PROBABILITIES:
        own = {**keys, "level": f"{probability:g}"}
        _quantile(rows, "quantile", inside, place, probability, own, answered, conf_level)


def add_median(rows: Rows, inside: Sample, place: int, keys: dict[str, Any], answered: str, conf_level: float) -> None:
    """Add the weighted median with Woodruff's interval; over imputed sets a flagged row."""
    _quantile(rows, "median", inside, place, 0.5, keys, answered, conf_level)


def _quantile(
    rows: Rows,
    quantity: str,
    inside: Sample,
    place: int,
    probability: float,
    keys: dict[str, Any],
    answered: str,
    conf_level: float,
) -> None:
    one = inside.first
    if inside.imputed or one.design is None:
        rows.add(quantity, estimate=math.nan, warning=NO_POOLING, cells=[answered], **keys)
        return
    values = one.columns[place].values
    (found,) = design_quantiles(values, one.design, [probability], rule="school", conf_level=conf_level)
    number = Number(one.n, found.estimate, found.std_error, found.low, found.high)
    if math.isnan(found.low) or math.isnan(found.high):
        number = Number(one.n, found.estimate)
    _add(rows, quantity, number, conf_level, keys, [answered], "weighted quantile, Woodruff's interval")


def _add(
    rows: Rows,
    quantity: str,
    number: Number,
    conf_level: float,
    keys: dict[str, Any],
    cells: list[str],
    method: str,
) -> None:
    rows.add(
        quantity,
        estimate=number.estimate,
        std_error=number.std_error,
        df1=number.df,
        method=method,
        warning=number.warning,
        cells=cells,
        **number.ends(conf_level),
        **keys,
    )


def _interval_name(sample: Sample) -> str:
    return "logit interval, pooled" if sample.imputed else "logit interval"
