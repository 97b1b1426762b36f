"""The scoring log as a result: for each scale how many were scored, prorated, not scored, and why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from osa_survey import formatting
from osa_survey.dataset import ScaleLog, ScoredData
from osa_survey.disclosure import JOURNAL
from osa_survey.instruments.reasons import (
    ANSWERED,
    IMPLIED,
    NO_ANSWER,
    NO_ANSWER_TITLE,
    REASON_CODES,
    REASON_TITLES,
    ROUTED,
)
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
TITLES = REASON_TITLES | {NO_ANSWER: NO_ANSWER_TITLE}
NO_ACTIVITY_LEVEL = "no activity"
FULL, PRORATED, NONE = "scored from all items", "scored from fewer items", "no score"


def scoring_log(scored: ScoredData | PartitionedScores) -> Result:
    """Return for each scale how many respondents have a score, from all or from fewer items, and why others have none.

    Parameters
    ----------
    scored : ScoredData or PartitionedScores
        Scored answers, in memory or in files.

    Returns
    -------
    Result
        Rows ``count`` with levels ``scored from all items``, ``scored from fewer items``, ``no score`` and, by reason,
        ``no score: reason``, not told apart for fewer than five people who gave no answer;
        where items offer an answer that means no sexual activity, ``no activity`` counts who gave one and has a score.
    """
    rows = Rows()
    if isinstance(scored, ScoredData):
        rows.cell("all", np.ones(len(scored), dtype=bool))
    else:
        rows.everybody("all", len(scored))
    for entry in scored.log:
        marks = scored.reasons[entry.name].to_numpy(dtype=np.uint8) if isinstance(scored, ScoredData) else None
        _add(rows, entry, marks, len(scored))
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


def _add(rows: Rows, entry: ScaleLog, marks: NDArray[np.uint8] | None, n: int) -> None:
    """Count one scale; with the mark of each score the gate is told who has one, and why others have none."""

    def who(people: int, codes: Sequence[int]) -> float | NDArray[np.bool_]:
        mask = None if marks is None else np.isin(marks, codes)
        return mask if mask is not None and int(mask.sum()) == people else float(people)

    own = {reason: people for reason, people in entry.why_not.items() if reason not in ROUTED}
    routed = {reason: people for reason, people in entry.why_not.items() if reason in ROUTED}
    few = 0 < sum(own.values()) < JOURNAL.threshold <= n - sum(own.values())
    every = list(REASON_CODES.values())
    names = {level: f"{entry.name}|{level}" for level in (FULL, PRORATED, NONE)}
    rows.cell(names[FULL], entry.scored)
    rows.cell(names[PRORATED], entry.prorated)
    (rows.gap if few and not any(routed.values()) else rows.cell)(names[NONE], who(entry.not_scored, every))
    for level, people in zip(names, (entry.scored, entry.prorated, entry.not_scored), strict=True):
        rows.add("count", outcome=entry.name, level=level, n=n, estimate=people, cells=[names[level]])
    scored = f"{entry.name}|with a score"
    people_scored = who(entry.scored + entry.prorated, (ANSWERED, IMPLIED))
    if isinstance(people_scored, float):
        rows.cell(scored, people_scored)
    else:
        rows.unseen(scored, people_scored)
    rows.total(scored, [names[FULL], names[PRORATED]])
    rows.total("all", [scored, names[NONE]])
    if entry.no_activity is not None:
        _add_activity(rows, entry, n)
    codes = {reason: [REASON_CODES[reason]] for reason in entry.why_not}
    codes[NO_ANSWER] = [code for reason, code in REASON_CODES.items() if reason not in ROUTED]
    why_not = {**routed, NO_ANSWER: sum(own.values())} if few else entry.why_not
    for reason, people in why_not.items():
        cell = f"{entry.name}|{reason}"
        (rows.gap if reason == NO_ANSWER else rows.cell)(cell, who(people, codes[reason]))
        level = f"{NONE}: {TITLES[reason]}"
        rows.add("count", outcome=entry.name, level=level, n=n, estimate=people, cells=[cell])
    if why_not:
        rows.total(names[NONE], [f"{entry.name}|{reason}" for reason in why_not])


def _add_activity(rows: Rows, entry: ScaleLog, n: int) -> None:
    """Count those who gave an answer that means no activity; with those who gave none they make the scored."""
    without = entry.no_activity or 0
    names = [f"{entry.name}|{level}" for level in (NO_ACTIVITY_LEVEL, "activity", "with a score")]
    rows.cell(names[0], without)
    rows.cell(names[1], entry.scored + entry.prorated - without)
    rows.total(names[2], names[:2])
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
        for word, level in (("scored", FULL), ("prorated", PRORATED), ("missing", NONE))
    }
    return TEXTS[language].format(title=title, **numbers)
