"""Whether correlations are worth factoring: sampling adequacy (KMO) and Bartlett's test of sphericity."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import chdtrc

Floats = NDArray[np.float64]


@dataclass(frozen=True, repr=False)
class Adequacy:
    """Kaiser–Meyer–Olkin measures.

    Attributes
    ----------
    overall : float
        Of all items together.
    items : ndarray of float, shape (items,)
        Of each item.
    """

    overall: float
    items: Floats


@dataclass(frozen=True)
class Sphericity:
    """Bartlett's test that all correlations are zero.

    Attributes
    ----------
    chi_squared : float
        The statistic.
    df : int
        Its degrees of freedom.
    p_value : float
        The upper tail.
    """

    chi_squared: float
    df: int
    p_value: float


def kaiser_meyer_olkin(R: Floats) -> Adequacy:
    """Return how small partial correlations are beside correlations.

    Parameters
    ----------
    R : ndarray of float, shape (items, items)
        A correlation matrix with an inverse.

    Returns
    -------
    Adequacy
        ``sum r^2 / (sum r^2 + sum q^2)`` over all pairs, and over the pairs of each item, with the anti-image
        correlations ``q``.

    References
    ----------
    Kaiser, H. F., & Rice, J. (1974). Little jiffy, mark IV. Educational and Psychological Measurement, 34(1), 111-117.
    doi:10.1177/001316447403400115

    Examples
    --------
    >>> round(kaiser_meyer_olkin(np.array([[1.0, 0.5, 0.5], [0.5, 1.0, 0.5], [0.5, 0.5, 1.0]])).overall, 4)
    0.6923
    """
    inverse = np.linalg.inv(R)
    scale = np.sqrt(np.diag(inverse))
    partial = (inverse / np.outer(scale, scale)) ** 2
    squared = np.asarray(R, dtype=np.float64) ** 2
    np.fill_diagonal(partial, 0.0)
    np.fill_diagonal(squared, 0.0)
    by_item = squared.sum(axis=1), partial.sum(axis=1)
    return Adequacy(
        float(squared.sum() / (squared.sum() + partial.sum())), np.asarray(by_item[0] / (by_item[0] + by_item[1]))
    )


def bartlett_sphericity(R: Floats, n: int) -> Sphericity:
    """Return Bartlett's test that the items are uncorrelated.

    Parameters
    ----------
    R : ndarray of float, shape (items, items)
        A correlation matrix.
    n : int
        Respondents behind it.

    References
    ----------
    Bartlett, M. S. (1951). The effect of standardization on a chi-square approximation in factor analysis.
    Biometrika, 38(3/4), 337-344. doi:10.1093/biomet/38.3-4.337

    Examples
    --------
    >>> test = bartlett_sphericity(np.array([[1.0, 0.5], [0.5, 1.0]]), 100)
    >>> round(test.chi_squared, 3), test.df
    (28.049, 1)
    """
    k = len(R)
    chi_squared = -(n - 1.0 - (2.0 * k + 5.0) / 6.0) * float(np.linalg.slogdet(R)[1])
    df = k * (k - 1) // 2
    return Sphericity(chi_squared, df, float(chdtrc(df, max(chi_squared, 0.0))))


def squared_multiple_correlations(R: Floats) -> Floats:
    """Return how much of each item the others explain, ``1 - 1 / diag(R^-1)``.

    Parameters
    ----------
    R : ndarray of float, shape (..., items, items)
        Correlation matrices with an inverse.
    """
    return np.asarray(1.0 - 1.0 / np.diagonal(np.linalg.inv(R), axis1=-2, axis2=-1))
