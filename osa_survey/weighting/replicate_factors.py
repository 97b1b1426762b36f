"""Factors that turn sampling weights into replicate weights: jackknife, balanced half samples, bootstrap."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from osa_survey.errors import AnalysisError, Problem
from osa_survey.weighting.hadamard_matrices import hadamard_matrix

Floats = NDArray[np.float64]
Codes = NDArray[np.int64]


def default_scales(kind: str, number: int, fay: float = 0.0) -> tuple[float, Floats]:
    """Return the usual scale and factors of replicates.

    Parameters
    ----------
    kind : {"JK1", "JKn", "BRR", "Fay", "bootstrap"}
        How they were made.
    number : int
        How many.
    fay : float
        Fay's coefficient.

    Examples
    --------
    >>> default_scales("Fay", 4, 0.5)[0]
    1.0
    """
    scale = {
        "JK1": (number - 1) / number,
        "JKn": 1.0,
        "BRR": 1 / number,
        "Fay": 1 / (number * (1 - fay) ** 2),
        "bootstrap": 1 / max(number - 1, 1),
    }[kind]
    return scale, np.ones(number)


def jackknife_one(clusters: int) -> tuple[Floats, float, Floats]:
    """Return factors, scale and rscales of the delete-one jackknife without strata.

    Parameters
    ----------
    clusters : int
        Sampled clusters.

    Returns
    -------
    factors : ndarray of float, shape (clusters, clusters)
        0 for the cluster left out, n/(n − 1) for the others.
    scale : float
        (n − 1)/n.
    rscales : ndarray of float, shape (clusters,)
        Ones.
    """
    factors = np.full((clusters, clusters), clusters / (clusters - 1))
    np.fill_diagonal(factors, 0.0)
    return factors, (clusters - 1) / clusters, np.ones(clusters)


def jackknife_n(strata: Codes, fraction: Floats | None = None) -> tuple[Floats, float, Floats]:
    """Return factors, scale and rscales of the stratified delete-one jackknife.

    Parameters
    ----------
    strata : ndarray of int, shape (clusters,)
        Stratum of each cluster; strata with one cluster give no replicate.
    fraction : ndarray of float, shape (strata,), optional
        Sampled fraction of each stratum, for the finite population correction.
    """
    n = np.bincount(strata)
    left_out = np.flatnonzero(n[strata] > 1)
    own = strata[left_out]
    factors = np.ones((len(strata), len(left_out)))
    same = strata[:, None] == own[None, :]
    factors = np.where(same, (n / np.maximum(n - 1, 1))[own][None, :], factors)
    factors[left_out, np.arange(len(left_out))] = 0.0
    kept = np.ones(len(n)) if fraction is None else 1 - fraction
    return factors, 1.0, (kept * (n - 1) / n)[own]


def balanced_half_samples(strata: Codes, fay: float = 0.0) -> tuple[Floats, float, Floats]:
    """Return factors, scale and rscales of balanced repeated replication, Fay's method with ``fay`` above 0.

    Parameters
    ----------
    strata : ndarray of int, shape (clusters,)
        Stratum of each cluster: two clusters in each.
    fay : float
        Fay's coefficient ρ from 0 to below 1: factors are 2 − ρ and ρ.

    Raises
    ------
    AnalysisError
        If a stratum has another number of clusters than two.

    References
    ----------
    Judkins, D. R. (1990). Fay's method for variance estimation. Journal of Official Statistics, 6(3), 223–239.
    """
    n = np.bincount(strata)
    if (n != 2).any():
        raise AnalysisError(
            Problem(
                "not_two_clusters",
                "half samples need two clusters in each stratum",
                hint='use kind = "JKn" or "bootstrap"',
                count=int((n != 2).sum()),
            )
        )
    signs = hadamard_matrix(len(n) + 1)[1 : len(n) + 1]
    order = np.argsort(strata, kind="stable")
    side = np.empty(len(strata))
    side[order] = np.tile([1.0, -1.0], len(n))
    taken = side[:, None] * signs[strata] > 0
    replicates = signs.shape[1]
    factors = np.where(taken, 2 - fay, fay)
    return factors, 1 / (replicates * (1 - fay) ** 2), np.ones(replicates)


def rescaled_bootstrap(strata: Codes, replicates: int, seed: int, first: int = 0) -> tuple[Floats, float, Floats]:
    """Return factors, scale and rscales of the Rao–Wu rescaled bootstrap, n_h − 1 draws in each stratum.

    Parameters
    ----------
    strata : ndarray of int, shape (clusters,)
        Stratum of each cluster; a stratum with one cluster stays as it is.
    replicates : int
        How many.
    seed : int
        Seed; every replicate has a generator of its own, so that replicate r is the same however many there are.
    first : int
        The number of the first replicate.

    References
    ----------
    Rao, J. N. K., Wu, C. F. J., & Yue, K. (1992). Some recent work on resampling methods for complex surveys. Survey
    Methodology, 18(2), 209–217.
    """
    n = np.bincount(strata)
    order = np.argsort(strata, kind="stable")
    starts = np.concatenate([[0], np.cumsum(n)[:-1]])
    drawn_strata = np.repeat(np.arange(len(n)), np.where(n > 1, n - 1, 1))
    factors = np.empty((len(strata), replicates))
    rescale = np.where(n > 1, n / np.maximum(n - 1, 1), 1.0)[strata]
    for number in range(replicates):
        child = np.random.SeedSequence(seed, spawn_key=(first + number,))
        uniform = np.random.default_rng(child).random(len(drawn_strata))
        drawn = starts[drawn_strata] + (uniform * n[drawn_strata]).astype(np.int64)
        factors[:, number] = np.bincount(order[drawn], minlength=len(strata)) * rescale
    return factors, 1 / max(replicates - 1, 1), np.ones(replicates)
