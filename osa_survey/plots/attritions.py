"""How those who did not return differ: dots with intervals, in standard deviations or in shares."""

from __future__ import annotations

from matplotlib.axes import Axes

from osa_survey.plots.dot_rows import dot_rows_alt, draw_dot_rows
from osa_survey.plots.reading import Point, axis_label, numbers, points
from osa_survey.results import Result, label_of


def attrition_dots(result: Result, *, ax: Axes | None = None, language: str = "en") -> Axes:
    """Draw the differences between those who did not return and those who did.

    Parameters
    ----------
    result : Result
        A result of ``attrition``.
    ax : Axes, optional
        Where to draw; by default a new figure.
    language : {"en", "de"}
        The language of the words that are not in the table.

    Returns
    -------
    Axes
        The axes: Hedges' g of numbers; differences in shares if only categories were compared.
    """
    quantity, found = _points(result)
    label = axis_label(quantity, found, language, label_of(quantity, language))
    return draw_dot_rows(result, found, ax=ax, language=language, quantity=quantity, xlabel=label)


def attrition_dots_alt(result: Result, language: str = "en") -> str:
    """Return in words where the differences are largest."""
    quantity, found = _points(result)
    return dot_rows_alt(found, quantity, label_of(quantity, language), language)


def _points(result: Result) -> tuple[str, list[Point]]:
    for quantity in ("hedges_g", "risk_difference"):
        table = numbers(result, quantity)
        if len(table):
            break
    return quantity, points(result, table, ("outcome", "level"))
