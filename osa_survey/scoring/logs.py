"""The scoring log as a result: for each scale how many were scored, prorated, not scored, and why."""

from __future__ import annotations

from collections.abc import Sequence
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

NO_ACTIVITY_NOTE = (
    "Answers that mean no sexual activity are scored as published. Whoever gave one is counted apart (level no "
    "activity, among those with a score) and is not compared with any cut-off: no activity is not bad function."
)
NO_ACTIVITY_LEVEL = "no activity"


def scoring_log(scored: ScoredData | PartitionedScores) -> Result:
    """Return for each scale how many respondents have a score, from all or from fewer items, and why others have none.

    Parameters
    ----------
    scored : ScoredData or PartitionedScores
        Scored answers, in memory or in files.

    Returns
    -------
    Result
        Rows ``count`` with levels ``scored``, ``prorated``, ``not scored`` and, by reason, ``not scored: reason``;
        where items offer an answer that means no sexual activity, ``no activity`` counts who gave one and has a score.
    """
    rows = Rows()
    rows.everybody("all", len(scored))
    for entry in scored.log:
        _add(rows, entry, len(scored))
    notes = [f"{entry.title}: {_rule(entry)}." for entry in scored.log]
    if any(entry.prorated for entry in scored.log):
        notes.append(PRORATION_NOTE)
    if any(entry.no_activity is not None for entry in scored.log):
        notes.append(_activity_note(scored.log))
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
    times = f", times {entry.times:g}" if entry.times != 1 else ""
    if entry.parts:
        return f"{entry.score} of the scores {', '.join(entry.parts)}{times}, all needed; key {entry.verified}"
    return (
        f"{entry.score} of {entry.n_items} items{times}, at least {entry.min_answered} answered "
        f"({entry.basis}); key {entry.verified}"
    )


def _activity_note(log: Sequence[ScaleLog]) -> str:
    """Return what is done with answers that mean no activity, and which scales of the same blocks have none."""
    blocks = {entry.block for entry in log if entry.no_activity is not None}
    free = [entry.title for entry in log if entry.block in blocks and entry.no_activity is None]
    apart = f" Shown for everybody, because no item offers such an answer: {'; '.join(free)}." if free else ""
    return NO_ACTIVITY_NOTE + apart


def _add(rows: Rows, entry: ScaleLog, n: int) -> None:
    levels = {"scored": entry.scored, "prorated": entry.prorated, "not scored": entry.not_scored}
    names = {level: f"{entry.name}|{level}" for level in levels}
    for level, people in levels.items():
        rows.cell(names[level], people)
        rows.add("count", outcome=entry.name, level=level, n=n, estimate=people, cells=[names[level]])
    rows.total("all", names.values())
    if entry.no_activity is not None:
        _add_activity(rows, entry, n)
    reasons = []
    for reason, people in entry.why_not.items():
        cell = f"{entry.name}|{reason}"
        rows.cell(cell, people)
        reasons.append(cell)
        level = f"not scored: {REASON_TITLES[reason]}"
        rows.add("count", outcome=entry.name, level=level, n=n, estimate=people, cells=[cell])
    if reasons:
        rows.total(names["not scored"], reasons)


def _add_activity(rows: Rows, entry: ScaleLog, n: int) -> None:
    """Count those who gave an answer that means no activity; with those who gave none they make the scored."""
    without = entry.no_activity or 0
    names = [f"{entry.name}|{level}" for level in (NO_ACTIVITY_LEVEL, "activity", "with a score")]
    for name, people in zip(
        names, (without, entry.scored + entry.prorated - without, entry.scored + entry.prorated), strict=True
    ):
        rows.cell(name, people)
    rows.total(names[2], names[:2])
    rows.total(names[2], [f"{entry.name}|scored", f"{entry.name}|prorated"])
    rows.add("count", outcome=entry.name, level=NO_ACTIVITY_LEVEL, n=n, estimate=without, cells=names[:1])


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
