"""The sentences of a multivariate analysis of variance."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from osa_survey.analysis.factorial.anova_effects import TIMES
from osa_survey.analysis.factorial.composed_manovas import EXACT, WALD
from osa_survey.analysis.phrases import NOT_EVIDENCE, check_language, deciding_p, listed, printed_test

ALPHA = 0.05
TEXTS = {
    "en": {"term": "{term}: {level}, {test}.", "open": "Not significant: {terms}; {not_evidence}."},
    "de": {"term": "{term}: {level}, {test}.", "open": "Nicht signifikant: {terms}; {not_evidence}."},
}
LEADING = {
    WALD: {"en": "Wald's test of all outcomes", "de": "Wald-Test aller abhängigen Variablen"},
    EXACT: {"en": "Hotelling–Lawley trace", "de": "Hotelling-Lawley-Spur"},
    "Pillai": {"en": "Pillai's trace", "de": "Pillai-Spur"},
}
"""The criterion that the sentences give, in the language of the report."""


def _leading(table: pd.DataFrame) -> str:
    """Return the criterion that is told: Wald's, that pooled by D1, else Pillai's."""
    if (table["level"] == WALD).any():
        return WALD
    exact = table.loc[table["level"] == EXACT, "method"]
    return EXACT if exact.str.contains("D1").any() else "Pillai"


@dataclass(frozen=True)
class ManovaWords:
    """One sentence for each effect."""

    labels: Mapping[str, str]

    def __call__(self, table: pd.DataFrame, language: str) -> tuple[str, ...]:
        """Return the sentences of a table that may have passed the gate."""
        check_language(language)
        text = TEXTS[language]
        found, open_ = [], []
        level = _leading(table)
        for _, row in table.loc[(table["level"] == level) & (table["suppressed"] == "")].iterrows():
            term = TIMES.join(self.labels.get(part, part) for part in str(row["term"]).split(TIMES))
            if math.isfinite(row["statistic"]):
                found.append(text["term"].format(term=term, level=LEADING[level][language], test=printed_test(row)))
            if deciding_p(row) >= ALPHA:
                open_.append(term)
        if open_:
            terms = listed(open_, language)
            found.append(text["open"].format(terms=terms, not_evidence=NOT_EVIDENCE[language]))
        return tuple(found)
