"""Categories that analyses name: events, references, groups and levels that the codebook does not declare."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from osa_survey.errors import Problem, nearest
from osa_survey.plan.checks.subjects import Outcome
from osa_survey.plan.study_file import AnalysisEntry
from osa_survey.plan.study_folder import Study

CODES = {"unknown_category": "an analysis names a category that the codebook does not declare"}
OF_ARGUMENT: Mapping[str, tuple[str, ...]] = {
    "event": ("outcome", "variables"),
    "groups": ("by",),
    "case": ("reference",),
    "positive": ("score",),
    "yes": ("activities", "options", "outcome"),
    "roles": ("role",),
}
"""Argument that names categories → the arguments that name their variable."""
CATEGORY_GROUPS = ("correlate", "compare_correlations", "equivalence")
"""Analyses whose ``groups`` are categories; elsewhere they are a variable."""
BY_VARIABLE = ("references", "at", "yes", "targets", "events")
"""Arguments that may say the variable themselves: ``{ gender = "man" }``."""
BESIDE_TARGETS = "source"


def named_categories(study: Study) -> Outcome:
    """Look at each category that an analysis of the study file names."""
    findings = []
    labels = {
        name: tuple(entry.labels.values())
        for name, entry in study.codebook.variables.items()
        if entry.type in ("nominal", "ordinal") and entry.labels
    }
    for position, entry in enumerate(study.file.analyses, start=1):
        for argument, variable, category in _named(entry):
            known = labels.get(variable)
            if known is None or category in known or not _is_category(argument, category):
                continue
            message = f"the variable '{variable}' has no category '{category}'"
            key = f"analyses[{position}].{argument}"
            hint = nearest(str(category), known)
            findings.append(Problem("unknown_category", message, study.name, key=key, hint=hint))
    return Outcome(tuple(findings), {})


def _is_category(argument: str, value: object) -> bool:
    """Tell whether a value is meant as a category: values at which a model is looked at may be numbers."""
    return isinstance(value, str) or (argument == "event" and not isinstance(value, bool))


def _named(entry: AnalysisEntry) -> Iterator[tuple[str, str, Any]]:
    """Yield argument, variable and category, for each category an entry names."""
    given = entry.arguments
    for argument, places in OF_ARGUMENT.items():
        value = given.get(argument)
        if value is None or isinstance(value, dict) or (argument == "groups" and entry.do not in CATEGORY_GROUPS):
            continue
        variables = [name for place in places for name in _texts(given.get(place))]
        yield from ((argument, variable, category) for variable in variables for category in _listed(value))
    if entry.do == "simple_slopes" and not isinstance(given.get("at"), dict):
        yield from (
            ("at", name, value) for name in _texts(given.get("moderator")) for value in _listed(given.get("at"))
        )
    for argument in BY_VARIABLE:
        table = given.get(argument)
        for variable, value in table.items() if isinstance(table, dict) else ():
            for category in _listed(list(value) if isinstance(value, dict) else value):
                if not (argument == "targets" and category == BESIDE_TARGETS):
                    yield argument, variable, category


def _listed(value: Any) -> list[Any]:
    return [] if value is None else list(value) if isinstance(value, list | tuple) else [value]


def _texts(value: Any) -> list[str]:
    return [name for name in _listed(value) if isinstance(name, str)]
