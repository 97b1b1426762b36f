"""An invariance ladder in words, from the released table."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from osa_survey.psychometrics.invariance.ladder_sentences import ladder_sentences

VERDICTS = {
    "en": {
        "means comparable": "means of {title} can be compared across {by}",
        "means comparable with care": (
            "means of {title} can be compared across {by} with care: some items differ between the groups"
        ),
        "associations comparable, means not": (
            "associations with {title} can be compared across {by}, means cannot: items differ between the groups"
        ),
        "not comparable": "{title} does not measure alike across {by}: means and associations cannot be compared",
    },
    "de": {
        "means comparable": "Mittelwerte von {title} sind über {by} vergleichbar",
        "means comparable with care": (
            "Mittelwerte von {title} sind über {by} mit Vorsicht vergleichbar: Einige Items unterscheiden sich "
            "zwischen den Gruppen"
        ),
        "associations comparable, means not": (
            "Zusammenhänge mit {title} sind über {by} vergleichbar, Mittelwerte nicht: Items unterscheiden sich "
            "zwischen den Gruppen"
        ),
        "not comparable": "{title} misst über {by} nicht gleich: Mittelwerte und Zusammenhänge sind nicht vergleichbar",
    },
}
TEXTS = {
    "en": {
        "verdict": "Measurement invariance (n = {n}): {verdict}.",
        "hidden": "Measurement invariance of {title} across {by} is not shown: too few people stand behind it.",
    },
    "de": {
        "verdict": "Messinvarianz (n = {n}): {verdict}.",
        "hidden": "Die Messinvarianz von {title} über {by} wird nicht gezeigt: Zu wenige Personen stehen dahinter.",
    },
}


@dataclass(frozen=True)
class InvarianceWording:
    """The verdict first, then the tests behind it.

    Attributes
    ----------
    title, by : str
        What print calls the scale and the groups.
    """

    title: str
    by: str

    def __call__(self, table: pd.DataFrame, language: str) -> tuple[str, ...]:
        """Return the sentences in one language."""
        return ladder_sentences(
            table,
            language,
            TEXTS[language],
            lambda code: verdict_words(code, self.title, self.by, language),
            title=self.title,
            by=self.by,
        )


def verdict_words(code: str, title: str, by: str, language: str = "en") -> str:
    """Return a verdict in words."""
    return VERDICTS[language][code].format(title=title, by=by)
