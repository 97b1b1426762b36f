"""Shares of the sample, unweighted and weighted, beside those of the target population."""

from __future__ import annotations

from dataclasses import replace

from matplotlib.axes import Axes

from osa_survey.plots.dot_rows import dot_rows_alt, draw_dot_rows
from osa_survey.plots.reading import Point, numbers, points
from osa_survey.plots.words import word
from osa_survey.results import Result

SERIES = ("unweighted", "weighted", "target")


def target_dots(result: Result, *, ax: Axes | None = None, language: str = "en") -> Axes:
    """Draw for each category its share in the sample, with and without weights, and in the target population.

    Parameters
    ----------
    result : Result
        A result of ``compare_with_target``.
    ax : Axes, optional
        Where to draw; by default a new figure.
    language : {"en", "de"}
        The language of the words that are not in the table.

    Returns
    -------
    Axes
        The axes, in percent.
    """
    found = _points(result, language)
    label = word("percent_base", language)
    return draw_dot_rows(result, found, ax=ax, language=language, quantity="proportion", xlabel=label, scale=100.0)


def target_dots_alt(result: Result, language: str = "en") -> str:
    """Return in words which shares are highest and lowest."""
    return dot_rows_alt(_points(result, language), "proportion", word("target_shares", language), language)


def _points(result: Result, language: str) -> list[Point]:
    found = []
    for series in SERIES:
        own = points(result, numbers(result, f"{series}_proportion"), ("outcome", "level"))
        found += [replace(point, series=word(series, language)) for point in own]
    return found
