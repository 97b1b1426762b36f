"""Latent classes and latent profiles of data with or without sampling weights."""

from __future__ import annotations

from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from osa_survey.dataset import ScoredData
from osa_survey.errors import AnalysisError, Problem
from osa_survey.progressing import tell
from osa_survey.psychometrics.answer_patterns import coded, patterns_of
from osa_survey.psychometrics.argument_problems import unknown_options
from osa_survey.psychometrics.latent_classes.class_numbers import bootstrapped_p, chosen_number
from osa_survey.psychometrics.latent_classes.class_parts import ClassParts, MeasuredAnswers
from osa_survey.psychometrics.latent_classes.class_requests import (
    ClassRequest,
    check_request,
    class_variables,
    numbers_of_classes,
    outside_columns,
)
from osa_survey.psychometrics.latent_classes.class_tables import classes_result
from osa_survey.psychometrics.latent_classes.class_weights import ClassWeights
from osa_survey.psychometrics.latent_classes.measurements import Categorical, Normal
from osa_survey.psychometrics.latent_classes.mixtures import Mixture, fit_mixture
from osa_survey.results import Result

Floats = NDArray[np.float64]

MOST_ANSWERS = 20


def classes_of(data: ScoredData | pd.DataFrame, request: ClassRequest, sampling: ClassWeights | None = None) -> Result:
    """Return the classes of respondents who answer alike; see ``osa_survey.latent_classes``.

    Parameters
    ----------
    data : ScoredData or DataFrame
        The respondents; not imputed sets.
    request : ClassRequest
        What is asked for.
    sampling : ClassWeights, optional
        Weights and plan of the data.
    """
    columns = class_variables(data, request.variables)
    values = np.column_stack([column.values for column in columns])
    problems = []
    for column in columns:
        known = np.unique(column.values[column.answered])
        if len(known) < 2:
            problems.append(Problem("constant_item", "everybody gave the same answer", column=column.info.name))
        elif len(known) > MOST_ANSWERS:
            message = f"{len(known)} different values are a number, not categories"
            hint = "use latent_profiles for numbers"
            problems.append(Problem("too_many_answers", message, column=column.info.name, hint=hint))
    if problems:
        raise AnalysisError(problems)
    codes, answers = coded(values)
    used = _within(np.asarray((codes >= 0).any(axis=1)), sampling)
    patterns = patterns_of(codes[used])
    weights = patterns.weights
    if sampling is not None:
        weights = np.bincount(patterns.member, sampling.among(used), minlength=len(weights)).astype(np.float64)
    measurement = Categorical.of(patterns.codes, tuple(len(found) for found in answers))
    measured = MeasuredAnswers("latent_classes", columns, measurement, weights, patterns.member, used, answers)
    free = float(np.prod([float(size) for size in measurement.sizes])) - 1.0
    return _result(data, request, measured, sampling, free)


def profiles_of(
    data: ScoredData | pd.DataFrame,
    request: ClassRequest,
    variances: Literal["equal", "free"],
    sampling: ClassWeights | None = None,
) -> Result:
    """Return the classes of respondents with similar scores; see ``osa_survey.latent_profiles``.

    Parameters
    ----------
    data, request, sampling
        As of ``classes_of``.
    variances : {"equal", "free"}
        One variance of each variable for all classes, or one for each class.
    """
    if unknown := unknown_options(("variances", variances, ("equal", "free"))):
        raise AnalysisError(unknown)
    columns = class_variables(data, request.variables)
    problems = [
        Problem("not_a_number", "a profile needs numbers", column=column.info.name, hint="use latent_classes")
        for column in columns
        if column.info.type not in ("number", "count", "ordinal")
    ]
    values = np.column_stack([column.values for column in columns])
    used = _within(np.asarray((~np.isnan(values)).any(axis=1)), sampling)
    n = int(used.sum())
    weights = np.ones(n) if sampling is None else sampling.among(used)
    mean, scale = _moments(values[used], weights)
    problems += [
        Problem("constant_item", "a number does not vary", column=column.info.name)
        for column, spread in zip(columns, scale, strict=True)
        if not spread > 1e-12
    ]
    if problems:
        raise AnalysisError(problems)
    measurement = Normal(((values - mean) / scale)[used], variances == "equal")
    moments = tuple(np.array(pair) for pair in zip(mean, scale, strict=True))
    measured = MeasuredAnswers(
        "latent_profiles", columns, measurement, weights, np.arange(n), used, moments, (f"{variances} variances",)
    )
    return _result(data, request, measured, sampling, float(n))


def _result(
    data: ScoredData | pd.DataFrame,
    request: ClassRequest,
    measured: MeasuredAnswers,
    sampling: ClassWeights | None,
    free: float,
) -> Result:
    """Return the tables of every number of classes; ``free`` is how many parameters the answers can carry."""
    numbers = numbers_of_classes(request.classes, measured.measurement, free)
    check_request(request)
    outside = outside_columns(data, request.covariates, request.outcomes)
    fits, tests = _fits(request, measured, numbers)
    parts = ClassParts(
        request=request,
        measured=measured,
        sampling=sampling,
        covariates=tuple(outside[name] for name in request.covariates),
        outcomes=tuple(outside[name] for name in request.outcomes),
        fits=fits,
        tests=tests,
        chosen=chosen_number(fits, tests, request.criterion),
    )
    return classes_result(parts)


def _fits(
    request: ClassRequest, measured: MeasuredAnswers, numbers: list[int]
) -> tuple[dict[int, Mixture], dict[int, float]]:
    """Return the mixture of each number of classes, and the p values of the likelihood ratios asked for."""
    streams = np.random.SeedSequence(request.seed).spawn(2 * (max(numbers) + 1))
    fits: dict[int, Mixture] = {}
    tests: dict[int, float] = {}
    for done, k in enumerate(numbers, start=1):
        fits[k] = fit_mixture(measured.measurement, measured.weights, k, starts=request.starts, seed=streams[k])
        if request.bootstrap and k - 1 in fits:
            tests[k] = bootstrapped_p(
                measured.measurement,
                measured.weights,
                fits[k - 1],
                fits[k],
                draws=request.bootstrap,
                starts=max(request.starts // 3, 5),
                seed=streams[max(numbers) + 1 + k],
            )
        tell("latent classes", done, len(numbers))
        if request.progress is not None:
            request.progress(done, len(numbers))
    return fits, tests


def _within(answered: NDArray[np.bool_], sampling: ClassWeights | None) -> NDArray[np.bool_]:
    """Return those who answered and have a weight."""
    return np.asarray(answered if sampling is None else answered & (sampling.weights > 0))


def _moments(values: Floats, weights: Floats) -> tuple[Floats, Floats]:
    """Return means and standard deviations of the known numbers, zero without any."""
    known = ~np.isnan(values)
    total = np.maximum(weights @ known, 1e-300)
    mean = weights @ np.nan_to_num(values) / total
    away = np.where(known, values - mean, 0.0)
    return mean, np.sqrt(weights @ away**2 / total)
