"""Categories that analyses name: events, references, groups and levels that the codebook does not declare."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from osa_survey.errors import Problem, nearest
from osa_survey.plan.checks.subjects import Outcome
from osa_survey.plan.multiverse_checks import main_entry
from osa_survey.plan.multiverse_entry import MULTIVERSE
from osa_survey.plan.study_folder import Study
from osa_survey.plan.weights_entry import CROSS

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
OF_ANALYSIS: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "simple_slopes": {"at": ("moderator",)},
    "mediate": {"at": ("moderator",), "contrast": ("x",)},
}
"""The same, of arguments that mean something else elsewhere."""
CATEGORY_GROUPS = ("correlate", "compare_correlations", "equivalence")
"""Analyses whose ``groups`` are categories; elsewhere they are a variable."""
BY_VARIABLE = ("references", "at", "yes", "targets", "events")
"""Arguments that may say the variable themselves: ``{ gender = "man" }``."""
BESIDE_TARGETS = "source"
Named = tuple[str, str, Any]
"""Argument (or key), variable, category."""


def named_categories(study: Study) -> Outcome:
    """Look at each category that an analysis or the multiverse of the study file names."""
    findings = []
    labels = {
        name: entry.categories
        for name, entry in study.codebook.variables.items()
        if entry.type in ("nominal", "ordinal") and entry.labels
    }
    for key, variable, category in _all_named(study):
        known = labels.get(variable)
        if known is None or category in known or not _is_category(key, category):
            continue
        message = f"the variable '{variable}' has no category '{category}'"
        hint = nearest(str(category), known)
        findings.append(Problem("unknown_category", message, study.name, key=key, hint=hint))
    return Outcome(tuple(dict.fromkeys(findings)), {})


def _is_category(key: str, value: object) -> bool:
    """Tell whether a value is meant as a category: values at which a model is looked at may be numbers."""
    return isinstance(value, str) or (key.endswith(".event") and not isinstance(value, bool))


def _all_named(study: Study) -> Iterator[Named]:
    """Yield key in the study file, variable and category, for each category it names."""
    for position, entry in enumerate(study.file.analyses, start=1):
        for argument, variable, category in named_by(entry.do, entry.arguments):
            yield f"analyses[{position}].{argument}", variable, category
    around = study.file.multiverse
    if around is None:
        return
    main = main_entry(study.file, around)
    own = {} if main is None else main.arguments
    codings = {title: {"is": one.category, **one.coding(str(own.get("outcome", "")))} for title, one in
               around.outcomes.items()}  # fmt: skip
    rules = {title: one.rule for title, one in around.exclusions.items()}
    for argument, variable, category in _of_rules({"outcomes": codings, "exclusions": rules}):
        yield f"{MULTIVERSE}.{argument}", variable, category
    do = "" if main is None else main.do
    for title, way in around.ways.items():
        for argument, variable, category in named_by(do, {**own, **way}):
            if argument.partition(".")[0] in way:
                yield f"{MULTIVERSE}.ways.{title}.{argument}", variable, category


def named_by(do: str, given: Mapping[str, Any]) -> Iterator[Named]:
    """Yield argument, variable and category, for each category that the arguments of an analysis name.

    Parameters
    ----------
    do : str
        The analysis.
    given : mapping
        Its arguments.
    """
    for argument, places in {**OF_ARGUMENT, **OF_ANALYSIS.get(do, {})}.items():
        value = given.get(argument)
        if value is None or isinstance(value, dict) or (argument == "groups" and do not in CATEGORY_GROUPS):
            continue
        variables = [name for place in places for name in _texts(given.get(place))]
        yield from ((argument, variable, category) for variable in variables for category in _listed(value))
    for argument in BY_VARIABLE:
        table = given.get(argument)
        for variable, value in table.items() if isinstance(table, dict) else ():
            for category in _listed(list(value) if isinstance(value, dict) else value):
                if not (argument == "targets" and category == BESIDE_TARGETS):
                    yield from ((argument, *pair) for pair in _crossed(variable, category))
    yield from _of_rules(given)
    yield from _of_contrasts(given)


def _crossed(variable: str, category: Any) -> Iterator[tuple[str, Any]]:
    """Yield variables and categories of a crossing such as ``gender * age_band``; of one variable the pair itself."""
    variables = [part.strip() for part in variable.split(CROSS)]
    parts = [part.strip() for part in str(category).split(CROSS)]
    if len(variables) == 1 or len(parts) != len(variables):
        yield variable, category
        return
    yield from zip(variables, parts, strict=True)


def _of_rules(given: Mapping[str, Any]) -> Iterator[Named]:
    """Yield categories of codings and exclusions: ``{ title = { variable = "gender", is = "woman" } }``."""
    for argument in ("outcomes", "exclusions"):
        table = given.get(argument)
        for title, rule in table.items() if isinstance(table, dict) else ():
            if isinstance(rule, dict):
                yield from (
                    (f"{argument}.{title}.is", str(rule.get("variable", title)), one) for one in _listed(rule.get("is"))
                )


def _of_contrasts(given: Mapping[str, Any]) -> Iterator[Named]:
    """Yield levels that planned contrasts name: ``{ name = { gender = { man = 1, woman = -1 } } }``."""
    contrasts = given.get("contrasts")
    for name, weights in contrasts.items() if isinstance(contrasts, dict) else ():
        for factor, values in weights.items() if isinstance(weights, dict) else ():
            yield from ((f"contrasts.{name}", factor, level) for level in values if isinstance(values, dict))


def _listed(value: Any) -> list[Any]:
    return [] if value is None else list(value) if isinstance(value, list | tuple) else [value]


def _texts(value: Any) -> list[str]:
    return [name for name in _listed(value) if isinstance(name, str)]
