"""Delimited text: the delimiter and the decimal mark are found from the content and reported."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.csv

from osa_survey.errors import Problem, ResponseError
from osa_survey.ingest.raw_tables import RawTable
from osa_survey.ingest.text_encodings import decode_text

DELIMITERS = (",", ";", "\t", "|")
NAMES = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}
SAMPLE_CHARACTERS = 1 << 18
SAMPLE_ROWS = 200
BLOCK_BYTES = 1 << 24
MOST_SHOWN = 20
COMMA_DECIMAL = re.compile(r"^[+-]?\d+,\d+$")
POINT_DECIMAL = re.compile(r"^[+-]?\d+\.\d+$")
BLANK_LINE = re.compile(rb"\n[ \t]*\r?\n")


def read_delimited(
    data: bytes, file: str, *, encoding: str | None = None, delimiter: str | None = None, decimal: str | None = None
) -> RawTable:
    """Return the rows of a delimited text file.

    Parameters
    ----------
    data : bytes
        The file.
    file : str
        Its name, for messages.
    encoding, delimiter, decimal : str, optional
        What the user says; else each is found and reported.

    Returns
    -------
    RawTable
        All rows as text.

    Raises
    ------
    ResponseError
        ``empty_file``, ``wrong_encoding``, ``not_text``, or ``ragged_row`` with every row that has too few or too many
        cells.
    """
    if not data.strip():
        hint = "export the answers again; the file has no content"
        raise ResponseError(Problem("empty_file", "the file is empty", file, hint=hint))
    text = decode_text(data, file, encoding)
    sample = text.data[: SAMPLE_CHARACTERS * 2].decode("utf-8", errors="ignore")[:SAMPLE_CHARACTERS]
    if not text.data.strip():
        raise ResponseError(Problem("empty_file", "the file is empty", file, hint="export the answers again"))
    mark = _named_delimiter(delimiter) if delimiter else find_delimiter(sample)
    rows = _sample_rows(sample, mark)
    reading: dict[str, Any] = {
        "encoding": text.encoding,
        "encoding_found_by": text.why,
        "delimiter": NAMES.get(mark, mark),
        "decimal": decimal or find_decimal(rows),
    }
    cells, numbers = _parse(text.data, mark, file)
    return RawTable(cells, numbers, reading, text.findings)


def _named_delimiter(name: str) -> str:
    by_name = {word: mark for mark, word in NAMES.items()}
    return by_name.get(name, "\t" if name == "\\t" else name)


def _sample_rows(sample: str, delimiter: str) -> list[list[str]]:
    """Return the first rows; a quote left open by the cut of the sample ends it early."""
    rows = []
    try:
        for row in csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter):
            rows.append(row)
            if len(rows) >= SAMPLE_ROWS:
                break
    except csv.Error:
        return rows
    return rows[:-1] if len(rows) > 1 and len(rows) < SAMPLE_ROWS else rows


def find_delimiter(sample: str) -> str:
    """Return the delimiter with which most rows have the same number of cells, more than one.

    Examples
    --------
    >>> find_delimiter("a;b;c" + chr(10) + "1,5;2;3" + chr(10))
    ';'
    """
    best, best_score = ",", (0.0, 0)
    for delimiter in DELIMITERS:
        widths = Counter(len(row) for row in _sample_rows(sample + "\n", delimiter) if row)
        if not widths:
            continue
        width, rows = widths.most_common(1)[0]
        if width > 1:
            score = (rows / widths.total(), width)
            best, best_score = (delimiter, score) if score > best_score else (best, best_score)
    return best


def find_decimal(rows: list[list[str]]) -> str:
    """Return "," if numbers with a comma occur and numbers with a point do not, else "."."""
    cells = [cell.strip() for row in rows[1:] for cell in row]
    commas = sum(bool(COMMA_DECIMAL.match(cell)) for cell in cells)
    points = sum(bool(POINT_DECIMAL.match(cell)) for cell in cells)
    return "," if commas and not points else "."


def _parse(data: bytes, delimiter: str, file: str) -> tuple[pa.Table, np.ndarray[Any, np.dtype[np.int64]]]:
    body = data.rstrip(b"\r\n \t") if delimiter != "\t" else data.rstrip(b"\r\n")
    if BLANK_LINE.search(body) or len(delimiter) > 1:
        return _parse_slowly(body, delimiter, file)
    ragged: list[int] = []

    def note(row: Any) -> str:
        ragged.append(row.actual_columns)
        return "skip"

    width = _width(body, delimiter)
    try:
        table = pyarrow.csv.read_csv(
            pa.BufferReader(body),
            read_options=pyarrow.csv.ReadOptions(autogenerate_column_names=True, block_size=BLOCK_BYTES),
            parse_options=pyarrow.csv.ParseOptions(
                delimiter=delimiter, newlines_in_values=True, invalid_row_handler=note, ignore_empty_lines=False
            ),
            convert_options=pyarrow.csv.ConvertOptions(
                column_types={f"f{n}": pa.string() for n in range(width)}, strings_can_be_null=False
            ),
        )
    except pa.ArrowInvalid:
        return _parse_slowly(body, delimiter, file)
    if ragged:
        return _parse_slowly(body, delimiter, file)
    return table, np.arange(1, table.num_rows + 1)


def _width(body: bytes, delimiter: str) -> int:
    first = next(csv.reader(io.TextIOWrapper(io.BytesIO(body), encoding="utf-8", newline=""), delimiter=delimiter))
    return len(first)


def _parse_slowly(body: bytes, delimiter: str, file: str) -> tuple[pa.Table, np.ndarray[Any, np.dtype[np.int64]]]:
    """Parse row by row: blank lines are passed over but counted, and every ragged row is named."""
    rows: list[list[str]] = []
    numbers: list[int] = []
    problems: list[Problem] = []
    width = 0
    csv.field_size_limit(1 << 30)
    try:
        stream = io.TextIOWrapper(io.BytesIO(body), encoding="utf-8", newline="")
        for number, row in enumerate(csv.reader(stream, delimiter=delimiter), start=1):
            if not row or (width > 1 and len(row) == 1 and not row[0].strip()):
                continue
            width = width or len(row)
            if len(row) != width:
                message = f"{len(row)} cells where the first row has {width}"
                hint = "is a quote or a delimiter missing in this row?"
                problems.append(Problem("ragged_row", message, file, number, hint=hint))
                continue
            rows.append(row)
            numbers.append(number)
    except csv.Error as error:
        problems.append(Problem("broken_row", str(error), file, len(numbers) + 1, hint="export the file again"))
    if problems:
        raise ResponseError(problems)
    columns = list(zip(*rows, strict=True))
    table = pa.table({f"f{n}": pa.array(list(column), pa.string()) for n, column in enumerate(columns)})
    return table, np.array(numbers, dtype=np.int64)
