"""The author's text that opens a report."""

from __future__ import annotations

from osa_survey.errors import DefinitionError, Problem
from osa_survey.plan.study_folder import Study


def report_text(study: Study) -> str:
    """Return the text with ids that opens the report, or nothing where the study file names none.

    Raises
    ------
    DefinitionError
        If the file is absent or not UTF-8.
    """
    name = study.file.report.text
    if not name:
        return ""
    try:
        return (study.folder / name).read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        hint = "check [report] text in the study file"
        raise DefinitionError(Problem("text_unreadable", "the text cannot be read", name, hint=hint)) from error
