"""The report of a power analysis: curve, required size, errors of sign and size, and every assumption behind them."""

from __future__ import annotations

from pathlib import Path

from osa_survey import formatting
from osa_survey.disclosure import JOURNAL
from osa_survey.plan.freezing.plan_words import PlanWords, plan_words
from osa_survey.plan.package_versions import package_versions
from osa_survey.plan.simulating import study_population
from osa_survey.plan.study_folder import Study, load_study
from osa_survey.report import Provenance, Section, build_report, write_report
from osa_survey.results import Ledger, Result
from osa_survey.simulation import Assumption

HEADINGS = {
    "en": {"power": "Power", "assumptions": "What the simulation takes for granted"},
    "de": {"power": "Power", "assumptions": "Wovon die Simulation ausgeht"},
}
MARKS = {
    "en": {
        "published": "Published: {name} = {value}. {why} ({source})",
        "assumed": "Assumed: {name} = {value}. {why}",
    },
    "de": {
        "published": "Veröffentlicht: {name} = {value}. {why} ({source})",
        "assumed": "Angenommen: {name} = {value}. {why}",
    },
}
SIMULATED = {
    "en": "All studies are simulated from the study file; no respondent stands behind any number.",
    "de": "Alle Studien sind nach der Studiendatei simuliert; hinter keiner Zahl stehen Befragte.",
}


def write_power(result: Result, study: Study | Path | str, out: Path | str) -> tuple[Path, ...]:
    """Write the report of a power analysis, built aside and moved into place.

    Parameters
    ----------
    result : Result
        A result of ``power``.
    study : Study or Path or str
        Its study, file or folder.
    out : Path or str
        The output folder; replaced only if it is one of ours.

    Returns
    -------
    tuple of Path
        The files: the document, figures, tables and ``results.jsonl``.

    Raises
    ------
    OutputError
        If nothing can be written; what was there before is untouched.
    """
    study = study if isinstance(study, Study) else load_study(study)
    language = study.file.report.language
    heading = HEADINGS[language]
    words = plan_words(study)
    with formatting.numerals_of(language):
        told = [_told(one, words) for one in study_population(study).assumptions]
    head = Ledger(
        seed=study.file.seed,
        profile=JOURNAL.name,
        data=(),
        definitions=study.definition_hashes,
        versions=package_versions(),
        simulated=True,
    )
    report = build_report(
        title=result.title,
        language=language,
        profile=JOURNAL,
        simulated=True,
        seed=study.file.seed,
        sections=[
            Section("power", heading["power"], [result.with_id("power")], [SIMULATED[language]]),
            Section("assumptions", heading["assumptions"], [], told),
        ],
        provenance=Provenance(definitions=study.definition_hashes, versions=head.versions),
    )
    return write_report(report, Path(out), formats=("html",), ledger=head)


def _told(one: Assumption, words: PlanWords) -> str:
    why = words.word(one.why.rstrip("."))
    return MARKS[words.language][one.status].format(
        name=words.quantity(one.quantity),
        value=formatting.shortest(one.value),
        why=f"{why[:1].upper()}{why[1:]}.",
        source=words.word(one.source),
    )
