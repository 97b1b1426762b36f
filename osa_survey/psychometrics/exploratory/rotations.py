"""Rotating factors to simple structure, from many random starts at once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from osa_survey.psychometrics.exploratory.rotation_criteria import Criterion, geomin, oblimin, towards, varimax
from osa_survey.psychometrics.exploratory.rotation_searches import (
    refine_oblique,
    refine_orthogonal,
    search_oblique,
    search_orthogonal,
)

Floats = NDArray[np.float64]
Rotation = Literal["oblimin", "geomin", "varimax", "promax", "target", "none"]
OBLIQUE = ("oblimin", "geomin", "promax", "target")

PROMAX_POWER = 4
SAME = 1e-6
"""Two starts found the same minimum when their criteria differ by less than this, relative."""


@dataclass(frozen=True, repr=False)
class Rotated:
    """Rotated factors.

    Attributes
    ----------
    loadings : ndarray of float, shape (items, factors)
        The pattern; factors ordered by the variance they explain, each column sums to zero or more.
    phi : ndarray of float, shape (factors, factors)
        Correlations of the factors; the identity for orthogonal rotations.
    value : float
        The criterion at the best start, NaN for promax and without rotation.
    starts, agreeing : int
        Random starts, and how many of them found the best minimum.
    converged : bool
        Whether the best start came to rest.
    method : str
        The rotation.
    criterion : callable or None
        Its criterion.
    normalised : bool
        Whether rows were scaled to length one while rotating (Kaiser's normalisation).
    """

    loadings: Floats
    phi: Floats
    value: float
    starts: int
    agreeing: int
    converged: bool
    method: str
    criterion: Criterion | None = None
    normalised: bool = False


def rotate(
    loadings: Floats,
    method: Rotation = "oblimin",
    *,
    starts: int = 30,
    seed: int = 1,
    target: Floats | None = None,
    gamma: float = 0.0,
    delta: float = 0.01,
    normalise: bool | None = None,
) -> Rotated:
    """Return rotated loadings, the best of many random starts.

    Parameters
    ----------
    loadings : ndarray of float, shape (items, factors)
        Unrotated loadings.
    method : {"oblimin", "geomin", "varimax", "promax", "target", "none"}
        The rotation. Promax raises varimax loadings to the fourth power; normalised as psych's ``promax``, not
        normalised as R's.
    starts : int
        The given position and ``starts - 1`` random ones.
    seed : int
        Of the random starts.
    target : ndarray of float, shape (items, factors), optional
        For ``"target"``: loadings to come close to; NaN is free.
    gamma : float
        For oblimin; 0 is quartimin.
    delta : float
        For geomin.
    normalise : bool, optional
        Kaiser's normalisation; by default for varimax and promax only, as in R.

    Returns
    -------
    Rotated
        Loadings and factor correlations.

    Notes
    -----
    All starts descend together, orthogonal rotations by gradient projection (Jennrich 2001), oblique ones (Jennrich
    2002) by quasi-Newton steps; the best is refined until its projected gradient is below 1e-10.

    References
    ----------
    Jennrich, R. I. (2002). A simple general method for oblique rotation. Psychometrika, 67(1), 7-19.
    doi:10.1007/BF02294706

    Hendrickson, A. E., & White, P. O. (1964). Promax: A quick method for rotation to oblique simple structure. British
    Journal of Statistical Psychology, 17(1), 65-70. doi:10.1111/j.2044-8317.1964.tb00244.x
    """
    A = np.asarray(loadings, dtype=np.float64)
    k = A.shape[1]
    if k == 1 or method == "none":
        return _ordered(A, np.eye(k), float("nan"), 1, 1, True, method, None, False)
    normal = method in ("varimax", "promax") if normalise is None else normalise
    length = np.sqrt((A**2).sum(axis=1, keepdims=True)) if normal else np.ones((len(A), 1))
    length = np.where(length > 0, length, 1.0)
    if method == "promax":
        turned, phi = _promax(A, length, starts, seed)
        return _ordered(turned, phi, float("nan"), 1, 1, True, method, None, normal)
    if method == "target":
        if target is None:
            raise ValueError("a target rotation needs a target")
        criterion = towards(target)
    else:
        criterion = {"oblimin": oblimin(gamma), "geomin": geomin(delta), "varimax": varimax()}[method]
    T = _starts(k, starts, seed)
    oblique = method in OBLIQUE
    T, values = (search_oblique if oblique else search_orthogonal)(A / length, criterion, T)
    best = int(np.argmin(values))
    agreeing = int((values - values[best] <= SAME * max(1.0, abs(values[best]))).sum())
    fine, converged = (refine_oblique if oblique else refine_orthogonal)(A / length, criterion, T[best])
    turned = A / length @ (np.linalg.inv(fine).T if oblique else fine)
    value = float(criterion(turned)[0])
    phi = fine.T @ fine if oblique else np.eye(k)
    return _ordered(turned * length, phi, value, starts, agreeing, converged, method, criterion, normal)


def _ordered(
    L: Floats,
    phi: Floats,
    value: float,
    starts: int,
    agreeing: int,
    converged: bool,
    method: str,
    criterion: Criterion | None,
    normalised: bool,
) -> Rotated:
    """Return factors in the order of the variance they explain; with a target they stay where it wants them."""
    if method == "target":
        return Rotated(L, phi, value, starts, agreeing, converged, method, criterion, normalised)
    explained = np.diag(phi @ L.T @ L)
    order = np.argsort(-explained, kind="stable") if method != "none" else np.arange(L.shape[1])
    L, phi = L[:, order], phi[np.ix_(order, order)]
    sign = np.where(L.sum(axis=0) < 0, -1.0, 1.0)
    phi = phi * np.outer(sign, sign)
    np.fill_diagonal(phi, 1.0)
    return Rotated(L * sign, phi, value, starts, agreeing, converged, method, criterion, normalised)


def _starts(k: int, starts: int, seed: int) -> Floats:
    """Return the identity and random orthogonal matrices, shape (starts, k, k)."""
    drawn = np.random.default_rng(seed).normal(size=(max(starts, 1), k, k))
    Q, upper = np.linalg.qr(drawn)
    Q = Q * np.sign(np.diagonal(upper, axis1=1, axis2=2))[:, None, :]
    Q[0] = np.eye(k)
    return np.asarray(Q)


def _promax(A: Floats, length: Floats, starts: int, seed: int) -> tuple[Floats, Floats]:
    """Return promax: normalised varimax, then a least squares fit to the powers of its loadings, scaled by length."""
    rows = A / np.sqrt((A**2).sum(axis=1, keepdims=True))
    T, values = search_orthogonal(rows, varimax(), _starts(A.shape[1], starts, seed))
    fine, _ = refine_orthogonal(rows, varimax(), T[int(np.argmin(values))])
    L = A / length @ fine
    U = towards_powers(L)
    inverse = np.linalg.inv(fine @ U)
    return L @ U * length, inverse @ inverse.T


def towards_powers(L: Floats) -> Floats:
    """Return the turn of promax: rotated loadings fitted to their own fourth powers, factors of variance one."""
    U = np.linalg.lstsq(L, L * np.abs(L) ** (PROMAX_POWER - 1), rcond=None)[0]
    return np.asarray(U * np.sqrt(np.diag(np.linalg.inv(U.T @ U))))
