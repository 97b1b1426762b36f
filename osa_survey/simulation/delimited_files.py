"""Cells of a simulated export as delimited text, column by column through their few different values."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv

from osa_survey.errors import OutputError, Problem
from osa_survey.export.files import write_bytes
from osa_survey.simulation.simulated_exports import MARK, SimulatedColumn

BATCH = 8192
STRUCTURAL = r'["\r\n]'


def require_marked(path: Path | str) -> Path:
    """Return the path of a file whose name says that the answers are simulated.

    Raises
    ------
    OutputError
        ``not_marked``.
    """
    path = Path(path)
    if MARK not in path.name:
        hint = f"call it for example 'osa_{MARK}{path.suffix or '.csv'}'"
        raise OutputError(Problem("not_marked", "the file name must say that the answers are simulated", hint=hint))
    return path


def write_delimited(
    path: Path, headers: Sequence[Sequence[str]], columns: Sequence[SimulatedColumn], *, delimiter: str = ","
) -> Path:
    """Write header rows and the cells of columns as UTF-8 text with line feeds, whole or not at all.

    Parameters
    ----------
    path : Path
        The file.
    headers : sequence of sequence of str
        Header rows.
    columns : sequence of SimulatedColumn
        The columns.
    delimiter : str
        Between cells.
    """
    head = io.StringIO(newline="")
    csv.writer(head, lineterminator="\n", delimiter=delimiter).writerows(headers)
    values = [pa.array(column.values, pa.string()) for column in columns]
    plain = [not _has_special(own, delimiter) for own in values]
    if all(plain) and len(columns) > 1:
        body = _plain_body(columns, values, delimiter)
    else:
        text = io.StringIO(newline="")
        writer = csv.writer(text, lineterminator="\n", delimiter=delimiter)
        writer.writerows(zip(*(column.texts for column in columns), strict=True))
        body = text.getvalue().encode("utf-8")
    return write_bytes(path, head.getvalue().encode("utf-8") + body)


def _has_special(values: pa.Array, delimiter: str) -> bool:
    quoted = pc.any(pc.match_substring_regex(values, STRUCTURAL)).as_py()
    return bool(quoted or pc.any(pc.match_substring(values, delimiter)).as_py())


def _plain_body(columns: Sequence[SimulatedColumn], values: Sequence[pa.Array], delimiter: str) -> bytes:
    options = pyarrow.csv.WriteOptions(
        include_header=False, quoting_style="none", delimiter=delimiter, batch_size=BATCH
    )
    names = [str(position) for position in range(len(columns))]
    schema = pa.schema([(name, pa.string()) for name in names])
    sink = pa.BufferOutputStream()
    with pyarrow.csv.CSVWriter(sink, schema, write_options=options) as writer:
        for first in range(0, len(columns[0].cells), BATCH):
            arrays = [
                own.take(pa.array(np.ascontiguousarray(column.cells[first : first + BATCH])))
                for column, own in zip(columns, values, strict=True)
            ]
            writer.write_table(pa.table(arrays, names=names))
    return bytes(sink.getvalue())
