"""Numbers of a study reproduced on simulated answers, with the published values as markers beside them."""

from __future__ import annotations

from dataclasses import replace

from matplotlib.axes import Axes

from osa_survey.plots.dot_rows import dot_rows_alt, draw_dot_rows
from osa_survey.plots.log_axes import logarithmic_axis
from osa_survey.plots.reading import Point, numbers, points
from osa_survey.plots.words import word
from osa_survey.results import Result, label_of
from osa_survey.results.columns import QUANTITIES

SERIES = ("reproduced", "published")
EVERYBODY = "all"
RATIOS = ("odds_ratio", "rate_ratio", "risk_ratio")


def reproduction_dots(result: Result, *, ax: Axes | None = None, language: str = "en") -> Axes:
    """Draw what came out of simulated answers, and what is published.

    Parameters
    ----------
    result : Result
        A result of ``run_published``; its settings ``figure`` and ``drawn`` say which quantity, and of what.
    ax : Axes, optional
        Where to draw; by default a new figure.
    language : {"en", "de"}
        The language of the words that are not in the table.

    Returns
    -------
    Axes
        The axes: percentages in percent, ratios on a logarithmic axis.
    """
    quantity = _quantity(result)
    percent = QUANTITIES[quantity].style == "percent"
    label = word("percent_base", language) if percent else label_of(quantity, language)
    found = _points(result, quantity, language)
    ax = draw_dot_rows(
        result,
        found,
        ax=ax,
        language=language,
        quantity=quantity,
        xlabel=f"{label} ({word('simulated_answers', language)})",
        scale=100.0 if percent else 1.0,
    )
    if quantity in RATIOS:
        logarithmic_axis(ax, found)
    return ax


def reproduction_dots_alt(result: Result, language: str = "en") -> str:
    """Return in words which numbers are highest and lowest, published and reproduced."""
    quantity = _quantity(result)
    found = _points(result, quantity, language)
    return dot_rows_alt(found, quantity, word("reproductions", language), language)


def _quantity(result: Result) -> str:
    return str(result.settings.get("figure", "proportion"))


def _points(result: Result, quantity: str, language: str) -> list[Point]:
    found = []
    for series in SERIES:
        table = numbers(result, series)
        table = table.loc[(table["term"] == quantity) & (table["contrast"] == "")]
        if series == "published":
            table = table.loc[table["estimate"].notna()]
        if drawn := result.settings.get("drawn"):
            table = table.loc[table["outcome"].isin(drawn)]
        own = points(result, table, ("outcome", "group"))
        found += [
            replace(point, label=point.label.removesuffix(f": {EVERYBODY}"), series=word(series, language))
            for point in own
        ]
    return found
