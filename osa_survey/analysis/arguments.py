"""Checks of what analyses are given, shared so that messages are the same everywhere."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np

from osa_survey.dataset import Column
from osa_survey.errors import AnalysisError, Problem, nearest


def check_conf_level(conf_level: float) -> None:
    """Raise an AnalysisError unless the confidence level lies between 0 and 1."""
    if not 0 < conf_level < 1:
        message = f"conf_level must lie between 0 and 1, not {conf_level}"
        raise AnalysisError(message, hint="95 per cent is conf_level = 0.95")


def unknown_choices(*asked: tuple[str, str, Sequence[str]]) -> list[Problem]:
    """Return a problem for each argument whose value is none of the words it takes.

    Parameters
    ----------
    asked : tuple of (str, str, sequence of str)
        The name of an argument, its value, and the words it takes.
    """
    return [
        Problem("unknown_choice", f"{key} cannot be '{value}'", key=key, hint=nearest(value, known))
        for key, value, known in asked
        if value not in known
    ]


def check_choices(*asked: tuple[str, str, Sequence[str]]) -> None:
    """Raise an AnalysisError for arguments whose value is none of the words they take; see ``unknown_choices``."""
    if problems := unknown_choices(*asked):
        raise AnalysisError(problems)


def variable_names(variables: str | Sequence[str], *, at_least: int = 1) -> list[str]:
    """Return the names as a list; too few or repeated names are an error."""
    names = [variables] if isinstance(variables, str) else list(variables)
    problems = []
    if len(names) < at_least:
        message = f"{at_least} variable{'s are' if at_least > 1 else ' is'} needed, {len(names)} given"
        problems.append(Problem("too_few_variables", message, hint="name them in variables = […]"))
    for name, times in Counter(names).items():
        if times > 1:
            problems.append(Problem("repeated_variable", f"'{name}' is named {times} times", column=name))
    if problems:
        raise AnalysisError(problems)
    return names


def different(**columns: str) -> None:
    """Raise an AnalysisError if the same variable is given for two arguments."""
    for name, times in Counter(columns.values()).items():
        if times > 1:
            arguments = " and ".join(argument for argument, value in columns.items() if value == name)
            raise AnalysisError(Problem("repeated_variable", f"{arguments} are the same variable", column=name))


def check_numeric(*columns: Column, ordinal: bool = False) -> None:
    """Raise an AnalysisError if a column has categories instead of numbers."""
    allowed = ("number", "count", "ordinal") if ordinal else ("number", "count")
    problems = [
        Problem(
            "not_a_number",
            f"'{column.info.name}' is {column.info.type}: its categories are no quantities",
            column=column.info.name,
            hint="use crosstab or prevalence for categories, or take the variable out",
        )
        for column in columns
        if column.info.type not in allowed
    ]
    problems += [
        Problem(
            "infinite_value",
            f"'{column.info.name}' holds infinite values",
            column=column.info.name,
            hint="an infinite value usually comes from a division by zero: make it a gap",
        )
        for column in columns
        if np.isinf(column.values).any()
    ]
    if problems:
        raise AnalysisError(problems)


def check_categorical(*columns: Column) -> None:
    """Raise an AnalysisError if a column has no declared categories."""
    problems = [
        Problem(
            "no_categories",
            f"'{column.info.name}' is a {column.info.type}: it has no declared categories",
            column=column.info.name,
            hint="declare it nominal or ordinal in the codebook (in a data frame: pd.Categorical), or use correlate",
        )
        for column in columns
        if not column.info.is_categorical
    ]
    if problems:
        raise AnalysisError(problems)


def margin_name(*columns: Column) -> str:
    """Return what the margin of a table is called: ``total``, unless a category has this name already."""
    taken = {label for column in columns for label in column.info.labels}
    return next(name for name in ("total", "all respondents", "total (all)", "Σ") if name not in taken)
