"""Reasons of a few missing answers: where their number is no secret, one row stands for all of them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from osa_survey.disclosure import Profile
from osa_survey.results.result import Result
from osa_survey.results.rows import Cells

NOTE = "Where 1 to {most} answers are missing, their reasons are not told apart."


def without_reasons_of_few(result: Result, profile: Profile) -> Result:
    """Return a result, and its further tables, without the reasons of gaps of a few people.

    Parameters
    ----------
    result : Result
        A result before the gate; one that passed it comes back as it is.
    profile : Profile
        The rules.

    Returns
    -------
    Result
        The same result, where the profile takes gaps to be nobody's secret and fewer people than its threshold gave
        no answer: the rows of their reasons are one row, or none where another shows their number. n tells that
        number in any case, so that beside it a reason could not be hidden: its sign would protect nothing.
    """
    if result.released_under:
        return result
    more = {name: without_reasons_of_few(table, profile) for name, table in result.more.items()}
    few = {
        name: gap
        for name, gap in result.cells.gaps.items()
        if gap.reasons and not profile.tells_reasons(result.cells.counts[name])
    }
    if not few:
        return replace(result, more=more) if more else result
    table, behind = result.table, list(result.cells.behind)
    gap_of = {reason: name for name, gap in few.items() for reason in gap.reasons}
    kept = np.ones(len(table), dtype=bool)
    told: set[str] = set()
    for row, cells in enumerate(behind):
        gap = next((gap_of[cell] for cell in cells if cell in gap_of), "")
        if not gap:
            continue
        kept[row] = bool(few[gap].level) and gap not in told
        if kept[row]:
            told.add(gap)
            table.loc[row, "level"], table.loc[row, "estimate"] = few[gap].level, result.cells.counts[gap]
            behind[row] = tuple(dict.fromkeys(gap if cell in gap_of else cell for cell in cells))
    notes = result.notes if kept.all() and not told else (*result.notes, NOTE.format(most=profile.threshold - 1))
    return replace(
        result,
        frame=table.loc[kept].reset_index(drop=True),
        cells=_without(
            result.cells, frozenset(gap_of), [cells for cells, stays in zip(behind, kept, strict=True) if stays]
        ),
        notes=notes,
        more=more,
    )


def _without(cells: Cells, gone: frozenset[str], behind: list[tuple[str, ...]]) -> Cells:
    """Return the cells without some, and without the relations that hold one of them."""
    return replace(
        cells,
        counts={name: people for name, people in cells.counts.items() if name not in gone},
        sums=tuple(line for line in cells.sums if gone.isdisjoint((line[0], *line[1]))),
        behind=tuple(behind),
        members={name: who for name, who in cells.members.items() if name not in gone},
        unseen=cells.unseen - gone,
    )
