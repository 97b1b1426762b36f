"""The standardised solution, with standard errors by the delta method."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from osa_survey.psychometrics.confirmatory.fits import FactorFit
from osa_survey.psychometrics.confirmatory.structures import (
    FACTOR,
    FACTOR_MEAN,
    INTERCEPT,
    LOADING,
    REGRESSION,
    RESIDUAL,
    SCALE,
    THRESHOLD,
    Structure,
)

Floats = NDArray[np.float64]
STEP = 1e-5


@dataclass(frozen=True, repr=False)
class Standardised:
    """Standardised values and standard errors of every row of the table; NaN where there are none."""

    estimates: Floats
    std_errors: Floats


def standardised(fit: FactorFit) -> Standardised:
    """Return the completely standardised solution.

    Notes
    -----
    Loadings times the standard deviation of the factor over that of the (latent) answer; covariances of residuals over
    their residual standard deviations; variances as shares of the total; intercepts, thresholds and means over the
    standard deviation. Standard errors take the derivatives of these by the free parameters.
    """
    parameters, covariance = fit.minimum.parameters, fit.inference.covariance
    with np.errstate(invalid="ignore", divide="ignore"):
        if covariance is None:
            values = _all(fit, parameters)
            return Standardised(values, np.full(len(values), np.nan))
        values, jacobian = standardised_derivatives(fit)
        errors = np.sqrt(np.maximum(((jacobian @ covariance) * jacobian).sum(axis=1), 0.0))
    errors[np.abs(jacobian).max(axis=1) < 1e-8] = 0.0
    return Standardised(values, errors)


def standardised_derivatives(fit: FactorFit) -> tuple[Floats, Floats]:
    """Return the standardised values of the rows, and their derivatives by the free parameters, shape (rows, free)."""
    parameters = fit.minimum.parameters
    with np.errstate(invalid="ignore", divide="ignore"):
        values = _all(fit, parameters)
        jacobian = np.empty((len(values), len(parameters)))
        for index, value in enumerate(parameters):
            shift = np.zeros(len(parameters))
            shift[index] = STEP * max(1.0, abs(value))
            up, down = _all(fit, parameters + shift), _all(fit, parameters - shift)
            jacobian[:, index] = (up - down) / (2.0 * shift[index])
    return values, jacobian


def _all(fit: FactorFit, parameters: Floats) -> Floats:
    """Return the standardised values of the rows, group by group as the table has them."""
    return np.concatenate([_group(structure, parameters) for structure in fit.structures])


def _group(structure: Structure, parameters: Floats) -> Floats:
    matrices = structure.matrices(parameters)
    item = np.sqrt(np.diag(matrices.covariance))
    factor = np.sqrt(np.diag(matrices.factor_covariance))
    values = structure.entry_values(parameters)
    result = values.copy()
    at, rows, columns = structure.by_kind[LOADING]
    result[at] *= factor[columns] / item[rows]
    at, rows, columns = structure.by_kind[REGRESSION]
    result[at] *= factor[columns] / factor[rows]
    at, rows, _ = structure.by_kind[INTERCEPT]
    result[at] /= item[rows]
    at, rows, _ = structure.by_kind[FACTOR_MEAN]
    result[at] /= factor[rows]
    at, rows, _ = structure.by_kind[THRESHOLD]
    result[at] /= item[structure.threshold_items[rows]]
    result[structure.by_kind[SCALE][0]] = 1.0
    for kind, matrix, total in ((FACTOR, matrices.factors, factor), (RESIDUAL, matrices.residuals, item)):
        at, rows, columns = structure.by_kind[kind]
        own = np.sqrt(np.diag(matrix))
        result[at] /= np.where(rows == columns, total[rows] ** 2, own[rows] * own[columns])
    return result
