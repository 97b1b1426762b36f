"""XLSX workbooks: values as Excel shows them to a program, formulas as the values they had when saved."""

from __future__ import annotations

import datetime
import re
import zipfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pyarrow as pa

from osa_survey.dataset.exports import canonical
from osa_survey.errors import Problem, ResponseError, nearest
from osa_survey.ingest.grids import Grid, grid_of
from osa_survey.ingest.records import MAXIMUM_COLUMNS, text_table
from osa_survey.ingest.sources import damaged

MAXIMUM_UNPACKED = 1 << 32
MAXIMUM_CELLS = 150_000_000
MAXIMUM_RATIO = 200
SMALL = 1 << 26
BATCH = 20_000
CHUNK = 1 << 24
OVERLAP = 256
WIDE = re.compile(rb' r="([A-Z]{3})\d')
TALL = re.compile(rb' r="[A-Z]*(\d{6,7})"')
UNCOMPUTED = re.compile(rb"</f>(<v></v>|<v ?/>)?</c>")
TWO_LETTERS, FIVE_DIGITS = 702, 99_999


def read_spreadsheet(path: Path, sha256: str, *, sheet: str | None = None) -> Grid:
    """Return the cells of one sheet as text.

    Parameters
    ----------
    path : Path
        The workbook.
    sha256 : str
        Its hash.
    sheet : str, optional
        The name of a sheet; by default the first with content, and a finding names it where there are several.

    Returns
    -------
    Grid
        Numbers in their shortest form, dates and times in ISO 8601, TRUE and FALSE; errors and empty cells as "".

    Raises
    ------
    ResponseError
        With the code ``broken_workbook``, ``too_large``, ``unknown_sheet`` or ``empty_file``.
    """
    from python_calamine import CalamineWorkbook

    with damaged(path, "workbook"):
        uncomputed = _scan(path)
        workbook = CalamineWorkbook.from_path(str(path))
        names = list(workbook.sheet_names)
    if sheet is not None and sheet not in names:
        message = "the workbook has no such sheet"
        raise ResponseError(
            Problem("unknown_sheet", message, path.name, key="file.sheet", hint=nearest(sheet, names) or "")
        )
    with damaged(path, "workbook"):
        filled: dict[str, Any] = {}
        for name in [sheet] if sheet is not None else names:
            content = workbook.get_sheet_by_name(name)
            if content.height:
                filled[name] = content
    if not filled:
        raise ResponseError(Problem("empty_file", "no sheet has content", path.name, hint="export it again"))
    chosen = next(iter(filled))
    findings = []
    if len(filled) > 1:
        others = len(filled) - 1
        message = f"the workbook has {len(filled)} sheets with content; '{chosen}', the first, was read"
        hint = 'say [file] sheet = "…" in the codebook'
        findings.append(Problem("several_sheets", message, path.name, hint=hint, count=others))
    if uncomputed:
        message = "formulas without a value: the file was never computed, so these cells are empty"
        hint = "open the file in a spreadsheet program and save it"
        findings.append(Problem("formula_without_value", message, path.name, hint=hint, count=uncomputed))
    with damaged(path, "workbook"):
        cells = _texts(filled[chosen], path)
    return grid_of(cells, path.name, sha256, {"format": "XLSX", "sheet": chosen, "decimal": "."}, tuple(findings))


def _texts(sheet: Any, path: Path) -> pa.Table:
    width = int(sheet.width) + int((sheet.start or (0, 0))[1])
    if width > MAXIMUM_COLUMNS:
        raise _too_large(path, f"{width} columns")
    names = [str(position) for position in range(width)]
    batches: list[pa.Table] = []
    records: list[list[str]] = []
    rows: Iterable[list[Any]] = sheet.to_python(skip_empty_area=False)
    for row in rows:
        record = [cell_text(value) for value in row]
        records.append(record + [""] * (width - len(record)))
        if len(records) >= BATCH:
            batches.append(text_table(records, names))
            records = []
    batches.append(text_table(records, names))
    return pa.concat_tables(batches)


def cell_text(value: object) -> str:
    """Return the text of a typed cell.

    Examples
    --------
    >>> cell_text(3.0), cell_text("007"), cell_text(True), cell_text(datetime.date(2024, 2, 29))
    ('3', '007', 'TRUE', '2024-02-29')
    """
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, datetime.date | datetime.time):
        return value.isoformat()
    if isinstance(value, datetime.timedelta):
        seconds = value.total_seconds()
        return f"{int(seconds // 3600):02d}:{int(seconds % 3600 // 60):02d}:{seconds % 60:02.0f}"
    return canonical(value)


def _scan(path: Path) -> int:
    """Refuse what would fill the memory; return how many formulas have no value."""
    uncomputed = 0
    with zipfile.ZipFile(path) as archive:
        members = archive.infolist()
        unpacked = sum(member.file_size for member in members)
        if unpacked > MAXIMUM_UNPACKED:
            raise _too_large(path, f"{unpacked >> 20} MiB unpacked")
        if unpacked >= SMALL and unpacked > MAXIMUM_RATIO * path.stat().st_size:
            raise _too_large(path, f"{unpacked // path.stat().st_size} times its packed size")
        for member in members:
            if member.filename.startswith("xl/worksheets/") and member.filename.endswith(".xml"):
                uncomputed += _scan_sheet(archive, member, path)
            elif member.filename.endswith(".xml"):
                _read_through(archive, member)
    return uncomputed


def _read_through(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> None:
    """Raise where a member is larger than the archive says, which is how a bomb hides."""
    with archive.open(member) as stream:
        while stream.read(CHUNK):
            pass


def _scan_sheet(archive: zipfile.ZipFile, member: zipfile.ZipInfo, path: Path) -> int:
    """Look for cells so far out that the rectangle up to them would fill the memory."""
    columns, rows, uncomputed = TWO_LETTERS, FIVE_DIGITS, 0
    tail = b""
    with archive.open(member) as stream:
        while chunk := stream.read(CHUNK):
            part = tail + chunk
            columns = max([columns, *(_column_number(letters) for letters in set(WIDE.findall(part)))])
            rows = max([rows, *map(int, set(TALL.findall(part)))])
            uncomputed += len(UNCOMPUTED.findall(part, max(len(tail) - 20, 0)))
            tail = part[-OVERLAP:]
    if columns * rows > MAXIMUM_CELLS:
        raise _too_large(path, f"a sheet reaches to column {columns} and row {rows}")
    return uncomputed


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def _too_large(path: Path, words: str) -> ResponseError:
    hint = "remove stray cells and formats outside the table, or save it as CSV"
    return ResponseError(Problem("too_large", f"the workbook is refused: {words}", path.name, hint=hint))
