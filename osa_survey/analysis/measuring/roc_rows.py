"""The rows of a ROC analysis: areas, what cut-offs give, and the points of the curve."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from osa_survey.analysis.describing.prevalence_rows import MaskCells
from osa_survey.analysis.measuring.roc_arguments import RocData
from osa_survey.analysis.proportion_intervals import wilson
from osa_survey.effects.diagnostic_accuracies import likelihood_ratio, predictive_value
from osa_survey.effects.effects import Effect, effect
from osa_survey.results import Rows

Mask = NDArray[np.bool_]
WILSON = "Wilson interval"
STEP = 5
"""Cases, and non-cases, between two points of the curve: a table of every score would show single people."""


def add_number(rows: Rows, quantity: str, found: Effect, conf_level: float, **keys: Any) -> None:
    """Add an effect as a row."""
    rows.add(
        quantity,
        estimate=found.estimate,
        std_error=found.std_error,
        conf_low=found.low,
        conf_high=found.high,
        conf_level=conf_level if found.bounded else math.nan,
        method=found.method,
        warning="; ".join(part for part in (found.warning, keys.pop("warning", "")) if part),
        **keys,
    )


def share(successes: int, n: int, conf_level: float) -> Effect:
    """Return a share with its Wilson interval."""
    return effect(successes / n, wilson(successes, n, conf_level), WILSON)


def add_kinds(rows: Rows, cells: MaskCells, roc: RocData) -> tuple[str, str]:
    """Name the cells of cases and non-cases, and who adds up to whom."""
    cases = cells.name(rows, roc.among_all(roc.cases), "cases")
    others = cells.name(rows, roc.among_all(~roc.cases), "not cases")
    everybody = cells.name(rows, roc.among_all(np.ones_like(roc.cases)), "all")
    rows.total(everybody, [cases, others])
    return cases, others


def add_cut_off(
    rows: Rows,
    cells: MaskCells,
    roc: RocData,
    cut_off: Effect,
    reason: str,
    prevalences: tuple[float, ...],
    conf_level: float,
) -> None:
    """Add what one cut-off of the first score gives."""
    above = roc.values[:, 0] >= roc.sign * cut_off.estimate
    rule = roc.rule(roc.sign * cut_off.estimate)
    masks = {
        f"cases {rule}": roc.cases & above,
        f"cases beyond {rule}": roc.cases & ~above,
        f"not cases {rule}": ~roc.cases & above,
        f"not cases beyond {rule}": ~roc.cases & ~above,
    }
    names = [cells.name(rows, roc.among_all(mask), name) for name, mask in masks.items()]
    kinds = add_kinds(rows, cells, roc)
    for kind, parts in zip(kinds, (names[:2], names[2:]), strict=True):
        if kind not in parts:
            rows.total(kind, parts)
    a, c, b, d = (int(mask.sum()) for mask in masks.values())
    m, n = a + c, b + d
    keys: dict[str, Any] = {"outcome": roc.reference.info.name, "term": roc.scores[0].info.name, "level": rule}
    of_cases = {**keys, "n": m, "cells": list(dict.fromkeys(names[:2]))}
    of_others = {**keys, "n": n, "cells": list(dict.fromkeys(names[2:]))}
    of_all = {**keys, "n": m + n, "cells": list(dict.fromkeys(names))}
    warning = of_all | {"warning": reason} if reason else of_all
    add_number(rows, "cutoff", cut_off, conf_level, **warning)
    add_number(rows, "sensitivity", share(a, m, conf_level), conf_level, **of_cases)
    add_number(rows, "specificity", share(d, n, conf_level), conf_level, **of_others)
    add_number(rows, "youden_j", Effect(a / m + d / n - 1, math.nan, math.nan, "sensitivity + specificity − 1"),
               conf_level, **of_all)  # fmt: skip
    add_number(rows, "lr_positive", likelihood_ratio((a, m), (b, n), conf_level), conf_level, **of_all)
    add_number(rows, "lr_negative", likelihood_ratio((c, m), (d, n), conf_level), conf_level, **of_all)
    add_number(rows, "above_cutoff", share(a + b, m + n, conf_level), conf_level, **of_all)
    for prevalence in prevalences:
        stated = {
            "contrast": f"prevalence {100 * prevalence:g}%",
            "statistic": prevalence,
            "statistic_name": "prevalence",
            **of_all,
        }
        ppv = predictive_value((a, m), (b, n), prevalence, conf_level)
        npv = predictive_value((d, n), (c, m), 1 - prevalence, conf_level)
        add_number(rows, "ppv", ppv, conf_level, **stated)
        add_number(rows, "npv", npv, conf_level, **stated)


def add_curve(rows: Rows, cells: MaskCells, roc: RocData, position: int, always: list[float]) -> None:
    """Add the points of one curve, the cut-offs reported among them, with enough people between any two."""
    values, cases = roc.values[:, position], roc.cases
    kinds = add_kinds(rows, cells, roc)
    name = roc.scores[position].info.name
    m, n = int(cases.sum()), int((~cases).sum())
    for cut_off in curve_points(values, cases, always if position == 0 else []):
        above = values >= cut_off
        keys = {"outcome": roc.reference.info.name, "term": name, "level": roc.rule(cut_off)}
        for quantity, kind, mask, cell in (
            ("sensitivity", "cases", cases, kinds[0]),
            ("specificity", "not cases", ~cases, kinds[1]),
        ):
            inside = cells.name(rows, roc.among_all(mask & above), f"{kind}, {name} {keys['level']}")
            outside = cells.name(rows, roc.among_all(mask & ~above), f"{kind}, {name} beyond {keys['level']}")
            if cell not in (inside, outside):
                rows.total(cell, [inside, outside])
            met = int((mask & (above if quantity == "sensitivity" else ~above)).sum())
            rows.add(
                quantity,
                n=m if quantity == "sensitivity" else n,
                estimate=met / int(mask.sum()),
                cells=[inside, outside],
                **keys,
            )


def curve_points(values: NDArray[np.float64], cases: Mask, always: list[float]) -> list[float]:
    """Return the cut-offs of the drawn curve, from the lowest on: ``STEP`` of each kind lie between any two.

    Cut-offs in ``always`` are kept; of others those too near to one kept are left out, and so are those with fewer than
    ``STEP`` of a kind beyond them.

    Examples
    --------
    >>> cases = np.repeat([False, True], 10)
    >>> curve_points(np.tile(np.arange(10.0), 2), cases, [4.0])
    [4.0]
    >>> curve_points(np.tile(np.arange(10.0), 2), cases, [])
    [5.0]
    """
    candidates = np.unique(values)
    of_cases = np.searchsorted(np.sort(values[cases]), candidates)
    of_others = np.searchsorted(np.sort(values[~cases]), candidates)
    below = np.column_stack([of_cases, of_others])
    whole = np.array([cases.sum(), (~cases).sum()])
    kept = [np.zeros(2), whole.astype(np.float64)]
    found: list[float] = []
    for cut_off in always:
        found.append(cut_off)
        kept.append(np.array([(values[cases] < cut_off).sum(), (values[~cases] < cut_off).sum()], dtype=np.float64))
    for cut_off, people in zip(candidates, below, strict=True):
        if all((np.abs(people - other) >= STEP).all() for other in kept):
            kept.append(people.astype(np.float64))
            found.append(float(cut_off))
    return sorted(set(found))
