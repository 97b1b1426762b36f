"""The graded response model at given traits: probabilities of answers, their slopes, and information."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

Floats = NDArray[np.float64]
SMALLEST = 1e-300


def shares_above(slope: float, intercepts: Floats, theta: Floats) -> Floats:
    """Return P(answer >= c) for c = 0 … K, shape (K + 1, traits): ones first, zeros last."""
    inner = expit(intercepts[:, None] + slope * theta[None, :])
    edge = np.ones((1, len(theta)))
    return np.vstack([edge, inner, np.zeros_like(edge)])


def probabilities(slope: float, intercepts: Floats, theta: Floats) -> Floats:
    """Return the probability of each answer at each trait, shape (K, traits).

    Parameters
    ----------
    slope : float
        The discrimination a.
    intercepts : ndarray of float, shape (K - 1,)
        d, decreasing: P(answer >= c) = 1 / (1 + exp(-(a theta + d_c))).
    theta : ndarray of float, shape (traits,)
        Traits.

    References
    ----------
    Samejima, F. (1969). Estimation of latent ability using a response pattern of graded scores. Psychometrika, 34(S1),
    1-97. doi:10.1007/BF03372160

    Examples
    --------
    >>> probabilities(1.0, np.array([1.0, -1.0]), np.array([0.0])).ravel().round(4).tolist()
    [0.2689, 0.4621, 0.2689]
    """
    above = shares_above(slope, intercepts, theta)
    return np.maximum(above[:-1] - above[1:], SMALLEST)


def slopes(slope: float, intercepts: Floats, theta: Floats) -> tuple[Floats, Floats]:
    """Return the probabilities of the answers and their derivatives by the trait, each of shape (K, traits)."""
    above = shares_above(slope, intercepts, theta)
    steep = slope * above * (1.0 - above)
    return np.maximum(above[:-1] - above[1:], SMALLEST), steep[:-1] - steep[1:]


def information(slope: float, intercepts: Floats, theta: Floats) -> Floats:
    """Return the information an item gives at each trait, ``sum P'^2 / P``, shape (traits,).

    Examples
    --------
    A yes/no item of slope 2 gives a quarter of 4 where both answers are equally likely.

    >>> information(2.0, np.array([0.0]), np.array([0.0])).tolist()
    [1.0]
    """
    p, steep = slopes(slope, intercepts, theta)
    return np.asarray((steep**2 / p).sum(axis=0))


def log_derivatives(slope: float, intercepts: Floats, theta: Floats) -> tuple[Floats, Floats]:
    """Return log P of each answer, and its derivatives by slope and intercepts.

    Returns
    -------
    log_p : ndarray of float, shape (K, traits)
        Logarithms.
    by : ndarray of float, shape (K parameters, K, traits)
        First the slope, then the intercepts.
    """
    above = shares_above(slope, intercepts, theta)
    p = np.maximum(above[:-1] - above[1:], SMALLEST)
    density = above * (1.0 - above)
    K = len(p)
    by = np.zeros((K, K, len(theta)))
    by[0] = theta * (density[:-1] - density[1:]) / p
    for c in range(1, K):
        by[c, c] = density[c] / p[c]
        by[c, c - 1] = -density[c] / p[c - 1]
    return np.log(p), by
