"""Tables of graded response models: items, information."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from osa_survey.psychometrics.item_matrices import ItemMatrix
from osa_survey.psychometrics.item_response.graded_curves import information
from osa_survey.psychometrics.item_response.graded_models import GradedModel
from osa_survey.results import Layout, Result, Rows, Show

TRAITS = np.arange(-3.0, 3.01, 0.5)
STEEP = 6.0
"""A larger discrimination is seldom real: two items say the same, or too few people stand behind it."""
ITEMS_METHOD = (
    "graded response model, logistic metric; difficulties: the trait at which half choose that answer or a higher one"
)


def base_rows(items: ItemMatrix, model: GradedModel) -> tuple[Rows, dict[str, Any]]:
    """Return empty rows with the cell of all who answered, and what every row has."""
    rows = Rows()
    rows.cell("answered", model.n)
    return rows, {"outcome": items.name, "n": model.n, "cells": ["answered"]}


def graded_labels(items: ItemMatrix) -> dict[str, str]:
    """Return what print calls the scale and its items."""
    return {items.name: items.title, **dict(zip(items.columns, items.labels, strict=True))}


def items_result(
    items: ItemMatrix,
    model: GradedModel,
    discrimination: Callable[[int], dict[str, Any]],
    difficulty: Callable[[int, int], dict[str, Any]],
    notes: tuple[str, ...] = (),
) -> Result:
    """Return the table of discriminations and difficulties.

    Parameters
    ----------
    items : ItemMatrix
        Names.
    model : GradedModel
        The model.
    discrimination, difficulty : callable
        From an item, or an item and an answer (0 for the second), to the columns of its number; ``fmi`` among them
        becomes a row of its own.
    notes : tuple of str
        Notes of the table.
    """
    rows, common = base_rows(items, model)
    pooled = False
    for item, column in enumerate(items.columns):
        a = float(model.slopes[item])
        steep = "very steep: look for an item that says the same" if abs(a) > STEEP else ""
        against = "runs against the trait: look at the key" if a < 0 else ""
        numbers = [("discrimination", discrimination(item), steep or against, {**common, "term": column})]
        for c in range(len(model.intercepts[item])):
            where = {**common, "term": column, "level": f"{model.answers[item][c + 1] + 0.0:g}"}
            numbers.append(("difficulty", difficulty(item, c), "", where))
        for quantity, fields, warning, keys in numbers:
            own = dict(fields)
            fmi = own.pop("fmi", None)
            why = warning or own.pop("warning", "")
            own.pop("warning", None)
            rows.add(quantity, warning=why, **own, **keys)
            if fmi is not None:
                pooled = True
                rows.add("fmi", estimate=fmi, method=f"fraction of missing information of the {quantity}", **keys)
    shown = [Show(name, part) for name in ("discrimination", "difficulty") for part in ("estimate", "interval")]
    return Result.from_rows(
        rows,
        title=f"Items of {items.title}: discriminations and difficulties",
        analysis="graded_response",
        method=ITEMS_METHOD,
        n_used=model.n,
        notes=notes,
        labels=graded_labels(items),
        layout=Layout(
            rows=("term", "level"), show=(*shown, *((Show("fmi"),) if pooled else ())), row_head="Item and answer"
        ),
    )


def information_result(items: ItemMatrix, model: GradedModel, notes: tuple[str, ...] = ()) -> Result:
    """Return the information of the test over the trait."""
    rows, common = base_rows(items, model)
    total = sum(information(float(a), d, TRAITS) for a, d in zip(model.slopes, model.intercepts, strict=True))
    for theta, value in zip(TRAITS, np.asarray(total), strict=True):
        rows.add("information", level=f"{theta:g}", group="test", estimate=value, **common)
    return Result.from_rows(
        rows,
        title=f"Information of {items.title} over the trait",
        analysis="graded_response",
        method="sum of the items' information; the standard error of a trait is one over its square root",
        n_used=model.n,
        notes=notes,
        labels={**graded_labels(items), "test": items.title},
        layout=Layout(rows=("level",), show=(Show("information"),), row_head="Trait θ"),
        plot="lines",
    )


def item_information_result(items: ItemMatrix, model: GradedModel, notes: tuple[str, ...] = ()) -> Result:
    """Return the information of each item over the trait."""
    rows, common = base_rows(items, model)
    for item, column in enumerate(items.columns):
        given = information(float(model.slopes[item]), model.intercepts[item], TRAITS)
        for theta, value in zip(TRAITS, given, strict=True):
            rows.add("information", term=column, level=f"{theta:g}", estimate=value, **common)
    return Result.from_rows(
        rows,
        title=f"Information of the items of {items.title}",
        analysis="graded_response",
        method="squared slope over probability, summed over the answers",
        n_used=model.n,
        notes=notes,
        labels=graded_labels(items),
        layout=Layout(rows=("term",), show=(Show("information"),), across="level", row_head="Item"),
    )
