"""Stata files: value labels, extended missing values .a to .z, variable labels as wording, labels in languages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from osa_survey.dataset import Export, PlatformFacts
from osa_survey.dataset.exports import canonical
from osa_survey.errors import Problem
from osa_survey.ingest.reason_labels import reasons_of_labels
from osa_survey.ingest.sources import damaged
from osa_survey.ingest.stata_languages import languages_of
from osa_survey.ingest.statistical_files import (
    clock_times,
    impossible_dates,
    iso_datetimes,
    letters_apart,
    number_column,
    plausible_content,
    require_records,
    text_column,
    with_letters,
    wording_of,
)

ORIGIN = "1960-01-01"
DAY = 86400.0


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
        ``reading["languages"]`` names the languages of labels and ``reading["wording_by_language"]`` holds the
        variable labels of those that are not the current one.

    Raises
    ------
    ResponseError
        With the code ``broken_stata`` or ``no_records``.
    """
    import pyreadstat

    findings: list[Problem] = []
    with damaged(path, "stata"):
        content, meta = plausible_content(pyreadstat.read_dta, path, "stata", 1)
        names = list(meta.column_names)
        types, storage = meta.original_variable_types, meta.readstat_variable_types
        columns = [
            text_column(content[name])
            if "string" in str(storage.get(name, ""))
            else _column(content[name], name, str(types.get(name) or ""), path, findings)
            for name in names
        ]
        table = pa.table(columns, names=names)
    require_records(table, path.name)
    labels = {name: _labels(own) for name, own in meta.variable_value_labels.items()}
    used = {name: {f".{letter}" for letter in own} for name, own in meta.missing_user_values.items()}
    labelled = {name: {value for value in own if value.startswith(".")} for name, own in labels.items()}
    missing = {
        name: tuple(sorted(values))
        for name in names
        if (values := used.get(name, set()) | {value for value in labelled.get(name, set()) if len(value) == 2})
    }
    reasons, told = reasons_of_labels(missing, labels, path.name)
    return Export(
        columns=table,
        rows=np.arange(1, table.num_rows + 1),
        file=path.name,
        sha256=sha256,
        platform="stata",
        recognised_by="a Stata file: its first bytes say so",
        wording=wording_of(meta.column_names_to_labels),
        value_labels=labels,
        missing_values=missing,
        reading={
            "format": "Stata",
            "encoding": str(meta.file_encoding or ""),
            "decimal": ".",
            "header_rows": 0,
            **languages_of(path),
        },
        findings=(*findings, *told),
        facts=PlatformFacts(reasons=reasons),
    )


def _labels(own: Mapping[Any, str]) -> dict[str, str]:
    """Return value → label; an extended missing value, which comes as its letter, gets its dot."""
    return {f".{value}" if isinstance(value, str) else canonical(value): str(label) for value, label in own.items()}


def _column(values: Sequence[Any], name: str, form: str, path: Path, findings: list[Problem]) -> pa.Array:
    numbers, letters = letters_apart(values)
    kind = form.lstrip("%-").lower()
    impossible = 0
    if kind.startswith("tchh"):
        column = clock_times(numbers / 1000)
    elif kind.startswith("tc"):
        column, impossible = iso_datetimes(numbers / 1000, ORIGIN, "s")
    elif kind.startswith(("td", "d")):
        column, impossible = iso_datetimes(numbers * DAY, ORIGIN, "D")
    else:
        column = number_column(numbers)
    if impossible:
        findings.append(impossible_dates(name, impossible, path))
    return with_letters(column, letters)
