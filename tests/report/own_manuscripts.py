"""Manuscripts of a text of one's own, with or without tagged numbers, and the ledger they are held against."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from docx import Document
from docx.oxml import OxmlElement
from docx.oxml.ns import qn

from osa_survey.results import Ledger, Result, Rows, ledger_lines


def ledger_row(identifier: str, **values: object) -> dict[str, object]:
    rows = Rows()
    rows.add("mean", **{"n": 100, "estimate": 1.0})
    result = Result.from_rows(rows, title="t", analysis="describe", method="m", n_used=100)
    line = json.loads(list(ledger_lines(Ledger(1, "workbench"), [result]))[1])
    return {**line, "id": identifier, **values}


def write_ledger(folder: Path, *rows: dict[str, object], name: str = "results.jsonl") -> Path:
    head = next(iter(ledger_lines(Ledger(1, "workbench"), [])))
    path = folder / name
    path.write_text(head + "".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8", newline="\n")
    return path


T_ROW = {
    "quantity": "hedges_g",
    "estimate": 0.4213,
    "statistic": 2.104,
    "statistic_name": "t",
    "df1": 98.0,
    "p_value": 0.0379,
    "conf_low": 0.02,
    "conf_high": 0.83,
}


def write_manuscript(folder: Path, *paragraphs: str) -> Path:
    document = Document()
    for paragraph in paragraphs:
        document.add_paragraph(paragraph)
    path = folder / "manuscript.docx"
    document.save(str(path))
    return path


def tagged_document(*controls: tuple[str, str]) -> Any:
    document = Document()
    for tag, text in controls:
        paragraph = document.add_paragraph("A number: ")
        control, properties, content = (OxmlElement(f"w:{name}") for name in ("sdt", "sdtPr", "sdtContent"))
        mark = OxmlElement("w:tag")
        mark.set(qn("w:val"), tag)
        properties.append(mark)
        run = paragraph.add_run(text)
        content.append(run._r)
        control.append(properties)
        control.append(content)
        paragraph._p.append(control)
    return document
