"""Searching the turn at which a criterion of rotation is least: many starts together, then the best to its bottom."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from osa_survey.psychometrics.exploratory.joint_descents import descend
from osa_survey.psychometrics.exploratory.rotation_criteria import Criterion

Floats = NDArray[np.float64]

NEAR = 1e-4
"""Where the first search of each start stops; the best is then refined."""
FINE = 1e-10
FIRST_STEPS = 500
PROJECTIONS = 40
"""Steps of gradient projection before quasi-Newton steps."""
FINE_STEPS = 20_000


def search_oblique(A: Floats, criterion: Criterion, T: Floats) -> tuple[Floats, Floats]:
    """Return where each start comes to rest, and the criterion there; the columns of a turn have length one.

    Gradient projection gets to a simple structure in a few steps and creeps where there is none: quasi-Newton steps
    take over.
    """
    k = T.shape[-1]
    T = _project_oblique(A, criterion, T, PROJECTIONS)
    ends, values = descend(lambda x: _by_turn(x, A, criterion, k), T.reshape(-1, k * k), NEAR, FIRST_STEPS)
    X = ends.reshape(-1, k, k)
    return X / np.sqrt((X**2).sum(axis=-2, keepdims=True)), values


def _by_turn(x: Floats, A: Floats, criterion: Criterion, k: int) -> tuple[Floats, Floats]:
    """Return the criterion of turns whose columns may have any length, and its derivatives, shape (turns, k * k)."""
    X = x.reshape(-1, k, k)
    length = np.sqrt((X**2).sum(axis=-2, keepdims=True))
    unit = X / length
    inverse = np.linalg.inv(unit)
    L = A @ inverse.swapaxes(-1, -2)
    found, by_L = criterion(L)
    G = -(L.swapaxes(-1, -2) @ by_L @ inverse).swapaxes(-1, -2)
    return found, ((G - unit * (unit * G).sum(axis=-2, keepdims=True)) / length).reshape(x.shape)


def _project_oblique(A: Floats, criterion: Criterion, T: Floats, steps: int) -> Floats:
    """Return where a few steps of gradient projection take each start."""
    T = T.copy()
    step = np.ones(len(T))
    inverse = np.linalg.inv(T)
    L = A @ np.swapaxes(inverse, -1, -2)
    value, by_L = criterion(L)
    for _ in range(steps):
        G = -np.swapaxes(np.swapaxes(L, -1, -2) @ by_L @ inverse, -1, -2)
        G = G - T * (T * G).sum(axis=-2, keepdims=True)
        size = np.sqrt((G**2).sum(axis=(-2, -1)))
        waiting = size > NEAR
        if not waiting.any():
            break
        step *= 2.0
        for _ in range(12):
            at = np.flatnonzero(waiting)
            X = T[at] - step[at, None, None] * G[at]
            X = X / np.sqrt((X**2).sum(axis=-2, keepdims=True))
            trial_inverse = np.linalg.inv(X)
            trial = A @ np.swapaxes(trial_inverse, -1, -2)
            found, slope = criterion(trial)
            good = value[at] - found > 0.5 * size[at] ** 2 * step[at]
            took = at[good]
            T[took], L[took], value[took], by_L[took] = X[good], trial[good], found[good], slope[good]
            inverse[took] = trial_inverse[good]
            waiting[took] = False
            step[at[~good]] /= 2.0
            if not waiting.any():
                break
        else:
            if waiting.sum() == (size > NEAR).sum():  # rounding: no start can get better
                break
    return T


def search_orthogonal(A: Floats, criterion: Criterion, T: Floats) -> tuple[Floats, Floats]:
    """Return where gradient projection takes each start, and the criterion there."""
    T = T.copy()
    step = np.ones(len(T))
    value, by_L = criterion(A @ T)
    for _ in range(FIRST_STEPS):
        G = A.T @ by_L
        M = np.swapaxes(T, -1, -2) @ G
        G = G - T @ ((M + np.swapaxes(M, -1, -2)) / 2.0)
        size = np.sqrt((G**2).sum(axis=(-2, -1)))
        waiting = size > NEAR
        if not waiting.any():
            break
        step *= 2.0
        for _ in range(12):
            at = np.flatnonzero(waiting)
            left, _, right = np.linalg.svd(T[at] - step[at, None, None] * G[at])
            X = left @ right
            found, slope = criterion(A @ X)
            good = value[at] - found > 0.5 * size[at] ** 2 * step[at]
            took = at[good]
            T[took], value[took], by_L[took] = X[good], found[good], slope[good]
            waiting[took] = False
            step[at[~good]] /= 2.0
            if not waiting.any():
                break
        else:
            if waiting.sum() == (size > NEAR).sum():  # rounding: no start can get better
                break
    return T, value


def refine_oblique(A: Floats, criterion: Criterion, T: Floats) -> tuple[Floats, bool]:
    """Return the turn at the bottom of the minimum near ``T``, and whether the search came to rest."""
    k = len(T)
    ends, _ = descend(lambda x: _by_turn(x, A, criterion, k), T.reshape(1, -1), FINE, FINE_STEPS)
    X = ends.reshape(k, k)
    rest = _by_turn(ends, A, criterion, k)[1]
    return np.asarray(X / np.sqrt((X**2).sum(axis=0))), bool(np.abs(rest).max() < 1e-6)


def refine_orthogonal(A: Floats, criterion: Criterion, T: Floats) -> tuple[Floats, bool]:
    """Return the orthogonal turn at the bottom of the minimum near ``T``, and whether the search came to rest."""
    for _ in range(FINE_STEPS):
        left, _, right = np.linalg.svd(-A.T @ criterion(A @ T)[1])
        moved = float(np.abs(left @ right - T).max())
        T = left @ right
        if moved < FINE:
            break
    M = T.T @ A.T @ criterion(A @ T)[1]
    return T, bool(np.abs(M - M.T).max() < 1e-6)
