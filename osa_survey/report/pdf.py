"""The report as a tagged PDF, set by Typst: the same bytes for the same report."""

from __future__ import annotations

import json
import re
import tempfile
from collections.abc import Mapping
from importlib.resources import files
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from osa_survey.errors import OutputError, Problem
from osa_survey.formatting import numerals_of
from osa_survey.report.blocks import Block, Bullets, Fact, Heading, Paragraph, PlainTable, Reference, report_blocks
from osa_survey.report.document import Report
from osa_survey.report.exhibits import ArrangedSection, NumberedFigure, NumberedTable, arrange
from osa_survey.report.figures import figure_svg, svg_file
from osa_survey.report.letterforms import Forms, head_forms, stated_forms
from osa_survey.report.messages import LANGUAGE_TAGS, message
from osa_survey.report.paper import (
    CAPTION_ROOM,
    MARGIN,
    PAGE_HEIGHT,
    PAGE_WIDTH,
    TEXT_HEIGHT,
    TEXT_WIDTH,
    fitted_width,
)
from osa_survey.report.pieces import Piece, plain_pieces
from osa_survey.report.printed import PrintedTable, is_digest
from osa_survey.report.table_widths import SERIF, SHORT, column_widths, letter_size, needs_landscape, plain_widths

FIXED_TIME = 946_684_800  # seconds: 2000-01-01, as in the Word document
POINTS = 72.0


def pdf_available() -> bool:
    """Tell whether the extra that sets PDF files is installed."""
    return find_spec("typst") is not None


def missing_pdf_problem() -> Problem:
    """Return what to say where it is not."""
    hint = 'install the extra: pip install "osa-survey[pdf]", or leave "pdf" out of [report] formats'
    return Problem("pdf_not_installed", "a PDF needs the package typst", hint=hint)


def pdf_document(
    report: Report,
    sections: tuple[ArrangedSection, ...] | None = None,
    drawings: Mapping[str, str] | None = None,
) -> bytes:
    """Return the report as the bytes of a tagged PDF.

    Parameters
    ----------
    report : Report
        A report.
    sections : tuple of ArrangedSection, optional
        Its sections if they are arranged already.
    drawings : mapping of str to str, optional
        Figure name → SVG element, where they are drawn already.

    Returns
    -------
    bytes
        Tagged for screen readers: language, title, headings, tables with repeated heads, alternative texts; checked
        by Typst against PDF/UA-1. A report with letters its fonts lack is tagged too, but does not claim the standard.
        The fonts are those inside Typst and the date is fixed, so the bytes are the same for the same report.

    Raises
    ------
    OutputError
        ``pdf_not_installed`` without the package typst.
    """
    if not pdf_available():
        raise OutputError(missing_pdf_problem())
    import typst

    arranged = arrange(report) if sections is None else sections
    with tempfile.TemporaryDirectory(prefix="osa-survey-") as folder:
        root = Path(folder)
        with numerals_of(report.language):
            blocks = [_block(block, report, drawings, root) for block in report_blocks(report, arranged)]
        content = json.dumps(_frame(report) | {"blocks": blocks}, ensure_ascii=False)
        (root / "report.json").write_text(content, encoding="utf-8")
        source = files("osa_survey.report").joinpath("templates", "report.typ").read_text(encoding="utf-8")
        main = root / "report.typ"
        main.write_text(source, encoding="utf-8")
        compiler = typst.Compiler(str(main), root=str(root), ignore_system_fonts=True)
        try:
            made = compiler.compile(format="pdf", timestamp=FIXED_TIME, pdf_standards="ua-1")
        except typst.TypstError:
            made = compiler.compile(format="pdf", timestamp=FIXED_TIME)
    if not isinstance(made, bytes):
        raise TypeError("typst returned no document")
    return made


def _frame(report: Report) -> dict[str, Any]:
    language, _, region = LANGUAGE_TAGS[report.language].partition("-")
    return {
        "title": report.title,
        "lang": language,
        "region": region,
        "style": report.style,
        "short": SHORT,
        "banners": [{"short": short, "long": long} for short, long in report.banners],
        "page": {"width": PAGE_WIDTH, "height": PAGE_HEIGHT, "margin": MARGIN},
        "words": {key: message(key, report.language) for key in ("table", "figure", "page")},
    }


def _block(block: Block, report: Report, drawings: Mapping[str, str] | None, root: Path) -> dict[str, Any]:
    match block:
        case Heading():
            return {"kind": "heading", "text": block.text, "level": block.level, "tagged": block.tagged}
        case Paragraph():
            return {"kind": "paragraph", "pieces": _pieces(block.pieces)}
        case Reference():
            return {"kind": "reference", "pieces": _pieces(block.pieces)}
        case Bullets():
            return {"kind": "bullets", "items": [_pieces(item) for item in block.items]}
        case Fact():
            return {"kind": "fact", "name": block.name, "value": block.value}
        case PlainTable():
            widths = plain_widths(len(block.heads), TEXT_WIDTH)
            return {"kind": "plain table", "heads": block.heads, "rows": _digests_marked(block.rows), "widths": widths}
        case NumberedTable():
            return _table(block, report.language)
        case NumberedFigure():
            return _figure(block, report.language, drawings, root)


def _digests_marked(rows: tuple[tuple[str, ...], ...]) -> list[dict[str, Any]]:
    return [{"text": text, "digest": is_digest(text)} for row in rows for text in row]


def _pieces(pieces: tuple[Piece, ...]) -> list[dict[str, str]]:
    return [{"text": piece.text, "link": piece.link, "form": piece.form} for piece in pieces]


def _formed(forms: Forms) -> list[dict[str, str]]:
    return [{"text": text, "link": "", "form": form} for text, form in forms]


def _table(numbered: NumberedTable, language: str) -> dict[str, Any]:
    printed = numbered.printed
    wide = needs_landscape(printed, TEXT_WIDTH, SERIF)
    room = TEXT_HEIGHT if wide else TEXT_WIDTH
    size = letter_size(printed, room, SERIF)
    return {
        "kind": "table",
        "anchor": f"table-{numbered.number}",
        "title": printed.title,
        "wide": wide,
        "size": size,
        "widths": column_widths(printed, room, size, SERIF),
        "row_head": _formed(((printed.row_head, ""),)),
        "spanners": [{"head": _formed(head_forms(head)), "width": width} for head, width in printed.spanners],
        "heads": [_formed(head_forms(column.head)) for column in printed.columns],
        "rows": [
            {
                "head": _formed(head_forms(row.head)),
                "depth": row.depth,
                "cells": [{"pieces": _formed(stated_forms(cell.text)), "marks": cell.marks} for cell in row.cells],
            }
            for row in printed.rows
        ],
        "notes": _notes(printed, language),
    }


def _notes(printed: PrintedTable, language: str) -> list[dict[str, Any]]:
    return [
        {
            "mark": mark,
            "word": message("note", language) if place == 0 and not mark else "",
            "pieces": _pieces(plain_pieces(note)),
        }
        for place, (mark, note) in enumerate(printed.notes)
    ]


def _figure(figure: NumberedFigure, language: str, drawings: Mapping[str, str] | None, root: Path) -> dict[str, Any]:
    element = figure_svg(figure, language, drawings)
    file = f"figure-{figure.number}.svg"
    (root / file).write_text(svg_file(element), encoding="utf-8")
    width, height = _inches(element)
    note = [{"mark": "", "word": message("note", language), "pieces": _pieces(plain_pieces(figure.note))}]
    return {
        "kind": "figure",
        "anchor": f"figure-{figure.number}",
        "title": figure.title,
        "file": file,
        "alt": figure.alt,
        "width": fitted_width(width, height, TEXT_WIDTH, TEXT_HEIGHT - CAPTION_ROOM),
        "notes": note if figure.note else [],
    }


def _inches(element: str) -> tuple[float, float]:
    """Return the width and height of an SVG element that matplotlib wrote."""
    opening = element[: element.index(">")]
    found = dict(re.findall(r'\b(width|height)="([\d.]+)pt"', opening))
    return float(found["width"]) / POINTS, float(found["height"]) / POINTS
