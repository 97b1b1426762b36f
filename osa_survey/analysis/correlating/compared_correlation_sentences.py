"""The sentences of ``compare_correlations``."""

from __future__ import annotations

import math
from dataclasses import dataclass

import pandas as pd

from osa_survey.analysis.phrases import (
    NOT_DEFINED,
    NOT_SHOWN,
    check_language,
    deciding_p,
    find,
    is_hidden,
    printed_test,
    with_interval,
)

TEXTS = {
    "en": {
        "difference": "{contrast} = {estimate}, {test}; Cohen's q = {q}.",
        "open": "The difference is not significant; this is not evidence of equal correlations.",
        "none": "{contrast}: the difference is {why}.",
    },
    "de": {
        "difference": "{contrast} = {estimate}, {test}; Cohens q = {q}.",
        "open": "Die Differenz ist nicht signifikant; das ist kein Beleg dafür, dass die Korrelationen gleich sind.",
        "none": "{contrast}: Die Differenz ist {why}.",
    },
}
ALPHA = 0.05


@dataclass(frozen=True)
class ComparedWords:
    """The difference with its test.

    Attributes
    ----------
    labels : tuple of (str, str)
        Variable or contrast → what print says.
    """

    labels: tuple[tuple[str, str], ...] = ()

    def __call__(self, table: pd.DataFrame, language: str) -> tuple[str, ...]:
        """Return the sentences of a table that may have passed the gate."""
        check_language(language)
        text = TEXTS[language]
        row, q = find(table, "correlation_difference"), find(table, "cohens_q")
        assert row is not None and q is not None
        contrast = dict(self.labels).get(row["contrast"], row["contrast"])
        if is_hidden(row) or math.isnan(row["estimate"]) or math.isnan(row["statistic"]):
            why = NOT_SHOWN[language] if is_hidden(row) else NOT_DEFINED[language]
            return (text["none"].format(contrast=contrast, why=why),)
        said = text["difference"].format(
            contrast=contrast,
            estimate=with_interval(row, language),
            test=printed_test(row),
            q=with_interval(q, language),
        )
        return (said, text["open"]) if deciding_p(row) >= ALPHA else (said,)
