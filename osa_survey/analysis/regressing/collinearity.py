"""Linear dependence among the columns of a design matrix: exact (refused) and near (variance inflation)."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import lapack

from osa_survey.errors import AnalysisError, Problem

DEPENDENT = 1e-9
"""A column whose part outside the columns before it is below this share of its length is a combination of them."""
DOUBTFUL = 1e-5
"""Below this share cross products, which square it, have too few digits to decide, and the columns are asked."""
INVOLVED = 1e-6
"""A standardised weight below this is rounding: the column takes no part in the combination."""


def check_rank(matrix: NDArray[np.float64], names: Sequence[str]) -> None:
    """Refuse linearly dependent columns, zero columns, and more columns than respondents.

    Parameters
    ----------
    matrix : ndarray of float, shape (respondents, columns)
        A design matrix.
    names : sequence of str
        What its columns are called.

    Raises
    ------
    AnalysisError
        One problem for each column that is a combination of earlier ones, naming all columns of the dependency.
    """
    n, k = matrix.shape
    if n <= k:
        message = f"too few respondents have answers to everything for {k} coefficients"
        raise AnalysisError(Problem("too_few_respondents", message, hint="use fewer predictors"))
    cross = matrix.T @ matrix
    length = np.sqrt(np.diag(cross))
    if (length > 0).all():
        factor, failed = lapack.dpotrf(cross / np.outer(length, length), lower=1)
        if failed == 0 and (np.diag(factor) > DOUBTFUL).all():
            return
    length = np.linalg.norm(matrix, axis=0)
    if (length == 0).any():
        zero = [names[int(position)] for position in np.flatnonzero(length == 0)]
        message = f"a column is zero for everybody: {', '.join(zero)}"
        raise AnalysisError(Problem("constant_predictor", message, column=zero[0], hint="leave it out"))
    scaled = matrix / length
    diagonal = np.abs(np.diag(np.linalg.qr(scaled, mode="r")))
    problems = []
    for position in map(int, np.flatnonzero(diagonal < DEPENDENT)):
        earlier = np.array([column for column in range(position) if diagonal[column] >= DEPENDENT])
        weights = np.linalg.lstsq(scaled[:, earlier], scaled[:, position], rcond=None)[0]
        others = [names[int(column)] for column in earlier[np.abs(weights) > INVOLVED]]
        message = f"'{names[position]}' is an exact linear combination of {', '.join(repr(other) for other in others)}"
        problems.append(Problem("perfect_collinearity", message, column=names[position], hint="leave one of them out"))
    if problems:
        raise AnalysisError(problems)


def variance_inflation(covariance: NDArray[np.float64], columns: NDArray[np.intp]) -> float:
    """Return the (generalised) variance inflation factor of a predictor.

    Parameters
    ----------
    covariance : ndarray of float, shape (columns, columns)
        The model-based covariance of the coefficients, without the intercept.
    columns : ndarray of int
        The predictor's columns: one for a number, one for each dummy of a nominal predictor.

    Returns
    -------
    float
        For one column the usual VIF, 1 / (1 − R²) of its regression on the others; for several columns the
        generalised VIF, which does not depend on the reference category. 1 if there is no other predictor.

    Notes
    -----
    With C the correlation matrix of the coefficients, GVIF = det(C₁₁) · det(C₂₂) / det(C), where 1 are the
    predictor's columns and 2 all others.

    References
    ----------
    Fox, J., & Monette, G. (1992). Generalized collinearity diagnostics. Journal of the American Statistical
    Association, 87, 178–183. doi:10.1080/01621459.1992.10475190
    """
    scale = np.sqrt(np.diag(covariance))
    correlation = covariance / np.outer(scale, scale)
    others = np.setdiff1d(np.arange(len(correlation)), columns)
    if len(others) == 0:
        return 1.0
    parts = (correlation[np.ix_(columns, columns)], correlation[np.ix_(others, others)])
    own, other = (float(np.linalg.slogdet(part)[1]) for part in parts)
    return math.exp(own + other - float(np.linalg.slogdet(correlation)[1]))
