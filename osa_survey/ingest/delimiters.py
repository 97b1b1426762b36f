"""Which character parts the cells of a text file, and which mark stands before decimals: found by content."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Sequence

import pyarrow as pa
import pyarrow.compute as pc

from osa_survey.errors import Problem, ResponseError

DELIMITERS = (",", ";", "\t", "|")
NAMES = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}
SAMPLE_BYTES = 1 << 18
WIDE_SAMPLE_BYTES = 1 << 23
SAMPLE_RECORDS = 200
SAMPLE_CELLS = 2000
NEARLY_ALL = 0.99
ANY_NUMBER = r"^\s*[+-]?\d+([.,]\d+)?\s*$"
WITH_COMMA = r"^\s*[+-]?\d+,\d+\s*$"
WITH_DOT = r"^\s*[+-]?\d*\.\d+\s*$"


def find_delimiter(data: bytes) -> str:
    r"""Return the delimiter under which most records have as many cells as the first one.

    Parameters
    ----------
    data : bytes
        UTF-8 text.

    Returns
    -------
    str
        One of comma, semicolon, tab and bar; comma where there is only one column.

    Examples
    --------
    >>> find_delimiter(b"a;b\n1,5;2\n2,5;3\n"), find_delimiter(b"a\n1\n")
    (';', ',')
    """
    sample = _sample(data)
    best, best_key = ",", (False, 0.0, 0)
    for delimiter in DELIMITERS:
        widths = _widths(sample, delimiter)
        if not widths or widths[0] < 2:
            continue
        agreeing = Counter(widths)[widths[0]] / len(widths)
        key = (agreeing >= NEARLY_ALL, agreeing if agreeing < NEARLY_ALL else 1.0, widths[0])
        if key > best_key:
            best, best_key = delimiter, key
    return best


def _sample(data: bytes) -> str:
    """Return the beginning of a text, cut at the end of a line."""
    for size in (SAMPLE_BYTES, WIDE_SAMPLE_BYTES):
        part = data[:size]
        if len(part) == len(data):
            break
        end = part.rfind(b"\n")
        if part[:end].count(b"\n") >= 4:
            part = part[:end]
            break
    return part.decode("utf-8", errors="ignore")


def _widths(text: str, delimiter: str) -> list[int]:
    """Return the number of cells of each record of a sample; a last record that the cut may have hit is left out."""
    widths = []
    try:
        for record in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter):
            if record:
                widths.append(len(record))
            if len(widths) >= SAMPLE_RECORDS:
                break
    except csv.Error:
        pass
    return widths[:-1] if len(widths) > 2 and not text.endswith("\n") else widths


def checked_delimiter(delimiter: str, file: str) -> str:
    """Return a delimiter a person named, as one character.

    Raises
    ------
    ResponseError
        With the code ``unknown_delimiter``.
    """
    named = {word: character for character, word in NAMES.items()} | {"\\t": "\t"}
    character = named.get(delimiter.strip().lower() or delimiter, delimiter)
    if len(character) != 1 or character in '"\r\n' or not character.isascii():
        message = "a delimiter is one character, such as , ; | or tab"
        raise ResponseError(Problem("unknown_delimiter", message, file, key="file.delimiter", hint="name another"))
    return character


def find_decimal(columns: Sequence[pa.ChunkedArray]) -> tuple[str, tuple[int, ...]]:
    """Return the decimal mark of text columns, and the columns with the other mark.

    Parameters
    ----------
    columns : sequence of ChunkedArray of str
        The columns, without header rows.

    Returns
    -------
    mark : str
        A comma where some column holds only whole numbers and numbers with a comma and no column has dots.
    other : tuple of int
        Positions of columns with a decimal comma where the mark is a dot: both are in the file.
    """
    commas, dots = [], []
    for position, column in enumerate(columns):
        cells = column.slice(0, SAMPLE_CELLS)
        cells = cells.filter(pc.not_equal(pc.utf8_trim_whitespace(cells), ""))
        if len(cells) == 0 or not pc.all(pc.match_substring_regex(cells, ANY_NUMBER)).as_py():
            continue
        if pc.any(pc.match_substring_regex(cells, WITH_COMMA)).as_py():
            commas.append(position)
        if pc.any(pc.match_substring_regex(cells, WITH_DOT)).as_py():
            dots.append(position)
    if commas and not dots:
        return ",", ()
    return ".", tuple(commas)


LINE_END = re.compile(rb"\r(?!\n)")


def with_line_feeds(data: bytes) -> bytes:
    """Return a text whose lines end by carriage return alone, as old Macintosh files do, with line feeds instead."""
    return data if b"\n" in data or b"\r" not in data else LINE_END.sub(b"\n", data)
