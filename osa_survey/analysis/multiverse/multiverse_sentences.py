"""The sentences of ``multiverse``."""

from __future__ import annotations

import math
from dataclasses import dataclass

import pandas as pd

from osa_survey import formatting
from osa_survey.analysis.multiverse.multiverse_rows import RESAMPLED
from osa_survey.analysis.phrases import NOT_DEFINED, NOT_SHOWN, check_language, find, is_hidden, is_known, shown

TESTED = ("curve_median", "curve_same_sign", "curve_significant", "curve_stouffer")
TEXTS = {
    "en": {
        "specifications": "The declared choices make {number} specifications.",
        "curve_median": "The median partial correlation is {number}; shuffled answers reach it, p {p}.",
        "resampled_median": "The median partial correlation is {number}; resamples without an association reach it, "
        "p {p}.",
        "verb_curve_median": "The median estimate is {number}; shuffled answers reach it, p {p}.",
        "verb_untested_curve_median": "The median estimate is {number}.",
        "untested_curve_median": "The median partial correlation is {number}.",
        "untested_curve_same_sign": "{number} have the predicted direction.",
        "untested_curve_significant": "{number} are significant in the predicted direction.",
        "untested_curve_stouffer": "Stouffer's Z over all specifications is {number}.",
        "untested": "There is no joint test of this curve.",
        "curve_same_sign": "{number} have the predicted direction, p {p}.",
        "curve_significant": "{number} are significant in the predicted direction, p {p}.",
        "curve_stouffer": "Stouffer's Z over all specifications is {number}, p {p}.",
        "both": "In resamples without an association the median has p {curve_median}, the predicted direction "
        "p {curve_same_sign}, the significant specifications p {curve_significant}, Stouffer's Z p {curve_stouffer}.",
        "missing": "{label}: the number is {reason}.",
    },
    "de": {
        "specifications": "Die angegebenen Wahlmöglichkeiten ergeben {number} Spezifikationen.",
        "curve_median": "Der Median der Partialkorrelationen ist {number}; gemischte Antworten erreichen ihn, p {p}.",
        "resampled_median": "Der Median der Partialkorrelationen ist {number}; Ziehungen ohne Zusammenhang erreichen "
        "ihn, p {p}.",
        "verb_curve_median": "Der Median der Schätzungen ist {number}; gemischte Antworten erreichen ihn, p {p}.",
        "verb_untested_curve_median": "Der Median der Schätzungen ist {number}.",
        "untested_curve_median": "Der Median der Partialkorrelationen ist {number}.",
        "untested_curve_same_sign": "{number} haben die vorhergesagte Richtung.",
        "untested_curve_significant": "{number} sind in der vorhergesagten Richtung signifikant.",
        "untested_curve_stouffer": "Stouffers Z über alle Spezifikationen ist {number}.",
        "untested": "Für diese Kurve gibt es keinen gemeinsamen Test.",
        "curve_same_sign": "{number} haben die vorhergesagte Richtung, p {p}.",
        "curve_significant": "{number} sind in der vorhergesagten Richtung signifikant, p {p}.",
        "curve_stouffer": "Stouffers Z über alle Spezifikationen ist {number}, p {p}.",
        "both": "In Ziehungen ohne Zusammenhang hat der Median p {curve_median}, die vorhergesagte Richtung "
        "p {curve_same_sign}, die signifikanten Spezifikationen p {curve_significant}, Stouffers Z p {curve_stouffer}.",
        "missing": "{label}: Die Zahl ist {reason}.",
    },
}


@dataclass(frozen=True)
class MultiverseWords:
    """Sentences of a specification curve.

    Parameters
    ----------
    resampled : bool
        Whether the bootstrap is the only joint test.
    of_verb : bool
        Whether estimates are those of another analysis than partial correlations.
    """

    resampled: bool = False
    of_verb: bool = False

    def __call__(self, table: pd.DataFrame, language: str) -> tuple[str, ...]:
        """Return the sentences of a table that may have passed the gate."""
        check_language(language)
        text, told, untested = TEXTS[language], list[str](), False
        for key in ("specifications", *TESTED):
            row = find(table, key, level="")
            if row is None:
                continue
            if is_hidden(row) or not is_known(row):
                reason = NOT_SHOWN[language] if is_hidden(row) else NOT_DEFINED[language]
                told.append(text["missing"].format(label=key.replace("_", " "), reason=reason))
                continue
            if key != "specifications" and math.isnan(row["p_value"]):
                untested = True
                own = "verb_" if self.of_verb and key == "curve_median" else ""
                told.append(text[f"{own}untested_{key}"].format(number=shown(row)))
                continue
            words = text["resampled_median" if key == "curve_median" and self.resampled else key]
            words = text["verb_curve_median"] if self.of_verb and key == "curve_median" else words
            told.append(words.format(number=shown(row), p=formatting.p_value(row["p_value"])))
        beside = {key: find(table, key, level=RESAMPLED) for key in TESTED}
        if all(
            row is not None and is_known(row) and not is_hidden(row) and math.isfinite(row["p_value"])
            for row in beside.values()
        ):
            parts = {key: formatting.p_value(row["p_value"]) for key, row in beside.items() if row is not None}
            told.append(text["both"].format(**parts))
        elif untested:
            told.append(text["untested"])
        return tuple(told)
