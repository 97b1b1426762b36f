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
        "not_evidence": "Intervals that include zero are not evidence of no association.",
    },
    "de": {
        "pair": "{first} und {second}: {symbol}{df} = {estimate}, p {p}.",
        "pair_adjusted": "{first} und {second}: {symbol}{df} = {estimate}, adjustiertes p {p}.",
        "hidden": "{first} und {second}: Die Korrelation wird {not_shown}.",
        "undefined": "{first} und {second}: Die Korrelation ist {not_defined}.",
        "not_evidence": "Intervalle, die null einschließen, sind kein Beleg dafür, dass es keinen Zusammenhang gibt.",
    },
}

SYMBOLS = {
    "partial_r": {"en": "partial r", "de": "partielles r"},
    "semipartial_r": {"en": "semi-partial r", "de": "semipartielles r"},
}
"""Symbols that differ between languages."""


@dataclass(frozen=True)
class CorrelationWords:
    """Sentences of correlations: one for each pair.

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
        sentences = [self._pair(row, language) for _, row in table.iterrows()]
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
