"""Standardised regression coefficients with standard errors that know the standard deviations are estimated too."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from osa_survey.effects.spreads import Floats
from osa_survey.models.cross_products import row_blocks

Errors = Literal["distribution_free", "normal", "cluster"]


@dataclass(frozen=True, repr=False)
class StandardisedCoefficients:
    """β of every predictor.

    Attributes
    ----------
    estimate : ndarray of float, shape (columns,)
        b · sd(x)/sd(y).
    covariance : ndarray of float, shape (columns, columns)
        Its delta-method covariance.
    """

    estimate: Floats
    covariance: Floats


def standardised_coefficients(
    y: Floats, X: Floats, *, errors: Errors = "distribution_free", clusters: NDArray[np.intp] | None = None
) -> StandardisedCoefficients:
    """Return standardised coefficients and their covariance.

    Parameters
    ----------
    y : ndarray of float, shape (respondents,)
        The outcome, not constant.
    X : ndarray of float, shape (respondents, columns)
        The predictors without intercept, of full rank.
    errors : {"distribution_free", "normal", "cluster"}
        Without assumption on the distribution of outcome and predictors, for jointly normal ones, or for clusters of
        respondents.
    clusters : ndarray of int, shape (respondents,), optional
        The cluster of each, numbered from 0.

    Notes
    -----
    β_j = b_j s_j/s_y is a function of the covariance matrix of (y, x). Multiplying b's standard error by s_j/s_y takes
    s_j and s_y as known; that interval is too wide for strong and too narrow for some weak predictors. The influence
    of respondent i on β_j is (s_j/s_y) [S_xx⁻¹ x_i]_j e_i + β_j/2 (x_ij²/s_j² − y_i²/s_y²) with centred values and
    residual e_i, the quadratic form z_i'A_j z_i. Distribution-free: Σ_i of its products / n², times n/(n − k − 1)
    (Jones & Waller, 2015); cluster: of its sums over clusters, times G/(G − 1); normal: 2 tr(A_j S A_l S)/(n − k − 1)
    (Jones & Waller, 2013). Dummies, products and powers are not normal, so the first is the default.

    References
    ----------
    Jones, J. A., & Waller, N. G. (2013). Computing confidence intervals for standardized regression coefficients.
    Psychological Methods, 18(4), 435–453. doi:10.1037/a0033269
    Jones, J. A., & Waller, N. G. (2015). The normal-theory and asymptotic distribution-free (ADF) covariance matrix of
    standardized regression coefficients: Theoretical extensions and finite sample behavior. Psychometrika, 80(2),
    365–378. doi:10.1007/s11336-013-9380-y
    """
    n, k = X.shape
    means, mean = X.mean(axis=0), float(y.mean())
    outcome = y - mean
    sxx, sxy = np.zeros((k, k)), np.zeros(k)
    for rows in row_blocks(n):
        x = X[rows] - means
        sxx += x.T @ x
        sxy += x.T @ outcome[rows]
    sxx /= n - 1
    inverse = np.asarray(np.linalg.inv(sxx), dtype=np.float64)
    b = inverse @ sxy / (n - 1)
    sx, sy = np.sqrt(np.diag(sxx)), float(np.sqrt(outcome @ outcome / (n - 1)))
    beta = b * sx / sy
    if errors == "normal":
        S = np.asarray(np.cov(np.column_stack([y, X]), rowvar=False), dtype=np.float64)
        return StandardisedCoefficients(beta, _normal_covariance(S, b, beta, inverse) / (n - k - 1))
    grouped = errors == "cluster" and clusters is not None
    sums = np.zeros((int(clusters.max()) + 1, k)) if grouped and clusters is not None else np.zeros((0, k))
    products = np.zeros((k, k))
    for rows in row_blocks(n):
        x, own = X[rows] - means, outcome[rows]
        influence = (x @ (inverse * (sx / sy))) * (own - x @ b)[:, None]
        x *= x
        x *= 0.5 * beta / sx**2
        influence += x
        influence -= np.outer(0.5 / sy**2 * own**2, beta)
        if grouped and clusters is not None:
            np.add.at(sums, clusters[rows], influence)
        else:
            products += influence.T @ influence
    if grouped:
        return StandardisedCoefficients(beta, sums.T @ sums / n**2 * (len(sums) / (len(sums) - 1)))
    return StandardisedCoefficients(beta, products / (n * (n - k - 1)))


def _normal_covariance(S: Floats, b: Floats, beta: Floats, inverse: Floats) -> Floats:
    """Return 2 tr(A_j S A_l S) for all pairs of columns, S the covariance of the outcome and the predictors."""
    k = len(b)
    residual = np.concatenate([[1.0], -b])
    products = []
    for j in range(k):
        weights = np.concatenate([[0.0], inverse[j]]) * np.sqrt(S[j + 1, j + 1] / S[0, 0])
        A = (np.outer(weights, residual) + np.outer(residual, weights)) / 2
        A[j + 1, j + 1] += beta[j] / (2 * S[j + 1, j + 1])
        A[0, 0] -= beta[j] / (2 * S[0, 0])
        products.append(A @ S)
    return np.array([[2 * float((one * other.T).sum()) for other in products] for one in products])
