"""XLSX workbooks: formulas read as values, every cell as text."""

from __future__ import annotations

import datetime
import io
import zipfile
from typing import Any

import numpy as np
import pyarrow as pa
import python_calamine

from osa_survey.dataset.exports import canonical
from osa_survey.errors import Problem, ResponseError, nearest
from osa_survey.ingest.raw_tables import MOST_COLUMNS, RawTable

MOST_BYTES = 4 << 30
MOST_RATIO = 200
SMALL_FILE = 1 << 20


def is_workbook(data: bytes) -> bool:
    """Tell whether the bytes are an XLSX workbook, by its content."""
    if not data.startswith(b"PK\x03\x04"):
        return False
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return any(name.startswith("xl/") for name in archive.namelist())
    except zipfile.BadZipFile:
        return False


def read_workbook(data: bytes, file: str, *, sheet: str | None = None) -> RawTable:
    """Return the rows of a sheet as text.

    Parameters
    ----------
    data : bytes
        The workbook.
    file : str
        Its name, for messages.
    sheet : str, optional
        The sheet; by default the first that is not empty, which is reported if there are several.

    Raises
    ------
    ResponseError
        ``too_large`` for a workbook that unpacks to an unreasonable size, ``broken_workbook``, ``unknown_sheet`` or
        ``empty_file``.
    """
    _refuse_bomb(data, file)
    try:
        workbook = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
        names = list(workbook.sheet_names)
        if sheet and sheet not in names:
            raise ResponseError(
                Problem("unknown_sheet", f"there is no sheet '{sheet}'", file, hint=nearest(sheet, names))
            )
        chosen, rows = "", []
        for name in [sheet] if sheet else names:
            rows = workbook.get_sheet_by_name(name).to_python(skip_empty_area=False)
            chosen = name
            if any(any(cell != "" for cell in row) for row in rows):
                break
    except (python_calamine.CalamineError, OSError, ValueError) as error:
        hint = "open it in a spreadsheet program and save it again"
        raise ResponseError(Problem("broken_workbook", "the workbook cannot be read", file, hint=hint)) from error
    if not rows or not rows[0]:
        raise ResponseError(Problem("empty_file", "the workbook holds no cell", file, hint="export the answers again"))
    if len(rows[0]) > MOST_COLUMNS:
        raise ResponseError(Problem("too_many_columns", f"{len(rows[0])} columns", file, 1, hint="is this a survey?"))
    filled = [number for number, row in enumerate(rows, start=1) if any(cell != "" for cell in row)]
    kept = [rows[number - 1] for number in filled]
    cells = pa.table({f"f{n}": pa.array([cell_text(row[n]) for row in kept], pa.string()) for n in range(len(rows[0]))})
    findings: tuple[Problem, ...] = ()
    if len(names) > 1 and not sheet:
        hint = 'name another one under [file]: sheet = "…"'
        findings = (Problem("several_sheets", f"{len(names)} sheets; '{chosen}' was read", file, hint=hint),)
    return RawTable(cells, np.array(filled, dtype=np.int64), {"sheet": chosen, "decimal": "."}, findings)


def cell_text(value: Any) -> str:
    """Return a cell's value as text: whole numbers without a point, dates in ISO form.

    Examples
    --------
    >>> cell_text(3.0), cell_text(True), cell_text("a")
    ('3', 'TRUE', 'a')
    """
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, datetime.datetime | datetime.date | datetime.time):
        return value.isoformat()
    if isinstance(value, float | int):
        return canonical(value)
    return str(value)


def _refuse_bomb(data: bytes, file: str) -> None:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        size = sum(entry.file_size for entry in archive.infolist())
    if (
        size > MOST_BYTES
        or (len(data) > SMALL_FILE and size > MOST_RATIO * len(data))
        or size > 1000 * max(len(data), 1)
    ):
        message = f"the workbook unpacks to {size >> 20} MiB"
        raise ResponseError(Problem("too_large", message, file, hint="export the answers as CSV"))
