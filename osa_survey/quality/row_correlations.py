"""Correlations within respondents: over pairs of numbers that each of them has."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

FEWEST = 3
"""Fewer pairs of numbers give no correlation worth a name: two give 1 or -1 by themselves."""


def row_correlations(X: NDArray[np.floating], Y: NDArray[np.floating], fewest: int = FEWEST) -> Floats:
    """Return the Pearson correlation of two rows for each respondent.

    Parameters
    ----------
    X, Y : ndarray of float, shape (respondents, pairs)
        Numbers that belong together column by column; NaN for gaps. ``Y`` may have one row for all.
    fewest : int
        Pairs a respondent needs.

    Returns
    -------
    ndarray of float, shape (respondents,)
        NaN with too few pairs, or where one of the rows does not vary.

    Examples
    --------
    >>> row_correlations(np.array([[1.0, 2.0, 3.0]]), np.array([[2.0, 2.0, 5.0]])).round(4).tolist()
    [0.866]
    """
    X, Y = np.asarray(X, dtype=np.float64), np.broadcast_to(np.asarray(Y, dtype=np.float64), X.shape)
    both = ~(np.isnan(X) | np.isnan(Y))
    n = both.sum(axis=1)
    if X.shape[1] == 0:
        return np.full(len(X), np.nan)
    share = 1.0 / np.maximum(n, 1)
    x, y = np.where(both, X, 0.0), np.where(both, Y, 0.0)
    x = np.where(both, x - (x.sum(axis=1) * share)[:, None], 0.0)
    y = np.where(both, y - (y.sum(axis=1) * share)[:, None], 0.0)
    xx, yy, xy = (np.einsum("ij,ij->i", a, b) for a, b in ((x, x), (y, y), (x, y)))
    scale = np.sqrt(xx * yy)
    flat = (xx <= 1e-12 * np.maximum(n, 1)) | (yy <= 1e-12 * np.maximum(n, 1))
    usable = (n >= fewest) & ~flat
    r = np.divide(xy, scale, out=np.full(len(X), np.nan), where=usable)
    return np.asarray(np.clip(r, -1.0, 1.0))
