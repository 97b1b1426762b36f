"""What every figure shares: an axes of its own size, quiet lines, wrapped labels, the mark for hidden numbers."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Sequence

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from osa_survey.disclosure import PROFILES, WORKBENCH
from osa_survey.plots.palette import INK, MUTED, PAPER, RULE, series_style
from osa_survey.plots.words import word
from osa_survey.results import Result

WIDTH = 5.2  # inches: a text column on paper, readable when halved and on a phone
LINE = 0.19  # inches for one line of a label
ROW_GAP, DENSE_GAP = 0.17, 0.09  # inches between two rows, and between two of many
DENSE = 14  # rows
FONT = 9.0
SMALL = 8.0
STRIP = 0.15  # inches below the axes for the banner
LABEL_CHARACTERS = 26
SHORT_LEGEND = 42  # characters that fit beside each other, those of the handles counted
HANDLE_CHARACTERS = 6
HALF_LEGEND = 17  # characters of a name that leave room for a second column


def own_axes(ax: Axes | None, height: float, width: float = WIDTH) -> Axes:
    """Return the axes given, or one in a figure of its own that no global state knows of.

    Parameters
    ----------
    ax : Axes or None
        Where to draw.
    height, width : float
        Inches of a new figure.
    """
    if ax is not None:
        return ax
    figure = Figure(figsize=(width, height), layout="constrained", facecolor=PAPER)
    return figure.add_subplot()


def wrapped(text: str, width: int = LABEL_CHARACTERS) -> str:
    """Return the text in lines of at most ``width`` characters.

    Examples
    --------
    >>> wrapped("a label that is long", 10).splitlines()
    ['a label', 'that is', 'long']
    """
    return "\n".join(textwrap.wrap(text, width, break_long_words=True)) or text


def rows_height(labels: Sequence[str], extra: float = 0.9, least: float = 1.7, lines: int = 1) -> float:
    """Return the inches that horizontal rows with these (wrapped) labels need, each at least ``lines`` lines high."""
    gap = ROW_GAP if len(labels) < DENSE else DENSE_GAP
    needed = sum(max(lines, label.count("\n") + 1) * LINE + gap for label in labels)
    return max(least, needed + extra)


def row_labels(ax: Axes, labels: Sequence[str]) -> None:
    """Write labels for rows 0, 1, 2 … from top to bottom."""
    ax.set_yticks(range(len(labels)), labels, fontsize=FONT, color=INK)
    ax.set_ylim(len(labels) - 0.5, -0.5)
    ax.tick_params(axis="y", length=0)


def quiet(ax: Axes, xlabel: str = "", *, grid: bool = True) -> None:
    """Remove what is not data: frame, heavy grid."""
    ax.set_facecolor("none")
    for side in ("top", "right", "left"):
        ax.spines[side].set_visible(False)
    ax.spines["bottom"].set_color(MUTED)
    ax.tick_params(axis="x", labelsize=SMALL, colors=MUTED, labelcolor=INK)
    if grid:
        ax.grid(axis="x", color=RULE, linewidth=0.6)
        ax.set_axisbelow(True)
    if xlabel:
        ax.set_xlabel(xlabel, fontsize=FONT, color=INK)


def mark_row(ax: Axes, row: float, language: str, start: float = 0.01, key: str = "hidden_mark") -> None:
    """Write "hidden (small n)" or another mark into a row; ``start`` is a share of the width."""
    ax.text(
        start,
        row,
        word(key, language),
        transform=ax.get_yaxis_transform(),
        va="center",
        ha="left",
        fontsize=SMALL,
        fontstyle="italic",
        color=MUTED,
    )


def all_hidden(ax: Axes, language: str, key: str = "all_hidden") -> Axes:
    """Draw an axes that says why nothing is drawn."""
    ax.set_axis_off()
    sentence = wrapped(word(key, language), 60)
    ax.text(0.5, 0.5, sentence, transform=ax.transAxes, ha="center", va="center", fontsize=FONT, color=MUTED)
    return ax


def legend_columns(names: Sequence[str]) -> int:
    """Return how many columns a legend may have without being cut off beside long row labels.

    Examples
    --------
    >>> legend_columns(["no", "yes"]), legend_columns(["refused", "not shown", "broke off", "not answered"])
    (2, 2)
    >>> legend_columns(["in a relationship, living apart", "single"])
    1
    """
    if sum(len(name) + HANDLE_CHARACTERS for name in names) <= SHORT_LEGEND:
        return max(1, len(names))
    return 2 if max(len(name) for name in names) <= HALF_LEGEND else 1


def legend_height(names: Sequence[str]) -> float:
    """Return the inches that a legend needs."""
    return 0.2 * math.ceil(len(names) / legend_columns(names)) if len(names) > 1 else 0.0


def series_legend(ax: Axes, names: Sequence[str], *, markers: bool) -> None:
    """Put a legend above the axes, as markers or as hatched patches, in the order of the series."""
    handles: list[Line2D | Patch] = []
    for position, name in enumerate(names):
        style = series_style(position)
        label = wrapped(name, 24)
        if markers:
            handles.append(
                Line2D([], [], color=style.colour, marker=style.marker, markeredgecolor=INK, ls="", label=label)
            )
        else:
            handles.append(Patch(facecolor=style.colour, hatch=style.hatch, edgecolor=INK, linewidth=0.6, label=label))
    ax.legend(
        handles=handles,
        loc="lower left",
        bbox_to_anchor=(0.0, 1.0),
        ncols=legend_columns(names),
        frameon=False,
        fontsize=SMALL,
        labelcolor=INK,
        handlelength=1.6,
        columnspacing=1.2,
        borderaxespad=0.2,
    )


def finish(ax: Axes, result: Result, language: str = "en") -> Axes:
    """Write the banner of a profile that is not for release below the figure, and return the axes."""
    profile = PROFILES.get(result.released_under, WORKBENCH)
    if not profile.for_release:
        _leave_strip(ax)
        ax.annotate(
            word("not_for_release", language),
            (1.0, 0.0),
            xycoords="figure fraction",
            xytext=(-4, 3),
            textcoords="offset points",
            ha="right",
            va="bottom",
            fontsize=6.5,
            color=MUTED,
            annotation_clip=False,
        ).set_in_layout(False)
    return ax


def _leave_strip(ax: Axes) -> None:
    """Keep the lowest strip of a figure of our own free of its labels."""
    figure = ax.figure
    engine = figure.get_layout_engine() if isinstance(figure, Figure) else None
    if isinstance(figure, Figure) and isinstance(engine, ConstrainedLayoutEngine):
        share = STRIP / figure.get_size_inches()[1]
        engine.set(rect=(0.0, share, 1.0, 1.0 - share))
