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


def within_groups(values: Floats, groups: NDArray[np.intp], weights: Floats | None = None) -> Floats:
    """Return deviations of rows from the (weighted) means of their groups, of the same shape.

    Groups whose weights are all zero keep their values: they have no mean and no part in any weighted sum.
    """
    sizes = np.bincount(groups, weights).astype(np.float64)
    sums = group_sums(values if weights is None else values * weights[:, None], groups)
    return np.asarray(values - (sums / np.where(sizes > 0, sizes, 1.0)[:, None])[groups])
