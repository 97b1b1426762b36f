"""Qualtrics, current layout: names, question texts and JSON import ids in three header rows."""

from __future__ import annotations

import json
from collections.abc import Sequence

from osa_survey.dataset import Export
from osa_survey.errors import Problem
from osa_survey.ingest.raw_tables import RawTable, export_from

HEADER_ROWS = 3
IMPORT_ID = "ImportId"
PREVIEW_WORDS = ("survey preview", "1")


def recognise(rows: Sequence[Sequence[str]]) -> str:
    """Return why the first rows are those of a current Qualtrics export, or ""."""
    if len(rows) < HEADER_ROWS:
        return ""
    ids = [_import_id(cell) for cell in rows[2] if cell]
    if ids and all(ids):
        return "the third row holds a JSON ImportId in every column"
    return ""


def _import_id(cell: str) -> str:
    try:
        content = json.loads(cell)
    except ValueError:
        return ""
    return str(content.get(IMPORT_ID, "")) if isinstance(content, dict) else ""


def read(raw: RawTable, file: str, sha256: str, why: str) -> Export:
    """Return the export with its question texts; preview answers are kept and reported."""
    names, texts, _ = raw.first_rows(HEADER_ROWS)
    export = export_from(
        raw,
        names=[name.strip() for name in names],
        header_rows=HEADER_ROWS,
        file=file,
        sha256=sha256,
        platform="qualtrics",
        recognised_by=why,
        wording={name.strip(): text.strip() for name, text in zip(names, texts, strict=True) if text.strip()},
    )
    previews = _previews(export)
    if not previews:
        return export
    hint = "leave them out of the export, or exclude them with a reason"
    finding = Problem(
        "preview_records", "answers given in survey preview", file, column="Status", hint=hint, count=previews
    )
    return Export(**{**export.__dict__, "findings": (*export.findings, finding)})


def _previews(export: Export) -> int:
    if "Status" not in export.names:
        return 0
    values, which = export.values("Status")
    positions = [position for position, value in enumerate(values) if value.casefold() in PREVIEW_WORDS]
    return int(sum((which == position).sum() for position in positions))
