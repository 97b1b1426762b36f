"""Forest plots of groups or studies: squares sized by weight, a diamond for the pooled value, prediction interval."""

from __future__ import annotations

import math

from matplotlib.axes import Axes
from matplotlib.patches import Polygon
from matplotlib.ticker import PercentFormatter

from osa_survey import formatting
from osa_survey.plots.canvas import SMALL, all_hidden, finish, mark_row, own_axes, quiet
from osa_survey.plots.palette import INK, series_style
from osa_survey.plots.reading import Point, axis_label, interval_clause, numbers, points, with_interval
from osa_survey.plots.row_plans import planned_rows, row_labels
from osa_survey.plots.words import word
from osa_survey.results import Result
from osa_survey.results.columns import QUANTITIES
from osa_survey.results.display import printed

OWN = ("proportion", "mean", "group_estimate")
POOLED = ("pooled_proportion", "pooled_mean", "pooled_estimate")
NAMES = {"proportion": "percent_base", "mean": "mean", "group_estimate": "group_value"}
SMALLEST, LARGEST = 3.5, 9.0  # points: the squares of the lightest and the heaviest group
THICK = 0.28  # rows: half the height of the diamond


def study_forest(result: Result, *, ax: Axes | None = None, language: str = "en") -> Axes:
    """Draw each group with its interval, the pooled value and where a further group is expected.

    Parameters
    ----------
    result : Result
        A result of ``meta_analysis``.
    ax : Axes, optional
        Where to draw; by default a new figure.
    language : {"en", "de"}
        The language of the labels.

    Returns
    -------
    Axes
        The axes.
    """
    quantity, groups, pooled, further = _read(result)
    if not any(point.drawable for point in groups):
        return all_hidden(own_axes(ax, 1.7), language, "all_hidden" if groups else "nothing")
    labels = [point.label for point in groups]
    tail = [word("pooled", language)] if pooled is not None else []
    tail += [word("further_group", language)] if further is not None else []
    rows = planned_rows([*labels, *tail], extra=1.0)
    ax = own_axes(ax, rows.height)
    quiet(ax, axis_label(quantity, groups, language, word(NAMES[quantity], language)))
    row_labels(ax, rows)
    sizes = _sizes(result, len(groups))
    style = series_style(0)
    for row, (point, size) in enumerate(zip(groups, sizes, strict=True)):
        if not point.drawable:
            mark_row(ax, row, language)
            continue
        ax.plot([point.low, point.high], [row, row], color=INK, linewidth=1.1, zorder=2)
        ax.plot([point.estimate], [row], ls="", marker="s", ms=size, mfc=style.colour, mec=INK, mew=0.7, zorder=3)
        _beside(ax, row, with_interval(quantity, point, language))
    if pooled is not None:
        _draw_pooled(ax, len(groups), pooled, language, quantity)
    if further is not None:
        row = len(groups) + (pooled is not None)
        ax.plot([further.low, further.high], [row, row], color=INK, linewidth=3.0, solid_capstyle="butt", zorder=2)
        _beside(ax, row, formatting.bracketed(printed(quantity, further.low), printed(quantity, further.high)))
    if QUANTITIES[quantity].style == "percent":
        ax.xaxis.set_major_formatter(PercentFormatter(1.0, decimals=0, symbol=""))
    return finish(ax, result, language)


def study_forest_alt(result: Result, language: str = "en") -> str:
    """Return in words the lowest and highest group, the pooled value and the prediction interval."""
    quantity, groups, pooled, further = _read(result)
    shown = [point for point in groups if point.drawable]
    if not shown:
        return word("all_hidden" if groups else "nothing", language)
    lowest, highest = min(shown, key=lambda p: p.estimate), max(shown, key=lambda p: p.estimate)
    text = word("study_forest", language).format(
        n=len(shown),
        what=word(NAMES[quantity], language),
        lowest=f"{lowest.label} {with_interval(quantity, lowest, language)}",
        highest=f"{highest.label} {with_interval(quantity, highest, language)}",
    )
    if pooled is not None:
        text += word("study_pooled", language).format(value=with_interval(quantity, pooled, language))
    if further is not None:
        low, high = printed(quantity, further.low), printed(quantity, further.high)
        text += word("study_prediction", language).format(low=low, high=high)
    hidden = len(groups) - len(shown)
    text += " " + word("rest", language).format(n=hidden) if hidden else ""
    return text + interval_clause(shown, language)


def _read(result: Result) -> tuple[str, list[Point], Point | None, Point | None]:
    quantity = next((name for name in OWN if len(numbers(result, name))), OWN[0])
    groups = points(result, numbers(result, quantity), ("group",))
    table = numbers(result, *POOLED)
    pooled = points(result, table.loc[table["level"] == ""], ("outcome",))
    further = points(result, table.loc[table["level"] != ""], ("outcome",))
    shown = [found[0] if found and found[0].has_interval else None for found in (pooled, further)]
    return quantity, groups, shown[0], shown[1]


def _sizes(result: Result, groups: int) -> list[float]:
    weights = [float(value) for value in numbers(result, "pooling_weight")["estimate"]]
    top = max((weight for weight in weights if math.isfinite(weight)), default=1.0)
    if len(weights) != groups:
        return [SMALLEST] * groups
    return [
        SMALLEST + (LARGEST - SMALLEST) * math.sqrt(weight / top) if math.isfinite(weight) else SMALLEST
        for weight in weights
    ]


def _draw_pooled(ax: Axes, row: int, point: Point, language: str, quantity: str) -> None:
    corners = [(point.low, row), (point.estimate, row - THICK), (point.high, row), (point.estimate, row + THICK)]
    ax.add_patch(Polygon(corners, closed=True, facecolor=series_style(1).colour, edgecolor=INK, linewidth=0.8))
    ax.axvline(point.estimate, color=INK, linewidth=0.7, linestyle=(0, (4, 3)), zorder=1)
    _beside(ax, row, with_interval(quantity, point, language))


def _beside(ax: Axes, row: float, text: str) -> None:
    ax.annotate(
        text,
        (1.0, row),
        xycoords=("axes fraction", "data"),
        xytext=(6, 0),
        textcoords="offset points",
        va="center",
        fontsize=SMALL,
        color=INK,
        annotation_clip=False,
    )
