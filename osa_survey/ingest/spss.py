"""SPSS files: value labels, user-missing codes and ranges, variable labels as wording."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from osa_survey.dataset import Export
from osa_survey.dataset.exports import canonical
from osa_survey.errors import Problem
from osa_survey.ingest.sources import damaged
from osa_survey.ingest.statistical_files import (
    clock_times,
    impossible_dates,
    iso_datetimes,
    require_records,
    value_labels_of,
    wording_of,
)

ORIGIN = "1582-10-14"
DATES = ("DATE", "ADATE", "EDATE", "SDATE", "JDATE", "QYR", "MOYR", "WKYR")
MOMENTS = ("DATETIME", "YMDHMS")
CLOCKS = ("TIME", "DTIME", "MTIME")


def read_spss(path: Path, sha256: str) -> Export:
    """Return an SPSS file (.sav or .zsav) as an export; its records are counted from 1 as SPSS shows them.

    Parameters
    ----------
    path : Path
        The file.
    sha256 : str
        Its hash.

    Returns
    -------
    Export
        Numbers as numbers, dates as ISO 8601 text. ``missing_values`` lists every value that the file declares
        missing and that occurs or has a label; ``reading["missing_ranges"]`` keeps the declarations themselves.

    Raises
    ------
    ResponseError
        With the code ``broken_spss`` or ``no_records``.
    """
    import pyreadstat

    with damaged(path, "spss"):
        frame, meta = pyreadstat.read_sav(str(path), user_missing=True, disable_datetime_conversion=True)
        findings: list[Problem] = []
        columns = [
            _column(frame[name].to_numpy(), name, str(meta.original_variable_types.get(name, "")), path, findings)
            for name in meta.column_names
        ]
    table = pa.table(columns, names=list(meta.column_names))
    require_records(table, path.name)
    labels = value_labels_of(meta.variable_value_labels)
    missing = {
        name: _missing_values(table[name], ranges, labels.get(name, {})) for name, ranges in meta.missing_ranges.items()
    }
    return Export(
        columns=table,
        rows=np.arange(1, table.num_rows + 1),
        file=path.name,
        sha256=sha256,
        platform="spss",
        recognised_by="an SPSS file: its first bytes say so",
        wording=wording_of(meta.column_names_to_labels),
        value_labels=labels,
        missing_values={name: values for name, values in missing.items() if values},
        reading={
            "format": "SPSS",
            "encoding": str(meta.file_encoding or ""),
            "decimal": ".",
            "header_rows": 0,
            "missing_ranges": {name: tuple(map(_range, ranges)) for name, ranges in meta.missing_ranges.items()},
            "measures": dict(meta.variable_measure),
        },
        findings=tuple(findings),
    )


def _column(values: np.ndarray, name: str, form: str, path: Path, findings: list[Problem]) -> pa.Array:
    kind = form.rstrip("0123456789.").upper()
    if kind == "A" or values.dtype.kind not in "fiu":
        return pa.array([str(value) if isinstance(value, str) else None for value in values], pa.string())
    numbers = values.astype(np.float64)
    if kind in CLOCKS:
        return clock_times(numbers)
    if kind not in DATES and kind not in MOMENTS:
        return pa.array(numbers, from_pandas=True)
    texts, impossible = iso_datetimes(numbers, ORIGIN, "D" if kind in DATES else "s")
    if impossible:
        findings.append(impossible_dates(name, impossible, path))
    return texts


def _missing_values(column: pa.ChunkedArray, ranges: Sequence[Any], labels: Mapping[str, str]) -> tuple[str, ...]:
    """Return the values that fall under the declaration: those that occur, are labelled, or are named singly."""
    found = {canonical(value) for value in column.unique().to_pylist()} | set(labels)
    single = [canonical(one["lo"]) for one in ranges if one["lo"] == one["hi"]]
    wide = [_range(one) for one in ranges if one["lo"] != one["hi"]]
    within = [value for value in sorted(found) if any(_within(value, low, high) for low, high in wide)]
    return tuple(dict.fromkeys([*single, *within]))


def _range(one: Any) -> tuple[Any, Any]:
    return one["lo"], one["hi"]


def _within(value: str, low: float, high: float) -> bool:
    try:
        return float(low) <= float(value) <= float(high)
    except ValueError:
        return False
