"""The one way to read an export: what kind of file it is and which platform wrote it is seen from its content."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from osa_survey.dataset import Export
from osa_survey.errors import Problem, ResponseError, nearest
from osa_survey.ingest.companions import join_companions
from osa_survey.ingest.delimited import read_delimited
from osa_survey.ingest.formr import recognise_formr
from osa_survey.ingest.formr_items import is_items_file
from osa_survey.ingest.google_forms import recognise_google_forms
from osa_survey.ingest.grids import Grid, Layout, export_of
from osa_survey.ingest.json_records import grid_of_records, is_json_array, read_json
from osa_survey.ingest.limesurvey import recognise_limesurvey
from osa_survey.ingest.limesurvey_structure import is_structure_text
from osa_survey.ingest.limesurvey_syntax import is_syntax_text
from osa_survey.ingest.microsoft_forms import recognise_microsoft_forms
from osa_survey.ingest.parquet import read_parquet
from osa_survey.ingest.plain_tables import plain_table
from osa_survey.ingest.qualtrics import recognise_qualtrics
from osa_survey.ingest.redcap import recognise_redcap
from osa_survey.ingest.sas import read_sas, read_sas_transport
from osa_survey.ingest.sosci import recognise_sosci
from osa_survey.ingest.sources import file_kind, read_source
from osa_survey.ingest.spreadsheets import read_spreadsheet
from osa_survey.ingest.spss import read_spss, read_spss_portable
from osa_survey.ingest.stata import read_stata
from osa_survey.ingest.surveymonkey import recognise_surveymonkey
from osa_survey.ingest.unipark import recognise_unipark
from osa_survey.ingest.withdrawals import without_withdrawn
from osa_survey.results import file_sha256

TYPED_FILES: dict[str, Callable[[Path, str], Export]] = {
    "parquet": read_parquet,
    "spss": read_spss,
    "spss_portable": read_spss_portable,
    "stata": read_stata,
    "sas": read_sas,
    "sas_transport": read_sas_transport,
}
"""Kinds of files that know their own columns."""

LAYOUTS: dict[str, Callable[[Grid], Layout | None]] = {
    "qualtrics": recognise_qualtrics,
    "microsoft_forms": recognise_microsoft_forms,
    "surveymonkey": recognise_surveymonkey,
    "google_forms": recognise_google_forms,
    "redcap": recognise_redcap,
    "sosci": recognise_sosci,
    "unipark": recognise_unipark,
    "limesurvey": recognise_limesurvey,
    "formr": recognise_formr,
}
"""Platforms in the order they are tried on a grid of cells; a plain table is what is left."""

STRUCTURES: dict[str, Callable[[bytes], bool]] = {
    "the structure of a LimeSurvey survey": is_structure_text,
    "a syntax file for R or SPSS (code, which is never run)": is_syntax_text,
    "the list of items of a formr survey": is_items_file,
}
"""Companion files that are never an export themselves."""


def read_export(
    path: Path | str,
    *,
    platform: str | None = None,
    encoding: str | None = None,
    delimiter: str | None = None,
    decimal: str | None = None,
    sheet: str | None = None,
    companions: Sequence[Path | str] = (),
    withdrawn: Path | str | None = None,
) -> Export:
    r"""Return a raw export as it is, with what was recognised and why.

    Parameters
    ----------
    path : Path or str
        The file: delimited text, XLSX, Parquet, SPSS (.sav, .zsav, .por), Stata (.dta) or
        SAS (.sas7bdat, .xpt). Its name does not matter.
    platform : str, optional
        The platform, where the own finding is wrong: ``"table"`` reads one header row whatever follows.
    encoding, delimiter, decimal : str, optional
        For text: what to take instead of the own finding.
    sheet : str, optional
        For XLSX: which sheet.
    companions : sequence of Path or str
        Files of the platform that come with the export: survey structure, dictionary, value lists.
    withdrawn : Path or str, optional
        A list with the ids of respondents who withdrew: their records are left out here, counted, and forgotten.

    Returns
    -------
    Export
        Cells as text, or numbers where the file has a type for them; wording, labels and declared missing values
        where the file has them; the row of every record; ``findings`` on what a person should look at.

    Raises
    ------
    ResponseError
        If the file is absent, unreadable, damaged, no table, or holds no records; every problem is located.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder, "answers.csv")
    ...     _ = path.write_text("Q1;Q2\n1;2,5\n3;4,5\n", encoding="utf-8")
    ...     export = read_export(path)
    >>> export.n_records, export.names, export.reading["delimiter"], export.reading["decimal"]
    (2, ('Q1', 'Q2'), 'semicolon', ',')
    """
    path = Path(path)
    export = _read(path, platform, encoding, delimiter, decimal, sheet)
    export = join_companions(export, [Path(companion) for companion in companions])
    return export if withdrawn is None else without_withdrawn(export, Path(withdrawn))


def _read(
    path: Path,
    platform: str | None,
    encoding: str | None,
    delimiter: str | None,
    decimal: str | None,
    sheet: str | None,
) -> Export:
    """Return the export of the file alone."""
    data = read_source(path)
    sha256 = file_sha256(path)
    kind = file_kind(data, path)
    if kind in TYPED_FILES:
        del data
        return _held_to(TYPED_FILES[kind](path, sha256), platform)
    _require_known(platform, path.name)
    if platform is None:
        _refuse_structures(data, path.name)
    if kind == "xlsx":
        grid = read_spreadsheet(path, sha256, sheet=sheet)
    elif is_json_array(data):
        grid = grid_of_records(read_json(data, path.name), path.name, sha256)
    else:
        grid = read_delimited(data, path.name, sha256, encoding=encoding, delimiter=delimiter, decimal=decimal)
    del data
    return export_of(grid, _layout(grid, platform))


def _refuse_structures(data: bytes, file: str) -> None:
    """Say of a file that describes a survey that it holds no answers."""
    for words, recognise in STRUCTURES.items():
        if recognise(data):
            hint = "name the export of the answers, and this file beside it as a companion"
            raise ResponseError(Problem("no_answers", f"this is {words}; it holds no answers", file, hint=hint))


def _layout(grid: Grid, platform: str | None) -> Layout:
    if platform == "table":
        return replace(plain_table(grid), recognised_by="read as a table because the caller said so")
    for name, recognise in LAYOUTS.items():
        if platform in (None, name):
            layout = recognise(grid)
            if layout is not None:
                return layout
    if platform is not None:
        message = f"the file does not have the layout of '{platform}'"
        hint = "leave the platform out to let it be recognised, or say 'table'"
        raise ResponseError(Problem("not_this_platform", message, grid.file, key="file.platform", hint=hint))
    return plain_table(grid)


def _require_known(platform: str | None, file: str) -> None:
    known = ["table", *LAYOUTS]
    if platform is not None and platform not in known:
        message = f"there is no reader '{platform}' for text and spreadsheets"
        raise ResponseError(
            Problem("unknown_platform", message, file, key="file.platform", hint=nearest(platform, known))
        )


def _held_to(export: Export, platform: str | None) -> Export:
    if platform in (None, "table", export.platform):
        return export
    message = f"the file is of the kind '{export.platform}', not '{platform}'"
    raise ResponseError(Problem("not_this_platform", message, export.file, hint="leave the platform out"))
