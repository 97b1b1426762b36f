"""The choices of a multiverse, and every specification they make."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from osa_survey.analysis.arguments import check_categorical, check_numeric
from osa_survey.dataset import Column
from osa_survey.errors import AnalysisError, Problem, nearest

MODELS = ("linear", "rank", "logistic")
RULES = ("below", "above", "is")
NONE = "none"
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Specification:
    """One way to answer the question.

    Attributes
    ----------
    outcome, predictor, model : str
        Their names.
    covariates, exclusions : tuple of str
        Those in force.
    """

    outcome: str
    predictor: str
    model: str
    covariates: tuple[str, ...]
    exclusions: tuple[str, ...]

    @property
    def choices(self) -> tuple[tuple[str, str], ...]:
        """Each choice and what was chosen."""
        sets = [(f"covariate {name}", "in") for name in self.covariates]
        sets += [(f"exclusion {name}", "in force") for name in self.exclusions]
        return (("outcome", self.outcome), ("predictor", self.predictor), ("model", self.model), *sets)

    @property
    def words(self) -> str:
        """The specification in one line, without outcome and predictor."""
        parts = (("covariates", self.covariates), ("exclusions", self.exclusions))
        return "; ".join([self.model, *(f"{name}: {', '.join(names) or NONE}" for name, names in parts)])


def subsets(names: Sequence[str]) -> list[tuple[str, ...]]:
    """Return every subset, from none to all.

    Examples
    --------
    >>> subsets(["a", "b"])
    [(), ('a',), ('b',), ('a', 'b')]
    """
    return [one for size in range(len(names) + 1) for one in itertools.combinations(names, size)]


def coded(values: Floats, coding: Mapping[str, Any]) -> Floats:
    """Return an outcome in a coding: as it is, ``{"at_least": 3}`` as 0 and 1, or ``{"log": true}`` as log(1 + y).

    Examples
    --------
    >>> coded(np.array([1.0, 3.0, np.nan]), {"at_least": 3}).tolist()
    [0.0, 1.0, nan]
    """
    if "at_least" in coding:
        return np.where(np.isnan(values), np.nan, (values >= float(coding["at_least"])).astype(np.float64))
    if coding.get("log"):
        if np.nanmin(values) < 0:
            raise AnalysisError(Problem("negative_values", "the log coding needs values of 0 or more", key="outcomes"))
        return np.log1p(values)
    return values


def excluded(column: Column, rule: Mapping[str, Any], name: str) -> NDArray[np.bool_]:
    """Return whom a rule excludes; who has no answer to its variable stays."""
    if "is" in rule:
        labels = [rule["is"]] if isinstance(rule["is"], str) else list(rule["is"])
        unknown = [label for label in labels if label not in column.info.labels]
        if unknown:
            hint = nearest(unknown[0], list(column.info.labels))
            message = f"'{column.info.name}' has no category '{unknown[0]}'"
            raise AnalysisError(Problem("unknown_category", message, key=f"exclusions.{name}", hint=hint))
        return np.isin(column.values, [column.info.codes[column.info.labels.index(label)] for label in labels])
    check_numeric(column, ordinal=True)
    with np.errstate(invalid="ignore"):
        below = column.values < float(rule.get("below", -np.inf))
        return np.asarray(below | (column.values > float(rule.get("above", np.inf))))


def predictor_values(column: Column) -> NDArray[np.float64]:
    """Return a predictor as numbers: categories of two as 0 and 1."""
    if column.info.type != "nominal":
        check_numeric(column, ordinal=True)
        return column.values
    found = column.categories()
    if len(found) != 2:
        message = f"'{column.info.name}' has {len(found)} categories: a predictor of interest is a number or has two"
        raise AnalysisError(Problem("more_than_two_categories", message, column=column.info.name))
    return np.where(column.answered, found[1][1].astype(np.float64), np.nan)


def covariate_columns(column: Column) -> NDArray[np.float64]:
    """Return the columns of a covariate: numbers and ordinal codes as they are, other categories as 0 and 1."""
    if column.info.type != "nominal":
        check_numeric(column, ordinal=True)
        return column.values[:, None]
    check_categorical(column)
    found = [mask for _, mask in column.categories()][1:]
    return np.column_stack(found).astype(np.float64) if found else np.empty((len(column.values), 0))


def choice_problems(
    outcomes: Mapping[str, Mapping[str, Any]], exclusions: Mapping[str, Mapping[str, Any]], models: Sequence[str]
) -> list[Problem]:
    """Return what is wrong with declared choices."""
    problems = [
        Problem("unknown_choice", f"there is no model '{name}'", key="models", hint=nearest(name, MODELS))
        for name in models
        if name not in MODELS
    ]
    for name, coding in outcomes.items():
        unknown = set(coding) - {"variable", "at_least", "log"}
        if unknown:
            message = f"outcome '{name}' has no '{sorted(unknown)[0]}'"
            problems.append(Problem("unknown_choice", message, key="outcomes", hint="variable, at_least or log"))
    for name, rule in exclusions.items():
        if not isinstance(rule, Mapping) or "variable" not in rule or not set(rule) & set(RULES):
            hint = f'{name} = {{ variable = "…", below = … }}, or above, or is'
            message = f"exclusion '{name}' needs a variable and one of {', '.join(RULES)}"
            problems.append(Problem("exclusion", message, key="exclusions", hint=hint))
    return problems


def marked(specifications: Sequence[Specification], wanted: Mapping[str, Any] | None) -> int | None:
    """Return the position of the preregistered specification; None if none is named."""
    if wanted is None:
        return None
    unknown = set(wanted) - {"outcome", "predictor", "model", "covariates", "exclusions"}
    if unknown:
        message = f"preregistered has no '{sorted(unknown)[0]}'"
        hint = "outcome, predictor, model, covariates, exclusions"
        raise AnalysisError(Problem("unknown_choice", message, key="preregistered", hint=hint))
    first = specifications[0]
    sets = {name: set(wanted.get(name, ())) for name in ("covariates", "exclusions")}
    for position, one in enumerate(specifications):
        named = ("outcome", "predictor", "model")
        same = all(wanted.get(key, getattr(first, key)) == getattr(one, key) for key in named)
        if same and all(set(getattr(one, key)) == names for key, names in sets.items()):
            return position
    message = "the preregistered specification is not among those the choices make"
    raise AnalysisError(Problem("not_among_choices", message, key="preregistered", hint="declare its choices too"))
