"""Omega of several factors: a general factor out of correlated ones (Schmid and Leiman), its share of the score."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from osa_survey.psychometrics.exploratory.extractions import extract
from osa_survey.psychometrics.exploratory.rotations import rotate

Floats = NDArray[np.float64]


@dataclass(frozen=True, repr=False)
class SchmidLeiman:
    """A general factor and group factors that are independent of each other.

    Attributes
    ----------
    general : ndarray of float, shape (items,)
        Loadings on the general factor.
    groups : ndarray of float, shape (items, factors)
        Loadings on the group factors; zeros with one factor.
    communalities : ndarray of float, shape (items,)
        What all factors explain of each standardised item.
    omega_hierarchical : float
        Share of the variance of the sum of standardised items that the general factor explains.
    omega_total : float
        Share that all factors explain.
    converged : bool
        Whether extraction and rotation came to rest.
    identified : bool
        Whether the model has no more parameters than correlations.
    heywood : bool
        Whether an item's uniqueness, or a factor's, stands at its bound.
    """

    general: Floats
    groups: Floats
    communalities: Floats
    omega_hierarchical: float
    omega_total: float
    converged: bool
    identified: bool
    heywood: bool


def schmid_leiman(R: Floats, factors: int, unrotated: Floats | None = None) -> SchmidLeiman:
    """Return the Schmid–Leiman solution of a correlation matrix, and both omegas.

    Parameters
    ----------
    R : ndarray of float, shape (items, items)
        A positive definite correlation matrix.
    factors : int
        Group factors: 1 for none, else at least 2. Two share the general factor equally, which the data cannot test.
    unrotated : ndarray of float, shape (items, factors), optional
        Loadings to start from instead of a minres extraction.

    Returns
    -------
    SchmidLeiman
        Loadings and coefficients.

    Notes
    -----
    Minres factors are rotated by oblimin (gamma 0); one minres factor of their correlations gives each factor's
    loading ``g`` on the general factor. An item with pattern ``P`` loads ``P g`` on the general factor and
    ``P sqrt(1 - g^2)`` on the group factors. With ``V`` the sum of all correlations, omega hierarchical is
    ``(sum general)^2 / V`` and omega total ``1 - sum(1 - communality) / V``; items that load negatively on the general
    factor are turned round first, all as in psych's ``omega``.

    References
    ----------
    Schmid, J., & Leiman, J. M. (1957). The development of hierarchical factor solutions. Psychometrika, 22(1), 53-61.
    doi:10.1007/BF02289209

    Zinbarg, R. E., Revelle, W., Yovel, I., & Li, W. (2005). Cronbach's alpha, Revelle's beta, and McDonald's omega H.
    Psychometrika, 70(1), 123-133. doi:10.1007/s11336-003-0974-7

    Examples
    --------
    >>> pattern = np.kron(np.eye(3), np.full((3, 1), 0.8))
    >>> factors = np.full((3, 3), 0.25) + 0.75 * np.eye(3)
    >>> R = pattern @ factors @ pattern.T
    >>> np.fill_diagonal(R, 1.0)
    >>> found = schmid_leiman(R, 3)
    >>> round(found.omega_hierarchical, 3), found.general.round(2).tolist()[:2]
    (0.444, [0.4, 0.4])
    """
    k = len(R)
    extracted = None
    if unrotated is None:
        extracted = extract(R, factors, "minres")
        unrotated = extracted.loadings
    communalities = (unrotated**2).sum(axis=1)
    converged, heywood = True, bool((communalities >= 1).any())
    if extracted is not None:
        converged, heywood = extracted.converged, bool(extracted.heywood)
    if factors == 1:
        general, groups = unrotated[:, 0], np.zeros((k, 1))
    else:
        turned = rotate(unrotated, "oblimin")
        shared, bounded = shared_loadings(turned.phi)
        general, groups = orthogonalised(turned.loadings, shared)
        converged, heywood = converged and turned.converged, heywood or bounded
    sign = np.where(general < 0, -1.0, 1.0)
    total = float((R * np.outer(sign, sign)).sum())
    return SchmidLeiman(
        general=general * sign,
        groups=groups * sign[:, None],
        communalities=communalities,
        omega_hierarchical=float((general * sign).sum() ** 2 / total),
        omega_total=float(1.0 - (1.0 - communalities).sum() / total),
        converged=converged,
        identified=k * (k - 1) // 2 >= k * factors - factors * (factors - 1) // 2,
        heywood=heywood,
    )


def orthogonalised(pattern: Floats, shared: Floats) -> tuple[Floats, Floats]:
    """Return loadings on a general and on group factors, from correlated factors.

    Parameters
    ----------
    pattern : ndarray of float, shape (items, factors)
        Loadings on correlated factors.
    shared : ndarray of float, shape (factors,)
        The factors' loadings on the general factor.

    Returns
    -------
    general : ndarray of float, shape (items,)
        Loadings on the general factor.
    groups : ndarray of float, shape (items, factors)
        Loadings on what is left of each factor; zeros where nothing is.
    """
    return pattern @ shared, pattern * np.sqrt(np.maximum(1.0 - shared**2, 0.0))


def shared_loadings(phi: Floats) -> tuple[Floats, bool]:
    """Return each factor's loading on the general factor, and whether one is at its bound."""
    if len(phi) == 2:
        r = float(phi[0, 1])
        return np.array([1.0, np.sign(r)]) * np.sqrt(abs(r)), False
    higher = extract(phi, 1, "minres")
    return higher.loadings[:, 0], bool(higher.heywood)
