"""Omega of the other items, for each item of a scale: all models at once, from the model of the whole scale."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from osa_survey.psychometrics.coefficients import omega
from osa_survey.psychometrics.one_factor import GRADIENT, OneFactor, one_factor

Floats = NDArray[np.float64]

STEPS = 12
"""Newton steps from the loadings of all items; a model that needs more is searched for by itself."""


def omegas_without(covariance: Floats, model: OneFactor) -> Floats:
    """Return McDonald's omega of the other items, for each item.

    Parameters
    ----------
    covariance : ndarray of float, shape (items, items)
        Covariances with divisor n - 1 of at least four items, positive definite.
    model : OneFactor
        The one-factor model of all of them.

    Returns
    -------
    ndarray of float, shape (items,)
        NaN where the model of the others does not converge.

    Notes
    -----
    The models start at the loadings of the whole scale and take Newton steps together. Where they do not end at a
    proper minimum with positive residual variances, `one_factor` starts anew.
    """
    k = len(covariance)
    rest = np.array([np.delete(np.arange(k), item) for item in range(k)])
    scale = np.sqrt(np.diag(covariance))
    r = (covariance / np.outer(scale, scale))[rest[:, :, None], rest[:, None, :]]
    of_sample = scale * np.sqrt((model.n - 1) / model.n)
    start = np.concatenate([model.loadings / of_sample, model.residual_variances / of_sample**2])
    parameters, reached = _newton(r, start[np.concatenate([rest, rest + k], axis=1)])
    common = (parameters[:, : k - 1] * of_sample[rest]).sum(axis=1) ** 2
    unique = (parameters[:, k - 1 :] * of_sample[rest] ** 2).sum(axis=1)
    found = np.where(reached, common / (common + unique), np.nan)
    for item in np.flatnonzero(~reached):
        alone = one_factor(covariance[np.ix_(rest[item], rest[item])], model.n)
        found[item] = omega(alone).estimate if alone.converged else np.nan
    return np.asarray(found)


def _newton(r: Floats, parameters: Floats) -> tuple[Floats, NDArray[np.bool_]]:
    """Return the parameters of a stack of models, and where they are a proper minimum."""
    m = r.shape[1]
    diagonal = np.arange(m)
    for _ in range(STEPS):
        loadings, residuals = parameters[:, :m], parameters[:, m:]
        sigma = loadings[:, :, None] * loadings[:, None, :]
        sigma[:, diagonal, diagonal] += residuals
        if not np.isfinite(sigma).all() or (np.abs(np.linalg.det(sigma)) < np.finfo(float).tiny).any():
            return parameters, np.zeros(len(r), dtype=bool)
        w: Floats = np.asarray(np.linalg.inv(sigma), dtype=np.float64)
        a: Floats = w @ r @ w
        g = w - a
        gradient = np.concatenate([2.0 * (g @ loadings[:, :, None])[:, :, 0], g[:, diagonal, diagonal]], axis=1)
        hessian = 2.0 * _products(w, a, loadings) - _products(w, w, loadings)
        hessian[:, :m, :m] += 2.0 * g
        hessian = (hessian + hessian.swapaxes(1, 2)) / 2.0
        reached = np.abs(gradient).max(axis=1) < GRADIENT
        safe = _positive_definite(hessian)
        if reached.all() or not safe.any():
            break
        parameters[safe] -= np.linalg.solve(hessian[safe], gradient[safe][:, :, None])[:, :, 0]
    return parameters, np.asarray(reached & safe & (residuals > 0).all(axis=1))


def _positive_definite(matrices: Floats) -> NDArray[np.bool_]:
    """Return which symmetric matrices are positive definite: eigenvalues are looked at only where a root fails."""
    try:
        np.linalg.cholesky(matrices)
    except np.linalg.LinAlgError:
        return np.asarray(np.linalg.eigvalsh(matrices)[:, 0] > 0)
    return np.ones(len(matrices), dtype=bool)


def _products(w: Floats, a: Floats, loadings: Floats) -> Floats:
    """Return ``tr(W Da A Db)`` for all pairs of parameters of each model, symmetrised over W and A."""
    m = w.shape[1]
    wl, al = (w @ loadings[:, :, None])[:, :, 0], (a @ loadings[:, :, None])[:, :, 0]
    outer = wl[:, :, None] * al[:, None, :]
    both = w * (loadings * al).sum(axis=1)[:, None, None] + a * (loadings * wl).sum(axis=1)[:, None, None]
    result = np.empty((len(w), 2 * m, 2 * m))
    half = (both + outer + outer.swapaxes(1, 2)) / 2.0
    result[:, :m, :m] = half + half.swapaxes(1, 2)
    result[:, :m, m:] = w * al[:, None, :] + a * wl[:, None, :]
    result[:, m:, :m] = result[:, :m, m:].swapaxes(1, 2)
    result[:, m:, m:] = w * a
    return result
