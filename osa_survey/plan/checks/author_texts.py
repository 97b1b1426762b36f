"""Texts of the study file that may point at a person: report, release and checklists refuse them."""

from __future__ import annotations

from osa_survey.plan.author_texts import text_problems
from osa_survey.plan.checks.subjects import Outcome
from osa_survey.plan.study_folder import Study

CODES = {"identifier_in_text": "a text of the study file holds what looks like an address or number of a person"}


def author_texts(study: Study) -> Outcome:
    """Look through what the author wrote."""
    return Outcome(text_problems(study), {})
