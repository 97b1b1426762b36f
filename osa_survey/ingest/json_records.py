"""JSON as a table: an array of flat records, one object for each, becomes a grid of cells with a row of names."""

from __future__ import annotations

import json
from typing import Any

import pyarrow as pa

from osa_survey.errors import Problem, ResponseError
from osa_survey.ingest.encodings import decoded
from osa_survey.ingest.grids import Grid, grid_of
from osa_survey.ingest.records import MAXIMUM_COLUMNS

LARGEST_FILE = 1 << 29
LARGEST_NUMBER_OF_CELLS = 150_000_000
SHOWN = 50
FILE_HINT = "export the answers as CSV"
WITH_ANSWERS = "export it with answers"


def is_json(data: bytes) -> bool:
    """Tell whether a text begins as a JSON object or an array of objects.

    Examples
    --------
    >>> is_json(b'{"a": 1}'), is_json(b'[ {"a": 1}]'), is_json(b"[a];b"), is_json(b"a,b")
    (True, True, False, False)
    """
    head = _head(data)
    return is_json_array(data) or (head[:1] == b"{" and head[1:].lstrip()[:1] in (b'"', b"}"))


def is_json_array(data: bytes) -> bool:
    """Tell whether a text begins as a JSON array of objects, or an empty one."""
    head = _head(data)
    return head[:1] == b"[" and head[1:].lstrip()[:1] in (b"{", b"]")


def _head(data: bytes) -> bytes:
    start = data[: 1 << 12]
    for mark in (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff"):
        start = start.removeprefix(mark)
    return start.replace(b"\x00", b"").lstrip()


def read_json(data: bytes, file: str) -> Any:
    """Return the content of a JSON file; numbers stay the text they are.

    Raises
    ------
    ResponseError
        With the code ``too_large``, ``wrong_encoding``, ``duplicate_columns`` or ``broken_json``.
    """
    if len(data) > LARGEST_FILE:
        message = f"the JSON file is refused: more than {LARGEST_FILE >> 20} MiB"
        raise ResponseError(Problem("too_large", message, file, hint=FILE_HINT))
    decoding = decoded(data, file)
    if decoding.findings:
        message = "the file is not UTF-8, in which JSON is written: it is damaged, or was saved by another program"
        raise ResponseError(Problem("wrong_encoding", message, file, _first_other_row(data), hint="export it again"))
    text = decoding.data.decode("utf-8")

    def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        content = dict(pairs)
        if len(content) < len(pairs):
            message = "an object names the same key twice, so one of two values would be lost"
            raise ResponseError(Problem("duplicate_columns", message, file, hint=FILE_HINT))
        return content

    try:
        return json.loads(text, object_pairs_hook=unique, parse_int=str, parse_float=str, parse_constant=_no_number)
    except (ValueError, RecursionError) as error:
        row = getattr(error, "lineno", 0)
        message = "the text begins like JSON and is broken"
        raise ResponseError(Problem("broken_json", message, file, row, hint="export it again")) from error


def _first_other_row(data: bytes) -> int:
    """Return the row of the first byte that is not UTF-8."""
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as error:
        return data[: error.start].count(b"\n") + 1
    return 0


def _no_number(word: str) -> None:
    """Take NaN, which some writers put for nothing, as nothing; infinity is no answer."""
    if word != "NaN":
        raise ValueError(word)


def grid_of_records(content: Any, file: str, sha256: str) -> Grid:
    """Return the cells of an array of records.

    Parameters
    ----------
    content : object
        What a JSON file holds.
    file, sha256 : str
        Its name and hash.

    Returns
    -------
    Grid
        The names as the first row, in the order in which they first appear; then one row for each record. A key that a
        record lacks, and null, are empty cells.

    Raises
    ------
    ResponseError
        ``not_a_table`` if this is no array of objects, ``nested_value`` for values that are no plain value,
        ``too_large`` or ``no_records``.
    """
    if not isinstance(content, list) or not all(isinstance(record, dict) for record in content):
        message = "the JSON file is no array of records"
        raise ResponseError(Problem("not_a_table", message, file, hint=FILE_HINT))
    if not content:
        raise ResponseError(
            Problem("no_records", "the JSON file holds no records", file, hint="export it with answers")
        )
    names = list(dict.fromkeys(name for record in content for name in record))
    if len(names) > MAXIMUM_COLUMNS or len(names) * len(content) > LARGEST_NUMBER_OF_CELLS:
        message = f"the JSON file is refused: {len(content)} records of up to {len(names)} values"
        raise ResponseError(Problem("too_large", message, file, hint=FILE_HINT))
    columns, problems = [], []
    for name in names:
        values = [record.get(name) for record in content]
        nested = [row for row, value in enumerate(values, start=2) if isinstance(value, dict | list)]
        if nested:
            message = "the value is a list or an object of its own; only flat records can be read"
            problems.append(Problem("nested_value", message, file, nested[0], name, hint=FILE_HINT, count=len(nested)))
            continue
        columns.append(pa.array([name, *(_text(value) for value in values)], pa.string()))
    if problems:
        raise ResponseError(problems[:SHOWN])
    if not columns:
        raise ResponseError(Problem("no_records", "the records hold no values", file, hint=WITH_ANSWERS))
    cells = pa.table(columns, names=[str(position) for position in range(len(columns))])
    return grid_of(cells, file, sha256, {"format": "JSON", "decimal": "."}, _uneven(content, names, file))


def _uneven(content: list[dict[str, Any]], names: list[str], file: str) -> tuple[Problem, ...]:
    """Return a finding if records lack keys that others have."""
    lacking = [row for row, record in enumerate(content, start=2) if len(record) < len(names)]
    if not lacking:
        return ()
    message = "records without some of the keys that others have; these cells are empty"
    hint = "look whether a key is damaged or spelt in two ways"
    record = content[lacking[0] - 2]
    column = next(name for name in names if name not in record)
    return (Problem("uneven_records", message, file, lacking[0], column, hint=hint, count=len(lacking)),)


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    return "" if value is None else str(value)
