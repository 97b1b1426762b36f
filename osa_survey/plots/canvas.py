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

WIDTH = 4.6  # inches: set at 84 mm, the narrow column of a journal, its texts have 6 points and more
LINE = 0.19  # inches for one line of a label
EMPTY = 1.5  # inches of a figure that draws nothing
FONT = 9.0
SMALL = 8.4
SIDE = 0.08  # inches left and right: a tick that appears while the axes are fitted is not cut off
STRIP = 0.15  # inches below the axes for the banner
LABEL_CHARACTERS = 26
SHORT_LEGEND = 34  # characters that fit beside each other, those of the handles counted
HANDLE_CHARACTERS = 6
HALF_LEGEND = 14  # characters of a name that leave room for a second column
NARROW_MARK = 12
LEGEND_CHARACTERS, LEGEND_LINES = 25, 2
HEAD = 0.6  # share of a shortened text that is its beginning
ELLIPSIS = "…"
LABEL_LINES = 34  # characters of a line that names an axis


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
    layout = ConstrainedLayoutEngine(w_pad=SIDE)
    figure = Figure(figsize=(width, height), layout=layout, facecolor=PAPER)
    return figure.add_subplot()


def wrapped(text: str, width: int = LABEL_CHARACTERS) -> str:
    """Return the text in lines of at most ``width`` characters.

    Examples
    --------
    >>> wrapped("a label that is long", 10).splitlines()
    ['a label', 'that is', 'long']
    """
    whole = " ".join(_broken(part, width) for part in text.split())
    return "\n".join(textwrap.wrap(whole, width, break_long_words=True)) or text


def _broken(part: str, width: int) -> str:
    """Return a word in pieces that fit a line, with hyphens between them."""
    room = width - 1
    if len(part) <= width or room < 1:
        return part
    count = math.ceil(len(part) / room)
    size = math.ceil(len(part) / count)
    return "- ".join(part[start : start + size] for start in range(0, len(part), size))


def shortened(text: str, characters: int, lines: int) -> str:
    """Return a text in at most so many lines; of a longer one beginning and end are kept.

    Examples
    --------
    >>> shortened("one two three four five six", 12, 2).splitlines()
    ['one two', 'thre…ive six']
    """
    parts = "\n".join(wrapped(part, characters) for part in text.split("\n"))
    if parts.count("\n") < lines:
        return parts
    flat = " ".join(text.split())
    for kept in range(min(len(flat) - 1, characters * lines), 1, -1):
        head = math.ceil(HEAD * kept)
        tried = wrapped(flat[:head].rstrip() + ELLIPSIS + flat[len(flat) - (kept - head) :].lstrip(), characters)
        if tried.count("\n") < lines:
            return tried
    return ELLIPSIS


def quiet(ax: Axes, xlabel: str = "", *, grid: bool = True) -> None:
    """Remove what is not data: frame, heavy grid."""
    ax.set_facecolor("none")
    for side in ("top", "right", "left"):
        ax.spines[side].set_visible(False)
    ax.spines["bottom"].set_color(MUTED)
    ax.tick_params(labelsize=SMALL, colors=MUTED, labelcolor=INK)
    if grid:
        ax.grid(axis="x", color=RULE, linewidth=0.6)
        ax.set_axisbelow(True)
    if xlabel:
        ax.set_xlabel("\n".join(wrapped(part, LABEL_LINES) for part in xlabel.split("\n")), fontsize=FONT, color=INK)


def mark_row(
    ax: Axes, row: float, language: str, start: float = 0.01, key: str = "hidden_mark", *, narrow: bool = False
) -> None:
    """Write "hidden (small n)" or another mark into a row; ``start`` is a share of the width."""
    ax.text(
        start,
        row,
        wrapped(word(key, language), NARROW_MARK) if narrow else word(key, language),
        linespacing=0.95,
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


def nothing_drawn(ax: Axes | None, result: Result, language: str, key: str = "all_hidden") -> Axes:
    """Return an axes that says why nothing of a result is drawn, with its banner."""
    return finish(all_hidden(own_axes(ax, EMPTY), language, key), result, language)


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


def legend_labels(names: Sequence[str]) -> list[str]:
    """Return the names of a legend in lines that fit beside long row labels."""
    if legend_columns(names) == 1:
        return [shortened(name, LEGEND_CHARACTERS, LEGEND_LINES) for name in names]
    return list(names)


def legend_height(names: Sequence[str]) -> float:
    """Return the inches that a legend needs."""
    if len(names) < 2:
        return 0.0
    lines = [label.count("\n") + 1 for label in legend_labels(names)]
    return 0.2 * (sum(lines) if legend_columns(names) == 1 else math.ceil(len(names) / legend_columns(names)))


def series_legend(ax: Axes, names: Sequence[str], *, markers: bool, places: Sequence[int] | None = None) -> None:
    """Put a legend above the axes, as markers or as hatched patches, in the order of the series.

    Parameters
    ----------
    ax : Axes
        The axes.
    names : sequence of str
        The series.
    markers : bool
        Markers, or patches.
    places : sequence of int, optional
        The position of each series in the palette; by default its own.
    """
    handles: list[Line2D | Patch] = []
    for position, label in enumerate(legend_labels(names)):
        style = series_style(position if places is None else places[position])
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
            fontsize=SMALL,
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
