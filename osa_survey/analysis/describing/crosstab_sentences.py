"""The sentences of ``crosstab``."""

from __future__ import annotations

import math
from dataclasses import dataclass

import pandas as pd

from osa_survey import formatting
from osa_survey.analysis.phrases import (
    NOT_SHOWN,
    check_language,
    deciding_p,
    find,
    is_hidden,
    is_known,
    listed,
    shown,
    with_interval,
)
from osa_survey.languages import in_language

TEXTS = {
    "en": {
        "test": "{row} and {column}: {test}, p {p}, Cramér's V = {v}.",
        "hidden": "{row} and {column}: the test of association is not shown, because with the table it would give "
        "small counts away; merging small categories lets it be shown.",
        "undefined": "{row} and {column}: only one category of a variable occurs, so no association can be tested.",
        "not_evidence": "This is not evidence that there is no association.",
        "doubtful": "Some expected counts are below 5, so that the test is doubtful.",
        "cells": "Standardised residuals beyond ±{limit}: {parts}.",
        "cell": "{group} and {level} ({residual}, {share} of {group})",
        "cells_hidden": "Some counts are {not_shown}.",
    },
    "de": {
        "test": "{row} und {column}: {test}, p {p}, Cramérs V = {v}.",
        "hidden": "{row} und {column}: Der Test des Zusammenhangs wird nicht gezeigt, weil er zusammen mit der Tabelle "
        "kleine Häufigkeiten verraten würde; mit zusammengefassten kleinen Kategorien wird er gezeigt.",
        "undefined": "{row} und {column}: Nur eine Kategorie einer Variable kommt vor; ein Zusammenhang ist nicht "
        "prüfbar.",
        "not_evidence": "Das ist kein Beleg dafür, dass es keinen Zusammenhang gibt.",
        "doubtful": "Einige erwartete Häufigkeiten liegen unter 5, der Test ist daher zweifelhaft.",
        "cells": "Standardisierte Residuen jenseits von ±{limit}: {parts}.",
        "cell": "{group} und {level} ({residual}, {share} von {group})",
        "cells_hidden": "Einige Häufigkeiten werden {not_shown}.",
    },
}
NOTABLE_RESIDUAL = 2.0
ALPHA = 0.05


@dataclass(frozen=True)
class CrosstabWords:
    """Sentences of a cross-tabulation.

    Attributes
    ----------
    labels : tuple of (str, str)
        Variable → what print says.
    """

    labels: tuple[tuple[str, str], ...] = ()

    def __call__(self, table: pd.DataFrame, language: str) -> tuple[str, ...]:
        """Return the sentences of a table that may have passed the gate."""
        check_language(language)
        text, titles = TEXTS[language], dict(self.labels)
        chi2, v = find(table, "chi_squared"), find(table, "cramers_v")
        if chi2 is None or v is None:
            return ()
        row, column = str(chi2["outcome"]), str(chi2["term"])
        words = {"row": titles.get(row, row), "column": titles.get(column, column)}
        sentences = []
        if is_hidden(chi2):
            sentences.append(text["hidden"].format(**words))
        elif not is_known(chi2):
            sentences.append(text["undefined"].format(**words))
        else:
            sentences += self._test(table, chi2, v, words, language)
        if (table.loc[table["quantity"] == "count", "suppressed"] != "").any():
            sentences.append(text["cells_hidden"].format(not_shown=NOT_SHOWN[language]))
        return tuple(sentences)

    @staticmethod
    def _test(table: pd.DataFrame, chi2: pd.Series, v: pd.Series, words: dict[str, str], language: str) -> list[str]:
        text = TEXTS[language]
        degrees, people = formatting.degrees_of_freedom(chi2["df1"]), formatting.count(chi2["n"])
        test = f"χ²({degrees}, N = {people}) = {formatting.decimal(chi2['statistic'])}"
        if chi2["statistic_name"] == "F":
            test = formatting.statistic("F", chi2["statistic"], chi2["df1"], chi2["df2"])
        p = formatting.p_value(chi2["p_value"])
        sentences = [text["test"].format(test=test, p=p, v=with_interval(v, language), **words)]
        if deciding_p(chi2) >= ALPHA:
            sentences.append(text["not_evidence"])
        if chi2["warning"]:
            sentences.append(text["doubtful"])
        parts = []
        for _, cell in table.loc[table["quantity"] == "standardised_residual"].iterrows():
            share = find(table, "row_proportion", group=cell["group"], level=cell["level"])
            if share is None or math.isnan(cell["estimate"]) or abs(cell["estimate"]) <= NOTABLE_RESIDUAL:
                continue
            named = {key: in_language(str(cell[key]), language, "words") for key in ("group", "level")}
            parts.append(text["cell"].format(residual=shown(cell), share=shown(share), **named))
        if parts and deciding_p(chi2) < ALPHA:
            limit = formatting.decimal(NOTABLE_RESIDUAL, 0)
            sentences.append(text["cells"].format(limit=limit, parts=listed(parts, language)))
        return sentences
