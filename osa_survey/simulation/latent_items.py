"""What a score of ordinal items looks like when one normal variable lies behind them: moments without any sampling."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from osa_survey.simulation.item_responses import OUTERMOST

Array = NDArray[np.float64]
NODES = 61
"""Points of the Gauss-Hermite rule; thresholds are soft as long as loadings are below 1."""
DEGREE = 40


@dataclass(frozen=True, repr=False)
class LatentItems:
    """Items that one latent variable explains, in the direction of the score.

    Attributes
    ----------
    loadings : ndarray of float, shape (items,)
        Standardised loadings λ of the latent responses.
    cuts : ndarray of float, shape (items, most options - 1)
        Thresholds of the latent responses, rising, padded with +inf.
    low : ndarray of float, shape (items,)
        The lowest keyed code.
    steps : ndarray of float, shape (items, most options - 1)
        What each threshold adds to the code, padded with 0.
    """

    loadings: Array
    cuts: Array
    low: Array
    steps: Array


@dataclass(frozen=True)
class ScoreMoments:
    """Mean, SD and coefficient alpha of a sum of items, and its correlation with the latent variable."""

    mean: float
    sd: float
    alpha: float
    with_latent: float


@cache
def _rule() -> tuple[Array, Array]:
    nodes, weights = np.polynomial.hermite_e.hermegauss(NODES)
    return nodes, weights / weights.sum()


def even_cuts(options: int, level: float, spread: float) -> Array:
    """Return evenly spread thresholds: from −1.5 to 1.5 times ``spread``, moved down by ``level``.

    Examples
    --------
    >>> even_cuts(4, 0.5, 2.0).tolist()
    [-3.5, -0.5, 2.5]
    """
    base = np.linspace(-OUTERMOST, OUTERMOST, options - 1) if options > 2 else np.zeros(1)
    return np.asarray(base * spread - level, dtype=np.float64)


def stacked(loadings: Array, cuts: list[Array], codes: list[Array]) -> LatentItems:
    """Return items with their own thresholds and keyed codes as padded arrays.

    Parameters
    ----------
    loadings : ndarray of float, shape (items,)
        Standardised loadings.
    cuts : list of ndarray
        The thresholds of each item.
    codes : list of ndarray
        The keyed codes of each item, rising; one more than thresholds.
    """
    widest = max(len(own) for own in cuts)
    padded = np.full((len(cuts), widest), np.inf)
    steps = np.zeros((len(cuts), widest))
    for item, (own, keyed) in enumerate(zip(cuts, codes, strict=True)):
        padded[item, : len(own)] = own
        steps[item, : len(own)] = np.diff(keyed)
    return LatentItems(np.asarray(loadings, float), padded, np.array([own[0] for own in codes]), steps)


def conditional_moments(items: LatentItems, latent: Array) -> tuple[Array, Array]:
    """Return mean and variance of every item given the latent variable.

    Parameters
    ----------
    items : LatentItems
        The items.
    latent : ndarray of float, shape (values,)
        Values of the latent variable.

    Returns
    -------
    mean, variance : ndarray of float, shape (items, values)
        With P(item above threshold k | f) = Φ((λ f − τ_k) / √(1 − λ²)).
    """
    from scipy.special import ndtr

    loading = items.loadings[:, np.newaxis, np.newaxis]
    above = ndtr((loading * latent - items.cuts[:, :, np.newaxis]) / np.sqrt(1 - loading**2))
    first = items.low[:, np.newaxis] + np.einsum("im,imv->iv", items.steps, above)
    upper = np.cumsum(items.steps, axis=1) + items.low[:, np.newaxis]
    squares = upper**2 - (upper - items.steps) ** 2
    second = items.low[:, np.newaxis] ** 2 + np.einsum("im,imv->iv", squares, above)
    return first, second - first**2


def score_moments(items: LatentItems, centre: float = 0.0, spread: float = 1.0) -> ScoreMoments:
    """Return the moments of the sum of the items where the latent variable is normal.

    Parameters
    ----------
    items : LatentItems
        The items.
    centre, spread : float
        Mean and SD of the latent variable.

    Notes
    -----
    Given the latent variable the items are independent, so that Var S = Var E(S | f) + E Σ Var(item | f), and
    α = k / (k − 1) · (1 − Σ Var(item) / Var S). Integrals are Gauss-Hermite sums.
    """
    nodes, weights = _rule()
    mean, variance = conditional_moments(items, centre + spread * nodes)
    of_score = mean.sum(axis=0)
    average = float(weights @ of_score)
    between = float(weights @ (of_score - average) ** 2)
    total = between + float(weights @ variance.sum(axis=0))
    own = float((variance @ weights + ((mean - (mean @ weights)[:, np.newaxis]) ** 2) @ weights).sum())
    k = len(items.loadings)
    alpha = k / (k - 1) * (1 - own / total) if k > 1 and total > 0 else float("nan")
    with_latent = float(weights @ (nodes * of_score)) / np.sqrt(total) if total > 0 else float("nan")
    return ScoreMoments(average, float(np.sqrt(total)), float(alpha), float(with_latent))


def hermite_coefficients(items: LatentItems) -> Array:
    """Return the coefficients of E(S | f) on normalised Hermite polynomials of degree 1 and up, over the SD of S.

    Two scores whose latent variables correlate at r correlate at Σ_k a_k b_k r^k.
    """
    nodes, weights = _rule()
    mean, _ = conditional_moments(items, nodes)
    return np.asarray(_polynomials(nodes)[1:] @ (weights * mean.sum(axis=0)) / score_moments(items).sd)


def smooth_coefficients(function: Callable[[Array], Array]) -> Array:
    """Return the coefficients of a function of a standard normal variable, standardised."""
    nodes, weights = _rule()
    values = function(nodes)
    centred = values - weights @ values
    return np.asarray(_polynomials(nodes)[1:] @ (weights * values) / np.sqrt(weights @ centred**2))


def step_coefficients(cuts: Array, codes: Array) -> Array:
    """Return the coefficients of categories of a standard normal variable, standardised.

    Notes
    -----
    E[1(z > τ) h_k(z)] = φ(τ) h_{k−1}(τ) / √k for the normalised polynomials h.
    """
    from scipy.special import ndtr

    inner = np.isfinite(cuts)
    cuts, steps = cuts[inner], np.diff(codes)[inner]
    density = np.exp(-(cuts**2) / 2) / np.sqrt(2 * np.pi)
    raw = (_polynomials(cuts)[:-1] * density) @ steps / np.sqrt(np.arange(1, DEGREE + 1))
    shares = np.diff(np.concatenate([[0.0], ndtr(cuts), [1.0]]))
    values = np.concatenate([[0.0], np.cumsum(steps)])
    return np.asarray(raw / np.sqrt(shares @ values**2 - (shares @ values) ** 2))


def _polynomials(x: Array) -> Array:
    """Return the normalised Hermite polynomials of degree 0 and up, shape (DEGREE + 1, values)."""
    found = np.empty((DEGREE + 1, len(x)))
    found[0], found[1] = 1.0, x
    for k in range(1, DEGREE):
        found[k + 1] = (x * found[k] - np.sqrt(k) * found[k - 1]) / np.sqrt(k + 1)
    return found
