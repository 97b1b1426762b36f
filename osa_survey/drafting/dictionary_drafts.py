"""A codebook and own instruments drafted from a questionnaire or data dictionary, before there are answers."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa

from osa_survey.codebooks.dictionaries import DataDictionary
from osa_survey.dataset import Export
from osa_survey.drafting.dictionary_guesses import dictionary_guesses
from osa_survey.drafting.file_texts import codebook_text, marked_lines
from osa_survey.drafting.instrument_texts import instrument_text
from osa_survey.errors import OutputError, Problem
from osa_survey.export.files import make_folder, write_text
from osa_survey.ingest.questionnaires import read_questionnaire
from osa_survey.instruments import Library, load_library

PLATFORMS = {
    "Qualtrics survey file": "qualtrics",
    "LimeSurvey structure": "limesurvey",
    "REDCap data dictionary": "redcap",
}
CODEBOOK, INSTRUMENTS = "codebook.toml", "instruments"


@dataclass(frozen=True)
class DefinitionDraft:
    """What was drafted from a questionnaire.

    Attributes
    ----------
    codebook : Path
        The drafted codebook.
    instruments : tuple of Path
        One file for each group of items of no known instrument.
    source : str
        What kind of file it was.
    columns : int
        How many columns it describes.
    guesses : tuple of str
        Every guess: file, line, and why it should be checked.
    """

    codebook: Path
    instruments: tuple[Path, ...]
    source: str
    columns: int
    guesses: tuple[str, ...]

    def summary(self) -> str:
        """Return the draft as lines for a terminal, with what to do next."""
        lines = [f"read as {self.source}: {self.columns} columns", f"written: {self.codebook}"]
        lines += [f"written: {path}" for path in self.instruments]
        lines.append(f'next: read the {len(self.guesses)} guesses marked "# check:" in these files and correct them;')
        if self.instruments:
            lines.append("fill in the tags and the key of each instrument from its source; then run:")
            lines += [f"  osa-survey instruments check {path}" for path in self.instruments]
        return "\n".join(lines)


def draft_definitions(file: Path | str, directory: Path | str) -> DefinitionDraft:
    """Draft ``codebook.toml`` and own instruments from a questionnaire; every guess is marked ``# check:``.

    Parameters
    ----------
    file : Path or str
        A questionnaire or data dictionary, as :func:`osa_survey.ingest.questionnaires.read_questionnaire` reads it.
    directory : Path or str
        The study folder; it is made if absent. Nothing in it is overwritten.

    Returns
    -------
    DefinitionDraft
        The files and what to check.

    Raises
    ------
    ResponseError
        If the file cannot be read or is of no known kind.
    OutputError
        With the code ``file_exists`` if one of the files is there already.

    Notes
    -----
    The wording of the questions goes into the user's own codebook only: a drafted instrument has tags to fill in.
    """
    file, directory = Path(file), Path(directory)
    dictionary = read_questionnaire(file)
    texts = draft_texts(dictionary, load_library(), file.name)
    paths = {directory / name: text for name, text in texts.items()}
    existing = [path for path in paths if path.exists()]
    if existing:
        hint = "name another folder, or move the file away first"
        message = "this file is there already and is not overwritten"
        raise OutputError([Problem("file_exists", message, file=path.name, hint=hint) for path in existing])
    _write(paths)
    return DefinitionDraft(
        codebook=directory / CODEBOOK,
        instruments=tuple(path for path in paths if path.parent.name == INSTRUMENTS),
        source=dictionary.source,
        columns=len(dictionary.columns),
        guesses=tuple(line for path, text in paths.items() for line in marked_lines(path.name, text)),
    )


def draft_texts(dictionary: DataDictionary, library: Library, file: str) -> dict[str, str]:
    """Return name of a file in the study folder → its text.

    Parameters
    ----------
    dictionary : DataDictionary
        What is known of the columns.
    library : Library
        The shelf.
    file : str
        The name of the file that was read.
    """
    guesses, own = dictionary_guesses(dictionary, library)
    title = dictionary.title or file.partition(".")[0].replace("_", " ").strip() or "study"
    export = Export(
        columns=pa.table({}),
        rows=np.array([], dtype=np.int64),
        file=file,
        sha256="",
        platform=PLATFORMS.get(dictionary.source, "table"),
        recognised_by=f"drafted from a {dictionary.source}",
    )
    known = any(column.name for column in dictionary.columns)
    texts = {
        CODEBOOK: codebook_text(
            export, guesses, title, dictionary.language or "en", head=HEAD, sure=known and bool(dictionary.title)
        )
    }
    texts |= {
        f"{INSTRUMENTS}/{instrument.id}.toml": instrument_text(instrument, dictionary.source) for instrument in own
    }
    return texts


HEAD = "Drafted from a questionnaire. Every line with a mark to check is a guess: correct it, then delete the mark."


def _write(texts: dict[Path, str]) -> None:
    """Write all files or none."""
    written: list[Path] = []
    try:
        for path, text in texts.items():
            make_folder(path.parent)
            write_text(path, text)
            written.append(path)
    except OutputError:
        for path in written:
            with contextlib.suppress(OSError):
                path.unlink()
        raise
