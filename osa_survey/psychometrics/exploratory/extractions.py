"""Unrotated factors of a correlation matrix: least squares (minres), maximum likelihood, principal axes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from osa_survey.psychometrics.exploratory.adequacy import squared_multiple_correlations

Floats = NDArray[np.float64]
Extraction = Literal["minres", "ml", "principal_axis"]

LOWEST = 0.005
"""The lowest uniqueness the search allows, as psych and R's factanal: an item there is a Heywood case."""
NEWTON_STEPS = 200
GRADIENT = 1e-9
"""Where the search stops: largest derivative of the discrepancy per item, far below what print shows."""
STEPS = 3000
STILL = 1e-9
"""Principal axes stop when no communality moves by more than this."""


@dataclass(frozen=True, repr=False)
class Extracted:
    """Unrotated factors.

    Attributes
    ----------
    loadings : ndarray of float, shape (items, factors)
        Ordered by the variance they explain; each column sums to zero or more.
    uniquenesses : ndarray of float, shape (items,)
        One minus the communality.
    converged : bool
        Whether the search came to rest.
    heywood : tuple of int
        Items whose uniqueness stands at the lower bound.
    method : str
        ``"minres"``, ``"ml"`` or ``"principal_axis"``.
    """

    loadings: Floats
    uniquenesses: Floats
    converged: bool
    heywood: tuple[int, ...]
    method: str


def extract(R: Floats, factors: int, method: Extraction = "minres") -> Extracted:
    """Return unrotated factors of a correlation matrix.

    Parameters
    ----------
    R : ndarray of float, shape (items, items)
        A positive definite correlation matrix.
    factors : int
        How many, at least one and fewer than items.
    method : {"minres", "ml", "principal_axis"}
        Least squares on the off-diagonal residuals; maximum likelihood; iterated principal axes, which converge to the
        least squares solution.

    Returns
    -------
    Extracted
        Loadings and uniquenesses.

    References
    ----------
    Harman, H. H., & Jones, W. H. (1966). Factor analysis by minimizing residuals (minres). Psychometrika, 31(3),
    351-368. doi:10.1007/BF02289468

    Jöreskog, K. G. (1967). Some contributions to maximum likelihood factor analysis. Psychometrika, 32(4), 443-482.
    doi:10.1007/BF02289658
    """
    R = np.asarray(R, dtype=np.float64)
    if method == "principal_axis":
        return _principal_axes(R, factors)
    value = _least_squares if method == "minres" else _likelihood
    start = np.clip(1.0 - squared_multiple_correlations(R), 0.05, 0.95)
    uniquenesses, converged = _minimum(lambda psi: value(psi, R, factors), start)
    if method == "minres":
        loadings = _from_reduced(R - np.diag(uniquenesses), factors)
    else:
        root = np.sqrt(uniquenesses)
        values, vectors = np.linalg.eigh(R / np.outer(root, root))
        values, vectors = values[::-1][:factors], vectors[:, ::-1][:, :factors]
        loadings = root[:, None] * vectors * np.sqrt(np.maximum(values - 1.0, 0.0))
    heywood = tuple(int(item) for item in np.flatnonzero(uniquenesses <= LOWEST * 1.000001))
    return Extracted(_signed(loadings), uniquenesses, converged, heywood, method)


def _minimum(value: Callable[[Floats], tuple[float, Floats, Floats]], start: Floats) -> tuple[Floats, bool]:
    """Return the uniquenesses with the smallest discrepancy, by Newton steps that stay between the bounds."""
    psi = start
    best, gradient, hessian = value(psi)
    for _ in range(NEWTON_STEPS):
        free = ~(((psi <= LOWEST) & (gradient > 0)) | ((psi >= 1.0) & (gradient < 0)))
        if not free.any() or np.abs(gradient[free]).max() < GRADIENT:
            return psi, True
        step = np.zeros_like(psi)
        part = hessian[np.ix_(free, free)]
        low = float(np.linalg.eigvalsh(part)[0])
        if low < 1e-8:
            part = part + np.eye(len(part)) * (1e-6 - low)
        step[free] = np.linalg.solve(part, gradient[free])
        size = 1.0
        while size > 1e-10:
            trial = np.clip(psi - size * step, LOWEST, 1.0)
            found = value(trial)
            if found[0] < best - 1e-4 * float(gradient @ (psi - trial)) or (
                found[0] <= best and np.abs(psi - trial).max() < 1e-7
            ):
                break
            size /= 2.0
        else:
            break
        psi, (best, gradient, hessian) = trial, found
    bounds = [(LOWEST, 1.0)] * len(psi)
    found_again = minimize(
        lambda x: value(x)[:2], psi, jac=True, method="L-BFGS-B", bounds=bounds, options={"maxiter": STEPS, "ftol": 0.0}
    )
    _, gradient, _ = value(found_again.x)
    free = ~(((found_again.x <= LOWEST) & (gradient > 0)) | ((found_again.x >= 1.0) & (gradient < 0)))
    return found_again.x, bool(not free.any() or np.abs(gradient[free]).max() < 1e-5)


def _least_squares(psi: Floats, R: Floats, factors: int) -> tuple[float, Floats, Floats]:
    """Return half the squared residuals at the best loadings, with its first and second derivatives."""
    values, vectors = np.linalg.eigh(R - np.diag(psi))
    rest, low = values[:-factors], vectors[:, :-factors]
    top, high = values[-factors:], vectors[:, -factors:]
    share = rest[:, None] / np.minimum(rest[:, None] - top[None, :], -1e-12)
    return float(0.5 * (rest**2).sum()), -(low**2) @ rest, (low @ low.T) ** 2 + 2.0 * _mixed(low, high, share)


def _likelihood(psi: Floats, R: Floats, factors: int) -> tuple[float, Floats, Floats]:
    """Return the likelihood discrepancy at the best loadings, with its first and second derivatives."""
    root = np.sqrt(psi)
    values, vectors = np.linalg.eigh(R / np.outer(root, root))
    values = np.maximum(values, 1e-12)
    rest, low = values[:-factors], vectors[:, :-factors]
    top, high = values[-factors:], vectors[:, -factors:]
    value = float((rest - np.log(rest) - 1.0).sum())
    by_log = (low**2) @ (1.0 - rest)  # derivative by log psi
    kernel = (1.0 - rest[:, None]) * (rest[:, None] + top[None, :]) / np.maximum(top[None, :] - rest[:, None], 1e-12)
    second = _mixed(low, high, kernel) + (low @ low.T) * ((low * rest) @ low.T)
    hessian = second / np.outer(psi, psi) - np.diag(by_log / psi**2)
    return value, by_log / psi, (hessian + hessian.T) / 2.0


def _mixed(low: Floats, high: Floats, kernel: Floats) -> Floats:
    """Return the sum over pairs of a low and a high vector of the kernel times the outer square of their product."""
    products = (low[:, :, None] * high[:, None, :]).reshape(len(low), -1)
    return np.asarray((products * kernel.ravel()) @ products.T)


def _principal_axes(R: Floats, factors: int) -> Extracted:
    communality = np.clip(squared_multiple_correlations(R), 0.0, 1.0 - LOWEST)
    reduced = R.copy()
    converged = False
    loadings = np.zeros((len(R), factors))
    for _ in range(STEPS):
        np.fill_diagonal(reduced, communality)
        loadings = _from_reduced(reduced, factors)
        found = np.minimum((loadings**2).sum(axis=1), 1.0 - LOWEST)
        converged = bool(np.abs(found - communality).max() < STILL)
        communality = found
        if converged:
            break
    uniquenesses = 1.0 - communality
    heywood = tuple(int(item) for item in np.flatnonzero(uniquenesses <= LOWEST * 1.000001))
    return Extracted(_signed(loadings), uniquenesses, converged, heywood, "principal_axis")


def _from_reduced(reduced: Floats, factors: int) -> Floats:
    values, vectors = np.linalg.eigh(reduced)
    values, vectors = values[::-1][:factors], vectors[:, ::-1][:, :factors]
    return np.asarray(vectors * np.sqrt(np.maximum(values, 0.0)))


def _signed(loadings: Floats) -> Floats:
    """Return the loadings with columns that sum to zero or more."""
    return np.asarray(loadings * np.where(loadings.sum(axis=0) < 0, -1.0, 1.0))
