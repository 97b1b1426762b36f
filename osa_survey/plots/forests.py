"""Regression coefficients with their intervals."""

from __future__ import annotations

import math

import pandas as pd
from matplotlib.axes import Axes

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
from osa_survey.plots.dot_rows import most_in_a_row, row_offset
from osa_survey.plots.log_axes import logarithmic_axis
from osa_survey.plots.palette import INK, MUTED, series_style
from osa_survey.plots.reading import Point, axis_label, interval_clause, numbers, points, unique, with_interval
from osa_survey.plots.row_plans import planned_rows, row_labels
from osa_survey.plots.words import word
from osa_survey.results import Result

RATIOS = ("odds_ratio", "rate_ratio", "relative_risk_ratio")
PREFERRED = (
    "rate_ratio",
    "relative_risk_ratio",
    "odds_ratio",
    "b",
    "beta",
    "prediction_difference",
    "average_slope",
    "prediction",
    "residual_mean",
    "semipartial_r",
    "correlation_difference",
)
PREDICTED = ("prediction_difference", "average_slope", "prediction")
INTERCEPTS = ("intercept", "(intercept)", "constant", "achsenabschnitt", "konstante")


def coefficients(result: Result, *, ax: Axes | None = None, language: str = "en") -> Axes:
    """Draw the coefficients of a model with their intervals; odds ratios on a logarithmic axis.

    Parameters
    ----------
    result : Result
        A result of ``regress``. Of several blocks the last one, the full model, is drawn; the intercept is left to
        the table.
    ax : Axes, optional
        Where to draw; by default a new figure.
    language : {"en", "de"}
        The language of the words that are not in the table.

    Returns
    -------
    Axes
        The axes, with a line at no association.
    """
    quantity, found = _points(result)
    drawable = [point for point in found if _fits(point, quantity)]
    if not drawable:
        return nothing_drawn(ax, result, language, "all_hidden" if found else "nothing")
    names, series = unique([p.label for p in found]), unique([p.series for p in found])
    rows = planned_rows(names, extra=1.0 + legend_height(series), lines=most_in_a_row(found))
    ax = own_axes(ax, rows.height)
    quiet(ax, axis_label(quantity, drawable, language, word(quantity, language)))
    row_labels(ax, rows)
    for point in found:
        place = series.index(point.series)
        row = names.index(point.label) + row_offset(point, found)
        if not _fits(point, quantity):
            mark_row(ax, row, language, key=_why_not(point))
            continue
        style = series_style(place)
        if point.has_interval:
            left, right = point.estimate - point.low, point.high - point.estimate
            ax.errorbar(
                [point.estimate], [row], xerr=[[left], [right]], fmt="none", ecolor=INK, elinewidth=1.1, capsize=2.5
            )
        filled = _excludes_null(point, quantity)
        face = style.colour if filled else "white"
        ax.plot([point.estimate], [row], ls="", marker=style.marker, ms=6.5, mfc=face, mec=INK, mew=0.9, zorder=3)
        if rows.crowded and len(series) > 1:
            continue
        ax.annotate(
            with_interval(quantity, point, language),
            (1.0, row),
            xycoords=("axes fraction", "data"),
            xytext=(6, 0),
            textcoords="offset points",
            va="center",
            fontsize=SMALL,
            color=INK,
            annotation_clip=False,
        )
    if quantity in RATIOS:
        logarithmic_axis(ax, drawable)
    if quantity != "prediction":
        ax.axvline(_null(quantity), color=MUTED, linewidth=0.9, linestyle=(0, (4, 3)), zorder=1)
    if len(series) > 1:
        series_legend(ax, series, markers=True)
    return finish(ax, result, language)


def coefficients_alt(result: Result, language: str = "en") -> str:
    """Return in words which terms have an interval that excludes no association, and in which direction."""
    quantity, found = _points(result)
    shown = [point for point in found if _fits(point, quantity)]
    if not shown:
        return word("all_hidden" if found else "nothing", language)
    clear = [point for point in shown if _excludes_null(point, quantity)]
    null = "1" if quantity in RATIOS else "0"
    what = word(quantity, language)
    if clear:
        above = [point for point in clear if point.low > float(null)]
        sides = (("above", above), ("below", [point for point in clear if point.high < float(null)]))
        listed = "; ".join(
            word(side, language).format(
                null=null, listed="; ".join(_told(point, quantity, language) for point in points)
            )
            for side, points in sides
            if points
        )
        text = word("forest", language).format(n=len(shown), what=what, clear=len(clear), null=null, listed=listed)
    else:
        text = word("forest_none", language).format(n=len(shown), what=what, null=null)
    hidden = sum(point.hidden for point in found)
    text += " " + word("rest", language).format(n=hidden) if hidden else ""
    return text + interval_clause(shown, language)


def _told(point: Point, quantity: str, language: str) -> str:
    name = ", ".join(part for part in (point.label, point.series) if part)
    return f"{name} {with_interval(quantity, point, language)}"


def _why_not(point: Point) -> str:
    """Return why a term has no mark: hidden, or without a finite estimate."""
    return "hidden_mark" if point.hidden else "no_estimate"


def _is_reference(point: Point) -> bool:
    """Tell whether a row has no number because the others of its variable are compared with it."""
    return not point.hidden and math.isnan(point.estimate) and not point.warned


def _null(quantity: str) -> float:
    return 1.0 if quantity in RATIOS else 0.0


def _fits(point: Point, quantity: str) -> bool:
    return point.drawable and (quantity not in RATIOS or point.estimate > 0)


def _excludes_null(point: Point, quantity: str) -> bool:
    null = _null(quantity)
    return point.has_interval and (point.low > null or point.high < null)


def _points(result: Result) -> tuple[str, list[Point]]:
    for quantity in PREFERRED:
        table = _full_model(numbers(result, quantity))
        if len(table):
            several = table["group"].nunique() > 1
            outcomes = table["outcome"].nunique() > 1
            series = "group" if several else "outcome" if outcomes else ""
            possible = ("term", "contrast", "level") if quantity in PREDICTED else ("term", "contrast")
            keys = tuple(key for key in possible if (table[key] != "").any()) or ("term",)
            return quantity, [point for point in points(result, table, keys, series) if not _is_reference(point)]
    return "b", []


def _full_model(table: pd.DataFrame) -> pd.DataFrame:
    if not len(table):
        return table
    table = table.loc[~table["term"].str.lower().isin(INTERCEPTS)]
    levels = table["level"].unique()
    if table["quantity"].isin(PREDICTED).any():
        return table
    return table.loc[table["level"] == levels[-1]] if len(levels) > 1 else table
