"""The sentences of a cross-lagged panel model. They read the released table only."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from osa_survey.analysis.phrases import NOT_DEFINED, NOT_SHOWN, check_language, is_hidden, printed_test, with_interval

CROSSED, KEPT = "cross-lagged", "autoregressive"
TEXTS = {
    "en": {
        CROSSED: "{term} and the later {outcome}, given the earlier: B = {number}, {test}.",
        KEPT: "Stability of {term} to {outcome}: B = {number}, {test}.",
        "hidden": "{term} and {outcome}: the number is {not_shown}.",
        "undefined": "{term} and {outcome}: the number is {not_defined}.",
        "not_evidence": "Intervals that include zero are not evidence of no association.",
    },
    "de": {
        CROSSED: "{term} und späteres {outcome}, gegeben das frühere: B = {number}, {test}.",
        KEPT: "Stabilität von {term} zu {outcome}: B = {number}, {test}.",
        "hidden": "{term} und {outcome}: Die Zahl wird {not_shown}.",
        "undefined": "{term} und {outcome}: Die Zahl ist {not_defined}.",
        "not_evidence": "Intervalle, die null einschließen, sind kein Beleg dafür, dass es keinen Zusammenhang gibt.",
    },
}


@dataclass(frozen=True)
class CrossLagSentences:
    """One sentence for each lagged path.

    Attributes
    ----------
    labels : mapping of str to str
        Variables → what print says.
    """

    labels: Mapping[str, str]

    def __call__(self, table: pd.DataFrame, language: str) -> tuple[str, ...]:
        """Return the sentences in a language."""
        check_language(language)
        paths = table.loc[table["quantity"] == "b"]
        said = [self._said(row, language) for _, row in paths.iterrows()]
        if ((paths["conf_low"] <= 0) & (paths["conf_high"] >= 0)).any():
            said.append(TEXTS[language]["not_evidence"])
        return tuple(said)

    def _said(self, row: pd.Series, language: str) -> str:
        text = TEXTS[language]
        parts = {name: self.labels.get(row[name], row[name]) for name in ("term", "outcome")}
        if is_hidden(row):
            return text["hidden"].format(not_shown=NOT_SHOWN[language], **parts)
        if math.isnan(row["estimate"]):
            return text["undefined"].format(not_defined=NOT_DEFINED[language], **parts)
        return text[row["contrast"]].format(number=with_interval(row, language), test=printed_test(row), **parts)
