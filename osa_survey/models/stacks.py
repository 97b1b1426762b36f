"""Stacks of small symmetric matrices, one for each of many fits."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from osa_survey.models.fits import Floats, ManyFits

FLAT = 1e-9
"""Pivot, of information scaled to a diagonal of ones, below which it counts as singular."""

Part = tuple[Floats, Floats, Floats, NDArray[np.bool_]]
"""Parameters, information, log-likelihoods and whether they converged, of some of the fits."""


def products_of_columns(X: Floats) -> Floats:
    """Return xᵢxⱼ for i ≤ j, shape (respondents, k(k + 1)/2)."""
    upper = np.triu_indices(X.shape[1])
    return np.asarray(X[:, upper[0]] * X[:, upper[1]])


def unpacked(packed: Floats, k: int) -> Floats:
    """Return symmetric matrices (fits, k, k) from their upper triangles (fits, k(k + 1)/2)."""
    upper = np.triu_indices(k)
    found = np.empty((len(packed), k, k))
    found[:, upper[0], upper[1]] = packed
    found[:, upper[1], upper[0]] = packed
    return found


def solved(matrices: Floats, right: Floats) -> tuple[Floats, NDArray[np.bool_]]:
    """Return solutions of symmetric systems and which matrices are positive definite; zeros for the others."""
    size = np.sqrt(np.abs(np.einsum("rkk->rk", matrices)))
    size = np.where(size > 0, size, 1.0)
    scaled = matrices / (size[:, :, None] * size[:, None, :])
    good = np.isfinite(scaled).all(axis=(1, 2))
    scaled = np.where(good[:, None, None], scaled, np.eye(scaled.shape[1]))
    good &= np.linalg.eigvalsh(scaled)[:, 0] > FLAT
    scaled = np.where(good[:, None, None], scaled, np.eye(scaled.shape[1]))
    found = np.linalg.solve(scaled, np.where(good[:, None], right / size, 0.0)[:, :, None])[:, :, 0] / size
    return found, good


def joined(parts: list[Part]) -> ManyFits:
    """Return the fits of all parts, in their order; parameters of those that did not converge are NaN."""
    parameters, information, value, converged = (np.concatenate(column) for column in zip(*parts, strict=True))
    parameters[~converged] = np.nan
    return ManyFits(parameters, information, value, converged)
