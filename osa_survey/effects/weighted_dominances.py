"""Rank-based sizes of weighted people: signed ranks, and the share of the variance of ranks that groups stand for."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from osa_survey.weighting import Statistics

Floats = NDArray[np.float64]
Codes = NDArray[np.int64]


def weighted_signed_ranks(differences: Floats, weights: Floats, n: int | None = None) -> Statistics:
    """Return the matched-pairs rank-biserial correlation of weighted pairs.

    Parameters
    ----------
    differences : ndarray of float, shape (pairs,)
        First minus second rating; zeros stand outside.
    weights : ndarray of float, shape (pairs,)
        How many people each stands for; 0 stands outside.
    n : int, optional
        Pairs with a difference in the full sample (under replicate weights); by default those with a weight.

    Returns
    -------
    Statistics
        One number; NaN where nobody's ratings differ.

    Notes
    -----
    With shares p of the weight and the position of |d| among the others, R = Σ_{|d_j| < |d|} p_j + half of those tied,
    r = Σ p s (R + 1/2n)/(½ + 1/2n), s the sign of d: with equal weights the signed ranks of Kerby (2014). What a
    person adds is p[s(R + 1/2n) + G − (numbers of both)], where G is the sum of p s of those with a larger |d|, ties
    half: ranks count as estimated.

    References
    ----------
    Kerby, D. S. (2014). The simple difference formula: An approach to teaching nonparametric correlation.
    Comprehensive Psychology, 3, 11.IT.3.1. doi:10.2466/11.IT.3.1

    Examples
    --------
    >>> weighted_signed_ranks(np.array([1.0, 2.0, -4.0, 5.0, 0.0]), np.ones(5)).estimate  # (1 + 2 − 3 + 4)/10
    array([0.4])
    """
    own = np.where(differences != 0, weights, 0.0)
    total = own.sum()
    if total <= 0:
        return Statistics(np.array([math.nan]), lambda: np.full((len(own), 1), math.nan))
    people = int(np.count_nonzero(own)) if n is None else n
    share, sign = own / total, np.sign(differences)
    place, number = _places(np.abs(differences))
    mass = np.bincount(place, share, number)
    position = (np.cumsum(mass) - mass / 2)[place]
    half = 1 / (2 * people)
    scale = 0.5 + half
    ranked, signed = float((share * sign * position).sum()), float((share * sign).sum())

    def contributions() -> Floats:
        held = np.bincount(place, share * sign, number)
        above = (held.sum() - np.cumsum(held) + held / 2)[place]
        found = sign * position + above - 2 * ranked + half * (sign - signed)
        return np.asarray((share * found / scale)[:, None])

    return Statistics(np.array([(ranked + half * signed) / scale]), contributions)


def explained_share(values: Floats, groups: Codes, number: int, weights: Floats) -> Statistics:
    """Return η², the share of the weighted variance that lies between groups.

    Parameters
    ----------
    values : ndarray of float, shape (respondents,)
        Numbers without gaps.
    groups : ndarray of int, shape (respondents,)
        Group from 0; each has somebody.
    number : int
        How many groups.
    weights : ndarray of float, shape (respondents,)
        Weights.

    Notes
    -----
    With e the distance from the own group's mean and σ² the variance, a person adds p[(1 − η²)(y − ȳ)² − e²]/σ².
    """
    parts = _shares(values, groups, number, weights)
    if parts is None:
        return Statistics(np.array([math.nan]), lambda: np.full((len(values), 1), math.nan))
    share, centred, fitted, total, eta = parts
    return Statistics(
        np.array([eta]),
        lambda: np.asarray((share * ((1 - eta) * centred**2 - (centred - fitted) ** 2) / total)[:, None]),
    )


def explained_rank_share(values: Floats, groups: Codes, number: int, weights: Floats) -> Statistics:
    """Return η² of estimated population ranks: with equal weights H/(n − 1) of the Kruskal–Wallis test.

    Parameters
    ----------
    values, groups, number, weights
        As in ``explained_share``; those with weight 0 stand outside.

    Notes
    -----
    Ranks are R = Σ p of those below and half of those tied. To what ``explained_share`` says of known ranks comes what
    a person adds by moving the ranks of others: p Σ_j g_j (c_j − R_j) with g = 2p[(m_group − m) − η²(R − m)]/σ² and
    c = 1 for those above, ½ for those tied.
    """
    place, levels = _places(values)
    share = weights / weights.sum()
    mass = np.bincount(place, share, levels)
    ranks = (np.cumsum(mass) - mass / 2)[place]
    known = explained_share(ranks, groups, number, weights)
    parts = _shares(ranks, groups, number, weights)
    if parts is None:
        return known

    def contributions() -> Floats:
        _, centred, fitted, total, eta = parts
        slope = 2 * share * (fitted - eta * centred) / total
        held = np.bincount(place, slope, levels)
        above = (held.sum() - np.cumsum(held) + held / 2)[place]
        return np.asarray(known.contributions() + (share * (above - float(slope @ ranks)))[:, None])

    return Statistics(known.estimate, contributions)


def _places(values: Floats) -> tuple[NDArray[np.intp], int]:
    levels, place = np.unique(values, return_inverse=True)
    return place, len(levels)


def _shares(
    values: Floats, groups: Codes, number: int, weights: Floats
) -> tuple[Floats, Floats, Floats, float, float] | None:
    """Return shares, centred values, centred group means, variance and η²; None without variance or with a gap."""
    own = values[weights > 0]
    if own.min() == own.max():
        return None
    share = weights / weights.sum()
    sizes = np.bincount(groups, share, number)
    centred = values - float(share @ values)
    total = float(share @ centred**2)
    if (sizes <= 0).any():
        return None
    fitted = (np.bincount(groups, share * centred, number) / sizes)[groups]
    return share, centred, fitted, total, float(share @ fitted**2) / total
