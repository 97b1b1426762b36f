"""The scoring log as a result: for each scale how many were scored, prorated, not scored, and why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from osa_survey import formatting
from osa_survey.dataset import ScaleLog, ScoredData
from osa_survey.instruments.reasons import REASON_TITLES, ROUTED
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
        ``no score: reason``; where items offer an answer that means no sexual activity, ``no activity`` counts who
        gave one and has a score.
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
    names = {level: f"{entry.name}|{level}" for level in (FULL, PRORATED, NONE)}
    scored = f"{entry.name}|with a score"
    for level, people in zip(names, (entry.scored, entry.prorated, entry.not_scored), strict=True):
        rows.add("count", outcome=entry.name, level=level, n=n, estimate=people, cells=[names[level]])
    rows.cell(names[FULL], entry.scored)
    rows.gap(names[PRORATED], entry.prorated)
    rows.cell(scored, entry.scored + entry.prorated)
    rows.total(scored, [names[FULL], names[PRORATED]])
    if entry.no_activity is not None:
        _add_activity(rows, entry, scored, n)
    _add_reasons(rows, entry, names[NONE], n)
    rows.total("all", [scored, names[NONE]])


def _add_activity(rows: Rows, entry: ScaleLog, scored: str, n: int) -> None:
    """Count those who gave an answer that means no activity; with those who gave none they make the scored."""
    without = entry.no_activity or 0
    names = [f"{entry.name}|{level}" for level in (NO_ACTIVITY_LEVEL, "activity")]
    rows.cell(names[0], without)
    rows.cell(names[1], entry.scored + entry.prorated - without)
    rows.total(scored, names)
    rows.add("count", outcome=entry.name, level=NO_ACTIVITY_LEVEL, n=n, estimate=without, cells=names[:1])


def _add_reasons(rows: Rows, entry: ScaleLog, total: str, n: int) -> None:
    """Count those without a score by reason; but for reasons that a filter gives, they are a gap."""
    for reason, people in entry.why_not.items():
        cell = f"{entry.name}|{reason}"
        rows.cell(cell, people)
        level = f"{NONE}: {REASON_TITLES[reason]}"
        rows.add("count", outcome=entry.name, level=level, n=n, estimate=people, cells=[cell])
    routed = [f"{entry.name}|{reason}" for reason in entry.why_not if reason in ROUTED]
    own = [f"{entry.name}|{reason}" for reason in entry.why_not if reason not in ROUTED]
    if not routed:
        rows.gap(total, entry.not_scored, own)
        return
    rows.cell(total, entry.not_scored)
    if own:
        by_choice = sum(people for reason, people in entry.why_not.items() if reason not in ROUTED)
        rows.gap(f"{entry.name}|own", by_choice, own)
        routed.append(f"{entry.name}|own")
    rows.total(total, routed)


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
