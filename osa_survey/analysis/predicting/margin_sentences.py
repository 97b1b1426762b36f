"""The sentences of a table of margins. They read the released table only and speak of predictions only."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from osa_survey import formatting
from osa_survey.analysis.phrases import NOT_SHOWN, check_language, interval_of, is_hidden, judged_test, not_adjusted

WORDS = {
    "prediction": {"en": "The average prediction", "de": "Die mittlere Vorhersage"},
    "prediction_difference": {"en": "The difference in average predictions", "de": "Die Differenz der Vorhersagen"},
    "average_slope": {"en": "The average slope", "de": "Die mittlere Steigung"},
}
DIGITS = 3


@dataclass(frozen=True)
class MarginSentences:
    """One sentence for each difference and slope; for each prediction where there is neither.

    Attributes
    ----------
    outcome : str
        The outcome's title, with the event.
    labels : mapping of str to str
        What terms, contrasts, groups and levels are called.
    """

    outcome: str
    labels: Mapping[str, str]

    def __call__(self, table: pd.DataFrame, language: str) -> tuple[str, ...]:
        """Return the sentences in a language."""
        check_language(language)
        compared = table.loc[table["quantity"] != "prediction"]
        chosen = compared if len(compared) else table
        said = tuple(self._sentence(row, language) for _, row in chosen.iterrows())
        return (*said, *not_adjusted(chosen, language))

    def _sentence(self, row: pd.Series, language: str) -> str:
        what = WORDS[row["quantity"]][language]
        of = {"en": "of", "de": "von"}[language]
        outcome = f"{self.outcome} ({self._label(row['level'])})" if row["level"] else self.outcome
        where = ", ".join(self._label(row[key]) for key in ("term", "contrast", "group") if row[key])
        if is_hidden(row) or math.isnan(row["estimate"]):
            verb = {"en": "is", "de": "wird"}[language]
            return f"{what} {of} {outcome} ({where}) {verb} {NOT_SHOWN[language]}."
        number = formatting.decimal(row["estimate"], DIGITS)
        test = "" if math.isnan(row["p_value"]) else f", {judged_test(row, language)}"
        verb = {"en": "was", "de": "war"}[language]
        interval = "" if math.isnan(row["conf_low"]) else f", {interval_of(row, language)}"
        return f"{what} {of} {outcome} ({where}) {verb} {number}{interval}{test}."

    def _label(self, name: str) -> str:
        return str(self.labels.get(name, name))
