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
    if table.num_columns > MAXIMUM_COLUMNS:
        message = f"more than {MAXIMUM_COLUMNS} columns are refused"
        raise ResponseError(Problem("too_many_columns", message, path.name, hint="is this a table of answers?"))
    problems = [
        Problem("duplicate_columns", f"{number} columns have the same name", path.name, 0, name, count=number)
        for name, number in Counter(table.column_names).items()
        if number > 1
    ]
    if table.num_rows == 0 or table.num_columns == 0:
        problems.append(Problem("no_records", "the file has no records", path.name, hint="export it with answers"))
    if problems:
        raise ResponseError(problems)
    findings: list[Problem] = []
    with damaged(path, "parquet"):
        columns = [
            _plain(table.column(position), name, path.name, findings)
            for position, name in enumerate(table.column_names)
        ]
    return Export(
        columns=pa.table(columns, names=table.column_names),
        rows=np.arange(1, table.num_rows + 1),
        file=path.name,
        sha256=sha256,
        platform="table",
        recognised_by="a Parquet file: its first bytes say so",
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
