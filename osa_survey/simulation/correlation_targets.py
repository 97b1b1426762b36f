"""Normal draws whose correlations are the published ones, in the sample or in the population."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from osa_survey.errors import AnalysisError, Problem

SYMMETRY_SLACK = 1e-12


def draw_correlated(
    n: int, correlations: ArrayLike, rng: np.random.Generator, *, exact: bool = True
) -> NDArray[np.float64]:
    """Return standard normal draws with given correlations.

    Parameters
    ----------
    n : int
        People, more than variables where ``exact``.
    correlations : array-like of float, shape (k, k)
        The correlation matrix.
    rng : numpy.random.Generator
        The source of randomness.
    exact : bool
        Whether the sample itself has mean 0, standard deviation 1 (n − 1) and exactly these correlations, so that any
        number of printed digits comes back; else the population has them, and the sample up to sampling error.

    Returns
    -------
    ndarray of float, shape (n, k)
        The draws.

    Raises
    ------
    AnalysisError
        With the code ``not_positive_definite`` if no variables can correlate like this.

    Notes
    -----
    X = Z L', where L is the Cholesky factor of the matrix and Z are independent draws; where exact, Z is first centred
    and multiplied by the inverse Cholesky factor of its own covariance.

    Examples
    --------
    >>> drawn = draw_correlated(50, [[1, 0.3], [0.3, 1]], np.random.default_rng(1))
    >>> round(float(np.corrcoef(drawn.T)[0, 1]), 10)
    0.3
    """
    matrix = np.asarray(correlations, dtype=np.float64)
    k = len(matrix)
    if matrix.shape != (k, k) or np.abs(matrix - matrix.T).max() > SYMMETRY_SLACK or (np.diag(matrix) != 1).any():
        raise ValueError("a correlation matrix is square and symmetric with ones on its diagonal")
    smallest = float(np.linalg.eigvalsh(matrix)[0])
    if smallest <= 0:
        message = f"no {k} variables correlate like this: the smallest eigenvalue is {smallest:.3f}"
        hint = "check the printed correlations; rounding alone moves an eigenvalue by little"
        raise AnalysisError(Problem("not_positive_definite", message, hint=hint))
    drawn = rng.standard_normal((n, k))
    if exact:
        if n <= k:
            raise ValueError("exact correlations need more people than variables")
        drawn -= drawn.mean(axis=0)
        own = np.linalg.cholesky(np.cov(drawn, rowvar=False).reshape(k, k))
        drawn = np.linalg.solve(own, drawn.T).T
    return np.asarray(drawn @ np.linalg.cholesky(matrix).T, dtype=np.float64)
