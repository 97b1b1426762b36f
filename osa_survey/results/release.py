"""Results through the gate: numbers that would show fewer people than the profile allows become empty."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from osa_survey.disclosure import Profile, suppress
from osa_survey.results.columns import NUMBER_COLUMNS
from osa_survey.results.result import Result

SUPPRESSED = "suppressed"
SUPPRESSION_NOTE = "Counts of 1 to {most} people, and the numbers that would give them back, are not shown."


def release(result: Result, profile: Profile) -> Result:
    """Return the result as the profile lets it be shown.

    Parameters
    ----------
    result : Result
        A result of any analysis. Its further tables pass the gate together with it.
    profile : Profile
        The rules.

    Returns
    -------
    Result
        The same result without its engine; suppressed rows have empty numbers and the word ``suppressed``.

    Notes
    -----
    Rows that name no cell are hidden by their own ``n``. Rows that name cells are hidden when one of these cells
    is hidden, by itself or because it would give another one back.
    """
    hidden = hidden_cells(result, profile)
    return _released(result, profile, hidden)


def hidden_cells(result: Result, profile: Profile) -> frozenset[str]:
    """Return the names of all cells of a result and its further tables that the profile hides."""
    counts: dict[str, float] = {}
    sums: list[tuple[str, tuple[str, ...]]] = []
    for table in _with_more(result):
        counts.update(table.cells.counts)
        sums.extend(table.cells.sums)
    names = list(counts)
    position = {name: index for index, name in enumerate(names)}
    lines = [(position[total], [position[part] for part in parts]) for total, parts in sums]
    mask = suppress(np.array([counts[name] for name in names]), lines, profile.threshold)
    return frozenset(name for name, is_hidden in zip(names, mask, strict=True) if is_hidden)


def _with_more(result: Result) -> Iterator[Result]:
    yield result
    for table in result.more.values():
        yield from _with_more(table)


def _released(result: Result, profile: Profile, hidden: frozenset[str]) -> Result:
    table = result.table
    behind = result.cells.behind or ((),) * len(table)
    by_cell = np.array([any(cell in hidden for cell in cells) for cells in behind], dtype=bool)
    unnamed = np.array([not cells for cells in behind], dtype=bool)
    people = table["n"].to_numpy()
    by_n = unnamed & (people > 0) & (people < profile.threshold)
    rows = by_cell | by_n
    notes = result.notes
    if rows.any():
        table.loc[rows, list(NUMBER_COLUMNS)] = np.nan
        table.loc[rows, "warning"] = ""
        table.loc[rows, "suppressed"] = SUPPRESSED
        notes = (*notes, SUPPRESSION_NOTE.format(most=profile.threshold - 1))
    more = {name: _released(part, profile, hidden) for name, part in result.more.items()}
    return replace(result, frame=table, notes=notes, more=more, engine=None, released_under=profile.name)
