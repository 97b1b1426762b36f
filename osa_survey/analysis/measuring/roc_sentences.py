"""The sentences of ``roc``: the area, the comparison of two areas, and each cut-off with what it is not."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import pandas as pd

from osa_survey import formatting
from osa_survey.analysis.phrases import (
    NOT_DEFINED,
    NOT_SHOWN,
    check_language,
    is_hidden,
    is_known,
    shown,
    with_interval,
)

TEXTS = {
    "en": {
        "auc": "A randomly chosen person with {case} has a more pointing {score} than one without with a chance of "
        "{number} (area under the ROC curve).",
        "difference": "{pair}: the areas differ by {number}, p {p}.",
        "hidden": "{score}: the number is {not_shown}.",
        "undefined": "{score}: the number is {not_defined}.",
        "cut_off": "{score} {rule}: sensitivity {sensitivity}; specificity {specificity}; {above} are beyond it.",
        "values": "At a prevalence of {prevalence}, {ppv} of those beyond it and {npv} of the others are classed "
        "rightly.",
        "diagnosis": "Whoever is beyond this cut-off screens positive: that is not a diagnosis.",
    },
    "de": {
        "auc": "Eine zufällig gewählte Person mit {case} hat mit einer Wahrscheinlichkeit von {number} einen stärker "
        "darauf hinweisenden Wert in {score} als eine ohne (Fläche unter der ROC-Kurve).",
        "difference": "{pair}: Die Flächen unterscheiden sich um {number}, p {p}.",
        "hidden": "{score}: Die Zahl wird {not_shown}.",
        "undefined": "{score}: Die Zahl ist {not_defined}.",
        "cut_off": "{score} {rule}: Sensitivität {sensitivity}; Spezifität {specificity}; {above} liegen darüber "
        "hinaus.",
        "values": "Bei einer Prävalenz von {prevalence} werden {ppv} von ihnen und {npv} der übrigen richtig "
        "zugeordnet.",
        "diagnosis": "Wer jenseits dieses Schwellenwerts liegt, fällt im Screening auf: Das ist keine Diagnose.",
    },
}


@dataclass(frozen=True)
class AreaWords:
    """Sentences of areas under curves.

    Attributes
    ----------
    case : str
        What the cases are called.
    labels : dict of str to str
        Variable → what print says.
    """

    case: str
    labels: dict[str, str] = field(default_factory=dict)

    def __call__(self, table: pd.DataFrame, language: str) -> tuple[str, ...]:
        """Return the sentences of a table that may have passed the gate."""
        check_language(language)
        told = table.loc[table["quantity"].isin(("auc", "auc_difference"))]
        return tuple(self._row(row, language) for _, row in told.iterrows())

    def _row(self, row: pd.Series, language: str) -> str:
        text = TEXTS[language]
        score = self.labels.get(row["term"], row["term"])
        if is_hidden(row):
            return text["hidden"].format(score=score, not_shown=NOT_SHOWN[language])
        if not is_known(row):
            return text["undefined"].format(score=score, not_defined=NOT_DEFINED[language])
        number = with_interval(row, language)
        if row["quantity"] == "auc":
            return text["auc"].format(case=self.case, score=score, number=number)
        p = NOT_DEFINED[language] if math.isnan(row["p_value"]) else formatting.p_value(row["p_value"])
        return text["difference"].format(pair=row["contrast"], number=number, p=p)


@dataclass(frozen=True)
class CutOffWords:
    """Sentences of cut-offs; each ends with the reminder that screening is no diagnosis.

    Attributes
    ----------
    labels : dict of str to str
        Variable → what print says.
    """

    labels: dict[str, str] = field(default_factory=dict)

    def __call__(self, table: pd.DataFrame, language: str) -> tuple[str, ...]:
        """Return the sentences of a table that may have passed the gate."""
        check_language(language)
        told = []
        for _, rows in table.groupby(["term", "level"], sort=False):
            told += [self._cut_off(rows, language), TEXTS[language]["diagnosis"]]
        return tuple(told)

    def _cut_off(self, rows: pd.DataFrame, language: str) -> str:
        text = TEXTS[language]
        first = rows.iloc[0]
        words = {"score": self.labels.get(first["term"], first["term"]), "rule": first["level"]}
        parts = {name: rows.loc[rows["quantity"] == name].iloc[0] for name in ("sensitivity", "specificity")}
        above = rows.loc[rows["quantity"] == "above_cutoff"].iloc[0]
        said = {name: _number(row, language) for name, row in parts.items()}
        sentence = text["cut_off"].format(above=_number(above, language), **said, **words)
        values = []
        for _, own in rows.loc[rows["quantity"].isin(["ppv", "npv"])].groupby("contrast", sort=False):
            share = formatting.percent(own.iloc[0]["statistic"], 1)
            numbers = {row["quantity"]: _number(row, language) for _, row in own.iterrows()}
            values.append(text["values"].format(prevalence=share, **numbers))
        return " ".join([sentence, *values])


def _number(row: pd.Series, language: str) -> str:
    if is_hidden(row):
        return NOT_SHOWN[language]
    return shown(row) if is_known(row) else NOT_DEFINED[language]
