"""Parquet tables: numbers stay numbers, categories become their texts, dates ISO 8601."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from osa_survey.dataset import Export
from osa_survey.errors import Problem, ResponseError
from osa_survey.ingest.records import MAXIMUM_COLUMNS
from osa_survey.ingest.sources import damaged


def read_parquet(path: Path, sha256: str) -> Export:
    """Return a Parquet table as an export; its records are counted from 1.

    Raises
    ------
    ResponseError
        With the code ``broken_parquet``, ``too_many_columns``, ``no_records`` or ``duplicate_columns``.
    """
    import pyarrow.parquet as pq

    with damaged(path, "parquet"):
        table = pq.ParquetFile(path).read()
    with damaged(path, "parquet"):
        return export_of_table(table, path.name, sha256, recognised_by="a Parquet file: its first bytes say so")


def export_of_table(
    table: pa.Table, file: str, sha256: str = "", *, recognised_by: str = "a table in memory"
) -> Export:
    """Return a table with types of its own as an export; its records are counted from 1.

    Parameters
    ----------
    table : pyarrow.Table
        One column per question; ``pyarrow.Table.from_pandas(frame, preserve_index=False)`` makes one of a data frame.
    file, sha256 : str
        What messages call it, and the hash of the file it came from, if any.
    recognised_by : str
        Where it comes from, in words.

    Raises
    ------
    ResponseError
        With the code ``too_many_columns``, ``no_records`` or ``duplicate_columns``.
    """
    if table.num_columns > MAXIMUM_COLUMNS:
        message = f"more than {MAXIMUM_COLUMNS} columns are refused"
        raise ResponseError(Problem("too_many_columns", message, file, hint="is this a table of answers?"))
    problems = [
        Problem("duplicate_columns", f"{number} columns have the same name", file, 0, name, count=number)
        for name, number in Counter(table.column_names).items()
        if number > 1
    ]
    if table.num_rows == 0 or table.num_columns == 0:
        problems.append(Problem("no_records", "the file has no records", file, hint="export it with answers"))
    if problems:
        raise ResponseError(problems)
    findings: list[Problem] = []
    columns = [_plain(table.column(position), name, file, findings) for position, name in enumerate(table.column_names)]
    return Export(
        columns=pa.table(columns, names=table.column_names),
        rows=np.arange(1, table.num_rows + 1),
        file=file,
        sha256=sha256,
        platform="table",
        recognised_by=recognised_by,
        reading={"format": "Parquet", "decimal": ".", "header_rows": 0},
        findings=tuple(findings),
    )


def _plain(column: pa.ChunkedArray, name: str, file: str, findings: list[Problem]) -> pa.ChunkedArray:
    """Return a column as numbers or text."""
    kind = column.type
    if pa.types.is_dictionary(kind):
        return _plain(column.cast(kind.value_type), name, file, findings)
    if pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_string(kind):
        return column
    if pa.types.is_large_string(kind) or pa.types.is_null(kind):
        return column.cast(pa.string())
    if pa.types.is_boolean(kind):
        return pc.if_else(column, "TRUE", "FALSE")
    if pa.types.is_decimal(kind):
        return column.cast(pa.float64())
    if pa.types.is_temporal(kind):
        texts = [None if value is None else _iso(value) for value in column.to_pylist()]
        return pa.chunked_array([pa.array(texts, pa.string())])
    hint = "split it into columns before exporting"
    findings.append(Problem("nested_column", "lists or bytes were kept as text", file, column=name, hint=hint))
    texts = [None if value is None else json.dumps(value, default=str) for value in column.to_pylist()]
    return pa.chunked_array([pa.array(texts, pa.string())])


def _iso(value: object) -> str:
    return str(value.isoformat()) if hasattr(value, "isoformat") else str(value)
