"""Actor and partner coefficients of couples as dots with intervals."""

from __future__ import annotations

from dataclasses import replace

from matplotlib.axes import Axes

from osa_survey.plots.dot_rows import dot_rows_alt, draw_dot_rows
from osa_survey.plots.reading import Point, axis_label, numbers, points
from osa_survey.results import Result, label_of

NAMES = {"en": "Coefficient B", "de": "Koeffizient B"}


def dyad_dots(result: Result, *, ax: Axes | None = None, language: str = "en") -> Axes:
    """Draw actor and partner coefficients.

    Parameters
    ----------
    result : Result
        A result of ``apim``.
    ax : Axes, optional
        Where to draw; by default a new figure.
    language : {"en", "de"}
        The language of the words that are not in the table.

    Returns
    -------
    Axes
        The axes. Actor and partner are told apart by marker and colour.
    """
    found = _points(result, language)
    label = axis_label("actor", found, language, NAMES[language])
    return draw_dot_rows(result, found, ax=ax, language=language, quantity="actor", xlabel=label)


def dyad_dots_alt(result: Result, language: str = "en") -> str:
    """Return in words which coefficients are highest and lowest."""
    return dot_rows_alt(_points(result, language), "actor", NAMES[language], language)


def _points(result: Result, language: str) -> list[Point]:
    return [
        replace(point, series=label_of(quantity, language))
        for quantity in ("actor", "partner")
        for point in points(result, numbers(result, quantity), ("term", "group"))
    ]
