"""Several exports of one questionnaire as one: waves, countries, parts of a field phase; each record keeps its file."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from osa_survey.dataset.bound_facts import bound_facts, bound_labels, bound_missing, bound_wording
from osa_survey.dataset.exports import Export
from osa_survey.errors import Problem, ResponseError

DECIMAL_COMMA = r"^(\s*[+-]?\d+),(\d+\s*)$"


def bind_exports(exports: Sequence[Export], sources: Sequence[str], name: str = "source") -> Export:
    """Return the records of several exports one after the other.

    Parameters
    ----------
    exports : sequence of Export
        Exports whose columns of the same name hold the same question.
    sources : sequence of str
        What stands in the new column for the records of each export, such as "wave 1"; each once.
    name : str
        The new column.

    Returns
    -------
    Export
        All columns in the order in which they first occur; a column that an export lacks is a gap there with the
        reason ``not_shown``. ``rows`` are the rows of each file. ``reading["records_by_file"]`` counts records,
        ``reading["source_column"]`` names the new column, ``sha256`` is the hash of the files' hashes. Findings tell
        where the exports disagree: ``labels_differ``, ``wording_differs``, ``missing_differs``,
        ``decimal_marks_differ``, ``duration_units_differ``.

    Raises
    ------
    ResponseError
        ``column_exists`` where an export already has a column of the new name, ``repeated_source`` where two exports
        would be told by the same word, ``nothing_to_bind`` without exports.

    Notes
    -----
    Where exports give a value two labels, the first is kept, and where only some declare a value missing it is taken
    for missing in all: an answer is never made of what one file calls missing. The codebook overrules both.
    """
    _require_fit(exports, sources, name)
    findings = [problem for export in exports for problem in export.findings]
    marks = {str(export.reading.get("decimal", ".")) for export in exports}
    if len(marks) > 1:
        message = "some files have a decimal comma, others a decimal dot; numbers with a comma were given a dot"
        findings.append(Problem("decimal_marks_differ", message, _files(exports), hint="look at numbers with decimals"))
        exports = [_with_dots(export) if export.reading.get("decimal") == "," else export for export in exports]
    names = tuple(dict.fromkeys(column for export in exports for column in export.names))
    columns = [_column(exports, column) for column in names]
    told = [pa.array(np.repeat(np.array(sources, dtype=object), [export.n_records for export in exports]), pa.string())]
    facts, disagreements = bound_facts(exports, names)
    labels, of_labels = bound_labels(exports)
    missing, of_missing = bound_missing(exports)
    wording, of_wording = bound_wording(exports)
    first = exports[0]
    platforms = {export.platform for export in exports}
    withdrawn = [int(export.reading["withdrawn"]) for export in exports if "withdrawn" in export.reading]
    return Export(
        columns=pa.table([*columns, pa.chunked_array(told)], names=[*names, name]),
        rows=np.concatenate([export.rows for export in exports]),
        file=_files(exports),
        sha256=hashlib.sha256("\n".join(export.sha256 for export in exports).encode()).hexdigest(),
        platform=first.platform if len(platforms) == 1 else "table",
        recognised_by="; ".join(dict.fromkeys(export.recognised_by for export in exports if export.recognised_by)),
        wording=wording,
        value_labels=labels,
        missing_values=missing,
        reading={
            **first.reading,
            **({"decimal": "."} if len(marks) > 1 else {}),
            **({"withdrawn": sum(withdrawn)} if withdrawn else {}),
            "source_column": name,
            "files": tuple(_entry(export) for export in exports),
            "records_by_file": dict(zip(sources, map(_records, exports), strict=True)),
        },
        findings=(*findings, *disagreements, *of_labels, *of_missing, *of_wording),
        facts=facts,
    )


def _require_fit(exports: Sequence[Export], sources: Sequence[str], name: str) -> None:
    if not exports or len(exports) != len(sources):
        message = f"{len(exports)} exports and {len(sources)} sources: each export needs one"
        raise ResponseError(Problem("nothing_to_bind", message, hint="name a source for each export"))
    problems = [
        Problem("column_exists", "the export already has a column of this name", export.file, 1, name, hint="rename it")
        for export in exports
        if name in export.names
    ]
    for source in dict.fromkeys(sources):
        if list(sources).count(source) > 1:
            message = f"two exports are both called '{source}'"
            problems.append(Problem("repeated_source", message, hint="name each export differently"))
    if problems:
        raise ResponseError(problems)


def _entry(export: Export) -> dict[str, str | int]:
    return {"file": export.file, "sha256": export.sha256, "records": _records(export)}


def _records(export: Export) -> int:
    """Return how many records a file holds, those of people who withdrew counted."""
    return export.n_records + int(export.reading.get("withdrawn", 0))


def _files(exports: Sequence[Export]) -> str:
    return " + ".join(dict.fromkeys(export.file for export in exports))


def _column(exports: Sequence[Export], name: str) -> pa.ChunkedArray:
    """Return a column over all exports: numbers where every export that has it has numbers, else text."""
    own = [export.columns[name] if name in export.names else None for export in exports]
    kinds = {column.type for column in own if column is not None and not pa.types.is_null(column.type)}
    if len(kinds) == 1:
        kind = kinds.pop()
    elif kinds and all(pa.types.is_integer(kind) or pa.types.is_floating(kind) for kind in kinds):
        kind = pa.float64()
    else:
        kind = pa.string()
    chunks: list[pa.Array] = []
    for export, column in zip(exports, own, strict=True):
        if column is None:
            chunks.append(pa.nulls(export.n_records, kind))
        else:
            chunks.extend(column.cast(kind).chunks)
    return pa.chunked_array(chunks, type=kind)


def _with_dots(export: Export) -> Export:
    """Return an export whose texts that are numbers with a decimal comma have a dot instead."""
    columns = [
        pc.replace_substring_regex(column, DECIMAL_COMMA, r"\1.\2") if pa.types.is_string(column.type) else column
        for column in export.columns.columns
    ]
    return replace(export, columns=pa.table(columns, names=export.columns.column_names))
