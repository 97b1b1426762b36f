"""How alike two sets of loadings are."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

Floats = NDArray[np.float64]


def congruence(first: Floats, second: Floats) -> Floats:
    """Return Tucker's congruence of each factor of one solution with each of another.

    Parameters
    ----------
    first, second : ndarray of float, shape (items, factors)
        Loadings of the same items.

    Returns
    -------
    ndarray of float, shape (factors of first, factors of second)
        ``sum xy / sqrt(sum x^2 sum y^2)``, between -1 and 1; NaN for a factor without loadings.

    References
    ----------
    Lorenzo-Seva, U., & ten Berge, J. M. F. (2006). Tucker's congruence coefficient as a meaningful index of factor
    similarity. Methodology, 2(2), 57-64. doi:10.1027/1614-2241.2.2.57

    Examples
    --------
    >>> congruence(np.array([[0.8], [0.6]]), np.array([[0.4], [0.3]])).round(6).tolist()
    [[1.0]]
    """
    lengths = np.outer(np.sqrt((first**2).sum(axis=0)), np.sqrt((second**2).sum(axis=0)))
    return np.asarray(np.divide(first.T @ second, lengths, out=np.full(lengths.shape, np.nan), where=lengths > 0))


def matched(first: Floats, second: Floats) -> tuple[NDArray[np.int64], Floats]:
    """Return which factor of ``second`` belongs to each of ``first``, and with which sign.

    Parameters
    ----------
    first, second : ndarray of float, shape (items, factors)
        Loadings of the same items and number of factors.

    Returns
    -------
    order : ndarray of int, shape (factors,)
        ``second[:, order] * signs`` is as alike to ``first`` as can be (largest sum of absolute congruences).
    signs : ndarray of float, shape (factors,)
        1 or -1.
    """
    alike = np.nan_to_num(congruence(first, second))
    rows, order = linear_sum_assignment(-np.abs(alike))
    return np.asarray(order), np.where(alike[rows, order] < 0, -1.0, 1.0)
