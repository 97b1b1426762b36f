"""The rows of ``reliability`` under weights, over imputed sets, or from all answers: coefficients, items, groups."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from osa_survey.analysis.measuring.further_reliabilities import FurtherNumbers
from osa_survey.analysis.measuring.reliability_numbers import ReliabilityNumbers
from osa_survey.dataset import Column
from osa_survey.psychometrics.item_matrices import ItemMatrix
from osa_survey.psychometrics.one_factor import one_factor
from osa_survey.psychometrics.reliability_groups import NOTE as NOTE_GROUPS
from osa_survey.results import Layout, Result, Rows, Show


def coefficient_rows(
    items: ItemMatrix, found: ReliabilityNumbers, order: Sequence[str], conf_level: float, further: FurtherNumbers
) -> Rows:
    """Return the rows of the coefficients; alpha has its own n where pairs of answers are enough for it."""
    rows = Rows()
    base = f"{items.name}|used"
    rows.cell(base, found.n)
    complete: dict[str, Any] = {"outcome": items.name, "n": found.n, "cells": [base]}
    common = _alpha_keys(rows, items, found)
    for name in order:
        keys = common if name == "alpha" else complete
        rows.add(name, **found.coefficients[name].fields(conf_level), **keys)
    for name, one in further.coefficients.items():
        rows.add(name, **one.fields(conf_level), **complete)
    standardised = found.mean(lambda one: one.alpha_standardised)
    constant = "not defined: an item does not vary" if math.isnan(float(standardised)) else ""
    rows.add("alpha_standardised", estimate=float(standardised), warning=constant, **common)
    rows.add("inter_item_r", estimate=float(found.mean(lambda one: one.mean_inter_item_r)), warning=constant, **common)
    return rows


def _alpha_keys(rows: Rows, items: ItemMatrix, found: ReliabilityNumbers) -> dict[str, Any]:
    cell = f"{items.name}|used" if found.n_alpha == found.n else f"{items.name}|any answer"
    rows.cell(cell, found.n_alpha)
    return {"outcome": items.name, "n": found.n_alpha, "cells": [cell]}


def items_table(items: ItemMatrix, found: ReliabilityNumbers, *, fiml: bool) -> Result:
    """Return the table of item statistics: means over the sets."""
    rows = Rows()
    common = _alpha_keys(rows, items, found)
    rows.cell(f"{items.name}|used", found.n)
    numbers = {
        "mean": found.mean(lambda one: one.moments.mean),
        "sd": found.mean(lambda one: one.sd),
        "item_rest": found.mean(lambda one: one.item_rest),
        "alpha_if_dropped": found.mean(lambda one: one.alpha_if_dropped),
    }
    k = len(items.columns)
    if k > 2:
        numbers["loading"] = np.mean([_loadings(one, found.n) for one in found.complete_covariances], axis=0)
    else:
        del numbers["alpha_if_dropped"]
    for place, column in enumerate(items.columns):
        for name, values in numbers.items():
            value = float(values[place])
            warning = "" if math.isfinite(value) else "not defined"
            keys = common if name != "loading" else {**common, "n": found.n, "cells": [f"{items.name}|used"]}
            rows.add(name, term=column, estimate=value, warning=warning, **keys)
    return Result.from_rows(
        rows,
        title=f"Items of {items.title}",
        analysis="reliability",
        method="item statistics after keying" + (", FIML covariances" if fiml else "")
        + ("; loadings: one-factor maximum likelihood, standardised" if k > 2 else ""),
        n_used=found.n_alpha,
        n_dropped=len(items.values) - found.n_alpha,
        notes=("(R): reverse-keyed.",) if any(label.endswith("(R)") for label in items.labels) else (),
        labels={items.name: items.title, **dict(zip(items.columns, items.labels, strict=True))},
        layout=Layout(rows=("term",), show=tuple(Show(name) for name in numbers), row_head="Item"),
    )  # fmt: skip


def _loadings(covariance: Any, n: int) -> Any:
    try:
        model = one_factor(covariance, n)
    except ValueError:
        return np.full(len(covariance), np.nan)
    return model.standardised_loadings if model.converged else np.full(len(covariance), np.nan)


def groups_table(
    items: ItemMatrix,
    whole: ReliabilityNumbers,
    parts: Mapping[str, ReliabilityNumbers | str],
    order: Sequence[str],
    grouping: Column,
    conf_level: float,
) -> Result:
    """Return the table of coefficients by group."""
    rows = Rows()
    cells = {label: f"{items.name}|{grouping.info.name}|{label}" for label in parts}
    people = {}
    for label, (code, part) in zip(parts, zip(grouping.info.codes, parts.values(), strict=True), strict=True):
        own = (grouping.values == code) & ~np.isnan(items.values).all(axis=1)
        people[label] = int(own.sum()) if isinstance(part, str) else part.n
        rows.cell(cells[label], people[label])
    rest = f"{items.name}|{grouping.info.name}|none"
    rows.cell(f"{items.name}|used", whole.n)
    rows.cell(rest, max(whole.n - sum(people.values()), 0))
    rows.total(f"{items.name}|used", [*cells.values(), rest])
    for label, part in parts.items():
        common: dict[str, Any] = {"outcome": items.name, "group": label, "n": people[label], "cells": [cells[label]]}
        for name in order:
            if isinstance(part, str):
                rows.add(name, estimate=math.nan, warning=part, **common)
            else:
                own = {**common, "n": part.n_alpha} if name == "alpha" else common
                rows.add(name, **part.coefficients[name].fields(conf_level), **own)
    used = sum(people.values())
    return Result.from_rows(
        rows,
        title=f"Reliability of {items.title} by {grouping.info.title}",
        analysis="reliability",
        method="as for everybody, among the respondents of each group",
        n_used=used,
        n_dropped=len(items.values) - used,
        settings={"scale": items.name},
        notes=(NOTE_GROUPS,),
        labels={items.name: items.title},
        layout=Layout(
            rows=("group",),
            show=(Show("alpha", "n"), *(Show(which, part) for which in order for part in ("estimate", "interval"))),
            row_head=grouping.info.title,
        ),
    )
