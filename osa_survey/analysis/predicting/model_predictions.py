"""Average predictions, contrasts and slopes with delta-method errors, under weights and imputation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from osa_survey.analysis.estimates import Estimates
from osa_survey.analysis.predicting.counterfactuals import Setting, matrices_of, shifted, short_name, with_setting
from osa_survey.analysis.regressing.fitted_models import FittedModel

Floats = NDArray[np.float64]
STEP = 1e-4
"""Of a standard deviation, to each side, for slopes: the error of a central difference is of its square, 1e-8."""


@dataclass(frozen=True, repr=False)
class Predictions:
    """Average predictions of the last block's model.

    Attributes
    ----------
    estimates : Estimates
        One number for each question and category: those of a question stand together.
    per_question : int
        1, or the number of categories of the outcome.
    """

    estimates: Estimates
    per_question: int


@dataclass(frozen=True)
class Question:
    """One average to be predicted.

    Attributes
    ----------
    setting : Setting
        What predictors are set to.
    slope : str
        The number whose average slope is asked for, or "" for the prediction itself.
    among : tuple of (str, str)
        A predictor and its category: only people in it are averaged over; empty for everybody.
    """

    setting: Setting
    slope: str = ""
    among: tuple[str, str] | tuple[()] = ()


def predictions(model: FittedModel, questions: Sequence[Question], *, one_row: bool = False) -> Predictions:
    """Return averages of predictions over respondents, or at one set of values, with their joint covariance.

    Parameters
    ----------
    model : FittedModel
        The model; its last block is used.
    questions : sequence of Question
        What is asked.
    one_row : bool
        Whether every predictor is set, so that one respondent stands for all.

    Notes
    -----
    The average g(θ) = Σ wᵢ E(yᵢ | xᵢ; θ) / Σ wᵢ has the covariance J V J' with its derivative J and the covariance V of
    the parameters, whatever V comes from; respondents' predictors count as fixed, as in Stata's ``margins`` and R's
    ``marginaleffects``. Over completed sets averages are pooled, not parameters. Slopes are central differences of
    averages and of J, `STEP` standard deviations to each side.
    """
    values, jacobians = [], []
    for number in range(model.sample.m):
        value, jacobian = _of_set(model, number, questions, one_row)
        values.append(value)
        jacobians.append(jacobian)
    k = len(values[0]) // len(questions)
    return Predictions(model.blocks[-1].estimates.transformed(np.array(values), np.array(jacobians)), k)


def _of_set(model: FittedModel, number: int, questions: Sequence[Question], one_row: bool) -> tuple[Floats, Floats]:
    """Return the averages of one completed set and their derivatives."""
    one, whole = model.sample.sets[number], model.design.frames[number]
    frame = whole.iloc[:1] if one_row else whole
    weights = np.ones(len(frame)) if one_row or one.weights is None else one.weights
    frames, steps = _frames(model, number, frame, questions)
    matrices = iter(matrices_of(model, frames))
    parameters = model.blocks[-1].fits[number].parameters
    family, Z = model.outcome.family, model.blocks[-1].second[number]
    second = None if Z is None else Z[: len(frame)]
    values, rows = [], []
    for question, h in zip(questions, steps, strict=True):
        w = weights
        if question.among:
            name, category = question.among
            short = short_name(model, name)
            position = model.design.nominal[short].index(category)
            w = np.where(frame[short].cat.codes.to_numpy() == position, weights, 0.0)
        found = family.mean_expected(parameters, next(matrices), w, second)
        if question.slope:
            after = family.mean_expected(parameters, next(matrices), w, second)
            found = ((after[0] - found[0]) / (2 * h), (after[1] - found[1]) / (2 * h))
        values.append(found[0])
        rows.append(found[1])
    return np.concatenate(values), np.concatenate(rows)


def _frames(
    model: FittedModel, number: int, frame: pd.DataFrame, questions: Sequence[Question]
) -> tuple[list[pd.DataFrame], list[float]]:
    """Return the frames of all questions, two for each slope, and the step of each slope."""
    frames: list[pd.DataFrame] = []
    steps: list[float] = []
    for question in questions:
        here = with_setting(model, frame, question.setting)
        if not question.slope:
            frames.append(here)
            steps.append(0.0)
            continue
        spread = float(model.design.frames[number][short_name(model, question.slope)].to_numpy().std())
        h = STEP * spread
        frames += [shifted(model, here, question.slope, -h), shifted(model, here, question.slope, h)]
        steps.append(h)
    return frames, steps
