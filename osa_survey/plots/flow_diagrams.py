"""The flow of respondents: boxes from the records of the file down to those analysed."""

from __future__ import annotations

import math
from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.patches import FancyArrowPatch, FancyBboxPatch

from osa_survey import formatting
from osa_survey.plots.canvas import FONT, LINE, finish, nothing_drawn, own_axes, wrapped
from osa_survey.plots.palette import INK, MUTED, PALE, PAPER
from osa_survey.plots.reading import numbers, title_of
from osa_survey.plots.words import word
from osa_survey.results import Result

MAIN = (0.0, 0.44)  # left edge and width of the main column, in shares of the axes
SIDE = (0.50, 0.50)
PADDING = 0.1
GAP = 0.12
MAIN_CHARACTERS, SIDE_CHARACTERS = 25, 29


@dataclass(frozen=True)
class Box:
    """One box: its text, which column it stands in, and its place in inches from the top."""

    text: str
    main: bool
    top: float
    height: float


def flow_diagram(result: Result, *, ax: Axes | None = None, language: str = "en") -> Axes:
    """Draw the flow of respondents.

    Parameters
    ----------
    result : Result
        A result of ``flow``: its rows in order.
    ax : Axes, optional
        Where to draw; by default a new figure.
    language : {"en", "de"}
        The language of the words that are not in the table.

    Returns
    -------
    Axes
        The axes.
    """
    boxes = _boxes(result, language)
    if not boxes:
        return nothing_drawn(ax, result, language, "nothing")
    depth = boxes[-1].top + boxes[-1].height
    ax = own_axes(ax, depth + 0.1)
    ax.set_axis_off()
    ax.set_xlim(-0.01, 1.01)
    ax.set_ylim(depth + 0.03, -0.03)
    above: Box | None = None
    for box in boxes:
        left, width = MAIN if box.main else SIDE
        ax.add_patch(
            FancyBboxPatch(
                (left, box.top),
                width,
                box.height,
                boxstyle="round,pad=0,rounding_size=0.012",
                facecolor=PALE if box.main else PAPER,
                edgecolor=INK if box.main else MUTED,
                linewidth=1.0 if box.main else 0.8,
                linestyle="-" if box.main else (0, (4, 2)),
            )
        )
        middle = box.top + box.height / 2
        anchor = left + width / 2 if box.main else left + 0.02
        side = "center" if box.main else "left"
        ax.text(anchor, middle, box.text, ha=side, va="center", fontsize=FONT, color=INK, linespacing=1.25)
        centre = MAIN[0] + MAIN[1] / 2
        if not box.main:
            _arrow(ax, (centre, middle), (left, middle))
        elif above is not None:
            _arrow(ax, (centre, above.top + above.height), (centre, box.top))
        above = box if box.main else above
    return finish(ax, result, language)


def _arrow(ax: Axes, start: tuple[float, float], end: tuple[float, float]) -> None:
    ax.add_patch(
        FancyArrowPatch(start, end, arrowstyle="-|>", mutation_scale=9, color=INK, linewidth=0.9, shrinkA=0, shrinkB=0)
    )


def _steps(result: Result, language: str) -> list[tuple[str, float, float]]:
    """Return for each row its text, its count, and how many remain after it (NaN where the gate hides it)."""
    table = numbers(result, "count")
    last = len(table) - 1
    remaining = math.nan
    steps = []
    for position, row in enumerate(table.to_dict("records")):
        people = float(row["estimate"])
        remaining = people if position in (0, last) else remaining - people
        text = title_of(result, str(row["term"] or row["level"]))
        steps.append((text[:1].upper() + text[1:], people, remaining))
    return steps


def _n(people: float, language: str) -> str:
    return f"n = {formatting.count(people)}" if math.isfinite(people) else word("hidden_mark", language)


def _boxes(result: Result, language: str) -> list[Box]:
    steps = _steps(result, language)
    boxes: list[Box] = []
    top = 0.0
    for position, (text, people, remaining) in enumerate(steps):
        is_main = position in (0, len(steps) - 1)
        lines = wrapped(text, MAIN_CHARACTERS if is_main else SIDE_CHARACTERS) + "\n" + _n(people, language)
        height = (lines.count("\n") + 1) * LINE + PADDING
        boxes.append(Box(lines, is_main, top, height))
        top += height + GAP
        if not is_main and position < len(steps) - 2:
            lines = word("remain", language).format(n=_n(remaining, language))
            boxes.append(Box(lines, True, top, LINE + PADDING))
            top += LINE + PADDING + GAP
    return boxes


def flow_diagram_alt(result: Result, language: str = "en") -> str:
    """Return what the flow diagram shows, in words."""
    steps = _steps(result, language)
    if not steps:
        return word("nothing", language)
    return word("flow", language) + " " + "; ".join(f"{text}: {_n(n, language)}" for text, n, _ in steps) + "."
