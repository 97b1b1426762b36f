"""The rows of ``describe``: every number of one variable, with the counts of people it would give away."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from osa_survey.analysis.moments import PROBABILITIES, QuantileType, ShapeType, is_constant, moments
from osa_survey.analysis.proportion_intervals import wilson
from osa_survey.dataset import Column
from osa_survey.disclosure import JOURNAL
from osa_survey.instruments.reasons import REASON_CODES, ROUTED
from osa_survey.results import Rows

WARNING_EMPTY = "nobody answered"
WARNING_ONE = "a spread needs two answers or more"
WARNING_CONSTANT = "all answers are the same"
WARNING_FEW = "skewness needs three answers or more"
WARNING_FEW_KURTOSIS = "kurtosis needs four answers or more"
KNOWN = ("kurtosis", "trimmed_mean", "mad")
"""Numbers given only when asked for."""


@dataclass(frozen=True)
class Shapes:
    """Which further numbers are given, and by which definition."""

    further: tuple[str, ...] = ()
    shape_type: ShapeType = 2
    quantile_type: QuantileType = 7


@dataclass(frozen=True, repr=False)
class Group:
    """A column of the table: a category of ``by``, those without an answer on it, or all of them."""

    label: str
    mask: NDArray[np.bool_]


def has_range(column: Column) -> bool:
    """Tell whether floor and ceiling of a number are known."""
    return column.info.range is not None and not column.info.is_categorical


def add_description(rows: Rows, column: Column, groups: tuple[Group, ...], conf_level: float, shapes: Shapes) -> None:
    """Add all numbers of one variable for all groups; the last group is the total of the others."""
    name = column.info.name
    parts: dict[str, list[str]] = {}
    for number, group in enumerate(groups):
        values = column.values[group.mask & column.answered]
        answered = f"{name}|{number}|answered"
        rows.cell(answered, group.mask & column.answered)
        parts.setdefault("answered", []).append(answered)
        warning = "" if len(values) else WARNING_EMPTY
        rows.add(
            "count",
            outcome=name,
            group=group.label,
            n=len(values),
            estimate=len(values),
            warning=warning,
            cells=[answered],
        )
        common: dict[str, Any] = {"answered": answered, "conf_level": conf_level}
        if column.info.is_categorical:
            kinds = _category_rows(rows, column, group, values, **common)
        else:
            kinds = _number_rows(rows, column, group, values, shapes=shapes, **common)
        for kind, cell in kinds.items():
            parts.setdefault(kind, []).append(cell)
        if kinds:
            rows.total(answered, kinds.values())
    for cells in parts.values():  # the last group is the total of the others
        if len(cells) > 1:
            rows.total(cells[-1], cells[:-1])
    add_missing(rows, column, groups[-1], parts["answered"][-1])


def _number_rows(
    rows: Rows,
    column: Column,
    people: Group,
    values: NDArray[np.float64],
    *,
    answered: str,
    conf_level: float,
    shapes: Shapes,
) -> dict[str, str]:
    name, n, group = column.info.name, len(values), people.label
    found = moments(values, conf_level, shape_type=shapes.shape_type, quantile_type=shapes.quantile_type)
    if column.info.type in ("number", "count"):
        rows.amounts(answered, name, values)
    lonely = "" if n != 1 else WARNING_ONE
    warning = lonely or ("" if n else WARNING_EMPTY)

    def add(quantity: str, estimate: float, **more: Any) -> None:
        rows.add(quantity, outcome=name, group=group, n=n, estimate=estimate, cells=[answered], **more)

    add(
        "mean",
        found.mean,
        std_error=found.std_error,
        conf_low=found.mean_low,
        conf_high=found.mean_high,
        conf_level=conf_level if n > 1 else math.nan,
        method="t interval",
        warning=warning,
    )
    add("sd", found.sd, warning=warning)
    add("median", found.median, warning="" if n else WARNING_EMPTY)
    for probability, quantile in zip(PROBABILITIES, found.quartiles, strict=True):
        empty = "" if n else WARNING_EMPTY
        add("quantile", quantile, level=f"{probability:g}", method=f"type {shapes.quantile_type}", warning=empty)
    why = WARNING_EMPTY if not n else WARNING_FEW if n < 3 else WARNING_CONSTANT if is_constant(values) else ""
    add("skewness", found.skewness, method=f"type {shapes.shape_type}", warning=why)
    if "kurtosis" in shapes.further:
        few = WARNING_FEW_KURTOSIS if n == 3 and not why else why
        add("kurtosis", found.kurtosis, method=f"type {shapes.shape_type}", warning=few)
    if "trimmed_mean" in shapes.further:
        method = "without a tenth of the answers at each end"
        add("trimmed_mean", found.trimmed_mean, method=method, warning="" if n else WARNING_EMPTY)
    if "mad" in shapes.further:
        method = "median absolute deviation from the median, times 1.4826"
        add("mad", found.mad, method=method, warning="" if n else WARNING_EMPTY)
    if not has_range(column) or column.info.range is None or n == 0:
        return {}
    low, high = column.info.range
    at_floor, at_ceiling = np.isclose(values, low), np.isclose(values, high)
    cells = {kind: f"{answered}|{kind}" for kind in ("floor", "between", "ceiling")}
    members = {"floor": at_floor, "between": ~at_floor & ~at_ceiling, "ceiling": at_ceiling}
    for kind, cell in cells.items():
        rows.cell(cell, _among(people, column, members[kind]))
    for kind in ("floor", "ceiling"):
        behind = [cells[kind], answered]
        key: dict[str, Any] = {"outcome": name, "group": group}
        _proportion_row(rows, kind, int(members[kind].sum()), n, conf_level=conf_level, key=key, cells=behind)
    return cells


def _among(group: Group, column: Column, members: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return the mask over all respondents of some of those of a group who answered."""
    found = group.mask & column.answered
    found[found] = members
    return found


def _category_rows(
    rows: Rows, column: Column, people_of: Group, values: NDArray[np.float64], *, answered: str, conf_level: float
) -> dict[str, str]:
    name, n, group = column.info.name, len(values), people_of.label
    if column.info.type == "ordinal":
        median = float(np.median(values)) if n else math.nan
        warning = "" if n else WARNING_EMPTY
        rows.add("median", outcome=name, group=group, n=n, estimate=median, warning=warning, cells=[answered])
    kinds = {}
    for code, label in zip(column.info.codes, column.info.labels, strict=True):
        people = int((values == code).sum())
        cell = f"{answered}|{code:g}"
        kinds[f"{code:g}"] = cell
        rows.cell(cell, _among(people_of, column, values == code))
        rows.add("count", outcome=name, group=group, level=label, n=n, estimate=people, cells=[cell, answered])
        if n:
            key = {"outcome": name, "group": group, "level": label}
            behind = [cell, answered]
            _proportion_row(rows, "proportion", people, n, conf_level=conf_level, key=key, cells=behind)
    return kinds


def _proportion_row(
    rows: Rows, quantity: str, people: int, n: int, *, conf_level: float, key: dict[str, Any], cells: list[str]
) -> None:
    low, high = wilson(people, n, conf_level)
    rows.add(
        quantity,
        n=n,
        estimate=people / n,
        conf_low=low,
        conf_high=high,
        conf_level=conf_level,
        method="Wilson interval",
        cells=cells,
        **key,
    )


def add_missing(rows: Rows, column: Column, group: Group, answered: str) -> None:
    """Add how many did not answer, in all and for each reason, among all respondents of the table."""
    name, people = column.info.name, int(group.mask.sum())
    gaps = group.mask & ~column.answered
    size, total = f"{name}|everyone", f"{name}|missing"
    key: dict[str, Any] = {"outcome": name, "group": group.label, "n": people}
    rows.cell(size, group.mask)
    rows.add("missing", estimate=int(gaps.sum()), cells=[total, size] if gaps.any() else [size], **key)
    if not gaps.any():  # n says so
        return
    who = {reason: gaps & (column.reasons == code) for reason, code in REASON_CODES.items()}
    who = {reason: mask for reason, mask in who.items() if mask.any()}
    for reason, mask in who.items():
        rows.cell(f"{total}|{reason}", mask)
        rows.add("missing", level=reason, estimate=int(mask.sum()), cells=[f"{total}|{reason}", size], **key)
    routed = [f"{total}|{reason}" for reason in who if reason in ROUTED]
    own = [f"{total}|{reason}" for reason in who if reason not in ROUTED]
    if not routed:
        rows.total(size, [answered, total])
        rows.gap(total, gaps, own)
        return
    rows.cell(total, float(gaps.sum()))  # people of two kinds, whom no other table counts together
    asked = group.mask & ~np.logical_or.reduce([mask for reason, mask in who.items() if reason in ROUTED])
    parts = [answered]
    if own:
        parts.append(f"{total}|own")
        rows.gap(parts[-1], asked & gaps, own)
    rows.total(total, [*routed, *parts[1:]])
    if gaps.sum() < JOURNAL.threshold:  # they may be without an answer to the filter: differences between tables judge
        return
    rows.total(size, [answered, total])
    rows.unseen(f"{name}|asked", asked)  # who was asked is known from the filter
    rows.total(f"{name}|asked", parts)
    rows.total(size, [f"{name}|asked", *routed])
