"""The share of the variance of ranks that groups stand for, and the concordance of rankings."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from osa_survey.effects.bootstrapped import DRAWS, SEED, bootstrapped
from osa_survey.effects.effects import Effect, undefined
from osa_survey.effects.spreads import Floats
from osa_survey.models.bootstrap_intervals import Kind
from osa_survey.models.bootstraps import counted

TIED = "all values are the same"


def rank_epsilon_squared(
    groups: Sequence[Floats],
    conf_level: float = 0.95,
    *,
    kind: Kind = "percentile",
    seed: int = SEED,
    draws: int = DRAWS,
) -> Effect:
    """Return ε² of ranks, H/(n − 1) with H of the Kruskal–Wallis test.

    Parameters
    ----------
    groups : sequence of ndarray of float
        Two groups or more, without gaps.
    conf_level : float
        Level of the two-sided bootstrap interval; respondents are drawn within groups.
    kind, seed, draws
        As in ``bootstrapped``.

    References
    ----------
    Tomczak, M., & Tomczak, E. (2014). The need to report effect size estimates revisited. Trends in Sport Sciences,
    1(21), 19–25.
    """
    return _of_ranks(groups, conf_level, 0.0, "rank ε² = H/(n − 1)", kind, seed, draws)


def rank_eta_squared(
    groups: Sequence[Floats],
    conf_level: float = 0.95,
    *,
    kind: Kind = "percentile",
    seed: int = SEED,
    draws: int = DRAWS,
) -> Effect:
    """Return η² of ranks, (H − k + 1)/(n − k): corrected for the number of groups, so it can fall below zero."""
    return _of_ranks(groups, conf_level, 1.0, "rank η² = (H − k + 1)/(n − k)", kind, seed, draws)


def kendalls_w(
    ratings: Floats, conf_level: float = 0.95, *, kind: Kind = "percentile", seed: int = SEED, draws: int = DRAWS
) -> Effect:
    """Return Kendall's coefficient of concordance of the rankings that people give to several things.

    Parameters
    ----------
    ratings : ndarray of float, shape (people, things)
        Two or more of each, without gaps; each person's ratings are ranked, ties shared.
    conf_level : float
        Level of the two-sided bootstrap interval over people.

    Notes
    -----
    With R the rank sums of k things over m people and T = Σ(t³ − t) over ties,
    W = 12 Σ(R − R̄)² / (m² (k³ − k) − m T); m (k − 1) W is Friedman's χ².

    References
    ----------
    Kendall, M. G., & Babington Smith, B. (1939). The problem of m rankings. Annals of Mathematical Statistics, 10(3),
    275–287. doi:10.1214/aoms/1177732186
    """
    ranks = stats.rankdata(ratings, axis=1)
    ties = np.array([_ties(row) for row in ranks])
    name = "Kendall's W, corrected for ties"
    k = ranks.shape[1]
    if float(ties.sum()) >= len(ranks) * (k**3 - k):
        return undefined(name, "nobody's ratings differ")
    data = (ranks, ties)
    return bootstrapped(_concordance, data, len(ranks), name, conf_level=conf_level, kind=kind, seed=seed, draws=draws)


def _ties(values: Floats) -> float:
    times = np.unique(values, return_counts=True)[1].astype(np.float64)
    return float((times**3 - times).sum())


def _concordance(counts: Floats, ranks: Floats, ties: Floats) -> Floats:
    k = ranks.shape[1]
    m = counts.sum(axis=1)
    sums = counted(counts, ranks)
    spread = ((sums - sums.mean(axis=1, keepdims=True)) ** 2).sum(axis=1)
    room = m**2 * (k**3 - k) - m * counted(counts, ties[:, None])[:, 0]
    with np.errstate(invalid="ignore", divide="ignore"):
        found: Floats = np.where(room > 0, 12 * spread / room, np.nan)
    return found


def _of_ranks(
    groups: Sequence[Floats], conf_level: float, correction: float, name: str, kind: Kind, seed: int, draws: int
) -> Effect:
    together = np.concatenate(list(groups))
    if together.min() == together.max():
        return undefined(name, TIED)
    codes = np.repeat(np.arange(len(groups)), [len(group) for group in groups])
    order = np.argsort(together, kind="stable")
    starts = np.flatnonzero(np.diff(together[order], prepend=together[order[0]] - 1.0))
    data = (order, codes[order], starts, len(groups), correction)
    return bootstrapped(
        _explained_ranks,
        data,
        len(together),
        name,
        conf_level=conf_level,
        strata=codes.astype(np.intp),
        kind=kind,
        seed=seed,
        draws=draws,
    )


def _explained_ranks(
    counts: Floats,
    order: NDArray[np.intp],
    codes: NDArray[np.intp],
    starts: NDArray[np.intp],
    k: int,
    correction: float,
) -> Floats:
    """Return H/(n − 1), or (H − k + 1)/(n − k), of respondents drawn ``counts`` times."""
    ordered = counts[:, order]
    ties = np.add.reduceat(ordered, starts, axis=1)
    n = ties.sum(axis=1)
    ranks = np.cumsum(ties, axis=1) - ties + (ties + 1) / 2
    between = np.zeros(len(counts))
    for group in range(k):
        own = np.where(codes == group, ordered, 0.0)
        size = own.sum(axis=1)
        between += (np.add.reduceat(own, starts, axis=1) * ranks).sum(axis=1) ** 2 / size
    shared = 1 - (ties**3 - ties).sum(axis=1) / (n**3 - n)
    with np.errstate(invalid="ignore", divide="ignore"):
        h = (12 / (n * (n + 1)) * between - 3 * (n + 1)) / shared
    found: Floats = (h - correction * (k - 1)) / (n - 1 - correction * (k - 1))
    found[shared <= 0] = np.nan
    return found
