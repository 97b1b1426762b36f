"""Whether the slopes of an ordinal model are the same at every threshold, as a table beside its coefficients."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from osa_survey.analysis.regressing.fitted_models import FittedModel, first_rows
from osa_survey.errors import AnalysisError
from osa_survey.models import OrdinalLogit, brant_test
from osa_survey.results import Layout, Result, Rows, Show

BRANT = (
    "Brant, R. (1990). Assessing proportionality in the proportional odds model for ordinal logistic regression. "
    "Biometrics, 46, 1171–1178. doi:10.2307/2532457"
)
OMNIBUS = "all predictors"


def parallel_lines(model: FittedModel, fields: Mapping[str, Any]) -> dict[str, Result]:
    """Return Brant's test of each predictor and of all, and the slopes at every threshold.

    Nothing under weights, over imputed sets, for probit models and with two categories: there is no such test.
    """
    categories = model.outcome.categories
    untested = model.sample.design is not None or model.sample.imputed or len(categories) < 3
    if untested or not isinstance(model.outcome.family, OrdinalLogit):
        return {}
    rows = first_rows(model)
    X, y = model.blocks[-1].matrices[0], model.y
    columns: dict[str, list[int]] = {}
    for position, term in enumerate(model.design.terms[1:], start=1):
        columns.setdefault(term.predictor, []).append(position)
    cells = [name for name, _ in model.groups]
    keys: dict[str, Any] = {"outcome": model.outcome.info.name, "n": model.n, "cells": cells}
    try:
        found = brant_test(y, X, len(categories), list(columns.values()))
    except AnalysisError as error:
        warning = f"no test: {error.problems[0].message}"
        rows.add("parallel_lines_test", term=OMNIBUS, method="Brant test", warning=warning, **keys)
        return {"parallel_lines": _result(model, rows, fields)}
    for name, test in ((OMNIBUS, found.overall), *zip(columns, found.groups, strict=True)):
        rows.add("parallel_lines_test", term=name, estimate=test.statistic, statistic=test.statistic,
                 statistic_name="χ²", df1=test.df1, p_value=test.p_value, method="Brant test", **keys)  # fmt: skip
    above = [f"above {category}" for category in categories[:-1]]
    for threshold, slopes in zip(above, found.slopes, strict=True):
        for term, slope in zip(model.design.terms[1:], slopes, strict=True):
            fit = "binary logistic model of the categories " + threshold
            rows.add("b", term=term.name, level=threshold, estimate=float(slope), method=fit, **keys)
    return {"parallel_lines": _result(model, rows, fields)}


def _result(model: FittedModel, rows: Rows, fields: Mapping[str, Any]) -> Result:
    labels = {**fields["labels"], OMNIBUS: "All predictors"}
    return Result.from_rows(
        rows,
        title=f"Parallel lines of {model.outcome.info.title} (Brant test)",
        layout=Layout(
            rows=("term",),
            show=(Show("parallel_lines_test", "statistic", "Test"), Show("parallel_lines_test", "p")),
            row_head="Predictor",
        ),
        notes=(
            "A small p says that the slopes differ between thresholds more than chance allows: one odds ratio for all "
            "thresholds is then a summary. With many respondents small differences become significant.",
        ),
        **{**fields, "labels": labels, "references": (BRANT,)},
    )
