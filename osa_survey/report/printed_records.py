"""What a report prints, on lines beside it: each sentence and each cell with the id of its number."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from osa_survey.report.document import Report
from osa_survey.report.exhibits import ArrangedSection, Entry, mentions
from osa_survey.report.frame import provenance_tables
from osa_survey.report.printed import PrintedTable

FORMAT = 1
METHODS = "methods"


def printed_lines(report: Report, sections: tuple[ArrangedSection, ...]) -> Iterable[str]:
    """Yield the lines of ``printed.jsonl``, with which an edited copy of the report can be held against it.

    Parameters
    ----------
    report : Report
        A report.
    sections : tuple of ArrangedSection
        Its sections as they are printed.

    Yields
    ------
    str
        A head; then ``text`` records (a paragraph, an item of a list or a note, with the id of its result) and
        ``table`` records (title, heads, rows of cells with the ids of their numbers). Nothing stands in them that the
        report does not print.
    """
    yield _line({"record": "printed", "format": FORMAT, "language": report.language, "profile": report.profile.name})
    for text in (report.title, *(sentence for _, sentence in report.banners)):
        yield _text("", text)
    yield _text(METHODS, " ".join(report.methods))
    for note in report.notes:
        yield _text("", note)
    for arranged in sections:
        for paragraph in arranged.section.paragraphs:
            yield _text("", paragraph)
        for entry in arranged.entries:
            yield from _entry_lines(entry, report.language)
    for reference in report.references:
        yield _text("", reference)
    for heading, heads, rows in provenance_tables(report):
        cells = [{"head": head, "cells": [{"text": text, "id": ""} for text in rest]} for head, *rest in rows]
        grid = {"id": "provenance", "number": 0, "title": heading, "heads": heads[1:], "rows": cells}
        yield _line({"record": "table", **grid})


def _entry_lines(entry: Entry, language: str) -> Iterable[str]:
    identifier = entry.result.id or entry.result.analysis
    see = "".join(text for text, _ in mentions(entry, language))
    for text in [*entry.sentences, see] if entry.listed else [" ".join([*entry.sentences, see])]:
        yield _text(identifier, text)
    for numbered in entry.tables:
        yield _line(_table(identifier, numbered.number, numbered.printed))
        for _, note in numbered.printed.notes:
            yield _text(identifier, note)
    for figure in entry.figures:
        yield _text(identifier, figure.note)


def _table(identifier: str, number: int, printed: PrintedTable) -> dict[str, Any]:
    rows = [
        {"head": row.head, "cells": [{"text": cell.text + cell.marks, "id": cell.id} for cell in row.cells]}
        for row in printed.rows
    ]
    heads = [column.head for column in printed.columns]
    return {
        "record": "table",
        "id": identifier,
        "number": number,
        "title": printed.title,
        "heads": heads,
        "rows": rows,
    }


def _text(identifier: str, text: str) -> str:
    return _line({"record": "text", "id": identifier, "text": text})


def _line(record: Mapping[str, Any]) -> str:
    return json.dumps(record, ensure_ascii=False) + "\n"
