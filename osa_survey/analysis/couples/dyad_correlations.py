"""Correlations within persons and across partners, on plain arrays, under any weights of couples."""

from __future__ import annotations

import numpy as np

from osa_survey.analysis.couples.dyad_members import Members
from osa_survey.analysis.estimates import Floats
from osa_survey.models.bootstraps import counted
from osa_survey.models.stacks import unpacked


def scaled_table(members: Members, apart: bool) -> Floats:
    """Return a column of ones and the standardised variables of both members, shape (couples, 1 + 2p)."""
    both = np.hstack([members.first, members.second])
    if apart:
        both = (both - both.mean(axis=0)) / both.std(axis=0)
    else:  # one scale for both members, so that exchanging them changes nothing
        pooled = np.vstack([members.first, members.second])
        both = (both - np.tile(pooled.mean(axis=0), 2)) / np.tile(pooled.std(axis=0), 2)
    return np.column_stack([np.ones(len(both)), both])


def dyad_correlations(counts: Floats, products: Floats, width: int, apart: bool) -> Floats:
    """Return the correlations under several weights of couples.

    Parameters
    ----------
    counts : ndarray of float, shape (resamples, couples)
        How often each couple counts.
    products : ndarray of float
        ``products_of_columns(scaled_table(…))``.
    width : int
        Columns of that table.
    apart : bool
        Whether members are distinguishable.

    Returns
    -------
    ndarray of float, shape (resamples, correlations)
        For exchangeable members those of double entry.
    """
    moments = unpacked(counted(counts, products), width)
    total = moments[:, :1, :1]
    mean = moments[:, 0, 1:] / total[:, 0]
    covariance = moments[:, 1:, 1:] / total - mean[:, :, None] * mean[:, None, :]
    p = (width - 1) // 2
    upper = np.triu_indices(p, 1)
    with np.errstate(all="ignore"):
        if apart:
            size = np.sqrt(np.einsum("rkk->rk", covariance))
            r = covariance / (size[:, :, None] * size[:, None, :])
            across = r[:, :p, p:]
            parts = [np.einsum("rkk->rk", across), r[:, :p, :p][:, *upper], r[:, p:, p:][:, *upper],
                     across[:, *upper], across.transpose(0, 2, 1)[:, *upper]]  # fmt: skip
            return np.concatenate(parts, axis=1)
        second = moments[:, 1:, 1:] / total
        centre = (mean[:, :p] + mean[:, p:]) / 2
        product = centre[:, :, None] * centre[:, None, :]
        within = (second[:, :p, :p] + second[:, p:, p:]) / 2 - product
        between = (second[:, :p, p:] + second[:, p:, :p]) / 2 - product
        size = np.sqrt(np.einsum("rkk->rk", within))
        scale = size[:, :, None] * size[:, None, :]
        across = between / scale
        return np.concatenate([np.einsum("rkk->rk", across), (within / scale)[:, *upper], across[:, *upper]], axis=1)
