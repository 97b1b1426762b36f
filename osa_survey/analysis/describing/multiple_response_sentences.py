"""The sentences of ``multiple_responses``."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from osa_survey import formatting
from osa_survey.analysis.phrases import NOT_SHOWN, check_language, find, is_hidden, is_known, shown, with_interval
from osa_survey.languages import in_language

TEXTS = {
    "en": {
        "set": "{n} people chose at least one option, {mean} on average.",
        "set_group": "{group}: {n} people chose at least one option, {mean} on average.",
        "option": "{title}{group}: {case} of cases, {response} of responses.",
        "hidden": "{title}{group}: {not_shown}.",
    },
    "de": {
        "set": "{n} Personen wählten mindestens eine Option, im Mittel {mean}.",
        "set_group": "{group}: {n} Personen wählten mindestens eine Option, im Mittel {mean}.",
        "option": "{title}{group}: {case} der Fälle, {response} der Antworten.",
        "hidden": "{title}{group}: {not_shown}.",
    },
}


@dataclass(frozen=True)
class MultipleResponseWords:
    """Sentences of a multiple-response set: the cases, then each option.

    Attributes
    ----------
    labels : tuple of (str, str)
        Option → what print says.
    """

    labels: tuple[tuple[str, str], ...]

    def __call__(self, table: pd.DataFrame, language: str) -> tuple[str, ...]:
        """Return the sentences of a table that may have passed the gate."""
        check_language(language)
        text = TEXTS[language]
        sentences = []
        for group in dict.fromkeys(table["group"]):
            here = table.loc[table["group"] == group]
            group = in_language(str(group), language, "words")
            mean = find(here, "mean")
            named = f" ({group})" if group else ""
            if mean is not None and is_known(mean) and not is_hidden(mean):
                words = {"n": formatting.count(mean["n"]), "mean": shown(mean), "group": group}
                sentences.append(text["set_group" if group else "set"].format(**words))
            for name, title in self.labels:
                case, response = (
                    find(here, "case_proportion", outcome=name),
                    find(here, "response_proportion", outcome=name),
                )
                if case is None or response is None:
                    continue
                if is_hidden(case):
                    words = {"title": title, "group": named, "not_shown": NOT_SHOWN[language]}
                    sentences.append(text["hidden"].format(**words))
                    continue
                words = {
                    "title": title,
                    "group": named,
                    "case": with_interval(case, language),
                    "response": shown(response),
                }
                sentences.append(text["option"].format(**words))
        return tuple(sentences)
