"""Bootstrap samples of respondents, and what reliability needs of each: cross tables and covariances.

With many respondents random groups of them are drawn instead. A group of respondents taken at random tells as much of
sampling error as they do singly, so the spread of the draws is the same on average; with 2,000 groups it is off by
less than a thousand draws are.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from osa_survey.progressing import stepped
from osa_survey.psychometrics.categorical_omega import categorical_factors, categorical_moments
from osa_survey.psychometrics.ordinal.ordered_answers import Categories

Floats = NDArray[np.float64]
Seed = int | Sequence[int]

CELLS = 1 << 23
"""Numbers held at once."""
NEARBY = 1 << 17
"""Numbers of one step of the models of the samples: they stay in fast memory."""
SINGLY = 10_000
"""Up to so many respondents are drawn one by one, beyond in groups."""
GROUPS = 2_000
"""Random groups of respondents; the standard error of a variance over them is root (2 / groups), three percent."""
GROUPING = (1 << 32) - 1
"""Spawn key of the generator that forms the groups; the samples have those from 0."""
ENOUGH = 0.9
"""An interval needs this share of the draws to have an estimate."""


@dataclass(frozen=True)
class BootstrapInterval:
    """A percentile interval.

    Attributes
    ----------
    std_error, conf_low, conf_high : float
        Spread and percentiles of the draws; NaN where fewer than nine in ten draws have an estimate.
    draws, failed : int
        Bootstrap samples, and those without an estimate.
    """

    std_error: float
    conf_low: float
    conf_high: float
    draws: int
    failed: int


def percentile_interval(draws: Floats, conf_level: float = 0.95) -> BootstrapInterval:
    """Return the percentile interval of bootstrap estimates.

    Parameters
    ----------
    draws : ndarray of float, shape (draws,)
        Estimates; NaN where there was none.
    conf_level : float
        Level of the interval.

    References
    ----------
    Efron, B., & Tibshirani, R. J. (1993). An introduction to the bootstrap. Chapman & Hall.

    Examples
    --------
    >>> round(percentile_interval(np.arange(101.0)).conf_low, 6)
    2.5
    """
    found = draws[np.isfinite(draws)]
    failed = len(draws) - len(found)
    if len(found) < 2 or len(found) < ENOUGH * len(draws):
        return BootstrapInterval(np.nan, np.nan, np.nan, len(draws), failed)
    tail = 0.5 * (1.0 - conf_level)
    low, high = np.quantile(found, [tail, 1.0 - tail])
    return BootstrapInterval(float(found.std(ddof=1)), float(low), float(high), len(draws), failed)


def resampled_counts(n: int, draws: int, seed: Seed, block: int) -> Iterator[NDArray[np.float32]]:
    """Yield how often each respondent is in each bootstrap sample.

    Parameters
    ----------
    n : int
        Respondents.
    draws : int
        Samples. Each has a generator of its own, spawned from the seed, so that the size of a block changes nothing.
    seed : int or sequence of int
        The seed.
    block : int
        Samples in one array.

    Yields
    ------
    ndarray of float32, shape (up to block, n)
    """
    spawned = np.random.SeedSequence(seed).spawn(draws)
    for start in stepped("resampling", range(0, draws, block)):
        children = spawned[start : start + block]
        counts = np.empty((len(children), n), dtype=np.float32)
        for row, child in enumerate(children):
            counts[row] = np.bincount(np.random.default_rng(child).integers(0, n, n), minlength=n)
        yield counts


def random_groups(n: int, seed: Seed) -> NDArray[np.int64] | None:
    """Return the group of each respondent, or None where they are drawn singly.

    Parameters
    ----------
    n : int
        Respondents.
    seed : int or sequence of int
        The seed of the bootstrap.

    Returns
    -------
    ndarray of int, shape (n,), or None
        Numbers from 0; the sizes of groups differ by one at most.
    """
    if n <= SINGLY:
        return None
    generator = np.random.default_rng(np.random.SeedSequence(seed, spawn_key=(GROUPING,)))
    return np.asarray(generator.permutation(n) % GROUPS)


def resampled_omegas(items: Categories, steps: Floats, draws: int, seed: Seed) -> Floats:
    """Return the categorical omega of each bootstrap sample.

    Parameters
    ----------
    items : Categories
        Complete answers.
    steps : ndarray of float, shape (items, categories - 1)
        What each category adds to the score over the one before.
    draws, seed
        As in `resampled_counts`.

    Returns
    -------
    ndarray of float, shape (draws,)
        NaN where the model of a sample does not converge or a loading exceeds one.

    Notes
    -----
    Beyond 10,000 respondents each sample draws `random_groups` of them.
    """
    k, n = items.codes.shape
    groups = random_groups(n, seed)
    units = n if groups is None else GROUPS
    width = steps.shape[1] + 1
    first, second = np.triu_indices(k, 1)
    columns = (len(first) + 1) * width * width
    block = max(min(draws, CELLS // max(units, columns)), 1)
    found = []
    for counts in resampled_counts(units, draws, seed, block):
        tables = np.zeros((len(counts), k, k, width, width))
        if groups is None:
            tables[:, first, second] = _pair_tables(items, counts, first, second, width)
        else:
            tables[:, first, second] = _pair_tables_of_groups(items, counts, groups, first, second, width)
        margins = tables[:, [0, *range(k - 1)], [1, *range(1, k)]]
        own = np.concatenate([margins[:, :1].sum(axis=3), margins[:, 1:].sum(axis=2)], axis=1)
        places = np.arange(width)
        for item in range(k):
            tables[:, item, item, places, places] = own[:, item]
        few = max(NEARBY // columns, 1)
        for start in range(0, len(tables), few):
            found.append(categorical_factors(categorical_moments(tables[start : start + few]), steps).omega)
    return np.concatenate(found)


def _pair_tables(
    items: Categories, counts: NDArray[np.float32], first: NDArray[np.intp], second: NDArray[np.intp], width: int
) -> Floats:
    """Return the cross table of each pair in each sample by one matrix product."""
    samples, n = counts.shape
    size = width * width
    cells = np.zeros((samples, len(first) * size))
    kinds = np.arange(size, dtype=np.uint16)
    step = max(CELLS // (len(first) * size), 1)
    for start in range(0, n, step):
        codes = items.codes[:, start : start + step].astype(np.uint16)
        places = codes[first] * np.uint16(width) + codes[second]
        indicators = (places[:, None, :] == kinds[None, :, None]).reshape(len(first) * size, -1).astype(np.float32)
        cells += counts[:, start : start + step] @ indicators.T
    return cells.reshape(samples, len(first), width, width)


def _pair_tables_of_groups(
    items: Categories,
    counts: NDArray[np.float32],
    groups: NDArray[np.int64],
    first: NDArray[np.intp],
    second: NDArray[np.intp],
    width: int,
) -> Floats:
    """Return the cross table of each pair in each sample from those of the groups."""
    size = width * width
    tables = np.empty((len(counts), len(first), size))
    rows = groups * size
    for pair, (one, two) in enumerate(zip(first, second, strict=True)):
        places = items.codes[one].astype(np.uint16) * np.uint16(width) + items.codes[two]
        each = np.bincount(rows + places, minlength=GROUPS * size).reshape(GROUPS, size)
        tables[:, pair] = counts @ each.astype(np.float32)
    return tables.reshape(len(counts), len(first), width, width)


def resampled_alphas(values: Floats, draws: int, seed: Seed) -> tuple[Floats, Floats]:
    """Return alpha and standardised alpha of each bootstrap sample.

    Parameters
    ----------
    values : ndarray of float, shape (respondents, items)
        Keyed answers; NaN for gaps, which are taken pairwise.
    draws, seed
        As in `resampled_counts`: the same seed draws the same samples as for omega.

    Returns
    -------
    raw, standardised : ndarray of float, shape (draws,)
        NaN where a sum does not vary.
    """
    n, k = values.shape
    answered = ~np.isnan(values)
    mask = answered.astype(np.float64)
    filled = np.where(answered, values - np.nanmean(values), 0.0)
    first, second = np.triu_indices(k)
    products = np.concatenate(
        [
            filled[:, first] * filled[:, second],
            mask[:, first] * mask[:, second],
            filled[:, first] * mask[:, second],
            mask[:, first] * filled[:, second],
        ],
        axis=1,
    )
    groups = random_groups(n, seed)
    if groups is not None:
        order = np.argsort(groups, kind="stable")
        products = np.add.reduceat(products[order], np.searchsorted(groups[order], np.arange(GROUPS)))
    raw, standardised = [], []
    for counts in resampled_counts(len(products), draws, seed, max(min(draws, CELLS // len(products)), 1)):
        cross, people, sums, others = np.split(counts.astype(np.float64) @ products, 4, axis=1)
        with np.errstate(divide="ignore", invalid="ignore"):
            each = (cross - sums * others / people) / (people - 1.0)
            covariance = np.empty((len(counts), k, k))
            covariance[:, first, second] = covariance[:, second, first] = each
            spread = np.sqrt(np.einsum("sii->si", covariance))
            raw.append(_alphas(covariance))
            standardised.append(_alphas(covariance / (spread[:, :, None] * spread[:, None, :])))
    return np.concatenate(raw), np.concatenate(standardised)


def _alphas(covariance: Floats) -> Floats:
    k = covariance.shape[1]
    trace = np.einsum("sii->s", covariance)
    return np.asarray(k / (k - 1) * (1.0 - trace / covariance.sum(axis=(1, 2))))
