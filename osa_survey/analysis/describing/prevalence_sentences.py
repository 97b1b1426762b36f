"""The sentences of a table of prevalence; the base is said in each."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from osa_survey import formatting
from osa_survey.analysis.phrases import (
    NOT_EVIDENCE,
    NOT_SHOWN,
    check_language,
    deciding_p,
    interval_of,
    is_hidden,
    judged_test,
    listed,
    shown,
    with_interval,
)
from osa_survey.languages import in_language
from osa_survey.results import label_of

FEW = 3  # groups whose percentages are all told; of more the range is
NOBODY = {"en": "nobody in the base", "de": "niemand in der Basis"}
BASES: dict[str, dict[str, str]] = {
    "eligible": {"en": "all eligible respondents", "de": "alle teilnahmeberechtigten Befragten"},
    "asked": {"en": "those who were asked", "de": "alle, die gefragt wurden"},
    "answered": {"en": "those who answered", "de": "alle, die geantwortet haben"},
    "engaged": {
        "en": "those who engaged in at least one of the activities",
        "de": "alle, die mindestens eine der Aktivitäten ausgeübt haben",
    },
}


@dataclass(frozen=True)
class PrevalenceSentences:
    """One sentence for each activity, and one for each activity and grouping: its percentages or their range, the test.

    Attributes
    ----------
    base : str
        The base of all percentages.
    activities, groupings : mapping of str to str
        Names and printed titles.
    """

    base: str
    activities: Mapping[str, str]
    groupings: Mapping[str, str]

    def __call__(self, table: pd.DataFrame, language: str) -> tuple[str, ...]:
        """Return the sentences in a language."""
        check_language(language)
        sentences = []
        for name, title in self.activities.items():
            here = table.loc[table["outcome"] == name]
            whole = here.loc[(here["quantity"] == "proportion") & (here["term"] == "")].iloc[0]
            people = BASES[self.base][language]
            if is_hidden(whole):
                sentences.append(f"{title} ({_base(people, language)}): {NOT_SHOWN[language]}.")
            elif whole["n"] == 0:
                sentences.append({"en": f"{title}: nobody is in the base.", "de": f"{title}: Basis leer."}[language])
            else:
                sentences.append(f"{title}: {whole_share(whole, people, language)}.")
            sentences += [self._by(here, grouping, title, language) for grouping in self.groupings]
        return tuple(sentences)

    def _by(self, here: pd.DataFrame, grouping: str, title: str, language: str) -> str:
        rows = here.loc[here["term"] == grouping]
        shares = rows.loc[rows["quantity"] == "proportion"]
        groups = _groups(shares, language)
        by = {"en": f"{title} by {self.groupings[grouping]}", "de": f"{title} nach {self.groupings[grouping]}"}[
            language
        ]
        base = _base(BASES[self.base][language], language)
        return f"{by} ({base}): {groups}. {_test(rows, language)}"


def whole_share(row: pd.Series, people: str, language: str) -> str:
    """Return a percentage with its interval, its base and n, as a sentence without its start and its stop."""
    share, n = with_interval(row, language), formatting.count(row["n"])
    return {"en": f"{share}, of {people} (n = {n}) engaged in it", "de": f"{share} (Basis: {people}; n = {n})"}[
        language
    ]


def _base(people: str, language: str) -> str:
    return {"en": f"base: {people}", "de": f"Basis: {people}"}[language]


def _groups(shares: pd.DataFrame, language: str) -> str:
    """Return the percentages of few groups, or their range; groups without a number are named once, together."""
    records = [row for _, row in shares.iterrows()]
    said = {str(row["group"]): in_language(str(row["group"]), language, "words") for row in records}
    hidden = [said[str(row["group"])] for row in records if is_hidden(row)]
    empty = [said[str(row["group"])] for row in records if not is_hidden(row) and row["n"] == 0]
    known = [row for row in records if not is_hidden(row) and row["n"] != 0]
    told = []
    if len(known) > FEW:
        low, high = (choose(known, key=lambda row: float(row["estimate"])) for choose in (min, max))
        words = {"en": "from {low} to {high}", "de": "von {low} bis {high}"}[language]
        told.append(
            words.format(low=f"{shown(low)} ({said[low['group']]})", high=f"{shown(high)} ({said[high['group']]})")
        )
    elif known:
        told.append(", ".join(f"{said[row['group']]} {shown(row)}" for row in known))
    if empty:
        told.append(f"{listed(empty, language)} {NOBODY[language]}")
    if hidden:
        told.append(f"{listed(hidden, language)} {NOT_SHOWN[language]}")
    return "; ".join(told)


def _test(rows: pd.DataFrame, language: str) -> str:
    test = rows.loc[rows["quantity"] == "chi_squared"].iloc[0]
    if is_hidden(test):
        return {"en": "The test is", "de": "Der Test wird"}[language] + f" {NOT_SHOWN[language]}."
    if math.isnan(test["estimate"]):
        return {
            "en": f"No test is possible: {test['warning']}.",
            "de": "Ein Test ist nicht möglich: Die Gruppen unterscheiden sich nicht oder sind leer.",
        }[language]
    size = rows.loc[rows["quantity"] == "cramers_v"].iloc[0]
    numbers = (
        f"{judged_test(test, language)}, N = {formatting.count(test['n'])}, {label_of('cramers_v', language)} = "
        f"{formatting.decimal(size['estimate'], bounded=True)}, {interval_of(size, language)}"
    )
    if deciding_p(test) < 1 - size["conf_level"]:
        words = {"en": "The groups differed", "de": "Die Gruppen unterschieden sich"}[language]
        return f"{words}, {numbers}."
    words = {
        "en": "No statistically significant difference was found",
        "de": "Ein statistisch signifikanter Unterschied zeigte sich nicht",
    }[language]
    return f"{words}, {numbers}; {NOT_EVIDENCE[language]}."
