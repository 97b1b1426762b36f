"""Names along a horizontal axis: broken where they fit side by side, upright where they do not."""

from __future__ import annotations

import math
from collections.abc import Sequence

from matplotlib.axes import Axes

from osa_survey.plots.canvas import SMALL, shortened, wrapped
from osa_survey.plots.palette import INK

LETTER = 0.6 * SMALL / 72  # inches of a usual letter
BETWEEN = 1  # letters between two names
UPRIGHT_CHARACTERS = 20
LINE_INCHES = 1.3 * SMALL / 72
MOST_LINES = 3


def letters_between(names: Sequence[str], inches: float) -> int:
    """Return how many letters a name has room for if all stand side by side."""
    return max(0, math.floor(inches / max(len(names), 1) / LETTER) - BETWEEN)


def stands_beside(names: Sequence[str], inches: float) -> bool:
    """Tell whether names can stand side by side, with no word broken and in few lines.

    Examples
    --------
    >>> stands_beside(["man", "woman"], 2.0), stands_beside(["man", "another gender"] * 4, 2.0)
    (True, False)
    """
    room = letters_between(names, inches)
    words = [len(part) for name in names for part in name.split()]
    return max(words, default=0) <= room and all(wrapped(name, room).count("\n") < MOST_LINES for name in names)


def group_ticks(ax: Axes, names: Sequence[str], inches: float) -> None:
    """Write names below the places 0, 1, 2 and so on.

    Parameters
    ----------
    ax : Axes
        The axes.
    names : sequence of str
        One name for each place; of names that stand upright the middle is left out where they are long.
    inches : float
        How wide the axes will be.
    """
    if stands_beside(names, inches):
        labels = [wrapped(name, letters_between(names, inches)) for name in names]
        ax.set_xticks(range(len(names)), labels, fontsize=SMALL, color=INK)
        return
    each = inches / max(len(names), 1)
    every = max(1, math.ceil(LINE_INCHES / each))
    lines = min(2, max(1, math.floor(each / LINE_INCHES)))
    shown = range(0, len(names), every)
    labels = [shortened(names[place], UPRIGHT_CHARACTERS, lines) for place in shown]
    ax.set_xticks(list(shown), labels, fontsize=SMALL, color=INK, rotation=90)


def upright_height(names: Sequence[str], inches: float) -> float:
    """Return the inches that names below an axes need beyond one line."""
    if stands_beside(names, inches):
        room = letters_between(names, inches)
        return LINE_INCHES * max((wrapped(name, room).count("\n") for name in names), default=0)
    return LETTER * min(UPRIGHT_CHARACTERS, max(len(name) for name in names))
