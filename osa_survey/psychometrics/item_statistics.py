"""Means, spread, item-rest correlations and alpha of a keyed item matrix, from one covariance matrix."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Missing = Literal["listwise", "pairwise"]
Floats = NDArray[np.float64]

BLOCK = 4096
"""Respondents taken together."""
CONSTANT = 1e-12
"""A variance below this share of the squared mean is rounding error of a constant item."""


@dataclass(frozen=True)
class ItemMoments:
    """Means and covariances of items.

    Attributes
    ----------
    n_respondents : int
        Complete cases (listwise), or respondents with at least one answer (pairwise).
    n : ndarray of int, shape (items,)
        Answers behind each mean.
    smallest_pair : int
        The smallest number of respondents behind a covariance.
    mean : ndarray of float, shape (items,)
        Item means; NaN without an answer.
    covariance : ndarray of float, shape (items, items)
        Divisor n - 1; NaN where fewer than two respondents stand behind it.
    """

    n_respondents: int
    n: NDArray[np.int64]
    smallest_pair: int
    mean: Floats
    covariance: Floats


@dataclass(frozen=True)
class ItemStatistics:
    """The classical statistics of a scale and its items.

    Attributes
    ----------
    moments : ItemMoments
        Means and covariances they come from.
    sd : ndarray of float, shape (items,)
        Standard deviations (n - 1).
    item_rest : ndarray of float, shape (items,)
        Correlation of each item with the sum of the others; NaN for a constant item.
    alpha : float
        Cronbach's alpha; NaN if the sum does not vary.
    alpha_standardised : float
        Alpha of the correlation matrix; NaN with a constant item.
    mean_inter_item_r : float
        Mean correlation between items; NaN with a constant item.
    alpha_if_dropped : ndarray of float, shape (items,)
        Alpha of the other items; NaN with fewer than three items.
    constant : ndarray of bool, shape (items,)
        Items to which everybody gave the same answer.
    """

    moments: ItemMoments
    sd: Floats
    item_rest: Floats
    alpha: float
    alpha_standardised: float
    mean_inter_item_r: float
    alpha_if_dropped: Floats
    constant: NDArray[np.bool_]


def complete_cases(values: NDArray[np.floating]) -> NDArray[np.bool_]:
    """Return which respondents answered every item.

    Parameters
    ----------
    values : ndarray of float, shape (respondents, items)
        Answers, NaN for gaps.

    Examples
    --------
    >>> complete_cases(np.array([[1.0, 2.0], [np.nan, 2.0]])).tolist()
    [True, False]
    """
    with np.errstate(invalid="ignore"):
        return np.asarray(~np.isnan(values @ np.ones(values.shape[1], dtype=values.dtype)))


def item_moments(values: NDArray[np.floating], missing: Missing = "listwise") -> ItemMoments:
    """Return means and covariances of items by matrix products.

    Parameters
    ----------
    values : ndarray of float, shape (respondents, items)
        Keyed answers, NaN for gaps.
    missing : {"listwise", "pairwise"}
        Only complete cases, or for each pair of items everybody who answered both. Each pairwise covariance takes
        the means over its own pair, and each variance everybody who answered the item, as R's
        ``cov(use = "pairwise")``.

    Returns
    -------
    ItemMoments
        Means and covariances.

    Examples
    --------
    >>> item_moments(np.array([[1.0, 2.0], [2.0, 4.0], [3.0, np.nan]]), "pairwise").covariance.tolist()
    [[1.0, 1.0], [1.0, 2.0]]
    """
    values = np.asarray(values, dtype=np.float64)
    k = values.shape[1]
    complete = complete_cases(values)
    full = values if complete.all() else np.compress(complete, values.T, axis=1).T
    n_full = len(full)
    shift = np.ones(n_full) @ full / n_full if n_full else _mean_of_answers(values)
    products = _centred_products(full, shift)
    if missing == "listwise":
        covariance = products / (n_full - 1) if n_full > 1 else np.full((k, k), np.nan)
        return ItemMoments(n_full, np.full(k, n_full), n_full, shift if n_full else np.full(k, np.nan), covariance)
    partial = values[~complete]
    answered = ~np.isnan(partial)
    filled = np.where(answered, partial - np.nan_to_num(shift), 0.0)
    mask = answered.astype(np.float64)
    pairs = n_full + mask.T @ mask
    sums = filled.T @ mask
    products = products + filled.T @ filled
    with np.errstate(invalid="ignore", divide="ignore"):
        covariance = (products - sums * sums.T / pairs) / (pairs - 1.0)
        mean = shift + np.diag(sums) / np.diag(pairs)
    covariance[pairs < 2] = np.nan
    n = np.diag(pairs).round().astype(np.int64)
    mean[n == 0] = np.nan
    return ItemMoments(n_full + int(answered.any(axis=1).sum()), n, round(float(pairs.min())), mean, covariance)


def _centred_products(values: NDArray[np.floating], shift: NDArray[np.floating]) -> Floats:
    """Return sums of squares and products about ``shift``, in blocks of respondents that fit in fast memory."""
    products = np.zeros((values.shape[1], values.shape[1]))
    for start in range(0, len(values), BLOCK):
        centred = values[start : start + BLOCK] - shift
        products += centred.T @ centred
    return products


def _mean_of_answers(values: NDArray[np.floating]) -> Floats:
    """Return the mean of each item's answers, 0 without any."""
    answered = ~np.isnan(values)
    return np.asarray(np.where(answered, values, 0.0).sum(axis=0) / np.maximum(answered.sum(axis=0), 1))


def correlations(covariance: Floats) -> Floats:
    """Return the correlation matrix of a covariance matrix; NaN in the row and column of a zero variance."""
    variance = np.diag(covariance)
    scale = np.sqrt(np.where(variance > 0, variance, np.nan))
    return np.asarray(covariance / np.outer(scale, scale))


def cronbach_alpha(covariance: Floats) -> float:
    """Return Cronbach's alpha of a covariance matrix.

    Parameters
    ----------
    covariance : ndarray of float, shape (items, items)
        Covariances; of a correlation matrix the result is standardised alpha.

    Returns
    -------
    float
        ``k / (k - 1) * (1 - trace / sum)``; NaN with fewer than two items, or if the sum of the items does not vary.

    References
    ----------
    Cronbach, L. J. (1951). Coefficient alpha and the internal structure of tests. Psychometrika, 16(3), 297-334.
    doi:10.1007/BF02310555

    Examples
    --------
    >>> round(cronbach_alpha(np.array([[1.0, 0.5], [0.5, 1.0]])), 4)
    0.6667
    """
    k = len(covariance)
    total = float(covariance.sum())
    trace = float(np.trace(covariance))
    if k < 2 or not total > CONSTANT * trace:
        return float("nan")
    return k / (k - 1) * (1.0 - trace / total)


def item_statistics(values: NDArray[np.floating], missing: Missing = "listwise") -> ItemStatistics:
    """Return alpha, item-rest correlations and alpha if an item is dropped.

    Parameters
    ----------
    values : ndarray of float, shape (respondents, items)
        Keyed answers, NaN for gaps.
    missing : {"listwise", "pairwise"}
        Which respondents stand behind a covariance.

    Returns
    -------
    ItemStatistics
        All statistics.

    Notes
    -----
    Everything is computed from the covariance matrix ``C``, with missing answers too, as psych's ``alpha`` does: the
    item-rest correlation is ``(sum_j C_ij - C_ii) / sqrt(C_ii * (sum C - 2 sum_j C_ij + C_ii))``.
    """
    moments = item_moments(values, missing)
    return statistics_of(moments)


def statistics_of(moments: ItemMoments) -> ItemStatistics:
    """Return the statistics that follow from means and covariances."""
    covariance = moments.covariance
    k = len(covariance)
    variance = np.diag(covariance)
    constant = variance <= CONSTANT * np.maximum(moments.mean**2, 1.0)
    sums = covariance.sum(axis=1)
    total = float(covariance.sum())
    rest_variance = total - 2.0 * sums + variance
    with np.errstate(invalid="ignore", divide="ignore"):
        item_rest = (sums - variance) / np.sqrt(variance * rest_variance)
        usable = rest_variance > CONSTANT * float(variance.sum())
        item_rest = np.where(constant | ~usable, np.nan, item_rest)
        dropped = (
            (k - 1) / (k - 2) * (1.0 - (float(variance.sum()) - variance) / rest_variance) if k > 2 else rest_variance
        )
    alpha_if_dropped = np.where(usable, dropped, np.nan) if k > 2 else np.full(k, np.nan)
    if constant.any() or k < 2:
        standardised = mean_r = float("nan")
    else:
        r = correlations(covariance)
        standardised = cronbach_alpha(r)
        mean_r = float((r.sum() - k) / (k * (k - 1)))
    return ItemStatistics(
        moments=moments,
        sd=np.sqrt(np.maximum(variance, 0.0)),
        item_rest=item_rest,
        alpha=cronbach_alpha(covariance),
        alpha_standardised=standardised,
        mean_inter_item_r=mean_r,
        alpha_if_dropped=alpha_if_dropped,
        constant=constant,
    )
