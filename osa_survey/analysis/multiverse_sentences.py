"""The sentences of ``multiverse``."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from osa_survey import formatting
from osa_survey.analysis.phrases import NOT_DEFINED, NOT_SHOWN, check_language, find, is_hidden, is_known, shown

TEXTS = {
    "en": {
        "count": "The declared choices make {number} specifications.",
        "curve_median": "The median partial correlation is {number}; shuffled answers reach it, p {p}.",
        "curve_same_sign": "{number} have the predicted direction, p {p}.",
        "curve_significant": "{number} are significant in the predicted direction, p {p}.",
        "curve_stouffer": "Stouffer's Z over all specifications is {number}, p {p}.",
        "missing": "{label}: the number is {reason}.",
    },
    "de": {
        "count": "Die angegebenen Wahlmöglichkeiten ergeben {number} Spezifikationen.",
        "curve_median": "Der Median der Partialkorrelationen ist {number}; gemischte Antworten erreichen ihn, p {p}.",
        "curve_same_sign": "{number} haben die vorhergesagte Richtung, p {p}.",
        "curve_significant": "{number} sind in der vorhergesagten Richtung signifikant, p {p}.",
        "curve_stouffer": "Stouffers Z über alle Spezifikationen ist {number}, p {p}.",
        "missing": "{label}: Die Zahl ist {reason}.",
    },
}


@dataclass(frozen=True)
class MultiverseWords:
    """Sentences of a specification curve."""

    def __call__(self, table: pd.DataFrame, language: str) -> tuple[str, ...]:
        """Return the sentences of a table that may have passed the gate."""
        check_language(language)
        text, told = TEXTS[language], []
        for key in ("specifications", "curve_median", "curve_same_sign", "curve_significant", "curve_stouffer"):
            row = find(table, key)
            if row is None:
                continue
            if is_hidden(row) or not is_known(row):
                reason = NOT_SHOWN[language] if is_hidden(row) else NOT_DEFINED[language]
                told.append(text["missing"].format(label=key.replace("_", " "), reason=reason))
            elif key == "specifications":
                told.append(text["count"].format(number=shown(row)))
            else:
                told.append(text[key].format(number=shown(row), p=formatting.p_value(row["p_value"])))
        return tuple(told)
