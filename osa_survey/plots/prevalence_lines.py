"""Prevalence over the groups of one variable, such as ages, with a line for each group of another."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from osa_survey.plots.canvas import (
    FONT,
    SMALL,
    WIDTH,
    finish,
    legend_columns,
    legend_height,
    legend_labels,
    nothing_drawn,
    series_legend,
    shortened,
)
from osa_survey.plots.dot_rows import dot_rows_alt
from osa_survey.plots.group_ticks import group_ticks, stands_beside, upright_height
from osa_survey.plots.palette import INK, MUTED, PAPER, RULE, SeriesStyle, series_style
from osa_survey.plots.reading import Point, axis_label, numbers, points, title_of, unique
from osa_survey.plots.row_plans import TALLEST
from osa_survey.plots.words import word
from osa_survey.results import Result

COLUMNS = 2
PANEL_INCHES = 1.9
HEAD_INCHES = 0.5
SCALE_INCHES = 0.5  # what the vertical axis takes of a panel's width
TITLE_CHARACTERS = 54  # of a title over one panel as wide as the figure
SHIFT = 0.12  # how far series of one group stand apart


def prevalence_lines(result: Result, *, ax: Axes | None = None, language: str = "en") -> Axes:
    """Draw the percentage of each activity over the groups, one panel for each activity and one line for each series.

    Parameters
    ----------
    result : Result
        The crossed percentages of ``prevalence``: ``group`` runs along the axis, ``level`` makes the lines.
    ax : Axes, optional
        Where to draw the first activity; by default a figure with a panel for each.
    language : {"en", "de"}
        The language of the words that are not in the table.

    Returns
    -------
    Axes
        The axes of the first panel, in percent.
    """
    activities = unique([str(name) for name in numbers(result, "proportion")["outcome"]])
    panels = {name: _points(result, name) for name in activities}
    found = [point for own in panels.values() for point in own]
    if not any(point.drawable for point in found):
        return nothing_drawn(ax, result, language, "all_hidden" if found else "nothing")
    groups, series = unique([p.label for p in found]), unique([p.series for p in found])
    columns = _columns(len(activities), groups)
    known, width = len(activities), WIDTH / columns - SCALE_INCHES
    if ax is None:
        activities = activities[: columns * _rows(math.ceil(known / columns), groups, width, series)]
    axes = [ax] if ax is not None else _panels(len(activities), columns, groups, width, series)
    if ax is None and len(activities) < known:
        text = word("first_drawn", language).format(drawn=len(activities), known=known)
        figure = axes[0].figure
        if isinstance(figure, Figure):
            figure.supxlabel(text, fontsize=SMALL, fontstyle="italic", color=MUTED)
    top = min(100.0, 1.12 * max(100 * (p.high if p.has_interval else p.estimate) for p in found if p.drawable) + 2)
    for place, (name, panel) in enumerate(zip(activities, axes, strict=False)):
        _draw(panel, panels[name], groups, series, language)
        group_ticks(panel, groups, width)
        panel.set_xlim(-0.5, len(groups) - 0.5)
        panel.set_ylim(0, top)
        panel.set_title(
            shortened(title_of(result, name), TITLE_CHARACTERS // columns, 2),
            fontsize=FONT,
            color=INK,
            loc="left",
            pad=4,
        )
        if place % columns == 0:
            panel.set_ylabel(axis_label("proportion", found, language, "%"), fontsize=SMALL, color=INK)
    _legend(axes[0], series, alone=ax is not None)
    return finish(axes[0], result, language)


def _legend(first: Axes, series: Sequence[str], *, alone: bool) -> None:
    series_legend(first, series, markers=True)
    legend = first.get_legend()
    figure = first.figure
    if alone or legend is None or not isinstance(figure, Figure):
        return
    handles = legend.legend_handles
    legend.remove()
    figure.legend(
        handles=[handle for handle in handles if handle is not None],
        labels=legend_labels(series),
        loc="outside upper left",
        ncols=legend_columns(series),
        frameon=False,
        fontsize=SMALL,
        labelcolor=INK,
    )


def _columns(number: int, groups: Sequence[str]) -> int:
    """Return how many panels stand beside each other: two where the names of the groups have room."""
    narrow = WIDTH / COLUMNS - SCALE_INCHES
    return COLUMNS if number > 1 and stands_beside(groups, narrow) else 1


def _height(rows: int, groups: Sequence[str], width: float, series: Sequence[str]) -> float:
    return PANEL_INCHES * rows + upright_height(groups, width) + legend_height(series) + HEAD_INCHES


def _rows(rows: int, groups: Sequence[str], width: float, series: Sequence[str]) -> int:
    """Return how many rows of panels fit one page."""
    return max(1, min(rows, math.floor((TALLEST - _height(0, groups, width, series)) / PANEL_INCHES)))


def _panels(number: int, columns: int, groups: Sequence[str], width: float, series: Sequence[str]) -> list[Axes]:
    rows = math.ceil(number / columns)
    height = _height(rows, groups, width, series)
    figure = Figure(figsize=(WIDTH, height), layout="constrained", facecolor=PAPER)
    axes = np.atleast_1d(figure.subplots(rows, columns, sharex=True, sharey=True, squeeze=True)).ravel()
    for spare in axes[number:]:
        spare.set_visible(False)
    if number > columns:  # a panel without one below it names its groups itself
        for place in range(max(0, number - columns), number):
            axes[place].xaxis.set_tick_params(labelbottom=True)
    return list(axes[:number])


def _draw(ax: Axes, found: Sequence[Point], groups: Sequence[str], series: Sequence[str], language: str) -> None:
    ax.set_facecolor("none")
    for side in ("top", "right"):
        ax.spines[side].set_visible(False)
    for side in ("left", "bottom"):
        ax.spines[side].set_color(MUTED)
    ax.grid(axis="y", color=RULE, linewidth=0.6)
    ax.set_axisbelow(True)
    for place, name in enumerate(series):
        style = series_style(place)
        own = {point.label: point for point in found if point.series == name}
        offset = SHIFT * (place - (len(series) - 1) / 2)
        x = [position + offset for position, group in enumerate(groups) if group in own and own[group].drawable]
        drawn = [own[group] for group in groups if group in own and own[group].drawable]
        y = [100 * point.estimate for point in drawn]
        if any(point.has_interval for point in drawn):
            below = [100 * (p.estimate - p.low) if p.has_interval else 0.0 for p in drawn]
            above = [100 * (p.high - p.estimate) if p.has_interval else 0.0 for p in drawn]
            ax.errorbar(x, y, yerr=[below, above], fmt="none", ecolor=INK, elinewidth=0.9, capsize=2, zorder=2)
        _line(ax, groups, own, offset, style)
        ax.plot(x, y, ls="", marker=style.marker, ms=5.5, mfc=style.colour, mec=INK, mew=0.7, zorder=3)
    hidden = sum(point.hidden for point in found)
    if hidden:
        text = f"{hidden} {word('hidden_mark', language)}"
        ax.annotate(
            text,
            (1, 1),
            xycoords="axes fraction",
            ha="right",
            va="top",
            fontsize=SMALL,
            color=MUTED,
            style="italic",
        )
    ax.tick_params(axis="y", labelsize=SMALL, colors=MUTED, labelcolor=INK)


def _line(ax: Axes, groups: Sequence[str], own: dict[str, Point], offset: float, style: SeriesStyle) -> None:
    """Draw the line of a series, broken where a number is hidden."""
    values = [100 * own[g].estimate if g in own and own[g].drawable else math.nan for g in groups]
    places = [position + offset for position in range(len(groups))]
    ax.plot(places, values, color=style.colour, linestyle=style.line, linewidth=1.3, zorder=1)


def prevalence_lines_alt(result: Result, language: str = "en") -> str:
    """Return in words where each activity is most and least common."""
    told = []
    for name in unique([str(name) for name in numbers(result, "proportion")["outcome"]]):
        text = dot_rows_alt(_points(result, name), "proportion", word("percentages", language), language)
        told.append(f"{title_of(result, name)}: {text}")
    return " ".join(told) or word("nothing", language)


def _points(result: Result, activity: str) -> list[Point]:
    table = numbers(result, "proportion")
    return points(result, table.loc[table["outcome"] == activity], ("group",), "level")
