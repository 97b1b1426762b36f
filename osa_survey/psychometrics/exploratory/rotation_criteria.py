"""What rotations minimise: value and derivative of each criterion, for many loading matrices at once."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Criterion = Callable[[Floats], tuple[Floats, Floats]]

GEOMIN_DELTA = 0.01


def oblimin(gamma: float = 0.0) -> Criterion:
    """Return the direct oblimin criterion; gamma = 0 is quartimin.

    References
    ----------
    Jennrich, R. I., & Sampson, P. F. (1966). Rotation for simple loadings. Psychometrika, 31(3), 313-323.
    doi:10.1007/BF02289465
    """

    def criterion(L: Floats) -> tuple[Floats, Floats]:
        squared = L**2
        crossed = squared.sum(axis=-1, keepdims=True) - squared
        if gamma:
            crossed = crossed - gamma * crossed.mean(axis=-2, keepdims=True)
        return (squared * crossed).sum(axis=(-2, -1)) / 4.0, L * crossed

    return criterion


def geomin(delta: float = GEOMIN_DELTA) -> Criterion:
    """Return the geomin criterion with the small constant ``delta``.

    References
    ----------
    Yates, A. (1987). Multivariate exploratory data analysis: A perspective on exploratory factor analysis. SUNY Press.

    Browne, M. W. (2001). An overview of analytic rotation in exploratory factor analysis. Multivariate Behavioral
    Research, 36(1), 111-150. doi:10.1207/S15327906MBR3601_05
    """

    def criterion(L: Floats) -> tuple[Floats, Floats]:
        squared = L**2 + delta
        product = np.exp(np.log(squared).mean(axis=-1, keepdims=True))
        return product.sum(axis=(-2, -1)), (2.0 / L.shape[-1]) * product * L / squared

    return criterion


def varimax() -> Criterion:
    """Return the varimax criterion, negative so that less is better.

    References
    ----------
    Kaiser, H. F. (1958). The varimax criterion for analytic rotation in factor analysis. Psychometrika, 23(3),
    187-200. doi:10.1007/BF02289233
    """

    def criterion(L: Floats) -> tuple[Floats, Floats]:
        squared = L**2
        centred = squared - squared.mean(axis=-2, keepdims=True)
        return -(centred**2).sum(axis=(-2, -1)) / 4.0, -L * centred

    return criterion


def towards(target: Floats) -> Criterion:
    """Return the squared distance to a target; its NaN entries are free."""
    known = ~np.isnan(target)
    wanted = np.where(known, target, 0.0)

    def criterion(L: Floats) -> tuple[Floats, Floats]:
        away = np.where(known, L - wanted, 0.0)
        return (away**2).sum(axis=(-2, -1)), 2.0 * away

    return criterion
