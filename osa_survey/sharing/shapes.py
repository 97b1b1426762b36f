"""Whether two runs of the same plan have the same shape: the same rows, and a number wherever the first has one."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence

import numpy as np

from osa_survey.results import Result

KEYS = ("quantity", "term", "contrast", "outcome", "group", "level")
NUMBER = re.compile(r"-?\d+(?:[.,]\d+)*")
Shape = Counter[tuple[str, ...]]


def shape_of(result: Result) -> tuple[Shape, Shape]:
    """Return the rows of a result and its further tables, and those that have a number.

    Numbers inside keys, such as the value of a moderator at which a slope is taken, are those of the data and count
    as the same.
    """
    rows: Shape = Counter()
    filled: Shape = Counter()
    for part, table in _parts(result, ""):
        keys = [tuple(NUMBER.sub("#", str(value)) for value in row) for row in table.frame[list(KEYS)].to_numpy()]
        numbers = ~np.isnan(table.frame["estimate"].to_numpy(dtype=float))
        rows.update((part, *key) for key in keys)
        filled.update((part, *key) for key, number in zip(keys, numbers, strict=True) if number)
    return rows, filled


def shape_differences(real: Sequence[Result], twin: Sequence[Result]) -> tuple[str, ...]:
    """Return in words which analyses of a twin do not have the shape of the real ones.

    Parameters
    ----------
    real, twin : sequence of Result
        The analyses of the same plan on both, in the same order.
    """
    found = []
    for one, other in zip(real, twin, strict=True):
        (rows, filled), (rows_of_twin, filled_in_twin) = shape_of(one), shape_of(other)
        name = one.id or one.analysis
        missing, more = rows - rows_of_twin, rows_of_twin - rows
        empty = (filled & rows_of_twin) - filled_in_twin
        for number, words in (
            (missing.total(), "rows are missing"),
            (more.total(), "rows are new"),
            (empty.total(), "numbers could not be computed"),
        ):
            if number:
                found.append(f"{name}: {number} {words}")
    return tuple(found)


def _parts(result: Result, name: str) -> Iterator[tuple[str, Result]]:
    yield name, result
    for key, table in result.more.items():
        yield from _parts(table, f"{name}/{key}")
