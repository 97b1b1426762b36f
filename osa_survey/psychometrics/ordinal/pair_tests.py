"""Does a normal surface fit a cross table? And the polychoric correlation with thresholds estimated along with it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from osa_survey.psychometrics.ordinal.bivariate_normals import FAR
from osa_survey.psychometrics.ordinal.cell_probabilities import cell_shapes
from osa_survey.psychometrics.ordinal.ordered_answers import thresholds
from osa_survey.psychometrics.ordinal.polychorics import PolychoricMatrix

Floats = NDArray[np.float64]

STEP = 1e-5


@dataclass(frozen=True)
class FullPolychoric:
    """A polychoric correlation and its thresholds, estimated together.

    Attributes
    ----------
    rho, std_error : float
        The correlation.
    row_thresholds, column_thresholds : ndarray of float
        Thresholds of both items.
    chi_squared, df : float
        The likelihood-ratio test of the normal surface against the table.
    """

    rho: float
    std_error: float
    row_thresholds: Floats
    column_thresholds: Floats
    chi_squared: float
    df: int


def normal_surface_tests(found: PolychoricMatrix) -> tuple[Floats, NDArray[np.int64]]:
    """Return for each pair the likelihood-ratio test of two normal tendencies behind its cross table.

    Parameters
    ----------
    found : PolychoricMatrix
        Correlations with their tables.

    Returns
    -------
    chi_squared : ndarray of float, shape (pairs,)
        ``2 sum n_ab log(n_ab / (n p_ab))``; NaN where the correlation is unknown or perfect, or no degree of freedom
        is left.
    df : ndarray of int, shape (pairs,)
        ``(a - 1)(b - 1) - 1``.

    Notes
    -----
    The two-step estimates stand for the maximum likelihood ones. In large samples small departures turn out
    significant; with many empty cells the p value is not to be trusted.
    """
    pairs = found.pairs
    width = pairs.tables.shape[-1]
    taus = np.array([np.pad(each, (0, width - 1 - len(each)), constant_values=FAR) for each in found.thresholds])
    usable = np.isfinite(pairs.rho) & ~found.perfect[pairs.first, pairs.second]
    rho = np.where(usable, pairs.rho, 0.0)
    shapes = cell_shapes(taus[pairs.first], taus[pairs.second], rho)
    df = (found.sizes[pairs.first] - 1) * (found.sizes[pairs.second] - 1) - 1
    return np.where(usable & (df > 0), _deviance(pairs.tables, shapes.probability), np.nan), df


def _deviance(tables: Floats, probability: Floats) -> Floats:
    n = tables.sum(axis=(-2, -1), keepdims=True)
    ratio = np.where(tables > 0, tables / (np.maximum(n, 1.0) * probability), 1.0)
    return np.asarray(2.0 * (tables * np.log(ratio)).sum(axis=(-2, -1)))


def full_polychoric(table: Floats) -> FullPolychoric:
    """Return the maximum likelihood estimate of a polychoric correlation with both items' thresholds.

    Parameters
    ----------
    table : ndarray of float, shape (a, b)
        A cross table without empty margins.

    Returns
    -------
    FullPolychoric
        The standard error comes from the observed information.

    References
    ----------
    Olsson, U. (1979). Maximum likelihood estimation of the polychoric correlation coefficient. Psychometrika, 44(4),
    443-460. doi:10.1007/BF02296207

    Examples
    --------
    >>> round(full_polychoric(np.array([[40.0, 20.0], [20.0, 40.0]])).rho, 4)
    0.5
    """
    rows, columns = table.shape
    width = max(rows, columns)
    padded = np.zeros((1, width, width))
    padded[0, :rows, :columns] = table

    def place(x: Floats) -> tuple[Floats, Floats, Floats]:
        first, second = np.full((1, width - 1), FAR), np.full((1, width - 1), FAR)
        first[0, : rows - 1], second[0, : columns - 1] = x[1:rows], x[rows:]
        return first, second, np.tanh(x[:1])

    def value(x: Floats) -> float:
        if (np.diff(x[1:rows]) <= 0).any() or (np.diff(x[rows:]) <= 0).any():
            return float("inf")
        probability = cell_shapes(*place(x)).probability
        return float(-(padded * np.log(probability)).sum())

    start = np.concatenate([[0.0], thresholds(table.sum(axis=1)), thresholds(table.sum(axis=0))])

    def gradient(x: Floats) -> Floats:
        steps = STEP * np.eye(len(x))
        return np.array([(value(x + step) - value(x - step)) / (2.0 * STEP) for step in steps])

    found = minimize(value, start, jac=gradient, method="BFGS", options={"gtol": 1e-6 * table.sum() ** 0.5}).x
    size = len(found)
    width_of = 1e-3
    steps = width_of * np.eye(size)
    hessian = np.array([(gradient(found + step) - gradient(found - step)) / (2.0 * width_of) for step in steps])
    covariance = np.linalg.inv((hessian + hessian.T) / 2.0)
    rho = float(np.tanh(found[0]))
    first, second, r = place(found)
    return FullPolychoric(
        rho=rho,
        std_error=float(np.sqrt(covariance[0, 0]) * (1.0 - rho * rho)),
        row_thresholds=found[1:rows],
        column_thresholds=found[rows:],
        chi_squared=float(_deviance(padded, cell_shapes(first, second, r).probability)[0]),
        df=(rows - 1) * (columns - 1) - 1,
    )
