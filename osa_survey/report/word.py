"""The report as a Word document: real tables with captions, figures with alternative texts, numbers in controls."""

from __future__ import annotations

import io
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from docx import Document
from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Emu, Inches

from osa_survey.errors import OutputError, Problem
from osa_survey.export.packing import repack
from osa_survey.formatting import numerals_of
from osa_survey.report import word_parts as parts
from osa_survey.report.blocks import Bullets, Fact, Heading, Paragraph, PlainTable, Reference, report_blocks
from osa_survey.report.document import Report
from osa_survey.report.exhibits import ArrangedSection, NumberedFigure, NumberedTable, arrange
from osa_survey.report.figures import Drawing, render_png
from osa_survey.report.messages import LANGUAGE_TAGS, message
from osa_survey.report.paper import CAPTION_ROOM, MARGIN, PAGE_HEIGHT, PAGE_WIDTH, fitted_width
from osa_survey.report.table_widths import needs_landscape
from osa_survey.report.word_styles import remember_styles, set_styles
from osa_survey.report.word_tables import add_note, add_plain_table, add_printed_table
from osa_survey.report.word_text import Numbering, add_pieces, bookmark

FIXED_TIME = datetime(2000, 1, 1, tzinfo=UTC).replace(tzinfo=None)


def word_document(
    report: Report,
    sections: tuple[ArrangedSection, ...] | None = None,
    *,
    template: Path | str | None = None,
    pictures: Mapping[str, Drawing] | None = None,
) -> bytes:
    """Return the report as the bytes of a DOCX file.

    Parameters
    ----------
    report : Report
        A report.
    sections : tuple of ArrangedSection, optional
        Its sections if they are arranged already.
    template : Path or str, optional
        A DOCX whose page, header, footer and styles are taken; its text is not. Styles it lacks are those of
        ``report.style``.
    pictures : mapping of str to Drawing, optional
        Figures drawn already, by name.

    Returns
    -------
    bytes
        The same for the same report and template: fixed properties, members in sorted order at a fixed time. Each
        number of a table, and each number of a sentence that a row prints, stands in a content control whose tag is
        ``control_tag`` of its id.

    Raises
    ------
    OutputError
        ``template_unreadable`` if the template is no DOCX.
    """
    writer = _Writer(_empty_document(template), report, pictures or {}, own_page=template is None)
    with numerals_of(report.language):
        for block in report_blocks(report, arrange(report) if sections is None else sections):
            writer.add(block)
    stream = io.BytesIO()
    writer.document.save(stream)
    return repack(stream.getvalue())


def _empty_document(template: Path | str | None) -> Any:
    """Return a new document, or a template without its text."""
    if template is None:
        return Document()
    try:
        document = Document(str(template))
    except Exception as error:  # python-docx and lxml have no common class for what they cannot read
        message_ = f"the template cannot be read as a Word document ({type(error).__name__})"
        hint = "save it as .docx (not .dotx, .doc or .odt) in Word or LibreOffice"
        raise OutputError(Problem("template_unreadable", message_, file=Path(template).name, hint=hint)) from error
    body = document.element.body
    for child in list(body):
        if child.tag != qn("w:sectPr"):
            body.remove(child)
    return document


class _Writer:
    """Writes blocks into a document."""

    def __init__(self, document: Any, report: Report, pictures: Mapping[str, Drawing], *, own_page: bool) -> None:
        self.document = document
        self._report = report
        self._pictures = pictures
        self._language = report.language
        self._numbering = Numbering()
        self._banners = " · ".join(short for short, _ in report.banners)
        set_styles(document, report.style, template=not own_page)
        remember_styles(document)
        self._set_up(own_page)
        self._upright = self._room(self._section)
        self._across = False
        document.add_paragraph(report.title, style="Title")
        for _, sentence in report.banners:
            document.add_paragraph(sentence, style="Banner")

    def add(self, block: object) -> None:
        """Add one block."""
        self._turn_for(block)
        match block:
            case Heading():
                self.document.add_paragraph(block.text, style=f"Heading {block.level}")
                if block.tagged and self._banners:
                    self.document.add_paragraph(self._banners, style="Banner")
            case Paragraph():
                add_pieces(self.document.add_paragraph(style="Body Text"), block.pieces, self._numbering)
            case Bullets():
                for item in block.items:
                    add_pieces(self.document.add_paragraph(style="List Bullet"), item, self._numbering)
            case Reference():
                add_pieces(self.document.add_paragraph(style="Bibliography"), block.pieces, self._numbering)
            case Fact():
                paragraph = self.document.add_paragraph(style="Body Text")
                paragraph.paragraph_format.first_line_indent = Inches(0)
                paragraph.add_run(f"{block.name}: ").bold = True
                paragraph.add_run(block.value)
            case PlainTable():
                add_plain_table(self.document, block.title, block.heads, block.rows, self._room(self._section)[0])
            case NumberedTable():
                self._table(block)
            case NumberedFigure():
                self._figure(block)

    @property
    def _section(self) -> Any:
        return self.document.sections[-1]

    def _set_up(self, own_page: bool) -> None:
        tag = LANGUAGE_TAGS[self._language]
        parts.set_language(self.document, tag)
        properties = self.document.core_properties
        properties.title, properties.language = self._report.title, tag
        properties.author = properties.last_modified_by = "osa_survey"
        properties.comments = properties.keywords = properties.subject = properties.category = ""
        properties.created = properties.modified = FIXED_TIME
        properties.revision = 1
        section = self._section
        if own_page:
            section.orientation = WD_ORIENT.PORTRAIT
            section.page_width, section.page_height = Inches(PAGE_WIDTH), Inches(PAGE_HEIGHT)
            section.left_margin = section.right_margin = Inches(MARGIN)
            section.top_margin = section.bottom_margin = Inches(MARGIN)
        if self._banners:
            header = section.header.paragraphs[0]
            header = header.insert_paragraph_before() if header.text else header
            header.style, header.alignment = "Banner", WD_ALIGN_PARAGRAPH.CENTER
            header.add_run(self._banners)
        if own_page:
            page = section.header.paragraphs[0] if self._in_head else section.footer.paragraphs[0]
            page.alignment = WD_ALIGN_PARAGRAPH.RIGHT if self._in_head else WD_ALIGN_PARAGRAPH.CENTER
            if not self._in_head:
                page.add_run(message("page", self._language) + " ")
            parts.add_field(page, "PAGE", "1")

    @property
    def _in_head(self) -> bool:
        """Whether the number of the page stands at the top right, as APA has it; a banner needs that room."""
        return self._report.style == "apa" and not self._banners

    def _room(self, section: Any) -> tuple[float, float]:
        """Return the inches between the margins."""
        width = section.page_width - section.left_margin - section.right_margin
        height = section.page_height - section.top_margin - section.bottom_margin
        return Emu(width).inches, Emu(height).inches

    def _table(self, numbered: NumberedTable) -> None:
        width, height = self._upright
        self._caption("table", numbered.number, numbered.printed.title)
        room = height if self._across else width
        add_printed_table(self.document, numbered.printed, self._language, room, self._numbering)

    def _turn_for(self, block: object) -> None:
        """Begin a page across before a wide table, or an upright one after the last; header and footer go on."""
        width, height = self._upright
        wide = isinstance(block, NumberedTable) and height > width and needs_landscape(block.printed, width)
        if wide == self._across:
            return
        section = self.document.add_section(WD_SECTION.NEW_PAGE)
        section.orientation = WD_ORIENT.LANDSCAPE if wide else WD_ORIENT.PORTRAIT
        section.page_width, section.page_height = section.page_height, section.page_width
        self._across = wide

    def _caption(self, kind: str, number: int, title: str) -> None:
        label = message(kind, self._language)
        caption = self.document.add_paragraph(style="Caption")
        first = len(caption._p)
        caption.add_run(f"{label} ")
        parts.add_field(caption, f"SEQ {label} \\* ARABIC", str(number))
        parts.add_bookmark(caption, bookmark(f"{kind}-{number}"), self._numbering.take(), first)
        for run in caption.runs:
            run.style = "Caption Number"
        if self._report.style == "apa":
            caption.add_run().add_break()
        else:
            caption.add_run(". ")
        caption.add_run(title, style="Caption Title")

    def _figure(self, figure: NumberedFigure) -> None:
        self._caption("figure", figure.number, figure.title)
        drawing = self._pictures.get(figure.name) or render_png(figure.result, self._language)
        width, height = self._room(self._section)
        paragraph = self.document.add_paragraph()
        inches = fitted_width(drawing.width, drawing.height, width, height - CAPTION_ROOM)
        shape = paragraph.add_run().add_picture(io.BytesIO(drawing.data), width=Inches(inches))
        parts.describe_picture(shape, figure.name, figure.title, figure.alt)
        if figure.note:
            paragraph.paragraph_format.keep_with_next = True
            add_note(self.document, message("note", self._language), figure.note)
