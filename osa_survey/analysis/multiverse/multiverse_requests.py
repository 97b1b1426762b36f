"""The declared choices of a multiverse, checked before any number, every problem at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, get_args

import pandas as pd

from osa_survey.analysis.arguments import variable_names
from osa_survey.analysis.multiverse.multiverse_choices import (
    Cases,
    Choices,
    choice_problems,
    covariate_sets,
    title_problems,
)
from osa_survey.analysis.multiverse.multiverse_exclusions import exclusion_problems
from osa_survey.analysis.multiverse.multiverse_scoring import scoring_problems
from osa_survey.dataset import ScoredData
from osa_survey.errors import AnalysisError, Problem


def checked_choices(
    data: ScoredData | pd.DataFrame,
    outcomes: Sequence[str] | Mapping[str, Mapping[str, Any]],
    predictors: Sequence[str],
    *,
    covariates: Sequence[str] | Mapping[str, Sequence[str]] = (),
    exclusions: Mapping[str, Mapping[str, Any]] | None = None,
    scoring: Mapping[str, Mapping[str, Mapping[str, Any]]] | None = None,
    models: Sequence[str] = ("linear",),
    cases: Cases = "common",
    ways: Sequence[str] = (),
) -> Choices:
    """Return the choices of ``multiverse``; the arguments are those of it, ``ways`` those of another analysis.

    Raises
    ------
    AnalysisError
        With every problem of the declared choices.
    """
    codings = dict(outcomes) if isinstance(outcomes, Mapping) else {name: {} for name in variable_names(outcomes)}
    rules = {scale: dict(own) for scale, own in (scoring or {}).items()}
    excluding = dict(exclusions or {})
    covariates = [covariates] if isinstance(covariates, str) else covariates
    named = dict(covariates) if isinstance(covariates, Mapping) else {}
    titles = {
        "outcomes": [*codings],
        "exclusions": [*excluding],
        "covariates": [*named],
        "scoring": [title for own in rules.values() for title in own],
        "ways": [*ways],
    }
    problems = [
        *choice_problems(codings, ("linear",) if ways else models),
        *exclusion_problems(data, excluding),
        *scoring_problems(data, rules),
        *title_problems(titles),
        *unknown_words({"cases": (cases, get_args(Cases))}),
    ]
    if problems:
        raise AnalysisError(problems)
    controls = dict.fromkeys(name for own in named.values() for name in own) if named else covariates
    return Choices(
        outcomes=codings,
        predictors=tuple(variable_names(predictors)),
        covariates=tuple(variable_names(tuple(controls), at_least=0)),
        sets=covariate_sets(covariates),
        exclusions=excluding,
        models=tuple(ways) or tuple(dict.fromkeys(models)),
        scoring=rules,
        cases=cases,
    )


def unknown_words(given: Mapping[str, tuple[str, Sequence[str]]]) -> list[Problem]:
    """Return a problem for each argument whose word is not among those it may be: argument → (word, known words)."""
    return [
        Problem("unknown_choice", f"{key} is {', '.join(known[:-1])} or {known[-1]}", key=key)
        for key, (word, known) in given.items()
        if word not in known
    ]
