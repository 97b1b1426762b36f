"""Which results the frozen plan makes confirmatory, and which are exploratory."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from osa_survey.plan.freezing.changes import affected_analyses, changes_between
from osa_survey.plan.freezing.contents import Content, plan_content
from osa_survey.plan.freezing.frozen_plans import FrozenPlan, load_frozen_plan
from osa_survey.plan.study_folder import Study
from osa_survey.results import Result

CONFIRMATORY, EXPLORATORY = "confirmatory", "exploratory"
NOTES = {
    "en": {
        CONFIRMATORY: "Confirmatory: tests hypothesis {tests} as the frozen plan says.",
        "changed": "Exploratory: differs from the frozen plan, decided with the data in view or not amended.",
        EXPLORATORY: "Exploratory: tests no hypothesis of the frozen plan.",
    },
    "de": {
        CONFIRMATORY: "Konfirmatorisch: prüft Hypothese {tests}, wie der eingefrorene Plan es sagt.",
        "changed": "Explorativ: weicht vom eingefrorenen Plan ab, in Kenntnis der Daten oder ohne Nachtrag.",
        EXPLORATORY: "Explorativ: prüft keine Hypothese des eingefrorenen Plans.",
    },
}


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


def with_statuses(results: Sequence[Result], study: Study) -> tuple[Result, ...]:
    """Return results of a study, each marked; analyses of the study file get a note that says why.

    Parameters
    ----------
    results : sequence of Result
        Results; those without the id of an analysis test nothing and are exploratory.
    study : Study
        The study; without a frozen plan the results are returned as they are.
    """
    statuses = plan_statuses(study)
    if not statuses:
        return tuple(results)
    language = study.file.report.language
    tests = {entry.id: entry.tests for entry in study.file.analyses}
    marked = []
    for result in results:
        if result.id not in statuses:
            marked.append(replace(result, plan_status=EXPLORATORY))
            continue
        status = statuses[result.id]
        changed = status == EXPLORATORY and bool(tests[result.id])
        note = NOTES[language]["changed" if changed else status].format(tests=tests[result.id])
        marked.append(replace(result, plan_status=status, notes=(*result.notes, note)))
    return tuple(marked)
