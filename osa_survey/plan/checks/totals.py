"""Totals that came with the export, recomputed from its items and compared."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from osa_survey.dataset import KeyedItems, keyed_items
from osa_survey.errors import Problem
from osa_survey.plan.checks.subjects import Outcome, Subject

CODES = {
    "total_differs": "a column of the export is the total of a block for most records, but not for all, and the "
    "codebook does not list it under ignored",
}
EXACT = 0.006
"""Totals are often shipped with two digits."""
ENOUGH = 20
"""With fewer complete records a total is not recognised."""
MOST = 0.8
"""A column is taken for the total if it equals it in this share of the complete records."""
TRIED = 400
"""How many records are compared first."""
ZEROS = "gaps were counted as zero or by their code"
ANSWERED = "only the answered items were added up"
PRORATED = "gaps were filled with the mean of the answered items"
UNKEYED = "its reverse-keyed items are not reversed"


@dataclass(frozen=True, repr=False)
class Recomputed:
    """A score of a block in the ways a platform may compute it.

    Attributes
    ----------
    name : str
        The scored column.
    complete : ndarray of bool, shape (respondents,)
        Who answered every item.
    keyed : ndarray of float, shape (respondents,)
        The score of complete records by the definition; NaN for others.
    unkeyed : ndarray of float, shape (respondents,)
        The same without reversing; NaN for others.
    others : mapping of str to ndarray of float, shape (respondents,)
        Reason → what that way of treating gaps gives.
    """

    name: str
    complete: NDArray[np.bool_]
    keyed: NDArray[np.float64]
    unkeyed: NDArray[np.float64]
    others: Mapping[str, NDArray[np.float64]]


def totals(subject: Subject) -> Outcome:
    """Compare every numeric column that is no item with the sums and means of every block."""
    if len(subject.admitted) < ENOUGH:
        return Outcome()
    ways = [way for name in subject.codebook.blocks for way in _ways(subject, name)]
    used = {column for columns in subject.item_columns.values() for column in columns}
    findings: list[Problem] = []
    facts: dict[str, str] = {}
    if not ways:
        return Outcome()
    for column in subject.export.names:
        if column in used:
            continue
        values = subject.numbers(column)
        if np.isnan(values).mean() > 1 - MOST:
            continue
        for way in ways:
            problem = _compared(subject, column, values, way, facts)
            if problem is not None:
                findings.append(problem)
            if f"shipped total '{column}'" in facts:
                break
    return Outcome(tuple(findings), facts)


def _ways(subject: Subject, block: str) -> list[Recomputed]:
    instrument = subject.admitted.instruments[subject.codebook.blocks[block].instrument]
    columns = dict(zip(subject.admitted.item_columns(block), subject.item_columns[block], strict=True))
    result = []
    for scale in instrument.scales:
        if scale.score == "count" or len(scale.items) < 2:
            continue
        items = keyed_items(subject.admitted, block, scale.id)
        raw = np.column_stack([subject.numbers(columns[name]) for name in items.columns])
        result.append(_recomputed(f"{block}_{scale.id}", items, raw))
    return result


def _recomputed(name: str, items: KeyedItems, raw: NDArray[np.float64]) -> Recomputed:
    k = items.values.shape[1]
    factor = items.scale.times / (k if items.scale.score == "mean" else 1)
    reverse = np.array(items.signs) < 0
    gaps = np.isnan(items.values)
    complete = np.asarray(~gaps.any(axis=1), dtype=bool)
    answered = (~gaps).sum(axis=1)
    given = np.where(reverse, items.low + items.high - items.values, items.values)
    filled = np.where(gaps, np.where(np.isnan(raw), 0, raw), items.values)
    partial = np.nansum(items.values, axis=1)
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = np.where(answered > 0, partial / answered, np.nan)
    return Recomputed(
        name,
        complete,
        np.where(complete, factor * np.sum(items.values, axis=1), np.nan),
        np.where(complete, factor * np.sum(given, axis=1), np.nan),
        {
            ZEROS: factor * filled.sum(axis=1),
            PRORATED: factor * k * mean,
            ANSWERED: factor * partial,
        },
    )


def _compared(
    subject: Subject, column: str, values: NDArray[np.float64], way: Recomputed, facts: dict[str, str]
) -> Problem | None:
    """Return the problem of a shipped total that differs; write what was found into the facts."""
    both = way.complete & ~np.isnan(values)
    if both.sum() < ENOUGH:
        return None
    expected, reason = way.keyed, ""
    if not _mostly(values[both], way.keyed[both]):
        if not _mostly(values[both], way.unkeyed[both]):
            return None
        expected, reason = way.unkeyed, UNKEYED
    differs = both & (np.abs(values - expected) > EXACT)
    partial = ~way.complete & ~np.isnan(values)
    counts = {reason: int(both.sum())} if reason else {}
    if differs.any():
        counts["for no reason seen"] = int(differs.sum())
    left = partial.copy()
    for why, other in way.others.items():
        own = left & (np.abs(values - other) <= EXACT)
        if own.any():
            counts[why] = int(own.sum())
        left &= ~own
    if left.any():
        counts["incomplete, and computed in a way not recognised"] = int(left.sum())
    total = int((differs | partial).sum()) if not reason else int((both | partial).sum())
    words = "; ".join(f"{why} ({number})" for why, number in counts.items())
    fact = f"equals {way.name} in {int(both.sum() - differs.sum())} of {int(both.sum())} complete records"
    facts[f"shipped total '{column}'"] = (
        (f"{fact}; {total} records differ from the score made here: {words}") if (total) else fact
    )
    if not total or column in subject.codebook.ignored:
        return None
    row = int(subject.admitted.rows[np.argmax(differs | partial if not reason else both)])
    message = f"the column looks like the total of {way.name} and differs from it: {words}"
    hint = "use the score made here, and list this column under ignored in the codebook"
    return Problem("total_differs", message, subject.export.file, row, column, hint=hint, count=total)


def _mostly(values: NDArray[np.float64], expected: NDArray[np.float64]) -> bool:
    """Tell whether two columns agree in most records and are not constant."""
    for part in (slice(TRIED), slice(None)):
        if np.mean(np.abs(values[part] - expected[part]) <= EXACT) < MOST:
            return False
    return bool(np.ptp(expected) > 0)
