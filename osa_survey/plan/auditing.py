"""Auditing a study: its plan and its results before a kind second reviewer."""

from __future__ import annotations

from pathlib import Path

from osa_survey.disclosure import profile_named
from osa_survey.plan.gate_step import gate_facts
from osa_survey.plan.report_texts import report_text
from osa_survey.plan.running import StudyRun, run_study
from osa_survey.plan.study_folder import Study, load_study
from osa_survey.report.audits import (
    Audit,
    AuditedAnalysis,
    AuditedHypothesis,
    AuditedScale,
    AuditSubject,
    audit,
)
from osa_survey.results import release_together


def audit_study(study: Study | Path | str, *, language: str | None = None) -> Audit:
    """Run a study and return what a second reviewer would ask.

    Parameters
    ----------
    study : Study or Path or str
        A study, its file or its folder.
    language : {"en", "de"}, optional
        The language of the remarks; by default that of the report.

    Returns
    -------
    Audit
        Remarks with stable codes: separation, floors and ceilings, tiny groups, groups that the report hides together,
        undeclared families, "no difference" without an equivalence test, alpha on two items, untested invariance,
        ordered categories as numbers, causal words about people asked once.

    Raises
    ------
    OsaSurveyError
        From any step of the run.
    """
    study = study if isinstance(study, Study) else load_study(study)
    run = run_study(study)
    return audit(audit_subject(run), language or study.file.report.language, file=study.name)


def audit_subject(run: StudyRun) -> AuditSubject:
    """Return a finished run as what an audit looks at."""
    study = run.prepared.study
    entries = {entry.id: entry for entry in study.file.analyses}
    rules = profile_named(study.file.report.disclosure)
    released = release_together(run.results, rules, **gate_facts(study, run.prepared.scored))
    shown = {result.id: result for result in released if result.id}
    analyses = []
    for result in run.analyses:
        entry = entries[result.id]
        analyses.append(
            AuditedAnalysis(
                result.id,
                entry.do,
                entry.arguments,
                result,
                title=entry.title,
                tests=entry.tests,
                reason=entry.reason,
                shown=shown[result.id],
            )
        )
    scales = {}
    for block, content in study.codebook.blocks.items():
        instrument = study.library.instrument(content.instrument)
        sizes = {scale.id: len(scale.items) for scale in instrument.scales}
        for scale in instrument.scales:
            number = sizes[scale.id] or sum(sizes[part] for part in scale.of)
            name = f"{block}_{scale.id}"
            scales[name] = AuditedScale(name, block, content.instrument, number)
    return AuditSubject(
        analyses=analyses,
        hypotheses=[AuditedHypothesis(one.id, one.text, one.family) for one in study.file.hypotheses],
        scales=scales,
        ordinal=frozenset(name for name, entry in study.codebook.variables.items() if entry.type == "ordinal"),
        waves=max(1, len({str(entry.wave) for entry in study.file.data if str(entry.wave).strip()})),
        title=study.file.title,
        labels={name: info.title for name, info in run.prepared.scored.variables.items()},
        texts={study.file.report.text: report_text(study)} if study.file.report.text else {},
    )
