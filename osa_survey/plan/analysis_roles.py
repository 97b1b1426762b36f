"""What variables do in the analyses of a study: outcomes, predictors, groups, and the terms of models in words."""

from __future__ import annotations

import re
from collections.abc import Iterable

from osa_survey.plan.checklist_sources import Sources
from osa_survey.plan.study_file import AnalysisEntry
from osa_survey.plan.verbs import INTERACTION_MARKS, variables_named
from osa_survey.sharing.checklists import Fact

OUTCOMES = ("outcome", "outcomes", "activities", "y", "later", "pairs")
PREDICTORS = ("predictors", "predictor", "blocks", "covariates", "controls", "moderator", "mediators", "x", "contrast")
GROUPS = ("by", "group", "between", "row", "column")
FORMULA = "formula"
MODELS = (
    "regress", "mixed_model", "gee", "fixed_effects", "fiml", "simple_slopes", "margins", "mediate", "apim",
    "cross_lagged", "anova", "manova",
)  # fmt: skip
NAME = re.compile(r"[^\W\d]\w*")
MOST = 24
NO_ROLES = "no analysis names an outcome (add [[analyses]] with outcome and predictors to the study file)"


def named(entries: Iterable[AnalysisEntry], arguments: Iterable[str]) -> tuple[str, ...]:
    """Return the variables that entries name under some arguments, each once, in their order."""
    names = list(arguments)
    return tuple(
        dict.fromkeys(
            variable
            for entry in entries
            for argument in names
            for variable in variables_named(argument, entry.arguments.get(argument))
        )
    )


def formula_sides(entry: AnalysisEntry) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the names left and right of the ``~`` of an entry's formula; both empty without one."""
    left, _, right = str(entry.arguments.get(FORMULA) or "").partition("~")
    return tuple(NAME.findall(left)), tuple(NAME.findall(right))


def interacts(entry: AnalysisEntry) -> bool:
    """Tell whether an entry has a product of predictors among its terms."""
    terms = f"{entry.arguments.get('blocks', '')}{entry.arguments.get('predictors', '')}"
    terms += str(entry.arguments.get(FORMULA) or "")
    return any(mark in terms for mark in INTERACTION_MARKS) or "moderator" in entry.arguments


def role_facts(sources: Sources) -> dict[str, Fact]:
    """Return which variables are outcomes, predictors and groups, and the terms of each model.

    Parameters
    ----------
    sources : Sources
        The study.
    """
    entries = [entry for entry, _ in sources.analyses]
    known = sources.prepared.scored.variables
    sides = [formula_sides(entry) for entry in entries]
    outcomes = [*named(entries, OUTCOMES), *(name for left, _ in sides for name in left)]
    predictors = [*named(entries, PREDICTORS), *(name for _, right in sides for name in right)]
    groups = list(named(entries, GROUPS))
    told = [
        sources.say(text, sources.listed(map(sources.variable, dict.fromkeys(names)), MOST))
        for text, names in (
            ("Outcomes: {0}.", [name for name in outcomes if name in known]),
            ("Predictors and covariates: {0}.", [name for name in predictors if name in known]),
            ("Compared by: {0}.", [name for name in groups if name in known]),
        )
        if names
    ]
    place = sources.places.table(entry.id for entry in entries)
    compared = [sources.variable(name) for name in groups if name in known]
    return {
        "roles": Fact(" ".join(told), place) if told else Fact(why_not=sources.say(NO_ROLES)),
        "groups": sources.fact(
            compared,
            "Groups are made by: {0}. People belong to them by their own answers; nobody was assigned.",
            sources.places.table(entry.id for entry in entries if named([entry], GROUPS)),
            "No groups are compared.",
        ),
        "model_terms": _model_terms(sources),
        "subgroups": _subgroups(sources),
    }


def _model_terms(sources: Sources) -> Fact:
    models = [(entry, result) for entry, result in sources.analyses if entry.do in MODELS]
    if not models:
        return Fact(sources.say("No model is fitted."), sources.study_file)
    told = [f"{result.title}: {terms}." for entry, result in models if (terms := _terms(entry, sources))]
    told.append(sources.say("The terms of a model are held constant for one another."))
    return sources.told(told, sources.places.table(entry.id for entry, _ in models))


def _terms(entry: AnalysisEntry, sources: Sources) -> str:
    """Return the predictors of a model in words, block by block."""
    if entry.arguments.get(FORMULA):
        return _in_titles(str(entry.arguments[FORMULA]), sources)
    blocks = entry.arguments.get("blocks") or [list(named([entry], (*PREDICTORS, "between", "variables")))]
    if isinstance(blocks, str) or all(isinstance(block, str) for block in blocks):
        blocks = [[blocks] if isinstance(blocks, str) else blocks]
    steps = [", ".join(_in_titles(str(term), sources) for term in block) for block in blocks if block]
    return sources.say(", then ").join(steps)


def _in_titles(term: str, sources: Sources) -> str:
    return NAME.sub(lambda match: sources.variable(match[0]), term)


def _subgroups(sources: Sources) -> Fact:
    split = [
        (entry, result)
        for entry, result in sources.analyses
        if entry.arguments.get("by") or entry.arguments.get("group") or interacts(entry)
    ]
    return sources.fact(
        (result.title for _, result in split),
        "By groups or with interactions: {0}.",
        sources.places.table(entry.id for entry, _ in split),
        "No analysis is split by groups or tests an interaction.",
    )
