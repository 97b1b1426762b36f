"""The sentences of a table of simple slopes. They read the released table only."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from osa_survey import formatting
from osa_survey.analysis.phrases import NOT_SHOWN, check_language, interval_of, is_hidden, printed_test, shown

BELOW, MEAN, ABOVE = "mean − 1 SD", "mean", "mean + 1 SD"
INSIDE, OUTSIDE = "inside the observed range", "outside the observed range"
DIFFERS_BELOW, DIFFERS_ABOVE = "differs from zero below", "differs from zero above"
PLACES = {
    BELOW: {"en": "one standard deviation below the mean", "de": "eine Standardabweichung unter dem Mittelwert"},
    MEAN: {"en": "the mean", "de": "dem Mittelwert"},
    ABOVE: {"en": "one standard deviation above the mean", "de": "eine Standardabweichung über dem Mittelwert"},
}
PIECES = {
    "en": {
        "at": "At {place} of {moderator}",
        "value": "At {moderator} = {value}",
        "slope": "{where}, the slope of {term} for {outcome} was {number}.",
        "hidden": "{where}, the slope of {term} for {outcome} is {not_shown}.",
        "bound": "The slope of {term} for {outcome} differed from zero where {moderator} was {side} {number}, {range}.",
        "bound_hidden": "The bound of {moderator} at which the slope of {term} differs from zero is {not_shown}.",
        DIFFERS_BELOW: "below",
        DIFFERS_ABOVE: "above",
        INSIDE: "a value inside the observed range",
        OUTSIDE: "a value outside the observed range",
    },
    "de": {
        "at": "Bei {moderator} ({place})",
        "value": "Bei {moderator} = {value}",
        "slope": "{where} war die Steigung von {term} für {outcome} {number}.",
        "hidden": "{where} wird die Steigung von {term} für {outcome} {not_shown}.",
        "bound": "Die Steigung von {term} für {outcome} unterschied sich von null, wo {moderator} {side} {number} lag, "
        "{range}.",
        "bound_hidden": "Die Grenze von {moderator}, ab der sich die Steigung von {term} von null unterscheidet, wird "
        "{not_shown}.",
        DIFFERS_BELOW: "unter",
        DIFFERS_ABOVE: "über",
        INSIDE: "einem Wert im beobachteten Bereich",
        OUTSIDE: "einem Wert außerhalb des beobachteten Bereichs",
    },
}


@dataclass(frozen=True)
class SlopeSentences:
    """One sentence for each slope and each bound.

    Attributes
    ----------
    outcome, moderator : str
        Their titles.
    labels : mapping of str to str
        What terms, groups and levels are called.
    """

    outcome: str
    moderator: str
    labels: Mapping[str, str]

    def __call__(self, table: pd.DataFrame, language: str) -> tuple[str, ...]:
        """Return the sentences in a language."""
        check_language(language)
        return tuple(
            self._slope(row, language) if row["quantity"] == "simple_slope" else self._bound(row, language)
            for _, row in table.iterrows()
        )

    def _slope(self, row: pd.Series, language: str) -> str:
        pieces = PIECES[language]
        if row["contrast"] in PLACES:
            where = pieces["at"].format(place=PLACES[row["contrast"]][language], moderator=self.moderator)
        else:
            where = pieces["value"].format(moderator=self.moderator, value=self._label(row["level"]))
        parts = {"where": where, "term": self._term(row), "outcome": self.outcome}
        if is_hidden(row) or math.isnan(row["estimate"]):
            return pieces["hidden"].format(**parts, not_shown=NOT_SHOWN[language])
        said = [shown(row), interval_of(row, language), "" if math.isnan(row["p_value"]) else printed_test(row)]
        return pieces["slope"].format(**parts, number=", ".join(part for part in said if part))

    def _bound(self, row: pd.Series, language: str) -> str:
        pieces = PIECES[language]
        parts = {"term": self._term(row), "outcome": self.outcome, "moderator": self.moderator}
        if is_hidden(row) or math.isnan(row["estimate"]):
            return pieces["bound_hidden"].format(**parts, not_shown=NOT_SHOWN[language])
        side = pieces[row["contrast"]]
        number = formatting.decimal(row["estimate"])
        return pieces["bound"].format(**parts, side=side, number=number, range=pieces[row["level"]])

    def _term(self, row: pd.Series) -> str:
        term = self._label(row["term"])
        return f"{term} ({self._label(row['group'])})" if row["group"] else term

    def _label(self, name: str) -> str:
        return str(self.labels.get(name, name))
