"""The sentences of changes between waves. They read the released table only."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from osa_survey import formatting
from osa_survey.analysis.phrases import (
    NOT_DEFINED,
    NOT_EVIDENCE,
    NOT_SHOWN,
    check_language,
    deciding_p,
    find,
    is_hidden,
    is_known,
    printed_test,
    with_interval,
)
from osa_survey.analysis.waves.change_rows import HIGHER, LOWER, SAME
from osa_survey.languages import in_language

TEXTS = {
    "en": {
        "change": "{where} (n = {n}): mean change {number}, {test}, d_z = {size}{close}.",
        "constant": "{where} (n = {n}): mean change {number}; all changes are the same, so there is no test.",
        "shares": "{where}: beyond error of measurement, {shares}.",
        HIGHER: "higher {number}",
        LOWER: "lower {number}",
        SAME: "no reliable change {number}",
        "hidden": "{where}: the number is {not_shown}.",
        "undefined": "{where}: the number is {not_defined}.",
    },
    "de": {
        "change": "{where} (n = {n}): mittlere Veränderung {number}, {test}, d_z = {size}{close}.",
        "constant": "{where} (n = {n}): mittlere Veränderung {number}; alle Veränderungen sind gleich, kein Test.",
        "shares": "{where}: über den Messfehler hinaus {shares}.",
        HIGHER: "höher {number}",
        LOWER: "niedriger {number}",
        SAME: "keine reliable Veränderung {number}",
        "hidden": "{where}: Die Zahl wird {not_shown}.",
        "undefined": "{where}: Die Zahl ist {not_defined}.",
    },
}


@dataclass(frozen=True)
class ChangeSentences:
    """For each pair of waves and each group the mean change, and the shares of those who changed reliably.

    Attributes
    ----------
    scale : str
        What print calls the score.
    labels : mapping of str to str
        Contrasts → what print says.
    """

    scale: str
    labels: Mapping[str, str]

    def __call__(self, table: pd.DataFrame, language: str) -> tuple[str, ...]:
        """Return the sentences in a language."""
        check_language(language)
        said = []
        for _, row in table.loc[table["quantity"] == "mean_difference"].iterrows():
            contrast, group = str(row["contrast"]), str(row["group"])
            which = in_language(group, language, "words") if group else ""
            where = ", ".join(filter(None, (self.scale, self.labels.get(contrast, contrast), which)))
            here = table.loc[(table["contrast"] == contrast) & (table["group"] == group)]
            said.append(self._mean(here, row, where, language))
            said += self._shares(here, where, language)
        return tuple(said)

    def _mean(self, here: pd.DataFrame, row: pd.Series, where: str, language: str) -> str:
        text = TEXTS[language]
        if is_hidden(row):
            return text["hidden"].format(where=where, not_shown=NOT_SHOWN[language])
        if math.isnan(row["estimate"]):
            return text["undefined"].format(where=where, not_defined=NOT_DEFINED[language])
        parts = {"where": where, "n": formatting.count(row["n"]), "number": with_interval(row, language)}
        size = find(here, "d_z")
        if size is None or not is_known(size) or math.isnan(row["statistic"]):
            return text["constant"].format(**parts)
        open_question = not deciding_p(row) < 1 - row["conf_level"]
        close = f"; {NOT_EVIDENCE[language]}" if open_question else ""
        return text["change"].format(test=printed_test(row), size=with_interval(size, language), close=close, **parts)

    def _shares(self, here: pd.DataFrame, where: str, language: str) -> list[str]:
        text, parts = TEXTS[language], []
        for level in (HIGHER, LOWER, SAME):
            row = find(here, "changed", level=level)
            if row is None:
                return []
            number = NOT_SHOWN[language] if is_hidden(row) else with_interval(row, language)
            parts.append(text[level].format(number=number))
        return [text["shares"].format(where=where, shares="; ".join(parts))]
