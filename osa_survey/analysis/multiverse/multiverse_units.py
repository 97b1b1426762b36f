"""Every specification that declared choices make, gathered into units that are computed at once."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from osa_survey.analysis.multiverse.multiverse_choices import (
    MOST,
    Cases,
    Choices,
    Specification,
    model_fits,
    refuse_many,
    subsets,
)
from osa_survey.analysis.multiverse.multiverse_exclusions import those_left
from osa_survey.analysis.multiverse.multiverse_scoring import AS_SCORED
from osa_survey.analysis.multiverse.multiverse_values import Values
from osa_survey.dataset import ScoredData
from osa_survey.errors import AnalysisError, Problem
from osa_survey.models.specification_units import Unit

Mask = NDArray[np.bool_]
Floats = NDArray[np.float64]
LEAST = 10


@dataclass(frozen=True, repr=False)
class Enumerated:
    """Specifications with their units.

    Attributes
    ----------
    units : tuple of Unit
        In the order of the specifications.
    specifications : tuple of Specification
        One for each set of covariates of each unit.
    people : tuple of ndarray of bool
        Whom each specification is about, over all respondents.
    everybody : ndarray of bool
        Whom the multiverse is about: who could be in some specification.
    titles : mapping of str to str
        Variable → its title.
    """

    units: tuple[Unit, ...]
    specifications: tuple[Specification, ...]
    people: tuple[Mask, ...]
    everybody: Mask
    titles: Mapping[str, str]


def specifications_of(choices: Choices, fits: Mapping[tuple[str, str, str], bool]) -> Iterator[list[Specification]]:
    """Yield the specifications, those that differ in covariates alone together.

    Parameters
    ----------
    choices : Choices
        What may be chosen.
    fits : mapping of (str, str, str) to bool
        Whether an outcome under a scoring rule of its scale can be that of a model: (outcome, rule, model).
    """
    scales = list(choices.scoring)
    rules = [[AS_SCORED, *choices.scoring[scale]] for scale in scales]
    for without in subsets(choices.toggled):
        for chosen in itertools.product(*rules):
            rule_of = dict(zip(scales, chosen, strict=True))
            other = {scale for scale, rule in rule_of.items() if rule != AS_SCORED}
            for outcome, predictor, model in itertools.product(choices.outcomes, choices.predictors, choices.models):
                source = choices.source(outcome)
                if not fits[outcome, rule_of.get(source, AS_SCORED), model]:
                    continue
                found = []
                for title, names in choices.sets:
                    held = {source, predictor, *names}
                    if other <= held:  # a rule of a scale that is not used makes no other specification
                        own = tuple((scale, rule) for scale, rule in rule_of.items() if scale in held)
                        found.append(Specification(outcome, predictor, model, names, without, title, own))
                if found:
                    yield found


def listed_specifications(choices: Choices) -> list[Specification]:
    """Return every specification of an analysis that takes any outcome; an AnalysisError ``too_many``."""
    refuse_many(choices.toggled, "exclusions")
    fits = {
        (title, rule, way): True
        for title in choices.outcomes
        for rule in (AS_SCORED, *choices.scoring.get(choices.source(title), ()))
        for way in choices.models
    }
    return [one for group in _groups(choices, fits) for one in group]


def _groups(choices: Choices, fits: Mapping[tuple[str, str, str], bool]) -> list[list[Specification]]:
    groups: list[list[Specification]] = []
    number = 0
    for group in specifications_of(choices, fits):
        groups.append(group)
        number += len(group)
        if number > MOST:
            message = f"the choices make more than {MOST:,} specifications"
            raise AnalysisError(Problem("too_many", message, key="covariates", hint="declare fewer choices"))
    return groups


def enumerated(
    data: ScoredData | pd.DataFrame,
    choices: Choices,
    draws: int,
    resamples: int,
    seed: int,
    *,
    inside: Mask | None = None,
    judged: ScoredData | pd.DataFrame | None = None,
) -> Enumerated:
    """Return every specification with the units that compute them.

    Parameters
    ----------
    data : ScoredData or DataFrame
        The respondents.
    choices : Choices
        What may be chosen.
    draws, resamples, seed : int
        As in ``Unit``.
    inside : ndarray of bool, shape (respondents,), optional
        Who has a weight.
    judged : ScoredData or DataFrame, optional
        The answers that checks of quality look at; by default ``data``.

    Raises
    ------
    AnalysisError
        ``too_many`` specifications; a model that no outcome can have; too few respondents; something that is the same
        for everybody left.
    """
    refuse_many(choices.toggled, "exclusions")
    values = Values(data, choices)
    outcomes = {
        (title, rule): values.outcome(title, rule)
        for title in choices.outcomes
        for rule in values.rules(choices.source(title))
    }
    fits = {(*key, model): model_fits(model, own) for key, own in outcomes.items() for model in choices.models}
    idle = [model for model in choices.models if not any(fits[*key, model] for key in outcomes)]
    if idle:
        hint = 'models = ["linear"], or declare a coding: high = { variable = "…", at_least = … }'
        problems = [Problem("unknown_choice", f"no outcome can be that of a {name} model", key="models", hint=hint)
                    for name in idle]  # fmt: skip
        raise AnalysisError(problems)
    groups = _groups(choices, fits)
    predictors = {(name, rule): values.predictor(name, rule) for name in choices.predictors
                  for rule in values.rules(name)}  # fmt: skip
    covariates = {(name, rule): values.covariate(name, rule) for name in choices.covariates
                  for rule in values.rules(name)}  # fmt: skip
    left = {one: those_left(data, choices.exclusions, one, judged) for one in subsets(choices.toggled)}
    everybody = _everybody(choices.cases, outcomes, predictors, covariates) & np.logical_or.reduce(list(left.values()))
    everybody = everybody if inside is None else everybody & inside
    parts = {key: own[everybody] for key, own in covariates.items()}
    answered: dict[tuple[str, str], Mask] = {key: np.asarray(~np.isnan(own).any(axis=1)) for key, own in parts.items()}
    ends = np.cumsum([0, *(own.shape[1] for own in parts.values())]).tolist()
    places = {key: tuple(range(*pair)) for key, pair in zip(parts, itertools.pairwise(ends), strict=True)}
    design = np.hstack(list(parts.values())) if parts else np.empty((int(everybody.sum()), 0))
    y = {key: own[everybody] for key, own in outcomes.items()}
    x = {key: own[everybody] for key, own in predictors.items()}
    units, specifications, people = [], [], []
    for group in groups:
        first = group[0]
        of = (first.outcome, dict(first.scoring).get(choices.source(first.outcome), AS_SCORED))
        by = (first.predictor, dict(first.scoring).get(first.predictor, AS_SCORED))
        base = left[first.exclusions][everybody] & ~np.isnan(y[of])
        for used, own in _by_respondents(group, base, answered):
            _check(y[of], x[by], used, first)
            chosen = tuple(
                tuple(place for name in one.covariates
                      for place in places[name, dict(one.scoring).get(name, AS_SCORED)])
                for one in own
            )  # fmt: skip
            units.append(Unit(y[of], x[by], design, chosen, used, first.model, draws, seed, resamples))
            specifications += own
            who = np.zeros(len(everybody), dtype=bool)
            who[everybody] = used & ~np.isnan(x[by])
            people += [who] * len(own)
    titles = {name: column.info.title for name, column in values.columns.items()}
    return Enumerated(tuple(units), tuple(specifications), tuple(people), everybody, titles)


def _everybody(
    cases: Cases,
    outcomes: Mapping[Any, Floats],
    predictors: Mapping[Any, Floats],
    covariates: Mapping[Any, Floats],
) -> Mask:
    """Return whom the multiverse is about: who has everything, or who has some outcome and some predictor."""
    join = np.logical_and.reduce if cases == "common" else np.logical_or.reduce
    found = join([~np.isnan(own) for own in outcomes.values()]) & join([~np.isnan(own) for own in predictors.values()])
    if cases == "common":
        found = np.logical_and.reduce([found, *(~np.isnan(own).any(axis=1) for own in covariates.values())])
    return np.asarray(found)


def _by_respondents(
    group: Sequence[Specification], base: Mask, answered: Mapping[tuple[str, str], Mask]
) -> Iterator[tuple[Mask, list[Specification]]]:
    """Yield specifications of the same respondents together."""
    found: dict[bytes, tuple[Mask, list[Specification]]] = {}
    for one in group:
        rules = dict(one.scoring)
        used = base
        for name in one.covariates:
            used = used & answered[name, rules.get(name, AS_SCORED)]
        found.setdefault(np.packbits(used).tobytes(), (used, []))[1].append(one)
    yield from found.values()


def _check(y: Floats, x: Floats, used: Mask, one: Specification) -> None:
    """Raise an AnalysisError where too few are left, or all are alike."""
    after = f" after the exclusions {', '.join(one.exclusions)}" if one.exclusions else ""
    used = used & ~np.isnan(x)
    if int(used.sum()) < LEAST:
        message = f"fewer than {LEAST} complete respondents are left{after}"
        raise AnalysisError(Problem("too_few_respondents", message))
    for name, own in ((one.outcome, y[used]), (one.predictor, x[used])):
        if np.ptp(own) == 0:
            message = f"'{name}' is the same for everybody{after}"
            raise AnalysisError(Problem("constant_variable", message, column=name))
