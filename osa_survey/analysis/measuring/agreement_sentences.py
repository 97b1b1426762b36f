"""Sentences of agreement between instruments and between coders: one for each number that says how well they agree."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from osa_survey.analysis.phrases import NOT_DEFINED, NOT_SHOWN, check_language, is_hidden, is_known, with_interval
from osa_survey.results import QUANTITIES

TOLD = (
    "observed_agreement",
    "kappa",
    "kappa_weighted",
    "gwet_ac1",
    "bias",
    "lower_limit",
    "upper_limit",
    "krippendorff_alpha",
)
AND = {"en": "{first} and {second}", "de": "{first} und {second}"}
GERMAN = {
    "observed_agreement": "beobachtete Übereinstimmung",
    "kappa": "Cohens κ",
    "kappa_weighted": "gewichtetes κ",
    "gwet_ac1": "Gwets AC1",
    "bias": "mittlere Differenz",
    "lower_limit": "untere Übereinstimmungsgrenze",
    "upper_limit": "obere Übereinstimmungsgrenze",
    "krippendorff_alpha": "Krippendorffs α",
}


@dataclass(frozen=True)
class AgreementWords:
    """Sentences of agreement.

    Attributes
    ----------
    first, second : str
        What print calls those that are compared.
    """

    first: str
    second: str

    def __call__(self, table: pd.DataFrame, language: str) -> tuple[str, ...]:
        """Return the sentences of a table that may have passed the gate."""
        check_language(language)
        pair = AND[language].format(first=self.first, second=self.second)
        told = []
        for _, row in table.loc[table["quantity"].isin(TOLD)].iterrows():
            quantity = str(row["quantity"])
            name = QUANTITIES[quantity].label if language == "en" else GERMAN[quantity]
            number = NOT_SHOWN[language] if is_hidden(row) else NOT_DEFINED[language]
            if is_known(row):
                number = with_interval(row, language)
            kind = f" ({row['level']})" if row["level"] else ""
            told.append(f"{pair}: {name}{kind}: {number}.")
        return tuple(told)
