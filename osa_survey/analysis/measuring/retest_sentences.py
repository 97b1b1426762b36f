"""Test–retest reliability in words."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from osa_survey.analysis.phrases import (
    NOT_DEFINED,
    NOT_SHOWN,
    check_language,
    find,
    is_hidden,
    is_known,
    shown,
    with_interval,
)

TEXTS = {
    "en": {
        "both": "{first} and {second}: agreement of the two measurements ICC = {two}; consistency ICC = {three}.",
        "change": "A change of one person is larger than error alone from {change} on.",
        "hidden": "{first} and {second}: the agreement of the measurements is {not_shown}.",
        "undefined": "{first} and {second}: the agreement of the measurements is {not_defined}.",
    },
    "de": {
        "both": "{first} und {second}: Übereinstimmung der beiden Messungen ICC = {two}; Konsistenz ICC = {three}.",
        "change": "Die Veränderung einer Person ist ab {change} größer als der Messfehler allein.",
        "hidden": "{first} und {second}: Die Übereinstimmung der Messungen wird {not_shown}.",
        "undefined": "{first} und {second}: Die Übereinstimmung der Messungen ist {not_defined}.",
    },
}


@dataclass(frozen=True)
class RetestWords:
    """Sentences of a test–retest analysis.

    Attributes
    ----------
    first, second : str
        What print calls the measurements.
    """

    first: str
    second: str

    def __call__(self, table: pd.DataFrame, language: str) -> tuple[str, ...]:
        """Return the sentences of a table that may have passed the gate."""
        check_language(language)
        text = TEXTS[language]
        words = {"first": self.first, "second": self.second}
        two, three = find(table, "icc", level="ICC(2,1)"), find(table, "icc", level="ICC(3,1)")
        change = find(table, "reliable_change")
        if is_hidden(two):
            return (text["hidden"].format(not_shown=NOT_SHOWN[language], **words),)
        if two is None or three is None or not (is_known(two) and is_known(three)):
            return (text["undefined"].format(not_defined=NOT_DEFINED[language], **words),)
        told = [text["both"].format(two=with_interval(two, language), three=with_interval(three, language), **words)]
        if change is not None and is_known(change):
            told.append(text["change"].format(change=shown(change)))
        return tuple(told)
