"""SPSS system files: value labels, wording, and what the file itself declares missing."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyreadstat

from osa_survey.dataset import Export
from osa_survey.dataset.exports import canonical
from osa_survey.errors import Problem, ResponseError

MAGIC = (b"$FL2", b"$FL3")


def read(path: Path, sha256: str) -> Export:
    """Return the export of a ``.sav`` or ``.zsav`` file; a record's row is its number, from 1.

    Raises
    ------
    ResponseError
        ``broken_spss`` or ``no_records``.
    """
    try:
        frame, meta = pyreadstat.read_sav(path, user_missing=True)
    except (pyreadstat.ReadstatError, pyreadstat.PyreadstatError, OSError, ValueError) as error:
        hint = "open it in SPSS or PSPP and save it again"
        raise ResponseError(Problem("broken_spss", "the file cannot be read", path.name, hint=hint)) from error
    if len(frame) == 0:
        raise ResponseError(Problem("no_records", "the file has no record", path.name, hint="export it again"))
    columns = {str(name): _as_value(frame[name]) for name in frame.columns}
    labels = {
        str(name): {canonical(value): str(label) for value, label in entries.items()}
        for name, entries in meta.variable_value_labels.items()
    }
    ranges: dict[str, list[Any]] = meta.missing_ranges or {}
    missing = {name: _declared_missing(frame[name], parts) for name, parts in ranges.items()}
    return Export(
        columns=pa.table(columns),
        rows=np.arange(1, len(frame) + 1),
        file=path.name,
        sha256=sha256,
        platform="spss",
        recognised_by="the bytes begin with $FL (SPSS system file)",
        wording={name: label for name, label in meta.column_names_to_labels.items() if label},
        value_labels=labels,
        missing_values=missing,
        reading={"encoding": meta.file_encoding, "decimal": "."},
    )


def _as_value(column: pd.Series) -> pa.Array:
    if pd.api.types.is_numeric_dtype(column.dtype):
        return pa.array(column.to_numpy(dtype=float), from_pandas=True)
    return pa.array([_text(value) for value in column], pa.string())


def _text(value: Any) -> str:
    if isinstance(value, datetime.datetime | datetime.date | datetime.time):
        return "" if value is pd.NaT else value.isoformat()
    return canonical(value)


def _declared_missing(column: pd.Series, parts: list[Any]) -> tuple[str, ...]:
    """Return the values of a column that fall into its declared missing values and ranges."""
    found: dict[str, None] = {}
    for value in column.dropna().unique():
        for part in parts:
            low, high = part["lo"], part["hi"]
            if isinstance(value, str) == isinstance(low, str) and low <= value <= high:
                found[canonical(value)] = None
    return tuple(found)
