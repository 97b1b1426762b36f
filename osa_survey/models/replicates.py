"""One data set under many weights: by moments for least squares, one fit after the other for any family."""

from __future__ import annotations

import numpy as np

from osa_survey.errors import AnalysisError, Problem
from osa_survey.models.fits import Family, Fit, Floats, ManyFits
from osa_survey.models.stacks import joined, products_of_columns, solved, unpacked


def many_least_squares(y: Floats, X: Floats, weights_matrix: Floats) -> ManyFits:
    """Return least-squares fits of one data set under each column of weights; the last parameter is log σ.

    Parameters
    ----------
    y : ndarray of float, shape (respondents,)
        The outcome.
    X : ndarray of float, shape (respondents, columns)
        The design matrix.
    weights_matrix : ndarray of float, shape (respondents, fits)
        Weights.

    Notes
    -----
    All moments come from one product of the weights with the products of columns. Columns are centred at their means
    and scaled first, and the estimates carried back, so that no digits are lost.
    """
    weights = check_weights_matrix(weights_matrix, len(y))
    both = np.column_stack([X, y])
    scale = np.sqrt((both**2).mean(axis=0))
    scale = np.where(scale > 0, scale, 1.0)
    first = np.linalg.lstsq(X / scale[:-1], y, rcond=None)[0] / scale[:-1]
    rest = y - X @ first
    spread = float(np.sqrt((rest**2).mean())) or 1.0
    scaled = np.column_stack([X / scale[:-1], rest / spread])
    k = X.shape[1]
    moments = unpacked(weights.T @ products_of_columns(scaled), k + 1)
    total = weights.sum(axis=0)
    cross, right, square = moments[:, :k, :k], moments[:, :k, k], moments[:, k, k]
    solution, fine = solved(cross, right)
    with np.errstate(all="ignore"):
        variance = (square - np.einsum("rk,rk->r", solution, right)) / total * spread**2
        fine &= variance > 0
        log_sigma = 0.5 * np.log(np.where(fine, variance, 1.0))
    beta = first + solution * spread / scale[:-1]
    information = np.zeros((len(total), k + 1, k + 1))
    information[:, :k, :k] = cross * np.outer(scale[:-1], scale[:-1]) * np.exp(-2 * log_sigma)[:, None, None]
    information[:, k, k] = 2 * total
    value = -total * (0.5 * np.log(2 * np.pi) + log_sigma + 0.5)
    return joined([(np.column_stack([beta, log_sigma]), information, value, fine)])


def one_by_one(
    family: Family,
    y: Floats,
    X: Floats,
    weights_matrix: Floats,
    start: Floats | None = None,
    *,
    Z: Floats | None = None,
    offset: Floats | None = None,
) -> ManyFits:
    """Return the fits of any family under each column of weights, one after the other from the same start.

    A fit that is refused (an empty category, dependent columns) or does not converge counts as not converged.
    """
    weights = check_weights_matrix(weights_matrix, len(y))
    found: list[Fit | None] = []
    for column in range(weights.shape[1]):
        try:
            found.append(family.fit(y, X, weights=weights[:, column], start=start, Z=Z, offset=offset))
        except AnalysisError:
            found.append(None)
    fits = [fit for fit in found if fit is not None]
    if not fits:
        family.fit(y, X, weights=weights[:, 0], start=start, Z=Z, offset=offset)  # raises what was wrong
    k = len(fits[0].parameters)
    converged = np.array([fit is not None and fit.converged for fit in found])
    parameters = np.array([np.full(k, np.nan) if fit is None else fit.parameters for fit in found])
    information = np.array([np.full((k, k), np.nan) if fit is None else fit.information for fit in found])
    value = np.array([np.nan if fit is None else fit.log_likelihood for fit in found])
    return joined([(parameters, information, value, converged)])


def check_weights_matrix(weights_matrix: Floats, n: int) -> Floats:
    """Return the weights as floats, or raise `AnalysisError`."""
    weights = np.asarray(weights_matrix, dtype=np.float64)
    if weights.ndim != 2 or len(weights) != n or not weights.shape[1]:
        message = f"weights of shape {weights.shape} do not go with {n} respondents"
        raise AnalysisError(Problem("shapes_differ", message, hint="give one row for each respondent"))
    if not np.isfinite(weights).all() or (weights < 0).any():
        raise AnalysisError(Problem("negative_weights", "some weights are negative, missing or infinite"))
    return weights
