"""Aligned factor means in words, from the released table."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from osa_survey import formatting

TEXTS = {
    "en": {
        "range": "Aligned factor means of {factor} across {by} ran from {low} ({lowest}) to {high} ({highest}).",
        "r2": "Of the differences in {what}, means and variances of the factor account for R² = {value}.",
        "hidden": "Aligned factor means of {factor} across {by} are not shown: too few people stand behind them.",
        "loadings": "loadings",
        "intercepts": "intercepts",
    },
    "de": {
        "range": (
            "Angeglichene Faktormittelwerte von {factor} über {by}: von {low} ({lowest}) bis {high} ({highest})."
        ),
        "r2": "Von den Unterschieden der {what} gehen R² = {value} auf Mittelwerte und Varianzen des Faktors zurück.",
        "hidden": "Angeglichene Faktormittelwerte von {factor} über {by} werden nicht gezeigt: zu wenige Personen.",
        "loadings": "Ladungen",
        "intercepts": "Interzepte",
    },
}


@dataclass(frozen=True)
class AlignmentWording:
    """For each factor the lowest and the highest group, and how alike items are.

    Attributes
    ----------
    title, by : str
        What print calls the scale and the groups.
    """

    title: str
    by: str

    def __call__(self, table: pd.DataFrame, language: str) -> tuple[str, ...]:
        """Return the sentences in one language."""
        text = TEXTS[language]
        told: list[str] = []
        factors = list(dict.fromkeys(table["outcome"]))
        for factor in factors:
            own = table.loc[table["outcome"] == factor]
            name = self.title if len(factors) == 1 else factor
            means = own.loc[(own["quantity"] == "factor_mean") & (own["suppressed"] == "")]
            if not len(means):
                told.append(text["hidden"].format(factor=name, by=self.by))
                continue
            low, high = means.loc[means["estimate"].idxmin()], means.loc[means["estimate"].idxmax()]
            told.append(
                text["range"].format(
                    factor=name,
                    by=self.by,
                    low=formatting.decimal(low["estimate"]),
                    lowest=low["group"],
                    high=formatting.decimal(high["estimate"]),
                    highest=high["group"],
                )
            )
            for _, row in own.loc[(own["quantity"] == "r2") & (own["suppressed"] == "")].iterrows():
                value = formatting.decimal(row["estimate"], bounded=True)
                told.append(text["r2"].format(what=text[str(row["level"])], value=value))
        return tuple(told)
