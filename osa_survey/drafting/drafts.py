"""Drafting a study folder from an export: a codebook and a study file, every guess marked."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from osa_survey.drafting.claims import CodebookGuesses
from osa_survey.drafting.codebook_guesses import guess_codebook
from osa_survey.drafting.companion_proposals import proposed_companions
from osa_survey.drafting.file_texts import codebook_text, marked_lines, study_text
from osa_survey.drafting.questionnaire_languages import questionnaire_language
from osa_survey.errors import OutputError, Problem
from osa_survey.export.files import make_folder, write_text
from osa_survey.ingest import read_export
from osa_survey.instruments import load_library

CODEBOOK, STUDY = "codebook.toml", "study.toml"
REPORT_LANGUAGES = ("en", "de")


@dataclass(frozen=True)
class Draft:
    """What was drafted.

    Attributes
    ----------
    codebook, study : Path
        The two files.
    guesses : tuple of str
        Every guess: file, line, and why it should be checked.
    file, platform, recognised_by : str
        The export, and what it was recognised as.
    records, columns : int
        Its size.
    scales : tuple of str
        One line for each instrument found.
    remarks : tuple of str
        What was seen and has no place in an entry.
    shows_adulthood : bool
        Whether a column shows that the respondents are adults.
    unsure : int
        How many of the scales are not sure: other instruments fit, or some items do not.
    questions : int
        Variables and items; columns of the platform are none.
    """

    codebook: Path
    study: Path
    guesses: tuple[str, ...]
    file: str
    platform: str
    recognised_by: str
    records: int
    columns: int
    scales: tuple[str, ...]
    remarks: tuple[str, ...] = ()
    shows_adulthood: bool = True
    unsure: int = 0
    questions: int = 0

    def summary(self) -> str:
        """Return the draft as lines for a terminal, with what to do next."""
        why = f" ({self.recognised_by})" if self.recognised_by else ""
        lines = [
            f"read {self.file} as {self.platform}{why}: {self.records} records, {self.columns} columns",
            *(f"found {scale}" for scale in self.scales),
            *(f"seen: {remark}" for remark in self.remarks),
            f"written: {self.codebook} and {self.study}",
        ]
        if not self.shows_adulthood:
            lines.append(
                "no column shows that the respondents are adults: fill in [eligibility] in codebook.toml first"
            )
        lines.append(f'next: read the {len(self.guesses)} guesses marked "# check:" in these files and correct them;')
        lines.append(f"then run: osa-survey check {self.study.parent}")
        return "\n".join(lines)


def draft_study(
    export: Path | str,
    directory: Path | str,
    *,
    language: str | None = None,
    companions: Sequence[Path | str] = (),
) -> Draft:
    """Draft ``codebook.toml`` and ``study.toml`` from an export; every guess is marked ``# check:``.

    Parameters
    ----------
    export : Path or str
        The raw export as downloaded.
    directory : Path or str
        The study folder; it is made if absent.
    language : str, optional
        The language of the questionnaire; by default that which the export tells, else English. The report is in it
        where it is English or German.
    companions : sequence of Path or str
        Files of the platform that come with the export: survey structure, dictionary, value lists. Others of the
        same folder that look like it are proposed in a comment and not used.

    Returns
    -------
    Draft
        The files, what was found, and what to check.

    Raises
    ------
    ResponseError
        If the export cannot be read.
    OutputError
        With the code ``file_exists`` if one of the two files is there already; nothing is overwritten.
    """
    export, directory = Path(export), Path(directory)
    codebook, study = directory / CODEBOOK, directory / STUDY
    _refuse_existing(codebook, study)
    given = [Path(companion) for companion in companions]
    read = read_export(export, companions=given)
    language = language or questionnaire_language(read) or "en"
    guesses = guess_codebook(read, load_library())
    proposed = [(_path_from(directory, file), kind) for file, kind in proposed_companions(export, read, given)]
    title = export.name.partition(".")[0].replace("_", " ").strip() or "study"
    spoken = language if language in REPORT_LANGUAGES else "en"
    texts = {
        codebook: codebook_text(
            read, guesses, title, language, [_path_from(directory, file) for file in given], proposed
        ),
        study: study_text(guesses, _path_from(directory, export), title, spoken),
    }
    _write(directory, texts)
    return Draft(
        codebook=codebook,
        study=study,
        guesses=tuple(line for path, text in texts.items() for line in marked_lines(path.name, text)),
        file=read.file,
        platform=read.platform,
        recognised_by=read.recognised_by,
        records=read.n_records,
        columns=len(read.names),
        scales=_scales(guesses),
        remarks=tuple(guesses.remarks),
        shows_adulthood=any(line.key in ("age", "birth_year", "age_band") for line in guesses.eligibility),
        unsure=sum(block.confidence != "high" for block in guesses.blocks.values()),
        questions=_questions(guesses),
    )


def _refuse_existing(*files: Path) -> None:
    hint = "name another folder, or move the file away first"
    existing = [file for file in files if file.exists()]
    if existing:
        message = "this file is there already and is not overwritten"
        raise OutputError([Problem("file_exists", message, file=file.name, hint=hint) for file in existing])


def _path_from(directory: Path, export: Path) -> str:
    """Return the path from the study folder to the export, with POSIX slashes; absolute from another Windows drive."""
    try:
        return Path(os.path.relpath(export.resolve(), directory.resolve())).as_posix()
    except ValueError:
        return export.resolve().as_posix()


def _write(directory: Path, texts: dict[Path, str]) -> None:
    """Write all files or none."""
    is_new = not directory.exists()
    make_folder(directory)
    written: list[Path] = []
    try:
        for path, text in texts.items():
            write_text(path, text)
            written.append(path)
    except OutputError:
        for path in written:
            path.unlink(missing_ok=True)
        if is_new:
            with contextlib.suppress(OSError):
                directory.rmdir()
        raise


def _questions(guesses: CodebookGuesses) -> int:
    asked = [guess for guess in guesses.variables.values() if guess.type != "identifier"]
    return len(asked) + sum(len(block.columns) for block in guesses.blocks.values())


def _scales(guesses: CodebookGuesses) -> tuple[str, ...]:
    return tuple(
        f"{guess.instrument.title} ({guess.instrument.id}) in {guess.columns[0]} … {guess.columns[-1]}"
        + (f" as block {block}" if block != guess.instrument.id else "")
        for block, guess in guesses.blocks.items()
    )
