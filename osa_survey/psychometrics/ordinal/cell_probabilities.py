"""Probabilities of the cells of cross tables of two normal tendencies, with their derivatives in the correlation."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

from osa_survey.psychometrics.ordinal.bivariate_normals import bivariate_normal_cdf, bivariate_normal_density

Floats = NDArray[np.float64]

TINY = 1e-15
"""Smaller cell probabilities are rounding error of the normal distribution function."""


@dataclass(frozen=True, repr=False)
class CellShapes:
    """Probabilities of the cells of each pair's table at a correlation, and their derivatives in it."""

    probability: Floats
    slope: Floats
    curvature: Floats


def cell_shapes(first: Floats, second: Floats, rho: Floats) -> CellShapes:
    """Return cell probabilities of bivariate normal tables with their first and second derivatives in ``rho``.

    Parameters
    ----------
    first, second : ndarray of float, shape (pairs, categories - 1)
        Padded thresholds of the two items.
    rho : ndarray of float, shape (pairs,)
        Correlations.
    """
    pairs, edges = first.shape
    r = rho[:, None, None]
    h, k = first[:, :, None], second[:, None, :]
    below = np.zeros((pairs, edges + 2, edges + 2))
    below[:, 1:-1, 1:-1] = bivariate_normal_cdf(h, k, r)
    below[:, 1:-1, -1] = ndtr(first)
    below[:, -1, 1:-1] = ndtr(second)
    below[:, -1, -1] = 1.0
    density = bivariate_normal_density(h, k, r)
    rest = 1.0 - r * r
    product = h * k
    form = (h * h + k * k - 2.0 * r * product) / rest
    bend = density * ((r + product - r * form) / rest)
    return CellShapes(np.maximum(_cells(below), TINY), _cells(_framed(density)), _cells(_framed(bend)))


def _framed(inner: Floats) -> Floats:
    """Return values at thresholds within a frame of zeros: nothing happens at infinity."""
    pairs, rows, columns = inner.shape
    framed = np.zeros((pairs, rows + 2, columns + 2))
    framed[:, 1:-1, 1:-1] = inner
    return framed


def _cells(corners: Floats) -> Floats:
    """Return the double differences of values at the corners of cells."""
    rows = corners[:, 1:] - corners[:, :-1]
    return np.asarray(rows[:, :, 1:] - rows[:, :, :-1])
