"""Rows of dots with intervals: the drawing that group means, prevalences and paired means share."""

from __future__ import annotations

from collections import Counter
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
from osa_survey.plots.palette import INK, MARKERS, MUTED, series_style
from osa_survey.plots.reading import Point, interval_clause, unique, with_interval
from osa_survey.plots.row_plans import MOST_ROWS, planned_rows, row_labels
from osa_survey.plots.words import word
from osa_survey.results import Result
from osa_survey.results.display import printed

SPREAD = 0.62  # share of a row that its series fill
FEW = 4
MARK, SMALL_MARK = 6.5, 4.5  # points


def draw_dot_rows(
    result: Result,
    found: Sequence[Point],
    *,
    ax: Axes | None,
    language: str,
    quantity: str,
    xlabel: str,
    scale: float = 1.0,
    with_n: bool = False,
) -> Axes:
    """Draw one row for each label and one dot with its interval for each series.

    Parameters
    ----------
    result : Result
        The result the points come from.
    found : sequence of Point
        The numbers.
    ax : Axes or None
        Where to draw.
    language : str
        The language of the marks.
    quantity : str
        How numbers beside the dots are printed.
    xlabel : str
        The label of the axis.
    scale : float
        What numbers are multiplied by, 100 for percentages.
    with_n : bool
        Whether the number of people stands beside each label.
    """
    if not any(point.drawable for point in found):
        return nothing_drawn(ax, result, language, "all_hidden" if found else "nothing")
    found = _told_apart(found, language)
    names, series = unique([p.label for p in found]), unique([p.series for p in found])
    labels = [_label(name, found, with_n and len(series) == 1) for name in names]
    if len(names) > MOST_ROWS:
        xlabel += "\n" + word("first_drawn", language).format(drawn=MOST_ROWS, known=len(names))
        names, labels = names[:MOST_ROWS], labels[:MOST_ROWS]
        found = [point for point in found if point.label in names]
    rows = planned_rows(labels, extra=1.0 + legend_height(series), lines=most_in_a_row(found))
    ax = own_axes(ax, rows.height)
    quiet(ax, xlabel)
    row_labels(ax, rows)
    for point in found:
        place = series.index(point.series)
        row = names.index(point.label) + row_offset(point, found)
        if not point.drawable:
            mark_row(ax, row, language, key="hidden_mark" if point.hidden else "no_estimate")
            continue
        style = series_style(place)
        x = scale * point.estimate
        if point.has_interval:
            ax.errorbar(
                [x],
                [row],
                xerr=[[x - scale * point.low], [scale * point.high - x]],
                fmt="none",
                ecolor=INK,
                elinewidth=1.1,
                capsize=2.5,
                zorder=2,
            )
        size = SMALL_MARK if rows.crowded else MARK
        ax.plot([x], [row], ls="", marker=style.marker, ms=size, mfc=style.colour, mec=INK, mew=0.8, zorder=3)
        if rows.crowded and len(series) > 1:
            continue
        right = scale * (point.high if point.has_interval else point.estimate)
        ax.annotate(
            printed(quantity, point.estimate),
            (right, row),
            xytext=(5, 0),
            textcoords="offset points",
            va="center",
            ha="left",
            fontsize=SMALL,
            color=MUTED,
        )
    ax.margins(x=0.12)
    if len(series) > 1:
        series_legend(ax, [name or word("all", language) for name in series], markers=True)
    return finish(ax, result, language)


def row_offset(point: Point, found: Sequence[Point]) -> float:
    """Return how far a mark stands from the middle of its row, beside those of the other series in the row."""
    beside = unique([other.series for other in found if other.label == point.label])
    return SPREAD * ((beside.index(point.series) + 0.5) / len(beside) - 0.5)


def most_in_a_row(found: Sequence[Point]) -> int:
    """Return how many marks the fullest row holds."""
    return max(Counter(label for label, _ in {(point.label, point.series) for point in found}).values())


def _told_apart(found: Sequence[Point], language: str) -> list[Point]:
    """Return points of more series than markers and colours tell apart as rows of their own."""
    if len({point.series for point in found}) <= len(MARKERS):
        return list(found)
    return [
        replace(point, label=f"{point.label}: {point.series or word('all', language)}", series="") for point in found
    ]


def _label(name: str, found: Sequence[Point], with_n: bool) -> str:
    label = name
    if not with_n:
        return label
    own = [point for point in found if point.label == name and point.drawable]
    people = [point.n for point in own if point.n == point.n]
    return f"{label}\n(n = {formatting.count(people[0])})" if people else label


def dot_rows_alt(found: Sequence[Point], quantity: str, what: str, language: str) -> str:
    """Return in words what dots show: all of a few numbers, else the highest and the lowest; two also by direction."""
    shown = [point for point in found if point.drawable]
    if not shown:
        return word("all_hidden" if found else "nothing", language)

    def told(point: Point) -> str:
        name = ", ".join(part for part in (point.label, point.series) if part)
        return f"{name} {with_interval(quantity, point, language)}".strip()

    if len(shown) <= FEW:
        text = word("points_few", language).format(what=what, listed="; ".join(told(point) for point in shown))
    else:
        ordered = sorted(shown, key=lambda point: point.estimate)
        text = word("points", language).format(
            what=what, n=len({p.label for p in found}), highest=told(ordered[-1]), lowest=told(ordered[0])
        )
    if len(shown) == 2 and len(found) == 2:
        text += " " + _direction(shown, quantity, language)
    elif len(shown) > FEW:
        text += _sides(shown, language)
    hidden = sum(point.hidden for point in found)
    if hidden:
        text += " " + word("rest", language).format(n=hidden)
    return text + interval_clause(shown, language)


def _sides(shown: Sequence[Point], language: str) -> str:
    """Return in how many rows the first of two series is higher; nothing where there are not two."""
    series = list(dict.fromkeys(point.series for point in shown))
    if len(series) != 2 or not all(series):
        return ""
    values = {(point.label, point.series): point.estimate for point in shown}
    labels = [label for label in dict.fromkeys(p.label for p in shown) if all((label, one) in values for one in series)]
    higher = sum(values[label, series[0]] > values[label, series[1]] for label in labels)
    first, second = series
    return " " + word("sides", language).format(n=higher, rows=len(labels), first=first, second=second)


def _direction(pair: Sequence[Point], quantity: str, language: str) -> str:
    low, high = sorted(pair, key=lambda point: point.estimate)
    first, second = (", ".join(part for part in (p.label, p.series) if part) for p in (high, low))
    difference = printed(quantity, high.estimate - low.estimate)
    if printed(quantity, high.estimate) == printed(quantity, low.estimate):
        return word("equal", language).format(first=first, second=second)
    return word("direction", language).format(first=first, second=second, difference=difference)
