"""Tables with more columns than a page across holds, in parts that each stand as a table of their own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from osa_survey.report.messages import message
from osa_survey.report.paper import TEXT_HEIGHT
from osa_survey.report.printed import PrintedRow, PrintedTable
from osa_survey.report.table_widths import LEAST_STUB, TINY_SIZE, needed_widths, stub_width

BELONGING = frozenset({"SE", "95% CI", "95 %-KI", "90% CI", "90 %-KI", "CI", "KI", "p", "%"})
"""Heads of columns that say something about the number before them."""


def page_parts(printed: PrintedTable, language: str) -> tuple[PrintedTable, ...]:
    """Return a table in as few parts as fit a page across, most often one.

    Parameters
    ----------
    printed : PrintedTable
        The table.
    language : str
        The language of "continued".

    Returns
    -------
    tuple of PrintedTable
        Parts with all row heads; an interval stays with its estimate, columns under one head stay together if they
        fit. Notes stand below the last part, with those that a mark of an earlier part needs.
    """
    widths = needed_widths(printed, TINY_SIZE)
    room = TEXT_HEIGHT - min(LEAST_STUB * TEXT_HEIGHT, stub_width(printed, TINY_SIZE))
    if sum(widths) <= room:
        return (printed,)
    runs: list[list[int]] = [[]]
    for unit in _units(printed, widths, room):
        if runs[-1] and sum(widths[place] for place in (*runs[-1], *unit)) > room:
            runs.append([])
        runs[-1].extend(unit)
    if len(runs) == 1:
        return (printed,)
    parts = [_part(printed, run) for run in runs]
    return tuple(
        replace(part, title=printed.title if place == 0 else message("continued", language, title=printed.title),
                notes=_notes(part, printed, last=place == len(parts) - 1))
        for place, part in enumerate(parts)
    )  # fmt: skip


def _units(printed: PrintedTable, widths: Sequence[float], room: float) -> list[list[int]]:
    """Return the places of columns that stay together."""
    units: list[list[int]] = []
    for place, column in enumerate(printed.columns):
        before = printed.columns[units[-1][-1]] if units else None
        spanned = before is not None and column.spanner != "" and column.spanner == before.spanner
        together = column.head in BELONGING and before is not None and before.spanner == column.spanner
        if together or (spanned and sum(widths[other] for other in (*units[-1], place)) <= room):
            units[-1].append(place)
        else:
            units.append([place])
    return units


def _part(printed: PrintedTable, run: Sequence[int]) -> PrintedTable:
    rows = [replace(row, cells=tuple(row.cells[place] for place in run)) if row.cells else row for row in printed.rows]
    return replace(printed, columns=tuple(printed.columns[place] for place in run), rows=_filled(rows))


def _filled(rows: Sequence[PrintedRow]) -> tuple[PrintedRow, ...]:
    """Return the rows that hold something, and the heads above them."""
    kept: list[PrintedRow] = []
    for row in reversed(rows):
        heads_below = bool(kept) and kept[-1].depth > row.depth
        if any(cell.text for cell in row.cells) or (not row.cells and heads_below):
            kept.append(row)
        elif row.cells and heads_below:
            kept.append(replace(row, cells=()))
    return tuple(reversed(kept))


def _notes(part: PrintedTable, whole: PrintedTable, *, last: bool) -> tuple[tuple[str, str], ...]:
    marks = "".join(cell.marks for row in part.rows for cell in row.cells)
    hidden = any(cell.hidden for row in part.rows for cell in row.cells)
    plain = tuple(note for note in whole.notes if not note[0]) if last else ()
    own = tuple(note for note in whole.notes if note[0] and (note[0] in marks or (hidden and not note[0].isalnum())))
    return (*plain, *own)
