"""The reliability of a scale in words, from the released table."""

from __future__ import annotations

import math
from dataclasses import dataclass

import pandas as pd

from osa_survey import formatting

NAMES = {
    "omega_categorical": {"en": "Categorical ω", "de": "Kategoriales ω"},
    "omega": {"en": "McDonald's ω", "de": "McDonalds ω"},
    "alpha": {"en": "Cronbach's α", "de": "Cronbachs α"},
}
TEXTS = {
    "en": {
        "subject": "{name} of {title}",
        "value": "{subject} was {estimate}{interval}",
        "interval": ", {level}% CI {bounds}",
        "people": ", n = {n}",
        "none": "{subject} could not be estimated",
        "hidden": "{subject} is not shown, because too few people stand behind it or it would give a small number away",
        "joint": "; ",
    },
    "de": {
        "subject": "{name} von {title}",
        "value": "{subject} betrug {estimate}{interval}",
        "interval": ", {level}-%-KI {bounds}",
        "people": ", n = {n}",
        "none": "{subject} war nicht schätzbar",
        "hidden": (
            "{subject} wird nicht gezeigt, weil zu wenige Personen dahinterstehen "
            "oder der Wert eine kleine Zahl verraten würde"
        ),
        "joint": "; ",
    },
}


@dataclass(frozen=True)
class ReliabilityWording:
    """One sentence: the coefficient that was asked for, then the other.

    Attributes
    ----------
    title : str
        What print calls the scale.
    order : tuple of str
        The coefficients.
    """

    title: str
    order: tuple[str, ...]

    def __call__(self, table: pd.DataFrame, language: str) -> tuple[str, ...]:
        """Return the sentence in one language."""
        text = TEXTS[language]
        clauses: list[str] = []
        said = math.nan
        for name in self.order:
            row = table.loc[table["quantity"] == name].iloc[0]
            subject = NAMES[name][language]
            if not clauses:
                subject = text["subject"].format(name=subject, title=self.title)
            if row["suppressed"]:
                clauses.append(text["hidden"].format(subject=subject))
                continue
            clause = _clause(row, subject, text)
            if float(row["n"]) != said:
                said = float(row["n"])
                clause += text["people"].format(n=formatting.count(said))
            clauses.append(clause)
        return (text["joint"].join(clauses) + ".",)


def _clause(row: pd.Series, subject: str, text: dict[str, str]) -> str:
    """Return what is said about one coefficient."""
    if math.isnan(row["estimate"]):
        return text["none"].format(subject=subject)
    interval = ""
    if not math.isnan(row["conf_low"]):
        bounds = formatting.interval(row["conf_low"], row["conf_high"], bounded=True)
        level = formatting.percent(row["conf_level"], 0, sign=False)
        interval = text["interval"].format(level=level, bounds=bounds)
    estimate = formatting.decimal(row["estimate"], bounded=True)
    return text["value"].format(subject=subject, estimate=estimate, interval=interval)
