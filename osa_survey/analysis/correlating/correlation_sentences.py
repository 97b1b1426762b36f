"""The sentences of ``correlate``."""

from __future__ import annotations

import math
from dataclasses import dataclass

import pandas as pd

from osa_survey import formatting
from osa_survey.analysis.phrases import (
    NOT_DEFINED,
    NOT_SHOWN,
    check_language,
    interval_of,
    is_adjusted,
    is_hidden,
    not_adjusted,
    shown,
)
from osa_survey.results import label_of

TEXTS = {
    "en": {
        "pair": "{first} and {second}: {symbol}{df} = {estimate}, p {p}.",
        "pair_adjusted": "{first} and {second}: {symbol}{df} = {estimate}, adjusted p {p}.",
        "hidden": "{first} and {second}: the correlation is {not_shown}.",
        "undefined": "{first} and {second}: the correlation is {not_defined}.",
        "many": "The table holds {n} correlations; the intervals of {clear} exclude zero. Told here are the lowest "
        "and the highest.",
        "not_evidence": "Intervals that include zero are not evidence of no association.",
    },
    "de": {
        "pair": "{first} und {second}: {symbol}{df} = {estimate}, p {p}.",
        "pair_adjusted": "{first} und {second}: {symbol}{df} = {estimate}, adjustiertes p {p}.",
        "hidden": "{first} und {second}: Die Korrelation wird {not_shown}.",
        "undefined": "{first} und {second}: Die Korrelation ist {not_defined}.",
        "many": "Die Tabelle enthält {n} Korrelationen; die Intervalle von {clear} schließen null aus. Genannt "
        "sind hier die niedrigste und die höchste.",
        "not_evidence": "Intervalle, die null einschließen, sind kein Beleg dafür, dass es keinen Zusammenhang gibt.",
    },
}

MANY = 45
"""More pairs than those of ten variables are summarised: nobody reads a hundred sentences."""
SYMBOLS = {
    "partial_r": {"en": "partial r", "de": "partielles r"},
    "semipartial_r": {"en": "semi-partial r", "de": "semipartielles r"},
}
"""Symbols that differ between languages."""


@dataclass(frozen=True)
class CorrelationWords:
    """Sentences of correlations: one for each pair, of very many the lowest and the highest.

    Attributes
    ----------
    labels : tuple of (str, str)
        Variable → what print says.
    """

    labels: tuple[tuple[str, str], ...] = ()

    def __call__(self, table: pd.DataFrame, language: str) -> tuple[str, ...]:
        """Return the sentences of a table that may have passed the gate."""
        check_language(language)
        text = TEXTS[language]
        told = table if len(table) <= MANY else _ends(table)
        sentences = [self._pair(row, language) for _, row in told.iterrows()]
        if len(told) < len(table):
            shown_ones = table.loc[(table["suppressed"] == "") & table["estimate"].notna()]
            clear = int(((shown_ones["conf_low"] > 0) | (shown_ones["conf_high"] < 0)).sum())
            n = formatting.count(len(shown_ones))
            sentences.insert(0, text["many"].format(n=n, clear=formatting.count(clear)))
        if ((table["conf_low"] <= 0) & (table["conf_high"] >= 0)).any():
            sentences.append(text["not_evidence"])
        return (*sentences, *not_adjusted(table, language))

    def _pair(self, row: pd.Series, language: str) -> str:
        text, titles = TEXTS[language], dict(self.labels)
        group = f"{row['group']}, " if row["group"] else ""
        first = group + str(titles.get(row["term"], row["term"]))
        words = {"first": first, "second": titles.get(row["outcome"], row["outcome"])}
        if is_hidden(row):
            return text["hidden"].format(not_shown=NOT_SHOWN[language], **words)
        if math.isnan(row["estimate"]):
            return text["undefined"].format(not_defined=NOT_DEFINED[language], **words)
        interval = interval_of(row, language)
        changed = is_adjusted(row)
        return text["pair_adjusted" if changed else "pair"].format(
            symbol=SYMBOLS[name][language] if (name := row["quantity"]) in SYMBOLS else label_of(name, language),
            df="" if math.isnan(row["df1"]) else f"({formatting.degrees_of_freedom(row['df1'])})",
            estimate=shown(row) + (f", {interval}" if interval else ""),
            p=formatting.p_value(row["p_adjusted"] if changed else row["p_value"]),
            **words,
        )


def _ends(table: pd.DataFrame) -> pd.DataFrame:
    """Return the rows with the lowest and the highest correlation that is shown; all rows where there are none."""
    known = table.loc[(table["suppressed"] == "") & table["estimate"].notna(), "estimate"]
    return table if known.empty else table.loc[list(dict.fromkeys((known.idxmin(), known.idxmax())))]
