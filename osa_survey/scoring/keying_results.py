"""The keying evidence of every scale as a result."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from osa_survey import formatting
from osa_survey.dataset import ScoredData
from osa_survey.errors import AnalysisError
from osa_survey.results import Layout, Result, Rows, Show
from osa_survey.scoring.key_question_tables import key_questions_table
from osa_survey.scoring.verdicts import KeyingVerdict

Z_95 = 1.959963984540054
NOTE = (
    "A key agrees if every item correlates with the sum of the others after keying (Fisher z, one-sided .001) and "
    "more than .10; it contradicts if an item or a group of items runs against the others (.001 shared out over the "
    "items)."
)
MIRROR_NOTE = "A key that is wrong for every item looks right: the direction rests on the declared anchors."


def keying(scored: ScoredData) -> Result:
    """Return for each scale whether the answers agree with its declared key, and why.

    Parameters
    ----------
    scored : ScoredData
        Scored answers.

    Returns
    -------
    Result
        For each scale a row ``verdict`` (``level`` is the verdict, ``estimate`` the number of flagged items,
        ``warning`` the reasons where it does not agree) and ``inter_item_r``; in ``more["items"]`` for each item
        ``item_rest`` with a 95 % interval and ``loading`` on the first principal component; in ``more["questions"]``
        for each question to the key a row ``verdict`` and the ``power`` with which a mistake would have been found.

    Raises
    ------
    AnalysisError
        If there is no scale.
    """
    if not scored.log:
        raise AnalysisError("there is no scale whose key could be looked at", hint="add a block to the codebook")
    verdicts = _distinct(scored)
    rows = Rows()
    for verdict in verdicts:
        rows.cell(_cell(verdict), verdict.n)
        common: dict[str, Any] = {"outcome": verdict.name, "n": verdict.n, "cells": [_cell(verdict)]}
        rows.add(
            "verdict",
            level=verdict.verdict,
            estimate=len(verdict.flagged),
            method="item-rest correlations and first component after keying",
            warning="" if verdict.verdict == "agrees" else "; ".join(verdict.reasons),
            **common,
        )
        mean_r = verdict.numbers.get("mean_inter_item_r", math.nan)
        if not math.isnan(mean_r):
            rows.add("inter_item_r", estimate=mean_r, method="mean correlation after keying", **common)
    titles = {verdict.name: scored.variables[verdict.name].title for verdict in verdicts}
    return Result.from_rows(
        rows,
        title="Do the answers agree with the declared keys?",
        analysis="keying",
        method="item-rest correlations after keying with Fisher z tests, and signs of the first principal component",
        n_used=len(scored),
        notes=(NOTE, MIRROR_NOTE),
        more={"items": _items(verdicts, titles), "questions": key_questions_table(verdicts, titles)},
        labels=titles,
        wording=KeyingWording(
            tuple((verdict.name, titles[verdict.name], verdict.flagged_tags) for verdict in verdicts),
        ),
        layout=Layout(
            rows=("outcome",),
            show=(
                Show("verdict", "text", "Answers and key"),
                Show("verdict", "estimate", "Items flagged"),
                Show("inter_item_r"),
                Show("verdict", "n"),
            ),
            row_head="Scale",
        ),
    )


def _distinct(scored: ScoredData) -> list[KeyingVerdict]:
    """Return one verdict for each key: the sum and the mean of the same items share theirs."""
    seen: dict[tuple[str, tuple[str, ...]], KeyingVerdict] = {}
    for entry in scored.log:
        scale = scored.responses.instruments[entry.instrument].scale(entry.scale)
        seen.setdefault((entry.block, scale.items or scale.of), scored.keying[entry.name])
    return list(seen.values())


def _cell(verdict: KeyingVerdict) -> str:
    return f"{verdict.name}|answered"


def _items(verdicts: list[KeyingVerdict], titles: dict[str, str]) -> Result:
    """Return the table of items behind the verdicts."""
    rows = Rows()
    labels = dict(titles)
    for verdict in verdicts:
        rows.cell(_cell(verdict), verdict.n)
        labels.update(zip(verdict.columns, verdict.tags, strict=True))
        for column, r, loading in zip(verdict.columns, verdict.item_rest, verdict.loadings, strict=False):
            common: dict[str, Any] = {
                "outcome": verdict.name,
                "term": column,
                "n": verdict.n,
                "cells": [_cell(verdict)],
                "warning": "flagged" if column in verdict.flagged else "",
            }
            if math.isnan(r) or math.isnan(loading):
                common["warning"] = "not defined: the item, or all others, do not vary"
            low, high = _interval(r, verdict.n)
            rows.add(
                "item_rest",
                estimate=r,
                conf_low=low,
                conf_high=high,
                conf_level=0.95,
                method="correlation with the sum of the other keyed items, Fisher z interval",
                **common,
            )
            rows.add("loading", estimate=loading, method="first principal component", **common)
    return Result.from_rows(
        rows,
        title="Items and the declared keys",
        analysis="keying",
        method="item-rest correlations and first principal component of the keyed items",
        n_used=max((verdict.n for verdict in verdicts), default=0),
        labels=labels,
        layout=Layout(
            rows=("outcome", "term"),
            show=(Show("item_rest"), Show("item_rest", "interval"), Show("loading"), Show("item_rest", "n")),
            row_head="Item",
        ),
    )


def _interval(r: float, n: int) -> tuple[float, float]:
    """Return the 95 % interval of a correlation by Fisher's z; NaN with fewer than four respondents."""
    if math.isnan(r) or n <= 3 or abs(r) >= 1:
        return math.nan, math.nan
    half = Z_95 / math.sqrt(n - 3)
    return float(np.tanh(math.atanh(r) - half)), float(np.tanh(math.atanh(r) + half))


TEXTS: dict[str, dict[str, str]] = {
    "en": {
        "agrees": "{title}: the answers agree with the declared key",
        "doubtful": "{title}: the answers leave the declared key in doubt",
        "contradicts": "{title}: the answers contradict the declared key",
        "cannot tell": "{title}: the answers cannot tell whether the declared key is right",
        "flagged": "; look at {items}",
        "quoted": "‘{tag}’",
        "numbers": " (mean inter-item r = {r}, n = {n})",
        "hidden": "{title}: the keying evidence is not shown, because too few people stand behind it",
    },
    "de": {
        "agrees": "{title}: Die Antworten passen zum angegebenen Schlüssel",
        "doubtful": "{title}: Die Antworten lassen am angegebenen Schlüssel zweifeln",
        "contradicts": "{title}: Die Antworten widersprechen dem angegebenen Schlüssel",
        "cannot tell": "{title}: Die Antworten lassen nicht erkennen, ob der angegebene Schlüssel stimmt",
        "flagged": "; zu prüfen: {items}",
        "quoted": "„{tag}“",
        "numbers": " (mittlere Inter-Item-Korrelation r = {r}, n = {n})",
        "hidden": "{title}: Die Belege zum Schlüssel werden nicht gezeigt, weil zu wenige Personen dahinterstehen",
    },
}


@dataclass(frozen=True)
class KeyingWording:
    """One sentence for each scale.

    Attributes
    ----------
    scales : tuple of (str, str, tuple of str)
        Scored column, title, and the content tags of the flagged items.
    """

    scales: tuple[tuple[str, str, tuple[str, ...]], ...]

    def __call__(self, table: pd.DataFrame, language: str) -> tuple[str, ...]:
        """Return the sentences in one language."""
        return tuple(_sentence(table, *scale, TEXTS[language]) for scale in self.scales)


def _sentence(table: pd.DataFrame, name: str, title: str, tags: tuple[str, ...], text: dict[str, str]) -> str:
    own = table.loc[table["outcome"] == name]
    row = own.loc[own["quantity"] == "verdict"].iloc[0]
    correlation = own.loc[(own["quantity"] == "inter_item_r") & (own["suppressed"] == "")]
    if row["suppressed"]:
        return text["hidden"].format(title=title) + "."
    sentence = text[str(row["level"])].format(title=title)
    if tags:
        sentence += text["flagged"].format(items=", ".join(text["quoted"].format(tag=tag) for tag in tags))
    if len(correlation):
        mean_r = formatting.decimal(float(correlation["estimate"].iloc[0]), bounded=True)
        sentence += text["numbers"].format(r=mean_r, n=formatting.count(float(row["n"])))
    return sentence + "."
