"""Products of tall matrices, a few thousand rows at a time so that they stay in the processor's cache."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

ROWS = 4096


def row_blocks(n: int) -> Iterator[slice]:
    """Yield slices that cover n rows."""
    for begin in range(0, n, ROWS):
        yield slice(begin, min(begin + ROWS, n))


def weighted_cross(A: Floats, w: Floats, B: Floats | None = None) -> Floats:
    """Return A'diag(w)B; B defaults to A.

    Examples
    --------
    >>> weighted_cross(np.array([[1.0, 2.0], [1.0, 3.0]]), np.array([1.0, 2.0])).tolist()
    [[3.0, 8.0], [8.0, 22.0]]
    """
    B = A if B is None else B
    found = np.zeros((A.shape[1], B.shape[1]))
    for rows in row_blocks(len(A)):
        found += (A[rows] * w[rows, None]).T @ B[rows]
    return found


def quadratic_forms(A: Floats, half: Floats) -> Floats:
    """Return a'H'Ha for each row a of A, shape (rows,), from H of shape (columns, columns)."""
    found = np.empty(len(A))
    for rows in row_blocks(len(A)):
        part = A[rows] @ half.T
        np.einsum("ij,ij->i", part, part, out=found[rows])
    return found
