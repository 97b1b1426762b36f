"""Cell suppression: small counts are hidden, and so are the counts that would give them back."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

EXACT = 1e-9  # entries of a null-space basis below this are zero up to rounding


def suppress(
    counts: NDArray[np.float64],
    sums: Sequence[tuple[int, Sequence[int]]],
    threshold: int,
) -> NDArray[np.bool_]:
    """Return which counts to hide.

    Parameters
    ----------
    counts : ndarray of float, shape (cells,)
        People in each cell.
    sums : sequence of (int, sequence of int)
        Relations between cells: the position of a total and the positions of the parts that add up to it.
    threshold : int
        Counts from 1 to ``threshold - 1`` are small. Zero is shown.

    Returns
    -------
    ndarray of bool, shape (cells,)
        True where a count is hidden: the small cells (primary suppression), then in each relation the next
        smallest cell until no small cell can be computed from what is shown (secondary suppression).

    Notes
    -----
    After the line-by-line rule, the shown relations are read as linear equations in the hidden cells. A hidden
    small cell whose coordinate vanishes on the null space of these equations has one solution only; then
    the next smallest shown cell of its relations is hidden too. In a relation whose total is shown, the hidden
    parts together must reach the threshold, otherwise their sum is itself a small count.

    References
    ----------
    Hundepool, A., et al. (2012). Statistical Disclosure Control. Wiley. doi:10.1002/9781118348239

    Examples
    --------
    >>> suppress(np.array([3.0, 40.0, 60.0, 103.0]), [(3, [0, 1, 2])], 5).tolist()
    [True, True, False, False]
    """
    counts = np.asarray(counts, dtype=float)
    small = (counts > 0) & (counts < threshold)
    hidden = small.copy()
    if not small.any():
        return hidden
    lines = [(int(total), np.asarray(parts, dtype=int)) for total, parts in sums]
    while True:
        candidate = _next_in_lines(counts, lines, hidden, threshold)
        if candidate is None:
            candidate = _next_for_exact_solution(counts, lines, hidden, small)
        if candidate is None:
            return hidden
        hidden[candidate] = True


def _next_in_lines(
    counts: NDArray[np.float64],
    lines: list[tuple[int, NDArray[np.intp]]],
    hidden: NDArray[np.bool_],
    threshold: int,
) -> int | None:
    """Return the next cell that some single relation needs hidden, or None."""
    for total, parts in lines:
        hidden_parts = parts[hidden[parts]]
        if hidden[total]:
            if len(hidden_parts) == 0 and counts[total] > 0:
                choice = _smallest(counts, parts[~hidden[parts]])
                if choice is not None:
                    return choice
            continue
        if len(hidden_parts) == 0:
            continue
        too_few = len(hidden_parts) == 1 or counts[hidden_parts].sum() < threshold
        if too_few:
            choice = _smallest(counts, parts[~hidden[parts]])
            return total if choice is None else choice
    return None


def _smallest(counts: NDArray[np.float64], cells: NDArray[np.intp]) -> int | None:
    """Return the smallest cell above zero, the first of equals, or None."""
    filled = cells[counts[cells] > 0]
    if len(filled) == 0:
        return None
    return int(filled[np.argmin(counts[filled])])


def _next_for_exact_solution(
    counts: NDArray[np.float64],
    lines: list[tuple[int, NDArray[np.intp]]],
    hidden: NDArray[np.bool_],
    small: NDArray[np.bool_],
) -> int | None:
    """Return a cell to hide because the relations together solve for a small one, or None."""
    unknown = np.flatnonzero(hidden)
    position = {int(cell): column for column, cell in enumerate(unknown)}
    equations = np.zeros((len(lines), len(unknown)))
    for row, (total, parts) in enumerate(lines):
        for part in parts:
            if hidden[part]:
                equations[row, position[int(part)]] += 1.0
        if hidden[total]:
            equations[row, position[total]] -= 1.0
    if len(lines) == 0:
        return None
    _, singular, right = np.linalg.svd(equations, full_matrices=True)
    rank = int((singular > EXACT).sum())
    null_space = right[rank:]
    freedom = np.abs(null_space).max(axis=0) if len(null_space) else np.zeros(len(unknown))
    for cell in np.flatnonzero(small):
        if freedom[position[int(cell)]] > EXACT:
            continue
        around = [np.append(parts, total) for total, parts in lines if cell in parts or cell == total]
        if not around:
            continue
        candidates = np.unique(np.concatenate(around))
        choice = _smallest(counts, candidates[~hidden[candidates]])
        if choice is not None:
            return choice
    return None
