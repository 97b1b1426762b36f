"""Thresholds and polychoric correlations of weighted answers, with what each respondent adds to them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from osa_survey.psychometrics.ordinal.influences import pair_influences, threshold_influences
from osa_survey.psychometrics.ordinal.ordered_answers import Categories
from osa_survey.psychometrics.ordinal.polychoric_records import padded_counts, padded_thresholds
from osa_survey.psychometrics.ordinal.polychorics import BOUND, polychoric_pairs

Floats = NDArray[np.float64]
LEAST = 1e-9
"""A category with a smaller share of the weights is empty."""


@dataclass(frozen=True, repr=False)
class WeightedPolychorics:
    """Moments of ordinal items.

    Attributes
    ----------
    moments : ndarray of float, shape (q,)
        Thresholds item by item, then correlations below the diagonal, column by column; NaN where a category is empty.
    sizes : ndarray of int, shape (items,)
        Categories of each item.
    perfect : bool
        Whether a correlation lies at the bound.
    influence : callable
        What each respondent adds to the moments at first order, the weight included, shape (respondents, q).
    """

    moments: Floats
    sizes: NDArray[np.int64]
    perfect: bool
    influence: Callable[[], Floats]


def weighted_polychorics(items: Categories, weights: Floats) -> WeightedPolychorics:
    """Return thresholds and polychoric correlations by two-step weighted maximum likelihood.

    Parameters
    ----------
    items : Categories
        Complete answers; every category of ``items.answers`` should occur.
    weights : ndarray of float, shape (respondents,)
        How many people each stands for; only their ratios count.

    Notes
    -----
    The likelihood of cross tables of weights, scaled to sum to the number of respondents. With equal weights the
    numbers, and the cross-products of the influences, are those of ``polychoric_matrix`` and
    ``asymptotic_covariance``.

    References
    ----------
    Asparouhov, T. (2005). Sampling weights in latent variable modeling. Structural Equation Modeling, 12(3), 411-434.
    doi:10.1207/s15328007sem1203_4
    """
    sizes = items.sizes
    k, n = items.codes.shape
    width = int(sizes.max(initial=1))
    share = weights * (n / weights.sum())
    indicators = (items.codes[:, None, :] == np.arange(width)[None, :, None]).reshape(k * width, n).astype(np.float64)
    full = ((indicators * share) @ indicators.T).reshape(k, width, k, width).transpose(0, 2, 1, 3)
    counts = tuple(np.diagonal(full[item, item])[:size] for item, size in enumerate(sizes))
    q = int((sizes - 1).sum()) + k * (k - 1) // 2
    if min(float(each.min(initial=n)) for each in counts) < LEAST * n:
        return WeightedPolychorics(np.full(q, np.nan), sizes, False, lambda: np.full((n, q), np.nan))
    taus = padded_thresholds(counts, width)
    first, second = np.triu_indices(k, 1)
    pairs = polychoric_pairs(full[first, second], taus, sizes, first, second)
    thresholds = [taus[item, : size - 1] for item, size in enumerate(sizes)]

    def influence() -> Floats:
        margins = padded_counts(counts, width)
        table = pair_influences(pairs, taus, margins).table
        codes = items.codes.astype(np.intp)
        found = np.empty((n, q))
        at = 0
        for item, size in enumerate(sizes):
            found[:, at : at + size - 1] = threshold_influences(taus[item, : size - 1], counts[item])[:, codes[item]].T
            at += int(size) - 1
        for pair, (i, j) in enumerate(zip(first, second, strict=True)):
            found[:, at + pair] = table[pair, codes[i], codes[j]]
        return np.asarray(found * share[:, None])

    perfect = bool((np.abs(pairs.rho) >= BOUND).any())
    return WeightedPolychorics(np.concatenate([*thresholds, pairs.rho]), sizes, perfect, influence)
