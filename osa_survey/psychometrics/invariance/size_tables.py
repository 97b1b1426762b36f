"""How large what differs between groups is, and which equalities were given up."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr, ndtri, stdtr, stdtrit

from osa_survey.psychometrics.confirmatory.fits import FactorFit
from osa_survey.psychometrics.confirmatory.modelled_items import Groups, ModelledItems
from osa_survey.psychometrics.invariance.climbing import Step, common_step
from osa_survey.psychometrics.invariance.ladders import Ladder
from osa_survey.psychometrics.invariance.shifts import GroupShift
from osa_survey.results import Layout, Result, Rows, Show

Floats = NDArray[np.float64]
NOTE_SHIFT = (
    "Shifts: the expected answer with the group's own item parameters less that with those of {first}, both for the "
    "group's own distribution of the factors. Equal parameters give no shift."
)


def normal(fit: FactorFit, slopes: Floats) -> float:
    """Return infinite degrees of freedom."""
    return math.inf


@dataclass(frozen=True)
class Basis:
    """What tables owe to weights and imputed sets.

    Attributes
    ----------
    df : callable
        From a fit and the derivatives of a number by its free parameters, shape (free,), to degrees of freedom of its
        t test; infinite for z.
    words : str
        The end of the line on methods.
    notes, references : tuple of str
        Further notes and sources.
    ruled : bool
        Whether published rules for changes of fit hold: they were made for unweighted, complete answers.
    """

    df: Callable[[FactorFit, Floats], float] = normal
    words: str = ""
    notes: tuple[str, ...] = ()
    references: tuple[str, ...] = ()
    ruled: bool = True


PLAIN = Basis()
SIZES = Layout(
    rows=("contrast", "outcome", "term"),
    show=(
        Show("item_bias"),
        Show("mean_difference", "estimate", "Observed difference of means"),
        Show("scale_bias"),
        Show("latent_difference"),
        Show("latent_difference", "interval"),
        Show("latent_difference", "p"),
    ),
    row_head="Scale or item",
)
"""Of tables of the size of what differs, between groups or waves."""
"""Neither weights nor imputed sets."""


@dataclass(frozen=True, repr=False)
class LadderParts:
    """What a ladder computed."""

    items: ModelledItems
    groups: Groups
    ladder: Ladder
    steps: tuple[Step, ...]
    shifts: tuple[GroupShift, ...]
    estimator: str
    missing: str
    chosen: bool
    conf_level: float
    n_all: int
    basis: Basis = PLAIN


def step_name(step: Step) -> str:
    """Return how print calls a step."""
    return f"{step.name} (partial)" if step.partial else step.name


def started(parts: LadderParts) -> Rows:
    """Return an empty table that knows the cells of people."""
    rows = Rows()
    for cell, sample in zip(cells_of(parts), parts.steps[-1].fit.samples, strict=True):
        rows.cell(cell, sample.n)
    if len(cells_of(parts)) > 1:
        rows.cell(f"{parts.items.name}|all", parts.steps[-1].fit.n)
        rows.total(f"{parts.items.name}|all", cells_of(parts))
    return rows


def cells_of(parts: LadderParts) -> list[str]:
    """Return the names of the groups' cells."""
    return [f"{parts.items.name}|{label}" for label in parts.groups.labels]


def size_table(parts: LadderParts) -> Result:
    """Return shifts of items and scales, observed differences and differences of factor means."""
    rows = started(parts)
    first = parts.groups.labels[0]
    step = common_step(parts.steps)
    assert step is not None
    items = list(parts.ladder.items)
    for shift in parts.shifts:
        label = parts.groups.labels[shift.group]
        n = step.fit.samples[shift.group].n
        cells = [f"{parts.items.name}|{first}", f"{parts.items.name}|{label}"]
        where: dict[str, Any] = {"group": label, "contrast": f"{label} − {first}", "n": n, "cells": cells}
        for item, value in zip(items, shift.items, strict=True):
            rows.add("item_bias", outcome=parts.items.name, term=item, estimate=value, method=step_name(step), **where)
        for factor, own in parts.ladder.loadings.items():
            places = [items.index(item) for item in own]
            score, times = parts.items.scoring.get(factor, ("sum", 1.0))
            weight = times / (len(own) if score == "mean" else 1)
            said = f"{score} of the items"
            rows.add(
                "mean_difference",
                outcome=factor,
                estimate=float(shift.observed[places].sum() * weight),
                method=f"observed, {said}",
                **where,
            )
            rows.add(
                "scale_bias",
                outcome=factor,
                estimate=float(shift.items[places].sum() * weight),
                method=f"{step_name(step)}, {said}",
                **where,
            )
            add_latent(rows, parts, step, (factor, factor, shift.group), where)
    return Result.from_rows(
        rows,
        title=f"Size of what differs: {parts.items.title} across {parts.groups.title}",
        analysis="invariance",
        method=f"expected answers at the step “{step_name(step)}”",
        n_used=step.fit.n,
        n_dropped=parts.n_all - step.fit.n,
        labels={parts.items.name: parts.items.title, **parts.items.labels},
        notes=(NOTE_SHIFT.format(first=first),),
        layout=SIZES,
    )


def add_latent(rows: Rows, parts: LadderParts, step: Step, factor: tuple[str, str, int], where: dict[str, Any]) -> None:
    """Add the factor mean of a group or wave, in standard deviations of the first.

    ``factor`` is what tables call it, its name in the model, and its group there.
    """
    outcome, name, group = factor
    for index, row in enumerate(step.fit.table.rows):
        if row.op != "~1" or row.lhs != name or row.group != group:
            continue
        value, error = float(step.fit.estimates[index]), float(step.fit.std_errors[index])
        test: dict[str, Any] = {}
        if np.isfinite(error) and error > 0:
            df, ratio = parts.basis.df(step.fit, np.eye(step.fit.table.n_free)[row.position]), value / error
            infinite, middle = math.isinf(df), 0.5 + parts.conf_level / 2.0
            half = float(ndtri(middle) if infinite else stdtrit(df, middle)) * error
            test = {
                "std_error": error,
                "conf_low": value - half,
                "conf_high": value + half,
                "conf_level": parts.conf_level,
                "statistic": ratio,
                "statistic_name": "z" if infinite else "t",
                "df1": math.nan if infinite else df,
                "p_value": 2.0 * float(ndtr(-abs(ratio)) if infinite else stdtr(df, -abs(ratio))),
            }
        rows.add("latent_difference", outcome=outcome, estimate=value, method=step_name(step), **where, **test)


def given_up_table(parts: LadderParts, analysis: str = "invariance", head: str = "Differs between groups") -> Result:
    """Return the equalities that were given up."""
    rows = started(parts)
    for step in parts.steps:
        for freed in step.freed:
            rows.add(
                "released",
                outcome=freed.factor or parts.items.name,
                term=freed.item,
                level=freed.kind,
                n=step.fit.n,
                estimate=1.0,
                method=f"largest score test at the step “{step.name}”",
                cells=cells_of(parts),
            )
    return Result.from_rows(
        rows,
        title=f"Equalities given up: {parts.items.title} across {parts.groups.title}",
        analysis=analysis,
        method="freed one after the other by their score tests",
        n_used=parts.steps[-1].fit.n,
        labels={parts.items.name: parts.items.title, **parts.items.labels},
        notes=("A search for what to give up is exploratory; new data must confirm it.",),
        layout=Layout(rows=("term",), show=(Show("released", "text", head),), row_head="Item"),
    )
