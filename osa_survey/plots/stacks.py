"""Bars put together from parts: the drawing that cross tables and missing answers share."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from matplotlib.axes import Axes

from osa_survey import formatting
from osa_survey.plots.canvas import LABEL_CHARACTERS, SMALL, legend_height, mark_row, own_axes, quiet, series_legend
from osa_survey.plots.palette import INK, series_style
from osa_survey.plots.row_plans import DENSE, planned_rows, row_labels

WIDE_ENOUGH = 0.075  # a smaller part has no room for its number
LONG_LABEL = 31  # characters of labels of many bars, so that few need a third line
MARK = 0.45  # share of the width that the mark for hidden parts needs


@dataclass(frozen=True)
class Stack:
    """One bar: part → share, NaN where the gate hides it."""

    label: str
    shares: Mapping[str, float]


def draw_stacks(
    stacks: Sequence[Stack],
    parts: Sequence[str],
    *,
    ax: Axes | None,
    language: str,
    xlabel: str,
    full: bool,
    places: Sequence[int] | None = None,
) -> Axes:
    """Draw each stack as one horizontal bar, in percent.

    Parameters
    ----------
    stacks : sequence of Stack
        The bars from top to bottom.
    parts : sequence of str
        The parts from left to right.
    ax : Axes or None
        Where to draw.
    language : str
        The language of the marks.
    xlabel : str
        The label of the axis.
    full : bool
        Whether the axis reaches 100 %; else it fits the longest bar.
    places : sequence of int, optional
        The position of each part in the palette; by default its own.
    """
    styles = [series_style(place) for place in (range(len(parts)) if places is None else places)]
    names = [stack.label for stack in stacks]
    characters = LABEL_CHARACTERS if len(stacks) < DENSE else LONG_LABEL
    rows = planned_rows(names, extra=0.9 + legend_height(parts), characters=characters)
    ax = own_axes(ax, rows.height)
    quiet(ax, xlabel)
    row_labels(ax, rows)
    limit = max([1.0 if full else 0.01, *(_room(stack, full) for stack in stacks)])
    for row, stack in enumerate(stacks):
        left = 0.0
        for part, style in zip(parts, styles, strict=True):
            share = stack.shares.get(part, 0.0)
            if not math.isfinite(share) or share <= 0:
                continue
            ax.barh(
                row,
                100 * share,
                left=100 * left,
                height=0.66,
                color=style.colour,
                hatch=style.hatch,
                edgecolor=INK,
                linewidth=0.6,
            )
            if share / limit >= WIDE_ENOUGH:
                ax.text(
                    100 * (left + share / 2),
                    row,
                    formatting.percent(share, 0 if full else 1, sign=False),
                    ha="center",
                    va="center",
                    fontsize=SMALL,
                    color=INK,
                    bbox={"boxstyle": "round,pad=0.15", "facecolor": "white", "edgecolor": "none", "alpha": 0.9},
                )
            left += share
        if any(math.isnan(value) for value in stack.shares.values()):
            mark_row(ax, row, language, start=left / limit + 0.01)
    ax.set_xlim(0, 100 * limit)
    ax.set_xticks([tick for tick in ax.get_xticks() if 0 <= tick <= min(100.0, 100 * limit)])
    series_legend(ax, parts, markers=False, places=places)
    return ax


def _room(stack: Stack, full: bool) -> float:
    """Return how far the axis must reach for a bar and, if parts of it are hidden, for the mark beside it."""
    drawn = sum(share for share in stack.shares.values() if math.isfinite(share))
    if any(math.isnan(share) for share in stack.shares.values()):
        return drawn / (1 - MARK)
    return drawn if full else 1.12 * drawn
