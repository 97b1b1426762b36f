"""A factor model under weights or over completed sets in words, from the released table."""

from __future__ import annotations

import math
from dataclasses import dataclass

import pandas as pd

from osa_survey import formatting
from osa_survey.analysis.phrases import NOT_SHOWN, check_language, is_hidden, printed_test

TEXTS = {
    "en": {
        "fit": "Fit of the factor model of {title}: {test}, SRMR = {srmr}, n = {n}.",
        "untested": "The factor model of {title} is not tested here; SRMR = {srmr}, n = {n}.",
        "hidden": "The fit of the factor model of {title}: {not_shown}.",
    },
    "de": {
        "fit": "Passung des Faktorenmodells von {title}: {test}, SRMR = {srmr}, n = {n}.",
        "untested": "Das Faktorenmodell von {title} wird hier nicht geprüft; SRMR = {srmr}, n = {n}.",
        "hidden": "Passung des Faktorenmodells von {title}: {not_shown}.",
    },
}


@dataclass(frozen=True)
class ComposedFactorWords:
    """One sentence on fit.

    Attributes
    ----------
    title : str
        What print calls the model.
    """

    title: str

    def __call__(self, table: pd.DataFrame, language: str) -> tuple[str, ...]:
        """Return the sentence in one language."""
        check_language(language)
        test, srmr = (table.loc[table["quantity"] == name].iloc[0] for name in ("chi_squared", "srmr"))
        if is_hidden(test) or is_hidden(srmr):
            return (TEXTS[language]["hidden"].format(title=self.title, not_shown=NOT_SHOWN[language]),)
        kind = "untested" if math.isnan(test["p_value"]) else "fit"
        words = {
            "title": self.title,
            "srmr": formatting.decimal(srmr["estimate"], 3, bounded=True),
            "n": formatting.count(test["n"]),
            "test": "" if kind == "untested" else printed_test(test),
        }
        return (TEXTS[language][kind].format(**words),)
