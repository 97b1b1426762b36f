"""Hadamard matrices: orthogonal columns of ±1, for balanced half samples."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def hadamard_matrix(least: int) -> Floats:
    """Return a Hadamard matrix with at least so many rows; its first row is all ones.

    Parameters
    ----------
    least : int
        Rows needed. The order is the smallest multiple of 4 from there on (or 1, 2) that Sylvester's doubling and
        Paley's first construction reach.

    Returns
    -------
    ndarray of float, shape (order, order)
        H with H Hᵀ = order · I.

    References
    ----------
    Paley, R. E. A. C. (1933). On orthogonal matrices. doi:10.1002/sapm1933121311

    Examples
    --------
    >>> H = hadamard_matrix(9)
    >>> H.shape, bool((H @ H.T == 12 * np.eye(12)).all())
    ((12, 12), True)
    """
    order = next(size for size in range(max(least, 1), 2 * max(least, 1) + 1) if _reachable(size))
    H = _built(order)
    normalised: Floats = H * H[0]
    return normalised


def _reachable(order: int) -> bool:
    if order in (1, 2):
        return True
    return order % 4 == 0 and (_is_prime(order - 1) or _reachable(order // 2))


def _built(order: int) -> Floats:
    if order == 1:
        return np.ones((1, 1))
    if order > 2 and _is_prime(order - 1):
        return _paley(order - 1)
    half = _built(order // 2)
    return np.block([[half, half], [half, -half]])


def _paley(q: int) -> Floats:
    """Return I + S of order q + 1, with S from the quadratic residues of a prime q that leaves 3 when divided by 4."""
    character = np.full(q, -1.0)
    character[(np.arange(1, q) ** 2) % q] = 1.0
    character[0] = 0.0
    skew = np.zeros((q + 1, q + 1))
    skew[0, 1:], skew[1:, 0] = 1.0, -1.0
    skew[1:, 1:] = character[(np.arange(q)[:, None] - np.arange(q)[None, :]) % q]
    matrix: Floats = skew + np.eye(q + 1)
    return matrix


def _is_prime(number: int) -> bool:
    return number > 1 and all(number % divisor for divisor in range(2, int(number**0.5) + 1))
