"""How wide the columns of a printed table are on paper, and how large its letters."""

from __future__ import annotations

from osa_survey.report.letter_widths import text_width
from osa_survey.report.printed import PrintedTable

SIZE, NARROW_SIZE, TINY_SIZE = 9.5, 8.5, 7.5  # points, by how many columns share the page
MANY, VERY_MANY = 6, 9
PADDING = 60  # twentieths of a point left and right in a cell
SHORT = 14  # rows that are kept on one page
ROOM = 2 * PADDING / 1440 + 0.04  # inches beside the text of a cell
LEAST, LEAST_STUB = 0.42, 0.25  # inches of a column; the part of the width that row heads may be squeezed to
WORD, SERIF = 1.0, 0.8  # how wide letters are: those Word may fall back on, and the serif of the PDF


def needs_landscape(printed: PrintedTable, width: float, letters: float = WORD) -> bool:
    """Tell whether a table has more than a page of this width can hold."""
    return not _fits(printed, letter_size(printed, width, letters), width, letters)


def letter_size(printed: PrintedTable, width: float, letters: float = WORD) -> float:
    """Return the size of the letters: by the number of columns, or smaller where that spares a turned page.

    Parameters
    ----------
    printed : PrintedTable
        The table as text.
    width : float
        Inches between the margins.
    letters : float
        How wide the letters are, ``WORD`` or ``SERIF``.

    Returns
    -------
    float
        Points: ``SIZE``, ``NARROW_SIZE`` or ``TINY_SIZE``.
    """
    columns = len(printed.columns) + 1
    usual = TINY_SIZE if columns > VERY_MANY else NARROW_SIZE if columns > MANY else SIZE
    sizes = (size for size in (usual, NARROW_SIZE, TINY_SIZE) if size <= usual)
    return next((size for size in sizes if _fits(printed, size, width, letters)), usual)


def column_widths(printed: PrintedTable, width: float, size: float, letters: float = WORD) -> list[float]:
    """Return the inches of each column: what its numbers need, the row heads taking the rest."""
    needed = needed_widths(printed, size, letters)
    stub = stub_width(printed, size, letters)
    room = width - min(LEAST_STUB * width, stub)
    if sum(needed) > room:
        needed = [value * room / sum(needed) for value in needed]
    return [min(width - sum(needed), stub), *needed]


def plain_widths(columns: int, width: float) -> list[float]:
    """Return the inches of the columns of a table of plain texts; of three, the second holds a short one."""
    if columns == 3:
        return [width * 0.26, width * 0.12, width * 0.62]
    return [width * 0.28] + [width * 0.72 / (columns - 1)] * (columns - 1)


def _fits(printed: PrintedTable, size: float, width: float, letters: float) -> bool:
    stub = min(LEAST_STUB * width, stub_width(printed, size, letters))
    return sum(needed_widths(printed, size, letters)) + stub <= width


def needed_widths(printed: PrintedTable, size: float, letters: float = WORD) -> list[float]:
    """Return the inches each column needs: for its longest number and the longest word of its head.

    Columns under one head hold its longest word between them.
    """
    needed = []
    for place, column in enumerate(printed.columns):
        texts = [row.cells[place].text + row.cells[place].marks for row in printed.rows if row.cells]
        widest = max((text_width(text, size) for text in (*set(texts), *column.head.split())), default=0.0)
        needed.append(max(LEAST, letters * widest + ROOM))
    first = 0
    for head, columns in printed.spanners:
        longest = letters * max((text_width(word, size) for word in head.split()), default=0.0) + ROOM
        missing = longest - sum(needed[first : first + columns])
        for place in range(first, first + columns if missing > 0 else first):
            needed[place] += missing / columns
        first += columns
    return needed


def stub_width(printed: PrintedTable, size: float, letters: float = WORD) -> float:
    """Return the inches of the row heads."""
    heads = (text_width("  " * row.depth + row.head, size) for row in printed.rows)
    words = (text_width(word, size) for word in printed.row_head.split())
    return letters * max((*heads, *words), default=0.5) + 0.3
