"""Stata files: value labels, extended missing values .a to .z, variable labels as wording."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from osa_survey.dataset import Export
from osa_survey.ingest.sources import damaged
from osa_survey.ingest.statistical_files import (
    is_temporal,
    mixed_texts,
    require_records,
    value_labels_of,
    wording_of,
)


def read_stata(path: Path, sha256: str) -> Export:
    """Return a Stata file as an export; its records are counted from 1 as Stata shows them.

    Parameters
    ----------
    path : Path
        The file.
    sha256 : str
        Its hash.

    Returns
    -------
    Export
        Numbers as numbers; a column with extended missing values as text, with ``.a`` to ``.z`` in ``missing_values``.

    Raises
    ------
    ResponseError
        With the code ``broken_stata`` or ``no_records``.
    """
    import pyreadstat

    with damaged(path, "stata"):
        content, meta = pyreadstat.read_dta(str(path), user_missing=True, output_format="dict")
        letters = {name: tuple(map(str, values)) for name, values in meta.missing_user_values.items()}
        columns = [_column(content[name], letters.get(name, ())) for name in meta.column_names]
    table = pa.table(columns, names=list(meta.column_names))
    require_records(table, path.name)
    labels = {
        name: {f".{value}" if value in letters.get(name, ()) else value: label for value, label in own.items()}
        for name, own in value_labels_of(meta.variable_value_labels).items()
    }
    return Export(
        columns=table,
        rows=np.arange(1, table.num_rows + 1),
        file=path.name,
        sha256=sha256,
        platform="stata",
        recognised_by="a Stata file: its first bytes say so",
        wording=wording_of(meta.column_names_to_labels),
        value_labels=labels,
        missing_values={name: tuple(f".{letter}" for letter in own) for name, own in letters.items() if own},
        reading={"format": "Stata", "encoding": str(meta.file_encoding or ""), "decimal": ".", "header_rows": 0},
    )


def _column(values: Sequence[Any], letters: Collection[str]) -> pa.Array:
    if letters:
        return mixed_texts([f".{value}" if isinstance(value, str) else value for value in values])
    if is_temporal(values) or any(isinstance(value, str) for value in values):
        return mixed_texts(values)
    return pa.array(np.array([np.nan if value is None else value for value in values], dtype=float), from_pandas=True)
