"""What is known of a study, by name: the facts that checklists of reporting guidelines ask for."""

from __future__ import annotations

from osa_survey.formatting import numerals_of
from osa_survey.plan.analysis_roles import role_facts
from osa_survey.plan.checklist_numbers import number_facts
from osa_survey.plan.checklist_sources import Sources
from osa_survey.plan.fieldwork_facts import fieldwork_facts
from osa_survey.plan.gender_facts import gender_facts
from osa_survey.plan.plan_facts import plan_facts
from osa_survey.plan.quality_facts import quality_facts
from osa_survey.plan.question_facts import question_facts
from osa_survey.plan.respondent_facts import respondent_facts
from osa_survey.plan.running import StudyRun
from osa_survey.report import Report
from osa_survey.sharing.checklists import Fact


def checklist_facts(run: StudyRun, report: Report) -> dict[str, Fact]:
    """Return every fact that a checklist can ask for.

    Parameters
    ----------
    run : StudyRun
        The study and its results.
    report : Report
        Its report: numbers about answers are taken from released results only.

    Returns
    -------
    dict of str to Fact
        Name → what is known, its place in the report, or why nothing is known, in the language of the report.
    """
    sources = Sources(run, report)
    with numerals_of(report.language):
        return {
            **fieldwork_facts(sources),
            **respondent_facts(sources),
            **question_facts(sources),
            **quality_facts(sources),
            **plan_facts(sources),
            **role_facts(sources),
            **number_facts(sources),
            **gender_facts(sources),
        }
