"""Facts for checklists on the plan: hypotheses, methods, what was confirmatory, several tests, sensitivity."""

from __future__ import annotations

import re
from collections import defaultdict

from osa_survey import formatting
from osa_survey.analysis.multiplicity import ADJUSTMENT_TITLES
from osa_survey.languages import SOURCE, in_language
from osa_survey.plan.checklist_sources import Sources
from osa_survey.plan.freezing.statuses import CONFIRMATORY, plan_statuses
from osa_survey.plan.study_file import Hypothesis
from osa_survey.plan.verb_titles import VERB_TITLES
from osa_survey.report.exhibits import tables_of
from osa_survey.sharing.checklists import Fact

SENSITIVITY = ("delta_sensitivity", "misclassification_scenario", "multiverse")
NO_ADJUSTMENT = "none"
ITEMS = re.compile(r" of \d+ items")
"""What differs between methods that are the same."""
ADJUSTMENTS = {**ADJUSTMENT_TITLES, "romano_wolf": "Romano–Wolf"}
NO_HYPOTHESES = (
    "the study file has no [[hypotheses]] (add them, or write in the introduction that "
    "the study describes and tests none)"
)
NO_EFFECT = "no hypothesis names a smallest effect (add smallest_effect to [[hypotheses]])"
NOT_FROZEN = (
    "no plan was frozen (run osa-survey freeze before the data are seen, or write under "
    "[fieldwork] preregistration where the plan is registered, or that it is not)"
)


def plan_facts(sources: Sources) -> dict[str, Fact]:
    """Return what was planned.

    Parameters
    ----------
    sources : Sources
        The study.
    """
    return {
        "hypotheses": _hypotheses(sources),
        "smallest_effects": _smallest_effects(sources),
        "analyses": _methods(sources),
        "plan": _plan(sources),
        "multiplicity": _multiplicity(sources),
        "sensitivity": _sensitivity(sources),
    }


def _hypotheses(sources: Sources) -> Fact:
    if not sources.file.hypotheses:
        return Fact(why_not=sources.say(NO_HYPOTHESES))
    told = []
    tests: list[str] = []
    for one in sources.file.hypotheses:
        testing = [(entry, result) for entry, result in sources.analyses if entry.tests == one.id]
        tests += [entry.id for entry, _ in testing]
        text = sources.say("Hypothesis {0} ({1}): {2}.", one.id, sources.word(one.family), one.text.rstrip("."))
        if testing:
            text += " " + sources.say("Tested by: {0}.", "; ".join(result.title for _, result in testing))
        else:
            text += " " + sources.say("No analysis tests it.")
        told.append(text)
    return Fact(" ".join(told), sources.places.table(tests) or sources.say("Study file, [[hypotheses]]"))


def _smallest_effects(sources: Sources) -> Fact:
    told = [_smallest(one) for one in sources.file.hypotheses if one.smallest_effect]
    if not told:
        return Fact(why_not=sources.say(NO_EFFECT))
    text = sources.say("Smallest effects of interest: {0}.", "; ".join(told))
    return Fact(text, sources.say("Study file, [[hypotheses]]"))


def _smallest(hypothesis: Hypothesis) -> str:
    effects = dict(hypothesis.smallest_effect)
    source = effects.pop("source", "")
    numbers = ", ".join(f"{name} = {_number(value)}" for name, value in effects.items())
    return f"{hypothesis.id}: {numbers}" + (f" ({source})" if source else "")


def _number(value: float | tuple[float, float] | str) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, tuple):
        return formatting.bracketed(*map(formatting.shortest, value))
    return formatting.shortest(value)


def _methods(sources: Sources) -> Fact:
    """Return the kinds of analyses with their number and, as methods are named in English, in English their methods."""
    kinds: dict[str, int] = defaultdict(int)
    ways: dict[str, dict[str, None]] = defaultdict(dict)
    for entry, result in sources.analyses:
        kinds[entry.do] += 1
        ways[entry.do][ITEMS.sub("", result.method.rstrip("."))] = None
    if not kinds:
        return Fact(why_not=sources.say("the study file has no [[analyses]] (add them)"))
    told = []
    for kind, number in kinds.items():
        title = _capital(sources.say(VERB_TITLES[kind]))
        times = f"{title} ({formatting.count(number)})" if number > 1 else title
        how = f": {' / '.join(ways[kind])}" if sources.language == SOURCE else ""
        told.append(f"{times}{how}")
    text = "{0} analyses." if len(sources.analyses) > 1 else "{0} analysis."
    place = sources.places.table(entry.id for entry, _ in sources.analyses)
    joined = (". " if sources.language == SOURCE else "; ").join(told)
    return Fact(f"{sources.say(text, formatting.count(len(sources.analyses)))} {joined}.", place)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _plan(sources: Sources) -> Fact:
    statuses = plan_statuses(sources.prepared.study)
    if not statuses:
        registered = sources.file.fieldwork.preregistration.rstrip(".")
        if registered:
            return Fact(sources.say("Registered: {0}.", registered), sources.say("Study file, [fieldwork]"))
        return Fact(why_not=sources.say(NOT_FROZEN))
    titles = {entry.id: result.title for entry, result in sources.analyses}
    kept = [titles[name] for name, status in statuses.items() if status == CONFIRMATORY and name in titles]
    others = [titles[name] for name, status in statuses.items() if status != CONFIRMATORY and name in titles]
    text = sources.say(
        "The plan was frozen. Confirmatory: {0}. Exploratory: {1}.",
        sources.listed(kept) or sources.say("none"),
        sources.listed(others) or sources.say("none"),
    )
    return Fact(text, sources.places.section("plan") or sources.study_file)


def _multiplicity(sources: Sources) -> Fact:
    together = {one.id for one in sources.file.hypotheses if one.family in sources.file.families}
    told, ids = [], []
    for entry, result in sources.analyses:
        method = str(result.settings.get("adjust") or "")
        in_family = method in ("", NO_ADJUSTMENT) and entry.tests in together
        if in_family or not any(part.frame["p_adjusted"].notna().any() for _, part in tables_of(result)):
            continue
        how = f" ({sources.word(ADJUSTMENTS[method])})" if method in ADJUSTMENTS and method != NO_ADJUSTMENT else ""
        told.append(f"{result.title}{how}")
        ids.append(entry.id)
    for name, family in sources.file.families.items():
        members = [one.id for one in sources.file.hypotheses if one.family == name]
        method = sources.word(ADJUSTMENTS[family.adjust])
        told.append(sources.say("family {0} ({1}): {2}", sources.word(name), method, ", ".join(members)))
        ids += [entry.id for entry, _ in sources.analyses if entry.tests in members]
    return sources.fact(
        told,
        "p values adjusted for several tests: {0}.",
        sources.places.table(ids),
        "No p value is adjusted for several tests, and no family is declared.",
    )


def _sensitivity(sources: Sources) -> Fact:
    told = [result.title for entry, result in sources.analyses if entry.do in SENSITIVITY]
    ids = [entry.id for entry, _ in sources.analyses if entry.do in SENSITIVITY]
    for entry, result in sources.analyses:
        if entry.reason:
            told.append(f"{result.title}: {entry.reason.rstrip('.')}")
            ids.append(entry.id)
    for other in sources.run.multiverse:
        told.append(in_language(other.title, sources.language, "titles"))
        ids.append(other.id or other.analysis)
    return sources.fact(
        told,
        "Analyses of sensitivity: {0}.",
        sources.places.table(ids),
        "The study file declares no analysis of sensitivity.",
    )
