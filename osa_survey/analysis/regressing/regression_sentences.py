"""The sentences of a regression. They read the released table only and speak of associations only."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

import pandas as pd

from osa_survey import formatting
from osa_survey.analysis.phrases import (
    NOT_SHOWN,
    check_language,
    deciding_p,
    interval_of,
    is_hidden,
    judged_test,
    not_adjusted,
    printed_test,
)
from osa_survey.analysis.regressing.design_matrices import INTERCEPT
from osa_survey.languages import in_language

NOT_EVIDENCE = {
    "en": "this is not evidence of no association",
    "de": "das ist kein Beleg dafür, dass kein Zusammenhang besteht",
}
NONE_IS_EVIDENCE = {
    "en": "An association that is not statistically significant is not evidence of no association.",
    "de": "Ein nicht signifikanter Zusammenhang ist kein Beleg dafür, dass kein Zusammenhang besteht.",
}
"""Said once below several such predictors."""
SIZES = {
    "": {"en": ("coefficient", "B"), "de": ("Koeffizient", "B")},
    "odds_ratio": {"en": ("odds ratio", "OR"), "de": ("Odds Ratio", "OR")},
    "rate_ratio": {"en": ("rate ratio", "RR"), "de": ("Ratenverhältnis", "RR")},
    "relative_risk_ratio": {"en": ("relative risk ratio", "RRR"), "de": ("relatives Risikoverhältnis", "RRR")},
}
RATES = {
    "odds_ratio": {"en": "odds", "de": "Odds"},
    "rate_ratio": {"en": "expected numbers", "de": "erwarteten Anzahlen"},
    "relative_risk_ratio": {"en": "chances (against the reference category)", "de": "Chancen (gegen die Referenz)"},
}
COMPARED = {"en": " (compared with ", "de": " (verglichen mit "}
SEPARATED = {"en": " (with separation: see the notes)", "de": " (mit Separation: siehe Anmerkungen)"}


@dataclass(frozen=True)
class TermSentences:
    """One sentence for each predictor of the last block.

    Attributes
    ----------
    outcomes : mapping of str to str
        Equation → what a sentence calls its outcome; "" is the only or first equation.
    phrases : mapping of str to str
        Term → how a sentence calls it.
    level : str
        The last block.
    ratio : str
        The quantity of exp(B) that is told, "" for B itself.
    ordered : bool
        Whether the odds are those of a higher category.
    events : mapping of str to str
        Equation → the event or category of the outcome that is predicted.
    """

    outcomes: Mapping[str, str]
    phrases: Mapping[str, str]
    level: str
    ratio: str
    ordered: bool = False
    events: Mapping[str, str] = field(default_factory=dict)

    def __call__(self, table: pd.DataFrame, language: str) -> tuple[str, ...]:
        """Return the sentences in a language."""
        check_language(language)
        rows = table.loc[(table["quantity"] == (self.ratio or "b")) & (table["level"] == self.level)]
        rows = rows.loc[rows["contrast"].isin(list(self.outcomes))]
        told = rows.loc[rows["term"].isin(list(self.phrases)) & (rows["term"] != INTERCEPT)]
        several = sum(_is_open(row) for _, row in told.iterrows()) > 1
        tail = "" if several else f"; {NOT_EVIDENCE[language]}"
        sentences = [self._sentence(row, table, tail, language) for _, row in told.iterrows()]
        sentences += [NONE_IS_EVIDENCE[language]] if several else []
        return (*sentences, *not_adjusted(told, language))

    def _sentence(self, row: pd.Series, table: pd.DataFrame, tail: str, language: str) -> str:
        phrase = _named(self.phrases[row["term"]], language)
        if is_hidden(row):
            what = {"en": f"The coefficient of {phrase} is", "de": f"Der Koeffizient von {phrase} wird"}[language]
            return f"{what} {NOT_SHOWN[language]}."
        if math.isnan(row["estimate"]):
            return {
                "en": f"For {phrase} no finite {self._size('en')} exists in these data ({row['warning']}).",
                "de": f"Für {phrase} gibt es in diesen Daten kein endliches {self._size('de')} (Separation).",
            }[language]
        numbers = self._numbers(row, table, language)
        event = in_language(self.events.get(row["contrast"], ""), language, "words")
        outcome = in_language(self.outcomes[row["contrast"]], language, "words") + (f" ({event})" if event else "")
        if _is_open(row):
            return {
                "en": f"No statistically significant association of {phrase} with {outcome} was found, "
                f"{numbers}{tail}.",
                "de": f"Ein statistisch signifikanter Zusammenhang von {phrase} mit {outcome} zeigte sich nicht, "
                f"{numbers}{tail}.",
            }[language]
        if self.ratio:
            higher = row["estimate"] > 1
            words = {"en": "higher" if higher else "lower", "de": "höheren" if higher else "niedrigeren"}[language]
            what = RATES[self.ratio][language]
            if self.ordered:
                what = {"en": "odds of a higher category", "de": "Odds einer höheren Kategorie"}[language]
            return {
                "en": f"{phrase} was associated with {words} {what} of {outcome}, {numbers}.",
                "de": f"{phrase} hing mit {words} {what} von {outcome} zusammen, {numbers}.",
            }[language]
        sign = row["estimate"] > 0
        words = {"en": "positively" if sign else "negatively", "de": "positiv" if sign else "negativ"}[language]
        return {
            "en": f"{phrase} was {words} associated with {outcome}, {numbers}.",
            "de": f"{phrase} hing {words} mit {outcome} zusammen, {numbers}.",
        }[language]

    def _size(self, language: str) -> str:
        return SIZES[self.ratio][language][0]

    def _numbers(self, row: pd.Series, table: pd.DataFrame, language: str) -> str:
        test = judged_test(row, language)
        interval = interval_of(row, language)
        if self.ratio:
            name, sign = SIZES[self.ratio][language]
            called = sign if self.ratio == "odds_ratio" else f"{name} {sign}"
            return f"{called} = {formatting.decimal(row['estimate'])}, {interval}, {test}"
        if "beta" not in set(table["quantity"]):
            return f"B = {formatting.decimal(row['estimate'])}, {interval}, {test}"
        beta = table.loc[
            (table["quantity"] == "beta") & (table["term"] == row["term"]) & (table["level"] == row["level"]),
            "estimate",
        ].iloc[0]
        b = formatting.decimal(row["estimate"])
        return f"B = {b}, {interval}, β = {formatting.decimal(beta)}, {test}"


def _named(phrase: str, language: str) -> str:
    """Return a predictor in a language, with the category it is compared with."""
    name, compared, reference = phrase.rpartition(COMPARED["en"])
    if not compared:
        return in_language(phrase, language, "words")
    category = in_language(reference.removesuffix(")"), language, "words")
    return f"{in_language(name, language, 'words')}{COMPARED[language]}{category})"


def _is_open(row: pd.Series) -> bool:
    """Tell whether a shown association is not statistically significant."""
    return not is_hidden(row) and not math.isnan(row["estimate"]) and not deciding_p(row) < 1 - row["conf_level"]


@dataclass(frozen=True)
class FitSentences:
    """The fit of the last block's model.

    Attributes
    ----------
    outcome : str
        The outcome's title.
    sizes : tuple of str
        The quantities of fit that are told.
    level : str
        The last block.
    """

    outcome: str
    sizes: tuple[str, ...]
    level: str

    def __call__(self, table: pd.DataFrame, language: str) -> tuple[str, ...]:
        """Return the sentence in a language."""
        check_language(language)
        here = table.loc[(table["level"] == self.level) & (table["quantity"] != "count")]
        test = here.loc[here["quantity"] == "model_test"].iloc[0]
        sizes_of = dict(zip(here["quantity"], here["estimate"], strict=True))
        if is_hidden(test):
            what = {
                "en": f"The fit of the model of {self.outcome} is",
                "de": f"Die Güte des Modells von {self.outcome} wird",
            }
            return (f"{what[language]} {NOT_SHOWN[language]}.",)
        people = formatting.count(test["n"])
        begin = {"en": f"Model of {self.outcome} (n = {people})", "de": f"Modell von {self.outcome} (n = {people})"}
        names = {
            "r2": {"en": "R²", "de": "R²"},
            "adjusted_r2": {"en": "adjusted R²", "de": "korrigiertes R²"},
            "nagelkerke_r2": {"en": "Nagelkerke's R²", "de": "Nagelkerkes R²"},
            "mcfadden_r2": {"en": "McFadden's R²", "de": "McFaddens R²"},
        }
        told = [
            f"{names[part][language]} = {formatting.decimal(sizes_of[part], 3, bounded=True)}" for part in self.sizes
        ]
        told += [_test_words(test)] if _test_words(test) else []
        return (f"{begin[language]}: {', '.join(told)}{_separated(test, language)}.",)


@dataclass(frozen=True)
class BlockSentences:
    """What each block adds.

    Attributes
    ----------
    outcome : str
        The outcome's title.
    linear : bool
        Whether the change in R² is told.
    """

    outcome: str
    linear: bool

    def __call__(self, table: pd.DataFrame, language: str) -> tuple[str, ...]:
        """Return one sentence for each block."""
        check_language(language)
        quantity = "delta_r2" if self.linear else "block_test"
        sentences = []
        for _, row in table.loc[table["quantity"] == quantity].iterrows():
            block = str(row["level"]).capitalize()
            if is_hidden(row):
                what = {"en": f"What {block} adds is", "de": f"Der Beitrag von {block} wird"}[language]
                sentences.append(f"{what} {NOT_SHOWN[language]}.")
                continue
            size = f", ΔR² = {formatting.decimal(row['estimate'], 3, bounded=True)}" if self.linear else ""
            significant = deciding_p(row) < ALPHA
            words = {
                "en": "improved the fit of the model" if significant else "did not significantly improve the fit",
                "de": "verbesserte die Anpassung des Modells"
                if significant
                else "verbesserte die Anpassung nicht signifikant",
            }[language]
            tail = "" if significant else f"; {NOT_EVIDENCE[language]}"
            told = ", ".join(filter(None, (f"{block} {words}{size}", _test_words(row))))
            sentences.append(f"{told}{tail}{_separated(row, language)}.")
        return tuple(sentences)


ALPHA = 0.05


def _test_words(row: pd.Series) -> str:
    return "" if math.isnan(row["statistic"]) else printed_test(row)


def _separated(row: pd.Series, language: str) -> str:
    return SEPARATED[language] if "separation" in row["warning"] else ""
