"""What tables and sentences say of a family of tests."""

from __future__ import annotations

import math
from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from osa_survey import formatting
from osa_survey.analysis.families.step_down import REFERENCE, REFERENCE_P
from osa_survey.analysis.multiplicity import ADJUSTMENT_REFERENCES, ADJUSTMENT_TITLES
from osa_survey.languages import in_language
from osa_survey.results import label_of
from osa_survey.results.columns import KEY_COLUMNS, QUANTITIES
from osa_survey.results.wordings import Wording

ROMANO_WOLF = "romano_wolf"
TITLES = {**ADJUSTMENT_TITLES, ROMANO_WOLF: "Romano–Wolf, bootstrap"}
NOTE = "The family “{family}” has {k} test{s}; p is adjusted over all of them ({how}). {intervals}"
INTERVALS = {
    "bonferroni": "Simultaneous intervals are Bonferroni’s, each at level 1 − {alpha}/{k}.",
    ROMANO_WOLF: "Simultaneous intervals take the quantile of the largest |t| of {draws} resamples of respondents.",
    "none": "Nothing is adjusted, so that there are no simultaneous intervals.",
}
NOTE_RATE = "Adjusted p of this kind bound the expected share of false rejections, not the chance of any."
NOTE_OWN = "The adjusted p of this table would be those of its own tests; they are those of the family."
SENTENCES = {
    "en": "In the family “{family}” ({how}, {k}): {listed}.",
    "de": "In der Familie „{family}“ ({how}, {k}): {listed}.",
}
TESTS = {"en": ("1 test", "{k} tests"), "de": ("1 Test", "{k} Tests")}
ADJUSTED = {"en": "{name}, adjusted p {p}", "de": "{name}, adjustiertes p {p}"}
SIMULTANEOUS = {"en": ", simultaneous {interval}", "de": ", simultanes {interval}"}


@dataclass(frozen=True)
class Told:
    """A family as tables and sentences tell it."""

    family: str
    adjust: str
    k: int
    conf_level: float
    draws: int = 0

    def notes(self) -> tuple[str, ...]:
        """Return the notes under a table."""
        key = self.adjust if self.adjust in INTERVALS else "bonferroni"
        intervals = INTERVALS[key].format(alpha=formatting.shortest(1 - self.conf_level), k=self.k, draws=self.draws)
        how = TITLES[self.adjust]
        told = NOTE.format(family=self.family, k=self.k, s="" if self.k == 1 else "s", how=how, intervals=intervals)
        return (told, NOTE_RATE) if self.adjust in ("bh", "by") else (told,)

    def references(self) -> tuple[str, ...]:
        """Return the sources of the adjustment."""
        if self.adjust == ROMANO_WOLF:
            return REFERENCE, REFERENCE_P
        return (ADJUSTMENT_REFERENCES[self.adjust],) if self.adjust in ADJUSTMENT_REFERENCES else ()


def simultaneous_word(quantity: str) -> str:
    """Return the quantity of the simultaneous interval of another one, printed in the same style.

    Examples
    --------
    >>> simultaneous_word("mean_difference"), simultaneous_word("r")
    ('simultaneous', 'simultaneous_bounded')
    """
    style = QUANTITIES[quantity].style
    return f"simultaneous_{style}" if style in ("bounded", "percent") else "simultaneous"


@dataclass(frozen=True)
class FamilyWords:
    """The sentences of a result, and what its family says of its tests."""

    wording: Wording
    told: Told
    members: tuple[tuple[str, ...], ...]
    labels: Mapping[str, str]

    def __call__(self, table: pd.DataFrame, language: str) -> tuple[str, ...]:
        """Return the sentences of a table that may have passed the gate."""
        own = self.wording(table.loc[~table["quantity"].str.startswith("simultaneous")], language)
        keys = zip(*(table[name].tolist() for name in KEY_COLUMNS), strict=True)
        rows = dict(zip(keys, table.to_dict("records"), strict=True))
        parts = []
        for key in self.members:
            row = rows[key]
            if row["suppressed"] or math.isnan(row["p_adjusted"]):
                continue
            names = [self.labels.get(name, name) for name in key[1:] if name] or [label_of(key[0], language)]
            text = ADJUSTED[language].format(name=", ".join(names), p=formatting.p_value(row["p_adjusted"]))
            interval = rows.get((simultaneous_word(key[0]), *key[1:]))
            if interval is not None:
                text += self._interval(key[0], interval, language)
            parts.append(text)
        if not parts:
            return own
        number = TESTS[language][0 if self.told.k == 1 else 1].format(k=self.told.k)
        family = {
            "family": in_language(self.told.family, language, "words"),
            "how": TITLES[self.told.adjust],
            "k": number,
        }
        return (*own, SENTENCES[language].format(listed="; ".join(parts), **family))

    @staticmethod
    def _interval(quantity: str, row: Mapping[Hashable, Any], language: str) -> str:
        how = QUANTITIES[quantity]
        styled = {"bounded": how.style == "bounded", "as_percent": how.style == "percent"}
        bounds = formatting.interval(row["conf_low"], row["conf_high"], how.digits, **styled)
        level = formatting.shortest(100 * row["conf_level"])
        name = f"{level}% CI" if language == "en" else f"{level}-%-KI"
        return SIMULTANEOUS[language].format(interval=f"{name} {bounds}")
