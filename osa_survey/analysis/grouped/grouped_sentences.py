"""The sentence about the groups of a model. It reads the released table only."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from osa_survey import formatting
from osa_survey.analysis.phrases import NOT_SHOWN, check_language, find, is_hidden, is_known, shown

NAMES = {
    "icc": {"en": "ICC", "de": "ICC"},
    "marginal_r2": {"en": "marginal R²", "de": "marginales R²"},
    "conditional_r2": {"en": "conditional R²", "de": "konditionales R²"},
    "within_r2": {"en": "R² within groups", "de": "R² innerhalb der Gruppen"},
    "working_correlation": {"en": "correlation within groups", "de": "Korrelation innerhalb der Gruppen"},
}
BEGIN = {
    "en": "Model of {outcome}: {n} respondents in {groups} groups{told}.",
    "de": "Modell von {outcome}: {n} Befragte in {groups} Gruppen{told}.",
}
HIDDEN = {"en": "The fit of the model of {outcome} is", "de": "Die Güte des Modells von {outcome} wird"}
SEE = {"en": " (see the warnings of the table)", "de": " (siehe Warnungen der Tabelle)"}


@dataclass(frozen=True)
class GroupedFitSentences:
    """People, groups and shares of variance of the last block's model.

    Attributes
    ----------
    outcome : str
        The outcome's title.
    shares : tuple of str
        The quantities that are told.
    level : str
        The last block.
    """

    outcome: str
    shares: tuple[str, ...]
    level: str

    def __call__(self, table: pd.DataFrame, language: str) -> tuple[str, ...]:
        """Return the sentence in a language."""
        check_language(language)
        here = table.loc[table["level"] == self.level]
        groups = find(here, "groups")
        if groups is None or is_hidden(groups):
            return (f"{HIDDEN[language].format(outcome=self.outcome)} {NOT_SHOWN[language]}.",)
        told = ""
        for quantity in self.shares:
            row = find(here, quantity)
            if row is not None and is_known(row) and not is_hidden(row):
                told += f", {NAMES[quantity][language]} = {shown(row)}"
        told += SEE[language] if groups["warning"] else ""
        words = {"n": formatting.count(groups["n"]), "groups": shown(groups), "told": told}
        return (BEGIN[language].format(outcome=self.outcome, **words),)
