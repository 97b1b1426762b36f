"""Differencing: two shown groups of people of which one holds the other and a few more."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Mask = NDArray[np.bool_]


def nested_pairs(members: Mask, threshold: int) -> list[tuple[int, int]]:
    """Return the pairs of groups whose difference is a small group.

    Parameters
    ----------
    members : ndarray of bool, shape (groups, people)
        Who is in each group.
    threshold : int
        Differences of 1 to ``threshold - 1`` people are small.

    Returns
    -------
    list of (int, int)
        The positions of the larger and of the smaller group, for every two groups of which the first holds the
        second. Groups that are small themselves are left out: they are hidden anyway.

    Notes
    -----
    People with the same memberships count as one with a weight, so that the cost is groups² × different people. With
    the matrix of common members G = M W Mᵀ, group b lies in a where G_ab = G_bb.

    Examples
    --------
    >>> nested_pairs(np.array([[1, 1, 1, 1, 1, 1], [1, 1, 1, 1, 1, 0], [0, 0, 0, 0, 1, 1]], dtype=bool), 5)
    [(0, 1)]
    """
    if len(members) < 2 or threshold < 2:
        return []
    kinds, weights = distinct_people(members)
    common = (kinds * weights) @ kinds.T
    people = np.diag(common)
    more = people[:, None] - people[None, :]
    inside = (common == people[None, :]) & (more >= 1) & (more < threshold) & (people[None, :] >= threshold)
    return [(int(a), int(b)) for a, b in np.argwhere(inside)]


def distinct_people(members: Mask) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return each different pattern of memberships, shape (groups, patterns), and how many people have it."""
    packed = np.ascontiguousarray(np.packbits(members, axis=0).T)
    keys = packed.view(np.dtype((np.void, packed.shape[1]))).ravel()
    _, first, weights = np.unique(keys, return_index=True, return_counts=True)
    return members[:, first].astype(np.float64), weights.astype(np.float64)
