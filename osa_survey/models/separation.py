"""Separation: whether finite estimates exist, decided and not guessed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

FOUND = 1e-6
"""A solution of the linear programme below this is zero: solvers are exact to about 1e-7."""
SAFETY = 100.0
"""How far the certificate must be from its limit, so that rounding in the gradient cannot matter."""


@dataclass(frozen=True)
class Separation:
    """Whether a logistic model's maximum likelihood estimates exist.

    Attributes
    ----------
    kind : {"none", "quasi-complete", "complete"}
        Complete: some combination of the columns tells events from non-events without error; quasi-complete: without
        error except for ties.
    columns : ndarray of bool, shape (columns,)
        Columns without a finite estimate.
    """

    kind: Literal["none", "quasi-complete", "complete"]
    columns: NDArray[np.bool_]


def estimates_exist(X: NDArray[np.float64], y: NDArray[np.float64], fitted: NDArray[np.float64]) -> bool:
    """Return True if the fitted probabilities prove that finite estimates exist.

    Parameters
    ----------
    X : ndarray of float, shape (respondents, columns)
        The design matrix.
    y : ndarray of float, shape (respondents,)
        1 for events, 0 otherwise.
    fitted : ndarray of float, shape (respondents,)
        Fitted probabilities of any candidate solution.

    Notes
    -----
    Let w = |y − p| and g = X'(y − p), for columns of length one. In a direction γ of length one that separates,
    Σ w·|x'γ| = γ'g ≤ ‖g‖, while Σ w·|x'γ| ≥ min(w) · ‖Xγ‖ ≥ min(w) · σ_min(X). So min(w) · σ_min(X) > ‖g‖ rules
    separation out. False means "not proved", never "separated".
    """
    scaled = X / np.linalg.norm(X, axis=0)
    residuals = y - fitted
    if not np.isfinite(residuals).all():
        return False
    gradient = float(np.linalg.norm(scaled.T @ residuals))
    smallest = float(np.linalg.svd(scaled, compute_uv=False)[-1])
    return float(np.abs(residuals).min()) * smallest > SAFETY * gradient


def separation(X: NDArray[np.float64], y: NDArray[np.float64]) -> Separation:
    """Return whether events and non-events are separated, by linear programming.

    Parameters
    ----------
    X : ndarray of float, shape (respondents, columns)
        The design matrix, of full rank.
    y : ndarray of float, shape (respondents,)
        1 for events, 0 otherwise.

    Notes
    -----
    Let z be the rows of X, with the sign changed for non-events. The programme maximises Σ z'γ subject to z'γ ≥ 0 and
    −1 ≤ γ ≤ 1. Its optimum is zero if and only if finite estimates exist; columns with γ ≠ 0 have none. A second
    programme (maximise t subject to z'γ ≥ t) tells complete from quasi-complete separation. Respondents with the
    same row of X and the same outcome enter once.

    References
    ----------
    Albert, A., & Anderson, J. A. (1984). On the existence of maximum likelihood estimates in logistic regression
    models. Biometrika, 71, 1–10. doi:10.1093/biomet/71.1.1
    Konis, K. (2007). Linear programming algorithms for detecting separated data in binary logistic regression models
    [Doctoral thesis, University of Oxford].

    Examples
    --------
    >>> x = np.column_stack([np.ones(6), [1.0, 2.0, 3.0, 4.0, 5.0, 6.0]])
    >>> separation(x, np.array([0.0, 0.0, 0.0, 1.0, 1.0, 1.0])).kind
    'complete'
    >>> separation(x, np.array([0.0, 0.0, 1.0, 0.0, 1.0, 1.0])).kind
    'none'
    """
    from scipy.optimize import linprog

    largest = np.abs(X).max(axis=0)
    signed = _distinct((X / largest) * np.where(y == 1, 1.0, -1.0)[:, None])
    n, k = signed.shape
    direction = _direction(signed)
    if direction is None:
        return Separation("none", np.zeros(k, dtype=bool))
    with_margin = np.column_stack([-signed, np.ones(n)])
    objective = np.append(np.zeros(k), -1.0)
    bounds = [*[(-1.0, 1.0)] * k, (None, 1.0)]
    second = linprog(objective, A_ub=with_margin, b_ub=np.zeros(n), bounds=bounds, method="highs")
    if second.x is not None and float(second.x[-1]) > FOUND:
        return Separation("complete", np.ones(k, dtype=bool))
    return Separation("quasi-complete", np.abs(direction) > FOUND)


def recession(rows: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Return the parameters without a finite estimate, by linear programming.

    Parameters
    ----------
    rows : ndarray of float, shape (rows, parameters)
        What directions γ along which the likelihood rises for ever may not lower: rγ ≥ 0 for every row r, and rγ > 0
        for at least one. For a binary outcome the rows of X, with the sign changed for non-events; other families add
        rows (a row with both signs asks for rγ = 0). Columns of zeros take no part.

    Returns
    -------
    ndarray of bool, shape (parameters,)
        Parameters that the rows with rγ = 0 in all such directions do not determine; all False if there is no
        direction.

    Examples
    --------
    >>> recession(np.array([[-1.0, -1.0], [-1.0, -2.0], [1.0, 3.0]])).tolist()
    [True, True]
    >>> recession(np.array([[-1.0, -1.0], [-1.0, -3.0], [1.0, 2.0]])).tolist()
    [False, False]
    """
    largest = np.abs(rows).max(axis=0)
    present = largest > 0
    some = _distinct(rows[:, present] / largest[present])
    overlapping = np.ones(len(some), dtype=bool)
    while overlapping.any():
        direction = _direction(some, overlapping)
        if direction is None:
            break
        overlapping &= some @ direction <= FOUND
    lost = np.zeros(rows.shape[1], dtype=bool)
    if not overlapping.all():
        left = np.linalg.svd(some[overlapping].T @ some[overlapping]) if overlapping.any() else None
        rank = 0 if left is None else int((FOUND**2 * left.S[0] < left.S).sum())
        free = np.eye(some.shape[1]) if left is None else left.Vh[rank:].T
        lost[present] = np.abs(free).max(axis=1, initial=0.0) > FOUND
    return lost


def _distinct(rows: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.unique(rows, axis=0)


def _direction(signed: NDArray[np.float64], wanted: NDArray[np.bool_] | None = None) -> NDArray[np.float64] | None:
    """Return γ that maximises Σ z'γ over the wanted rows with z'γ ≥ 0 for all and −1 ≤ γ ≤ 1; None if that is zero."""
    from scipy.optimize import linprog

    n, k = signed.shape
    rows = signed if wanted is None else signed[wanted]
    found = linprog(-rows.mean(axis=0), A_ub=-signed, b_ub=np.zeros(n), bounds=[(-1.0, 1.0)] * k, method="highs")
    if found.x is None or float(np.max(rows @ found.x)) <= FOUND:
        return None
    return np.asarray(found.x, dtype=np.float64)
