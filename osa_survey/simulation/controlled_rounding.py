"""Whole numbers of people in the cells of a table whose sums are known exactly or to the printed digit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from osa_survey.errors import AnalysisError, Problem

Counts = NDArray[np.int64]


@dataclass(frozen=True)
class KnownSum:
    """A sum of cells that is known.

    Attributes
    ----------
    cells : ndarray of bool, shape of the table
        The cells that add up to it.
    low, high : int
        The smallest and largest sum; equal where it is exact.
    what : str
        What it is, for messages.
    """

    cells: NDArray[np.bool_]
    low: int
    high: int
    what: str = ""


def round_to_counts(expected: ArrayLike, sums: Sequence[KnownSum]) -> Counts:
    """Return the whole numbers nearest to expected ones that fulfil every known sum.

    Parameters
    ----------
    expected : array-like of float
        Expected people by cell, of any shape, zero or more; cells of zero stay zero.
    sums : sequence of KnownSum
        What is known.

    Returns
    -------
    ndarray of int, shape of ``expected``
        Counts; the sum of their absolute distances from the expected ones is as small as it can be.

    Raises
    ------
    AnalysisError
        With the code ``contradictory_sums`` if no whole numbers fulfil all sums: printed numbers contradict each other.

    Notes
    -----
    Minimise Σ|x_c − e_c| over whole numbers x_c ≥ 0 subject to low_k ≤ Σ_{c in k} x_c ≤ high_k, by mixed integer
    programming. With the row and column sums of a two-way table this is controlled rounding (Cox, 1987), except that
    cells are not chosen at random.

    References
    ----------
    Cox, L. H. (1987). A constructive procedure for unbiased controlled rounding. Journal of the American Statistical
    Association, 82(398), 520–524. doi:10.1080/01621459.1987.10478456

    Examples
    --------
    >>> table = np.array([[2.4, 1.6], [1.4, 2.6]])
    >>> rows = [KnownSum(np.array([[True, True], [False, False]]), 4, 4)]
    >>> columns = [KnownSum(np.array([[True, False], [True, False]]), 3, 3)]
    >>> everybody = [KnownSum(np.ones((2, 2), bool), 8, 8)]
    >>> round_to_counts(table, rows + columns + everybody).tolist()
    [[2, 2], [1, 3]]
    """
    from scipy.optimize import Bounds, LinearConstraint, milp
    from scipy.sparse import csr_array, eye_array, hstack, vstack

    table = np.asarray(expected, dtype=np.float64)
    flat = table.ravel()
    if not np.isfinite(flat).all() or (flat < 0).any():
        raise ValueError("expected counts are finite and not negative")
    size = flat.size
    membership = csr_array(np.array([known.cells.ravel() for known in sums], dtype=np.float64).reshape(len(sums), size))
    same, none = eye_array(size), csr_array((len(sums), size))
    distances = vstack([hstack([same, -same]), hstack([-same, -same])])
    constraints = [LinearConstraint(distances.tocsr(), -np.inf, np.concatenate([flat, -flat]))]
    if sums:
        low = np.array([known.low for known in sums], dtype=np.float64)
        high = np.array([known.high for known in sums], dtype=np.float64)
        constraints.append(LinearConstraint(hstack([membership, none]).tocsr(), low, high))
    found = milp(
        c=np.concatenate([np.zeros(size), np.ones(size)]),
        integrality=np.concatenate([np.ones(size), np.zeros(size)]),
        bounds=Bounds(0, np.concatenate([np.where(flat > 0, np.inf, 0.0), np.full(size, np.inf)])),
        constraints=constraints,
    )
    if found.x is None:
        named = ", ".join(known.what for known in sums if known.what)
        hint = "check the printed numbers" + (f": {named}" if named else "")
        raise AnalysisError(Problem("contradictory_sums", "no whole numbers fulfil all known sums together", hint=hint))
    return np.asarray(np.rint(found.x[:size]), dtype=np.int64).reshape(table.shape)


def controlled_rounding(expected: ArrayLike, rows: ArrayLike, columns: ArrayLike) -> Counts:
    """Return whole numbers near a two-way table that have given row and column sums.

    Parameters
    ----------
    expected : array-like of float, shape (rows, columns)
        Expected people by cell.
    rows, columns : array-like of int
        The sums; both have the same total.

    Returns
    -------
    ndarray of int, shape (rows, columns)
        The counts.

    Raises
    ------
    AnalysisError
        If no counts have these sums.

    Examples
    --------
    >>> controlled_rounding([[24.5, 25.5], [25.5, 24.5]], [50, 50], [49, 51]).sum(axis=0).tolist()
    [49, 51]
    """
    table = np.asarray(expected, dtype=np.float64)
    sums = []
    for axis, (totals, word) in enumerate(((rows, "row"), (columns, "column"))):
        for place, total in enumerate(np.asarray(totals, dtype=np.int64)):
            cells = np.zeros(table.shape, dtype=bool)
            cells[(place, slice(None)) if axis == 0 else (slice(None), place)] = True
            sums.append(KnownSum(cells, int(total), int(total), f"{word} {place + 1}"))
    return round_to_counts(table, sums)


def fitted_margins(start: ArrayLike, margins: Sequence[ArrayLike], *, rounds: int = 1000) -> NDArray[np.float64]:
    """Return the table nearest to a first guess that has given margins, by iterative proportional fitting.

    Parameters
    ----------
    start : array-like of float
        A first guess with one axis for each margin; it decides the association. Ones mean independence.
    margins : sequence of array-like of float
        For each axis its sums; all have the same total.
    rounds : int
        At most so many rounds.

    Returns
    -------
    ndarray of float
        The fitted table.

    Raises
    ------
    AnalysisError
        If the margins have different totals, or zeros of the first guess make them impossible.

    Examples
    --------
    >>> fitted_margins([[1.0, 1.0], [1.0, 1.0]], [[60, 40], [50, 50]]).tolist()
    [[30.0, 30.0], [20.0, 20.0]]
    """
    table = np.asarray(start, dtype=np.float64).copy()
    wanted = [np.asarray(margin, dtype=np.float64) for margin in margins]
    totals = [float(margin.sum()) for margin in wanted]
    if max(totals) - min(totals) > MARGIN_SLACK * max(totals):
        raise AnalysisError(Problem("unequal_totals", f"the margins add up to {totals}", hint="they have one total"))
    shapes = [[-1 if place == axis else 1 for place in range(table.ndim)] for axis in range(table.ndim)]
    others = [tuple(place for place in range(table.ndim) if place != axis) for axis in range(table.ndim)]
    for _ in range(rounds):
        for axis, margin in enumerate(wanted):
            present = table.sum(axis=others[axis])
            factor = np.divide(margin, present, out=np.zeros_like(margin), where=present > 0)
            table *= factor.reshape(shapes[axis])
        apart = max(float(np.abs(table.sum(axis=o) - m).max()) for o, m in zip(others, wanted, strict=True))
        if apart <= MARGIN_SLACK * max(totals):
            return table
    hint = "give the first guess more cells that are not zero"
    raise AnalysisError(Problem("margins_not_met", "the margins cannot be met", hint=hint))


MARGIN_SLACK = 1e-9
"""Margins are met when they differ by less than this share of their total: the limit of double precision."""
