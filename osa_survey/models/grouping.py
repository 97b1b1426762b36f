"""Sums and means over groups of rows."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def group_sums(values: Floats, groups: NDArray[np.intp]) -> Floats:
    """Return the sums of rows over groups, shape (groups, columns).

    Examples
    --------
    >>> group_sums(np.array([[1.0], [2.0], [4.0]]), np.array([1, 0, 1]))
    array([[2.],
           [5.]])
    """
    order = np.argsort(groups, kind="stable")
    begins = np.searchsorted(groups[order], np.arange(int(groups.max()) + 1))
    return np.asarray(np.add.reduceat(values[order], begins, axis=0))


def within_groups(values: Floats, groups: NDArray[np.intp]) -> Floats:
    """Return deviations of rows from the means of their groups, of the same shape."""
    sizes = np.bincount(groups).astype(np.float64)
    return np.asarray(values - (group_sums(values, groups) / sizes[:, None])[groups])
