"""Short documents in two forms: Markdown text and a Word file with real headings and tables."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from docx import Document
from docx.enum.section import WD_ORIENT
from docx.shared import Inches, Pt

from osa_survey.export.packing import repack
from osa_survey.languages import SOURCE, in_language
from osa_survey.report.messages import LANGUAGE_TAGS
from osa_survey.report.word_parts import describe_table, element, repeat_as_head, set_language

FIXED_TIME = datetime(2000, 1, 1, tzinfo=UTC).replace(tzinfo=None)
LONG_SIDE, SHORT_SIDE, MARGIN = 11.69, 8.27, 0.8
SMALL = Pt(9)
"""The letters of a table across the page: five columns of sentences."""


@dataclass(frozen=True)
class Table:
    """A table of texts; ``widths`` are shares of the line."""

    title: str
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    widths: tuple[float, ...]


@dataclass(frozen=True)
class Part:
    """A heading, its paragraphs, its list, its table."""

    heading: str = ""
    paragraphs: tuple[str, ...] = ()
    points: tuple[str, ...] = ()
    table: Table | None = None


@dataclass(frozen=True)
class ShortDocument:
    """A document of a few pages.

    Attributes
    ----------
    title, language : str
        Its title, and the tag of its language.
    parts : tuple of Part
        Its content.
    across : bool
        Whether its pages lie across.
    """

    title: str
    parts: Sequence[Part] = field(default_factory=tuple)
    language: str = "en-US"
    across: bool = False


def document_in(document: ShortDocument, language: str) -> ShortDocument:
    """Return a document, written in English, in a language; texts of the study stay as they are."""
    if language == SOURCE:
        return document

    def said(text: str) -> str:
        return in_language(text, language, "documents")

    parts = []
    for part in document.parts:
        table = part.table
        if table is not None:
            rows = tuple(tuple(map(said, row)) for row in table.rows)
            table = Table(said(table.title), tuple(map(said, table.heads)), rows, table.widths)
        paragraphs, points = tuple(map(said, part.paragraphs)), tuple(map(said, part.points))
        parts.append(Part(said(part.heading), paragraphs, points, table))
    return replace(document, title=said(document.title), parts=tuple(parts), language=LANGUAGE_TAGS[language])


def markdown(document: ShortDocument) -> str:
    """Return a document as Markdown."""
    lines = [f"# {document.title}"]
    for part in document.parts:
        if part.heading:
            lines += ["", f"## {part.heading}"]
        for paragraph in part.paragraphs:
            lines += ["", paragraph]
        if part.points:
            lines += ["", *(f"- {point}" for point in part.points)]
        if part.table is not None:
            lines += ["", _line(part.table.heads), _line(("---",) * len(part.table.heads))]
            lines += [_line(row) for row in part.table.rows]
    return "\n".join(lines) + "\n"


def _line(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in cells) + " |"


def docx(document: ShortDocument) -> bytes:
    """Return a document as the bytes of a DOCX file, the same for the same document."""
    word = Document()
    set_language(word, document.language)
    properties = word.core_properties
    properties.title, properties.language = document.title, document.language
    properties.author = properties.last_modified_by = "osa_survey"
    properties.comments = properties.keywords = properties.subject = properties.category = ""
    properties.created = properties.modified = FIXED_TIME
    properties.revision = 1
    section = word.sections[0]
    sides = (LONG_SIDE, SHORT_SIDE) if document.across else (SHORT_SIDE, LONG_SIDE)
    section.orientation = WD_ORIENT.LANDSCAPE if document.across else WD_ORIENT.PORTRAIT
    section.page_width, section.page_height = Inches(sides[0]), Inches(sides[1])
    section.left_margin = section.right_margin = section.top_margin = section.bottom_margin = Inches(MARGIN)
    word.add_heading(document.title, level=0)
    for part in document.parts:
        if part.heading:
            word.add_heading(part.heading, level=1)
        for paragraph in part.paragraphs:
            word.add_paragraph(paragraph)
        for point in part.points:
            word.add_paragraph(point, style="List Bullet")
        if part.table is not None:
            _table(word, part.table, sides[0] - 2 * MARGIN, small=document.across)
    stream = io.BytesIO()
    word.save(stream)
    return repack(stream.getvalue())


def _table(word: Document, content: Table, width: float, *, small: bool) -> None:  # type: ignore[valid-type]
    table = word.add_table(rows=1 + len(content.rows), cols=len(content.heads))  # type: ignore[attr-defined]
    table.style = "Table Grid"
    table.autofit = False
    describe_table(table, content.title)
    repeat_as_head(table.rows[0])
    inches = [Inches(width * share / sum(content.widths)) for share in content.widths]
    for column, size in zip(table.columns, inches, strict=True):
        column.width = size
    for row, texts in zip(table.rows, (content.heads, *content.rows), strict=True):
        row._tr.get_or_add_trPr().append(element("w:cantSplit"))
        for cell, text, size in zip(row.cells, texts, inches, strict=True):
            cell.width = size
            cell.text = text
            for run in cell.paragraphs[0].runs:
                run.font.size = SMALL if small else None
    for cell in table.rows[0].cells:
        for run in cell.paragraphs[0].runs:
            run.bold = True
