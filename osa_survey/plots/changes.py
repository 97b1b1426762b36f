"""Change between waves: the shares of people who changed reliably, or mean changes with their intervals."""

from __future__ import annotations

from matplotlib.axes import Axes

from osa_survey.plots.dot_rows import dot_rows_alt, draw_dot_rows
from osa_survey.plots.reading import Point, axis_label, numbers, points
from osa_survey.plots.words import word
from osa_survey.results import QUANTITIES, Result

NAMES = {"changed": "percent_changed", "latent_change": "mean_change", "mean_difference": "mean_change"}
"""What is drawn, the first of which the table has rows, and its words."""


def change_dots(result: Result, *, ax: Axes | None = None, language: str = "en") -> Axes:
    """Draw change between waves.

    Parameters
    ----------
    result : Result
        A result of ``change`` or ``latent_change``.
    ax : Axes, optional
        Where to draw; by default a new figure.
    language : {"en", "de"}
        The language of the words that are not in the table.

    Returns
    -------
    Axes
        The axes: shares of those reliably lower, unchanged and higher; else mean changes.
    """
    quantity, found = _points(result)
    percent = QUANTITIES[quantity].style == "percent"
    label = axis_label(quantity, found, language, word(NAMES[quantity], language))
    scale = 100.0 if percent else 1.0
    return draw_dot_rows(result, found, ax=ax, language=language, quantity=quantity, xlabel=label, scale=scale)


def change_dots_alt(result: Result, language: str = "en") -> str:
    """Return in words how much changed, or for how many people."""
    quantity, found = _points(result)
    return dot_rows_alt(found, quantity, word(NAMES[quantity], language), language)


def _points(result: Result) -> tuple[str, list[Point]]:
    for quantity in NAMES:
        table = numbers(result, quantity)
        if len(table):
            break
    return quantity, points(result, table, ("contrast", "group"), "level" if quantity == "changed" else "")
