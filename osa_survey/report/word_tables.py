"""Printed tables as real Word tables."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.shared import Inches, Pt

from osa_survey.report import word_parts as parts
from osa_survey.report.html import is_statistic
from osa_survey.report.messages import message
from osa_survey.report.printed import PrintedTable
from osa_survey.report.sources import split_links

SIZE, NARROW_SIZE, TINY_SIZE = 9.5, 8.5, 7.5  # points, by how many columns share the page
MANY, VERY_MANY = 6, 9
INDENT = 0.15
PADDING = 60  # twentieths of a point left and right in a cell
TIGHT = 1.12  # how much a table may be squeezed before its page is turned
SHORT = 14  # rows that are kept on one page
CHARACTER = 0.083  # inches that one character of a cell needs at the usual size


def add_text(paragraph: Any, text: str) -> None:
    """Add text to a paragraph, addresses as links."""
    for piece, address in split_links(text):
        if address:
            parts.add_link(paragraph, piece, address)
        else:
            paragraph.add_run(piece)


def add_printed_table(document: Any, printed: PrintedTable, language: str, width: float) -> None:
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
    """
    columns = len(printed.columns) + 1
    head_rows = 2 if printed.spanners else 1
    table = document.add_table(rows=head_rows + len(printed.rows), cols=columns)
    size = _size(printed, width)
    _prepare(table, printed.title, _widths(printed, width, size))
    _heads(table, printed, head_rows, size)
    for place, row in enumerate(printed.rows, start=head_rows):
        line = table.rows[place]
        parts.keep_together(line)
        stub = line.cells[0]
        if not row.cells and columns > 1:
            stub = stub.merge(line.cells[-1])
        _write(stub, row.head, size, bold=not row.cells, indent=row.depth)
        for cell, content in zip(line.cells[1:], row.cells, strict=False):
            _write(cell, content.text, size, right=True, mark=content.marks)
    if len(table.rows) <= SHORT:
        for line in table.rows[:-1]:
            for cell in line.cells:
                cell.paragraphs[0].paragraph_format.keep_with_next = True
    last = len(printed.notes) - 1
    for place, (mark, note) in enumerate(printed.notes):
        word = message("note", language) if place == 0 and not mark else ""
        add_note(document, word, note, mark=mark, first=place == 0, last=place == last)
    if not printed.notes:
        document.add_paragraph().paragraph_format.space_after = Pt(6)


def add_note(document: Any, word: str, note: str, *, mark: str = "", first: bool = True, last: bool = True) -> None:
    """Add a note below a table or figure: the word "Note" in italics, or its raised mark, then the text."""
    paragraph = document.add_paragraph()
    paragraph.paragraph_format.space_before = Pt(3 if first else 0)
    paragraph.paragraph_format.space_after = Pt(12 if last else 0)
    paragraph.paragraph_format.line_spacing = 1.0
    if mark:
        paragraph.add_run(mark).font.superscript = True
    if word:
        paragraph.add_run(word).italic = True
    if mark or word:
        paragraph.add_run(" ")
    add_text(paragraph, note)
    for run in paragraph.runs:
        run.font.size = Pt(9)


def add_plain_table(
    document: Any, title: str, heads: Sequence[str], rows: Sequence[Sequence[str]], width: float
) -> None:
    """Add a table of plain texts."""
    table = document.add_table(rows=1 + len(rows), cols=len(heads))
    widths = [width * 0.28] + [width * 0.72 / (len(heads) - 1)] * (len(heads) - 1)
    if len(heads) == 3:
        widths = [width * 0.26, width * 0.12, width * 0.62]
    _prepare(table, title, widths)
    parts.repeat_as_head(table.rows[0])
    for cell, head in zip(table.rows[0].cells, heads, strict=True):
        _write(cell, head, NARROW_SIZE, bold=True)
        parts.rule_below(cell)
    for line, row in zip(table.rows[1:], rows, strict=True):
        parts.keep_together(line)
        for cell, value in zip(line.cells, row, strict=True):
            _write(cell, value, TINY_SIZE if len(value) > 40 else NARROW_SIZE)


def _prepare(table: Any, title: str, widths: Sequence[float]) -> None:
    table.alignment = WD_TABLE_ALIGNMENT.LEFT
    table.autofit = False
    parts.set_rules(table)
    parts.set_margins(table, PADDING)
    parts.describe_table(table, title)
    for column, inches in zip(table.columns, widths, strict=True):
        column.width = Inches(inches)
        for cell in column.cells:
            cell.width = Inches(inches)


def needs_landscape(printed: PrintedTable, width: float) -> bool:
    """Tell whether a table has more than a page of this width can hold."""
    return not _fits(printed, _size(printed, width), width)


def _fits(printed: PrintedTable, size: float, width: float) -> bool:
    return sum(_needed(printed, size)) + min(0.25 * width, _stub(printed, size)) <= TIGHT * width


def _size(printed: PrintedTable, width: float) -> float:
    """Return the size of the letters: by the number of columns, or smaller where that spares a turned page."""
    columns = len(printed.columns) + 1
    usual = TINY_SIZE if columns > VERY_MANY else NARROW_SIZE if columns > MANY else SIZE
    return next(
        (size for size in (usual, NARROW_SIZE, TINY_SIZE) if size <= usual and _fits(printed, size, width)), usual
    )


def _needed(printed: PrintedTable, size: float) -> list[float]:
    """Return the inches each column needs: for its longest number and the longest word of its head."""
    scale = CHARACTER * size / SIZE
    needed = []
    for place, column in enumerate(printed.columns):
        texts = [row.cells[place].text for row in printed.rows if row.cells]
        longest = max([len(text) for text in texts], default=4)
        words = max([len(word) for word in column.head.split()], default=2)
        needed.append(max(0.42, scale * max(longest, words) + 2 * PADDING / 1440 + 0.04))
    return needed


def _stub(printed: PrintedTable, size: float) -> float:
    longest = max([len(row.head) + 2 * row.depth for row in printed.rows], default=8)
    return CHARACTER * size / SIZE * longest + 0.3


def _widths(printed: PrintedTable, width: float, size: float) -> list[float]:
    """Return the width of each column: what its numbers need, the row heads taking the rest."""
    needed = _needed(printed, size)
    stub = _stub(printed, size)
    least = min(0.25 * width, stub)
    room = width - least
    if sum(needed) > room:
        needed = [value * room / sum(needed) for value in needed]
    return [min(width - sum(needed), stub), *needed]


def _heads(table: Any, printed: PrintedTable, head_rows: int, size: float) -> None:
    for row in table.rows[:head_rows]:
        parts.repeat_as_head(row)
    last = table.rows[head_rows - 1]
    _write(last.cells[0], printed.row_head, size)
    for cell, column in zip(last.cells[1:], printed.columns, strict=True):
        _write(cell, column.head, size, right=True, italic=is_statistic(column.head))
    if printed.spanners:
        first = 1
        cells = table.rows[0].cells
        for head, span in printed.spanners:
            cell = cells[first] if span == 1 else cells[first].merge(cells[first + span - 1])
            if head:
                _write(cell, head, size, centre=True)
                parts.rule_below(cell)
            first += span
    for cell in last.cells:
        parts.rule_below(cell)


def _write(
    cell: Any,
    text: str,
    size: float,
    *,
    bold: bool = False,
    italic: bool = False,
    right: bool = False,
    centre: bool = False,
    indent: int = 0,
    mark: str = "",
) -> None:
    paragraph = cell.paragraphs[0]
    form = paragraph.paragraph_format
    form.space_before = form.space_after = Pt(1.5)
    form.line_spacing = 1.0
    if indent:
        form.left_indent = Inches(INDENT * indent)
    if right or centre:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT if right else WD_ALIGN_PARAGRAPH.CENTER
    base, _, below = text.partition("_") if italic else (text, "", "")
    for piece in filter(None, (base, below)):
        run = paragraph.add_run(piece)
        run.font.size = Pt(size)
        run.bold, run.italic = bold or None, italic or None
        run.font.subscript = (piece is below) or None
    if mark:
        note = paragraph.add_run(mark)
        note.font.size, note.font.superscript = Pt(size), True
