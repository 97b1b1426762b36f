"""Parquet files: numbers stay numbers, everything else becomes text."""

from __future__ import annotations

import io

import numpy as np
import pyarrow as pa
import pyarrow.parquet

from osa_survey.dataset import Export
from osa_survey.errors import Problem, ResponseError

MAGIC = b"PAR1"


def read(data: bytes, file: str, sha256: str) -> Export:
    """Return the export of a Parquet file; a record's row is its number, from 1.

    Raises
    ------
    ResponseError
        ``broken_parquet`` or ``no_records``.
    """
    try:
        table = pyarrow.parquet.read_table(io.BytesIO(data))
    except (pa.ArrowInvalid, OSError) as error:
        raise ResponseError(
            Problem("broken_parquet", "the file cannot be read", file, hint="write it again")
        ) from error
    if table.num_rows == 0:
        raise ResponseError(Problem("no_records", "the file has no record", file, hint="write it again"))
    columns = {name: _as_value(table.column(name)) for name in table.column_names if not name.startswith("__index")}
    return Export(
        columns=pa.table(columns),
        rows=np.arange(1, table.num_rows + 1),
        file=file,
        sha256=sha256,
        platform="table",
        recognised_by="the bytes begin with PAR1 (Parquet)",
        reading={"decimal": "."},
    )


def _as_value(column: pa.ChunkedArray) -> pa.ChunkedArray:
    kind = column.type
    if pa.types.is_dictionary(kind):
        return _as_value(column.cast(kind.value_type))
    if pa.types.is_integer(kind) or pa.types.is_floating(kind):
        return column
    return column.cast(pa.string())
