"""Printed tables as real Word tables."""

from __future__ import annotations

from collections.abc import Sequence
from copy import deepcopy
from functools import cache
from typing import Any

from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.shared import Inches, Pt

from osa_survey.report import word_parts as parts
from osa_survey.report.letterforms import Forms, head_forms
from osa_survey.report.messages import message
from osa_survey.report.pieces import plain_pieces
from osa_survey.report.printed import PrintedCell, PrintedTable, is_digest
from osa_survey.report.table_widths import NARROW_SIZE, SHORT, TINY_SIZE, column_widths, letter_size, plain_widths
from osa_survey.report.word_styles import TABLE_STYLE, TEXT_STYLES
from osa_survey.report.word_text import Numbering, add_formed, add_pieces, control

INDENT = 0.15


def add_printed_table(document: Any, printed: PrintedTable, language: str, width: float, numbering: Numbering) -> None:
    """Add a printed table: heads that repeat on every page, three rules, its notes below.

    Parameters
    ----------
    document : docx.document.Document
        Where to add it.
    printed : PrintedTable
        The table as text.
    language : str
        The language of the word "Note".
    width : float
        Inches between the margins.
    numbering : Numbering
        That of the document, for content controls.
    """
    columns = len(printed.columns) + 1
    head_rows = 2 if printed.spanners else 1
    size = letter_size(printed, width)
    table = _table(document, head_rows + len(printed.rows), printed.title, column_widths(printed, width, size))
    style = document.styles[TEXT_STYLES[size]].style_id
    lines = [_cells(row) for row in table.rows]
    _heads(table, lines, printed, head_rows, style)
    for place, row in enumerate(printed.rows, start=head_rows):
        parts.keep_together(table.rows[place])
        stub = lines[place][0]
        if not row.cells and columns > 1:
            stub = stub.merge(lines[place][-1])
        _write(stub, head_forms(row.head), style, bold=not row.cells, indent=row.depth)
        for cell, content in zip(lines[place][1:], row.cells, strict=False):
            _number(cell, content, style, numbering)
    if len(lines) <= SHORT:
        for line in lines[:-1]:
            for cell in line:
                cell.paragraphs[0].paragraph_format.keep_with_next = True
    last = len(printed.notes) - 1
    for place, (mark, note) in enumerate(printed.notes):
        word = message("note", language) if place == 0 and not mark else ""
        add_note(document, word, note, mark=mark, last=place == last)
    if not printed.notes:
        document.add_paragraph(style="Table Note")


def add_note(document: Any, word: str, note: str, *, mark: str = "", last: bool = True) -> None:
    """Add a note below a table or figure: the word "Note" in italics, or its raised mark, then the text."""
    paragraph = document.add_paragraph(style="Table Note")
    if last:
        paragraph.paragraph_format.space_after = Pt(12)
    if mark:
        paragraph.add_run(mark).font.superscript = True
    if word:
        paragraph.add_run(word).italic = True
    if mark or word:
        paragraph.add_run(" ")
    add_pieces(paragraph, plain_pieces(note), Numbering())


def add_plain_table(
    document: Any, title: str, heads: Sequence[str], rows: Sequence[Sequence[str]], width: float
) -> None:
    """Add a table of plain texts."""
    small, tiny = (document.styles[TEXT_STYLES[size]].style_id for size in (NARROW_SIZE, TINY_SIZE))
    table = _table(document, 1 + len(rows), title, plain_widths(len(heads), width))
    parts.repeat_as_head(table.rows[0])
    for cell, head in zip(_cells(table.rows[0]), heads, strict=True):
        _write(cell, ((head, ""),), small, bold=True)
        parts.rule_below(cell)
    for line, row in zip(list(table.rows)[1:], rows, strict=True):
        parts.keep_together(line)
        for cell, value in zip(_cells(line), row, strict=True):
            _write(cell, ((value, ""),), tiny if is_digest(value) else small)


def _table(document: Any, rows: int, title: str, widths: Sequence[float]) -> Any:
    table = document.add_table(rows=rows, cols=len(widths), style=TABLE_STYLE)
    table.alignment = WD_TABLE_ALIGNMENT.LEFT
    table.autofit = False
    parts.describe_table(table, title)
    for column, inches in zip(table.columns, widths, strict=True):
        column.width = Inches(inches)
    for row in table.rows:
        for cell, inches in zip(_cells(row), widths, strict=True):
            cell.width = Inches(inches)
    return table


def _cells(row: Any) -> list[Any]:
    return list(row.cells)


def _heads(table: Any, lines: Sequence[Sequence[Any]], printed: PrintedTable, head_rows: int, style: str) -> None:
    for row in list(table.rows)[:head_rows]:
        parts.repeat_as_head(row)
    last = lines[head_rows - 1]
    _write(last[0], ((printed.row_head, ""),), style)
    for cell, column in zip(last[1:], printed.columns, strict=True):
        _write(cell, head_forms(column.head), style, align=WD_ALIGN_PARAGRAPH.RIGHT)
    if printed.spanners:
        first = 1
        for head, span in printed.spanners:
            cell = lines[0][first] if span == 1 else lines[0][first].merge(lines[0][first + span - 1])
            if head:
                _write(cell, head_forms(head), style, align=WD_ALIGN_PARAGRAPH.CENTER)
                parts.rule_below(cell)
            first += span
    for cell in last:
        parts.rule_below(cell)


def _number(cell: Any, content: PrintedCell, style: str, numbering: Numbering) -> None:
    paragraph = _styled(cell, style, WD_ALIGN_PARAGRAPH.RIGHT)
    if content.text:
        # One run, so one form: LibreOffice 7.4 drops a control that holds several.
        run = paragraph.add_run(content.text)
        if content.id:
            control(run, content.id, numbering)
    if content.marks:
        paragraph.add_run(content.marks).font.superscript = True


def _styled(cell: Any, style: str, align: WD_ALIGN_PARAGRAPH | None) -> Any:
    paragraph = cell.paragraphs[0]
    if paragraph._p.pPr is None:
        paragraph._p.insert(0, deepcopy(_properties(style, align)))
        return paragraph
    paragraph._p.style = style
    if align is not None:
        paragraph.alignment = align
    return paragraph


@cache
def _properties(style: str, align: WD_ALIGN_PARAGRAPH | None) -> Any:
    """Return the properties of a paragraph: a copy of them is quicker than a search for the place of each."""
    made = parts.element("w:pPr")
    made.style = style
    if align is not None:
        made.jc_val = align
    return made


def _write(
    cell: Any,
    forms: Forms,
    style: str,
    *,
    align: WD_ALIGN_PARAGRAPH | None = None,
    bold: bool = False,
    indent: int = 0,
) -> None:
    paragraph = _styled(cell, style, align)
    if indent:
        paragraph.paragraph_format.left_indent = Inches(INDENT * indent)
    for words, form in forms:
        if words:
            add_formed(paragraph, words, form).bold = bold or None
