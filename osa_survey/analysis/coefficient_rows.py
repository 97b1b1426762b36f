"""The rows of a table of coefficients, each with the groups of people it would give away."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from osa_survey.analysis.design_matrices import INTERCEPT, Term
from osa_survey.analysis.fitted_models import EVENTS, OTHERS, FittedModel, first_rows, method_of
from osa_survey.analysis.linear_models import LinearFit
from osa_survey.analysis.logistic_models import LogisticFit
from osa_survey.analysis.size_rows import size_fields
from osa_survey.effects.explained_outcomes import partial_f_squared
from osa_survey.results import Rows


def coefficient_rows(model: FittedModel) -> Rows:
    """Return B, β, sr² or odds ratio of every term of every block, with reference categories as rows of their own."""
    rows = first_rows(model)
    for block, fit in enumerate(model.fits, start=1):
        shown: set[str] = set()
        for column, position in enumerate(model.design.upto(block)):
            term = model.design.terms[int(position)]
            keys: dict[str, Any] = {"outcome": model.outcome.name, "level": model.level(block), "n": model.n}
            if term.reference and term.reference not in shown:
                shown.add(term.reference)
                quantity = "odds_ratio" if model.logistic else "b"
                reference: dict[str, Any] = {**keys, "method": "reference category: no estimate"}
                rows.add(quantity, term=term.reference, cells=model.base_cells, **reference)
            _add_term(rows, model, fit, column, term, _people_cells(rows, model, block, term), keys)
    return rows


def _people_cells(rows: Rows, model: FittedModel, block: int, term: Term) -> tuple[str, ...]:
    """Name the groups a coefficient compares: B of a group of three shows these three people."""
    entered = {found.predictor for found in model.design.terms if 0 < found.block <= block}
    people = term.people
    alone = next(iter(entered)) if len(entered) == 1 else ""
    if term.name == INTERCEPT and alone in model.design.categories:
        reference, _, size = model.design.categories[alone][0]
        people = ((reference, size),)
    cells = [*model.base_cells]
    for name, size in people:
        # Not the count cell of the table of predictors: a number that is hidden there to protect another one says
        # nothing about the coefficient.
        rows.cell(f"behind {name}", size)
        cells.append(f"behind {name}")
    if model.logistic and alone in model.design.categories:
        cells += _event_cells(rows, model, people)
    return tuple(cells)


def _event_cells(rows: Rows, model: FittedModel, people: tuple[tuple[str, int], ...]) -> list[str]:
    """Name the events in each category: with one nominal predictor alone the coefficients give these back."""
    dummies = {term.name: position for position, term in enumerate(model.design.terms) if term.reference}
    members = {name: model.design.matrix[:, position] == 1 for name, position in dummies.items()}
    cells = []
    for name, _ in people:
        others = [members[key] for key in members if key.partition("[")[0] == name.partition("[")[0]]
        where = members.get(name, ~np.logical_or.reduce(others))
        for word, value in ((EVENTS, 1.0), (OTHERS, 0.0)):
            cell = f"{word} of {name}"
            rows.cell(cell, int((where & (model.y == value)).sum()))
            cells.append(cell)
    return cells


def _add_term(
    rows: Rows,
    model: FittedModel,
    fit: LinearFit | LogisticFit,
    column: int,
    term: Term,
    cells: tuple[str, ...],
    keys: dict[str, Any],
) -> None:
    found = fit.coefficients
    low, high = found.conf_low[column], found.conf_high[column]
    method = method_of(model)
    warning = "this category is one person" if term.people and term.people[0][1] == 1 else ""
    if isinstance(fit, LogisticFit) and fit.separation.columns[column]:
        warning = f"no finite estimate: {fit.separation.kind} separation" + (f"; {warning}" if warning else "")
    test: dict[str, Any] = {
        "statistic": found.statistic[column],
        "statistic_name": "z" if math.isinf(found.df) else "t",
        "df1": math.nan if math.isinf(found.df) else found.df,
        "p_value": found.p_value[column],
    }
    common: dict[str, Any] = {**keys, "term": term.name, "cells": cells, "warning": warning}
    limits: dict[str, Any] = {"conf_low": low, "conf_high": high, "conf_level": model.conf_level}
    b = float(found.estimate[column])
    rows.add("b", estimate=b, std_error=found.std_error[column], method=method, **limits, **test, **common)
    if term.name == INTERCEPT:
        return
    if isinstance(fit, LogisticFit):
        ends: dict[str, Any] = {"conf_low": _exp(low), "conf_high": _exp(high), "conf_level": model.conf_level}
        rows.add("odds_ratio", estimate=_exp(b), method="exp(B), Wald interval", **ends, **test, **common)
        return
    sizes = [("beta", fit.beta[column - 1]), ("semipartial_r2", fit.semipartial_r2[column - 1])]
    if "cohens_f2" in model.sizes:
        t = b / math.sqrt(float(fit.classical_covariance[column, column]))
        sizes.append(("cohens_f2", partial_f_squared(t, model.n - len(found.estimate), model.conf_level)))
    for quantity, size in sizes:
        fields = common | size_fields(size, model.conf_level)
        fields["warning"] = "; ".join(filter(None, (warning, size.warning)))
        rows.add(quantity, **fields)


def _exp(value: float) -> float:
    try:
        return math.exp(value)
    except OverflowError:
        return math.inf
