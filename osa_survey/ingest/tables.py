"""A plain table: one header row. The fallback when no platform is recognised."""

from __future__ import annotations

from dataclasses import replace

from osa_survey.dataset import Export
from osa_survey.errors import Problem
from osa_survey.ingest.raw_tables import RawTable, export_from, named, without_empty_columns


def read(raw: RawTable, file: str, sha256: str, why: str) -> Export:
    """Return the export of a table whose first row holds the column names."""
    first = raw.first_rows(1)
    names, empty = named(first[0] if first else [])
    raw, names = without_empty_columns(raw, names, empty, 1)
    left = (
        [name for name in names if name.startswith("column_") and int(name.removeprefix("column_") or 0) in empty]
        if empty
        else []
    )
    export = export_from(raw, names=names, header_rows=1, file=file, sha256=sha256, platform="table", recognised_by=why)
    if not left:
        return export
    findings = [
        Problem(
            "empty_column_name", "a column without a name holds answers", file, 1, name, hint="name it in the export"
        )
        for name in left
    ]
    return replace(export, findings=(*export.findings, *findings))
