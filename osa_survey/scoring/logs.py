"""The scoring log as a result: for each scale how many were scored, prorated, not scored, and why."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from osa_survey import formatting
from osa_survey.dataset import ScaleLog, ScoredData
from osa_survey.instruments.reasons import REASON_TITLES
from osa_survey.results import Layout, Result, Rows, Show
from osa_survey.scoring.partitions import PartitionedScores

PRORATION_NOTE = (
    "Prorated scores replace missing answers by the mean of the person's answered items; "
    "this is biased even when answers are missing completely at random, unless items are exchangeable."
)


def scoring_log(scored: ScoredData | PartitionedScores) -> Result:
    """Return for each scale how many respondents have a score, from all or from fewer items, and why others have none.

    Parameters
    ----------
    scored : ScoredData or PartitionedScores
        Scored answers, in memory or in files.

    Returns
    -------
    Result
        Rows ``count`` with levels ``scored``, ``prorated``, ``not scored`` and, by reason, ``not scored: reason``.
    """
    rows = Rows()
    rows.cell("all", len(scored))
    for entry in scored.log:
        _add(rows, entry, len(scored))
    notes = [f"{entry.title}: {_rule(entry)}." for entry in scored.log]
    if any(entry.prorated for entry in scored.log):
        notes.append(PRORATION_NOTE)
    return Result.from_rows(
        rows,
        title="Scoring: who has a score",
        analysis="scoring_log",
        method="scores by the missing rule of each definition or of the study file",
        n_used=len(scored),
        notes=tuple(notes),
        labels={entry.name: scored.variables[entry.name].title for entry in scored.log},
        wording=_Wording(tuple((entry.name, scored.variables[entry.name].title) for entry in scored.log)),
        layout=Layout(rows=("outcome",), across="level", show=(Show("count", "estimate", "n"),), row_head="Scale"),
    )


def _rule(entry: ScaleLog) -> str:
    return (
        f"{entry.score} of {entry.n_items} items, at least {entry.min_answered} answered "
        f"({entry.basis}); key {entry.verified}"
    )


def _add(rows: Rows, entry: ScaleLog, n: int) -> None:
    levels = {"scored": entry.scored, "prorated": entry.prorated, "not scored": entry.not_scored}
    names = {level: f"{entry.name}|{level}" for level in levels}
    for level, people in levels.items():
        rows.cell(names[level], people)
        rows.add("count", outcome=entry.name, level=level, n=n, estimate=people, cells=[names[level]])
    rows.total("all", names.values())
    reasons = []
    for reason, people in entry.why_not.items():
        cell = f"{entry.name}|{reason}"
        rows.cell(cell, people)
        reasons.append(cell)
        level = f"not scored: {REASON_TITLES[reason]}"
        rows.add("count", outcome=entry.name, level=level, n=n, estimate=people, cells=[cell])
    if reasons:
        rows.total(names["not scored"], reasons)


@dataclass(frozen=True)
class _Wording:
    """One sentence for each scale, from the released table."""

    titles: tuple[tuple[str, str], ...]

    def __call__(self, table: pd.DataFrame, language: str) -> tuple[str, ...]:
        return tuple(_sentence(table, name, title, language) for name, title in self.titles)


TEXTS = {
    "en": "{title}: {scored} have a score from all items, {prorated} from fewer items, {missing} have none.",
    "de": "{title}: {scored} haben einen Wert aus allen Items, {prorated} aus weniger Items, {missing} keinen.",
}
HIDDEN = {"en": "a number not shown", "de": "eine nicht gezeigte Zahl"}


def _sentence(table: pd.DataFrame, name: str, title: str, language: str) -> str:
    own = table.loc[table["outcome"] == name].set_index("level")
    numbers = {
        word: HIDDEN[language]
        if own.loc[level, "suppressed"]
        else formatting.count(float(str(own.loc[level, "estimate"])))
        for word, level in (("scored", "scored"), ("prorated", "prorated"), ("missing", "not scored"))
    }
    return TEXTS[language].format(title=title, **numbers)
