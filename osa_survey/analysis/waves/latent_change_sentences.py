"""The sentences of a latent change model. They read the released table only."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from osa_survey.analysis.phrases import (
    NOT_DEFINED,
    NOT_SHOWN,
    check_language,
    find,
    is_hidden,
    is_known,
    printed_test,
    with_interval,
)
from osa_survey.languages import in_language

TEXTS = {
    "en": {
        "change": "{title}, mean change {contrast}: {number}, {test}; in SD of the first level {size}.",
        "part": "{title}, {contrast}: mean {number}, {test}.",
        "feedback": "{title}: each change includes {number} times the level before.",
        "with_level": "{title}: change {contrast} and the level {term} correlate {number}.",
        "with_change": "{title}: the changes {term} and {contrast} correlate {number}.",
        "hidden": "{title}, {contrast}: the number is {not_shown}.",
        "undefined": "{title}, {contrast}: the number is {not_defined}.",
        "not_evidence": "Intervals that include zero are not evidence of no change.",
    },
    "de": {
        "change": "{title}, mittlere Veränderung {contrast}: {number}, {test}; in SD des ersten Niveaus {size}.",
        "part": "{title}, {contrast}: im Mittel {number}, {test}.",
        "feedback": "{title}: Jede Veränderung enthält das {number}-Fache des Niveaus davor.",
        "with_level": "{title}: Veränderung {contrast} und Niveau {term} korrelieren {number}.",
        "with_change": "{title}: Die Veränderungen {term} und {contrast} korrelieren {number}.",
        "hidden": "{title}, {contrast}: Die Zahl wird {not_shown}.",
        "undefined": "{title}, {contrast}: Die Zahl ist {not_defined}.",
        "not_evidence": "Intervalle, die null einschließen, sind kein Beleg dafür, dass sich nichts verändert hat.",
    },
}


@dataclass(frozen=True)
class LatentChangeSentences:
    """One sentence for each mean change, and for what goes with the first level.

    Attributes
    ----------
    title : str
        What print calls the scale.
    labels : mapping of str to str
        Waves and changes → what print says.
    """

    title: str
    labels: Mapping[str, str]

    def __call__(self, table: pd.DataFrame, language: str) -> tuple[str, ...]:
        """Return the sentences in a language."""
        check_language(language)
        text, said = TEXTS[language], []
        means = table.loc[table["quantity"] == "latent_change"]
        for _, row in means.iterrows():
            said.append(self._said(table, row, "change", language))
        for quantity, kind in (("proportional_change", "feedback"), ("change_r", "with_level")):
            for _, row in table.loc[table["quantity"] == quantity].iterrows():
                changes = kind == "with_level" and row["term"] in set(means["contrast"])
                said.append(self._said(table, row, "with_change" if changes else kind, language))
        if ((means["conf_low"] <= 0) & (means["conf_high"] >= 0)).any():
            said.append(text["not_evidence"])
        return tuple(said)

    def _said(self, table: pd.DataFrame, row: pd.Series, kind: str, language: str) -> str:
        text = TEXTS[language]
        contrast, term = (_words(self.labels.get(row[key], row[key]), language) for key in ("contrast", "term"))
        parts = {"title": _words(self.title, language), "contrast": contrast, "term": term}
        if is_hidden(row):
            return text["hidden"].format(not_shown=NOT_SHOWN[language], **parts)
        if math.isnan(row["estimate"]):
            return text["undefined"].format(not_defined=NOT_DEFINED[language], **parts)
        number = with_interval(row, language)
        if kind != "change":
            return text[kind].format(number=number, **parts)
        test = printed_test(row) if math.isfinite(row["statistic"]) else NOT_DEFINED[language]
        size = find(table, "latent_change_sd", contrast=row["contrast"])
        if size is None or not is_known(size):
            return text["part"].format(number=number, test=test, **parts)
        return text["change"].format(number=number, test=test, size=with_interval(size, language), **parts)


def _words(label: str, language: str) -> str:
    """Return a wave, or the change between two, in a language."""
    return " − ".join(in_language(part, language, "words") for part in label.split(" − "))
