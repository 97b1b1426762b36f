"""Options that changed mid-field: a code given only before some day, another only after it; or by version."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from osa_survey.errors import Problem, describe_value
from osa_survey.plan.checks.fieldwork_days import days_of
from osa_survey.plan.checks.subjects import Outcome, Subject

CODES = {
    "options_changed": "one code was given only before some day (or only in one version) and another only after it: "
    "the same answer may have two codes, or one code two meanings",
}
FEWEST = 5
"""Each of the two codes must have been given this often."""
CHANCE = 0.005
"""How improbable the split must be if answers did not depend on time; smaller in exports of more than ten columns."""
WIDE = 10
HINT = (
    "compare the versions of the questionnaire; if the codes mean the same, give both a label of the same meaning, "
    "or correct the codes of one period"
)


@dataclass(frozen=True)
class Change:
    """A code that ended and one that began.

    Attributes
    ----------
    old, new : int
        The positions of the two values.
    old_count, new_count : int
        How many records have them.
    begins : int
        The first position in time at which the new value occurs.
    """

    old: int
    new: int
    old_count: int
    new_count: int
    begins: int


def option_changes(subject: Subject) -> Outcome:
    """Compare the codes of each column with options before and after every day, and between versions."""
    columns = list(subject.categorical_columns())
    chance = CHANCE if len(columns) <= WIDE else CHANCE * WIDE / len(columns)
    findings: list[Problem] = []
    facts: dict[str, str] = {}
    findings += _by_day(subject, columns, chance, facts)
    findings += _by_version(subject, columns, chance)
    return Outcome(tuple(findings), facts)


def _by_day(
    subject: Subject, columns: list[tuple[str, frozenset[str]]], chance: float, facts: dict[str, str]
) -> Iterator[Problem]:
    column = subject.paradata("started") or subject.paradata("ended")
    if not column:
        return
    values, which = subject.answers(column)
    days = days_of(values)
    if days is None:
        facts["days of fieldwork"] = f"not read from '{column}': the order of day and month is not certain there"
        return
    known = days[~np.isnat(days)]
    different = np.unique(known)
    time = np.where(np.isnat(days), -1, np.searchsorted(different, days))[which]
    for name, gaps in columns:
        change = _change(subject, name, gaps, time, chance)
        if change is None:
            continue
        day = str(different[change.begins])
        yield _problem(subject, name, change, f"on {day}", f"before {day}", f"from {day} on")


def _by_version(subject: Subject, columns: list[tuple[str, frozenset[str]]], chance: float) -> Iterator[Problem]:
    column = subject.paradata("version")
    if not column:
        return
    versions, which = subject.answers(column)
    named = [position for position, version in enumerate(versions) if version != ""]
    for name, gaps in columns:
        for first in named:
            for second in named:
                if second <= first:
                    continue
                time = np.where(which == first, 0, np.where(which == second, 1, -1))
                change = _change(subject, name, gaps, time, chance)
                if change is None:
                    continue
                shown = [
                    describe_value(versions[position], seen=int((which == position).sum()))
                    for position in (first, second)
                ]
                place = f"between versions '{shown[0]}' and '{shown[1]}'"
                yield _problem(subject, name, change, place, "in the first", "in the second")


def _change(
    subject: Subject, column: str, gaps: frozenset[str], time: NDArray[np.int64], chance: float
) -> Change | None:
    values, which = subject.answers(column)
    answered = ~np.array([value in gaps for value in values])[which] & (time >= 0)
    return split_codes(which[answered], time[answered], chance)


def split_codes(codes: NDArray[np.int64], time: NDArray[np.int64], chance: float = CHANCE) -> Change | None:
    """Return the clearest pair of codes of which one ended before the other began, or None.

    Parameters
    ----------
    codes, time : ndarray of int, shape (answers,)
        The code of each answer, and the position of its day.
    chance : float
        How improbable the split must be if answers did not depend on time.

    Notes
    -----
    If codes did not depend on time, all a answers of the old code would precede all b of the new one with the
    probability a! b! / (a + b)!, which is 1 / 252 for five and five.

    Examples
    --------
    >>> split_codes(np.array([3] * 20 + [4] * 20), np.arange(40))
    Change(old=3, new=4, old_count=20, new_count=20, begins=20)
    """
    if len(codes) == 0:
        return None
    counts = np.bincount(codes)
    first, last = np.full(len(counts), np.iinfo(np.int64).max), np.full(len(counts), -1)
    np.minimum.at(first, codes, time)
    np.maximum.at(last, codes, time)
    best: tuple[float, Change] | None = None
    common = np.flatnonzero(counts >= FEWEST)
    for old in common:
        for new in common[first[common] > last[old]]:
            logarithm = math.lgamma(counts[old] + 1) + math.lgamma(counts[new] + 1)
            logarithm -= math.lgamma(counts[old] + counts[new] + 1)
            if logarithm < math.log(chance) and (best is None or logarithm < best[0]):
                change = Change(int(old), int(new), int(counts[old]), int(counts[new]), int(first[new]))
                best = (logarithm, change)
    return None if best is None else best[1]


def _problem(subject: Subject, column: str, change: Change, when: str, old_time: str, new_time: str) -> Problem:
    values, which = subject.answers(column)
    labels = subject.export.value_labels.get(column, {})
    old, new = values[change.old], values[change.new]
    shown_old, shown_new = (
        describe_value(value, seen=count) + (f" ({labels[value]})" if value in labels else "")
        for value, count in ((old, change.old_count), (new, change.new_count))
    )
    message = (
        f"{shown_old} became {shown_new} {when}: {change.old_count} answers have the first, all {old_time}; "
        f"{change.new_count} have the second, all {new_time}"
    )
    row = int(subject.export.rows[subject.keep][np.argmax(which == change.new)])
    return Problem("options_changed", message, subject.export.file, row, column, hint=HINT)
