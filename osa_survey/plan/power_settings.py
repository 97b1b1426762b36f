"""The settings of a power analysis: the population as planned, and each assumption varied in turn."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from osa_survey.analysis.planning.power_tables import AS_PLANNED
from osa_survey.errors import DefinitionError, OsaSurveyError, Problem
from osa_survey.instruments.files import validated
from osa_survey.plan.power_entry import VariedEntry
from osa_survey.plan.simulating import study_population
from osa_survey.plan.study_folder import Study
from osa_survey.simulation import Population, PopulationEntry

STEP = re.compile(r"(?P<name>[^.\[\]]+)|\[(?P<number>\d+)\]")


@dataclass(frozen=True, repr=False)
class Setting:
    """One population of a power analysis: what is varied in words, its entry, and compiled."""

    name: str
    entry: PopulationEntry
    who: Population


def power_settings(study: Study, vary: Sequence[VariedEntry]) -> tuple[Setting, ...]:
    """Return the population as planned, then one for each value of each varied assumption.

    Parameters
    ----------
    study : Study
        The study.
    vary : sequence of VariedEntry
        What is varied.

    Raises
    ------
    DefinitionError
        Assumptions that are not there, values they cannot have; all problems together.
    """
    base = study.file.simulation or PopulationEntry()
    settings = [Setting(AS_PLANNED, base, study_population(study, base))]
    problems: list[Problem] = []
    for position, varied in enumerate(vary, start=1):
        key = f"power.vary[{position}]"
        for value in varied.values:
            try:
                entry = with_value(base, varied.what, value, study.name)
                if entry == base:
                    continue
                settings.append(Setting(_named(varied, value), entry, study_population(study, entry)))
            except OsaSurveyError as error:
                problems += [
                    Problem(one.code, f"{varied.what} = {value:g}: {one.message}", study.name, key=key, hint=one.hint)
                    for one in error.problems
                ]
    if problems:
        raise DefinitionError(problems)
    return tuple(settings)


def with_value(entry: PopulationEntry, what: str, value: float, file: str) -> PopulationEntry:
    """Return a population in which one number has another value.

    Parameters
    ----------
    entry : PopulationEntry
        The population.
    what : str
        The path of the number, lists counted from 1: ``effects[1].d``.
    value : float
        Its value.
    file : str
        The study file's name, for messages.

    Raises
    ------
    DefinitionError
        If there is no such number, or it cannot have this value.

    Examples
    --------
    >>> entry = PopulationEntry()
    >>> with_value(entry, "careless.kinds.straight_line", 0.1, "study.toml").careless.kinds["straight_line"]
    0.1
    """
    content: dict[str, Any] = entry.model_dump(exclude_unset=True)
    steps = [int(step["number"]) if step["number"] else step["name"] for step in STEP.finditer(what)]
    place: Any = content
    for step in steps[:-1]:
        place = _inside(place, step, what, file)
    if not steps or not isinstance(steps[-1], str) or not isinstance(place, dict):
        raise DefinitionError(_unknown(what, file))
    place[steps[-1]] = value
    return validated(content, PopulationEntry, file)


def _named(varied: VariedEntry, value: float) -> str:
    return f"{varied.title or varied.what} = {value:g}".replace("= -", "= \u2212")


def _inside(place: Any, step: int | str, what: str, file: str) -> Any:
    """Return what stands behind a step; lists become lists that can be changed."""
    if isinstance(step, int):
        if not isinstance(place, list) or not 1 <= step <= len(place):
            raise DefinitionError(_unknown(what, file))
        return place[step - 1]
    if not isinstance(place, dict):
        raise DefinitionError(_unknown(what, file))
    found = place.setdefault(step, {})
    if isinstance(found, tuple | list):
        place[step] = found = [dict(one) if isinstance(one, dict) else one for one in found]
    return found


def _unknown(what: str, file: str) -> Problem:
    hint = "a path under [simulation], such as effects[1].d or scales.scs_total.alpha; lists are counted from 1"
    return Problem("no_such_assumption", f"[simulation] holds no number '{what}'", file, key="power.vary", hint=hint)
