"""Means and covariances of answers in a few categories, from the cross tables that are counted anyway."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from osa_survey.psychometrics.item_statistics import ItemMoments

Floats = NDArray[np.float64]


def counted_moments(tables: Floats, answers: Sequence[Floats]) -> ItemMoments:
    """Return the means and covariances of complete answers.

    Parameters
    ----------
    tables : ndarray of float, shape (items, items, categories, categories)
        Cross tables of all pairs of items among the same two respondents or more; the diagonal holds the counts of
        each item.
    answers : sequence of ndarray of float
        The answer behind each category, for each item.

    Returns
    -------
    ItemMoments
        What `item_moments` returns for the answers themselves, up to rounding.

    Notes
    -----
    With the counts ``n_ab`` of the pair i, j and answers ``x_a`` less their means the covariance is
    ``sum_ab n_ab x_a x_b / (n - 1)``: the time does not depend on the number of respondents.

    Examples
    --------
    >>> tables = np.array([[[[1.0, 0.0], [0.0, 2.0]], [[1.0, 0.0], [1.0, 1.0]]]])
    >>> tables = np.concatenate([tables, [[tables[0, 1].T, np.diag([2.0, 1.0])]]])
    >>> counted_moments(tables, [np.array([1.0, 2.0]), np.array([1.0, 3.0])]).covariance.round(4).tolist()
    [[0.3333, 0.3333], [0.3333, 1.3333]]
    """
    k, width = len(tables), tables.shape[-1]
    scores = np.zeros((k, width))
    for item, own in enumerate(answers):
        scores[item, : len(own)] = own
    counts = np.einsum("iiaa->ia", tables)
    n = round(float(counts[0].sum()))
    mean = (counts * scores).sum(axis=1) / n
    away = scores - mean[:, None]
    sums = (away[:, None, None, :] @ tables)[:, :, 0, :]
    covariance = (sums * away[None, :, :]).sum(axis=2) / (n - 1)
    return ItemMoments(n, np.full(k, n), n, mean, covariance)
