"""Tables of a manuscript beside those of the report, row by row and cell by cell."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher

from osa_survey.errors import Problem
from osa_survey.report.verification.manuscripts import Table
from osa_survey.report.verification.numbers_in_text import numbers_of
from osa_survey.report.verification.printed_texts import ABOUT_EXCLUSIONS, FLOW, PrintedGrid
from osa_survey.report.verification.sentence_matching import changed, same_number
from osa_survey.report.verification.unjudged_numbers import UnjudgedNumber, unjudged_cells

ALIKE = 0.5  # how alike the row heads are at least, from 0 to 1


@dataclass
class TableComparison:
    """What comparing tables gives: findings, tables that are none of the report, how many are, numbers left out."""

    findings: list[Problem] = field(default_factory=list)
    rest: list[Table] = field(default_factory=list)
    unjudged: list[UnjudgedNumber] = field(default_factory=list)
    matched: int = 0


def compare_tables(tables: Sequence[Table], grids: Sequence[PrintedGrid], file: str) -> TableComparison:
    """Return how the tables of a manuscript differ from the printed ones.

    Parameters
    ----------
    tables : sequence of Table
        The manuscript's.
    grids : sequence of PrintedGrid
        The report's.
    file : str
        The manuscript's name, for the findings.
    """
    found = TableComparison()
    free = list(range(len(grids)))
    heads = [set(_heads(table)) for table in tables]
    scores = {
        (place, other): _likeness(table, heads[place], grids[other])
        for place, table in enumerate(tables)
        for other in free
    }
    pairs: dict[int, int] = {}
    for (place, other), score in sorted(scores.items(), key=lambda entry: (-entry[1], entry[0])):
        if score < ALIKE:
            break
        if place not in pairs and other in free:
            pairs[place] = other
            free.remove(other)
    for place, table in enumerate(tables):
        if place in pairs:
            found.matched += 1
            grid = grids[pairs[place]]
            compared: set[tuple[int, int]] = set()
            found.findings += _differences(table, grid, file, compared)
            heads_of = {*grid.heads, *grid.row_heads}
            found.unjudged += unjudged_cells(table.rows, table.place, compared, heads_of)
        else:
            found.rest.append(table)
    return found


def _plain(text: str) -> str:
    return " ".join(text.casefold().split())


def _heads(table: Table) -> list[str]:
    return [_plain(row[0]) if row else "" for row in table.rows]


def _likeness(table: Table, ours: set[str], grid: PrintedGrid) -> float:
    """Return how alike a table is to a printed one: its row heads, then its title, then its numbers."""
    theirs = {_plain(head) for head in grid.row_heads}
    shared = len(ours & theirs) / max(len(theirs), 1)
    if shared < ALIKE:
        return 0.0
    titled = 0.5 if _plain(grid.title) in _plain(table.caption) else 0.0
    cells = {text for row in grid.rows for text, _ in row if text}
    own = {cell for row in table.rows for cell in row[1:] if cell}
    return shared + titled + (len(cells & own) / len(cells) if cells else 0.0)


def _differences(table: Table, grid: PrintedGrid, file: str, compared: set[tuple[int, int]]) -> Iterable[Problem]:
    """Yield what differs, and note which cells were compared."""
    theirs = [_plain(head) for head in grid.row_heads]
    ours = _heads(table)
    first = next((place for place, head in enumerate(ours) if head in theirs), 0)
    columns = _columns(table, first, grid)
    matcher = SequenceMatcher(None, theirs, ours[first:], autojunk=False)
    for kind, low, high, start, stop in matcher.get_opcodes():
        if kind == "delete" or (kind == "replace" and high - low > stop - start):
            yield from _missing_rows(table, grid, range(low + (stop - start), high), file)
        for row, own in zip(range(low, high), range(first + start, first + stop), strict=False):
            for column, (text, identifier) in enumerate(grid.rows[row]):
                place = columns.get(column)
                cells = table.rows[own]
                if place is None or place >= len(cells):
                    continue
                compared.add((own, place))
                where = f"{table.place}, row {own + 1}, column {place + 1}"
                yield from _cell(text, cells[place], identifier or grid.id, file, where)


def _columns(table: Table, first: int, grid: PrintedGrid) -> dict[int, int]:
    """Return printed column → column of the table; heads decide where columns were taken out or added."""
    widths = {len(row) for row in table.rows[first:]}
    expected = len(grid.heads) + 1
    if expected in widths or not first:
        return {column: column + 1 for column in range(len(grid.heads))}
    heads = [_plain(cell) for cell in table.rows[first - 1][1:]]
    matcher = SequenceMatcher(None, [_plain(head) for head in grid.heads], heads, autojunk=False)
    blocks = matcher.get_matching_blocks()
    return {block.a + step: block.b + step + 1 for block in blocks for step in range(block.size)}


def _cell(text: str, own: str, identifier: str, file: str, place: str) -> Iterable[Problem]:
    if text == own or not own:
        return
    before, after = numbers_of(text), numbers_of(own)
    if len(before) != len(after):
        if after:
            yield changed(text or "nothing", own, identifier, file, place)
        return
    for old, new in zip(before, after, strict=True):
        if not same_number(old, new):
            yield changed(old.text, new.text, identifier, file, place)
    bounds = set("<>")
    if [mark for mark in text if mark in bounds] != [mark for mark in own if mark in bounds]:
        yield changed(text, own, identifier, file, place)


def _missing_rows(table: Table, grid: PrintedGrid, rows: Iterable[int], file: str) -> Iterable[Problem]:
    """Yield a finding for each row on exclusions that was taken out of the flow; other rows may be left out."""
    if grid.id != FLOW:
        return
    for row in rows:
        if any(word in grid.row_heads[row].casefold() for word in ABOUT_EXCLUSIONS):
            message = "a row on excluded records is missing"
            hint = "say how many records were left out, and why"
            identifier = grid.rows[row][0][1] if grid.rows[row] else grid.id
            yield Problem("exclusion_missing", message, file, key=table.place, item=identifier, hint=hint)
