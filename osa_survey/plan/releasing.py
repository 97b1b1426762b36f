"""What may be shared of a study, written to a folder after every check has passed."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np

from osa_survey.codebooks import Codebook
from osa_survey.dataset import Export, Responses
from osa_survey.disclosure import JOURNAL, profile_named
from osa_survey.errors import DefinitionError, OutputError, Problem, nearest
from osa_survey.export.files import write_bytes, write_text
from osa_survey.export.folders import output_folder
from osa_survey.export.manifests import MARKER
from osa_survey.plan.author_texts import refuse_identifying_texts, refuse_texts_of_respondents
from osa_survey.plan.codebook_writing import beside_report, codebook_texts
from osa_survey.plan.partner_step import study_couples
from osa_survey.plan.running import StudyRun, run_study
from osa_survey.plan.study_folder import Study, load_study, read_study_export
from osa_survey.plan.twin_step import copy_definitions, study_twin
from osa_survey.sharing.documents import document_in, docx, markdown
from osa_survey.sharing.identifiers import Found, identifying_columns
from osa_survey.sharing.microdata import microdata
from osa_survey.sharing.protection_notes import missing_facts, protection_note
from osa_survey.sharing.release_notes import release_note, words_of

TWIN, CODEBOOK, RECORDS = "twin", "codebook", "microdata"


def release_study(
    study: Study | Path | str, out: Path | str, *, profile: str | None = None, workers: int | None = None
) -> tuple[Path, ...]:
    """Write what may be shared of a study: codebook, synthetic twin, records after the checks, and the notes.

    Parameters
    ----------
    study : Study or Path or str
        A study, its file or its folder. ``[sharing]`` says what is shared, ``[data_protection]`` on what grounds.
    out : Path or str
        The output folder, built aside and moved into place.
    profile : str, optional
        The disclosure profile of the codebook page; by default that of the study file if it is one for release, else
        ``journal``.
    workers : int, optional
        Processes that impute. They change nothing in the files.

    Returns
    -------
    tuple of Path
        The files, notes first.

    Raises
    ------
    OsaSurveyError
        From the study; ``identifier_in_text`` or ``respondent_in_text`` if a text of the author points at a person;
        ``identifier_found`` if a column to be shared holds direct identifiers; ``not_anonymous``,
        ``partners_in_one_record``, ``partner_readable``, ``twin_fails`` or ``not_for_release`` if a check does not
        pass. Then nothing is written.
    """
    study = study if isinstance(study, Study) else load_study(study)
    rules = profile_named(profile or study.file.report.disclosure)
    if not rules.for_release:
        if profile is not None:
            message = f"the profile '{profile}' is not for release"
            raise OutputError(Problem("not_for_release", message, hint="name journal"))
        rules = JOURNAL
    _require_names(study)
    export = read_study_export(study)
    refuse_identifying_texts(study, export)
    run = run_study(study, workers=workers)
    refuse_texts_of_respondents(run)
    responses = run.prepared.scored.responses
    _refuse_identifiers(study, export, responses)
    _refuse_readable_partners(run)
    seeds = np.random.SeedSequence(study.file.seed).spawn(2)
    entry = study.file.sharing
    records = microdata(responses, entry, seeds[1]) if entry.microdata else None
    twin = study_twin(run, seeds[0], workers) if entry.twin else None
    contents = ["codebook: a page with counts, Psych-DS and DDI metadata, and three further formats"]
    contents += ["twin: a synthetic twin with its codebook and the study file"] if twin is not None else []
    contents += ["microdata: records after the checks below"] if records is not None else []
    fieldwork = study.file.fieldwork
    note = protection_note(
        study.file.title,
        study.file.data_protection,
        legal_basis=fieldwork.legal_basis,
        consent_text=fieldwork.consent_text,
        records=len(responses),
        shared=tuple(contents),
    )
    about = release_note(
        study.file.title,
        contents=contents,
        left_out=left_out_columns(study, export),
        entry=entry,
        twin=None if twin is None else twin.twin,
        analyses=len(run.analyses),
        attempts=0 if twin is None else twin.attempts,
        records=records,
        missing=missing_facts(note),
        titles={name: info.title for name, info in responses.variables.items()},
    )
    about, note = (document_in(one, study.file.report.language) for one in (about, note))
    texts = {"release_note.md": markdown(about), "data_protection_note.md": markdown(note)}
    texts |= {
        f"{CODEBOOK}/{name}": text
        for name, text in codebook_texts(study, export, responses, rules, beside_report(run)).items()
    }
    texts |= {} if twin is None else {f"{TWIN}/{name}": text for name, text in twin.files.items()}
    texts |= {} if records is None else {f"{RECORDS}/{name}": text for name, text in records.files().items()}
    out = Path(out)
    with output_folder(out, "release") as partial:
        for name, text in texts.items():
            (partial / name).parent.mkdir(exist_ok=True)
            write_text(partial / name, text)
        write_bytes(partial / "data_protection_note.docx", docx(note))
        if twin is not None:
            copy_definitions(study.folder, partial / TWIN)
        written = sorted(path.relative_to(partial) for path in partial.rglob("*.*") if path.name != MARKER)
    return tuple(out / path for path in written)


def released_columns(codebook: Codebook, responses: Responses) -> dict[str, tuple[str, ...]]:
    """Return column of the export → the names of what it holds, for everything that twin and records are made of."""
    columns: dict[str, tuple[str, ...]] = {}
    for name, block in codebook.blocks.items():
        items = responses.instruments[block.instrument].items
        for column in block.column_names(tuple(item.id for item in items)):
            columns[column] = (name,)
    for name, entry in codebook.variables.items():
        if not entry.is_restricted:
            columns |= dict.fromkeys(entry.columns.values() or [entry.column], (name, entry.title))
    return columns


def left_out_columns(study: Study, export: Export) -> Mapping[str, str]:
    """Return column of the export → why neither twin nor records hold it, in words and without any value."""
    books = study.codebook
    held = set()
    for block in books.blocks.values():
        held |= set(block.column_names(tuple(item.id for item in study.library.instrument(block.instrument).items)))
    restricted = {}
    for entry in books.variables.values():
        if entry.is_restricted:
            restricted[entry.column] = {"text": "free text", "date": "dates", "identifier": "identifiers"}[entry.type]
        else:
            held |= set(entry.columns.values() or [entry.column])
    rest = [name for name in export.names if name not in held]
    found = {one.column: one for one in _found(export, dict.fromkeys(rest, ()), ())}
    return {
        name: words_of(found[name])
        if name in found
        else restricted.get(name, "not an answer, or not declared in the codebook")
        for name in rest
    }


def _found(export: Export, columns: Mapping[str, tuple[str, ...]], excused: tuple[str, ...]) -> tuple[Found, ...]:
    values = {column: export.values(column)[0] for column in columns}
    return identifying_columns(values, columns, excused, export.n_records)


def _refuse_identifiers(study: Study, export: Export, responses: Responses) -> None:
    excused = tuple(study.file.sharing.not_identifying)
    found = _found(export, released_columns(study.codebook, responses), excused)
    hint = 'make it type = "identifier" or "text" in the codebook, or say in [sharing] not_identifying why it is none'
    problems = [
        Problem("identifier_found", f"{words_of(one)}", export.file, column=one.column, hint=hint) for one in found
    ]
    if problems:
        raise OutputError(problems)


def _refuse_readable_partners(run: StudyRun) -> None:
    """Refuse where any result lets one partner of a couple read the other's answer."""
    couples = study_couples(run.prepared.study, run.prepared.scored)
    if couples is None:
        return
    problems = []
    results = sorted(run.results, key=lambda result: result.id or result.analysis)
    for result, number in zip(results, couples.readers_together(results), strict=True):
        if number:
            message = f"{number} people could read their partner's answer off this result"
            hint = "merge categories, or leave the analysis out"
            problems.append(
                Problem("partner_readable", message, key=f"analyses '{result.id or result.analysis}'", hint=hint)
            )
    if problems:
        raise OutputError(problems)


def _require_names(study: Study) -> None:
    known = set(study.variable_names)
    problems = [
        Problem(
            "unknown_variable",
            f"there is no variable '{name}'",
            study.name,
            key="sharing",
            hint=nearest(name, sorted(known)),
        )
        for name in dict.fromkeys(study.file.sharing.named)
        if name not in known
    ]
    if problems:
        raise DefinitionError(problems)
