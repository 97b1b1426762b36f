"""An invariance ladder over waves in words, from the released table."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from osa_survey.languages import in_language
from osa_survey.psychometrics.invariance.ladder_sentences import ladder_sentences

VERDICTS = {
    "en": {
        "means comparable": "means of {title} can be compared over the waves",
        "means comparable with care": (
            "means of {title} can be compared over the waves with care: some items differ between them"
        ),
        "associations comparable, means not": (
            "associations with {title} can be compared over the waves, means cannot: items differ between them"
        ),
        "not comparable": "{title} does not measure alike over the waves: means and associations cannot be compared",
    },
    "de": {
        "means comparable": "Mittelwerte von {title} sind über die Wellen vergleichbar",
        "means comparable with care": (
            "Mittelwerte von {title} sind über die Wellen mit Vorsicht vergleichbar: Einige Items unterscheiden sich"
        ),
        "associations comparable, means not": (
            "Zusammenhänge mit {title} sind über die Wellen vergleichbar, Mittelwerte nicht: Items unterscheiden sich"
        ),
        "not comparable": (
            "{title} misst über die Wellen nicht gleich: Mittelwerte und Zusammenhänge sind nicht vergleichbar"
        ),
    },
}
TEXTS = {
    "en": {
        "verdict": "Longitudinal invariance (n = {n}): {verdict}.",
        "hidden": "Longitudinal invariance of {title} is not shown: too few people stand behind it.",
    },
    "de": {
        "verdict": "Längsschnittliche Messinvarianz (n = {n}): {verdict}.",
        "hidden": "Die längsschnittliche Messinvarianz von {title} wird nicht gezeigt: Zu wenige Personen stehen "
        "dahinter.",
    },
}


def wave_verdict_words(code: str, title: str, language: str = "en") -> str:
    """Return a verdict over waves in words."""
    return VERDICTS[language][code].format(title=in_language(title, language, "words"))


@dataclass(frozen=True)
class WaveWording:
    """The verdict first, then the tests behind it.

    Attributes
    ----------
    title : str
        What print calls the scale.
    """

    title: str

    def __call__(self, table: pd.DataFrame, language: str) -> tuple[str, ...]:
        """Return the sentences in one language."""
        return ladder_sentences(
            table,
            language,
            TEXTS[language],
            lambda code: wave_verdict_words(code, self.title, language),
            title=self.title,
        )
