"""The reliability of a scale in each group or wave."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from osa_survey.psychometrics.categorical_reliability import UNKNOWN
from osa_survey.psychometrics.coefficients import Coefficient
from osa_survey.psychometrics.item_matrices import ItemMatrix
from osa_survey.psychometrics.item_statistics import complete_cases
from osa_survey.psychometrics.reliability_estimates import Estimates
from osa_survey.psychometrics.reliability_rows import coefficient_row
from osa_survey.results import Layout, Result, Rows, Show

NOTE = (
    "Coefficients of groups differ with the spread of the scores as well as with measurement; equal ones are no "
    "evidence that the scale measures the same in each group."
)


@dataclass(frozen=True)
class Group:
    """One group: its label, its items, and its estimates or why there are none."""

    label: str
    items: ItemMatrix
    estimates: Estimates | None
    why: str


def groups_result(groups: Sequence[Group], order: tuple[str, ...], items: ItemMatrix, by: str) -> Result:
    """Return the table of coefficients by group.

    Parameters
    ----------
    groups : sequence of Group
        The groups in their order.
    order : tuple of str
        The coefficients.
    items : ItemMatrix
        The items of everybody.
    by : str
        What print calls the groups.
    """
    rows = Rows()
    name = items.name
    everybody = int(complete_cases(items.values).sum())
    parts = []
    for group in groups:
        cell = f"{name}|{by}|{group.label}|complete"
        people = int(complete_cases(group.items.values).sum())
        rows.cell(cell, people)
        parts.append(cell)
        for which in order:
            common: dict[str, Any] = {"outcome": name, "group": group.label, "cells": [cell]}
            if group.estimates is None:
                rows.add(which, n=people, estimate=np.nan, warning=group.why, **common)
                continue
            found: Coefficient = group.estimates.coefficient(which) or UNKNOWN
            rows.add(which, **coefficient_row(group.estimates, which, found), **common)
    rest = everybody - sum(int(complete_cases(group.items.values).sum()) for group in groups)
    total, nobody = f"{name}|complete", f"{name}|{by}|none|complete"
    rows.cell(total, everybody)
    rows.cell(nobody, rest)
    rows.total(total, [*parts, nobody])
    return Result.from_rows(
        rows,
        title=f"Reliability of {items.title} by {by}",
        analysis="reliability",
        method="as for everybody, among the respondents of each group",
        n_used=everybody - rest,
        n_dropped=len(items.values) - everybody + rest,
        settings={"scale": name},
        notes=(NOTE,),
        labels={name: items.title},
        layout=Layout(
            rows=("group",),
            show=(Show("alpha", "n"), *(Show(which, part) for which in order for part in ("estimate", "interval"))),
            row_head=by,
        ),
    )
