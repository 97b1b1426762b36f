"""Correlations of answer tendencies in words, from the released table."""

from __future__ import annotations

import math
from dataclasses import dataclass

import pandas as pd

from osa_survey import formatting

FEW = 3
"""So many pairs are told one by one; of more only the weakest and the strongest."""
TEXTS = {
    "en": {
        "pair": "{first} and {second}: {kind} correlation {value}{interval}.",
        "kinds": {"polychoric": "polychoric", "tetrachoric": "tetrachoric", "polyserial": "polyserial"},
        "range": (
            "The correlations of the answer tendencies of {title} ran from {low} ({low_pair}) to {high} ({high_pair})."
        ),
        "joint": "{first} and {second}",
        "undefined": "{first} and {second}: the correlation is not defined for these data.",
        "hidden": "Correlations are not shown, because too few people stand behind them.",
        "nothing": "No correlation of {title} could be estimated.",
        "empty": "Some cross tables have empty cells, so these correlations are less certain than their intervals say.",
        "interval": ", {level}% CI {bounds}",
    },
    "de": {
        "pair": "{first} und {second}: {kind} Korrelation {value}{interval}.",
        "kinds": {"polychoric": "polychorische", "tetrachoric": "tetrachorische", "polyserial": "polyseriale"},
        "range": (
            "Die Korrelationen der Antworttendenzen von {title} reichten von {low} ({low_pair}) bis {high} "
            "({high_pair})."
        ),
        "joint": "{first} und {second}",
        "undefined": "{first} und {second}: Die Korrelation ist für diese Daten nicht definiert.",
        "hidden": "Korrelationen werden nicht gezeigt, weil zu wenige Personen dahinterstehen.",
        "nothing": "Keine Korrelation von {title} war schätzbar.",
        "empty": (
            "Einige Kreuztabellen haben leere Zellen; diese Korrelationen sind unsicherer, als ihre Intervalle sagen."
        ),
        "interval": ", {level}-%-KI {bounds}",
    },
}


@dataclass(frozen=True)
class LatentWords:
    """Sentences of correlations of answer tendencies.

    Attributes
    ----------
    title : str
        What print calls the scale.
    labels : tuple of (str, str)
        Variable → what print says.
    """

    title: str
    labels: tuple[tuple[str, str], ...] = ()

    def __call__(self, table: pd.DataFrame, language: str) -> tuple[str, ...]:
        """Return the sentences in one language."""
        text = TEXTS[language]
        shown = table.loc[table["suppressed"] == ""]
        known = shown.dropna(subset=["estimate"])
        sentences: list[str] = []
        if len(table) <= FEW:
            sentences += [self._pair(row, language) for _, row in shown.iterrows()]
        elif len(known):
            values = known["estimate"].to_numpy()
            low, high = known.iloc[int(values.argmin())], known.iloc[int(values.argmax())]
            sentences.append(
                str(text["range"]).format(
                    title=self.title,
                    low=formatting.decimal(low["estimate"], bounded=True),
                    high=formatting.decimal(high["estimate"], bounded=True),
                    low_pair=self._names(low, language),
                    high_pair=self._names(high, language),
                )
            )
        elif len(shown):
            sentences.append(str(text["nothing"]).format(title=self.title))
        if known["warning"].str.contains("empty cell", regex=False).any():
            sentences.append(str(text["empty"]))
        if len(shown) < len(table):
            sentences.append(str(text["hidden"]))
        return tuple(sentences)

    def _titles(self, row: pd.Series) -> dict[str, str]:
        titles = dict(self.labels)
        return {"first": titles.get(row["term"], row["term"]), "second": titles.get(row["outcome"], row["outcome"])}

    def _names(self, row: pd.Series, language: str) -> str:
        return str(TEXTS[language]["joint"]).format(**self._titles(row))

    def _pair(self, row: pd.Series, language: str) -> str:
        text = TEXTS[language]
        if math.isnan(row["estimate"]):
            return str(text["undefined"]).format(**self._titles(row))
        interval = ""
        if not math.isnan(row["conf_low"]):
            bounds = formatting.interval(row["conf_low"], row["conf_high"], bounded=True)
            level = formatting.percent(row["conf_level"], 0, sign=False)
            interval = str(text["interval"]).format(level=level, bounds=bounds)
        kind = str(row["method"]).partition(",")[0]
        kinds = text["kinds"]
        return str(text["pair"]).format(
            kind=kinds.get(kind, f"{kind}-" if language == "de" else kind) if isinstance(kinds, dict) else kind,
            value=formatting.decimal(row["estimate"], bounded=True),
            interval=interval,
            **self._titles(row),
        )
