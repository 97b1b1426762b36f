"""Weighted means, totals and ratios with their influence contributions."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from osa_survey.weighting.statistics import Statistics

Floats = NDArray[np.float64]
Codes = NDArray[np.int64]


def weighted_means(values: Floats, weights: Floats) -> Statistics:
    """Return weighted means.

    Parameters
    ----------
    values : ndarray of float, shape (respondents,) or (respondents, p)
        Numbers, or 0 and 1 for a proportion; NaN stands outside, column by column.
    weights : ndarray of float, shape (respondents,)
        Weights; 0 stands outside.

    Returns
    -------
    Statistics
        ȳ = Σwy/Σw with contributions w(y − ȳ)/Σw; NaN where nobody has a value.

    Examples
    --------
    >>> weighted_means(np.array([1.0, 2.0, 4.0]), np.array([1.0, 1.0, 2.0])).estimate
    array([2.75])
    """
    X = values[:, None] if values.ndim == 1 else values
    sums = weights @ X
    total = weights.sum()
    if np.isfinite(sums).all() and total > 0:
        mean = sums / total

        def complete() -> Floats:
            U: Floats = X - mean
            U *= (weights / total)[:, None]
            return U

        return Statistics(mean, complete)
    known = ~np.isnan(X)
    own = np.where(known, weights[:, None], 0.0)
    filled = np.where(known, X, 0.0)
    totals = own.sum(axis=0)
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = (own * filled).sum(axis=0) / totals
    return Statistics(mean, lambda: np.where(own > 0, own * (filled - mean) / np.where(totals > 0, totals, 1.0), 0.0))


def weighted_totals(values: Floats, weights: Floats) -> Statistics:
    """Return weighted totals Σwy, with contributions wy; NaN values stand outside.

    Parameters
    ----------
    values : ndarray of float, shape (respondents,) or (respondents, p)
        Numbers.
    weights : ndarray of float, shape (respondents,)
        Weights that count people of the population.
    """
    X = values[:, None] if values.ndim == 1 else values
    X = np.where(np.isnan(X), 0.0, X)
    return Statistics(weights @ X, lambda: X * weights[:, None])


def weighted_ratios(numerators: Floats, denominators: Floats, weights: Floats) -> Statistics:
    """Return ratios of totals R = Σwy/Σwx, with contributions w(y − Rx)/Σwx.

    Parameters
    ----------
    numerators, denominators : ndarray of float, shape (respondents,) or (respondents, p)
        Numbers; a respondent with a gap in either stands outside.
    weights : ndarray of float, shape (respondents,)
        Weights.
    """
    Y = numerators[:, None] if numerators.ndim == 1 else numerators
    X = denominators[:, None] if denominators.ndim == 1 else denominators
    known = ~(np.isnan(Y) | np.isnan(X))
    own = np.where(known, weights[:, None], 0.0)
    Y, X = np.where(known, Y, 0.0), np.where(known, X, 0.0)
    below = (own * X).sum(axis=0)
    with np.errstate(invalid="ignore", divide="ignore"):
        ratio = (own * Y).sum(axis=0) / below
    return Statistics(ratio, lambda: own * (Y - ratio * X) / below)


def group_means(values: Floats, groups: Codes, number: int, weights: Floats) -> Statistics:
    """Return the weighted mean of each group (domain), with the covariances between groups kept.

    Parameters
    ----------
    values : ndarray of float, shape (respondents,)
        Numbers; NaN stands outside.
    groups : ndarray of int, shape (respondents,)
        Group from 0; −1 stands outside.
    number : int
        How many groups.
    weights : ndarray of float, shape (respondents,)
        Weights.

    Returns
    -------
    Statistics
        ``number`` means; NaN for a group without anyone.
    """
    inside = (groups >= 0) & ~np.isnan(values)
    own = np.where(inside, weights, 0.0)
    filled, place = np.where(inside, values, 0.0), np.where(inside, groups, 0)
    totals = np.bincount(place, own, minlength=number)
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = np.bincount(place, own * filled, minlength=number) / totals

    def contributions() -> Floats:
        share = np.where(own > 0, own / np.where(totals > 0, totals, 1.0)[place], 0.0)
        U = np.zeros((len(values), number))
        U[np.arange(len(values)), place] = share * np.where(own > 0, filled - mean[place], 0.0)
        return U

    return Statistics(mean, contributions)


def cell_proportions(cells: Codes, number: int, weights: Floats) -> Statistics:
    """Return the weighted proportion of each category.

    Parameters
    ----------
    cells : ndarray of int, shape (respondents,)
        Category from 0; −1 stands outside.
    number : int
        How many categories.
    weights : ndarray of float, shape (respondents,)
        Weights.
    """
    own = np.where(cells >= 0, weights, 0.0)
    place = np.maximum(cells, 0)
    total = own.sum()
    with np.errstate(invalid="ignore", divide="ignore"):
        shares = np.bincount(place, own, minlength=number) / total

    def contributions() -> Floats:
        U = -np.outer(own / total, shares)
        U[np.arange(len(cells)), place] += own / total
        return U

    return Statistics(shares, contributions)
