"""A study's report: results put in order, handed to the report room."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from osa_survey.disclosure import Profile, profile_named
from osa_survey.formatting import numerals_of
from osa_survey.languages import in_language
from osa_survey.plan.author_texts import refuse_identifying_texts, refuse_texts_of_respondents
from osa_survey.plan.freezing.deviations import deviation_heading, plan_paragraphs
from osa_survey.plan.gate_step import gate_facts
from osa_survey.plan.methods import instrument_notes, instrument_references, methods_sentences
from osa_survey.plan.report_texts import report_text
from osa_survey.plan.running import StudyRun, run_study
from osa_survey.plan.study_file import AnalysisEntry
from osa_survey.plan.study_folder import Study, load_study
from osa_survey.report import (
    Provenance,
    Report,
    Section,
    build_report,
    fill_text,
    refuse_formats,
    text_sections,
    write_report,
)
from osa_survey.report.tables import headline
from osa_survey.results import Result

HEADINGS = {
    "en": {
        "flow": "Respondents",
        "quality": "Data quality",
        "scales": "Scales",
        "weights": "Weights",
        "imputation": "Missing answers",
        "multiverse": "Other ways to the same question",
    },
    "de": {
        "flow": "Befragte",
        "quality": "Datenqualität",
        "scales": "Skalen",
        "weights": "Gewichtung",
        "imputation": "Fehlende Antworten",
        "multiverse": "Andere Wege zur selben Frage",
    },
}
TESTS = {"en": "Hypothesis {id} ({family}): {text}", "de": "Hypothese {id} ({family}): {text}"}
IN_RESPONDENTS = ("describe",)
IN_SCALES = ("reliability",)


def study_report(run: StudyRun, *, profile: str | None = None) -> Report:
    """Return the report of a run.

    Parameters
    ----------
    run : StudyRun
        A finished run.
    profile : str, optional
        The disclosure profile; by default that of the study file.

    Returns
    -------
    Report
        Every result has passed the gate.
    """
    plan = run.prepared.study.file
    language = plan.report.language
    rules = profile_named(profile or plan.report.disclosure)
    with numerals_of(language):
        return _report(run, rules)


def _report(run: StudyRun, rules: Profile) -> Report:
    plan = run.prepared.study.file
    language = plan.report.language
    head = run.ledger_head(rules)
    report = build_report(
        title=plan.title,
        language=language,
        profile=rules,
        simulated=run.prepared.admitted.simulated,
        seed=plan.seed,
        sections=_sections(run, language),
        methods=methods_sentences(run.prepared, language, run.answers.imputed if run.answers is not None else None),
        notes=instrument_notes(run.prepared, language),
        references=instrument_references(run.prepared),
        provenance=Provenance(data=head.data, definitions=head.definitions, versions=head.versions),
        style=plan.report.style,
        **gate_facts(run.prepared.study, run.prepared.scored),
    )
    text = report_text(run.prepared.study)
    if not text:
        return report
    filled = fill_text(text, report.results, file=plan.report.text, language=language)
    return replace(report, sections=(*text_sections(filled, language), *report.sections))


def _sections(run: StudyRun, language: str) -> list[Section]:
    """Return respondents with sample tables first, then quality, scales with reliability, and all other analyses."""
    headings = HEADINGS[language]
    hypotheses = {hypothesis.id: hypothesis for hypothesis in run.prepared.study.file.hypotheses}
    entries = {entry.id: entry for entry in run.prepared.study.file.analyses}
    sample = [_titled(result, entries) for result in run.analyses if result.analysis in IN_RESPONDENTS]
    scales = [_titled(result, entries) for result in run.analyses if result.analysis in IN_SCALES]
    rest = [result for result in run.analyses if result.analysis not in (*IN_RESPONDENTS, *IN_SCALES)]
    sections = [
        Section("respondents", headings["flow"], [*run.flow, *sample], []),
        Section("quality", headings["quality"], list(run.quality), []),
    ]
    if run.scales or scales:
        sections.append(Section("scales", headings["scales"], [*run.scales, *scales], []))
    if run.weights:
        sections.append(Section("weights", headings["weights"], list(run.weights), []))
    if run.imputation:
        sections.append(Section("imputation", headings["imputation"], list(run.imputation), []))
    for result in rest:
        entry = entries[result.id]
        tested = hypotheses.get(entry.tests)
        family = "" if tested is None else in_language(tested.family, language, "words")
        paragraphs = (
            [TESTS[language].format(id=tested.id, family=family, text=tested.text)] if tested is not None else []
        )
        heading = entry.title or headline(in_language(result.title, language, "titles"))
        sections.append(Section(result.id, heading, [result], paragraphs))
    if run.multiverse:
        sections.append(Section("multiverse", headings["multiverse"], list(run.multiverse), []))
    if run.deviations:
        told = plan_paragraphs(run.prepared.study)
        sections.append(Section("plan", deviation_heading(language), list(run.deviations), told))
    return sections


def _titled(result: Result, entries: Mapping[str, AnalysisEntry]) -> Result:
    """Return a result under the title of its entry, where the study file gives one."""
    title = entries[result.id].title
    return replace(result, title=title) if title else result


def report_study(study: Study | Path | str, out: Path | str, *, profile: str | None = None) -> tuple[Path, ...]:
    """Run a study and write its report.

    Parameters
    ----------
    study : Study or Path or str
        A study, its file or its folder.
    out : Path or str
        The output folder: documents, figures, tables and ``results.jsonl``, built aside and moved into place.
    profile : str, optional
        The disclosure profile; by default that of the study file.

    Returns
    -------
    tuple of Path
        The files written, documents first.

    Raises
    ------
    OsaSurveyError
        From any step; ``identifier_in_text`` or ``respondent_in_text`` if the author's own texts point at somebody and
        the profile is for release. Nothing is left half-written.
    """
    study = study if isinstance(study, Study) else load_study(study)
    report_text(study)
    refuse_formats(study.file.report.formats)
    rules = profile_named(profile or study.file.report.disclosure)
    if rules.for_release:
        refuse_identifying_texts(study)
    run = run_study(study)
    if rules.for_release:
        refuse_texts_of_respondents(run)
    report = study_report(run, profile=profile)
    return write_report(
        report,
        Path(out),
        formats=study.file.report.formats,
        ledger=run.ledger_head(report.profile),
        template=study.template,
    )


def results_of(report: Report) -> tuple[Result, ...]:
    """Return the released results of a report in order."""
    return tuple(result for section in report.sections for result in section.results)
