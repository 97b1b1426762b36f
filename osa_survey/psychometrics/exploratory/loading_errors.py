"""Standard errors of rotated loadings and factor correlations."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from osa_survey.psychometrics.exploratory.rotations import OBLIQUE, Rotated

Floats = NDArray[np.float64]
CHUNK = 20_000
DIFFERENCE = 1e-6


@dataclass(frozen=True, repr=False)
class LoadingErrors:
    """Standard errors.

    Attributes
    ----------
    loadings : ndarray of float, shape (items, factors)
        Of the pattern.
    phi : ndarray of float, shape (factors, factors)
        Of the factor correlations; 0 where they are fixed.
    covariance : ndarray of float, shape (parameters, parameters)
        Of the loadings row by row, then of the factor correlations below the diagonal, row by row.
    loading_df, phi_df : ndarray of float
        Degrees of freedom of t intervals; infinite for normal ones.
    """

    loadings: Floats
    phi: Floats
    covariance: Floats
    loading_df: Floats
    phi_df: Floats


def pairs_below(p: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return rows and columns below the diagonal, column by column: (1, 0), (2, 0) … (2, 1) and so on."""
    columns, rows = np.triu_indices(p, 1)
    return rows, columns


def normal_theory_covariance(R: Floats) -> Floats:
    """Return n times the asymptotic covariance of the correlations below the diagonal, for normal data.

    Parameters
    ----------
    R : ndarray of float, shape (items, items)
        Correlations.

    Returns
    -------
    ndarray of float, shape (pairs, pairs)
        In the order of ``pairs_below``.

    References
    ----------
    Olkin, I., & Siotani, M. (1976). Asymptotic distribution of functions of a correlation matrix. In S. Ikeda (Ed.),
    Essays in probability and statistics (pp. 235-251). Shinko Tsusho.

    Examples
    --------
    >>> normal_theory_covariance(np.array([[1.0, 0.6], [0.6, 1.0]])).round(4).tolist()
    [[0.4096]]
    """
    i, j = pairs_below(len(R))
    ij, kl = R[i, j][:, None], R[i, j][None, :]
    ik, il, jk, jl = R[np.ix_(i, i)], R[np.ix_(i, j)], R[np.ix_(j, i)], R[np.ix_(j, j)]
    return np.asarray(
        0.5 * ij * kl * (ik**2 + il**2 + jk**2 + jl**2)
        + ik * jl
        + il * jk
        - ij * (ik * il + jk * jl)
        - kl * (ik * jk + il * jl)
    )


def robust_covariance(values: Floats) -> Floats:
    """Return n times the asymptotic covariance of correlations below the diagonal, whatever the distribution.

    Parameters
    ----------
    values : ndarray of float, shape (respondents, items)
        Complete answers.

    Notes
    -----
    The correlation of i and j moves by ``z_i z_j - r_ij (z_i^2 + z_j^2) / 2`` with each respondent; the covariance of
    these parts over respondents is returned.

    References
    ----------
    Steiger, J. H., & Hakstian, A. R. (1982). The asymptotic distribution of elements of a correlation matrix. British
    Journal of Mathematical and Statistical Psychology, 35(2), 208-215. doi:10.1111/j.2044-8317.1982.tb00653.x
    """
    n, p = values.shape
    z = (values - values.mean(axis=0)) / values.std(axis=0)
    i, j = pairs_below(p)
    r = (z.T @ z / n)[i, j]
    total = np.zeros((len(i), len(i)))
    for start in range(0, n, CHUNK):
        part = z[start : start + CHUNK]
        squared = part**2
        moved = part[:, i] * part[:, j] - 0.5 * r * (squared[:, i] + squared[:, j])
        total += moved.T @ moved
    return np.asarray(total / n)


def loading_errors(rotated: Rotated, gamma: Floats, n: int, *, extraction: str = "minres") -> LoadingErrors | None:
    """Return standard errors of a rotated solution, or None where the rotation has no criterion (promax).

    Parameters
    ----------
    rotated : Rotated
        The solution.
    gamma : ndarray of float, shape (pairs, pairs)
        n times the asymptotic covariance of the correlations, in the order of ``pairs_below``: of normal theory,
        robust, or of polychoric correlations.
    n : int
        Respondents.
    extraction : {"minres", "ml", "principal_axis"}
        Least squares weigh all residuals alike; maximum likelihood by the inverse of the normal-theory covariance at
        the model's correlations.

    Notes
    -----
    Loadings and factor correlations minimise ``(r - rho)' W (r - rho)`` under the conditions that the rotation is at
    its minimum. With the derivatives D of rho and C of those conditions, and the upper left block H of the inverse of
    ``[[D'WD, C'], [C, 0]]``, the covariance is ``H D'W gamma W D H / n`` (Jennrich 1974, bordered information).

    References
    ----------
    Jennrich, R. I. (1974). Simplified formulae for standard errors in maximum-likelihood factor analysis. British
    Journal of Mathematical and Statistical Psychology, 27(1), 122-131. doi:10.1111/j.2044-8317.1974.tb00533.x
    """
    slopes = loading_slopes(rotated, extraction=extraction)
    if slopes is None:
        return None
    return errors_of(rotated, slopes @ gamma @ slopes.T / n, np.full(len(slopes), np.inf))


def errors_of(rotated: Rotated, covariance: Floats, df: Floats) -> LoadingErrors:
    """Return the errors of a rotated solution from the covariance of its parameters.

    Parameters
    ----------
    rotated : Rotated
        The solution.
    covariance : ndarray of float, shape (parameters, parameters)
        Of the loadings row by row, then of the factor correlations below the diagonal of an oblique solution.
    df : ndarray of float, shape (parameters,)
        Degrees of freedom of each.
    """
    p, k = rotated.loadings.shape
    errors = np.sqrt(np.maximum(np.diag(covariance), 0.0))
    phi_errors, phi_df = np.zeros((k, k)), np.full((k, k), np.inf)
    if len(errors) > p * k:
        rows, columns = np.tril_indices(k, -1)
        phi_errors[rows, columns] = phi_errors[columns, rows] = errors[p * k :]
        phi_df[rows, columns] = phi_df[columns, rows] = df[p * k :]
    own = slice(p * k)
    return LoadingErrors(errors[own].reshape(p, k), phi_errors, covariance, df[own].reshape(p, k), phi_df)


def loading_slopes(rotated: Rotated, *, extraction: str = "minres") -> Floats | None:
    """Return how the parameters of a rotated solution move with the correlations it comes from.

    Parameters
    ----------
    rotated : Rotated
        The solution.
    extraction : {"minres", "ml", "principal_axis"}
        As of ``loading_errors``.

    Returns
    -------
    ndarray of float, shape (parameters, pairs), or None
        Derivatives by the correlations in the order of ``pairs_below``, of loadings row by row and then of factor
        correlations; None where the rotation has no criterion, or the bordered information has no inverse.
    """
    L, phi = rotated.loadings, rotated.phi
    k = L.shape[1]
    if k > 1 and rotated.criterion is None and rotated.method != "none":
        return None
    oblique = rotated.method in OBLIQUE and k > 1
    D = _derivatives(L, phi, oblique)
    if extraction == "ml":
        model = L @ phi @ L.T
        np.fill_diagonal(model, 1.0)
        weighted = np.linalg.solve(normal_theory_covariance(model), D)
    else:
        weighted = D
    C = _conditions_slope(rotated, oblique, extraction)
    q, c = D.shape[1], len(C)
    bordered = np.zeros((q + c, q + c))
    bordered[:q, :q] = D.T @ weighted
    bordered[:q, q:], bordered[q:, :q] = C.T, C
    try:
        H = np.linalg.inv(bordered)[:q, :q]
    except np.linalg.LinAlgError:
        return None
    return np.asarray(H @ weighted.T)


def _derivatives(L: Floats, phi: Floats, oblique: bool) -> Floats:
    """Return the derivatives of the model's correlations below the diagonal by loadings and factor correlations."""
    p, k = L.shape
    i, j = pairs_below(p)
    pairs = np.arange(len(i))
    through = L @ phi
    D = np.zeros((len(i), p, k))
    D[pairs, i] = through[j]
    D[pairs, j] = through[i]
    flat = D.reshape(len(i), p * k)
    if not oblique:
        return flat
    rows, columns = np.tril_indices(k, -1)
    by_phi = L[i][:, rows] * L[j][:, columns] + L[i][:, columns] * L[j][:, rows]
    return np.hstack([flat, by_phi])


def _conditions(L: Floats, phi: Floats, rotated: Rotated, oblique: bool, extraction: str) -> Floats:
    """Return what is zero at the minimum of the rotation, for each of many solutions, shape (solutions, conditions)."""
    k = L.shape[-1]
    off = ~np.eye(k, dtype=bool)
    rows, columns = np.triu_indices(k, 1)
    communality = np.einsum("...ik,...kl,...il->...i", L, phi, L)[..., None]
    if rotated.criterion is None:
        unique = 1.0 - communality if extraction == "ml" else np.ones_like(communality)
        return np.asarray((L.swapaxes(-1, -2) @ (L / unique))[..., rows, columns])
    scaled = L / np.sqrt(communality) if rotated.normalised else L
    slope = scaled.swapaxes(-1, -2) @ rotated.criterion(scaled)[1]
    if oblique:
        return np.asarray(np.linalg.solve(phi, slope.swapaxes(-1, -2)).swapaxes(-1, -2)[..., off])
    return np.asarray((slope - slope.swapaxes(-1, -2))[..., rows, columns])


def _conditions_slope(rotated: Rotated, oblique: bool, extraction: str) -> Floats:
    """Return the derivatives of the conditions, by central differences."""
    L, phi = rotated.loadings, rotated.phi
    p, k = L.shape
    rows, columns = np.tril_indices(k, -1)
    start = np.concatenate([L.ravel(), phi[rows, columns]]) if oblique else L.ravel()

    def conditions(x: Floats) -> Floats:
        found = np.broadcast_to(phi, (len(x), k, k)).copy()
        if oblique:
            found[:, rows, columns] = found[:, columns, rows] = x[:, p * k :]
        return _conditions(x[:, : p * k].reshape(-1, p, k), found, rotated, oblique, extraction)

    step = DIFFERENCE * np.eye(len(start))
    return np.asarray((conditions(start + step) - conditions(start - step)).T / (2.0 * DIFFERENCE))
