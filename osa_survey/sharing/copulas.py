"""A Gaussian copula over ranks: the marginals and the rank correlations of a table, and draws with both."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import stats
from scipy.special import ndtr, ndtri

Floats = NDArray[np.float64]
FEWEST_PAIRS = 10
STRONGEST = 0.98
SMALLEST_EIGENVALUE = 1e-6
MOST_DECIMALS = 6


@dataclass(frozen=True, repr=False)
class Marginal:
    """The distribution of one column.

    Attributes
    ----------
    values : ndarray of float
        Of categories: the codes in the order of the copula. Of numbers: sorted, the extremes averaged.
    cumulative : ndarray of float
        Of categories: the cumulative shares. Empty for numbers.
    decimals : int
        Of numbers: the decimals they are rounded to.
    """

    values: Floats
    cumulative: Floats
    decimals: int = 0

    def draw(self, chances: Floats) -> Floats:
        """Return the values at these quantiles."""
        if self.cumulative.size:
            position = np.searchsorted(self.cumulative[:-1], chances, side="right")
            return np.asarray(self.values[position])
        at = chances * (len(self.values) - 1)
        return np.asarray(np.round(np.interp(at, np.arange(len(self.values)), self.values), self.decimals))


def category_marginal(codes: Floats, order: Floats, threshold: int) -> Marginal:
    """Return the marginal of a category; categories of fewer than ``threshold`` people count as that many.

    Parameters
    ----------
    codes : ndarray of float
        Codes of those who answered.
    order : ndarray of float
        The categories in the order of the copula.
    threshold : int
        Counts below it are not told apart.

    Examples
    --------
    >>> category_marginal(np.array([0.0] * 15 + [1.0] * 2), np.array([0.0, 1.0]), 5).cumulative.tolist()
    [0.75, 1.0]
    """
    counts = np.array([np.sum(codes == value) for value in order], dtype=float)
    present = counts > 0
    kept = np.maximum(counts[present], threshold)
    return Marginal(order[present], np.cumsum(kept) / kept.sum())


def number_marginal(values: Floats, threshold: int) -> Marginal:
    """Return the marginal of a number: its quantiles, with the ``threshold`` lowest and highest values averaged.

    Examples
    --------
    >>> number_marginal(np.array([1.0, 2.0, 3.0, 4.0, 99.0, 101.0]), 2).values.tolist()
    [1.5, 1.5, 3.0, 4.0, 100.0, 100.0]
    """
    ordered = np.sort(values)
    size = min(threshold, max(len(ordered) // 2, 1))
    ordered[:size] = ordered[:size].mean()
    ordered[-size:] = ordered[-size:].mean()
    decimals = next((d for d in range(MOST_DECIMALS) if np.allclose(values, np.round(values, d))), MOST_DECIMALS)
    return Marginal(ordered, np.empty(0), decimals)


def normal_scores(values: Floats) -> tuple[Floats, float]:
    """Return the normal scores of mean ranks, and their correlation with the latent variable behind them.

    Parameters
    ----------
    values : ndarray of float, shape (records,)
        One column; NaN for gaps.

    Returns
    -------
    scores : ndarray of float, shape (records,)
        NaN for gaps.
    attenuation : float
        With thresholds a_k of a standard normal latent variable and the score s_k of its k-th category, the
        correlation is sum_k s_k (phi(a_(k-1)) - phi(a_k)) / sd(s); near 1 where there are no ties.

    Examples
    --------
    >>> round(normal_scores(np.array([0.0, 1.0] * 50))[1], 4)  # sqrt(2 / pi)
    0.7979
    """
    given = ~np.isnan(values)
    scores = np.full(len(values), np.nan)
    if given.sum() < 2 or np.ptp(values[given]) == 0:
        return scores, 1.0
    number = int(given.sum())
    scores[given] = ndtri((stats.rankdata(values[given]) - 0.5) / number)
    levels, counts = np.unique(values[given], return_counts=True)
    own = np.array([scores[values == level][0] for level in levels])
    shares = counts / number
    edges = np.concatenate([[-np.inf], ndtri(np.cumsum(shares)[:-1]), [np.inf]])
    density = stats.norm.pdf(edges)
    mean = float(shares @ own)
    spread = float(np.sqrt(shares @ (own - mean) ** 2))
    return scores, float(own @ (density[:-1] - density[1:])) / spread


def latent_correlations(columns: Floats) -> Floats:
    """Return the correlations of the latent normal variables, as near as a correlation matrix comes.

    Parameters
    ----------
    columns : ndarray of float, shape (records, columns)
        Ordered values; NaN for gaps. Each pair uses the records that have both.

    Returns
    -------
    ndarray of float, shape (columns, columns)
        Correlations of normal scores over their attenuations, at most 0.98 in size, negative eigenvalues raised.
        A column that does not vary, or pairs of fewer than ten records, have 0.
    """
    made = [normal_scores(column) for column in columns.T]
    scores = np.column_stack([one for one, _ in made])
    attenuations = np.array([one for _, one in made])
    mask = (~np.isnan(scores)).astype(float)
    filled = np.nan_to_num(scores)
    pairs = mask.T @ mask
    safe = np.maximum(pairs, 1.0)
    mean = (filled.T @ mask) / safe
    spread = np.maximum((filled**2).T @ mask / safe - mean**2, 0.0)
    both = np.sqrt(spread * spread.T)
    enough = (pairs >= FEWEST_PAIRS) & (both > 1e-12)
    r = np.where(enough, ((filled.T @ filled) / safe - mean * mean.T) / np.where(enough, both, 1.0), 0.0)
    r = np.clip(r / np.outer(attenuations, attenuations), -STRONGEST, STRONGEST)
    np.fill_diagonal(r, 1.0)
    eigenvalues, vectors = np.linalg.eigh((r + r.T) / 2)
    near = (vectors * np.maximum(eigenvalues, SMALLEST_EIGENVALUE)) @ vectors.T
    scale = np.sqrt(np.diag(near))
    return np.asarray(near / np.outer(scale, scale))


def draw_chances(correlations: Floats, number: int, generator: np.random.Generator) -> Floats:
    """Return draws from the copula, shape (number, columns), each column uniform between 0 and 1."""
    factor = np.linalg.cholesky(correlations)
    return np.asarray(ndtr(generator.standard_normal((number, len(correlations))) @ factor.T))


def order_categories(codes: Floats, others: Floats) -> Floats:
    """Return the categories of a nominal column ordered by the mean of their members on the other columns.

    Parameters
    ----------
    codes : ndarray of float, shape (records,)
        The nominal column.
    others : ndarray of float, shape (records, columns)
        The columns that have an order.

    Notes
    -----
    The order is that of the category means on the direction in which these means differ most, so that the copula can
    carry as much of the differences between the categories as one order can.
    """
    levels = np.unique(codes[~np.isnan(codes)])
    if len(levels) < 3 or others.shape[1] == 0:
        return levels
    scores = np.nan_to_num(np.column_stack([normal_scores(column)[0] for column in others.T]))
    counts = np.array([np.sum(codes == level) for level in levels], dtype=float)
    means = np.array([scores[codes == level].mean(axis=0) for level in levels])
    centred = (means - counts @ means / counts.sum()) * np.sqrt(counts)[:, None]
    direction = np.linalg.svd(centred, full_matrices=False)[2][0]
    position = means @ direction
    return levels[np.argsort(position * (1 if position[0] <= position[-1] else -1), kind="stable")]
