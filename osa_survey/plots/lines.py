"""Lines over a short axis: eigenvalues, information, profiles of classes."""

from __future__ import annotations

import math
from dataclasses import dataclass

from matplotlib.axes import Axes

from osa_survey import formatting
from osa_survey.plots.canvas import (
    FONT,
    finish,
    legend_height,
    nothing_drawn,
    own_axes,
    quiet,
    series_legend,
    wrapped,
)
from osa_survey.plots.palette import INK, series_style
from osa_survey.plots.reading import numbers, title_of, unique
from osa_survey.plots.row_plans import planned_rows, row_labels
from osa_survey.plots.words import word
from osa_survey.results import Result, label_of
from osa_survey.results.display import printed

HEIGHT = 2.9
MOST_TICKS, MANY = 9, 28
MARKS_OF_MANY = 6
SETS: tuple[tuple[tuple[str, ...], str, str], ...] = (
    (("eigenvalue", "random_eigenvalue"), "level", "group"),
    (("information",), "level", "group"),
    (("dif_nagelkerke",), "term", "level"),
    (("class_probability",), "term", "group"),
    (("class_mean",), "term", "group"),
)
"""Quantities that are drawn, the key along the axis, the key of a line."""
AXES = {"level": {"eigenvalue": "line_number", "information": "line_trait"}}


@dataclass(frozen=True)
class Curve:
    """One line: its name and its points in the order of the axis."""

    name: str
    x: list[str]
    y: list[float]


def lines(result: Result, *, ax: Axes | None = None, language: str = "en") -> Axes:
    """Draw numbers as lines over their key: a scree plot, information curves, or profiles of classes.

    Parameters
    ----------
    result : Result
        A result of ``dimensionality``, ``graded_response``, ``latent_classes`` or ``latent_profiles``.
    ax : Axes, optional
        Where to draw; by default a new figure.
    language : {"en", "de"}
        The language of the words that are not in the table.

    Returns
    -------
    Axes
        The axes. A random line is dashed.
    """
    source, quantity, curves, hidden = _curves(result, language)
    if not any(math.isfinite(value) for curve in curves for value in curve.y):
        return nothing_drawn(ax, result, language, "all_hidden" if hidden else "nothing")
    names = [curve.name for curve in curves]
    places = unique([x for curve in curves for x in curve.x])
    if not _plain(places):
        names_of_rows = [title_of(source, place) for place in places]
        return finish(_profiles(ax, names_of_rows, places, curves, quantity, language), result, language)
    ax = own_axes(ax, HEIGHT + legend_height(names))
    quiet(ax, grid=False)
    for at, curve in enumerate(curves):
        style = series_style(at)
        many = len(curve.x) > MANY
        random = curve.name.startswith(word("line_random", language))
        ax.plot(
            [float(x) for x in curve.x],
            curve.y,
            color=style.colour,
            marker=style.marker,
            markeredgecolor=INK,
            markersize=4.5,
            markevery=max(1, len(curve.x) // MARKS_OF_MANY) if many else 1,
            linewidth=1.3,
            linestyle="--" if random else "-" if not many else style.line,
        )
    ax.locator_params(axis="x", nbins=MOST_TICKS, integer=quantity == "eigenvalue")
    ax.set_ylabel(wrapped(label_of(quantity, language), 32), fontsize=FONT, color=INK)
    axis = AXES["level"].get(quantity, "")
    if axis:
        ax.set_xlabel(word(axis, language), fontsize=FONT, color=INK)
    if len(names) > 1:
        series_legend(ax, names, markers=True)
    return finish(ax, result, language)


def _profiles(
    ax: Axes | None, names: list[str], places: list[str], curves: list[Curve], quantity: str, language: str
) -> Axes:
    """Draw profiles: a row for each variable, so that its name has room, and a line for each class from row to row."""
    series = [curve.name for curve in curves]
    rows = planned_rows(names, extra=0.9 + legend_height(series))
    ax = own_axes(ax, rows.height)
    quiet(ax, label_of(quantity, language))
    row_labels(ax, rows)
    position = {place: at for at, place in enumerate(places)}
    for at, curve in enumerate(curves):
        style = series_style(at)
        ax.plot(
            curve.y, [position[x] for x in curve.x], color=style.colour, marker=style.marker, markeredgecolor=INK,
            markersize=5, linewidth=1.3, linestyle=style.line, clip_on=False,
        )  # fmt: skip
    if len(series) > 1:
        series_legend(ax, series, markers=True)
    return ax


def lines_alt(result: Result, language: str = "en") -> str:
    """Return in words where each line is highest and lowest."""
    source, quantity, curves, hidden = _curves(result, language)
    told = []
    for curve in curves:
        shown = [(value, x) for value, x in zip(curve.y, curve.x, strict=True) if math.isfinite(value)]
        if shown:
            low, high = min(shown), max(shown)
            told.append(
                word("line", language).format(
                    name=curve.name or label_of(quantity, language),
                    high=printed(quantity, high[0]),
                    highest=title_of(source, high[1]),
                    low=printed(quantity, low[0]),
                    lowest=title_of(source, low[1]),
                )
            )
    if not told:
        return word("all_hidden" if hidden else "nothing", language)
    head = word("lines", language).format(n=formatting.count(len(told)), what=label_of(quantity, language))
    return " ".join([head, *told])


def _plain(places: list[str]) -> bool:
    try:
        return all(math.isfinite(float(place)) for place in places)
    except ValueError:
        return False


def _curves(result: Result, language: str) -> tuple[Result, str, list[Curve], bool]:
    for quantities, along, series in SETS:
        for source in (result, *result.more.values()):
            table = numbers(source, *quantities)
            if not len(table):
                continue
            found = []
            hidden = bool((table["suppressed"] != "").any())
            for quantity in quantities:
                own = table.loc[table["quantity"] == quantity]
                for name in unique([str(value) for value in own[series]]):
                    rows = own.loc[own[series] == name]
                    keys = [str(value) for value in rows[along]]
                    if series != "level" and (rows["level"] != "").any() and along == "term":
                        keys = [
                            f"{title_of(source, str(row['term']))}: {title_of(source, str(row['level']))}"
                            for row in rows.to_dict("records")
                        ]
                    title = title_of(source, name)
                    if quantity == "random_eigenvalue":
                        title = f"{word('line_random', language)}: {title}"
                    found.append(Curve(title, keys, [float(value) for value in rows["estimate"]]))
            return source, quantities[0], found, hidden
    return result, "eigenvalue", [], False
