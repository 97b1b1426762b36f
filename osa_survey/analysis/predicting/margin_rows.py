"""The rows of a table of margins: average predictions, their differences, and average slopes."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from osa_survey.analysis.estimate_fields import estimate_fields, tested_fields, undefined_words
from osa_survey.analysis.estimates import Estimates
from osa_survey.analysis.multiplicity import adjusted_p_values
from osa_survey.analysis.predicting.counterfactuals import Setting, is_nominal
from osa_survey.analysis.predicting.model_predictions import Question, predictions
from osa_survey.analysis.regressing.category_cells import category_cells
from osa_survey.analysis.regressing.fitted_models import FittedModel, first_rows
from osa_survey.results import Rows

Floats = NDArray[np.float64]
METHODS = {
    "prediction": "average of predictions, delta-method interval",
    "prediction_difference": "difference of average predictions, delta-method interval",
    "average_slope": "average derivative of predictions, delta-method interval",
}


@dataclass(frozen=True)
class Asked:
    """One row for each category of the outcome.

    Attributes
    ----------
    quantity : str
        ``prediction``, ``prediction_difference`` or ``average_slope``.
    question : Question
        What is predicted; of a difference, the first part.
    minus : Question or None
        What is taken away.
    term, contrast : str
        Keys of the row.
    """

    quantity: str
    question: Question
    minus: Question | None
    term: str
    contrast: str = ""


def margin_rows(model: FittedModel, asked: Sequence[Asked], adjust: str, *, one_row: bool) -> Rows:
    """Return the rows of everything asked."""
    questions = list(dict.fromkeys(q for one in asked for q in (one.question, one.minus) if q is not None))
    found = predictions(model, questions, one_row=one_row)
    k = found.per_question
    matrix = np.zeros((len(asked) * k, len(questions) * k))
    for row, one in enumerate(asked):
        for category in range(k):
            matrix[row * k + category, questions.index(one.question) * k + category] = 1.0
            if one.minus is not None:
                matrix[row * k + category, questions.index(one.minus) * k + category] = -1.0
    numbers = found.estimates.combined(matrix)
    adjusted = _adjusted(numbers, [one for one in asked for _ in range(k)], adjust)
    rows = first_rows(model, categories=True)
    for row, one in enumerate(asked):
        for category in range(k):
            _add(rows, model, one, numbers, row * k + category, category, adjusted, adjust)
    return rows


def _adjusted(numbers: Estimates, asked: Sequence[Asked], adjust: str) -> Floats:
    p = np.where([one.quantity == "prediction" for one in asked], math.nan, numbers.p_value())
    return adjusted_p_values(p, adjust)


def _add(
    rows: Rows, model: FittedModel, one: Asked, numbers: Estimates, position: int, category: int, adjusted: Floats,
    adjust: str,
) -> None:  # fmt: skip
    level = model.outcome.categories[category] if model.outcome.kind.categorical else ""
    fields: dict[str, Any] = {
        "outcome": model.outcome.info.name,
        "term": one.term,
        "contrast": one.contrast,
        "group": "" if not one.question.among else f"{one.question.among[0]}[{one.question.among[1]}]",
        "level": level,
        "n": _people(model, one.question),
        "method": METHODS[one.quantity],
        "warning": undefined_words(numbers),
        **estimate_fields(numbers, position, model.conf_level),
    }
    if one.quantity != "prediction":
        fields |= tested_fields(numbers, position)
        if adjust != "none":
            fields["p_adjusted"] = float(adjusted[position])
    rows.add(one.quantity, cells=_cells(rows, model, one, level), **fields)


def _people(model: FittedModel, question: Question) -> float:
    if not question.among:
        return model.n
    name, category = question.among
    return next(people for _, label, people in model.design.categories[name] if label == category)


def _cells(rows: Rows, model: FittedModel, one: Asked, level: str) -> tuple[str, ...]:
    """Name the groups behind a number: those it is averaged over, those predictors are set to, those of the model."""
    every = category_cells(rows, model.design, len(model.blocks))
    cells = [*model.base_cells, *([level] if level else []), *every]
    for question in (one.question, one.minus):
        if question is None:
            continue
        pairs = [*question.setting.values, *([question.among] if question.among else [])]
        for name, value in pairs:
            if is_nominal(model, name) and name in model.design.categories:
                cells.append(f"behind {name}[{value}]")
    return tuple(dict.fromkeys(cells))


def setting_labels(model: FittedModel, settings: Sequence[Setting]) -> dict[str, str]:
    """Return what print says for the names of settings."""
    return {setting.name(model): setting.label(model) for setting in settings}
