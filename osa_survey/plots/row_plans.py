"""How rows of a figure fit one page: their height, how their labels are broken, and what is left out of long ones."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass

from matplotlib.axes import Axes

from osa_survey.plots.canvas import FONT, LABEL_CHARACTERS, LINE, SMALL, WIDTH, shortened
from osa_survey.plots.palette import INK, MUTED
from osa_survey.plots.words import word

TALLEST = 12.4  # inches: set at 84 mm such a figure is as high as a page of a journal
LETTER = 0.6  # width of a usual letter, of its size
MARGIN = 0.3  # inches
ROW_GAP, DENSE_GAP = 0.17, 0.09  # inches between two rows, and between two of many
DENSE = 14  # rows
MOST_LINES = 4
CROWDED_CHARACTERS = 34
CROWDED_LINES = 2
CROWDED_LINE = SMALL * 1.22 / 72  # inches
MOST_ROWS = math.floor((TALLEST - 1.2) / CROWDED_LINE)
UNEVEN = 1.5  # rows are at most so much higher than labels need on average


@dataclass(frozen=True)
class RowPlan:
    """Rows from top to bottom.

    Attributes
    ----------
    labels : list of str
        What stands beside each row, broken into lines.
    height : float
        Inches of the figure.
    size : float
        Points of the labels.
    crowded : bool
        Whether rows are so many that numbers beside the marks have no room.
    """

    labels: list[str]
    height: float
    size: float
    crowded: bool


def planned_rows(
    names: Sequence[str],
    *,
    extra: float = 0.9,
    least: float = 1.7,
    lines: int = 1,
    characters: int = LABEL_CHARACTERS,
) -> RowPlan:
    """Return how rows with these names are drawn.

    Parameters
    ----------
    names : sequence of str
        What the rows are called; a line break in a name is kept where there is room.
    extra : float
        Inches for what stands above and below the rows.
    least : float
        Inches a figure has at least.
    lines : int
        Lines each row has at least, for several marks or for text in them.
    characters : int
        Characters of a line of a label.

    Returns
    -------
    RowPlan
        Labels and height. Of many rows labels are smaller and shortened in their middle, so that the figure stays on
        one page; the table beside it has the whole names.

    Examples
    --------
    >>> planned_rows(["man", "woman"]).labels
    ['man', 'woman']
    """
    labels = [shortened(name, characters, MOST_LINES) for name in names]
    gap = ROW_GAP if len(labels) < DENSE else DENSE_GAP
    counts = [label.count("\n") + 1 for label in labels]
    pairs = [(one + other) / 2 for one, other in itertools.pairwise(counts)]
    usual = sum(max(lines, count) for count in counts) / max(len(counts), 1)
    row = max(usual, min(max(pairs, default=usual), UNEVEN * usual))
    height = max(least, len(labels) * (row * LINE + gap) + extra)
    if height <= TALLEST:
        return RowPlan(_apart(names, labels, row + gap / LINE, characters), height, FONT, crowded=False)
    inches = max((TALLEST - extra) / len(labels), CROWDED_LINE)
    most = min(CROWDED_LINES, max(1, math.floor(inches / CROWDED_LINE)))
    short = [shortened(name.replace("\n", " "), CROWDED_CHARACTERS, most) for name in names]
    return RowPlan(short, inches * len(labels) + extra, SMALL, crowded=True)


def _apart(names: Sequence[str], labels: list[str], row: float, characters: int) -> list[str]:
    """Return labels of which no two neighbours need more lines than their rows have."""
    fitted = list(labels)
    for place in range(len(fitted) - 1):
        while True:
            pair = [fitted[place + side].count("\n") + 1 for side in (0, 1)]
            if sum(pair) / 2 <= row or max(pair) == 1:
                break
            longer = place + (pair[1] > pair[0])
            fitted[longer] = shortened(names[longer], characters, max(pair) - 1)
    return fitted


def row_labels(ax: Axes, rows: RowPlan | Sequence[str]) -> None:
    """Write labels for rows 0, 1, 2 … from top to bottom."""
    labels, size = (rows.labels, rows.size) if isinstance(rows, RowPlan) else (list(rows), FONT)
    ax.set_yticks(range(len(labels)), labels, fontsize=size, color=INK, linespacing=1.1)
    ax.set_ylim(len(labels) - 0.5, -0.5)
    ax.tick_params(axis="y", length=0)


def room_beside(rows: RowPlan) -> float:
    """Return the inches that are left beside the labels of rows in a figure of our own."""
    longest = max((len(line) for label in rows.labels for line in label.splitlines()), default=0)
    return WIDTH - MARGIN - longest * LETTER * rows.size / 72


def fitting(heights: Sequence[float], most: float = TALLEST) -> int:
    """Return how many panels of these heights fit one figure, from the first; at least one.

    Examples
    --------
    >>> fitting([3.0, 3.0, 3.0], 7.0)
    2
    """
    number, used = 0, 0.0
    for height in heights:
        used += height
        if used > most and number:
            break
        number += 1
    return number


def tell_rest(ax: Axes, drawn: int, known: int, language: str) -> None:
    """Write below panels how many of them are drawn."""
    ax.annotate(
        word("first_drawn", language).format(drawn=drawn, known=known),
        (0.0, 0.0), xycoords="axes fraction", va="bottom", ha="left", fontsize=SMALL, fontstyle="italic", color=MUTED,
    )  # fmt: skip
