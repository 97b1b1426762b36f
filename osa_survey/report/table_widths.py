"""How wide the columns of a printed table are on paper, and how large its letters."""

from __future__ import annotations

from osa_survey.report.printed import PrintedTable

SIZE, NARROW_SIZE, TINY_SIZE = 9.5, 8.5, 7.5  # points, by how many columns share the page
MANY, VERY_MANY = 6, 9
PADDING = 60  # twentieths of a point left and right in a cell
TIGHT = 1.12  # how much a table may be squeezed before its page is turned
SQUEEZED = 1.35  # how much more a page across holds than estimated: letters of journals are narrower
SHORT = 14  # rows that are kept on one page
CHARACTER = 0.083  # inches that one character of a cell needs at the usual size


def needs_landscape(printed: PrintedTable, width: float) -> bool:
    """Tell whether a table has more than a page of this width can hold."""
    return not _fits(printed, letter_size(printed, width), width)


def letter_size(printed: PrintedTable, width: float) -> float:
    """Return the size of the letters: by the number of columns, or smaller where that spares a turned page.

    Parameters
    ----------
    printed : PrintedTable
        The table as text.
    width : float
        Inches between the margins.

    Returns
    -------
    float
        Points: ``SIZE``, ``NARROW_SIZE`` or ``TINY_SIZE``.
    """
    columns = len(printed.columns) + 1
    usual = TINY_SIZE if columns > VERY_MANY else NARROW_SIZE if columns > MANY else SIZE
    return next(
        (size for size in (usual, NARROW_SIZE, TINY_SIZE) if size <= usual and _fits(printed, size, width)), usual
    )


def column_widths(printed: PrintedTable, width: float, size: float) -> list[float]:
    """Return the inches of each column: what its numbers need, the row heads taking the rest."""
    needed = needed_widths(printed, size)
    stub = stub_width(printed, size)
    least = min(0.25 * width, stub)
    room = width - least
    if sum(needed) > room:
        needed = [value * room / sum(needed) for value in needed]
    return [min(width - sum(needed), stub), *needed]


def plain_widths(columns: int, width: float) -> list[float]:
    """Return the inches of the columns of a table of plain texts; of three, the second holds a short one."""
    if columns == 3:
        return [width * 0.26, width * 0.12, width * 0.62]
    return [width * 0.28] + [width * 0.72 / (columns - 1)] * (columns - 1)


def _fits(printed: PrintedTable, size: float, width: float) -> bool:
    return sum(needed_widths(printed, size)) + min(0.25 * width, stub_width(printed, size)) <= TIGHT * width


def needed_widths(printed: PrintedTable, size: float) -> list[float]:
    """Return the inches each column needs: for its longest number and the longest word of its head."""
    scale = CHARACTER * size / SIZE
    needed = []
    for place, column in enumerate(printed.columns):
        texts = [row.cells[place].text for row in printed.rows if row.cells]
        longest = max([len(text) for text in texts], default=4)
        words = max([len(word) for word in column.head.split()], default=2)
        needed.append(max(0.42, scale * max(longest, words) + 2 * PADDING / 1440 + 0.04))
    return needed


def stub_width(printed: PrintedTable, size: float) -> float:
    """Return the inches of the row heads."""
    words = [len(word) for word in printed.row_head.split()]
    longest = max([*(len(row.head) + 2 * row.depth for row in printed.rows), *words], default=8)
    return CHARACTER * size / SIZE * longest + 0.3
