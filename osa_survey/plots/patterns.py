"""Patterns of missing answers: how many respondents have the same gaps."""

from __future__ import annotations

from matplotlib.axes import Axes

from osa_survey import formatting
from osa_survey.plots.quality_bars import flag_bars
from osa_survey.plots.reading import numbers, title_of
from osa_survey.plots.words import word
from osa_survey.results import Result

TEXTS = {
    "en": "Bars of {n} patterns of missing answers. The most frequent: {level}, n = {people}.",
    "de": "Balken von {n} Mustern fehlender Antworten. Am häufigsten: {level}, n = {people}.",
}


def pattern_bars(result: Result, *, ax: Axes | None = None, language: str = "en") -> Axes:
    """Draw how many respondents have each pattern of missing answers.

    Parameters
    ----------
    result : Result
        A result of ``missing_patterns``.
    ax : Axes, optional
        Where to draw; by default a new figure.
    language : {"en", "de"}
        The language of the words that are not in the table.

    Returns
    -------
    Axes
        The axes, in percent; beside each bar the number of respondents.
    """
    return flag_bars(result, ax=ax, language=language)


def pattern_bars_alt(result: Result, language: str = "en") -> str:
    """Return in words which pattern is the most frequent."""
    rows = numbers(result, "count")
    shown = rows.loc[rows["suppressed"] == ""]
    if len(shown) == 0:
        return word("all_hidden" if len(rows) else "nothing", language)
    first = shown.sort_values("estimate", ascending=False, kind="stable").iloc[0]
    people = formatting.count(float(first["estimate"]))
    return TEXTS[language].format(n=len(rows), level=title_of(result, str(first["level"])), people=people)
