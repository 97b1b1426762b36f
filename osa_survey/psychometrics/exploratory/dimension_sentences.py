"""How many factors a set of items has, in words, from the released table."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from osa_survey import formatting

BY_PARALLEL = "parallel analysis, components"
BY_FACTORS = "parallel analysis, factors"
BY_PARTIALS = "minimum average partial"
TEXTS = {
    "en": {
        "adequacy": "Sampling adequacy (KMO) of {title} was {kmo}.",
        "factors": "Parallel analysis ({draws} random data sets) suggests {components} components and {factors} "
        "factors, the minimum average partial {map}.",
        "hidden": "How many factors {title} has is not shown, because too few people stand behind it.",
    },
    "de": {
        "adequacy": "Die Stichprobeneignung (KMO) von {title} betrug {kmo}.",
        "factors": "Die Parallelanalyse ({draws} Zufallsdatensätze) legt {components} Komponenten und {factors} "
        "Faktoren nahe, die kleinste mittlere Partialkorrelation {map}.",
        "hidden": "Wie viele Faktoren {title} hat, wird nicht gezeigt, weil zu wenige Personen dahinterstehen.",
    },
}


@dataclass(frozen=True)
class DimensionWords:
    """Sentences on the number of factors.

    Attributes
    ----------
    title : str
        What print calls the items.
    """

    title: str

    def __call__(self, table: pd.DataFrame, language: str) -> tuple[str, ...]:
        """Return the sentences in one language."""
        text = TEXTS[language]
        if (table["suppressed"] != "").any():
            return (text["hidden"].format(title=self.title),)
        kmo = float(table.loc[table["quantity"] == "kmo", "estimate"].iloc[0])
        counts = table.loc[table["quantity"] == "factors"].set_index("level")["estimate"]
        draws = float(table.loc[table["quantity"] == "count", "estimate"].iloc[0])
        return (
            text["adequacy"].format(title=self.title, kmo=formatting.decimal(kmo, bounded=True)),
            text["factors"].format(
                draws=formatting.count(draws),
                components=formatting.count(counts[BY_PARALLEL]),
                factors=formatting.count(counts[BY_FACTORS]),
                map=formatting.count(counts[BY_PARTIALS]),
            ),
        )
