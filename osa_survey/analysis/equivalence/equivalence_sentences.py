"""The sentences of equivalence and non-inferiority tests."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from osa_survey import formatting
from osa_survey.analysis.phrases import NOT_DEFINED, NOT_SHOWN, check_language, is_hidden, shown, with_interval
from osa_survey.results import label_of

BOUND_LEVELS = ("lower bound", "upper bound")
TEXTS = {
    "en": {
        "within": "{name}: {symbol} = {estimate}; smallest effect of interest {unit} = {size}, bounds {bounds}; "
        "p {p}. {verdict}",
        "both": "Differences as large as the bounds are ruled out: the interval lies within them.",
        "both_different": "Differences as large as the bounds are ruled out, although the difference is not zero.",
        "lower": "A difference below the bound is ruled out.",
        "upper": "A difference above the bound is ruled out.",
        "open": "Differences as large as the bounds are not ruled out, and nothing shows that there is a difference: "
        "this is no evidence of equivalence either.",
        "open_different": "There is a difference, and one as large as the bounds is not ruled out.",
        "beyond": "There is a difference larger than the smallest effect of interest: the interval lies beyond the "
        "bounds.",
        "open_one": "A difference beyond the bound is not ruled out.",
        "hidden": "{name}: the equivalence test is {not_shown}.",
        "undefined": "{name}: the equivalence test is {not_defined}.",
    },
    "de": {
        "within": "{name}: {symbol} = {estimate}; kleinster bedeutsamer Effekt {unit} = {size}, Grenzen {bounds}; "
        "p {p}. {verdict}",
        "both": "Unterschiede in Höhe der Grenzen sind ausgeschlossen: Das Intervall liegt zwischen ihnen.",
        "both_different": "Unterschiede in Höhe der Grenzen sind ausgeschlossen, obwohl es einen Unterschied gibt.",
        "lower": "Ein Unterschied unterhalb der Grenze ist ausgeschlossen.",
        "upper": "Ein Unterschied oberhalb der Grenze ist ausgeschlossen.",
        "open": "Unterschiede in Höhe der Grenzen sind nicht ausgeschlossen, und ein Unterschied ist nicht gezeigt: "
        "Das ist auch kein Beleg für Gleichwertigkeit.",
        "open_different": "Es gibt einen Unterschied, und einer in Höhe der Grenzen ist nicht ausgeschlossen.",
        "beyond": "Es gibt einen Unterschied, der größer ist als der kleinste bedeutsame Effekt: Das Intervall liegt "
        "jenseits der Grenzen.",
        "open_one": "Ein Unterschied jenseits der Grenze ist nicht ausgeschlossen.",
        "hidden": "{name}: Der Äquivalenztest wird {not_shown}.",
        "undefined": "{name}: Der Äquivalenztest ist {not_defined}.",
    },
}
TO = {"en": " to ", "de": " bis "}


@dataclass(frozen=True)
class EquivalenceWords:
    """One sentence for each comparison.

    Attributes
    ----------
    labels : mapping of str to str
        Variable → what print says.
    side : {"both", "lower", "upper"}
        Which bounds are tested.
    """

    labels: Mapping[str, str]
    side: str = "both"

    def __call__(self, table: pd.DataFrame, language: str) -> tuple[str, ...]:
        """Return the sentences of a table that may have passed the gate."""
        check_language(language)
        keys = ["outcome", "term", "contrast", "group"]
        return tuple(self._told(part, language) for _, part in table.groupby(keys, sort=False))

    def _told(self, part: pd.DataFrame, language: str) -> str:
        text = TEXTS[language]
        estimate, verdict = part.iloc[0], part.loc[part["quantity"] == "equivalence"].iloc[0]
        smallest = part.loc[part["quantity"] == "smallest_effect"].iloc[0]
        parts = [self._name(estimate[key]) for key in ("outcome", "term", "contrast", "group") if estimate[key]]
        if estimate["outcome"] and str(estimate["contrast"]).startswith(f"{parts[0]} \u2212 "):
            del parts[0]  # a contrast of two variables names its outcome itself
        name = ", ".join(parts)
        if is_hidden(estimate):
            return text["hidden"].format(name=name, not_shown=NOT_SHOWN[language])
        if math.isnan(verdict["p_value"]):
            return text["undefined"].format(name=name, not_defined=NOT_DEFINED[language])
        bounds = [shown(row) for _, row in part.loc[part["level"].isin(BOUND_LEVELS)].iterrows()]
        return text["within"].format(
            name=name,
            symbol=label_of(estimate["quantity"], language),
            estimate=with_interval(estimate, language),
            unit=label_of(smallest["level"], language),
            size=formatting.decimal(smallest["estimate"]),
            bounds=TO[language].join(bounds),
            p=formatting.p_value(verdict["p_value"]),
            verdict=text[self._verdict(estimate, verdict, part)],
        )

    def _verdict(self, estimate: pd.Series, verdict: pd.Series, part: pd.DataFrame) -> str:
        different = estimate["p_value"] < (1 - estimate["conf_level"]) / 2
        if self.side != "both":
            return self.side if verdict["estimate"] == 1 else "open_one"
        bounds = part.loc[part["level"].isin(BOUND_LEVELS) & (part["quantity"] == estimate["quantity"]), "estimate"]
        if len(bounds) and (estimate["conf_low"] > bounds.max() or estimate["conf_high"] < bounds.min()):
            return "beyond"
        key = "both" if verdict["estimate"] == 1 else "open"
        return f"{key}_different" if different else key

    def _name(self, value: str) -> str:
        return str(self.labels.get(value, value))
