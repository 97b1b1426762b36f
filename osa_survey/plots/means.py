"""Means with their intervals: by group, and in pairs."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
from matplotlib.axes import Axes

from osa_survey.plots.dot_rows import dot_rows_alt, draw_dot_rows
from osa_survey.plots.reading import Point, axis_label, numbers, points, varying
from osa_survey.plots.words import word
from osa_survey.results import Result

TIMES = " × "
"""Between the factors of a marginal mean."""


def group_means(result: Result, *, ax: Axes | None = None, language: str = "en") -> Axes:
    """Draw the mean of each group with its interval.

    Parameters
    ----------
    result : Result
        A result of ``compare_groups`` or ``anova``; the means stand in its table ``groups`` or in its own. Of several
        factors the cells of all (or as many as there are means of) are drawn.
    ax : Axes, optional
        Where to draw; by default a new figure.
    language : {"en", "de"}
        The language of the words that are not in the table.

    Returns
    -------
    Axes
        The axes.
    """
    found, outcome = _group_points(result)
    name = outcome or word("mean", language)
    label = axis_label("mean", found, language, name if name == word("mean", language) else f"{name} (M)")
    return draw_dot_rows(result, found, ax=ax, language=language, quantity="mean", xlabel=label, with_n=True)


def group_means_alt(result: Result, language: str = "en") -> str:
    """Return in words which group has the higher mean."""
    found, outcome = _group_points(result)
    what = word("mean", language) + (f": {outcome}" if outcome else "")
    return dot_rows_alt(found, "mean", what, language)


def paired_means(result: Result, *, ax: Axes | None = None, language: str = "en") -> Axes:
    """Draw both means of each pair with their intervals.

    Parameters
    ----------
    result : Result
        A result of ``paired``.
    ax : Axes, optional
        Where to draw; by default a new figure.
    language : {"en", "de"}
        The language of the words that are not in the table.

    Returns
    -------
    Axes
        The axes.
    """
    found = _paired_points(result)
    label = axis_label("mean", found, language, word("mean", language))
    return draw_dot_rows(result, found, ax=ax, language=language, quantity="mean", xlabel=label)


def paired_means_alt(result: Result, language: str = "en") -> str:
    """Return in words which mean of a pair is the higher."""
    return dot_rows_alt(_paired_points(result), "mean", word("mean", language), language)


def _group_points(result: Result) -> tuple[list[Point], str]:
    source = result.more.get("groups", result)
    table = numbers(source, "mean")
    if not len(table):
        source, table = result, numbers(result, "mean")
    grouped = table.loc[table["group"] != ""]
    table = _fullest(grouped if len(grouped) else table)
    outcomes = table["outcome"].unique()
    several = len(outcomes) > 1
    labels = {**result.labels, **source.labels}
    keys = ("outcome", "group") if several else ("group",)
    found = points(_with_labels(source, labels), table, keys)
    outcome = "" if several or not len(outcomes) else str(labels.get(str(outcomes[0]), outcomes[0]))
    return found, outcome


def _fullest(table: pd.DataFrame) -> pd.DataFrame:
    """Return the means of most factors together: means over an interaction describe nobody."""
    together = table["term"].astype(str).str.count(TIMES)
    return table.loc[together == together.max()]


def _with_labels(result: Result, labels: dict[str, str]) -> Result:
    return replace(result, labels=labels)


def _paired_points(result: Result) -> list[Point]:
    tables = [result, *result.more.values()]
    source = next((table for table in tables if len(numbers(table, "mean"))), result)
    table = numbers(source, "mean")
    source = _with_labels(source, {**result.labels, **source.labels})
    keys = varying(table)
    for pair_key, side_key in (
        ("outcome", "group"),
        ("term", "level"),
        ("term", "group"),
        ("contrast", "outcome"),
        ("term", "outcome"),
    ):
        if (pair_key in keys and side_key in keys) or (side_key in keys and (table[pair_key] != "").all()):
            labels = tuple(key for key in keys if key != side_key) or (pair_key,)
            return points(source, table, labels, side_key)
    return points(source, table, keys or ("outcome",))
