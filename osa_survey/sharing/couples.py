"""Couples: nothing may let one partner read the other's answer."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def readable_answers(table: NDArray[np.float64]) -> int:
    """Return how many people could read their partner's answer off a table of own by partner's answers.

    Parameters
    ----------
    table : ndarray of float, shape (own answers, partner's answers)
        Couples in each cell.

    Returns
    -------
    int
        A partner knows the own answer, so the own row. Where the whole row stands in one cell, the partner's answer
        is read with certainty. Such couples are counted for rows, and for columns, where the other partner reads.

    Examples
    --------
    >>> readable_answers(np.array([[12.0, 0.0], [5.0, 8.0]]))  # 12 of the first row and 8 of the second column
    20
    >>> readable_answers(np.array([[4.0, 6.0], [5.0, 8.0]]))
    0
    """
    number = 0
    for side in (table, table.T):
        full = (side > 0).sum(axis=1) == 1
        number += int(side[full].sum())
    return number


def together(one: str, other: str, columns: set[str]) -> bool:
    """Tell whether a file would hold the answers of both partners in one record.

    Examples
    --------
    >>> together("use_a", "use_b", {"age", "use_a"})
    False
    """
    return one in columns and other in columns
