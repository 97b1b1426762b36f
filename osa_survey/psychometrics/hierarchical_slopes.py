"""Omega hierarchical and total as smooth functions of the correlations: on the logit, with derivatives."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import logit

from osa_survey.psychometrics.exploratory.extractions import extract
from osa_survey.psychometrics.exploratory.loading_errors import loading_slopes
from osa_survey.psychometrics.exploratory.rotations import rotate
from osa_survey.psychometrics.hierarchical_omega import orthogonalised, shared_loadings

Floats = NDArray[np.float64]
STEP = 1e-6
"""Step of the central differences by loadings and correlations, far from rounding and from curvature."""


@dataclass(frozen=True, repr=False)
class HierarchicalSlopes:
    """Both omegas on the logit.

    Attributes
    ----------
    logits : ndarray of float, shape (2,)
        Of omega hierarchical and omega total; NaN where one is not between 0 and 1.
    slopes : ndarray of float, shape (2, pairs)
        Derivatives by the correlations below the diagonal, column by column.
    """

    logits: Floats
    slopes: Floats


def hierarchical_slopes(R: Floats, factors: int) -> HierarchicalSlopes | None:
    """Return both omegas of the Schmid–Leiman solution with their derivatives by the correlations.

    Parameters
    ----------
    R : ndarray of float, shape (items, items)
        A positive definite correlation matrix.
    factors : int
        Group factors, two or more.

    Returns
    -------
    HierarchicalSlopes or None
        None where the bordered information of the rotated solution has no inverse.

    Notes
    -----
    The omegas are functions of the oblimin pattern L, the factor correlations Φ and the sum of all correlations. The
    derivatives of L and Φ are those of ``loading_slopes``; those of the functions are central differences.
    """
    turned = rotate(extract(R, factors, "minres").loadings, "oblimin")
    moved = loading_slopes(turned)
    if moved is None:
        return None
    p, k = turned.loadings.shape
    first, second = np.triu_indices(p, 1)
    rows, columns = np.tril_indices(k, -1)
    start = np.concatenate([turned.loadings.ravel(), turned.phi[rows, columns], R[first, second]])

    own = shared_loadings(turned.phi)[0]
    loaded = slice(p * k, len(moved))

    def logits(x: Floats) -> Floats:
        phi = np.eye(k)
        phi[rows, columns] = phi[columns, rows] = x[loaded]
        shared = own if (x[loaded] == start[loaded]).all() else shared_loadings(phi)[0]
        return np.asarray(logit(_omegas(x[: p * k].reshape(p, k), phi, shared, x[len(moved) :])))

    slopes = np.empty((2, len(start)))
    for position in range(len(start)):
        step = np.zeros(len(start))
        step[position] = STEP
        slopes[:, position] = (logits(start + step) - logits(start - step)) / (2 * STEP)
    by_solution, by_sum = slopes[:, : len(moved)], slopes[:, len(moved) :]
    return HierarchicalSlopes(logits(start), by_solution @ moved + by_sum)


def _omegas(loadings: Floats, phi: Floats, shared: Floats, r: Floats) -> Floats:
    p = len(loadings)
    general, _ = orthogonalised(loadings, shared)
    sign = np.where(general < 0, -1.0, 1.0)
    first, second = np.triu_indices(p, 1)
    total = p + 2 * float((sign[first] * sign[second]) @ r)
    unique = p - float(np.einsum("ik,kl,il->", loadings, phi, loadings))
    return np.array([(general @ sign) ** 2 / total, 1 - unique / total])
