"""The graded response model of a scale: the public analysis."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from scipy.special import ndtri

from osa_survey import formatting
from osa_survey.dataset import ScoredData, refuse_design, refuse_imputed
from osa_survey.errors import AnalysisError, Problem
from osa_survey.psychometrics.item_matrices import ItemMatrix, item_matrix
from osa_survey.psychometrics.item_response.graded_curves import information
from osa_survey.psychometrics.item_response.graded_models import GradedModel, fit_graded
from osa_survey.psychometrics.item_response.trait_scores import TraitScores, trait_scores
from osa_survey.results import Layout, Result, Rows, Show

MOST_ANSWERS = 20
STEEP = 6.0
"""A larger discrimination is seldom real: two items say the same, or too few people stand behind it."""
TRAITS = np.arange(-3.0, 3.01, 0.5)
REFERENCES = (
    "Samejima, F. (1969). Estimation of latent ability using a response pattern of graded scores. Psychometrika, "
    "34(S1), 1–97. https://doi.org/10.1007/BF03372160",
    "Bock, R. D., & Aitkin, M. (1981). Marginal maximum likelihood estimation of item parameters: Application of an EM "
    "algorithm. Psychometrika, 46(4), 443–459. https://doi.org/10.1007/BF02293801",
)
TEXTS = {
    "en": {
        "value": "In a graded response model of {title} the marginal reliability was {value}, n = {n}.",
        "hidden": "The graded response model of {title} is not shown, because too few people stand behind it.",
    },
    "de": {
        "value": "In einem Graded-Response-Modell von {title} betrug die marginale Reliabilität {value}, n = {n}.",
        "hidden": "Das Graded-Response-Modell von {title} wird nicht gezeigt, weil zu wenige Personen dahinterstehen.",
    },
}


@dataclass(frozen=True)
class GradedWords:
    """One sentence on the model.

    Attributes
    ----------
    title : str
        What print calls the scale.
    """

    title: str

    def __call__(self, table: pd.DataFrame, language: str) -> tuple[str, ...]:
        """Return the sentence in one language."""
        row = table.loc[table["quantity"] == "marginal_reliability"].iloc[0]
        if row["suppressed"]:
            return (TEXTS[language]["hidden"].format(title=self.title),)
        value = formatting.decimal(row["estimate"], bounded=True)
        return (TEXTS[language]["value"].format(title=self.title, value=value, n=formatting.count(row["n"])),)


def check_items(items: ItemMatrix, fewest: int = 3) -> None:
    """Raise an error unless a graded response model can be fitted to the items."""
    name = items.name
    problems = []
    if items.values.shape[1] < fewest:
        message = f"'{name}' has {items.values.shape[1]} items: a trait model needs at least {fewest}"
        problems.append(Problem("too_few_items", message, column=name))
    for column, values in zip(items.columns, items.values.T, strict=True):
        answers = len(np.unique(values[~np.isnan(values)]))
        if answers < 2:
            problems.append(Problem("constant_item", "everybody gave the same answer to this item", column=column))
        elif answers > MOST_ANSWERS:
            message = f"{answers} different answers are a number, not categories"
            problems.append(Problem("too_many_answers", message, column=column))
    known = (~np.isnan(items.values)).any(axis=1).sum()
    if not problems and known <= items.values.shape[1]:
        problems.append(
            Problem("too_few_respondents", f"'{name}': no more respondents than items have an answer", column=name)
        )
    if problems:
        raise AnalysisError(problems)


def graded_response(data: ScoredData | pd.DataFrame, scale: str | None = None, *, conf_level: float = 0.95) -> Result:
    """Fit a graded response model to the items of a scale.

    Parameters
    ----------
    data : ScoredData or DataFrame
        Scored data, or a data frame whose columns are keyed items.
    scale : str, optional
        With scored data the scored column; may be left out if there is only one. With a data frame, what print calls
        the scale.
    conf_level : float
        Level of the intervals.

    Returns
    -------
    Result
        Rows ``marginal_reliability``, ``log_likelihood``, ``aic``, ``bic``; ``more["information"]`` of the test and
        ``more["item_information"]`` of each item over the trait, ``more["items"]`` with discriminations
        (``discrimination``) and difficulties (``difficulty``, one for each answer but the lowest). ``engine`` is the
        `GradedModel`; ``item_response.trait_scores`` gives scores of respondents.

    Raises
    ------
    AnalysisError
        Fewer than three items, an item without two different answers or with too many, too few respondents.

    Notes
    -----
    ``P(answer >= c) = 1 / (1 + exp(-a (theta - b_c)))`` with theta N(0, 1), by marginal maximum likelihood; gaps are
    taken as missing at random. Intervals are Wald intervals from the observed information.

    References
    ----------
    Samejima, F. (1969). Psychometrika, 34(S1), 1-97. doi:10.1007/BF03372160
    """
    refuse_imputed(data, "graded_response")
    refuse_design(data, "graded_response")
    if not 0 < conf_level < 1:
        raise AnalysisError(Problem("conf_level", "conf_level must lie between 0 and 1", hint="conf_level = 0.95"))
    items = item_matrix(data, scale)
    check_items(items)
    model = fit_graded(items.values)
    scores = trait_scores(model, items.values)
    rows, common = _base(items, model)
    warning = "" if model.converged else "the search did not come to rest: do not use"
    rows.add(
        "marginal_reliability",
        estimate=scores.reliability,
        method="variance of the scores over it plus their mean squared error",
        warning=warning,
        **common,
    )
    q = int(model.starts[-1])
    rows.add("log_likelihood", estimate=model.log_likelihood, warning=warning, **common)
    rows.add("aic", estimate=2.0 * q - 2.0 * model.log_likelihood, **common)
    rows.add("bic", estimate=q * float(np.log(model.n)) - 2.0 * model.log_likelihood, **common)
    return Result.from_rows(
        rows,
        title=f"Graded response model of {items.title}",
        analysis="graded_response",
        method="graded response model by marginal maximum likelihood (61 quadrature points), observed information",
        n_used=model.n,
        n_dropped=len(items.values) - model.n,
        settings={"scale": items.name, "conf_level": conf_level},
        notes=("The trait has mean 0 and standard deviation 1 in this sample.",),
        references=REFERENCES,
        more={
            "information": _information(items, model, scores),
            "items": _items(items, model, conf_level),
            "item_information": _item_information(items, model),
        },
        labels={items.name: items.title},
        wording=GradedWords(items.title),
        layout=Layout(
            rows=("outcome",),
            show=(Show("marginal_reliability"), Show("log_likelihood"), Show("aic"), Show("bic")),
            row_head="Scale",
        ),
        plot="lines",
        engine=model,
    )


def _base(items: ItemMatrix, model: GradedModel) -> tuple[Rows, dict[str, Any]]:
    rows = Rows()
    rows.cell("answered", model.n)
    return rows, {"outcome": items.name, "n": model.n, "cells": ["answered"]}


def _labels(items: ItemMatrix) -> dict[str, str]:
    return {items.name: items.title, **dict(zip(items.columns, items.labels, strict=True))}


def _items(items: ItemMatrix, model: GradedModel, level: float) -> Result:
    rows, common = _base(items, model)
    z = float(ndtri(0.5 + level / 2.0))
    for item, column in enumerate(items.columns):
        a, d = float(model.slopes[item]), model.intercepts[item]
        at = int(model.starts[item])
        block = model.covariance[at : at + 1 + len(d), at : at + 1 + len(d)]
        steep = "very steep: look for an item that says the same" if abs(a) > STEEP else ""
        against = "runs against the trait: look at the key" if a < 0 else ""
        _add(rows, "discrimination", a, float(block[0, 0]), z, level, steep or against, {**common, "term": column})
        for c, b in enumerate(-d / a):
            gradient = np.zeros(1 + len(d))
            gradient[0], gradient[1 + c] = d[c] / a**2, -1.0 / a
            where = {**common, "term": column, "level": f"{model.answers[item][c + 1]:g}"}
            _add(rows, "difficulty", float(b), float(gradient @ block @ gradient), z, level, "", where)
    return Result.from_rows(
        rows,
        title=f"Items of {items.title}: discriminations and difficulties",
        analysis="graded_response",
        method="graded response model, logistic metric; difficulties: the trait at which half choose that answer or a "
        "higher one",
        n_used=model.n,
        labels=_labels(items),
        layout=Layout(
            rows=("term", "level"),
            show=(
                Show("discrimination"),
                Show("discrimination", "interval"),
                Show("difficulty"),
                Show("difficulty", "interval"),
            ),
            row_head="Item and answer",
        ),
    )


def _add(
    rows: Rows, quantity: str, value: float, variance: float, z: float, level: float, warning: str, keys: dict[str, Any]
) -> None:
    if np.isfinite(variance) and variance > 0:
        error = float(np.sqrt(variance))
        bounds: dict[str, Any] = {"std_error": error, "conf_low": value - z * error, "conf_high": value + z * error}
        rows.add(quantity, estimate=value, conf_level=level, warning=warning, **bounds, **keys)
    else:
        rows.add(quantity, estimate=value, warning=warning or "no interval: the information is singular", **keys)


def _information(items: ItemMatrix, model: GradedModel, scores: TraitScores) -> Result:
    rows, common = _base(items, model)
    total = sum(information(float(a), d, TRAITS) for a, d in zip(model.slopes, model.intercepts, strict=True))
    for theta, value in zip(TRAITS, np.asarray(total), strict=True):
        rows.add("information", level=f"{theta:g}", group="test", estimate=value, **common)
    return Result.from_rows(
        rows,
        title=f"Information of {items.title} over the trait",
        analysis="graded_response",
        method="sum of the items' information; the standard error of a trait is one over its square root",
        n_used=model.n,
        labels={**_labels(items), "test": items.title},
        layout=Layout(rows=("level",), show=(Show("information"),), row_head="Trait θ"),
        plot="lines",
    )


def _item_information(items: ItemMatrix, model: GradedModel) -> Result:
    rows, common = _base(items, model)
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
        labels=_labels(items),
        layout=Layout(rows=("term",), show=(Show("information"),), across="level", row_head="Item"),
    )
