"""The frozen plan: whether the files still say what was frozen or amended."""

from __future__ import annotations

from osa_survey.errors import DefinitionError, Problem
from osa_survey.plan.checks.subjects import Outcome
from osa_survey.plan.freezing.changes import changes_between
from osa_survey.plan.freezing.contents import plan_content
from osa_survey.plan.freezing.frozen_plans import load_frozen_plan
from osa_survey.plan.study_folder import Study

CODES = {
    "plan_edited": "study file, codebook or a definition differs from the frozen plan, and no amendment says so",
    "plan_damaged": "a record of the frozen plan was edited by hand: it does not fit its hash",
}


def frozen_plans(study: Study) -> Outcome:
    """Look at the frozen plan beside a study file; without one there is nothing to say."""
    try:
        plan = load_frozen_plan(study.folder)
    except DefinitionError as error:
        return Outcome(error.problems, {})
    if plan is None:
        return Outcome((), {})
    facts = {"frozen plan": f"{plan.sha256[:12]}…, {len(plan.amendments)} amendments"}
    files = {"study": study.name, "codebook": study.file.data[0].codebook, "definitions": "data_dictionary"}
    by_room: dict[str, list[str]] = {}
    for change in changes_between(plan.current, plan_content(study)):
        by_room.setdefault(change.path.partition(".")[0], []).append(change.path)
    hint = "take the change back, or record it with 'osa-survey amend'"
    findings = []
    for room, paths in by_room.items():
        key = paths[0].partition(".")[2]
        message = "differs from the frozen plan without an amendment"
        findings.append(Problem("plan_edited", message, files[room], key=key, hint=hint, count=len(paths)))
    return Outcome(tuple(findings), facts)
