"""Item-rest correlations of a scale."""

from __future__ import annotations

from matplotlib.axes import Axes

from osa_survey.plots.canvas import SMALL, finish, mark_row, nothing_drawn, own_axes, quiet
from osa_survey.plots.palette import INK, MUTED, series_style
from osa_survey.plots.reading import Point, numbers, points
from osa_survey.plots.row_plans import planned_rows, row_labels
from osa_survey.plots.words import word
from osa_survey.results import Result
from osa_survey.results.display import printed

GUIDE = 0.30


def item_rest_bars(result: Result, *, ax: Axes | None = None, language: str = "en") -> Axes:
    """Draw the correlation of each item with the rest of its scale.

    Parameters
    ----------
    result : Result
        A result of ``reliability`` or ``keying``; the items stand in its own table or in a further one.
    ax : Axes, optional
        Where to draw; by default a new figure.
    language : {"en", "de"}
        The language of the words that are not in the table.

    Returns
    -------
    Axes
        The axes. The dashed line at .30 is a customary guide, not a test.
    """
    found = _points(result)
    if not any(point.drawable for point in found):
        return nothing_drawn(ax, result, language, "all_hidden" if found else "nothing")
    rows = planned_rows([point.label for point in found])
    ax = own_axes(ax, rows.height)
    quiet(ax, word("item_rest", language))
    row_labels(ax, rows)
    style = series_style(0)
    for row, point in enumerate(found):
        if not point.drawable:
            mark_row(ax, row, language)
            continue
        hatch = "////" if point.estimate < 0 else ""
        ax.barh(row, point.estimate, height=0.62, color=style.colour, edgecolor=INK, linewidth=0.6, hatch=hatch)
        outward = point.estimate >= 0
        ax.annotate(
            printed("item_rest", point.estimate),
            (point.estimate, row),
            xytext=(4 if outward else -4, 0),
            textcoords="offset points",
            va="center",
            ha="left" if outward else "right",
            fontsize=SMALL,
            color=INK,
        )
    ax.axvline(0, color=INK, linewidth=0.8)
    ax.axvline(GUIDE, color=MUTED, linewidth=0.9, linestyle=(0, (4, 3)))
    ax.annotate(
        word("reference_030", language),
        (GUIDE, 1.0),
        xycoords=("data", "axes fraction"),
        xytext=(0, 2),
        textcoords="offset points",
        ha="center",
        va="bottom",
        fontsize=SMALL,
        color=MUTED,
    )
    drawn = [point.estimate for point in found if point.drawable]
    lowest, highest = min(0.0, *drawn), max(0.4, *drawn)
    ax.set_xlim(lowest - (0.24 if lowest < 0 else 0.0), highest + 0.12)
    return finish(ax, result, language)


def item_rest_bars_alt(result: Result, language: str = "en") -> str:
    """Return in words which items agree least and most with their scale."""
    found = _points(result)
    shown = sorted((point for point in found if point.drawable), key=lambda point: point.estimate)
    if not shown:
        return word("all_hidden" if found else "nothing", language)
    text = word("items", language).format(
        n=len(shown),
        what=word("item_rest", language),
        low=printed("item_rest", shown[0].estimate),
        lowest=shown[0].label,
        high=printed("item_rest", shown[-1].estimate),
        highest=shown[-1].label,
    )
    hidden = sum(point.hidden for point in found)
    return text + (" " + word("rest", language).format(n=hidden) if hidden else "")


def _points(result: Result) -> list[Point]:
    for source in (result, *result.more.values()):
        table = numbers(source, "item_rest")
        if len(table):
            several = table["outcome"].nunique() > 1
            return points(source, table, ("outcome", "term") if several else ("term",))
    return []
