"""The graded response model of a scale of answers that count alike."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import ndtri

from osa_survey import formatting
from osa_survey.dataset import ScoredData
from osa_survey.errors import AnalysisError, Problem
from osa_survey.psychometrics.item_matrices import ItemMatrix, item_matrix
from osa_survey.psychometrics.item_response.graded_models import GradedModel, difficulty_gradient, fit_graded
from osa_survey.psychometrics.item_response.graded_tables import (
    base_rows,
    information_result,
    item_information_result,
    items_result,
)
from osa_survey.psychometrics.item_response.trait_scores import trait_scores
from osa_survey.results import Layout, Result, Show

MOST_ANSWERS = 20
NOTE_TRAIT = "The trait has mean 0 and standard deviation 1 in this sample."
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


def plain_graded_response(data: ScoredData | pd.DataFrame, scale: str | None, conf_level: float) -> Result:
    """Return the graded response model of data without weights and imputed sets; see ``osa_survey.graded_response``."""
    items = item_matrix(data, scale)
    check_items(items)
    model = fit_graded(items.values)
    scores = trait_scores(model, items.values)
    rows, common = base_rows(items, model)
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
        notes=(NOTE_TRAIT,),
        references=REFERENCES,
        more={
            "information": information_result(items, model),
            "items": _items(items, model, conf_level),
            "item_information": item_information_result(items, model),
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


def _items(items: ItemMatrix, model: GradedModel, level: float) -> Result:
    z = float(ndtri(0.5 + level / 2.0))

    def block(item: int) -> NDArray[np.float64]:
        at, size = int(model.starts[item]), 1 + len(model.intercepts[item])
        return model.covariance[at : at + size, at : at + size]

    def discrimination(item: int) -> dict[str, Any]:
        return _number(float(model.slopes[item]), float(block(item)[0, 0]), z, level)

    def difficulty(item: int, c: int) -> dict[str, Any]:
        gradient = difficulty_gradient(model, item, c)
        variance = float(gradient @ block(item) @ gradient)
        return _number(float(model.difficulties[item][c]), variance, z, level)

    return items_result(items, model, discrimination, difficulty)


def _number(value: float, variance: float, z: float, level: float) -> dict[str, Any]:
    if not (np.isfinite(variance) and variance > 0):
        return {"estimate": value, "warning": "no interval: the information is singular"}
    error = float(np.sqrt(variance))
    bounds = {"conf_low": value - z * error, "conf_high": value + z * error, "conf_level": level}
    return {"estimate": value, "std_error": error, **bounds}
