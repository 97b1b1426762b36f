"""The association in a two-way table of weighted people."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from osa_survey.weighting import Statistics

Floats = NDArray[np.float64]
Codes = NDArray[np.int64]


def weighted_cramers_v(rows: Codes, columns: Codes, shape: tuple[int, int], weights: Floats) -> Statistics:
    """Return Cramér's V of weighted shares, with what each respondent adds to it at first order.

    Parameters
    ----------
    rows, columns : ndarray of int, shape (respondents,)
        Categories from 0.
    shape : tuple of int
        How many there are of each, two or more.
    weights : ndarray of float, shape (respondents,)
        Weights.

    Returns
    -------
    Statistics
        One number; NaN where a category has nobody.

    Notes
    -----
    With shares p of the cells, r of the rows and c of the columns, φ² = Σ p²/(r c) − 1 and V = √(φ²/(m − 1)), m the
    smaller number of categories. Its derivative in p_ij is 2p/(rc) − Σ_j p²/(r² c) − Σ_i p²/(r c²) (Bishop, Fienberg
    & Holland, 1975, chapter 11); V has no slope at independence.

    References
    ----------
    Bishop, Y. M. M., Fienberg, S. E., & Holland, P. W. (1975). Discrete multivariate analysis: Theory and practice.
    MIT Press. (chapter recalled)

    Examples
    --------
    >>> rows, columns = np.array([0, 0, 1, 1]), np.array([0, 0, 1, 0])
    >>> weighted_cramers_v(rows, columns, (2, 2), np.ones(4)).estimate.round(4)  # χ² = 4/3 of 4 people
    array([0.5774])
    """
    share = weights / weights.sum()
    cell = rows * shape[1] + columns
    p = np.bincount(cell, share, shape[0] * shape[1]).reshape(shape)
    r, c = p.sum(axis=1), p.sum(axis=0)
    if (r <= 0).any() or (c <= 0).any():
        return Statistics(np.array([math.nan]), lambda: np.full((len(rows), 1), math.nan))
    ratio = p / np.outer(r, c)
    smaller = min(shape) - 1
    squared = max(0.0, float((p * ratio).sum()) - 1)
    v = math.sqrt(squared / smaller)

    def contributions() -> Floats:
        slope = 2 * ratio - (p * ratio).sum(axis=1)[:, None] / r[:, None] - (p * ratio).sum(axis=0) / c
        slope = slope / (2 * smaller * v) if v > 0 else np.full(shape, math.nan)
        flat = slope.ravel()[cell]
        return np.asarray((share * (flat - float(share @ flat)))[:, None])

    return Statistics(np.array([v]), contributions)
