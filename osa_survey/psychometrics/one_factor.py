"""The one-factor model by maximum likelihood: loadings, residual variances, fit, information."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import chdtrc

Floats = NDArray[np.float64]

MAXIMUM_STEPS = 200
GRADIENT = 1e-9
"""Largest gradient element, on the correlation metric, at which the fit counts as converged."""
LARGEST_LOADING = 20.0
"""A standardised loading beyond this is a residual variance running away, not an estimate."""
SUFFICIENT_DECREASE = 1e-4
ROUNDING = 1e-13
SMALLEST_STEP = 1e-8
SMALLEST_CURVATURE = 1e-6


@dataclass(frozen=True)
class OneFactor:
    """A fitted one-factor model.

    Attributes
    ----------
    loadings : ndarray of float, shape (items,)
        Unstandardised loadings on a factor of variance one; their sum is not negative.
    residual_variances : ndarray of float, shape (items,)
        Unbounded: negative in a Heywood case.
    chi_squared, df, p_value : float
        The likelihood-ratio test against the saturated model; p is NaN without degrees of freedom.
    parameter_covariance : ndarray of float, shape (2 * items, 2 * items)
        Of loadings, then residual variances, from the expected information; NaN where it is singular.
    n : int
        Respondents.
    converged : bool
        Whether the gradient vanished at a proper covariance matrix.
    heywood : bool
        Whether a residual variance is negative.
    """

    loadings: Floats
    residual_variances: Floats
    chi_squared: float
    df: int
    p_value: float
    parameter_covariance: Floats
    n: int
    converged: bool
    heywood: bool

    @property
    def standardised_loadings(self) -> Floats:
        """Loadings as correlations of items and factor."""
        return np.asarray(self.loadings / np.sqrt(self.loadings**2 + self.residual_variances))


def one_factor(covariance: Floats, n: int) -> OneFactor:
    """Fit one factor to a covariance matrix by maximum likelihood.

    Parameters
    ----------
    covariance : ndarray of float, shape (items, items)
        Covariances with divisor n - 1 of at least three items, positive definite.
    n : int
        Respondents behind it.

    Returns
    -------
    OneFactor
        Estimates and fit. Where ``converged`` is false they are the place at which the search stopped.

    Raises
    ------
    ValueError
        With fewer than three items, or a covariance matrix that is not positive definite.

    Notes
    -----
    With ``S`` of divisor n the function ``F = log|Sigma| + tr(S Sigma^-1) - log|S| - k`` with
    ``Sigma = l l' + diag(theta)`` is minimised by Newton steps with its exact second derivatives, on the correlation
    metric (F does not depend on the metric). Residual variances are not bounded, so that a Heywood case shows.
    ``chi_squared = n F``; standard errors come from ``n / 2`` times the expected information.

    References
    ----------
    Jöreskog, K. G. (1967). Some contributions to maximum likelihood factor analysis. Psychometrika, 32(4), 443-482.
    doi:10.1007/BF02289658
    """
    k = len(covariance)
    if k < 3:
        raise ValueError("a one-factor model needs at least three items")
    scale = np.sqrt(np.diag(covariance))
    r = covariance / np.outer(scale, scale)
    if not (np.isfinite(r).all() and np.linalg.eigvalsh(r)[0] > ROUNDING):
        raise ValueError("the covariance matrix is not positive definite")
    # S of divisor n is taken by the metric: r and the sample's covariance matrix differ by a diagonal only.
    scale = scale * np.sqrt((n - 1) / n)
    parameters, converged = _minimise(r)
    loadings, residuals = parameters[:k], parameters[k:]
    if loadings.sum() < 0:
        loadings = -loadings
    chi_squared = n * max(discrepancy(np.concatenate([loadings, residuals]), r), 0.0)
    df = k * (k + 1) // 2 - 2 * k
    metric = np.concatenate([scale, scale**2])
    return OneFactor(
        loadings=loadings * scale,
        residual_variances=residuals * scale**2,
        chi_squared=chi_squared,
        df=df,
        p_value=float(chdtrc(df, chi_squared)) if df > 0 else float("nan"),
        parameter_covariance=_inverse_information(loadings, residuals, n) * np.outer(metric, metric),
        n=n,
        converged=converged,
        heywood=bool((residuals < 0).any()),
    )


def discrepancy(parameters: Floats, r: Floats) -> float:
    """Return F at loadings and residual variances; infinite where Sigma is not positive definite."""
    k = len(r)
    loadings = parameters[:k]
    sigma = np.outer(loadings, loadings) + np.diag(parameters[k:])
    try:
        factor = np.linalg.cholesky(sigma)
    except np.linalg.LinAlgError:
        return float("inf")
    log_determinant = 2.0 * float(np.log(np.diag(factor)).sum())
    trace = float(np.trace(np.linalg.solve(sigma, r)))
    return log_determinant + trace - float(np.linalg.slogdet(r)[1]) - k


def derivatives(parameters: Floats, r: Floats) -> tuple[Floats, Floats]:
    """Return gradient and Hessian of F at loadings and residual variances.

    Notes
    -----
    With ``W = Sigma^-1``, ``A = W S W`` and ``G = W - A`` the gradient is ``2 G l`` and ``diag G``. The Hessian is
    ``-tr(W Da W Db) + 2 tr(W Da A Db) + tr(G Dab)`` with ``Da`` the derivative of Sigma.
    """
    k = len(r)
    loadings = parameters[:k]
    w: Floats = np.asarray(np.linalg.inv(np.outer(loadings, loadings) + np.diag(parameters[k:])), dtype=np.float64)
    a = w @ r @ w
    g = w - a
    gradient = np.concatenate([2.0 * g @ loadings, np.diag(g)])
    hessian = -_products(w, w, loadings) + 2.0 * _products(w, a, loadings)
    hessian[:k, :k] += 2.0 * g
    return gradient, (hessian + hessian.T) / 2.0


def expected_information(loadings: Floats, residuals: Floats) -> Floats:
    """Return ``tr(W Da W Db)``, the expectation of the Hessian where the model holds."""
    w: Floats = np.asarray(np.linalg.inv(np.outer(loadings, loadings) + np.diag(residuals)), dtype=np.float64)
    return _products(w, w, loadings)


def _products(w: Floats, a: Floats, loadings: Floats) -> Floats:
    """Return ``tr(W Da A Db)`` for all pairs of parameters, symmetrised over W and A."""
    k = len(w)
    wl, al = w @ loadings, a @ loadings
    result = np.empty((2 * k, 2 * k))
    outer = np.outer(wl, al)
    half = (w * float(loadings @ al) + a * float(loadings @ wl) + outer + outer.T) / 2.0
    result[:k, :k] = half + half.T
    # tr(W (e_i l' + l e_i') A e_j e_j') = W_ij (A l)_j + A_ij (W l)_j
    result[:k, k:] = w * al[None, :] + a * wl[None, :]
    result[k:, :k] = result[:k, k:].T
    result[k:, k:] = w * a
    return result


def _minimise(r: Floats) -> tuple[Floats, bool]:
    """Return the parameters at the minimum of F, and whether it was reached."""
    k = len(r)
    parameters = _start(r)
    value = discrepancy(parameters, r)
    for _ in range(MAXIMUM_STEPS):
        gradient, hessian = derivatives(parameters, r)
        if np.abs(gradient).max() < GRADIENT:
            return parameters, True
        step = _newton_step(gradient, hessian)
        slope = float(gradient @ step)
        length = 1.0
        while length > SMALLEST_STEP:
            candidate = parameters + length * step
            new = discrepancy(candidate, r)
            if new <= value + SUFFICIENT_DECREASE * length * slope + ROUNDING:
                break
            length /= 2.0
        else:
            return parameters, False
        parameters, value = candidate, new
        if np.abs(parameters[:k]).max() > LARGEST_LOADING:
            return parameters, False
    return parameters, False


def _newton_step(gradient: Floats, hessian: Floats) -> Floats:
    """Return a step downhill: Newton's, with curvatures taken positive where the function does not bend upwards."""
    try:
        np.linalg.cholesky(hessian - SMALLEST_CURVATURE * np.eye(len(hessian)))
        return np.asarray(-np.linalg.solve(hessian, gradient))
    except np.linalg.LinAlgError:
        roots, vectors = np.linalg.eigh(hessian)
        curvature = np.maximum(np.abs(roots), SMALLEST_CURVATURE)
        return np.asarray(-vectors @ ((vectors.T @ gradient) / curvature))


def _start(r: Floats) -> Floats:
    """Return starting values: the first eigenvector, shrunk by the mean of the other roots."""
    roots, vectors = np.linalg.eigh(r)
    common = max(roots[-1] - roots[:-1].mean(), 0.1)
    loadings = np.clip(vectors[:, -1] * np.sqrt(common), -0.95, 0.95)
    return np.concatenate([loadings, 1.0 - loadings**2])


def _inverse_information(loadings: Floats, residuals: Floats, n: int) -> Floats:
    """Return the covariance matrix of the estimates; NaN where the information is singular."""
    size = 2 * len(loadings)
    nothing = np.full((size, size), np.nan)
    try:
        information = n / 2.0 * expected_information(loadings, residuals)
        if not np.isfinite(information).all() or np.linalg.eigvalsh(information)[0] <= 0:
            return nothing
        return np.asarray(np.linalg.inv(information))
    except np.linalg.LinAlgError:
        return nothing
