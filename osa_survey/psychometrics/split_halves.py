"""Split-half reliability: of every way to halve a scale, or of a sample of them."""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

MOST_SPLITS = 10_000
"""Up to so many splits all are taken, beyond so many are drawn (as in psych)."""


@dataclass(frozen=True)
class SplitHalves:
    """Split-half coefficients of a scale.

    Attributes
    ----------
    lowest, mean, highest : float
        Over the splits; the highest is Guttman's lambda 4 where all were taken.
    odd_even : float
        Of the items in odd against those in even places.
    n_splits : int
        How many splits were taken.
    complete : bool
        Whether these are all there are.
    """

    lowest: float
    mean: float
    highest: float
    odd_even: float
    n_splits: int
    complete: bool


def number_of_splits(k: int) -> int:
    """Return in how many ways ``k`` items fall into halves of equal size, or almost.

    Examples
    --------
    >>> number_of_splits(4), number_of_splits(5)
    (3, 10)
    """
    ways = math.comb(k, k // 2)
    return ways // 2 if k % 2 == 0 else ways


def splits(k: int, seed: int | tuple[int, ...] = 1) -> Flags:
    """Return splits of ``k`` items: which items are in the first half.

    Parameters
    ----------
    k : int
        Items, two or more.
    seed : int or tuple of int
        Draws the sample where there are more than ten thousand splits.

    Returns
    -------
    ndarray of bool, shape (splits, items)
        With an odd number of items the first half has one fewer.
    """
    half, count = k // 2, number_of_splits(k)
    if count <= MOST_SPLITS:
        # with an even number a split and its mirror image are the same: keep those with the first item
        rest = itertools.combinations(range(1, k), half - 1) if k % 2 == 0 else itertools.combinations(range(k), half)
        chosen = [(0, *others) if k % 2 == 0 else others for others in rest]
        members = np.zeros((len(chosen), k), dtype=bool)
        members[np.arange(len(chosen))[:, None], np.array(chosen, dtype=np.int64).reshape(len(chosen), half)] = True
        return members
    generator = np.random.default_rng(np.random.SeedSequence(seed))
    order = generator.random((MOST_SPLITS, k)).argsort(axis=1)
    members = np.zeros((MOST_SPLITS, k), dtype=bool)
    np.put_along_axis(members, order[:, :half], True, axis=1)
    return members


def split_half_coefficients(covariance: Floats, members: Flags) -> Floats:
    """Return the split-half coefficient of each split.

    Parameters
    ----------
    covariance : ndarray of float, shape (items, items)
        Of the items; of correlations it is that of standardised items.
    members : ndarray of bool, shape (splits, items)
        Which items are in the first half.

    Returns
    -------
    ndarray of float, shape (splits,)
        ``4 c_ab / var(a + b)`` (Flanagan, Rulon, Guttman); NaN if the sum does not vary.

    References
    ----------
    Guttman, L. (1945). A basis for analyzing test-retest reliability. Psychometrika, 10(4), 255-282.
    doi:10.1007/BF02288892

    Examples
    --------
    >>> split_half_coefficients(np.array([[1.0, 0.5], [0.5, 1.0]]), splits(2)).round(4).tolist()
    [0.6667]
    """
    chosen = members.astype(np.float64)
    towards = chosen @ covariance
    between = (towards * (1.0 - chosen)).sum(axis=1)
    total = float(covariance.sum())
    return np.asarray(4.0 * between / total if total > 0 else np.full(len(members), np.nan))


def split_halves(covariance: Floats, seed: int | tuple[int, ...] = 1) -> SplitHalves:
    """Return the lowest, mean and highest split-half coefficient, and that of odd against even items.

    Parameters
    ----------
    covariance : ndarray of float, shape (items, items)
        Of two items or more.
    seed : int or tuple of int
        As in `splits`.

    Notes
    -----
    With an odd number of items every split is taken; psych 2.2.9 stops at half of them.
    """
    k = len(covariance)
    members = splits(k, seed)
    found = split_half_coefficients(covariance, members)
    odd = (np.arange(k) % 2 == 0)[None, :]
    return SplitHalves(
        lowest=float(found.min()),
        mean=float(found.mean()),
        highest=float(found.max()),
        odd_even=float(split_half_coefficients(covariance, odd)[0]),
        n_splits=len(members),
        complete=number_of_splits(k) <= MOST_SPLITS,
    )
