"""Scores of respondents on factors."""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def factor_scores(
    values: Floats, R: Floats, loadings: Floats, phi: Floats, method: Literal["regression", "bartlett"] = "regression"
) -> Floats:
    """Return factor scores of respondents.

    Parameters
    ----------
    values : ndarray of float, shape (respondents, items)
        Answers; a respondent with a gap has no score (NaN).
    R : ndarray of float, shape (items, items)
        Their correlations.
    loadings : ndarray of float, shape (items, factors)
        The pattern.
    phi : ndarray of float, shape (factors, factors)
        Factor correlations.
    method : {"regression", "bartlett"}
        ``R^-1 L phi`` (Thurstone: smallest error, shrunk), or ``U^-2 L (L' U^-2 L)^-1`` (unbiased).

    Returns
    -------
    ndarray of float, shape (respondents, factors)
        Scores of answers standardised by mean and standard deviation (n - 1) of complete cases.

    References
    ----------
    Grice, J. W. (2001). Computing and evaluating factor scores. Psychological Methods, 6(4), 430-450.
    doi:10.1037/1082-989X.6.4.430
    """
    complete = values[~np.isnan(values).any(axis=1)]
    z = (values - complete.mean(axis=0)) / complete.std(axis=0, ddof=1)
    if method == "regression":
        return np.asarray(z @ np.linalg.solve(R, loadings @ phi))
    unique = 1.0 - np.einsum("ik,kl,il->i", loadings, phi, loadings)
    weighted = loadings / unique[:, None]
    return np.asarray(z @ weighted @ np.linalg.inv(loadings.T @ weighted))
