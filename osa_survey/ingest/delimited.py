"""Text files with delimiters: CSV, TSV and their relatives."""

from __future__ import annotations

import json
from typing import Any

from osa_survey.errors import Problem, ResponseError
from osa_survey.ingest.delimiters import NAMES, checked_delimiter, find_decimal, find_delimiter, with_line_feeds
from osa_survey.ingest.encodings import decoded
from osa_survey.ingest.grids import Grid, grid_of
from osa_survey.ingest.records import parse_cells

SKIPPED_HEADER_ROWS, SHORT_FILE = 3, 8
"""No platform has more rows above the answers; the decimal mark is looked for below them, in a short file below one."""
MARKUP = (b"<?xml", b"<!doctype", b"<html", b"<svg")


def read_delimited(
    data: bytes,
    file: str,
    sha256: str = "",
    *,
    encoding: str | None = None,
    delimiter: str | None = None,
    decimal: str | None = None,
) -> Grid:
    """Return the cells of a text file; encoding, delimiter and decimal mark are found where they are not named.

    Parameters
    ----------
    data : bytes
        The file.
    file, sha256 : str
        Its name and hash.
    encoding, delimiter, decimal : str, optional
        What to take instead of the own finding.

    Returns
    -------
    Grid
        The cells as text. ``reading`` names the encoding, the delimiter and the decimal mark.

    Raises
    ------
    ResponseError
        If the text cannot be read as a table; every broken row is named.
    """
    text = decoded(data, file, encoding)
    content = with_line_feeds(text.data)
    _refuse_other_formats(content, file)
    if delimiter:
        delimiter = checked_delimiter(delimiter, file)
    elif content[:6].lower().startswith(b"sep=") and content[5:6] in (b"\r", b"\n"):
        delimiter = checked_delimiter(chr(content[4]), file)
    else:
        delimiter = find_delimiter(content)
    if content[:4].lower() == b"sep=" and content[4:5] == delimiter.encode():
        content = content[5:]  # the hint line stays as a blank row, so that row numbers are those of the file
    cells, blank, findings = parse_cells(content, delimiter, file)
    reading: dict[str, Any] = {"encoding": text.encoding, "delimiter": NAMES.get(delimiter, delimiter)}
    findings = (*text.findings, *findings)
    if decimal:
        reading["decimal"] = _checked_decimal(decimal, file)
    elif delimiter == ",":
        reading["decimal"] = "."
    else:
        body = cells.slice(SKIPPED_HEADER_ROWS if cells.num_rows > SHORT_FILE else 1)
        reading["decimal"], mixed = find_decimal(body.columns)
        findings += tuple(_mixed(cells.column(position)[0].as_py(), file) for position in mixed)
    return grid_of(cells, file, sha256, {"format": "text", **reading}, findings, blank)


def _checked_decimal(decimal: str, file: str) -> str:
    if decimal not in (".", ","):
        message = "a decimal mark is a dot or a comma"
        raise ResponseError(Problem("unknown_decimal", message, file, key="file.decimal", hint='write "." or ","'))
    return decimal


def _mixed(column: str, file: str) -> Problem:
    message = "numbers with a decimal comma, while other columns have dots"
    hint = 'say [file] decimal = "," or "." in the codebook; the other mark is then no number'
    return Problem("mixed_decimal_marks", message, file, column=column.strip(), hint=hint)


def _refuse_other_formats(content: bytes, file: str) -> None:
    head = content[:200].lstrip()
    kind = ""
    if head.lower().startswith(MARKUP):
        kind = "a page or document in XML or HTML"
    elif head[:1] in (b"{", b"["):
        try:
            kind = "a JSON file" if isinstance(json.loads(content), dict | list) else ""
        except (ValueError, RecursionError):
            kind = ""
    if kind:
        hint = "export the answers as CSV"
        raise ResponseError(Problem("unsupported_format", f"this is {kind}, not a table", file, hint=hint))
