"""Sentences on items that work differently."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from osa_survey import formatting

TEXTS = {
    "en": {
        "count": "{k} of {all} tested items of {title} work differently by {by}.",
        "item": "{item}: ΔR² = {size}, adjusted p {p}.",
        "hidden": "Whether items of {title} work differently by {by} is not shown: too few people stand behind it.",
    },
    "de": {
        "count": "{k} von {all} geprüften Items von {title} funktionieren je nach {by} unterschiedlich.",
        "item": "{item}: ΔR² = {size}, adjustiertes p {p}.",
        "hidden": "Ob Items von {title} je nach {by} unterschiedlich funktionieren, wird nicht gezeigt: "
        "zu wenige Personen stehen dahinter.",
    },
}


@dataclass(frozen=True)
class BiasWords:
    """Sentences on flagged items.

    Attributes
    ----------
    title, by : str
        What print calls the scale and the grouping.
    labels : tuple of (str, str)
        Item → what print says.
    """

    title: str
    by: str
    labels: tuple[tuple[str, str], ...]

    def __call__(self, table: pd.DataFrame, language: str) -> tuple[str, ...]:
        """Return the sentences in one language."""
        text, titles = TEXTS[language], dict(self.labels)
        if (table["suppressed"] != "").any():
            return (text["hidden"].format(title=self.title, by=self.by),)
        counts = table.loc[table["quantity"] == "count"].set_index("level")["estimate"]
        numbers = {"k": formatting.count(counts["flagged"]), "all": formatting.count(counts["tested"])}
        found = [text["count"].format(title=self.title, by=self.by, **numbers)]
        sizes = table.loc[(table["quantity"] == "dif_nagelkerke") & (table["level"] == "total")]
        tests = table.loc[(table["quantity"] == "dif") & (table["level"] == "total")].set_index("term")
        for _, row in sizes.iterrows():
            if str(row["warning"]).startswith(("moderate", "large")):
                p = formatting.p_value(tests.loc[row["term"], "p_adjusted"])
                size = formatting.decimal(row["estimate"], 3, bounded=True)
                found.append(text["item"].format(item=titles.get(row["term"], row["term"]), size=size, p=p))
        return tuple(found)
