"""Shuffles of a predictor over the respondents, the same in every specification of a multiverse."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from osa_survey.models.fits import Floats

Mask = NDArray[np.bool_]


@dataclass(frozen=True, repr=False)
class Moved:
    """A predictor in many orders.

    Attributes
    ----------
    x, squared : ndarray of float, shape (respondents, orders)
        The predictor, less a constant, and its square; zero in gaps.
    there : ndarray of float, shape (respondents, orders), or None
        1 where it has a value, 0 in gaps; None without gaps.
    """

    x: Floats
    squared: Floats
    there: Floats | None


@lru_cache(maxsize=1)
def orders(n: int, draws: int, seed: int) -> NDArray[np.int32]:
    """Return the order of each shuffle, shape (n, draws)."""
    generators = (np.random.default_rng(one) for one in np.random.SeedSequence(seed).spawn(draws))
    return np.stack([generator.permutation(n) for generator in generators], axis=1).astype(np.int32)


def sample_itself(x: Floats) -> Moved:
    """Return a predictor without gaps in the order of the sample alone."""
    x = (x - x.mean())[:, None]
    return Moved(x, x**2, None)


def shuffled(predictor: Floats, draws: int, seed: int) -> Moved:
    """Return a predictor (NaN in gaps) in the order of each shuffle."""
    return _shuffled(np.ascontiguousarray(predictor).tobytes(), draws, seed)


@lru_cache(maxsize=1)
def _shuffled(predictor: bytes, draws: int, seed: int) -> Moved:
    values = np.frombuffer(predictor, dtype=np.float64)
    there = ~np.isnan(values)
    x = np.where(there, values - values[there].mean(), 0.0)
    order = orders(len(values), draws, seed)
    moved = x[order]
    return Moved(moved, moved**2, None if there.all() else there.astype(np.float64)[order])


def shuffled_ranks(predictor: Floats, used: Mask, draws: int, seed: int) -> Moved:
    """Return the ranks, among those used, of a predictor in the order of each shuffle; ties have their mean rank.

    Examples
    --------
    >>> used = np.array([True, True, True, False])
    >>> moved = shuffled_ranks(np.array([3.0, 1.0, 3.0, 2.0]), used, 50, 1)
    >>> sorted({tuple(sorted(column)) for column in (moved.x[used] + 2).T.tolist()})  # without one of 3, 1, 3 and 2
    [(1.0, 2.0, 3.0), (1.0, 2.5, 2.5)]
    """
    places = _places(np.ascontiguousarray(predictor).tobytes(), draws, seed)
    x = np.empty(places.held.shape)
    upto = np.zeros(len(predictor) + 1)
    tied = len(places.ends) <= len(predictor)
    taking_part = used.astype(np.float64)
    for row, holders, held in zip(x, places.holders, places.held, strict=True):  # a shuffle stays in the cache
        np.cumsum(taking_part[holders], out=upto[1:])
        middle = (upto[places.ends[:-1]] + upto[places.ends[1:]] + 1) / 2 if tied else upto[1:]
        np.take(middle, held, out=row, mode="clip")
    x -= (int(used.sum()) + 1) / 2
    x *= taking_part
    there = None
    if places.has_gaps:  # they are the last group
        there = (places.held < len(places.ends) - 2).astype(np.float64)
        x *= there
    return Moved(x.T, (x**2).T, None if there is None else there.T)


@dataclass(frozen=True, repr=False)
class _Places:
    """Where the sorted values of a predictor are in each shuffle.

    ``holders`` says who has the smallest value, the next one, and so on, and ``held`` which of the distinct values each
    respondent has, both of shape (draws, respondents); ``ends`` where each distinct value begins and the last one ends.
    """

    holders: NDArray[np.int32]
    held: NDArray[np.int32]
    ends: NDArray[np.intp]
    has_gaps: bool


@lru_cache(maxsize=1)
def _places(predictor: bytes, draws: int, seed: int) -> _Places:
    values, group = np.unique(np.frombuffer(predictor, dtype=np.float64), return_inverse=True)
    order = orders(len(group), draws, seed)
    position = np.empty(len(group), dtype=np.intp)
    position[np.argsort(group, kind="stable")] = np.arange(len(group))
    holders = np.empty((draws, len(group)), dtype=np.int32)
    for own, one in zip(holders, order.T, strict=True):
        own[position[one]] = np.arange(len(group))
    ends = np.concatenate([[0], np.cumsum(np.bincount(group))]).astype(np.intp)
    return _Places(holders, np.ascontiguousarray(group[order].T.astype(np.int32)), ends, bool(np.isnan(values[-1])))


def ranks(values: Floats) -> Floats:
    """Return mid-ranks."""
    return np.asarray(stats.rankdata(values), dtype=np.float64)
