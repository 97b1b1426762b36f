"""A table of text before anybody knows which of its rows are headers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from osa_survey.dataset import Export
from osa_survey.errors import Problem, ResponseError

FIRST_ROWS = 5
MOST_COLUMNS = 100_000
MOST_SHOWN = 20


@dataclass(frozen=True, repr=False)
class RawTable:
    """All rows of a file as text, the header rows among them.

    Attributes
    ----------
    cells : pyarrow.Table
        Text columns with meaningless names.
    rows : ndarray of int, shape (rows,)
        The row of each in a spreadsheet, from 1.
    reading : mapping
        How it was read: encoding, delimiter, sheet.
    findings : tuple of Problem
        What a person should know.
    """

    cells: pa.Table
    rows: NDArray[np.int64]
    reading: Mapping[str, Any] = field(default_factory=dict)
    findings: tuple[Problem, ...] = ()

    def first_rows(self, number: int = FIRST_ROWS) -> list[list[str]]:
        """Return the first rows as lists of text."""
        columns = [column.slice(0, number).to_pylist() for column in self.cells.columns]
        return [[str(column[row] or "") for column in columns] for row in range(min(number, self.cells.num_rows))]


def export_from(
    raw: RawTable,
    *,
    names: Sequence[str],
    header_rows: int,
    file: str,
    sha256: str,
    platform: str,
    recognised_by: str,
    wording: Mapping[str, str] | None = None,
) -> Export:
    """Return an export from a raw table once its header rows are known.

    Raises
    ------
    ResponseError
        ``no_records``, ``duplicate_columns``, ``empty_column_name`` or ``too_many_columns``.
    """
    problems = list(_name_problems(names, file))
    if raw.cells.num_rows <= header_rows:
        hint = "export the answers again; the file has only its header"
        problems.append(Problem("no_records", "the file has no record", file, hint=hint))
    if problems:
        raise ResponseError(problems)
    table = raw.cells.slice(header_rows).rename_columns(list(names))
    return Export(
        columns=table,
        rows=raw.rows[header_rows:],
        file=file,
        sha256=sha256,
        platform=platform,
        recognised_by=recognised_by,
        wording=dict(wording or {}),
        reading={**raw.reading, "header_rows": header_rows},
        findings=raw.findings,
    )


def _name_problems(names: Sequence[str], file: str) -> list[Problem]:
    if len(names) > MOST_COLUMNS:
        message = f"{len(names)} columns are more than a survey has"
        return [Problem("too_many_columns", message, file, 1, hint="is the delimiter right?")]
    positions: dict[str, list[int]] = {}
    for position, name in enumerate(names, start=1):
        positions.setdefault(name, []).append(position)
    problems = []
    for name, found in positions.items():
        if name and len(found) > 1:
            where = ", ".join(map(str, found[:MOST_SHOWN]))
            hint = "give every column a name of its own in the export"
            message = f"columns {where} have the same name"
            problems.append(Problem("duplicate_columns", message, file, 1, name, hint=hint, count=len(found) - 1))
    return problems


def named(names: Sequence[str]) -> tuple[list[str], list[int]]:
    """Return column names with a made-up one for each empty one, and the positions of those.

    Examples
    --------
    >>> named(["a", "", "b"])
    (['a', 'column_2', 'b'], [2])
    """
    empty = [position for position, name in enumerate(names, start=1) if not name.strip()]
    return [name.strip() or f"column_{position}" for position, name in enumerate(names, start=1)], empty


def without_empty_columns(
    raw: RawTable, names: list[str], empty: Sequence[int], header_rows: int
) -> tuple[RawTable, list[str]]:
    """Return the table without nameless columns that hold nothing, as trailing delimiters make them."""
    drop = []
    for position in empty:
        column = raw.cells.column(position - 1).slice(header_rows)
        if all(value is None or value == "" for value in column.unique().to_pylist()):
            drop.append(position - 1)
    if not drop:
        return raw, names
    keep = [index for index in range(len(names)) if index not in set(drop)]
    return RawTable(raw.cells.select(keep), raw.rows, raw.reading, raw.findings), [names[index] for index in keep]
