"""The sentences of an actor–partner interdependence model. They read the released table only."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from osa_survey.analysis.phrases import NOT_DEFINED, NOT_SHOWN, check_language, is_hidden, printed_test, with_interval

TEXTS = {
    "en": {
        "distinguishability": "Omnibus test of distinguishability: {test}.",
        "actor": "A person's own {term} and own {outcome}{group}: B = {number}{test}.",
        "partner": "The partner's {term} and own {outcome}{group}: B = {number}{test}.",
        "partner_ratio": "Ratio k of partner to actor, {term}{group}: {number}.",
        "role_difference": "Difference between the roles in the {part} coefficient of {term}: {number}{test}.",
        "hidden": "{term} and {outcome}{group}: the number is {not_shown}.",
        "undefined": "{term} and {outcome}{group}: the number is {not_defined}.",
        "group": ", for {group}",
        "actor_part": "actor",
        "partner_part": "partner",
        "not_evidence": "Intervals that include zero are not evidence of no association.",
    },
    "de": {
        "distinguishability": "Omnibustest der Unterscheidbarkeit: {test}.",
        "actor": "{term} und {outcome} derselben Person{group}: B = {number}{test}.",
        "partner": "{term} der Partnerperson und {outcome} der eigenen{group}: B = {number}{test}.",
        "partner_ratio": "Verhältnis k von Partner- zu Akteurkoeffizient, {term}{group}: {number}.",
        "role_difference": "Unterschied der Rollen im {part} von {term}: {number}{test}.",
        "hidden": "{term} und {outcome}{group}: Die Zahl wird {not_shown}.",
        "undefined": "{term} und {outcome}{group}: Die Zahl ist {not_defined}.",
        "group": ", für {group}",
        "actor_part": "Akteurkoeffizienten",
        "partner_part": "Partnerkoeffizienten",
        "not_evidence": "Intervalle, die null einschließen, sind kein Beleg dafür, dass es keinen Zusammenhang gibt.",
    },
}


@dataclass(frozen=True)
class DyadSentences:
    """One sentence for each number.

    Attributes
    ----------
    labels : mapping of str to str
        Variables → what print says.
    """

    labels: Mapping[str, str]

    def __call__(self, table: pd.DataFrame, language: str) -> tuple[str, ...]:
        """Return the sentences in a language."""
        check_language(language)
        said = [self._said(row, language) for _, row in table.iterrows()]
        numbers = table.loc[table["quantity"].isin(("actor", "partner", "role_difference"))]
        if ((numbers["conf_low"] <= 0) & (numbers["conf_high"] >= 0)).any():
            said.append(TEXTS[language]["not_evidence"])
        return tuple(said)

    def _said(self, row: pd.Series, language: str) -> str:
        text = TEXTS[language]
        parts = {
            "term": self.labels.get(row["term"], row["term"]),
            "outcome": self.labels.get(row["outcome"], row["outcome"]),
            "group": text["group"].format(group=row["group"]) if row["group"] else "",
            "part": text[f"{row['contrast']}_part"] if row["contrast"] else "",
        }
        if is_hidden(row):
            return text["hidden"].format(not_shown=NOT_SHOWN[language], **parts)
        if math.isnan(row["estimate"]):
            return text["undefined"].format(not_defined=NOT_DEFINED[language], **parts)
        if row["quantity"] == "distinguishability":
            return text["distinguishability"].format(test=printed_test(row))
        test = "" if math.isnan(row["p_value"]) else f", {printed_test(row)}"
        return text[row["quantity"]].format(number=with_interval(row, language), test=test, **parts)
