"""Options of a multiple-response set in per cent of the cases."""

from __future__ import annotations

from matplotlib.axes import Axes

from osa_survey.plots.dot_rows import dot_rows_alt, draw_dot_rows
from osa_survey.plots.reading import Point, axis_label, numbers, points
from osa_survey.plots.words import word
from osa_survey.results import Result


def option_bars(result: Result, *, ax: Axes | None = None, language: str = "en") -> Axes:
    """Draw the share of cases that chose each option with its interval, one mark for each group.

    Parameters
    ----------
    result : Result
        A result of ``multiple_responses``.
    ax : Axes, optional
        Where to draw; by default a new figure.
    language : {"en", "de"}
        The language of the words that are not in the table.

    Returns
    -------
    Axes
        The axes, in percent of cases.
    """
    found = _points(result)
    label = axis_label("case_proportion", found, language, word("percent_cases", language))
    return draw_dot_rows(result, found, ax=ax, language=language, quantity="case_proportion", xlabel=label, scale=100.0)


def option_bars_alt(result: Result, language: str = "en") -> str:
    """Return in words which options are chosen most and least often."""
    return dot_rows_alt(_points(result), "case_proportion", word("percent_cases", language), language)


def _points(result: Result) -> list[Point]:
    table = numbers(result, "case_proportion")
    return points(result, table, ("outcome",), "group" if (table["group"] != "").any() else "")
