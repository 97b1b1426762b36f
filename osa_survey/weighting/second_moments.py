"""Weighted variances and correlations with their influence contributions; weighted ranks."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from osa_survey.weighting.statistics import Statistics

Floats = NDArray[np.float64]


def weighted_variances(values: Floats, weights: Floats, n: int | None = None) -> Statistics:
    """Return weighted variances, n/(n − 1) Σw(y − ȳ)²/Σw.

    Parameters
    ----------
    values : ndarray of float, shape (respondents,) or (respondents, p)
        Numbers; NaN stands outside, column by column.
    weights : ndarray of float, shape (respondents,)
        Weights; 0 stands outside.
    n : int, optional
        Respondents for the factor n/(n − 1): give the number of the full sample under replicate weights. By default
        those with a value and a weight.

    Returns
    -------
    Statistics
        With contributions n/(n − 1) · w((y − ȳ)² − v)/Σw; NaN with fewer than two values.
    """
    X = values[:, None] if values.ndim == 1 else values
    own = np.where(np.isnan(X), 0.0, weights[:, None])
    X = np.where(own > 0, X, 0.0)
    totals = own.sum(axis=0)
    with np.errstate(invalid="ignore", divide="ignore"):
        squares = (X - (own * X).sum(axis=0) / totals) ** 2
        raw = (own * squares).sum(axis=0) / totals
        people = np.count_nonzero(own, axis=0) if n is None else np.full(X.shape[1], n)
        factor = np.where(people > 1, people / (people - 1.0), np.nan)
    return Statistics(factor * raw, lambda: factor * own * (squares - raw) / totals)


def weighted_correlations(values: Floats, pairs: NDArray[np.int64], weights: Floats) -> Statistics:
    """Return weighted product-moment correlations; each uses everyone with both values.

    Parameters
    ----------
    values : ndarray of float, shape (respondents, variables)
        Numbers; NaN is a gap.
    pairs : ndarray of int, shape (p, 2)
        The two columns of each correlation.
    weights : ndarray of float, shape (respondents,)
        Weights; 0 stands outside.

    Returns
    -------
    Statistics
        r = S_xy/√(S_xx S_yy) with contributions w/Σw · (z_x z_y − r(z_x² + z_y²)/2); NaN where a variable is constant.
    """
    found = [_correlation(values[:, first], values[:, second], weights) for first, second in pairs]
    estimates = np.array([one.estimate[0] for one in found])
    return Statistics(estimates, lambda: np.concatenate([one.contributions() for one in found], axis=1))


def _correlation(x: Floats, y: Floats, weights: Floats) -> Statistics:
    own = np.where(np.isnan(x) | np.isnan(y), 0.0, weights)
    total = own.sum()
    x, y = np.where(own > 0, x, 0.0), np.where(own > 0, y, 0.0)
    with np.errstate(invalid="ignore", divide="ignore"):
        share = own / total
        x, y = x - share @ x, y - share @ y
        zx, zy = x / np.sqrt(share @ x**2), y / np.sqrt(share @ y**2)
        r = share @ (zx * zy)
    return Statistics(np.array([r]), lambda: (share * (zx * zy - r * (zx**2 + zy**2) / 2))[:, None])


def weighted_ranks(values: Floats, weights: Floats) -> Floats:
    """Return the estimated position of each value in the population, as a share: mid-ranks of cumulated weights.

    Parameters
    ----------
    values : ndarray of float, shape (respondents,)
        Numbers; NaN has no rank.
    weights : ndarray of float, shape (respondents,)
        Weights; 0 stands outside.

    Returns
    -------
    ndarray of float, shape (respondents,)
        Ranks between 0 and 1, equal for equal values; NaN outside.

    Examples
    --------
    >>> weighted_ranks(np.array([3.0, 1.0, 1.0, 2.0]), np.ones(4))
    array([0.875, 0.25 , 0.25 , 0.625])
    """
    ranks = np.full(len(values), np.nan)
    inside = ~np.isnan(values) & (weights > 0)
    _, place = np.unique(values[inside], return_inverse=True)
    mass = np.bincount(place, weights[inside])
    people = np.bincount(place)
    own = weights[inside]
    order = np.argsort(place, kind="stable")
    cumulated = np.empty(len(own))
    cumulated[order] = np.cumsum(own[order]) - own[order] / 2
    ranks[inside] = (np.bincount(place, cumulated) / people)[place] / mass.sum()
    return ranks
