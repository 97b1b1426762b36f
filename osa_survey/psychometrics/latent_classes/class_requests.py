"""What is asked of latent classes: variables, numbers of classes, criterion; and why it cannot be had."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
import pandas as pd

from osa_survey.dataset import Column, ScoredData, columns_of
from osa_survey.errors import AnalysisError, Problem
from osa_survey.psychometrics.argument_problems import conf_level_problems, unknown_options
from osa_survey.psychometrics.latent_classes.measurements import Measurement

Criterion = Literal["bic", "sabic", "caic", "aic", "bootstrap"]


@dataclass(frozen=True)
class ClassRequest:
    """What ``latent_classes`` and ``latent_profiles`` were asked for; the names are those of their arguments."""

    variables: Sequence[str]
    classes: int | Sequence[int]
    criterion: Criterion
    covariates: Sequence[str]
    outcomes: Sequence[str]
    starts: int
    bootstrap: int
    seed: int
    conf_level: float
    progress: Callable[[int, int], None] | None


def class_variables(data: ScoredData | pd.DataFrame, variables: Sequence[str]) -> tuple[Column, ...]:
    """Return the variables that make the classes."""
    names = [variables] if isinstance(variables, str) else list(variables)
    if len(set(names)) != len(names):
        raise AnalysisError(Problem("repeated_variable", "a variable is named twice"))
    if len(names) < 2:
        raise AnalysisError(Problem("too_few_variables", "classes need two variables or more"))
    return columns_of(data, names)


def outside_columns(
    data: ScoredData | pd.DataFrame, covariates: Sequence[str], outcomes: Sequence[str]
) -> dict[str, Column]:
    """Return covariates and outcomes by name."""
    names = list(dict.fromkeys([*covariates, *outcomes]))
    found = {column.info.name: column for column in columns_of(data, names)} if names else {}
    problems = [
        Problem("not_a_number", "an outcome of classes is a number", column=name)
        for name in outcomes
        if found[name].info.type == "nominal"
    ]
    if problems:
        raise AnalysisError(problems)
    return found


def numbers_of_classes(classes: int | Sequence[int], measurement: Measurement, free: float) -> list[int]:
    """Return the numbers of classes in order; ``free`` is how many parameters the answers can carry."""
    numbers = sorted({classes} if isinstance(classes, int | np.integer) else set(classes))
    if not numbers or min(numbers) < 1:
        raise AnalysisError(Problem("classes", "a number of classes is 1 or more", hint="classes = [1, 2, 3]"))
    too_many = [k for k in numbers if k > 1 and k - 1 + measurement.free(k) > free]
    if too_many:
        message = f"the answers cannot carry {too_many[0]} classes: more parameters than patterns of answers"
        raise AnalysisError(Problem("too_many_classes", message, hint=f"classes = {max(too_many[0] - 1, 1)}"))
    return [int(k) for k in numbers]


def check_request(request: ClassRequest) -> None:
    """Raise an error that names every argument that cannot be."""
    problems = unknown_options(("criterion", request.criterion, get_args(Criterion)))
    if request.criterion == "bootstrap" and request.bootstrap < 19:
        message = "choosing by bootstrap needs 19 simulated data sets or more"
        problems.append(Problem("bootstrap", message, hint="bootstrap = 99"))
    if request.starts < 1 or request.bootstrap < 0:
        problems.append(Problem("starts", "starts and bootstrap are counts", hint="starts = 30"))
    problems += conf_level_problems(request.conf_level)
    if problems:
        raise AnalysisError(problems)
