"""What files of cells have in common: rows of text as a spreadsheet shows them, before a platform is recognised."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from osa_survey.dataset import Export, PlatformFacts
from osa_survey.errors import Problem, ResponseError

MOST_HEADER_ROWS = 4


@dataclass(frozen=True, repr=False)
class Grid:
    """The cells of a file, header rows included, rows without any content left out.

    Attributes
    ----------
    cells : pyarrow.Table
        Text columns named "0", "1", ….
    rows : ndarray of int
        The row of each entry of ``cells`` as a spreadsheet shows it, from 1.
    file, sha256 : str
        The file's name and hash.
    reading : mapping
        What was found while reading.
    findings : tuple of Problem
        What a person should know.
    """

    cells: pa.Table
    rows: NDArray[np.int64]
    file: str
    sha256: str
    reading: Mapping[str, Any] = field(default_factory=dict)
    findings: tuple[Problem, ...] = ()

    def head(self, number: int) -> list[tuple[str, ...]]:
        """Return the first rows as trimmed text."""
        return self._top[:number] if number <= MOST_HEADER_ROWS else self._first(number)

    @cached_property
    def _top(self) -> list[tuple[str, ...]]:
        """The rows at which every recogniser looks."""
        return self._first(MOST_HEADER_ROWS)

    def _first(self, number: int) -> list[tuple[str, ...]]:
        return [
            tuple(cell.strip() for cell in record)
            for record in zip(*(column.slice(0, number).to_pylist() for column in self.cells.columns), strict=True)
        ]

    def column(self, position: int, header_rows: int) -> pa.ChunkedArray:
        """Return the cells of a column below the header rows."""
        return self.cells.column(position).slice(header_rows)


@dataclass(frozen=True)
class Layout:
    """How a platform lays out a grid.

    Attributes
    ----------
    platform, recognised_by : str
        Which platform, and why it is thought so.
    header_rows : int
        How many rows stand above the first record.
    names : tuple of str
        The name of each column; "" for a column without one.
    wording : mapping of str to str
        Column → question text.
    reading : mapping
        Facts to add to the reading.
    findings : tuple of Problem
        What a person should know.
    value_labels : mapping of str to mapping of str to str
        Column → value → label.
    facts : PlatformFacts
        What the platform says of gaps, option sets and paradata, by the names of ``names``.
    added : mapping of str to pyarrow array
        Columns made from others, such as one for each option of a check-all question; they follow those of the file.
    """

    platform: str
    recognised_by: str
    header_rows: int
    names: tuple[str, ...]
    wording: Mapping[str, str] = field(default_factory=dict)
    reading: Mapping[str, Any] = field(default_factory=dict)
    findings: tuple[Problem, ...] = ()
    value_labels: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    facts: PlatformFacts = field(default_factory=PlatformFacts)
    added: Mapping[str, pa.Array] = field(default_factory=dict)


def grid_of(
    cells: pa.Table,
    file: str,
    sha256: str,
    reading: Mapping[str, Any],
    findings: tuple[Problem, ...] = (),
    blank: NDArray[np.bool_] | None = None,
) -> Grid:
    """Return a grid; blank rows are left out and counted in the reading.

    ``blank`` says which rows those are; by default all rows without any content.

    Raises
    ------
    ResponseError
        With the code ``empty_file`` if nothing is left.
    """
    if blank is None:
        blank = without_content(cells)
    rows = np.flatnonzero(~blank) + 1
    if len(rows) == 0:
        raise ResponseError(Problem("empty_file", "the file holds no cell with content", file, hint="export it again"))
    if blank.any():
        only_last = len(rows) == rows[-1]
        cells = cells.slice(0, len(rows)) if only_last else cells.filter(pa.array(~blank))
        reading = {**reading, "blank_rows": int(blank.sum())}
    return Grid(cells, rows, file, sha256, reading, findings)


def without_content(cells: pa.Table) -> NDArray[np.bool_]:
    """Return which rows have only empty cells."""
    empty = np.ones(cells.num_rows, dtype=bool)
    for column in cells.columns:
        some = np.flatnonzero(empty)
        if len(some) == 0:
            break
        texts = column if len(some) == len(empty) else column.take(pa.array(some))
        empty[some] = pc.equal(pc.utf8_trim_whitespace(texts), "").to_numpy()
    return empty


def export_of(grid: Grid, layout: Layout) -> Export:
    """Return the export that a layout makes of a grid.

    Raises
    ------
    ResponseError
        With the codes ``duplicate_columns`` and ``no_records``, all at once.
    """
    names, kept, findings = _column_names(grid, layout)
    problems = []
    if not names:
        problems.append(Problem("empty_file", "no column has a name or content", grid.file, hint="export it again"))
    if len(grid.rows) <= layout.header_rows:
        message = "the file has a header and no records"
        problems.append(Problem("no_records", message, grid.file, int(grid.rows[-1]), hint="export it with answers"))
    problems += [
        Problem(
            "duplicate_columns",
            f"{number} columns have the same name",
            grid.file,
            int(grid.rows[0]),
            name,
            hint="give each column its own name",
            count=number,
        )
        for name, number in Counter(names).items()
        if number > 1
    ]
    if problems:
        raise ResponseError(problems)
    columns = grid.cells.select(kept).rename_columns(names).slice(layout.header_rows)
    for name, values in layout.added.items():
        columns = columns.append_column(name, values)
    return Export(
        columns=columns,
        rows=grid.rows[layout.header_rows :],
        file=grid.file,
        sha256=grid.sha256,
        platform=layout.platform,
        recognised_by=layout.recognised_by,
        value_labels=layout.value_labels,
        facts=layout.facts,
        wording={name: layout.wording[name] for name in columns.column_names if layout.wording.get(name)},
        reading={**grid.reading, "header_rows": layout.header_rows, **layout.reading},
        findings=(*grid.findings, *layout.findings, *findings),
    )


def _column_names(grid: Grid, layout: Layout) -> tuple[list[str], list[int], list[Problem]]:
    """Return names and positions of columns; one without name and content is dropped, others get a name."""
    names, kept, findings = [], [], []
    taken = set(layout.names)
    for position, name in enumerate(layout.names):
        if not name:
            if pc.all(pc.equal(pc.utf8_trim_whitespace(grid.column(position, layout.header_rows)), "")).as_py():
                continue
            name = f"column_{position + 1}"
            while name in taken:
                name += "_"
            taken.add(name)
            message = "the column has content and no name; it was given this one"
            hint = "name it in the file"
            findings.append(Problem("empty_column_name", message, grid.file, int(grid.rows[0]), name, hint=hint))
        names.append(name)
        kept.append(position)
    return names, kept, findings
