"""The table of the items of a scale: how hard they are, how far they go with the others, what leaving one out does."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from osa_survey.psychometrics.coefficients import alpha_errors_without
from osa_survey.psychometrics.item_matrices import ItemMatrix
from osa_survey.psychometrics.reliability_estimates import Estimates
from osa_survey.psychometrics.reliability_rows import how
from osa_survey.results import Layout, Result, Rows, Show


def items_result(estimates: Estimates, first: str) -> Result:
    """Return the table of items.

    Parameters
    ----------
    estimates : Estimates
        What was computed.
    first : str
        The coefficient named first: loadings and omega if dropped come from its model.
    """
    items, statistics = estimates.items, estimates.statistics
    moments = statistics.moments
    listwise = estimates.options.missing == "listwise"
    rows = Rows()
    complete = f"{items.name}|complete"
    rows.cell(complete, estimates.complete)
    loadings, dropped, model = _factor(estimates, first)
    errors = alpha_errors_without(moments.covariance, estimates.n) if estimates.options.details else None
    for index, column in enumerate(items.columns):
        cell = complete if listwise else f"{items.name}|{column}"
        rows.cell(cell, int(moments.n[index]))
        common: dict[str, Any] = {
            "outcome": items.name,
            "term": column,
            "n": int(moments.n[index]),
            "method": "keyed answers, " + how(estimates),
            "cells": [cell],
        }
        rows.add("mean", estimate=moments.mean[index], **common)
        rows.add("sd", estimate=statistics.sd[index], **common)
        rest = statistics.item_rest[index]
        rows.add("item_rest", estimate=rest, warning=_rest_warning(estimates, index), **common)
        if len(items.columns) > 2:
            without = statistics.alpha_if_dropped[index]
            warning = "not defined: the other items do not vary" if np.isnan(without) else ""
            error = np.nan if errors is None else errors[index]
            rows.add("alpha_if_dropped", estimate=without, std_error=error, warning=warning, **common)
        of_model = {**common, "n": estimates.complete, "method": model, "cells": [complete]}
        if dropped is not None:
            warning = "not estimated: the model of the other items has no solution" if np.isnan(dropped[index]) else ""
            rows.add("omega_if_dropped", estimate=dropped[index], warning=warning, **of_model)
        if loadings is not None:
            below = abs(loadings[index]) > 1
            warning = "residual variance below zero" if below else ""
            rows.add("loading", estimate=loadings[index], warning=warning, **of_model)
    return _table(estimates, rows, model if loadings is not None else "")


def _factor(estimates: Estimates, first: str) -> tuple[NDArray[np.float64] | None, NDArray[np.float64] | None, str]:
    """Return loadings, omegas if dropped, and which model they come from."""
    part = estimates.categorical
    if first == "omega_categorical" and part is not None and part.loadings is not None:
        return part.loadings, part.if_dropped, "one-factor model of polychoric correlations, standardised"
    loadings = estimates.model.standardised_loadings if estimates.model is not None else None
    return loadings, estimates.omega_if_dropped, "one-factor maximum likelihood, standardised"


def _rest_warning(estimates: Estimates, index: int) -> str:
    rest = estimates.statistics.item_rest[index]
    if estimates.statistics.constant[index]:
        return "not defined: the item does not vary"
    if np.isnan(rest):
        return "not defined: the other items do not vary"
    return "runs against the other items: look at the key" if rest < 0 else ""


def _table(estimates: Estimates, rows: Rows, model: str) -> Result:
    items: ItemMatrix = estimates.items
    moments = estimates.statistics.moments
    there = rows.quantities
    order = ("mean", "sd", "item_rest", "alpha_if_dropped", "omega_if_dropped", "loading")
    return Result.from_rows(
        rows,
        title=f"Items of {items.title}",
        analysis="reliability",
        method="item statistics after keying" + (f"; loadings: {model}" if model else ""),
        n_used=moments.n_respondents,
        n_dropped=len(items.values) - moments.n_respondents,
        settings={"scale": items.name, "missing": estimates.options.missing},
        notes=("(R): reverse-keyed.",) if any(label.endswith("(R)") for label in items.labels) else (),
        labels={items.name: items.title, **dict(zip(items.columns, items.labels, strict=True))},
        layout=Layout(rows=("term",), show=tuple(Show(name) for name in order if name in there), row_head="Item"),
    )
