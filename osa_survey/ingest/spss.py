"""SPSS files: value labels, user-missing codes and ranges, variable labels as wording."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from osa_survey.dataset import Export, OptionSet, PlatformFacts
from osa_survey.dataset.exports import canonical
from osa_survey.errors import Problem
from osa_survey.ingest.reason_labels import reasons_of_labels
from osa_survey.ingest.sources import damaged
from osa_survey.ingest.spss_portable import without_declarations
from osa_survey.ingest.statistical_files import (
    clock_times,
    impossible_dates,
    iso_datetimes,
    number_column,
    plausible_content,
    require_records,
    text_column,
    value_labels_of,
    wording_of,
)

ORIGIN = "1582-10-14"
DATES = ("DATE", "ADATE", "EDATE", "SDATE", "JDATE", "QYR", "MOYR", "WKYR")
MOMENTS = ("DATETIME", "YMDHMS")
CLOCKS = ("TIME", "DTIME", "MTIME")
CELLS_PER_BYTE = 1100
"""A cell takes a byte or more in a .sav; in a .zsav deflate makes at most 1032 bytes of one."""
Range = tuple[Any, Any]


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
        missing and that occurs or has a label; ``reading["missing_ranges"]`` keeps the declarations themselves, an
        open range with an infinite end. Multiple-response sets of dichotomies are ``facts.sets``; sets of categories
        stand in ``reading["category_sets"]``.

    Raises
    ------
    ResponseError
        With the code ``broken_spss`` or ``no_records``.
    """
    import pyreadstat

    with damaged(path, "spss"):
        content, meta = plausible_content(pyreadstat.read_sav, path, "spss", CELLS_PER_BYTE if _is_zsav(path) else 1)
    return _export(content, meta, path, sha256, "SPSS")


def _is_zsav(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(4) == b"$FL3"


def read_spss_portable(path: Path, sha256: str) -> Export:
    """Return an SPSS portable file (.por) as an export; see ``read_spss``.

    Notes
    -----
    The reading library turns user-missing values of portable files into gaps; they are kept by reading the file
    without its declarations. Where that is not possible, the finding ``user_missing_lost`` says so.
    """
    import pyreadstat

    with damaged(path, "spss"):
        portable = without_declarations(path.read_bytes())
        with tempfile.TemporaryDirectory() as folder:
            source = path
            if portable is not None and portable.ranges:
                source = Path(folder, "portable.por")
                source.write_bytes(portable.data)
            content, meta = pyreadstat.read_por(str(source), disable_datetime_conversion=True, output_format="dict")
        if portable is not None:
            ranges: dict[str, list[Any]] = {
                name: [{"lo": low, "hi": high} for low, high in own] for name, own in portable.ranges.items()
            }
            meta.missing_ranges = ranges
    export = _export(content, meta, path, sha256, "SPSS portable")
    if portable is not None:
        return export
    message = "values the file declares missing, if any, could only be read as gaps without a reason"
    hint = "save it as .sav in SPSS or PSPP: there the reasons are kept"
    lost = Problem("user_missing_lost", message, path.name, hint=hint)
    return replace(export, findings=(*export.findings, lost))


def _export(content: Mapping[str, Any], meta: Any, path: Path, sha256: str, form: str) -> Export:
    names = list(meta.column_names)
    findings: list[Problem] = []
    with damaged(path, "spss"):
        types = meta.original_variable_types
        table = pa.table(
            [_column(content[name], name, str(types.get(name, "")), path, findings) for name in names], names=names
        )
    require_records(table, path.name)
    labels = value_labels_of(meta.variable_value_labels)
    ranges = {name: tuple(map(_range, own)) for name, own in meta.missing_ranges.items()}
    missing = {name: _missing_values(table[name], own, labels.get(name, {})) for name, own in ranges.items()}
    missing = {name: values for name, values in missing.items() if values}
    reasons, told = reasons_of_labels(missing, labels, path.name)
    wording = wording_of(meta.column_names_to_labels)
    sets, category_sets = _response_sets(meta, table, wording, missing)
    for name, columns in category_sets.items():
        message = f"{len(columns)} columns hold the first, second, … answer to one question (set '{name}')"
        hint = "the codebook has no type for this: declare each column as nominal, or recode to one column per option"
        findings.append(Problem("category_set", message, path.name, column=columns[0], hint=hint, count=len(columns)))
    return Export(
        columns=table,
        rows=np.arange(1, table.num_rows + 1),
        file=path.name,
        sha256=sha256,
        platform="spss",
        recognised_by=f"an {form} file: its first bytes say so",
        wording=wording,
        value_labels=labels,
        missing_values=missing,
        reading={
            "format": form,
            "encoding": str(meta.file_encoding or ""),
            "decimal": ".",
            "header_rows": 0,
            "missing_ranges": ranges,
            "measures": dict(meta.variable_measure or {}),
            "category_sets": category_sets,
        },
        findings=(*findings, *told),
        facts=PlatformFacts(reasons=reasons, sets=sets),
    )


def _column(values: Sequence[Any], name: str, form: str, path: Path, findings: list[Problem]) -> pa.Array:
    kind = form.rstrip("0123456789.").upper()
    if kind == "A" or any(isinstance(value, str) for value in values):
        return text_column(values)
    numbers = np.array([np.nan if value is None else value for value in values], dtype=np.float64)
    if kind in CLOCKS:
        return clock_times(numbers)
    if kind not in DATES and kind not in MOMENTS:
        return number_column(numbers)
    texts, impossible = iso_datetimes(numbers, ORIGIN, "D" if kind in DATES else "s")
    if impossible:
        findings.append(impossible_dates(name, impossible, path))
    return texts


def _response_sets(
    meta: Any, table: pa.Table, wording: Mapping[str, str], missing: Mapping[str, tuple[str, ...]]
) -> tuple[tuple[OptionSet, ...], dict[str, tuple[str, ...]]]:
    """Return multiple-response sets of dichotomies, and the columns of those of categories."""
    sets, categories = [], {}
    for name, own in (meta.mr_sets or {}).items():
        columns = tuple(column for column in own["variable_list"] if column in table.column_names)
        if not columns:
            continue
        if not own["is_dichotomy"]:
            categories[name] = columns
            continue
        ticked = canonical(own["counted_value"])
        seen = {canonical(value) for column in columns for value in table[column].unique().to_pylist()}
        declared = {value for column in columns for value in missing.get(column, ())}
        others = tuple(sorted(seen - declared - {ticked, ""}))
        options = {column: wording.get(column, column) for column in columns}
        sets.append(OptionSet(name, options, (ticked,), others))
    return tuple(sets), categories


def _missing_values(column: pa.ChunkedArray, ranges: Sequence[Range], labels: Mapping[str, str]) -> tuple[str, ...]:
    """Return the values that fall under the declaration: those that occur, are labelled, or are named singly."""
    found = {canonical(value) for value in column.unique().to_pylist()} | set(labels)
    single = [canonical(low) for low, high in ranges if low == high]
    wide = [(low, high) for low, high in ranges if low != high]
    within = [value for value in sorted(found) if any(_within(value, low, high) for low, high in wide)]
    return tuple(dict.fromkeys([*single, *within]))


def _range(one: Mapping[str, Any]) -> Range:
    return one["lo"], one["hi"]


def _within(value: str, low: float, high: float) -> bool:
    try:
        return float(low) <= float(value) <= float(high)
    except ValueError:
        return False
