"""The codebook of a study as a spreadsheet, and a corrected spreadsheet back into the codebook."""

from __future__ import annotations

import tomllib
from pathlib import Path

from osa_survey.codebooks import Codebook
from osa_survey.codebooks.load import codebook_problems
from osa_survey.codebooks.spreadsheet_reading import check_marks, codebook_from_xlsx
from osa_survey.errors import DefinitionError
from osa_survey.export.codebook_workbooks import codebook_to_xlsx
from osa_survey.export.files import write_bytes, write_text
from osa_survey.instruments import load_library, read_definition
from osa_survey.plan.study_data import read_exports
from osa_survey.plan.study_file import StudyFile
from osa_survey.plan.study_folder import STUDY_FILE

PREVIOUS = ".previous"


def write_codebook_spreadsheet(study: Path | str, path: Path | str) -> Path:
    """Write the codebook of a study as a spreadsheet, with the questions of its export and every guess in colour.

    Parameters
    ----------
    study : Path or str
        ``study.toml``, or the folder that holds it.
    path : Path or str
        The ``.xlsx`` file.

    Returns
    -------
    Path
        The spreadsheet.

    Raises
    ------
    OsaSurveyError
        If the study cannot be read or the spreadsheet cannot be written.
    """
    file, source = _codebook_of(study)
    codebook = read_definition(source, Codebook)
    export = read_exports(file.data, source.parent, codebook.file)
    marks = check_marks(source.read_text(encoding="utf-8-sig"))
    return codebook_to_xlsx(codebook, path, export, marks=marks, library=load_library(source.parent))


def read_codebook_spreadsheet(study: Path | str, path: Path | str) -> Path:
    """Replace the codebook of a study by what a person wrote into its spreadsheet; the old one is kept beside it.

    Parameters
    ----------
    study : Path or str
        ``study.toml``, or the folder that holds it.
    path : Path or str
        The corrected ``.xlsx`` file.

    Returns
    -------
    Path
        The codebook. The one before is in ``codebook.previous.toml``.

    Raises
    ------
    DefinitionError
        If the spreadsheet is no valid codebook; the codebook is untouched.
    """
    _, target = _codebook_of(study)
    library = load_library(target.parent)
    text = codebook_from_xlsx(path, library)
    problems = codebook_problems(Codebook.model_validate(tomllib.loads(text)), library, Path(path).name)
    if problems:
        raise DefinitionError(problems)
    if target.exists():
        write_bytes(target.with_name(f"{target.stem}{PREVIOUS}{target.suffix}"), target.read_bytes())
    return write_text(target, text)


def _codebook_of(study: Path | str) -> tuple[StudyFile, Path]:
    path = Path(study)
    path = path / STUDY_FILE if path.is_dir() else path
    file = read_definition(path, StudyFile)
    return file, path.parent / file.data[0].codebook
