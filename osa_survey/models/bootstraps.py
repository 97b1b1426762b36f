"""The bootstrap: resamples as counts of how often each respondent was drawn, block by block, each with its own seed.

A statistic is a function of the counts, so that many resamples are one product of matrices. Blocks depend on the number
of respondents only, and the seed of a block on its position only: the number of workers, and where they run, change
nothing. ``joblib.parallel_config`` chooses the backend, a Dask cluster for example.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from joblib import delayed
from numpy.typing import NDArray

from osa_survey.errors import AnalysisError, Problem
from osa_survey.progressing import gathered

Floats = NDArray[np.float64]
Groups = NDArray[np.intp]
Statistic = Callable[..., Floats]
"""``statistic(counts, *data)``: counts of shape (resamples, respondents) give values of shape (resamples, numbers)."""

CELLS = 1 << 20
"""Counts held at once by one worker."""
UNSHARED = 1 << 17
"""Multiplications of one product; OpenBLAS begins to share at twice as many."""
JACKKNIFE_GROUPS = 1000
"""With more respondents the jackknife leaves out one of this many groups at a time."""


def bootstrap(
    statistic: Statistic,
    data: tuple[Any, ...],
    n: int,
    *,
    seed: int | Sequence[int],
    draws: int = 2000,
    strata: Groups | None = None,
    workers: int | None = None,
) -> Floats:
    """Return the statistic of resamples drawn with replacement.

    Parameters
    ----------
    statistic : callable
        ``statistic(counts, *data)`` with counts of shape (resamples, n) returns shape (resamples, numbers). It must not
        mix resamples. With more than one worker it is a function of a module.
    data : tuple
        What the statistic takes besides the counts.
    n : int
        Respondents.
    seed : int or sequence of int
        Seed of all draws.
    draws : int
        Number of resamples.
    strata : ndarray of int, shape (n,), optional
        Groups numbered from 0: the draws keep the size of each.
    workers : int, optional
        Processes; by default what ``joblib.parallel_config`` says, else one.

    Returns
    -------
    ndarray of float, shape (draws, numbers)
        The same bytes whatever the workers.

    References
    ----------
    Efron, B., & Tibshirani, R. J. (1993). An introduction to the bootstrap. Chapman & Hall. doi:10.1201/9780429246593
    """
    problems = []
    if n < 2:
        problems.append(Problem("too_few_respondents", "a bootstrap needs two respondents or more"))
    if draws < 1:
        problems.append(Problem("draws", f"{draws} resamples cannot be drawn", key="draws", hint="2000 is usual"))
    if problems:
        raise AnalysisError(problems)
    size = max(1, CELLS // n)
    sizes = [min(size, draws - begin) for begin in range(0, draws, size)]
    seeds = np.random.SeedSequence(seed).spawn(len(sizes))
    members = None if strata is None else _members(strata)
    blocks = (
        delayed(_block)(statistic, data, n, number, one, members) for number, one in zip(sizes, seeds, strict=True)
    )
    return np.concatenate(gathered("resampling", blocks, len(sizes), workers))


def resample_counts(n: int, draws: int, generator: np.random.Generator, members: list[Groups] | None = None) -> Floats:
    """Return how often each respondent is in each resample, shape (draws, n); each row sums to n.

    Parameters
    ----------
    n, draws : int
        Respondents and resamples.
    generator : Generator
        Where the draws come from.
    members : list of ndarray of int, optional
        The positions of the respondents of each stratum.
    """
    counts = np.zeros((draws, n))
    for row in counts:
        if members is None:
            row[:] = np.bincount(generator.integers(0, n, size=n), minlength=n)
            continue
        for group in members:
            row[group] = np.bincount(generator.integers(0, len(group), size=len(group)), minlength=len(group))
    return counts


def counted(counts: Floats, table: Floats) -> Floats:
    """Return counts @ table, in pieces too small for a BLAS library to share among threads.

    A product that is shared is added up in another order, which changes its last bits: then a worker with one thread
    and a program with several would not give the same bytes.

    Parameters
    ----------
    counts : ndarray of float, shape (resamples, respondents)
        How often each was drawn.
    table : ndarray of float, shape (respondents, numbers)
        What is added up.
    """
    found = np.zeros((len(counts), table.shape[1]))
    step = max(1, UNSHARED // (len(counts) * table.shape[1]))
    for begin in range(0, len(table), step):
        found += counts[:, begin : begin + step] @ table[begin : begin + step]
    return found


def influences(statistic: Statistic, data: tuple[Any, ...], n: int, strata: Groups | None = None) -> Floats:
    """Return jackknife influences, shape (groups left out, numbers), for the acceleration of a BCa interval.

    Notes
    -----
    Leaving out group i of g in its stratum changes the statistic to θ₍ᵢ₎; the influence is
    (g − 1)(θ̄ − θ₍ᵢ₎)/g with θ̄ the mean of the stratum. Up to a thousand respondents each is left out alone; of more,
    every thousandth together.
    """
    found = []
    for group in [np.arange(n)] if strata is None else _members(strata):
        parts = min(len(group), JACKKNIFE_GROUPS)
        size = max(1, CELLS // n)
        values = []
        for begin in range(0, parts, size):
            left_out = np.arange(begin, min(begin + size, parts))
            counts = np.ones((len(left_out), n))
            for row, position in zip(counts, left_out, strict=True):
                row[group[position::parts]] = 0.0
            values.append(np.asarray(statistic(counts, *data), dtype=np.float64).reshape(len(counts), -1))
        leaves = np.concatenate(values)
        found.append((parts - 1) * (leaves.mean(axis=0) - leaves) / parts)
    return np.concatenate(found)


def _members(strata: Groups) -> list[Groups]:
    order = np.argsort(strata, kind="stable")
    return np.split(order, np.cumsum(np.bincount(strata))[:-1])


def _block(
    statistic: Statistic,
    data: tuple[Any, ...],
    n: int,
    draws: int,
    seed: np.random.SeedSequence,
    members: list[Groups] | None,
) -> Floats:
    generator = np.random.Generator(np.random.SFC64(seed))
    # Arrays may arrive from another process in another order or off their boundaries, which changes last bits.
    parts = [np.require(part, requirements=["C", "A"]) if isinstance(part, np.ndarray) else part for part in data]
    values = np.asarray(statistic(resample_counts(n, draws, generator, members), *parts), dtype=np.float64)
    return values.reshape(draws, -1)
