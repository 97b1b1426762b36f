"""The sentences of a mediation analysis. They read the released table only."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from osa_survey.analysis.phrases import (
    NOT_DEFINED,
    NOT_SHOWN,
    check_language,
    is_hidden,
    with_interval,
)
from osa_survey.analysis.predicting.slope_sentences import PLACES

TEXTS = {
    "en": {
        "indirect": "The indirect {word} {path}{where} was {number}{zero}.",
        "indirect_total": "The total indirect {word} {path}{where} was {number}{zero}.",
        "indirect_difference": "The difference of indirect {word}s {path} was {number}{zero}.",
        "indirect_standardised": "In standard deviations the indirect {word} {path} was {number}.",
        "direct": "The direct {word} {path}{where} was {number}{zero}.",
        "total": "The total {word} {path} was {number}{zero}.",
        "moderated_mediation": "Per unit of {moderator} the indirect {word} {path} changed by {number}{zero}.",
        "moderation": "The coefficient of the product {path} was {number}{zero}.",
        "natural_direct": "Natural direct {word}{where}: {number}.",
        "natural_indirect": "Natural indirect {word}{where}: {number}.",
        "natural_total": "Natural direct and indirect {word} together{where}: {number}.",
        "hidden": "{path}{where}: the number is {not_shown}.",
        "undefined": "{path}{where}: the number is {not_defined}.",
        "place": " at {place} of {moderator}",
        "value": " at {moderator} = {value}",
        "includes": "; the interval includes zero",
        "association": "association",
        "effect": "effect",
        "not_evidence": "Intervals that include zero are not evidence of no association.",
    },
    "de": {
        "indirect": "Der indirekte {word} {path}{where} betrug {number}{zero}.",
        "indirect_total": "Der gesamte indirekte {word} {path}{where} betrug {number}{zero}.",
        "indirect_difference": "Die Differenz der indirekten Pfade {path} betrug {number}{zero}.",
        "indirect_standardised": "In Standardabweichungen betrug der indirekte {word} {path} {number}.",
        "direct": "Der direkte {word} {path}{where} betrug {number}{zero}.",
        "total": "Der gesamte {word} {path} betrug {number}{zero}.",
        "moderated_mediation": "Je Einheit von {moderator} änderte sich der indirekte {word} {path} um {number}{zero}.",
        "moderation": "Der Koeffizient des Produkts {path} betrug {number}{zero}.",
        "natural_direct": "Natürlicher direkter {word}{where}: {number}.",
        "natural_indirect": "Natürlicher indirekter {word}{where}: {number}.",
        "natural_total": "Natürlicher direkter und indirekter {word} zusammen{where}: {number}.",
        "hidden": "{path}{where}: Die Zahl wird {not_shown}.",
        "undefined": "{path}{where}: Die Zahl ist {not_defined}.",
        "place": " bei {moderator} ({place})",
        "value": " bei {moderator} = {value}",
        "includes": "; das Intervall schließt null ein",
        "association": "Zusammenhang",
        "effect": "Effekt",
        "not_evidence": "Intervalle, die null einschließen, sind kein Beleg dafür, dass es keinen Zusammenhang gibt.",
    },
}
RHO = {
    "en": "The indirect association would be zero if the errors of mediator and outcome correlated by {number}.",
    "de": "Der indirekte Zusammenhang wäre null, wenn die Fehler von Mediator und Zielgröße um {number} korrelierten.",
}


@dataclass(frozen=True)
class MediationSentences:
    """One sentence for each number.

    Attributes
    ----------
    moderator : str
        Its title, or "".
    ordered : bool
        Whether the order in time allows the word "effect".
    labels : mapping of str to str
        Paths and categories → what print says.
    """

    moderator: str
    ordered: bool
    labels: Mapping[str, str]

    def __call__(self, table: pd.DataFrame, language: str) -> tuple[str, ...]:
        """Return the sentences in a language."""
        check_language(language)
        said = [self._said(row, language) for _, row in table.iterrows()]
        if ((table["conf_low"] <= 0) & (table["conf_high"] >= 0)).any():
            said.append(TEXTS[language]["not_evidence"])
        return tuple(said)

    def _said(self, row: pd.Series, language: str) -> str:
        text = TEXTS[language]
        parts = {
            "path": self.labels.get(row["term"], row["term"]),
            "where": self._where(row, language),
            "moderator": self.moderator,
            "word": text["effect" if self.ordered else "association"],
        }
        if is_hidden(row):
            return text["hidden"].format(not_shown=NOT_SHOWN[language], **parts)
        if math.isnan(row["estimate"]):
            return text["undefined"].format(not_defined=NOT_DEFINED[language], **parts)
        zero = text["includes"] if row["conf_low"] <= 0 <= row["conf_high"] else ""
        return text[row["quantity"]].format(number=with_interval(row, language), zero=zero, **parts)

    def _where(self, row: pd.Series, language: str) -> str:
        text = TEXTS[language]
        natural = str(row["quantity"]).startswith("natural")
        category = f" ({self.labels.get(row['level'], row['level'])})" if natural and row["level"] else ""
        if row["contrast"] in PLACES:
            place = PLACES[row["contrast"]][language]
            return text["place"].format(place=place, moderator=self.moderator) + category
        if natural:
            return (f", {row['contrast']}" if row["contrast"] else "") + category
        return text["value"].format(moderator=self.moderator, value=row["level"]) if row["level"] else ""


def rho_sentence(table: pd.DataFrame, language: str) -> tuple[str, ...]:
    """Return at which correlation of the errors the indirect association would be zero."""
    check_language(language)
    row = table.loc[table["quantity"] == "rho_at_zero"].iloc[0]
    if is_hidden(row) or math.isnan(row["estimate"]):
        return ()
    return (RHO[language].format(number=with_interval(row, language)),)
