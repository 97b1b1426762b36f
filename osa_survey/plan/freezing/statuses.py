"""Which results the frozen plan makes confirmatory, and which are exploratory."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from osa_survey.languages import SOURCE, in_language
from osa_survey.plan.freezing.changes import affected_analyses, changes_between
from osa_survey.plan.freezing.contents import Content, plan_content
from osa_survey.plan.freezing.frozen_plans import FrozenPlan, load_frozen_plan
from osa_survey.plan.study_folder import Study
from osa_survey.results import Result

CONFIRMATORY, EXPLORATORY = "confirmatory", "exploratory"
NOTES = {
    "en": {
        CONFIRMATORY: "Confirmatory: tests hypothesis {tests} as the frozen plan says.",
        "amended": "Confirmatory: tests hypothesis {tests} as the frozen plan says, as amended ({amendments}).",
        "changed": "Exploratory: differs from the frozen plan, decided with the data in view or not amended.",
        EXPLORATORY: "Exploratory: tests no hypothesis of the frozen plan.",
    },
    "de": {
        CONFIRMATORY: "Konfirmatorisch: prüft Hypothese {tests}, wie der eingefrorene Plan es sagt.",
        "amended": "Konfirmatorisch: prüft Hypothese {tests}, wie der eingefrorene Plan nach Änderung es sagt "
        "({amendments}).",
        "changed": "Explorativ: weicht vom eingefrorenen Plan ab, in Kenntnis der Daten oder ohne Nachtrag.",
        EXPLORATORY: "Explorativ: prüft keine Hypothese des eingefrorenen Plans.",
    },
}
AMENDMENT = {"en": "amendment", "de": "Nachtrag"}


def touched_analyses(plan: FrozenPlan, content: Content) -> frozenset[str]:
    """Return the analyses that something touched after freezing, decided with data in view or without an amendment.

    Parameters
    ----------
    plan : FrozenPlan
        The frozen plan with its amendments.
    content : dict
        The plan as the files are now.
    """
    touched: set[str] = set()
    state = plan.content
    for record in plan.amendments:
        after = dict(record["plan"])
        if record["tier"] == "informed":
            touched |= affected_analyses(changes_between(state, after), after)
        state = after
    return frozenset(touched | affected_analyses(changes_between(state, content), content))


def amended_analyses(plan: FrozenPlan) -> dict[str, tuple[tuple[int, str], ...]]:
    """Return which amendments changed an analysis, its hypothesis or something its numbers rest on.

    Parameters
    ----------
    plan : FrozenPlan
        The frozen plan with its amendments.

    Returns
    -------
    dict of str to tuple of (int, str)
        Analysis id → number and tier of each amendment that touches it, in their order; an analysis that none touches
        is absent.
    """
    amended: dict[str, list[tuple[int, str]]] = {}
    state = plan.content
    for record in plan.amendments:
        after = dict(record["plan"])
        for identifier in affected_analyses(changes_between(state, after), after):
            amended.setdefault(identifier, []).append((int(record["number"]), str(record["tier"])))
        state = after
    return {identifier: tuple(records) for identifier, records in amended.items()}


def plan_statuses(study: Study, plan: FrozenPlan | None = None) -> Mapping[str, str]:
    """Return for each analysis of a study whether it is confirmatory or exploratory.

    Parameters
    ----------
    study : Study
        The study as it is now.
    plan : FrozenPlan, optional
        Its frozen plan; by default the one beside it.

    Returns
    -------
    mapping of str to str
        Analysis id → ``confirmatory`` (it tests a hypothesis, and neither it, its hypothesis nor anything its numbers
        rest on changed after freezing except by clerical or blind amendments) or ``exploratory``. Empty without a
        frozen plan.
    """
    plan = plan or load_frozen_plan(study.folder)
    if plan is None:
        return {}
    touched = touched_analyses(plan, plan_content(study))
    return {
        entry.id: CONFIRMATORY if entry.tests and entry.id not in touched else EXPLORATORY
        for entry in study.file.analyses
    }


def amendments_in_words(records: Sequence[tuple[int, str]], language: str) -> str:
    """Return amendments with their tiers on one line.

    Examples
    --------
    >>> amendments_in_words([(1, "blind"), (3, "clerical")], "en")
    'amendment 1, blind; amendment 3, clerical'
    """
    said = [(number, said_of_amendment(tier, language)) for number, tier in records]
    return "; ".join(f"{AMENDMENT[language]} {number}, {tier}" for number, tier in said)


def said_of_amendment(word: str, language: str) -> str:
    """Return a reason or a tier of an amendment in a language; in English the word itself.

    Examples
    --------
    >>> said_of_amendment("data_quality", "en"), said_of_amendment("data_quality", "de")
    ('data_quality', 'Datenqualität')
    """
    return word if language == SOURCE else in_language(word.replace("_", " "), language, "plans")


def with_statuses(results: Sequence[Result], study: Study) -> tuple[Result, ...]:
    """Return results of a study, each marked; analyses of the study file get a note that says why.

    Parameters
    ----------
    results : sequence of Result
        Results; those without the id of an analysis test nothing and are exploratory.
    study : Study
        The study; without a frozen plan the results are returned as they are.
    """
    plan = load_frozen_plan(study.folder)
    if plan is None:
        return tuple(results)
    statuses, amended = plan_statuses(study, plan), amended_analyses(plan)
    language = study.file.report.language
    tests = {entry.id: entry.tests for entry in study.file.analyses}
    marked = []
    for result in results:
        if result.id not in statuses:
            marked.append(replace(result, plan_status=EXPLORATORY))
            continue
        status = statuses[result.id]
        records = amended.get(result.id, ())
        kind = status
        if status == EXPLORATORY and tests[result.id]:
            kind = "changed"
        elif status == CONFIRMATORY and records:
            kind = "amended"
        note = NOTES[language][kind].format(tests=tests[result.id], amendments=amendments_in_words(records, language))
        marked.append(replace(result, plan_status=status, notes=(*result.notes, note)))
    return tuple(marked)
