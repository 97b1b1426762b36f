"""What a reader can compute: hidden counts that all shown relations together leave one value."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

Lines = Sequence[tuple[int, NDArray[np.intp]]]
EXACT = 1e-9  # entries of a null-space basis below this are zero up to rounding
WHOLE = 1e-6  # solvers return whole numbers to this precision
LINEAR_LIMIT = 400
"""Above this many hidden cells in one component the null space is left to integer programming."""
RANGE = 1000.0
"""A second value this far from the true one is as good as any: it bounds the search."""


def hidden_parts_of(parts: NDArray[np.intp], hidden: NDArray[np.bool_]) -> NDArray[np.intp]:
    """Return the hidden ones among some cells."""
    return parts[hidden[parts]]


def determined_cells(
    counts: NDArray[np.float64],
    lines: Lines,
    hidden: NDArray[np.bool_],
    lowest: float | NDArray[np.float64] = 1.0,
    proven: set[tuple[int, ...]] | None = None,
) -> NDArray[np.intp]:
    """Return the hidden cells that have one possible value, given everything that is shown.

    Parameters
    ----------
    counts : ndarray of float, shape (cells,)
        The true counts.
    lines : sequence of (int, ndarray of int)
        The relations a reader knows: a total and its parts.
    hidden : ndarray of bool, shape (cells,)
        Which counts are hidden.
    lowest : float or ndarray of float, shape (cells,)
        What a reader knows of every hidden count, or of each: it is at least this.
    proven : set, optional
        Components found safe before; added to.

    Returns
    -------
    ndarray of int
        Positions of the determined cells; of each component of related cells those found first.

    Notes
    -----
    Hidden cells that share no relation, directly or through others, are judged apart. In a component the shown
    relations are linear equations ``Ax = b``. A cell on which every vector of the null space of ``A`` vanishes is
    determined. For the others integer programming looks for a second table of whole numbers; the cells in which it
    differs from the true one are free.
    """
    proven = set() if proven is None else proven
    least = np.broadcast_to(np.asarray(lowest, dtype=float), counts.shape)
    found: list[int] = []
    for cells, own in components(lines, hidden):
        key = tuple(cells.tolist())
        if key in proven:
            continue
        equations = _equations(cells, own, hidden)
        determined = _without_freedom(equations) if len(cells) <= LINEAR_LIMIT else np.empty(0, dtype=np.intp)
        if not len(determined):
            determined = _without_second_table(counts[cells], equations, least[cells])
        if len(determined):
            found.extend(cells[determined].tolist())
        else:
            proven.add(key)
    return np.array(sorted(found), dtype=np.intp)


def components(
    lines: Lines, hidden: NDArray[np.bool_]
) -> list[tuple[NDArray[np.intp], list[tuple[int, NDArray[np.intp]]]]]:
    """Return groups of hidden cells that relations bind together, each with these relations."""
    unknown = np.flatnonzero(hidden)
    place = {int(cell): number for number, cell in enumerate(unknown)}
    bound = [(total, parts) for total, parts in lines if hidden[total] or hidden[parts].any()]
    first, second = [], []
    for total, parts in bound:
        own = [place[int(cell)] for cell in (*hidden_parts_of(parts, hidden), *([total] if hidden[total] else []))]
        first.extend([own[0]] * len(own))
        second.extend(own)
    shape = (len(unknown), len(unknown))
    _, labels = connected_components(coo_array((np.ones(len(first)), (first, second)), shape=shape), directed=False)
    grouped: dict[int, list[tuple[int, NDArray[np.intp]]]] = {}
    for total, parts in bound:
        inside = hidden_parts_of(parts, hidden)
        cell = int(inside[0]) if len(inside) else total
        grouped.setdefault(int(labels[place[cell]]), []).append((total, parts))
    return [(unknown[labels == label], own) for label, own in sorted(grouped.items())]


def _equations(cells: NDArray[np.intp], lines: Lines, hidden: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Return the matrix of the relations in the hidden cells, one row for each."""
    place = {int(cell): column for column, cell in enumerate(cells)}
    matrix = np.zeros((len(lines), len(cells)))
    for row, (total, parts) in enumerate(lines):
        for part in hidden_parts_of(parts, hidden):
            matrix[row, place[int(part)]] += 1.0
        if hidden[total]:
            matrix[row, place[total]] -= 1.0
    return np.unique(matrix, axis=0)


def _without_freedom(equations: NDArray[np.float64]) -> NDArray[np.intp]:
    """Return the unknowns on which the null space vanishes."""
    _, singular, right = np.linalg.svd(equations, full_matrices=True)
    null_space = right[int((singular > EXACT).sum()) :]
    freedom = np.abs(null_space).max(axis=0) if len(null_space) else np.zeros(equations.shape[1])
    return np.flatnonzero(freedom <= EXACT)


def _without_second_table(
    true: NDArray[np.float64], equations: NDArray[np.float64], lowest: NDArray[np.float64]
) -> NDArray[np.intp]:
    """Return the first unknown for which no other table agrees with what is shown; empty where all have one."""
    given = equations @ true
    whole = bool(np.allclose(true, np.round(true), atol=WHOLE))
    bounds = Bounds(np.minimum(true, lowest), true + RANGE)
    free = np.zeros(len(true), dtype=bool)
    for cell in range(len(true)):
        for direction in (-1.0, 1.0):
            if free[cell]:
                break
            goal = np.zeros(len(true))
            goal[cell] = direction
            answer = milp(
                goal,
                integrality=np.full(len(true), int(whole)),
                bounds=bounds,
                constraints=LinearConstraint(equations, given, given),
            )
            if answer.x is not None:
                free |= np.abs(answer.x - true) > (0.5 if whole else WHOLE)
        if not free[cell]:
            return np.array([cell], dtype=np.intp)
    return np.empty(0, dtype=np.intp)
