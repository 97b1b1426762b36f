"""Answers given without reading, by kind: what a person or a script ticks in a block of items."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

Positions = NDArray[np.int8]
Kind = Callable[[int, NDArray[np.int64], np.random.Generator], NDArray[np.int64]]
"""People, number of answers of each item, stream → positions, shape (people, items)."""
BOTS = ("bot_random", "bot_normal", "bot_script", "bot_alternating")
SCRIPT = 7


def _straight_line(n: int, answers: NDArray[np.int64], rng: np.random.Generator) -> NDArray[np.int64]:
    """Tick the same place throughout."""
    return np.asarray((rng.random((n, 1)) * answers).astype(np.int64))


def _alternating(n: int, answers: NDArray[np.int64], rng: np.random.Generator) -> NDArray[np.int64]:
    """Tick two neighbouring places by turns."""
    start = (rng.random((n, 1)) * (answers - 1)).astype(np.int64)
    return np.asarray(start + (np.arange(len(answers)) + rng.integers(0, 2, (n, 1))) % 2)


def _random(n: int, answers: NDArray[np.int64], rng: np.random.Generator) -> NDArray[np.int64]:
    """Tick every place with the same chance."""
    return np.asarray((rng.random((n, len(answers))) * answers).astype(np.int64))


def _midpoint(n: int, answers: NDArray[np.int64], rng: np.random.Generator) -> NDArray[np.int64]:
    """Tick the middle, now and then a place beside it."""
    beside = rng.choice([-1, 0, 0, 0, 1], (n, len(answers)))
    return np.asarray(np.clip((answers - 1) // 2 + beside, 0, answers - 1))


def _normal(n: int, answers: NDArray[np.int64], rng: np.random.Generator) -> NDArray[np.int64]:
    """Draw from a bell over the answers: margins look like people's, items do not hang together."""
    middle = (answers - 1) / 2 + 0.25 * answers * rng.standard_normal((n, len(answers)))
    return np.clip(np.rint(middle).astype(np.int64), 0, answers - 1)


def _script(n: int, answers: NDArray[np.int64], rng: np.random.Generator) -> NDArray[np.int64]:
    """Run one fixed pattern; of twenty cells one differs."""
    pattern = (np.arange(len(answers)) * SCRIPT + SCRIPT // 2) % answers
    changed = rng.random((n, len(answers))) < 0.05
    return np.where(changed, _random(n, answers, rng), pattern)


KINDS: dict[str, Kind] = {
    "straight_line": _straight_line,
    "alternating": _alternating,
    "random": _random,
    "midpoint": _midpoint,
    "bot_random": _random,
    "bot_normal": _normal,
    "bot_script": _script,
    "bot_alternating": _alternating,
}


def careless_answers(kind: str, n: int, answers: NDArray[np.int64], rng: np.random.Generator) -> Positions:
    """Return the places that ``n`` people of one kind tick.

    Parameters
    ----------
    kind : str
        One of ``KINDS``.
    n : int
        How many people.
    answers : ndarray of int, shape (items,)
        How many answers each item offers.
    rng : numpy.random.Generator
        The source of randomness.

    Returns
    -------
    ndarray of int8, shape (n, items)
        Positions as printed, from 0.

    Examples
    --------
    >>> careless_answers("straight_line", 2, np.array([4, 4, 4]), np.random.default_rng(1)).tolist()
    [[2, 2, 2], [3, 3, 3]]
    """
    return KINDS[kind](n, answers, rng).astype(np.int8)
