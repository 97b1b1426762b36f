"""The sentences of a comparison of paired ratings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from osa_survey import formatting
from osa_survey.analysis.phrases import (
    NOT_EVIDENCE,
    NOT_SHOWN,
    check_language,
    deciding_p,
    find,
    is_hidden,
    is_known,
    judged_test,
    not_adjusted,
    shown,
    with_interval,
)


@dataclass(frozen=True)
class PairSentences:
    """One sentence for each pair, one for its "% any".

    Attributes
    ----------
    pairs : mapping of str to str
        Names and printed titles.
    sides : tuple of (str, str)
        What the two sides are called.
    """

    pairs: Mapping[str, str]
    sides: tuple[str, str]

    def __call__(self, table: pd.DataFrame, language: str) -> tuple[str, ...]:
        """Return the sentences in a language."""
        check_language(language)
        sentences = []
        for name, title in self.pairs.items():
            here = table.loc[table["outcome"] == name]
            sentences.append(self._difference(here, title, language))
            sentences += self._any(here, title, language)
        differences = table.loc[table["quantity"] == "mean_difference"]
        return (*sentences, *not_adjusted(differences, language))

    def _difference(self, here: pd.DataFrame, title: str, language: str) -> str:
        difference = find(here, "mean_difference")
        if difference is None or is_hidden(difference):
            return f"{title}: {NOT_SHOWN[language]}."
        sides = []
        for side in self.sides:
            mean, sd = find(here, "mean", group=side), find(here, "sd", group=side)
            if mean is not None and sd is not None:
                sides.append(f"{side} M = {shown(mean)}, SD = {shown(sd)}")
        people = f"n = {formatting.count(difference['n'])}"
        start = f"{title} ({people}): {'; '.join(sides)}"
        d_z = find(here, "d_z")
        if d_z is None or not is_known(d_z):
            word = {
                "en": "all differences are the same, so there is no test",
                "de": "alle Differenzen sind gleich, daher kein Test",
            }[language]
            return f"{start}; {word}."
        word = {"en": "difference", "de": "Differenz"}[language]
        numbers = (
            f"{word} {with_interval(difference, language)}, {judged_test(difference, language)}, "
            f"d_z = {with_interval(d_z, language)}"
        )
        if deciding_p(difference) < 1 - difference["conf_level"]:
            higher = self.sides[0] if difference["estimate"] > 0 else self.sides[1]
            words = {"en": f"the {higher} rating was higher", "de": f"höher war die Bewertung „{higher}“"}[language]
            return f"{start}; {words}, {numbers}."
        words = {
            "en": "no statistically significant difference was found",
            "de": "ein statistisch signifikanter Unterschied zeigte sich nicht",
        }[language]
        return f"{start}; {words}, {numbers}; {NOT_EVIDENCE[language]}."

    def _any(self, here: pd.DataFrame, title: str, language: str) -> list[str]:
        parts = []
        for side in self.sides:
            share = find(here, "proportion", group=side)
            if share is not None:
                parts.append(f"{side} {NOT_SHOWN[language] if is_hidden(share) else with_interval(share, language)}")
        if not parts:
            return []
        word = {"en": "any, above the lowest answer", "de": "überhaupt, über der niedrigsten Antwort"}[language]
        return [f"{title}, {word}: {'; '.join(parts)}."]
