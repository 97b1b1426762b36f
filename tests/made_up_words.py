"""Words and a small group of made-up results: what must never be seen outside."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from osa_survey import formatting

SMALL_GROUP = 3
CANARY = 47.1234567  # the mean of the small group: must never be seen
CANARY_TEXTS = ("47.12", "47.1", "4712345")
DOI = "https://doi.org/10.1234/made.up"


@dataclass(frozen=True)
class MeanSentences:
    """One sentence for each group, from the table only."""

    name: str

    def __call__(self, table: pd.DataFrame, language: str) -> tuple[str, ...]:
        told = []
        for _, row in table.loc[table["quantity"] == "mean"].iterrows():
            shown = "not shown" if row["suppressed"] else f"M = {formatting.decimal(row['estimate'])}"
            told.append(f"{self.name}, {row['group']}: {shown}.")
        return tuple(told)
