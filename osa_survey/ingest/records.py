"""From delimited text to cells: a fast parser for regular text, and an exact one that says where text is broken."""

from __future__ import annotations

import contextlib
import csv
import io
import sys
from collections.abc import Iterator, Sequence

import numpy as np
import pyarrow as pa
import pyarrow.csv as pacsv
from numpy.typing import NDArray

from osa_survey.errors import Problem, ResponseError
from osa_survey.ingest.grids import without_content

MAXIMUM_COLUMNS = 20_000
BLOCK = 1 << 23
THREADED_BYTES = 1 << 24
"""Smaller files are read at once, so that a short run starts no thread that could outlive it."""
LARGEST_BLOCK = (1 << 31) - 2
SHOWN_ROWS = 50
QUOTE = ord('"')
BATCH = 20_000
LINE_ENDS = (b"\n", b"\r\n")


def parse_cells(data: bytes, delimiter: str, file: str) -> tuple[pa.Table, NDArray[np.bool_], tuple[Problem, ...]]:
    """Return all records of a text, the header included, one text column per cell.

    Parameters
    ----------
    data : bytes
        UTF-8 text.
    delimiter : str
        One character.
    file : str
        The file's name, for messages.

    Returns
    -------
    table : pyarrow.Table
        Columns named "0", "1", …; a blank line is a record of empty cells.
    blank : ndarray of bool, shape (records,)
        Which records are blank lines. A record that consists of delimiters alone is none.
    findings : tuple of Problem
        Quotes that are not where the format wants them, although the text could be read.

    Raises
    ------
    ResponseError
        With the code ``ragged_row``, ``unclosed_quote``, ``too_many_columns`` or ``not_a_table``; every row is named.
    """
    width = first_width(data, delimiter, file)
    if width > MAXIMUM_COLUMNS:
        message = f"the first row has {width} cells; more than {MAXIMUM_COLUMNS} columns are refused"
        raise ResponseError(Problem("too_many_columns", message, file, 1, hint="is this a table of answers?"))
    quoted = b'"' in data
    if not quoted or quotes_are_regular(data, delimiter):
        with contextlib.suppress(pa.ArrowInvalid):
            cells = _fast(data, delimiter, width, quoted)
            if width > 1 and not _has_blank_line(data):
                return cells, np.zeros(cells.num_rows, dtype=bool), ()
            empty = without_content(cells)
            if not empty.any():
                return cells, empty, ()
    return _exact(data.decode("utf-8"), delimiter, width, file)


def _has_blank_line(data: bytes) -> bool:
    """Tell whether a line is empty; inside a quoted cell it may be, so this is only a reason to look closer."""
    return data.startswith(LINE_ENDS) or any(b"\n" + end in data for end in LINE_ENDS)


def first_width(data: bytes, delimiter: str, file: str) -> int:
    """Return the number of cells of the first record that has any."""
    end = 1 << 16
    while True:
        part = data[:end].decode("utf-8", errors="ignore")
        whole = end >= len(data)
        with _long_fields():
            try:
                records = (record for record in csv.reader(io.StringIO(part, newline=""), delimiter=delimiter))
                widths = [len(record) for _, record in zip(range(1000), records, strict=False) if record]
            except csv.Error as error:
                raise _not_a_table(file) from error
        if whole or len(widths) > 1:
            return widths[0] if widths else 1
        end *= 8


def _fast(data: bytes, delimiter: str, width: int, quoted: bool) -> pa.Table:
    names = [str(position) for position in range(width)]
    parse = pacsv.ParseOptions(delimiter=delimiter, newlines_in_values=quoted, ignore_empty_lines=False)
    convert = pacsv.ConvertOptions(
        column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=False, check_utf8=False
    )
    for block in (min(BLOCK, len(data) + 1), min(len(data) + 1, LARGEST_BLOCK)):
        threads = len(data) > THREADED_BYTES
        read = pacsv.ReadOptions(column_names=names, block_size=max(block, 64), use_threads=threads)
        try:
            return pacsv.read_csv(pa.BufferReader(data), read, parse, convert)
        except pa.ArrowInvalid as error:
            if "straddling" not in str(error):
                raise
    raise pa.ArrowInvalid("a record is longer than the largest block")


def quotes_are_regular(data: bytes, delimiter: str) -> bool:
    """Tell whether every quote opens a cell, closes one, or is doubled inside one.

    Examples
    --------
    >>> quotes_are_regular(b'"a ""b"" c",2', ","), quotes_are_regular(b'"a "b" c",2', ",")
    (True, False)
    """
    text = np.frombuffer(data, dtype=np.uint8)
    places = np.flatnonzero(text == QUOTE)
    if len(places) % 2:
        return False
    opening, closing = places[::2], places[1::2]
    edges = np.zeros(256, dtype=bool)
    edges[[ord(delimiter), 10, 13]] = True
    before = text[np.maximum(opening - 1, 0)]
    doubled = np.zeros(len(opening), dtype=bool)
    doubled[1:] = opening[1:] == closing[:-1] + 1
    opens = edges[before] | (opening == 0) | doubled
    after = text[np.minimum(closing + 1, len(text) - 1)]
    closes = edges[after] | (closing == len(text) - 1) | np.append(doubled[1:], False)
    return bool(opens.all() and closes.all())


def _exact(text: str, delimiter: str, width: int, file: str) -> tuple[pa.Table, NDArray[np.bool_], tuple[Problem, ...]]:
    """Parse record by record, collecting every row that is broken."""
    findings, problems = _strictness(text, delimiter, file)
    batches: list[pa.Table] = []
    records: list[list[str]] = []
    blank: list[bool] = []
    names = [str(position) for position in range(width)]
    try:
        with _long_fields():
            for row, record in enumerate(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter), start=1):
                if len(record) != width and any(cell.strip() for cell in record):
                    fitted = _fitted(record, width)
                    if fitted is None:
                        problems.append(_ragged(row, len(record), width, file))
                        continue
                    record = fitted
                blank.append(len(record) == 0)
                records.append(record if len(record) == width else [""] * width)
                if len(records) >= BATCH:
                    batches.append(text_table(records, names))
                    records = []
    except csv.Error as error:
        raise _not_a_table(file) from error
    if problems:
        rest = len(problems) - SHOWN_ROWS
        raise ResponseError(problems[:SHOWN_ROWS] + ([_more(rest, file)] if rest > 0 else []))
    batches.append(text_table(records, names))
    return pa.concat_tables(batches), np.array(blank, dtype=bool), findings


def _fitted(record: Sequence[str], width: int) -> list[str] | None:
    """Return a record that only has too many empty cells at its end cut to the width, else None."""
    if len(record) > width and not any(record[width:]):
        return list(record[:width])
    return None


def _strictness(text: str, delimiter: str, file: str) -> tuple[tuple[Problem, ...], list[Problem]]:
    """Return a finding for a stray quote, and a problem for a quote that is never closed."""
    row = opened = 0
    try:
        with _long_fields():
            for _ in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True):
                row += 1
    except csv.Error as error:
        opened = row + 1
        if "unexpected end of data" in str(error):
            message = "a quote opens here and is never closed, so all further rows would be read as one cell"
            hint = "close the quote or remove it"
            return (), [Problem("unclosed_quote", message, file, opened, hint=hint)]
        message = "a quote inside a quoted cell is not doubled; the cell was read as it stands"
        hint = "look at this row and the next in a text editor"
        return (Problem("stray_quote", message, file, opened, hint=hint),), []
    return (), []


def _ragged(row: int, cells: int, width: int, file: str) -> Problem:
    message = f"{cells} cells where the header has {width}"
    hint = "look for a delimiter or quote inside a cell of this row"
    return Problem("ragged_row", message, file, row, hint=hint)


def _more(number: int, file: str) -> Problem:
    return Problem("ragged_row", "further rows of another length than the header", file, count=number)


def _not_a_table(file: str) -> ResponseError:
    message = "the text is no table of cells"
    return ResponseError(Problem("not_a_table", message, file, hint="export it again as CSV"))


def text_table(records: Sequence[Sequence[str]], names: Sequence[str]) -> pa.Table:
    """Return records of equal length as a table of text."""
    columns = zip(*records, strict=True) if records else ([] for _ in names)
    return pa.table([pa.array(column, pa.string()) for column in columns], names=list(names))


@contextlib.contextmanager
def _long_fields() -> Iterator[None]:
    """Let cells be as long as they are; the limit is a setting of the whole process, so it is put back."""
    before = csv.field_size_limit(min(sys.maxsize, (1 << 31) - 1))
    try:
        yield
    finally:
        csv.field_size_limit(before)
