"""Reading a released table for a figure: which numbers are shown, under which names."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from osa_survey import formatting
from osa_survey.plots.words import word
from osa_survey.results import Result, label_of
from osa_survey.results.display import printed
from osa_survey.results.layout import Layout

TEXT_KEYS = ("outcome", "term", "contrast", "group", "level")


@dataclass(frozen=True)
class Point:
    """One number of a figure.

    Attributes
    ----------
    label : str
        The name of its row.
    series : str
        The series it belongs to, or "".
    estimate, low, high, n : float
        The number, its interval and its people; NaN where hidden or absent.
    hidden : bool
        Whether the gate hides it.
    conf_level : float
        The level of the interval.
    warned : bool
        Whether the row bears a warning.
    """

    label: str
    series: str
    estimate: float
    low: float
    high: float
    n: float
    hidden: bool
    conf_level: float
    warned: bool = False

    @property
    def drawable(self) -> bool:
        """Whether there is a finite number to draw."""
        return not self.hidden and math.isfinite(self.estimate)

    @property
    def has_interval(self) -> bool:
        """Whether there is a finite interval to draw."""
        return self.drawable and math.isfinite(self.low) and math.isfinite(self.high)


def title_of(result: Result, name: str) -> str:
    """Return what print says for a variable or category name."""
    return str(result.labels.get(name, name))


def numbers(result: Result, *quantities: str) -> pd.DataFrame:
    """Return the rows with any of these quantities, in the order of the table."""
    table = result.frame
    return table.loc[table["quantity"].isin(quantities)]


def varying(table: pd.DataFrame, keys: Sequence[str] = TEXT_KEYS) -> tuple[str, ...]:
    """Return the key columns that hold more than one value."""
    return tuple(key for key in keys if table[key].nunique() > 1)


def points(result: Result, table: pd.DataFrame, label_keys: Sequence[str], series_key: str = "") -> list[Point]:
    """Return the rows of a table as points.

    Parameters
    ----------
    result : Result
        Gives the printed names.
    table : DataFrame
        The rows, all of one quantity.
    label_keys : sequence of str
        The key columns that name a row; blank ones are left out.
    series_key : str
        The key column that names the series, or "".
    """
    found = []
    for row in table.to_dict("records"):
        names = [title_of(result, str(row[key])) for key in label_keys if row[key]]
        hidden = bool(row["suppressed"])
        numbers_of_row = ("estimate", "conf_low", "conf_high", "n", "conf_level")
        estimate, low, high, n, level = (math.nan if hidden else float(row[name]) for name in numbers_of_row)
        series = title_of(result, str(row[series_key])) if series_key else ""
        found.append(Point(": ".join(names), series, estimate, low, high, n, hidden, level, bool(row["warning"])))
    return found


def unique(values: Sequence[str]) -> list[str]:
    """Return the different values in order of appearance."""
    return list(dict.fromkeys(values))


def level_text(found: Sequence[Point]) -> str:
    """Return the confidence level of the points as '95%', or an empty string.

    Examples
    --------
    >>> level_text([Point("a", "", 1.0, 0.5, 1.5, 20, False, 0.95)])
    '95%'
    """
    levels = {round(point.conf_level, 6) for point in found if point.has_interval}
    return formatting.percent(levels.pop(), 0) if len(levels) == 1 else ""


def with_interval(quantity: str, point: Point, language: str) -> str:
    """Return a number with its interval in words, or that it is not shown."""
    if point.hidden:
        return word("hidden_mark", language)
    text = printed(quantity, point.estimate)
    if point.has_interval:
        text += f" {formatting.bracketed(printed(quantity, point.low), printed(quantity, point.high))}"
    return text


def interval_clause(found: Sequence[Point], language: str) -> str:
    """Return the words that say what the lines are, or an empty string."""
    level = level_text(found)
    return word("intervals", language).format(level=level) if level else ""


def axis_label(quantity: str, found: Sequence[Point], language: str, name: str = "") -> str:
    """Return the label of an axis: the quantity and the level of its interval."""
    name = name or label_of(quantity, language)
    level = level_text(found)
    return word("with_interval", language).format(name=name, level=level) if level else name


def rows_of_layout(layout: Layout | None, table: pd.DataFrame) -> tuple[str, ...]:
    """Return the keys that name a row: those of the printed table if it has any that vary, else all that vary."""
    if layout is not None:
        keys = tuple(key for key in layout.rows if (table[key] != "").any())
        if keys:
            return keys
    return varying(table) or ("outcome",)
