"""A power analysis in words."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from osa_survey import formatting
from osa_survey.analysis.phrases import check_language, interval_of, shown

TEXTS = {
    "en": {
        "curve": "{name}: the power is {low} with n = {first} and {high} with n = {last}, in simulated studies.",
        "one": "{name}: the power is {low}, {interval}, with n = {first}, in {replicates} simulated studies.",
        "reached": "The power asked for ({target}) is reached from n = {n} on, of the sizes simulated.",
        "missed": "The power asked for ({target}) is not reached at any of the sizes simulated.",
    },
    "de": {
        "curve": "{name}: Die Power ist {low} mit n = {first} und {high} mit n = {last}, in simulierten Studien.",
        "one": "{name}: Die Power ist {low}, {interval}, mit n = {first}, in {replicates} simulierten Studien.",
        "reached": "Die verlangte Power ({target}) ist unter den simulierten Größen ab n = {n} erreicht.",
        "missed": "Die verlangte Power ({target}) wird bei keiner der simulierten Größen erreicht.",
    },
}


@dataclass(frozen=True)
class PowerSentences:
    """Sentences of a power analysis.

    Attributes
    ----------
    names : mapping of str to str
        Hypothesis → what print calls it.
    target : float
        The power asked for.
    replicates : int
        Simulated studies of each size.
    """

    names: Mapping[str, str]
    target: float
    replicates: int

    def __call__(self, table: pd.DataFrame, language: str) -> tuple[str, ...]:
        """Return the sentences of a table."""
        check_language(language)
        text, told = TEXTS[language], []
        for hypothesis, name in self.names.items():
            rows = table.loc[(table["quantity"] == "power") & (table["outcome"] == hypothesis)].sort_values("n")
            rows = rows.loc[[not math.isnan(value) for value in rows["estimate"]]]
            if rows.empty:
                continue
            first, last = rows.iloc[0], rows.iloc[-1]
            words = {
                "name": name.rstrip("."),
                "low": shown(first),
                "high": shown(last),
                "first": formatting.count(float(first["n"])),
                "last": formatting.count(float(last["n"])),
                "interval": interval_of(first, language),
                "replicates": formatting.count(self.replicates),
            }
            told.append(text["curve" if len(rows) > 1 else "one"].format(**words))
            enough = _from(rows, self.target)
            target = formatting.percent(self.target, 0)
            key = "missed" if math.isnan(enough) else "reached"
            told.append(text[key].format(target=target, n=formatting.count(enough)))
        return tuple(told)


def _from(rows: pd.DataFrame, target: float) -> float:
    """Return the smallest size from which on every power is at least the target."""
    enough = math.nan
    for n, power in zip(rows["n"][::-1], rows["estimate"][::-1], strict=True):
        if power < target:
            break
        enough = float(n)
    return enough
