"""Pieces of sentences that every analysis uses, in each language, and the look-up of the rows they read."""

from __future__ import annotations

import math

import pandas as pd

from osa_survey import formatting
from osa_survey.errors import AnalysisError, nearest
from osa_survey.results import QUANTITIES
from osa_survey.results.release import SUPPRESSED

LANGUAGES = ("en", "de")
NOT_SHOWN = {
    "en": "not shown, because fewer than five people stand behind it or would be given away",
    "de": "nicht gezeigt, weil weniger als fünf Personen dahinterstehen oder erkennbar würden",
}
NOT_DEFINED = {"en": "not defined for these data", "de": "für diese Daten nicht definiert"}
INTERVAL_NAME = {"en": "{level}% CI", "de": "{level}-%-KI"}
NOT_EVIDENCE = {
    "en": "this is not evidence of no difference",
    "de": "das ist kein Beleg dafür, dass es keinen Unterschied gibt",
}
ADJUSTED_P = {"en": "adjusted p", "de": "adjustiertes p"}
NOT_ADJUSTED = {
    "en": "Intervals are not adjusted for the number of tests.",
    "de": "Die Intervalle sind nicht für die Zahl der Tests adjustiert.",
}
AND = {"en": "and", "de": "und"}


def check_language(language: str) -> None:
    """Raise an AnalysisError if there are no sentences in this language."""
    if language not in LANGUAGES:
        hint = nearest(language, list(LANGUAGES))
        raise AnalysisError(f"there are no sentences in the language '{language}'", hint=hint)


def find(table: pd.DataFrame, quantity: str, **where: str) -> pd.Series | None:
    """Return the first row with this quantity and these keys, or None."""
    mask = table["quantity"] == quantity
    for name, value in where.items():
        mask &= table[name] == value
    found = mask.to_numpy(dtype=bool)
    return table.iloc[int(found.argmax())] if found.any() else None


def is_hidden(row: pd.Series | None) -> bool:
    """Tell whether the gate emptied the row."""
    return row is not None and row["suppressed"] == SUPPRESSED


def is_known(row: pd.Series | None) -> bool:
    """Tell whether the row is there and has a number."""
    return row is not None and not math.isnan(row["estimate"])


def shown(row: pd.Series) -> str:
    """Return the estimate of a row in the style of its quantity."""
    how = QUANTITIES[row["quantity"]]
    if how.style == "percent":
        return formatting.percent(row["estimate"], how.digits)
    if how.style == "count":
        return formatting.count(row["estimate"])
    return formatting.decimal(row["estimate"], how.digits, bounded=how.style == "bounded")


def interval_of(row: pd.Series, language: str) -> str:
    """Return ``95% CI [low, high]`` of a row, or "" if it has no interval."""
    if math.isnan(row["conf_low"]) or math.isnan(row["conf_high"]):
        return ""
    how = QUANTITIES[row["quantity"]]
    name = INTERVAL_NAME[language].format(level=formatting.shortest(100 * row["conf_level"]))
    bounds = formatting.interval(
        row["conf_low"],
        row["conf_high"],
        how.digits,
        bounded=how.style == "bounded",
        as_percent=how.style == "percent",
    )
    return f"{name} {bounds}"


def with_interval(row: pd.Series, language: str) -> str:
    """Return the estimate and, after a comma, its interval."""
    interval = interval_of(row, language)
    return shown(row) + (f", {interval}" if interval else "")


def printed_test(row: pd.Series, name: str = "") -> str:
    """Return the test of a row: statistic with degrees of freedom and p value."""
    p = row["p_value"] if not math.isnan(row["p_value"]) else row["p_adjusted"]
    text = formatting.statistic(name or row["statistic_name"], row["statistic"], row["df1"], row["df2"])
    return f"{text}, p {formatting.p_value(p)}"


def is_adjusted(row: pd.Series) -> bool:
    """Tell whether the row has a p value that was adjusted for further tests, besides its own."""
    known = not (math.isnan(row["p_value"]) or math.isnan(row["p_adjusted"]))
    return known and row["p_adjusted"] != row["p_value"]


def deciding_p(row: pd.Series) -> float:
    """Return the p value a sentence judges by: the adjusted one where there is one."""
    return float(row["p_value"] if math.isnan(row["p_adjusted"]) else row["p_adjusted"])


def judged_test(row: pd.Series, language: str) -> str:
    """Return the test of a row, with its adjusted p behind where there is one."""
    adjusted = f", {ADJUSTED_P[language]} {formatting.p_value(row['p_adjusted'])}" if is_adjusted(row) else ""
    return printed_test(row) + adjusted


def not_adjusted(table: pd.DataFrame, language: str) -> tuple[str, ...]:
    """Return the sentence that intervals beside adjusted p values are not adjusted themselves, if there are any."""
    beside = table["conf_low"].notna() & (table["suppressed"] == "") & ~table["quantity"].str.startswith("simultaneous")
    return (NOT_ADJUSTED[language],) if any(is_adjusted(row) for _, row in table[beside].iterrows()) else ()


def listed(parts: list[str], language: str) -> str:
    """Return ``a, b and c``.

    Examples
    --------
    >>> listed(["a", "b", "c"], "en")
    'a, b and c'
    """
    if len(parts) < 2:
        return "".join(parts)
    return f"{', '.join(parts[:-1])} {AND[language]} {parts[-1]}"
