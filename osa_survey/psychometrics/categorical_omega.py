"""Omega of the sum of answers in ordered categories, from a one-factor model of their polychoric correlations."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr, ndtri

from osa_survey.psychometrics.ordinal.bivariate_normals import FAR, bivariate_normal_cdf
from osa_survey.psychometrics.ordinal.influences import pair_influences
from osa_survey.psychometrics.ordinal.polychorics import BOUND, polychoric_pairs

Floats = NDArray[np.float64]

STEPS = 100
GRADIENT = 1e-9
"""Largest element of the gradient, over the largest weight, at which a fit counts as converged."""
HALVINGS = 12
FIRST = 2
"""Gauss–Newton steps before the exact second derivatives are trusted."""


@dataclass(frozen=True, repr=False)
class CategoricalMoments:
    """Thresholds and polychoric correlations of samples, with their weights.

    Attributes
    ----------
    counts : ndarray of float, shape (samples, items, categories)
        How often each category occurs.
    taus : ndarray of float, shape (samples, items, categories - 1)
        Thresholds; equal ones part a category that does not occur.
    correlations, weights : ndarray of float, shape (samples, items, items)
        Polychoric correlations and their inverse variances (largest one, diagonal zero).
    known : ndarray of bool, shape (samples,)
        Where every correlation is known, and none is perfect.
    """

    counts: Floats
    taus: Floats
    correlations: Floats
    weights: Floats
    known: NDArray[np.bool_]


@dataclass(frozen=True, repr=False)
class CategoricalFactor:
    """One-factor models of polychoric correlations, one for each sample.

    Attributes
    ----------
    loadings : ndarray of float, shape (samples, items)
        Standardised loadings; their sum is not negative.
    omega : ndarray of float, shape (samples,)
        Categorical omega; NaN where the fit did not converge, a loading exceeds one, or a correlation is unknown.
    heywood, converged : ndarray of bool, shape (samples,)
        Whether a loading exceeds one, and whether the search ended.
    """

    loadings: Floats
    omega: Floats
    heywood: NDArray[np.bool_]
    converged: NDArray[np.bool_]


def categorical_moments(tables: Floats) -> CategoricalMoments:
    """Return thresholds, polychoric correlations and weights of samples of cross tables.

    Parameters
    ----------
    tables : ndarray of float, shape (samples, items, items, categories, categories)
        Cross tables of all pairs of items among the same respondents; the diagonal holds the counts of each item.
    """
    samples, k, _, width, _ = tables.shape
    first, second = np.triu_indices(k, 1)
    counts = np.einsum("siiaa->sia", tables)
    taus = _thresholds(counts)
    flat_taus, flat_counts = taus.reshape(samples * k, -1), counts.reshape(samples * k, width)
    shift = (np.arange(samples) * k)[:, None]
    one, two = (shift + first).ravel(), (shift + second).ravel()
    occurs = flat_counts > 0
    sizes = np.where(occurs.sum(axis=1) > 1, width - occurs[:, ::-1].argmax(axis=1), 1)
    pairs = polychoric_pairs(tables[:, first, second].reshape(-1, width, width), flat_taus, sizes, one, two)
    variance = pair_influences(pairs, flat_taus, flat_counts).variance
    rho = pairs.rho.reshape(samples, -1)
    with np.errstate(divide="ignore"):
        weights = 1.0 / variance.reshape(samples, -1)
    usable = np.isfinite(rho) & (np.abs(rho) < BOUND) & np.isfinite(weights) & (weights > 0)
    known = np.asarray(usable.all(axis=1), dtype=np.bool_)
    r, w = np.zeros((samples, k, k)), np.zeros((samples, k, k))
    r[:, first, second] = r[:, second, first] = np.where(known[:, None], rho, 0.5)
    w[:, first, second] = w[:, second, first] = np.where(known[:, None], weights, 1.0)
    return CategoricalMoments(counts, taus, r, w / w.max(axis=(1, 2), keepdims=True), known)


def categorical_factors(moments: CategoricalMoments, steps: Floats) -> CategoricalFactor:
    """Return the one-factor model and the categorical omega of each sample.

    Parameters
    ----------
    moments : CategoricalMoments
        Of one or more samples.
    steps : ndarray of float, shape (items, categories - 1), or one such array for each sample
        What each category adds to the score over the one before; zero where an item has no such category.

    Returns
    -------
    CategoricalFactor
        Models and omegas.

    Notes
    -----
    Loadings minimise ``sum w_ij (r_ij - l_i l_j)^2`` with the inverse variances of the polychoric correlations as
    weights (diagonally weighted least squares, lavaan's WLSMV point estimate). Omega is the share of the variance of
    the observed sum that the factor explains (Green & Yang 2009): with ``c_ij(rho)`` the covariance of the observed
    answers that belongs to the correlation ``rho`` of the tendencies it is
    ``sum_ij c_ij(l_i l_j) / (sum_(i != j) c_ij(l_i l_j) + sum_i var_i)``, on the left ``c_ii`` at ``l_i^2``.

    References
    ----------
    Green, S. B., & Yang, Y. (2009). Reliability of summed item scores using structural equation modeling: An
    alternative to coefficient alpha. Psychometrika, 74(1), 155-167. doi:10.1007/s11336-008-9099-3
    """
    loadings, converged = weighted_factor(moments.correlations, moments.weights)
    heywood = (np.abs(loadings) >= 1).any(axis=1)
    usable = moments.known & converged & ~heywood
    omega = np.full(len(loadings), np.nan)
    if usable.any():
        omega[usable] = green_yang(
            loadings[usable], moments.taus[usable], moments.counts[usable], steps if steps.ndim == 2 else steps[usable]
        )
    return CategoricalFactor(loadings, omega, heywood & moments.known, converged & moments.known)


def omegas_if_dropped(moments: CategoricalMoments, steps: Floats) -> Floats:
    """Return the categorical omega of the other items, for each item of one sample.

    Parameters
    ----------
    moments : CategoricalMoments
        Of one sample of at least four items.
    steps : ndarray of float, shape (items, categories - 1)
        As in `categorical_factors`.

    Returns
    -------
    ndarray of float, shape (items,)
        NaN where the model of the others gives none.
    """
    k = len(steps)
    rest = np.array([[other for other in range(k) if other != item] for item in range(k)])
    rows, columns = rest[:, :, None], rest[:, None, :]
    others = CategoricalMoments(
        counts=moments.counts[0][rest],
        taus=moments.taus[0][rest],
        correlations=moments.correlations[0][rows, columns],
        weights=moments.weights[0][rows, columns],
        known=np.repeat(moments.known, k),
    )
    return categorical_factors(others, steps[rest]).omega


def _thresholds(counts: Floats) -> Floats:
    """Return thresholds with infinite ones at the end of double precision; empty categories give equal ones."""
    below = np.cumsum(counts, axis=-1)
    total = np.maximum(below[..., -1:], 1.0)
    return np.asarray(np.clip(ndtri(below[..., :-1] / total), -FAR, FAR))


def weighted_factor(r: Floats, weights: Floats) -> tuple[Floats, NDArray[np.bool_]]:
    """Return the loadings of one factor by weighted least squares, sample by sample.

    Parameters
    ----------
    r : ndarray of float, shape (samples, items, items)
        Correlations; the diagonal is not looked at.
    weights : ndarray of float, shape (samples, items, items)
        Symmetric weights with a diagonal of zeros, the largest about one.

    Returns
    -------
    loadings : ndarray of float, shape (samples, items)
        On a factor of variance one; their sum is not negative.
    converged : ndarray of bool, shape (samples,)
        Whether the gradient vanished.
    """
    samples, k, _ = r.shape
    off = r * (1.0 - np.eye(k))
    loadings = _centroid(off)
    converged = np.zeros(samples, dtype=bool)
    open_samples = np.arange(samples)
    for step_number in range(STEPS):
        here, w, target = loadings[open_samples], weights[open_samples], off[open_samples]
        fitted = here[:, :, None] * here[:, None, :]
        gradient = -2.0 * np.einsum("sij,sij,sj->si", w, target - fitted, here)
        done = np.abs(gradient).max(axis=1) < GRADIENT
        converged[open_samples[done]] = True
        keep = ~done
        open_samples = open_samples[keep]
        if not len(open_samples):
            break
        here, w, target, fitted, gradient = here[keep], w[keep], target[keep], fitted[keep], gradient[keep]
        diagonal = np.einsum("sij,sj->si", w, here**2)
        safe = 2.0 * w * fitted
        safe[:, np.arange(k), np.arange(k)] += 2.0 * diagonal + 1e-12
        step = -np.linalg.solve(safe, gradient[:, :, None])[:, :, 0]
        if step_number >= FIRST:
            exact = safe - 2.0 * w * (target - fitted)
            newton = -np.linalg.solve(exact + 1e-14 * np.eye(k), gradient[:, :, None])[:, :, 0]
            better = ((gradient * newton).sum(axis=1) < 0) & np.isfinite(newton).all(axis=1)
            step = np.where(better[:, None], newton, step)
        loadings[open_samples] = _descend(here, step, w, target)
    return np.where(loadings.sum(axis=1, keepdims=True) < 0, -loadings, loadings), converged


def _centroid(off: Floats) -> Floats:
    """Return starting loadings: row sums of the correlations over the root of their total."""
    sums = off.sum(axis=2)
    signs = np.where(sums < 0, -1.0, 1.0)
    aligned = off * signs[:, :, None] * signs[:, None, :]
    rows = np.maximum(aligned.sum(axis=2), 0.05)
    k = off.shape[1]
    start = rows * np.sqrt(k / ((k - 1) * rows.sum(axis=1, keepdims=True)))
    return np.asarray(signs * np.clip(start, 0.05, 0.95))


def _descend(here: Floats, step: Floats, weights: Floats, target: Floats) -> Floats:
    """Return the next loadings, the step halved where it would lead up."""

    def discrepancy(loadings: Floats) -> Floats:
        return np.asarray((weights * (target - loadings[:, :, None] * loadings[:, None, :]) ** 2).sum(axis=(1, 2)))

    value = discrepancy(here)
    length = np.ones(len(here))
    for _ in range(HALVINGS):
        up = discrepancy(here + length[:, None] * step) > value * (1.0 + 1e-12) + 1e-300
        if not up.any():
            break
        length[up] /= 2.0
    return np.asarray(here + length[:, None] * step)


def green_yang(loadings: Floats, taus: Floats, counts: Floats, steps: Floats) -> Floats:
    """Return categorical omega from standardised loadings and thresholds.

    Parameters
    ----------
    loadings : ndarray of float, shape (samples, items)
        Below one in size.
    taus : ndarray of float, shape (samples, items, categories - 1)
        Thresholds.
    counts : ndarray of float, shape (samples, items, categories)
        How often each category occurs.
    steps : ndarray of float, shape (items, categories - 1) or (samples, items, categories - 1)
        What each category adds to the score over the one before.
    """
    k = loadings.shape[1]
    steps = np.broadcast_to(steps, taus.shape)
    first, second = np.triu_indices(k)
    rho = loadings[:, first] * loadings[:, second]
    upper, other = taus[:, first], taus[:, second]
    joint = bivariate_normal_cdf(upper[:, :, :, None], other[:, :, None, :], rho[:, :, None, None])
    joint = joint - ndtr(upper)[:, :, :, None] * ndtr(other)[:, :, None, :]
    covariance = np.einsum("spab,spa,spb->sp", joint, steps[:, first], steps[:, second])
    same = first == second
    between = 2.0 * covariance[:, ~same].sum(axis=1)
    scores = np.concatenate([np.zeros((*steps.shape[:2], 1)), np.cumsum(steps, axis=2)], axis=2)
    shares = counts / counts.sum(axis=2, keepdims=True)
    mean = (shares * scores).sum(axis=2)
    variance = (shares * scores**2).sum(axis=2) - mean**2
    return np.asarray((between + covariance[:, same].sum(axis=1)) / (between + variance.sum(axis=1)))
