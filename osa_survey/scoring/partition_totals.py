"""Counts of partitions added up: the flow, the findings, and the scoring log."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from osa_survey.dataset import Exclusion, ScaleLog
from osa_survey.dataset.eligibility import STEPS
from osa_survey.errors import Problem
from osa_survey.instruments.reasons import REASON_CODES

COUNTS = ("scored", "prorated", "not_scored", "no_activity")
"""The numbers of a scale's log that are respondents; all others are the same for every partition."""


def total_history(histories: Iterable[Sequence[Exclusion]]) -> tuple[Exclusion, ...]:
    """Return the steps of the flow, each once, in the order in which the door takes them.

    Examples
    --------
    >>> under, consent = Exclusion("under_age", "under 18", 2), Exclusion("no_consent", "no consent given", 1)
    >>> [(step.code, step.n) for step in total_history([[under], [consent, under]])]
    [('no_consent', 1), ('under_age', 4)]
    """
    totals: Counter[tuple[str, str]] = Counter()
    for history in histories:
        for step in history:
            totals[step.code, step.reason] += step.n
    order = {code: position for position, code in enumerate(STEPS)}
    steps = sorted(totals, key=lambda step: order.get(step[0], len(order)))
    return tuple(Exclusion(code, reason, totals[code, reason]) for code, reason in steps)


def total_findings(findings: Iterable[Sequence[Problem]]) -> tuple[Problem, ...]:
    """Return each finding once, with the count of all and the place of the first."""
    first: dict[Problem, Problem] = {}
    counts: Counter[Problem] = Counter()
    for part in findings:
        for problem in part:
            what = replace(problem, file="", row=0, count=1)
            first.setdefault(what, problem)
            counts[what] += problem.count
    return tuple(replace(problem, count=counts[what]) for what, problem in first.items())


def total_log(logs: Sequence[Sequence[ScaleLog]]) -> tuple[ScaleLog, ...]:
    """Return the log of each scale with the respondents of all partitions."""
    return tuple(_total(entries) for entries in zip(*logs, strict=True))


def _total(entries: Sequence[ScaleLog]) -> ScaleLog:
    why: Counter[str] = Counter()
    for entry in entries:
        why.update(entry.why_not)
    counts: dict[str, Any] = {
        name: sum(getattr(entry, name) for entry in entries)
        for name in COUNTS
        if getattr(entries[0], name, None) is not None
    }
    return replace(entries[0], **counts, why_not={reason: why[reason] for reason in REASON_CODES if why[reason]})
