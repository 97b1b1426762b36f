"""The sentences of an analysis of variance."""

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
    listed,
    not_adjusted,
    printed_test,
    with_interval,
)

ALPHA = 0.05
TEXTS = {
    "en": {
        "effect": "{term}: {test}, partial η² = {partial}, generalised η² = {generalised}{corrected}.",
        "corrected": " ({name} corrected)",
        "hidden": "{term}: the test is {not_shown}.",
        "undefined": "{term}: the test is {not_defined}.",
        "open": "Not significant: {terms}; {not_evidence}.",
        "contrast": "{where}, {contrast}: {difference}, adjusted p {p}.",
    },
    "de": {
        "effect": "{term}: {test}, partielles η² = {partial}, generalisiertes η² = {generalised}{corrected}.",
        "corrected": " (Korrektur nach {name})",
        "hidden": "{term}: Der Test wird {not_shown}.",
        "undefined": "{term}: Der Test ist {not_defined}.",
        "open": "Nicht signifikant: {terms}; {not_evidence}.",
        "contrast": "{where}, {contrast}: {difference}, adjustiertes p {p}.",
    },
}
CORRECTIONS = ("Greenhouse–Geisser", "Huynh–Feldt")
TIMES = " × "


@dataclass(frozen=True)
class AnovaWords:
    """One sentence for each effect.

    Attributes
    ----------
    labels : mapping of str to str
        Factors → what print says.
    """

    labels: Mapping[str, str]

    def __call__(self, table: pd.DataFrame, language: str) -> tuple[str, ...]:
        """Return the sentences of a table that may have passed the gate."""
        check_language(language)
        text = TEXTS[language]
        found, open_ = [], []
        for _, row in table.loc[table["quantity"] == "anova_effect"].iterrows():
            found.append(self._effect(table, row, language))
            if deciding_p(row) >= ALPHA:
                open_.append(self._named(row["term"]))
        if open_:
            terms = listed(open_, language)
            found.append(text["open"].format(terms=terms, not_evidence=NOT_EVIDENCE[language]))
        return tuple(found)

    def _effect(self, table: pd.DataFrame, row: pd.Series, language: str) -> str:
        text, term = TEXTS[language], self._named(row["term"])
        if is_hidden(row):
            return text["hidden"].format(term=term, not_shown=NOT_SHOWN[language])
        if math.isnan(row["statistic"]):
            return text["undefined"].format(term=term, not_defined=NOT_DEFINED[language])
        sizes = [find(table, name, term=row["term"]) for name in ("partial_eta_squared", "generalised_eta_squared")]
        partial, generalised = ("" if one is None else with_interval(one, language) for one in sizes)
        name = next((one for one in CORRECTIONS if one in row["method"]), "")
        corrected = text["corrected"].format(name=name) if name else ""
        return text["effect"].format(
            term=term, test=printed_test(row), partial=partial, generalised=generalised, corrected=corrected
        )

    def _named(self, term: str) -> str:
        return TIMES.join(self.labels.get(part, part) for part in term.split(TIMES))


@dataclass(frozen=True)
class ContrastWords:
    """One sentence for each contrast of marginal means whose p is below .05."""

    labels: Mapping[str, str]

    def __call__(self, table: pd.DataFrame, language: str) -> tuple[str, ...]:
        """Return the sentences of a table that may have passed the gate."""
        check_language(language)
        found = []
        for _, row in table.loc[table["p_adjusted"] < ALPHA].iterrows():
            where = ", ".join(self.labels.get(part, part) for part in str(row["term"]).split(", "))
            found.append(
                TEXTS[language]["contrast"].format(
                    where=where,
                    contrast=row["contrast"],
                    difference=with_interval(row, language),
                    p=formatting.p_value(row["p_adjusted"]),
                )
            )
        return (*found, *not_adjusted(table.loc[table["p_adjusted"] < ALPHA], language))
