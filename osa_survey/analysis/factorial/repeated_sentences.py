"""The sentences of Friedman's and Cochran's tests."""

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
    is_hidden,
    listed,
    printed_test,
    shown,
)

ALPHA = 0.05
NAMES = {
    "friedman": {"en": "Friedman's test", "de": "Friedman-Test"},
    "cochran_q": {"en": "Cochran's test", "de": "Cochran-Test"},
}
TEXTS = {
    "en": {
        "test": "{name} (n = {n}): {test}. {parts}.",
        "open": "The test is not significant; {not_evidence}.",
        "pairs": "Adjusted p below .05: {pairs}.",
        "hidden": "{name}: {not_shown}.",
    },
    "de": {
        "test": "{name} (n = {n}): {test}. {parts}.",
        "open": "Der Test ist nicht signifikant; {not_evidence}.",
        "pairs": "Adjustiertes p unter ,05: {pairs}.",
        "hidden": "{name}: {not_shown}.",
    },
}
DESCRIBED = {"friedman": "mean_rank", "cochran_q": "proportion"}


@dataclass(frozen=True)
class RepeatedWords:
    """The test and what it compares.

    Attributes
    ----------
    labels : mapping of str to str
        Variable → what print says.
    """

    labels: Mapping[str, str]

    def __call__(self, table: pd.DataFrame, language: str) -> tuple[str, ...]:
        """Return the sentences of a table that may have passed the gate."""
        check_language(language)
        text = TEXTS[language]
        row = table.loc[table["quantity"].isin(list(NAMES))].iloc[0]
        name = NAMES[row["quantity"]][language]
        if is_hidden(row) or math.isnan(row["statistic"]):
            words = NOT_SHOWN if is_hidden(row) else NOT_DEFINED
            return (text["hidden"].format(name=name, not_shown=words[language]),)
        described = table.loc[table["quantity"] == DESCRIBED[row["quantity"]]]
        parts = [
            f"{self.labels.get(one['outcome'], one['outcome'])} "
            + (NOT_SHOWN[language] if is_hidden(one) else shown(one))
            for _, one in described.iterrows()
        ]
        n = formatting.count(row["n"])
        found = [text["test"].format(name=name, n=n, test=printed_test(row), parts=listed(parts, language))]
        if deciding_p(row) >= ALPHA:
            found.append(text["open"].format(not_evidence=NOT_EVIDENCE[language]))
        return tuple(found)


@dataclass(frozen=True)
class RepeatedPairWords:
    """The pairs whose adjusted p is below .05."""

    def __call__(self, table: pd.DataFrame, language: str) -> tuple[str, ...]:
        """Return the sentence of a table that may have passed the gate."""
        check_language(language)
        pairs = [
            f"{row['contrast']} (p {formatting.p_value(row['p_adjusted'])})"
            for _, row in table.loc[table["p_adjusted"] < ALPHA].iterrows()
        ]
        return (TEXTS[language]["pairs"].format(pairs=listed(pairs, language)),) if pairs else ()
