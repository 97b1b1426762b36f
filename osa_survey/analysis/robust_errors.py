"""Covariances of regression coefficients that do not lean on equal variances or on independent respondents."""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import NDArray

Errors = Literal["classical", "HC3", "cluster"]


def robust_covariance(
    bread: NDArray[np.float64],
    X: NDArray[np.float64],
    residuals: NDArray[np.float64],
    leverage: NDArray[np.float64],
    clusters: NDArray[np.intp] | None,
) -> NDArray[np.float64]:
    """Return the sandwich covariance of regression coefficients.

    Parameters
    ----------
    bread : ndarray of float, shape (columns, columns)
        The inverse information: (X'X)⁻¹ of a linear, (X'WX)⁻¹ of a logistic model.
    X : ndarray of float, shape (respondents, columns)
        The design matrix.
    residuals : ndarray of float, shape (respondents,)
        Observed minus fitted values.
    leverage : ndarray of float, shape (respondents,)
        The diagonal of the hat matrix.
    clusters : ndarray of int or None
        The cluster of each respondent, numbered from 0; None gives HC3.

    Returns
    -------
    ndarray of float, shape (columns, columns)
        The covariance.

    Notes
    -----
    HC3 weighs each squared residual by 1 / (1 − h)². The cluster-robust covariance sums the scores of a cluster and
    is multiplied by G / (G − 1) · (n − 1) / (n − k) for G clusters, n respondents and k coefficients.

    References
    ----------
    MacKinnon, J. G., & White, H. (1985). Some heteroskedasticity-consistent covariance matrix estimators with
    improved finite sample properties. Journal of Econometrics, 29, 305–325. doi:10.1016/0304-4076(85)90158-7
    Cameron, A. C., & Miller, D. L. (2015). A practitioner's guide to cluster-robust inference. Journal of Human
    Resources, 50, 317–372. doi:10.3368/jhr.50.2.317
    """
    n, k = X.shape
    if clusters is None:
        scores = X * (residuals / (1.0 - leverage))[:, None]
        correction = 1.0
    else:
        n_clusters = int(clusters.max()) + 1
        scores = np.zeros((n_clusters, k))
        np.add.at(scores, clusters, X * residuals[:, None])
        correction = n_clusters / (n_clusters - 1) * (n - 1) / (n - k)
    covariance: NDArray[np.float64] = correction * (bread @ (scores.T @ scores) @ bread)
    return covariance


def hat_values(X: NDArray[np.float64], bread: NDArray[np.float64], weights: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the leverage of each respondent: the diagonal of W½ X (X'WX)⁻¹ X' W½."""
    leverage: NDArray[np.float64] = np.einsum("ij,jk,ik->i", X, bread, X, optimize=True) * weights
    return leverage
