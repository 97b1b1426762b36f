"""Two sides of each pair as bars that run apart: positive outcomes to the right, negative ones to the left."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from matplotlib.axes import Axes

from osa_survey import formatting
from osa_survey.plots.canvas import (
    SMALL,
    finish,
    legend_height,
    mark_row,
    nothing_drawn,
    own_axes,
    quiet,
    series_legend,
)
from osa_survey.plots.dot_rows import dot_rows_alt
from osa_survey.plots.palette import INK, MUTED, series_style
from osa_survey.plots.reading import Point, axis_label, numbers, points, unique
from osa_survey.plots.row_plans import planned_rows, row_labels
from osa_survey.plots.words import word
from osa_survey.results import Result
from osa_survey.results.display import printed

HEIGHT = 0.62
RIGHT, LEFT = 1.22, 1.5  # what a bar and its number need: on the left the names of the rows stand beside them


def diverging_bars(result: Result, *, ax: Axes | None = None, language: str = "en") -> Axes:
    """Draw the shares with any outcome of both sides of each pair, apart from a common line.

    Parameters
    ----------
    result : Result
        The shares of ``paired``: ``outcome`` names the pair, ``group`` the side; the first side runs to the right.
    ax : Axes, optional
        Where to draw; by default a new figure.
    language : {"en", "de"}
        The language of the words that are not in the table.

    Returns
    -------
    Axes
        The axes, in percent of each side.
    """
    found = _points(result)
    if not any(point.drawable for point in found):
        return nothing_drawn(ax, result, language, "all_hidden" if found else "nothing")
    names, sides = unique([p.label for p in found]), unique([p.series for p in found])
    rows = planned_rows(names, extra=1.0 + legend_height(sides))
    ax = own_axes(ax, rows.height)
    quiet(ax, axis_label("proportion", found, language, word("percent_any", language)))
    row_labels(ax, rows)
    for point in found:
        _bar(ax, names.index(point.label), sides.index(point.series), point, language)
    limit = max(_room(point, LEFT if sides.index(point.series) else RIGHT) for point in found if point.drawable)
    ax.set_xlim(-limit, limit)
    ticks = [tick for tick in ax.get_xticks() if abs(tick) <= min(100.0, limit)]
    ax.set_xticks(ticks, [formatting.shortest(abs(tick)) for tick in ticks])
    ax.axvline(0, color=INK, linewidth=0.9)
    series_legend(ax, sides, markers=False)
    return finish(ax, result, language)


def _room(point: Point, beside: float) -> float:
    """Return how far the axis must reach for a bar and the number beside it."""
    return beside * min(100.0, 100 * (point.high if point.has_interval else point.estimate)) + 1


def _bar(ax: Axes, row: int, side: int, point: Point, language: str) -> None:
    sign = 1 if side == 0 else -1
    if not point.drawable:
        mark_row(
            ax,
            row,
            language,
            start=0.53 if sign > 0 else 0.02,
            key="hidden_mark" if point.hidden else "no_estimate",
            narrow=True,
        )  # fmt: skip
        return
    style = series_style(side)
    value = sign * 100 * point.estimate
    ax.barh(row, value, height=HEIGHT, color=style.colour, hatch=style.hatch, edgecolor=INK, linewidth=0.6, zorder=2)
    end = value
    if point.has_interval:
        low, high = sorted((sign * 100 * point.low, sign * 100 * point.high))
        ax.errorbar(
            [value],
            [row],
            xerr=[[value - low], [high - value]],
            fmt="none",
            ecolor=INK,
            elinewidth=1.1,
            capsize=2.5,
            zorder=3,
        )
        end = high if sign > 0 else low
    ax.annotate(
        printed("proportion", point.estimate),
        (end, row),
        xytext=(sign * 4, 0),
        textcoords="offset points",
        va="center",
        ha="left" if sign > 0 else "right",
        fontsize=SMALL,
        color=MUTED,
    )


def diverging_bars_alt(result: Result, language: str = "en") -> str:
    """Return in words which outcomes are most and least common."""
    return dot_rows_alt(_points(result), "proportion", word("percent_any", language), language)


def _points(result: Result) -> Sequence[Point]:
    found = points(result, numbers(result, "proportion"), ("outcome",), "group")
    return [replace(point, label=point.label or result.title) for point in found]
