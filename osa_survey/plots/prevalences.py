"""Proportions of activities with their intervals, by group."""

from __future__ import annotations

from matplotlib.axes import Axes

from osa_survey.plots.dot_rows import dot_rows_alt, draw_dot_rows
from osa_survey.plots.reading import Point, axis_label, numbers, points, rows_of_layout, unique
from osa_survey.plots.words import word
from osa_survey.results import Result


def prevalence_bars(result: Result, *, ax: Axes | None = None, language: str = "en") -> Axes:
    """Draw the percentage of each activity with its interval, one mark for each group.

    Parameters
    ----------
    result : Result
        A result of ``prevalence``.
    ax : Axes, optional
        Where to draw; by default a new figure.
    language : {"en", "de"}
        The language of the words that are not in the table.

    Returns
    -------
    Axes
        The axes, in percent.
    """
    found = _points(result)
    label = axis_label("proportion", found, language, word("percent_base", language))
    ax = draw_dot_rows(result, found, ax=ax, language=language, quantity="proportion", xlabel=label, scale=100.0)
    if any(point.drawable for point in found):
        highest = max(100 * (p.high if p.has_interval else p.estimate) for p in found if p.drawable)
        ax.set_xlim(0, min(118.0, highest * 1.2 + 2))
        ax.set_xticks([tick for tick in ax.get_xticks() if 0 <= tick <= 100])
    return ax


def prevalence_bars_alt(result: Result, language: str = "en") -> str:
    """Return in words which activities are most and least common."""
    return dot_rows_alt(_points(result), "proportion", word("percentages", language), language)


def _points(result: Result) -> list[Point]:
    table = numbers(result, "proportion")
    rows = rows_of_layout(result.layout, table)
    keys = tuple(key for key in rows if key not in ("group", "term")) or ("outcome",)
    groupings = [name for name in unique(list(table["term"].astype(str))) if name]
    table = table.loc[table["term"].isin(["", *groupings[:1]])]
    return points(result, table, keys, "group" if (table["group"] != "").any() else "")
