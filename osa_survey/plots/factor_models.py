"""Factor models: standardised loadings, the fit of the steps of an invariance ladder, aligned means."""

from __future__ import annotations

from matplotlib.axes import Axes

from osa_survey.plots.dot_rows import dot_rows_alt, draw_dot_rows
from osa_survey.plots.reading import Point, axis_label, numbers, points
from osa_survey.plots.words import word
from osa_survey.results import Result


def loading_dots(result: Result, *, ax: Axes | None = None, language: str = "en") -> Axes:
    """Draw the standardised loadings of a factor model with their intervals.

    Parameters
    ----------
    result : Result
        A result of ``cfa``; the loadings stand in its further table.
    ax : Axes, optional
        Where to draw; by default a new figure.
    language : {"en", "de"}
        The language of the words that are not in the table.

    Returns
    -------
    Axes
        The axes. Groups are told apart by marker and colour.
    """
    source, found = _loadings(result)
    label = axis_label("loading", found, language, word("loading", language))
    return draw_dot_rows(source, found, ax=ax, language=language, quantity="loading", xlabel=label)


def loading_dots_alt(result: Result, language: str = "en") -> str:
    """Return in words which items load most and least."""
    return dot_rows_alt(_loadings(result)[1], "loading", word("loading", language), language)


def step_dots(result: Result, *, ax: Axes | None = None, language: str = "en") -> Axes:
    """Draw the RMSEA of each step of an invariance ladder with its 90 % interval.

    Parameters
    ----------
    result : Result
        A result of ``invariance``.
    ax : Axes, optional
        Where to draw; by default a new figure.
    language : {"en", "de"}
        The language of the words that are not in the table.

    Returns
    -------
    Axes
        The axes.
    """
    found = _steps(result)
    label = axis_label("rmsea", found, language, word("rmsea", language))
    return draw_dot_rows(result, found, ax=ax, language=language, quantity="rmsea", xlabel=label)


def step_dots_alt(result: Result, language: str = "en") -> str:
    """Return in words how well each step fits."""
    return dot_rows_alt(_steps(result), "rmsea", word("rmsea", language), language)


def aligned_means(result: Result, *, ax: Axes | None = None, language: str = "en") -> Axes:
    """Draw the aligned factor mean of each group.

    Parameters
    ----------
    result : Result
        A result of ``alignment``.
    ax : Axes, optional
        Where to draw; by default a new figure.
    language : {"en", "de"}
        The language of the words that are not in the table.

    Returns
    -------
    Axes
        The axes. Factors are told apart by marker and colour.
    """
    found = _aligned(result)
    label = word("factor_mean", language)
    return draw_dot_rows(result, found, ax=ax, language=language, quantity="factor_mean", xlabel=label)


def aligned_means_alt(result: Result, language: str = "en") -> str:
    """Return in words which groups stand highest and lowest."""
    return dot_rows_alt(_aligned(result), "factor_mean", word("factor_mean", language), language)


def _aligned(result: Result) -> list[Point]:
    table = numbers(result, "factor_mean")
    return points(result, table, ("group",), "outcome" if table["outcome"].nunique() > 1 else "")


def _loadings(result: Result) -> tuple[Result, list[Point]]:
    for source in (*result.more.values(), result):
        table = numbers(source, "loading")
        if len(table):
            several = table["outcome"].nunique() > 1
            series = "group" if table["group"].nunique() > 1 else ""
            return source, points(source, table, ("outcome", "term") if several else ("term",), series)
    return result, []


def _steps(result: Result) -> list[Point]:
    return points(result, numbers(result, "rmsea"), ("term",))
