"""The sentences of ``compare_with_target``."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from osa_survey.analysis.phrases import NOT_SHOWN, check_language, find, is_hidden, shown

TEXTS = {
    "en": {
        "weighted": "{title}: farthest from the target is {level} with {unweighted} of the respondents, {weighted} "
        "weighted, against {target}.",
        "unweighted": "{title}: farthest from the target is {level} with {unweighted} of the respondents against "
        "{target}.",
        "met": "{title}: the weighted shares meet the target; unweighted, {level} is farthest from it with "
        "{unweighted} against {target}.",
        "hidden": "{title}: what is farthest from the target is {not_shown}.",
    },
    "de": {
        "weighted": "{title}: Am weitesten vom Zielwert entfernt ist {level} mit {unweighted} der Befragten, gewichtet "
        "{weighted}, gegenüber {target}.",
        "unweighted": "{title}: Am weitesten vom Zielwert entfernt ist {level} mit {unweighted} der Befragten "
        "gegenüber {target}.",
        "met": "{title}: Die gewichteten Anteile treffen die Zielwerte; ungewichtet ist {level} mit {unweighted} "
        "gegenüber {target} am weitesten entfernt.",
        "hidden": "{title}: Was am weitesten vom Zielwert entfernt ist, wird {not_shown}.",
    },
}
MET = 5e-4
"""Differences that print as 0.0 per cent."""


@dataclass(frozen=True)
class TargetWords:
    """One sentence for each variable: where the sample is farthest from its target.

    Attributes
    ----------
    titles : tuple of (str, str)
        Variable → what print says.
    """

    titles: tuple[tuple[str, str], ...] = ()

    def __call__(self, table: pd.DataFrame, language: str) -> tuple[str, ...]:
        """Return the sentences of a table that may have passed the gate."""
        check_language(language)
        sentences = (
            self._variable(table.loc[table["outcome"] == name], title, language) for name, title in self.titles
        )
        return tuple(sentence for sentence in sentences if sentence)

    def _variable(self, table: pd.DataFrame, title: str, language: str) -> str:
        text = TEXTS[language]
        differences = table.loc[table["quantity"] == "target_difference"]
        known = differences.dropna(subset=["estimate"])
        if known.empty:
            hidden = any(is_hidden(row) for _, row in differences.iterrows())
            return text["hidden"].format(title=title, not_shown=NOT_SHOWN[language]) if hidden else ""
        has_weights = bool((table["quantity"] == "weighted_proportion").any())
        met = has_weights and float(known["estimate"].abs().max()) < MET
        level = _farthest(table) if met else str(known["level"].iloc[int(known["estimate"].abs().argmax())])
        rows = {name: find(table, f"{name}_proportion", level=level) for name in ("unweighted", "weighted", "target")}
        words = {name: shown(row) for name, row in rows.items() if row is not None}
        return text["met" if met else "weighted" if has_weights else "unweighted"].format(
            title=title, level=level, **words
        )


def _farthest(table: pd.DataFrame) -> str:
    """Return the category whose unweighted share is farthest from its target."""
    shares = table.loc[table["quantity"] == "unweighted_proportion"].set_index("level")["estimate"]
    targets = table.loc[table["quantity"] == "target_proportion"].set_index("level")["estimate"]
    return str((shares - targets).abs().idxmax())
