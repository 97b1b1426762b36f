"""The report as a Word document: real tables with captions, figures with alternative texts."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from docx import Document
from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Inches, Pt, RGBColor

from osa_survey.export.packing import repack
from osa_survey.report import word_parts as parts
from osa_survey.report.document import Report
from osa_survey.report.exhibits import ArrangedSection, Entry, NumberedFigure, arrange
from osa_survey.report.figures import render_png
from osa_survey.report.html import profile_words, provenance_tables
from osa_survey.report.messages import LANGUAGE_TAGS, message
from osa_survey.report.sources import split_links
from osa_survey.report.word_tables import add_note, add_plain_table, add_printed_table, add_text, needs_landscape

FONT = "Calibri"
BLACK = RGBColor(0, 0, 0)
WARNING = RGBColor(0x8A, 0x4B, 0x00)
FIXED_TIME = datetime(2000, 1, 1, tzinfo=UTC).replace(tzinfo=None)
PAGE_WIDTH, PAGE_HEIGHT, MARGIN = 8.27, 11.69, 0.98  # inches of A4 and of its margins
TEXT_WIDTH = PAGE_WIDTH - 2 * MARGIN
PICTURE_HEIGHT = PAGE_HEIGHT - 2 * MARGIN - 1.5  # its caption and its note stand on the same page


def word_document(report: Report, sections: tuple[ArrangedSection, ...] | None = None) -> bytes:
    """Return the report as the bytes of a DOCX file.

    Parameters
    ----------
    report : Report
        A report.
    sections : tuple of ArrangedSection, optional
        Its sections if they are arranged already.

    Returns
    -------
    bytes
        The same for the same report: fixed properties, members in sorted order at a fixed time.
    """
    document = Document()
    _style(document, report)
    document.add_heading(report.title, level=0)
    for _, sentence in report.banners:
        _banner(document, sentence)
    if report.methods or report.notes:
        _heading(document, message("methods", report.language), report)
        if report.methods:
            add_text(document.add_paragraph(), " ".join(report.methods))
        if report.notes:
            document.add_heading(message("instrument_notes", report.language), level=2)
            for note in report.notes:
                add_text(document.add_paragraph(style="List Bullet"), note)
    for arranged in arrange(report) if sections is None else sections:
        _heading(document, arranged.section.heading, report)
        for paragraph in arranged.section.paragraphs:
            add_text(document.add_paragraph(), paragraph)
        for entry in arranged.entries:
            _entry(document, entry, arranged, report)
    _references(document, report)
    _provenance(document, report)
    stream = io.BytesIO()
    document.save(stream)
    return repack(stream.getvalue())


def _style(document: Any, report: Report) -> None:
    parts.set_language(document, LANGUAGE_TAGS[report.language])
    properties = document.core_properties
    properties.title, properties.language = report.title, LANGUAGE_TAGS[report.language]
    properties.author = properties.last_modified_by = "osa_survey"
    properties.comments = properties.keywords = properties.subject = properties.category = ""
    properties.created = properties.modified = FIXED_TIME
    properties.revision = 1
    normal = document.styles["Normal"]
    normal.font.name, normal.font.size = FONT, Pt(11)
    normal.element.rPr.rFonts.set(qn("w:eastAsia"), FONT)
    normal.paragraph_format.space_after = Pt(6)
    normal.paragraph_format.line_spacing = 1.15
    sizes = {"Title": 22, "Heading 1": 15, "Heading 2": 12, "Caption": 10}
    for name, size in sizes.items():
        style = document.styles[name]
        style.font.name, style.font.size, style.font.color.rgb = FONT, Pt(size), BLACK
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        for attribute in list(fonts.attrib):
            if attribute.endswith("Theme"):
                del fonts.attrib[attribute]
        fonts.set(qn("w:eastAsia"), FONT)
        style.paragraph_format.keep_with_next = True
    document.styles["Caption"].font.bold = False
    title = document.styles["Title"].element.pPr.find(qn("w:pBdr"))
    if title is not None:
        document.styles["Title"].element.pPr.remove(title)
    section = document.sections[0]
    section.orientation = WD_ORIENT.PORTRAIT
    section.page_width, section.page_height = Inches(PAGE_WIDTH), Inches(PAGE_HEIGHT)
    section.left_margin = section.right_margin = section.top_margin = section.bottom_margin = Inches(MARGIN)
    _header_and_footer(section, report)


def _header_and_footer(section: Any, report: Report) -> None:
    header = section.header.paragraphs[0]
    header.alignment = WD_ALIGN_PARAGRAPH.CENTER
    if report.banners:
        run = header.add_run(" · ".join(short for short, _ in report.banners))
        run.bold, run.font.size, run.font.color.rgb = True, Pt(9), WARNING
    footer = section.footer.paragraphs[0]
    footer.alignment = WD_ALIGN_PARAGRAPH.CENTER
    footer.add_run(message("page", report.language) + " ").font.size = Pt(9)
    parts.add_field(footer, "PAGE", "1")
    for run in footer.runs:
        run.font.size = Pt(9)


def _banner(document: Any, sentence: str) -> None:
    run = document.add_paragraph().add_run(sentence)
    run.bold, run.font.color.rgb = True, WARNING


def _heading(document: Any, text: str, report: Report) -> None:
    document.add_heading(text, level=1)
    if report.banners:
        paragraph = document.add_paragraph()
        paragraph.paragraph_format.keep_with_next = True
        run = paragraph.add_run(" · ".join(short for short, _ in report.banners))
        run.bold, run.font.size, run.font.color.rgb = True, Pt(9), WARNING


def _entry(document: Any, entry: Entry, arranged: ArrangedSection, report: Report) -> None:
    if len(arranged.entries) > 1 or entry.heading != arranged.section.heading:
        document.add_heading(entry.heading, level=2)
    if entry.listed:
        for sentence in entry.sentences:
            paragraph = document.add_paragraph(style="List Bullet")
            paragraph.paragraph_format.space_after = Pt(2)
            add_text(paragraph, sentence)
    elif entry.sentences:
        add_text(document.add_paragraph(), " ".join(entry.sentences))
    for numbered in entry.tables:
        wide = needs_landscape(numbered.printed, TEXT_WIDTH)
        if wide:
            _turn_page(document)
        _caption(document, "table", numbered.number, numbered.printed.title, report.language)
        add_printed_table(document, numbered.printed, report.language, PAGE_HEIGHT - 2 * MARGIN if wide else TEXT_WIDTH)
        if wide:
            _turn_page(document)
    for figure in entry.figures:
        _figure(document, figure, report.language)


def _turn_page(document: Any) -> None:
    """Begin a new page across, or upright again; header and footer go on."""
    section = document.add_section(WD_SECTION.NEW_PAGE)
    upright = section.orientation == WD_ORIENT.PORTRAIT
    section.orientation = WD_ORIENT.LANDSCAPE if upright else WD_ORIENT.PORTRAIT
    section.page_width, section.page_height = section.page_height, section.page_width


def _caption(document: Any, kind: str, number: int, title: str, language: str) -> None:
    label = message(kind, language)
    caption = document.add_paragraph(style="Caption")
    caption.paragraph_format.space_before, caption.paragraph_format.space_after = Pt(12), Pt(4)
    caption.add_run(f"{label} ")
    parts.add_field(caption, f"SEQ {label} \\* ARABIC", str(number))
    for run in caption.runs:
        run.bold = True
    caption.add_run().add_break()
    caption.add_run(title).italic = True


def _figure(document: Any, figure: NumberedFigure, language: str) -> None:
    _caption(document, "figure", figure.number, figure.title, language)
    drawing = render_png(figure.result, language)
    paragraph = document.add_paragraph()
    scale = min(1.0, TEXT_WIDTH / drawing.width, PICTURE_HEIGHT / drawing.height)
    width = Inches(scale * drawing.width)
    shape = paragraph.add_run().add_picture(io.BytesIO(drawing.data), width=width)
    parts.describe_picture(shape, figure.name, figure.title, figure.alt)
    if figure.note:
        paragraph.paragraph_format.keep_with_next = True
        add_note(document, message("note", language), figure.note)


def _references(document: Any, report: Report) -> None:
    if not report.references:
        return
    document.add_heading(message("references", report.language), level=1)
    for reference in report.references:
        paragraph = document.add_paragraph()
        paragraph.paragraph_format.left_indent = Inches(0.4)
        paragraph.paragraph_format.first_line_indent = Inches(-0.4)
        for piece, address in split_links(reference):
            if address:
                parts.add_link(paragraph, piece, address)
            else:
                paragraph.add_run(piece)


def _provenance(document: Any, report: Report) -> None:
    language = report.language
    _heading(document, message("provenance", language), report)
    document.add_paragraph(message("provenance_lead", language))
    facts: list[tuple[str, str]] = [
        (message("profile", language), profile_words(report)),
        (message("seed", language), str(report.seed)),
    ]
    facts += [
        (message("adulthood", language), str(entry["adulthood"]))
        for entry in report.provenance.data
        if "adulthood" in entry
    ]
    facts += [(message("exclusions", language), line) for line in report.provenance.exclusions]
    for name, value in facts:
        paragraph = document.add_paragraph()
        paragraph.add_run(f"{name}: ").bold = True
        paragraph.add_run(value)
    for heading, heads, rows in provenance_tables(report):
        _plain(document, heading, heads, rows)


def _plain(document: Any, heading: str, heads: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    document.add_heading(heading, level=2)
    add_plain_table(document, heading, heads, rows, TEXT_WIDTH)
