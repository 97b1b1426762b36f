"""The choices of a multiverse, and every specification they make."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from osa_survey.analysis.arguments import check_categorical, check_numeric
from osa_survey.analysis.multiverse.multiverse_scoring import AS_SCORED
from osa_survey.dataset import Column
from osa_survey.errors import AnalysisError, Problem, nearest
from osa_survey.models.null_scores import SCORED

MODELS = ("linear", "rank", *SCORED)
NONE = "none"
CODINGS = ("variable", "at_least", "log", "is")
MOST_CATEGORIES = 12
"""Values of an outcome that an ordinal model takes for its categories."""
SEPARATORS = (", ", "; ", ": ")
"""What stands between the parts of a specification in words."""
MOST = 20_000
MOST_TOGGLED = 14
"""Covariates (or exclusions) of which every subset can be a specification."""
Floats = NDArray[np.float64]
Cases = Literal["common", "own"]


@dataclass(frozen=True)
class Specification:
    """One way to answer the question.

    Attributes
    ----------
    outcome, predictor, model : str
        Their names.
    covariates, exclusions : tuple of str
        Those in force.
    covariate_set : str
        The title of a declared set of covariates, where sets are declared.
    scoring : tuple of (str, str)
        Each scale with alternative rules that it uses, and the title of the rule.
    """

    outcome: str
    predictor: str
    model: str
    covariates: tuple[str, ...]
    exclusions: tuple[str, ...]
    covariate_set: str = ""
    scoring: tuple[tuple[str, str], ...] = ()

    @property
    def choices(self) -> tuple[tuple[str, str], ...]:
        """Each choice and what was chosen."""
        named = [("covariates", self.covariate_set)] if self.covariate_set else []
        sets = named or [(f"covariate {name}", "in") for name in self.covariates]
        sets += [(f"exclusion {name}", "in force") for name in self.exclusions]
        sets += [(f"scoring of {scale}", title) for scale, title in self.scoring]
        return (("outcome", self.outcome), ("predictor", self.predictor), ("model", self.model), *sets)

    @property
    def words(self) -> str:
        """The specification in one line, without outcome and predictor."""
        return self.told({})

    def told(self, titles: Mapping[str, str]) -> str:
        """Return the specification in one line, with what readers call variables and rules."""
        covariates = (self.covariate_set,) if self.covariate_set else self.covariates
        parts = [("covariates", covariates), ("exclusions", self.exclusions)]
        parts += [("scoring", tuple(rule_label(*one) for one in self.scoring))] if self.scoring else []
        lines = [(name, ", ".join(titles.get(one, one) for one in names) or NONE) for name, names in parts]
        return "; ".join([self.model, *(f"{name}: {named}" for name, named in lines)])


@dataclass(frozen=True)
class Choices:
    """What may be chosen.

    Attributes
    ----------
    outcomes : mapping of str to mapping
        Title → coding.
    predictors, covariates : tuple of str
        Variables by name; covariates are all that occur in a set.
    sets : tuple of (str, tuple of str)
        Title (or "") and covariates of each set.
    exclusions : mapping of str to mapping
        Title → rule.
    models : tuple of str
        Kinds of models.
    scoring : mapping of str to mapping
        Scored column → title → rule.
    cases : {"common", "own"}
        Whether all specifications are of the same respondents, or each of those who have its variables.
    """

    outcomes: Mapping[str, Mapping[str, Any]]
    predictors: tuple[str, ...]
    covariates: tuple[str, ...]
    sets: tuple[tuple[str, tuple[str, ...]], ...]
    exclusions: Mapping[str, Mapping[str, Any]]
    models: tuple[str, ...]
    scoring: Mapping[str, Mapping[str, Mapping[str, Any]]] = field(default_factory=dict)
    cases: Cases = "common"

    @property
    def toggled(self) -> tuple[str, ...]:
        """Exclusions that are in force or not."""
        return tuple(name for name, rule in self.exclusions.items() if not rule.get("always"))

    def source(self, outcome: str) -> str:
        """Return the variable behind an outcome."""
        return str(self.outcomes[outcome].get("variable", outcome))

    @property
    def variables(self) -> tuple[str, ...]:
        """Every variable of outcomes, predictors and covariates."""
        return tuple(dict.fromkeys([*map(self.source, self.outcomes), *self.predictors, *self.covariates]))


def rule_label(scale: str, title: str) -> str:
    """Return how a scoring rule of a scale is called in the words of a specification."""
    return f"{scale} {title}"


def subsets(names: Sequence[str]) -> list[tuple[str, ...]]:
    """Return every subset, from none to all.

    Examples
    --------
    >>> subsets(["a", "b"])
    [(), ('a',), ('b',), ('a', 'b')]
    """
    return [one for size in range(len(names) + 1) for one in itertools.combinations(names, size)]


def covariate_sets(covariates: Sequence[str] | Mapping[str, Sequence[str]]) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Return the sets of covariates: those declared by title, or every subset.

    Raises
    ------
    AnalysisError
        ``too_many`` covariates for every subset.
    """
    if isinstance(covariates, Mapping):
        return tuple((title, tuple(names)) for title, names in covariates.items())
    refuse_many(covariates, "covariates")
    return tuple(("", one) for one in subsets(covariates))


def refuse_many(names: Sequence[str], key: str) -> None:
    """Raise an AnalysisError if every subset of the names would be too many."""
    if len(names) > MOST_TOGGLED:
        message = f"{len(names)} {key} make more than {MOST:,} specifications"
        raise AnalysisError(Problem("too_many", message, key=key, hint="declare fewer, or sets of covariates"))


def coded(column: Column, values: Floats, coding: Mapping[str, Any]) -> Floats:
    """Return an outcome in a coding.

    Parameters
    ----------
    column : Column
        The variable.
    values : ndarray of float, shape (respondents,)
        Its values, perhaps by another scoring rule.
    coding : mapping
        Empty (as it is), ``{"at_least": 3}`` or ``{"is": "yes"}`` (0 and 1), or ``{"log": True}`` (log(1 + y)).
    """
    if "is" in coding:
        codes = codes_of(column, coding["is"], "outcomes")
        return np.where(np.isnan(values), np.nan, np.isin(values, codes).astype(np.float64))
    check_numeric(column, ordinal=True)
    if "at_least" in coding:
        return np.where(np.isnan(values), np.nan, (values >= float(coding["at_least"])).astype(np.float64))
    if coding.get("log"):
        if np.nanmin(values) < 0:
            raise AnalysisError(Problem("negative_values", "the log coding needs values of 0 or more", key="outcomes"))
        return np.log1p(values)
    return values


def codes_of(column: Column, named: str | Sequence[str], key: str) -> list[float]:
    """Return the codes of categories; an unknown one is an error."""
    labels = [named] if isinstance(named, str) else list(named)
    unknown = [label for label in labels if label not in column.info.labels]
    if unknown:
        hint = nearest(unknown[0], list(column.info.labels))
        message = f"'{column.info.name}' has no category '{unknown[0]}'"
        raise AnalysisError(Problem("unknown_category", message, key=key, hint=hint))
    return [column.info.codes[column.info.labels.index(label)] for label in labels]


def model_fits(model: str, values: Floats) -> bool:
    """Return whether an outcome can be that of a model.

    Examples
    --------
    >>> [model_fits(name, np.array([0.0, 1.0, np.nan])) for name in ("linear", "logistic", "poisson")]
    [True, True, False]
    """
    if model in ("linear", "rank"):
        return True
    found = np.unique(values[~np.isnan(values)])
    binary = bool(np.isin(found, (0.0, 1.0)).all())
    if model in ("logistic", "probit") or binary:
        return model in ("logistic", "probit") and binary
    if model.startswith("ordinal"):
        return 2 < len(found) <= MOST_CATEGORIES
    return bool((found >= 0).all() and (found == np.floor(found)).all())


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


def choice_problems(outcomes: Mapping[str, Mapping[str, Any]], models: Sequence[str]) -> list[Problem]:
    """Return what is wrong with declared outcomes and models."""
    problems = [
        Problem("unknown_choice", f"there is no model '{name}'", key="models", hint=nearest(name, MODELS))
        for name in models
        if name not in MODELS
    ]
    if not models:
        problems.append(Problem("unknown_choice", "a model is needed", key="models", hint='models = ["linear"]'))
    for name, coding in outcomes.items():
        unknown = set(coding) - set(CODINGS)
        if unknown:
            message = f"outcome '{name}' has no '{sorted(unknown)[0]}'"
            problems.append(Problem("unknown_choice", message, key="outcomes", hint=", ".join(CODINGS)))
    return problems


def title_problems(titles: Mapping[str, Sequence[str]]) -> list[Problem]:
    """Return a problem for each title that the words of a specification could not hold, by its key."""
    return [
        Problem("title", f"the title '{title}' holds ', ', '; ' or ': '", key=key, hint="give it another title")
        for key, names in titles.items()
        for title in names
        if any(mark in title for mark in SEPARATORS)
    ]


def marked(specifications: Sequence[Specification], wanted: Mapping[str, Any] | None) -> int | None:
    """Return the position of the preregistered specification; None if none is named."""
    if wanted is None:
        return None
    known = ("outcome", "predictor", "model", "covariates", "exclusions", "scoring")
    unknown = set(wanted) - set(known)
    if unknown:
        message = f"preregistered has no '{sorted(unknown)[0]}'"
        raise AnalysisError(Problem("unknown_choice", message, key="preregistered", hint=", ".join(known)))
    first = specifications[0]
    named = wanted.get("covariates", ())
    title = named if isinstance(named, str) else ""
    rules = {f"{scale}": f"{rule}" for scale, rule in dict(wanted.get("scoring", {})).items()}
    for position, one in enumerate(specifications):
        same = all(wanted.get(key, getattr(first, key)) == getattr(one, key) for key in known[:3])
        same = same and set(one.exclusions) == set(wanted.get("exclusions", ()))
        same = same and (one.covariate_set == title if title else set(one.covariates) == set(named))
        if same and all(rule == rules.get(scale, AS_SCORED) for scale, rule in one.scoring):
            return position
    message = "the preregistered specification is not among those the choices make"
    raise AnalysisError(Problem("not_among_choices", message, key="preregistered", hint="declare its choices too"))
