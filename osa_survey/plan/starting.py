"""The steps of ``osa-survey start``: a study folder from a file, its spreadsheet, who is an adult, and the report."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import tomlkit

from osa_survey.codebooks.spreadsheet_reading import check_marks, codebook_toml
from osa_survey.dataset import Export, admit
from osa_survey.dataset.eligibility import AGE_NAME
from osa_survey.drafting.column_profiles import column_profile
from osa_survey.drafting.names import variable_name
from osa_survey.drafting.person_guesses import guess_age
from osa_survey.errors import AnalysisError, DefinitionError, Problem, describe_value, nearest
from osa_survey.export.files import write_text
from osa_survey.instruments import load_library
from osa_survey.plan.reporting import report_study
from osa_survey.plan.study_file import StudyFile
from osa_survey.plan.study_folder import STUDY_FILE, known_names, load_study, read_study_export
from osa_survey.plan.verbs import entry_problems

ANALYSIS = re.compile(r"analyses\[(\d+)\]")
HIGHEST_AGE = 99


@dataclass(frozen=True, repr=False)
class UndeclaredValue:
    """A value of adults that is none of the declared answers, for the eyes of who holds the file.

    Attributes
    ----------
    text : str
        The value where five records or more hold it or it is a short number, else its kind and length: a rare text may
        tell who wrote it. Column and row lead to it.
    column : str
        Its column.
    records : int
        In how many records it stands.
    row : int
        The first of them, as a spreadsheet shows it.
    """

    text: str
    column: str
    records: int
    row: int

    def __repr__(self) -> str:
        return f"<UndeclaredValue in {self.column}: {self.records} records>"


@dataclass(frozen=True)
class Counted:
    """Who may be looked at.

    Attributes
    ----------
    adults, under, unknown, no_consent, withdrawn : int
        Records.
    undeclared : tuple of UndeclaredValue
        The different values that the codebook does not declare.
    """

    adults: int
    under: int
    unknown: int
    no_consent: int
    withdrawn: int
    undeclared: tuple[UndeclaredValue, ...]


def free_folder(file: Path) -> Path:
    """Return a folder beside the file that does not exist yet, named after it."""
    base = re.sub(r"\W+", "_", file.name.partition(".")[0]).strip("_") or "survey"
    folder, number = file.parent / f"{base}_study", 2
    while folder.exists():
        folder, number = file.parent / f"{base}_study_{number}", number + 1
    return folder


def column_of(export: Export, column: str) -> str:
    """Return the name of a column as the file spells it.

    Raises
    ------
    DefinitionError
        With the code ``missing_column`` and the nearest names.
    """
    known = {name.casefold(): name for name in export.names}
    found = known.get(column.strip().casefold(), "")
    if not found:
        hint = nearest(column, export.names, all_in="the row of names of the export")
        raise DefinitionError(Problem("missing_column", "there is no such column", export.file, 1, column, hint=hint))
    return found


def age_column(export: Export) -> str:
    """Return a column whose name says that it holds the respondents' age, "" if there is none."""
    return next((name for name in export.names if AGE_NAME.match(name)), "")


def show_adulthood(codebook: Path, export: Export, way: str, answers: Mapping[str, Any]) -> bool:
    """Write into a codebook how adulthood is shown.

    Parameters
    ----------
    codebook : Path
        ``codebook.toml``.
    export : Export
        The export.
    way : {"age", "birth_year", "age_band", "attested"}
        How it is shown.
    answers : mapping
        ``column``, and ``interview_year`` for the year of birth; ``how``, ``by``, ``documented`` where it is attested.

    Returns
    -------
    bool
        False, and nothing is written, if the answers in the column cannot be read that way.
    """
    text = codebook.read_text(encoding="utf-8")
    content = tomllib.loads(text)
    eligibility = {key: part for key, part in content.get("eligibility", {}).items() if key in ("consent", "minimum")}
    if way == "attested":
        eligibility["attested"] = {key: answers[key] for key in ("how", "by", "documented")}
    else:
        told = _variable_of_age(content, export, way, answers)
        if told is None:
            return False
        eligibility |= told
    content["eligibility"] = eligibility
    write_text(codebook, codebook_toml(content, check_marks(text)))
    return True


def _variable_of_age(
    content: dict[str, Any], export: Export, way: str, answers: Mapping[str, Any]
) -> dict[str, Any] | None:
    """Put the variable of age into the content of a codebook and return what [eligibility] says of it."""
    column = answers["column"]
    profile = column_profile(export, column)
    variables = content.setdefault("variables", {})
    name = next((own for own, entry in variables.items() if entry.get("column") == column), "")
    name = name or variable_name(column, [*variables, *content.get("blocks", {})])
    guess, shown = guess_age(profile, name)
    if (guess.type == "number") != (way != "age_band") or (way != "age_band" and not profile.is_numeric):
        return None
    entry = {line.key: line.value for line in guess.fields}
    if way == "birth_year":
        entry = {key: part for key, part in entry.items() if key not in ("maximum", "unit", "maps_to")}
    variables[name] = entry
    content["ignored"] = [other for other in content.get("ignored", []) if other != column]
    if way == "birth_year":
        return {"birth_year": name, "interview_year": int(answers["interview_year"])}
    return {line.key: line.value for line in shown.fields}


def count_adults(folder: Path) -> Counted:
    """Return who of a study may be looked at.

    Parameters
    ----------
    folder : Path
        The study folder. Analyses that name what the codebook no longer holds do not matter here.
    """
    study = load_study(folder)
    export = read_study_export(study)
    admitted = admit(export, study.codebook, study.library, undeclared="invalid")
    left = {step.code: step.n for step in admitted.history}
    return Counted(
        adults=len(admitted),
        under=left.get("under_age", 0),
        unknown=left.get("age_unknown", 0) + left.get("age_impossible", 0),
        no_consent=left.get("no_consent", 0),
        withdrawn=left.get("withdrawn", 0),
        undeclared=tuple(_undeclared(problem, export) for problem in admitted.findings),
    )


def _undeclared(problem: Problem, export: Export) -> UndeclaredValue:
    record = int(np.flatnonzero(np.asarray(export.rows) == problem.row)[0])
    values, which = export.values(problem.column)
    value = values[which[record]]
    text = describe_value(value, seen=problem.count)
    return UndeclaredValue(text, problem.column, problem.count, problem.row)


def drop_impossible_analyses(folder: Path) -> int:
    """Take analyses out of a study file that name variables the codebook does not hold, and return how many."""
    path = folder / STUDY_FILE
    file = StudyFile.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    from osa_survey.codebooks import load_codebook

    library = load_library(folder)
    known = known_names(load_codebook(folder / file.data[0].codebook, library), library)
    wrong = {n for n, entry in enumerate(file.analyses, 1) if entry_problems(entry, n, known, path.name)}
    return _drop(path, wrong)


def _drop(path: Path, positions: set[int]) -> int:
    if positions:
        document = tomlkit.parse(path.read_text(encoding="utf-8"))
        entries: Any = document["analyses"]
        for position in sorted(positions, reverse=True):
            del entries[position - 1]
        if not entries:
            del document["analyses"]
        write_text(path, tomlkit.dumps(document))
    return len(positions)


def take_undeclared_as_missing(folder: Path) -> None:
    """Say in a study file that values the codebook does not declare count as missing."""
    path = folder / STUDY_FILE
    document = tomlkit.parse(path.read_text(encoding="utf-8"))
    entries: Any = document["data"]
    entries[0]["undeclared"] = "invalid"
    write_text(path, tomlkit.dumps(document))


def write_first_report(folder: Path, out: Path) -> tuple[tuple[Path, ...], int]:
    """Write the report of a study; analyses that cannot be done with its answers are taken out of the study file.

    Returns
    -------
    files : tuple of Path
        The report's files, documents first.
    left_out : int
        How many analyses were taken out.

    Raises
    ------
    OsaSurveyError
        For whatever is not about a single analysis.
    """
    try:
        return report_study(folder, out), 0
    except AnalysisError as error:
        found = [ANALYSIS.match(problem.key) for problem in error.problems]
        positions = {int(match[1]) for match in found if match}
        if not positions or not all(found):
            raise
    left_out = _drop(folder / STUDY_FILE, positions)
    return report_study(folder, out), left_out
