"""The bivariate normal distribution function and its density, for whole grids of points at once."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

Floats = NDArray[np.float64]

NODES, WEIGHTS = np.polynomial.legendre.leggauss(20)
FEW_NODES, FEW_WEIGHTS = np.polynomial.legendre.leggauss(10)
WEAK = 0.5
"""Below this size ten nodes give full double precision, as long as the points are within six standard deviations."""
STRONG = 0.925
"""From this size on the integral is taken from the end of perfect correlation, where its integrand is smooth."""
FAR = 40.0
"""Where a normal variable ends for double precision."""
UNDERFLOW = -100.0
"""An exponent below this adds nothing."""
TWO_PI = 2.0 * np.pi


def bivariate_normal_cdf(first: Floats, second: Floats, rho: Floats) -> Floats:
    """Return the probability that two standard normal variables lie below two points.

    Parameters
    ----------
    first, second : ndarray of float
        The points; they broadcast against each other and ``rho``. Infinite points are allowed.
    rho : ndarray of float
        Correlations between -1 and 1, both excluded.

    Returns
    -------
    ndarray of float
        ``P(X < first, Y < second)``; the absolute error is below 1e-14.

    Notes
    -----
    Below 0.925 the density is integrated over the correlation from 0 with Gauss–Legendre nodes on the arcsine scale;
    above, from the end of perfect correlation, with the part that is not smooth taken out in closed form.

    References
    ----------
    Drezner, Z., & Wesolowsky, G. O. (1990). On the computation of the bivariate normal integral. Journal of
    Statistical Computation and Simulation, 35(1-2), 101-107. doi:10.1080/00949659008811236

    Genz, A. (2004). Numerical computation of rectangular bivariate and trivariate normal and t probabilities.
    Statistics and Computing, 14(3), 251-260. doi:10.1023/B:STCO.0000035304.20635.31

    Examples
    --------
    >>> float(bivariate_normal_cdf(np.array(0.0), np.array(0.0), np.array(0.5)).round(12))
    0.333333333333
    """
    h, k, r = np.broadcast_arrays(*(np.clip(x, -FAR, FAR) for x in (first, second)), np.asarray(rho, dtype=np.float64))
    strong = np.abs(r) >= STRONG
    if not strong.any():
        return _from_zero(np.clip(first, -FAR, FAR), np.clip(second, -FAR, FAR), np.asarray(rho, dtype=np.float64))
    result = np.empty(h.shape)
    result[~strong] = _from_zero(h[~strong], k[~strong], r[~strong])
    result[strong] = _from_one(-h[strong], -k[strong], r[strong])
    return result


def bivariate_normal_density(first: Floats, second: Floats, rho: Floats) -> Floats:
    """Return the density of two standard normal variables; it is also the derivative of the cdf in ``rho``.

    Parameters
    ----------
    first, second, rho : ndarray of float
        As in `bivariate_normal_cdf`, but finite.

    Examples
    --------
    >>> float(bivariate_normal_density(np.array(0.0), np.array(0.0), np.array(0.0)).round(6))
    0.159155
    """
    rest = 1.0 - rho * rho
    form = (first * first + second * second - 2.0 * rho * (first * second)) / rest
    return np.asarray(np.exp(-0.5 * form) / (TWO_PI * np.sqrt(rest)))


def _from_zero(h: Floats, k: Floats, rho: Floats) -> Floats:
    """Return the cdf by integration from independence."""
    few = float(np.max(np.abs(rho), initial=0.0)) < WEAK and max(_largest(h), _largest(k)) < 6.0
    nodes, weights = (FEW_NODES, FEW_WEIGHTS) if few else (NODES, WEIGHTS)
    half = 0.5 * np.arcsin(rho)
    product = h * k
    squares = 0.5 * (h * h + k * k)
    total = np.zeros(np.broadcast_shapes(product.shape, half.shape))
    for node, weight in zip(nodes, weights, strict=True):
        sine = np.sin(half * (1.0 + node))
        term = product * sine
        term -= squares
        term /= 1.0 - sine * sine
        total += weight * np.exp(term)
    total *= half / TWO_PI
    total += ndtr(h) * ndtr(k)
    return np.asarray(total)


def _largest(points: Floats) -> float:
    return float(np.max(np.abs(points), initial=0.0))


def _from_one(h: Floats, k: Floats, rho: Floats) -> Floats:
    """Return ``P(X > h, Y > k)`` by integration from perfect correlation (one-dimensional arrays)."""
    negative = rho < 0
    k = np.where(negative, -k, k)
    product = h * k
    rest = 1.0 - rho * rho
    root = np.sqrt(rest)
    gap = (h - k) ** 2
    c, d = (4.0 - product) / 8.0, (12.0 - product) / 80.0
    exponent = -(gap / rest + product) / 2.0
    smooth = root * np.exp(np.where(exponent > UNDERFLOW, exponent, -np.inf))
    smooth *= 1.0 - c * (gap - rest) * (1.0 - d * gap) / 3.0 + c * d * rest * rest
    distance = np.sqrt(gap)
    kink = np.exp(np.where(product > UNDERFLOW, -product / 2.0, -np.inf)) * np.sqrt(TWO_PI) * ndtr(-distance / root)
    smooth -= kink * distance * (1.0 - c * gap * (1.0 - d * gap) / 3.0)
    total = np.zeros_like(smooth)
    for node, weight in zip(NODES, WEIGHTS, strict=True):
        square = (0.5 * root * (1.0 + node)) ** 2
        exponent = -(gap / square + product) / 2.0
        height = np.exp(np.where(exponent > UNDERFLOW, exponent, -np.inf))
        cosine = np.sqrt(1.0 - square)
        shape = np.exp(np.where(height > 0, -(product / 2.0) * square / (1.0 + cosine) ** 2, 0.0)) / cosine
        total += weight * height * (1.0 + c * square * (1.0 + 5.0 * d * square) - shape)
    integral = (0.5 * root * total - smooth) / TWO_PI
    towards = ndtr(-np.maximum(h, k)) + integral
    between = np.where(h < 0, ndtr(k) - ndtr(h), ndtr(-h) - ndtr(-k))
    against = np.where(h >= k, -integral, between - integral)
    return np.asarray(np.where(negative, against, towards))
