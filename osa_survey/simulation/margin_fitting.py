"""Chances by cell that give published shares of overlapping groups."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

ROUNDS = 40
CLOSE = 1e-7
"""Chances that change by less than this in a round are found."""

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class GroupShares:
    """What is published of one group.

    Attributes
    ----------
    cells : ndarray of bool, shape (cells,)
        The cells the group is made of.
    shares : tuple of float
        Its share of each category but the last, which takes what is left.
    """

    cells: NDArray[np.bool_]
    shares: tuple[float, ...]


def chances_by_cell(sizes: ArrayLike, groups: Sequence[GroupShares]) -> Floats:
    """Return the chance of each category in each cell with which every group has its shares.

    Parameters
    ----------
    sizes : array-like of float, shape (cells,)
        How large the cells are.
    groups : sequence of GroupShares
        Overlapping groups; the first should be everybody.

    Returns
    -------
    ndarray of float, shape (cells, categories)
        Chances that add up to 1 in each cell. Where rounded shares contradict each other the last group is met, and
        the others as nearly as rounding allows.

    Notes
    -----
    Iterative proportional fitting of the table cells × categories: in each group in turn, the odds of the categories
    are multiplied by one factor each until its shares come out. The result has no interaction that no group asks for,
    so that cells which belong to the same groups have the same chances and are fitted as one.

    References
    ----------
    Deming, W. E., & Stephan, F. F. (1940). On a least squares adjustment of a sampled frequency table when the expected
    marginal totals are known. Annals of Mathematical Statistics, 11(4), 427–444. doi:10.1214/aoms/1177731829

    Examples
    --------
    >>> halves = [GroupShares(np.array([True, False]), (0.2,)), GroupShares(np.array([False, True]), (0.6,))]
    >>> chances_by_cell([1.0, 3.0], halves).round(6).tolist()
    [[0.2, 0.8], [0.6, 0.4]]
    """
    members, kind = np.unique(np.array([group.cells for group in groups]), axis=1, return_inverse=True)
    size = np.asarray(sizes, dtype=np.float64)
    weight = np.asarray(np.bincount(kind.ravel(), weights=size), dtype=np.float64)
    categories = len(groups[0].shares) + 1
    chances = np.full((weight.size, categories), 1.0 / categories)
    for _ in range(ROUNDS):
        before = chances.copy()
        for group, own in zip(groups, members, strict=True):
            _fit(chances, weight, own, group.shares)
        if np.abs(chances - before).max() < CLOSE:
            break
    return chances[kind.ravel()]


def _fit(chances: Floats, weight: Floats, cells: NDArray[np.bool_], shares: tuple[float, ...]) -> None:
    wanted = np.append(np.asarray(shares), 1.0 - sum(shares))
    own = weight[cells] / weight[cells].sum()
    for _ in range(ROUNDS):
        found = own @ chances[cells]
        if np.abs(found - wanted).max() < CLOSE:
            return
        scaled = chances[cells] * (wanted / found)
        chances[cells] = scaled / scaled.sum(axis=1, keepdims=True)
