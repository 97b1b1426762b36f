"""The sentences of a table of screening shares: a share at a cut-off, never a diagnosis."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from osa_survey import formatting
from osa_survey.analysis.phrases import NOT_SHOWN, check_language, is_hidden, with_interval

SIDES = {
    "en": {"≥": "at or above", ">": "above", "≤": "at or below", "<": "below"},
    "de": {"≥": "bei oder über", ">": "über", "≤": "bei oder unter", "<": "unter"},
}
TEXTS = {
    "en": {
        "share": "{title}{group}: {share} of those compared (n = {n}) scored {side} the screening cut-off {value}.",
        "hidden": "{title}{group}: the share {side} the screening cut-off {value} is {not_shown}.",
        "nobody": "{title}{group}: nobody is compared with the screening cut-off {value}.",
        "left_out": "{title}: {parts}.",
        "no_number": "not shown",
    },
    "de": {
        "share": "{title}{group}: {share} der Verglichenen (n = {n}) lagen {side} dem Screening-Schwellenwert {value}.",
        "hidden": "{title}{group}: Der Anteil {side} dem Screening-Schwellenwert {value} wird {not_shown}.",
        "nobody": "{title}{group}: Niemand wird mit dem Screening-Schwellenwert {value} verglichen.",
        "left_out": "{title}: {parts}.",
        "no_number": "nicht gezeigt",
    },
}
LEFT_OUT = {
    "en": {
        "not compared: no activity": "with a score but not compared, because an answer means no activity: {n}",
        "not compared: no cut-off for the group": "with a score but no cut-off for their group: {n}",
        "not compared: group not known": "with a score but a group that is not known: {n}",
        "not compared: no score": "without a score: {n}",
    },
    "de": {
        "not compared: no activity": "mit Wert, aber nicht verglichen, weil eine Antwort keine Aktivität bedeutet: {n}",
        "not compared: no cut-off for the group": "mit Wert, aber ohne Schwellenwert für ihre Gruppe: {n}",
        "not compared: group not known": "mit Wert, aber nicht bekannter Gruppe: {n}",
        "not compared: no score": "ohne Wert: {n}",
    },
}


@dataclass(frozen=True)
class ScreeningSentences:
    """One sentence for each cut-off, and one for each scale on who is not compared.

    Attributes
    ----------
    titles : mapping of str to str
        Scored columns and their printed titles.
    """

    titles: Mapping[str, str]

    def __call__(self, table: pd.DataFrame, language: str) -> tuple[str, ...]:
        """Return the sentences in a language."""
        check_language(language)
        sentences = []
        for name, title in self.titles.items():
            here = table.loc[table["outcome"] == name]
            shares = here.loc[here["quantity"] == "proportion"]
            sentences += [_share(row, title, language) for _, row in shares.iterrows()]
            sentences.append(_left_out(here.loc[here["quantity"] == "count"], title, language))
        return tuple(sentences)


def _share(row: pd.Series, title: str, language: str) -> str:
    sign, _, value = str(row["level"]).partition(" ")
    words = {
        "title": title,
        "group": f" ({row['group']})" if row["group"] else "",
        "side": SIDES[language][sign],
        "value": value,
    }
    if is_hidden(row):
        return TEXTS[language]["hidden"].format(not_shown=NOT_SHOWN[language], **words)
    if row["n"] == 0:
        return TEXTS[language]["nobody"].format(**words)
    share = with_interval(row, language)
    return TEXTS[language]["share"].format(share=share, n=formatting.count(row["n"]), **words)


def _left_out(rows: pd.DataFrame, title: str, language: str) -> str:
    parts = []
    for _, row in rows.iterrows():
        n = TEXTS[language]["no_number"] if is_hidden(row) else formatting.count(row["estimate"])
        parts.append(LEFT_OUT[language][row["level"]].format(n=n))
    return TEXTS[language]["left_out"].format(title=title, parts="; ".join(parts))
