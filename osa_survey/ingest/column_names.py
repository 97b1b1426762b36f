"""Names of columns as platforms write them: repeated and empty ones are made unique, and every change is told."""

from __future__ import annotations

from collections.abc import Sequence

from osa_survey.errors import Problem


def make_unique(names: Sequence[str], *, fill_empty: bool = True) -> tuple[tuple[str, ...], tuple[int, ...]]:
    """Return names that differ, and the positions of those that had to change.

    Parameters
    ----------
    names : sequence of str
        The names in file order; a name that stands alone, and the first of several equal ones, stays.
    fill_empty : bool
        Whether an empty name becomes ``column_<position>``, counted from 1; otherwise it stays empty.

    Returns
    -------
    unique : tuple of str
        ``name``, ``name.2``, ``name.3`` …, skipping names that stand elsewhere in the file.
    renamed : tuple of int
        Positions from 0, in rising order.

    Examples
    --------
    >>> make_unique(["Q1", "Q1", "", "Q1.2", "Q1"])
    (('Q1', 'Q1.3', 'column_3', 'Q1.2', 'Q1.4'), (1, 2, 4))
    """
    taken = set(names)
    seen: set[str] = set()
    following: dict[str, int] = {}
    unique, renamed = [], []
    for position, name in enumerate(names):
        new = name
        if not name and fill_empty:
            new = f"column_{position + 1}"
            while new in taken:
                new += "_"
        elif name and name in seen:
            number = following.get(name, 2)
            while (new := f"{name}.{number}") in taken:
                number += 1
            following[name] = number + 1
        if new != name:
            renamed.append(position)
            taken.add(new)
        seen.add(name)
        unique.append(new)
    return tuple(unique), tuple(renamed)


def renamed_findings(unique: Sequence[str], renamed: Sequence[int], file: str, row: int) -> tuple[Problem, ...]:
    """Return the finding that some columns have another name than in the file, located at the first of them."""
    if not renamed:
        return ()
    message = "columns without a name or with the name of an earlier column were given one of their own"
    hint = "the questions' texts and the order of the columns tell them apart"
    return (Problem("renamed_column", message, file, row, unique[renamed[0]], hint=hint, count=len(renamed)),)
