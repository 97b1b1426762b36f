"""A random-effects pooling in words."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from osa_survey.analysis.phrases import (
    NOT_SHOWN,
    check_language,
    find,
    interval_of,
    is_hidden,
    is_known,
    printed_test,
    shown,
    with_interval,
)

TEXTS = {
    "en": {
        "pooled": "{name}, pooled over {groups} groups: {value}.",
        "prediction": "In a further group of this kind the true value is expected in {interval} (prediction interval).",
        "spread": "The groups differ by more than sampling error: {test}, I² = {share}.",
        "alike": "That all groups have the same true value is not refuted: {test}, I² = {share}; "
        "this is not evidence that they are alike.",
        "hidden": "{name}: the pooled value is {not_shown}.",
    },
    "de": {
        "pooled": "{name}, über {groups} Gruppen zusammengefasst: {value}.",
        "prediction": "In einer weiteren Gruppe dieser Art ist der wahre Wert in {interval} zu erwarten "
        "(Vorhersageintervall).",
        "spread": "Die Gruppen unterscheiden sich stärker als durch Stichprobenfehler: {test}, I² = {share}.",
        "alike": "Dass alle Gruppen denselben wahren Wert haben, ist nicht widerlegt: {test}, I² = {share}; "
        "das ist kein Beleg dafür, dass sie gleich sind.",
        "hidden": "{name}: Der zusammengefasste Wert wird {not_shown}.",
    },
}
ALPHA = 0.05


@dataclass(frozen=True)
class MetaSentences:
    """Sentences of a pooling.

    Attributes
    ----------
    name : str
        What print calls the outcome.
    quantity : str
        The pooled quantity.
    """

    name: str
    quantity: str

    def __call__(self, table: pd.DataFrame, language: str) -> tuple[str, ...]:
        """Return the sentences of a table that may have passed the gate."""
        check_language(language)
        text = TEXTS[language]
        groups, mean = find(table, "groups"), find(table, self.quantity, level="")
        further = find(table, self.quantity, level="prediction")
        test, share = find(table, "heterogeneity"), find(table, "i_squared")
        if is_hidden(mean):
            return (text["hidden"].format(name=self.name, not_shown=NOT_SHOWN[language]),)
        if groups is None or mean is None or further is None or test is None or share is None:
            return ()
        told = [text["pooled"].format(name=self.name, groups=shown(groups), value=with_interval(mean, language))]
        if interval_of(further, language):
            told.append(text["prediction"].format(interval=interval_of(further, language)))
        if is_known(test):
            key = "spread" if test["p_value"] < ALPHA else "alike"
            told.append(text[key].format(test=printed_test(test), share=shown(share)))
        return tuple(told)
