"""A checklist of a reporting guideline, filled in for a study and written as a document."""

from __future__ import annotations

from pathlib import Path

from osa_survey.errors import OutputError, Problem
from osa_survey.export.files import write_bytes, write_text
from osa_survey.formatting import numerals_of
from osa_survey.plan.author_texts import refuse_identifying_texts, refuse_texts_of_respondents
from osa_survey.plan.checklist_facts import checklist_facts
from osa_survey.plan.reporting import study_report
from osa_survey.plan.respondent_facts import adulthood
from osa_survey.plan.running import StudyRun, run_study
from osa_survey.plan.study_folder import Study, load_study
from osa_survey.sharing.checklist_definitions import load_checklist
from osa_survey.sharing.checklists import Answer, checklist_document, filled
from osa_survey.sharing.documents import docx, markdown
from osa_survey.sharing.statements import statements

RELEASED_UNDER = "journal"


def fill_checklist(study: Study | Path | str, which: str) -> tuple[Answer, ...]:
    """Return the answers to a checklist from the study file, its codebook and its results.

    Parameters
    ----------
    study : Study or Path or str
        A study, its file or its folder.
    which : {"cherries", "cross", "jars", "sager", "strobe"}
        The checklist.

    Returns
    -------
    tuple of Answer
        One for each point: a computed number, a fact of ``[fieldwork]``, its place in the report, or why it is not
        available. Numbers of respondents passed the profile ``journal``. In
        the language of the report.
    """
    study = study if isinstance(study, Study) else load_study(study)
    checklist = load_checklist(which)
    run, language = run_study(study), study.file.report.language
    with numerals_of(language):
        return filled(checklist, checklist_facts(run, study_report(run, profile=RELEASED_UNDER)), language)


def write_checklist(study: Study | Path | str, which: str, out: Path | str) -> Path:
    """Write a filled checklist with drafted statements on data availability and ethics.

    Parameters
    ----------
    study : Study or Path or str
        A study, its file or its folder.
    which : {"cherries", "cross", "jars", "sager", "strobe"}
        The checklist.
    out : Path or str
        A file ending in ``.docx`` or ``.md``; without an ending, ``.docx`` is added.

    Returns
    -------
    Path
        The file.

    Raises
    ------
    OutputError
        ``unknown_format`` for another ending.
    """
    out = Path(out)
    out = out if out.suffix else out.with_suffix(".docx")
    if out.suffix not in (".docx", ".md"):
        raise OutputError(
            Problem("unknown_format", f"a checklist is not written as '{out.suffix}'", hint="end it in .docx or .md")
        )
    study = study if isinstance(study, Study) else load_study(study)
    checklist = load_checklist(which)
    refuse_identifying_texts(study)
    run, language = run_study(study), study.file.report.language
    refuse_texts_of_respondents(run)
    with numerals_of(language):
        facts = checklist_facts(run, study_report(run, profile=RELEASED_UNDER))
        answers = filled(checklist, facts, language)
        document = checklist_document(checklist, answers, study.file.title, _statements(run), language)
    return write_text(out, markdown(document)) if out.suffix == ".md" else write_bytes(out, docx(document))


def _statements(run: StudyRun) -> dict[str, str]:
    study = run.prepared.study
    fieldwork = study.file.fieldwork
    return statements(
        study.file.sharing,
        study.file.data_protection,
        data_availability=fieldwork.data_availability,
        preregistration=fieldwork.preregistration,
        ethics_approval=fieldwork.ethics_approval,
        consent=fieldwork.consent_text,
        legal_basis=fieldwork.legal_basis,
        adulthood=adulthood(run.prepared),
        simulated=run.prepared.admitted.simulated,
        language=study.file.report.language,
    )
