"""An exploratory factor analysis in words, from the released table."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from osa_survey import formatting

TEXTS = {
    "en": {
        "solution": "{k} {factors} explained {share} of the variance of the items of {title}; RMSR = {rmsr}{rmsea}.",
        "one": "factor",
        "many": "factors",
        "rmsea": ", RMSEA = {value}, 90% CI {bounds}",
        "hidden": "The factors of {title} are not shown, because too few people stand behind them.",
    },
    "de": {
        "solution": "{k} {factors} die Items von {title} zu {share} ihrer Varianz; RMSR = {rmsr}{rmsea}.",
        "one": "Faktor erklärte",
        "many": "Faktoren erklärten",
        "rmsea": ", RMSEA = {value}, 90-%-KI {bounds}",
        "hidden": "Die Faktoren von {title} werden nicht gezeigt, weil zu wenige Personen dahinterstehen.",
    },
}


@dataclass(frozen=True)
class FactorWords:
    """One sentence on the solution.

    Attributes
    ----------
    title : str
        What print calls the items.
    """

    title: str

    def __call__(self, table: pd.DataFrame, language: str) -> tuple[str, ...]:
        """Return the sentence in one language."""
        text = TEXTS[language]
        if (table["suppressed"] != "").any():
            return (text["hidden"].format(title=self.title),)
        rows: Any = table.set_index("quantity")
        rmsea = ""
        if "rmsea" in rows.index and np.isfinite(rows.loc["rmsea", "estimate"]):
            one = rows.loc["rmsea"]
            bounds = formatting.interval(one["conf_low"], one["conf_high"], 3, bounded=True)
            rmsea = text["rmsea"].format(value=formatting.decimal(one["estimate"], 3, bounded=True), bounds=bounds)
        k = float(rows.loc["factors", "estimate"])
        return (
            text["solution"].format(
                k=formatting.count(k),
                factors=text["one"] if k == 1 else text["many"],
                share=formatting.percent(rows.loc["variance_explained", "estimate"], 1),
                title=self.title,
                rmsr=formatting.decimal(rows.loc["rmsr", "estimate"], 3, bounded=True),
                rmsea=rmsea,
            ),
        )
