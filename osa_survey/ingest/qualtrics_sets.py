"""Check-all questions of Qualtrics: which columns belong to one, and which single column seems to hold several."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from osa_survey.dataset import OptionSet
from osa_survey.errors import Problem
from osa_survey.ingest.grids import Grid
from osa_survey.ingest.qualtrics_columns import QualtricsColumn

TICK, NO_TICK = "1", "0"
SAMPLE = 2000
JOINED_CODES = r"^-?\d+(,-?\d+)+$"
CODES = r"^-?\d+(,-?\d+)*$"
LEAST_JOINED = 2


def question_groups(columns: Sequence[QualtricsColumn]) -> dict[tuple[str, ...], list[int]]:
    """Return the positions of the columns that could be options of one question.

    Columns with one step below the question share the question; with two steps they share the statement.
    """
    groups: dict[tuple[str, ...], list[int]] = {}
    for position, column in enumerate(columns):
        if column.kind == "answer" and column.name and column.path:
            groups.setdefault((*column.key, *column.path[:-1]), []).append(position)
    return groups


def option_sets(
    grid: Grid, rows: int, columns: Sequence[QualtricsColumn], texts: Sequence[str]
) -> tuple[OptionSet, ...]:
    """Return the check-all questions that the cells show for certain.

    Notes
    -----
    A set's columns hold nothing but one tick each, the same "1" everywhere or the option's own text from the second
    row, and ticks and blanks occur in one record. Statements of a matrix have the same ImportIds as options do, so
    what the cells do not show stays out; the survey's .qsf file knows it.
    """
    found = []
    for key, positions in question_groups(columns).items():
        ticks = _ticks(grid, rows, positions, texts) if len(positions) > 1 else None
        if ticks is None:
            continue
        used = tuple(dict.fromkeys(tick for tick in ticks if tick))
        name = "_".join(part for part in (key[0], key[1]) if part) + (f"#{key[2]}" if key[2] else "")
        name = "_".join((name, *key[3:]))
        own = [columns[position] for position in positions]
        labels = option_texts([texts[position] for position in positions], [column.path[-1] for column in own])
        options = {column.name: label for column, label in zip(own, labels, strict=True)}
        zeros = any(NO_TICK in _values(grid, rows, position) for position in positions)
        found.append(OptionSet(name, options, used, (NO_TICK,) if zeros else ()))
    return tuple(found)


def option_texts(texts: Sequence[str], choices: Sequence[str]) -> tuple[str, ...]:
    """Return the options at the end of the question texts of the second row, else the numbers of the choices.

    Examples
    --------
    >>> option_texts(["Which ones? - Tea", "Which ones? - Semi-skimmed milk"], ["1", "2"])
    ('Tea', 'Semi-skimmed milk')
    >>> option_texts(["", ""], ["1", "4"])
    ('1', '4')
    """
    low, high = min(texts), max(texts)
    same = next((at for at, (one, other) in enumerate(zip(low, high, strict=False)) if one != other), len(low))
    common = low[:same]
    cut = common.rfind(" - ") + 3 if " - " in common else common.rfind("-") + 1
    return tuple(text[cut:].strip() or choice for text, choice in zip(texts, choices, strict=True))


def _ticks(grid: Grid, rows: int, positions: Sequence[int], texts: Sequence[str]) -> list[str] | None:
    """Return the tick of each column ("" if never ticked), None where the columns are no check-all question."""
    ticks = []
    for position in positions:
        values = [value for value in _values(grid, rows, position) if value]
        if len(values) > 2 or any(
            value not in (TICK, NO_TICK) and not _is_option(value, texts[position]) for value in values
        ):
            return None
        own = [value for value in values if value != NO_TICK]
        if len(own) > 1:
            return None
        ticks.append(own[0] if own else "")
    if not any(ticks):
        return None
    ticked = np.array(
        [
            pc.equal(pc.utf8_trim_whitespace(grid.column(position, rows)), tick).to_numpy()
            if tick
            else np.zeros(len(grid.rows) - rows, dtype=bool)
            for position, tick in zip(positions, ticks, strict=True)
        ]
    )
    mixed = ticked.any(axis=0) & ~ticked.all(axis=0)
    return ticks if mixed.any() else None


def _is_option(value: str, text: str) -> bool:
    return text == value or text.endswith((f"-{value}", f"- {value}", f" {value}"))


def _values(grid: Grid, rows: int, position: int) -> list[str]:
    """Return the different contents of a column, at most four; the first records decide most columns quickly."""
    cells = grid.column(position, rows)
    some = pc.unique(pc.utf8_trim_whitespace(pc.unique(cells.slice(0, SAMPLE))))
    if len(some) <= 3 and len(cells) > SAMPLE:
        some = pc.unique(pc.utf8_trim_whitespace(pc.unique(cells)))
    return [str(value) for value in some.slice(0, 4).to_pylist()]


def joined_findings(grid: Grid, rows: int, columns: Sequence[QualtricsColumn]) -> tuple[Problem, ...]:
    """Return a finding for every question in one column whose cells look like several codes joined by commas."""
    findings = []
    for position, column in enumerate(columns):
        if column.kind != "answer" or not column.question or column.path:
            continue
        cells = pc.utf8_trim_whitespace(grid.column(position, rows).slice(0, SAMPLE))
        cells = cells.filter(pc.not_equal(cells, ""))
        joined = pc.sum(pc.cast(pc.match_substring_regex(cells, JOINED_CODES), pa.int64())).as_py() or 0
        if joined >= LEAST_JOINED and pc.all(pc.match_substring_regex(cells, CODES)).as_py():
            message = "codes joined by commas: a check-all question in one column"
            hint = "give the survey's .qsf file with the export, or export with one column for each option"
            findings.append(Problem("joined_check_all", message, grid.file, int(grid.rows[0]), column.name, hint=hint))
    return tuple(findings)
