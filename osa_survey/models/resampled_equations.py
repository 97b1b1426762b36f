"""Several linear equations fitted to every resample at once, from counts and products of columns."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from osa_survey.errors import AnalysisError, Problem
from osa_survey.models.bootstraps import Groups, bootstrap, counted
from osa_survey.models.stacks import products_of_columns, solved, unpacked

Floats = NDArray[np.float64]
Equation = tuple[int, tuple[int, ...]]
"""The column of an outcome, and the columns of its predictors."""


def bootstrap_equations(
    columns: Floats,
    equations: Sequence[Equation],
    *,
    seed: int,
    draws: int = 2000,
    strata: Groups | None = None,
    workers: int | None = None,
) -> Floats:
    """Return the least-squares slopes of several equations in every resample.

    Parameters
    ----------
    columns : ndarray of float, shape (respondents, columns)
        All variables, without gaps and without an intercept (each equation has one).
    equations : sequence of (int, tuple of int)
        Outcome and predictors by position, for example ``[(1, (0,)), (2, (1, 0))]`` for the paths a, and b and c', of
        a mediation.
    seed, draws, strata, workers
        As in ``bootstraps.bootstrap``.

    Returns
    -------
    ndarray of float, shape (draws, slopes)
        Slopes of the first equation, then of the second, …; NaN where the predictors of a resample are dependent.

    Notes
    -----
    A resample enters through its counts c only: Σ c z z' for all products of columns is one product of matrices for all
    resamples of a block. Columns are centred and scaled first so that no digits are lost.
    """
    spread = columns.std(axis=0)
    if not (spread > 0).all():
        problem = Problem("constant_predictor", "a column is constant", hint="leave it out of the equations")
        raise AnalysisError(problem)
    scaled = np.column_stack([np.ones(len(columns)), (columns - columns.mean(axis=0)) / spread])
    data = (products_of_columns(scaled), scaled.shape[1], tuple(equations))
    slopes = bootstrap(_slopes, data, len(columns), seed=seed, draws=draws, strata=strata, workers=workers)
    scale = np.concatenate([spread[outcome] / spread[list(predictors)] for outcome, predictors in equations])
    found: Floats = slopes * scale
    return found


def _slopes(counts: Floats, products: Floats, width: int, equations: tuple[Equation, ...]) -> Floats:
    moments = unpacked(counted(counts, products), width)
    found = []
    for outcome, predictors in equations:
        rows = [0, *(position + 1 for position in predictors)]
        solution, fine = solved(moments[:, rows][:, :, rows], moments[:, rows, outcome + 1])
        solution[~fine] = np.nan
        found.append(solution[:, 1:])
    return np.concatenate(found, axis=1)
