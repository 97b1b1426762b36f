"""Latent classes in words, from the released table."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from osa_survey import formatting

TEXTS = {
    "en": {
        "one": "The solution with {k} class was taken; {criterion} = {value}.",
        "many": "The solution with {k} classes was taken; {criterion} = {value}{entropy}.",
        "entropy": ", relative entropy = {entropy}",
        "shares": "The classes hold {shares} of the respondents.",
        "and": " and ",
        "hidden": "The classes are not shown, because one of them holds too few people.",
    },
    "de": {
        "one": "Genommen wurde die Lösung mit {k} Klasse; {criterion} = {value}.",
        "many": "Genommen wurde die Lösung mit {k} Klassen; {criterion} = {value}{entropy}.",
        "entropy": ", relative Entropie = {entropy}",
        "shares": "Die Klassen umfassen {shares} der Befragten.",
        "and": " und ",
        "hidden": "Die Klassen werden nicht gezeigt, weil eine von ihnen zu wenige Personen umfasst.",
    },
}


@dataclass(frozen=True)
class ClassWords:
    """Sentences on the chosen number of classes.

    Attributes
    ----------
    chosen : int
        The number.
    criterion : str
        A quantity of the table.
    """

    chosen: int
    criterion: str

    def __call__(self, table: pd.DataFrame, language: str) -> tuple[str, ...]:
        """Return the sentences in one language."""
        text = TEXTS[language]
        own = table.loc[table["level"] == str(self.chosen)]
        if (own["suppressed"] != "").any():
            return (text["hidden"],)
        value = own.loc[own["quantity"] == self.criterion].iloc[0]
        words = {
            "k": formatting.count(self.chosen),
            "criterion": self.criterion.upper(),
            "value": formatting.decimal(value["estimate"]),
        }
        if self.chosen == 1:
            return (text["one"].format(**words),)
        entropy = float(own.loc[own["quantity"] == "entropy", "estimate"].iloc[0])
        found = [
            text["many"].format(
                entropy=text["entropy"].format(entropy=formatting.decimal(entropy, bounded=True)), **words
            )
        ]
        shares = own.loc[own["quantity"] == "class_share"]
        told = [formatting.percent(share, 1) for share in shares["estimate"]]
        found.append(text["shares"].format(shares=", ".join(told[:-1]) + text["and"] + told[-1]))
        return tuple(found)
