"""Coefficients of a regression with their errors, tests and intervals."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import stats


@dataclass(frozen=True)
class Coefficients:
    """Estimates of one model.

    Attributes
    ----------
    estimate, std_error, statistic, p_value, conf_low, conf_high : ndarray of float, shape (columns,)
        B, its standard error, B / SE, its two-sided p and the interval of B.
    df : float
        Degrees of freedom of t; infinite for z.
    covariance : ndarray of float, shape (columns, columns)
        The covariance the errors come from.
    """

    estimate: NDArray[np.float64]
    std_error: NDArray[np.float64]
    statistic: NDArray[np.float64]
    p_value: NDArray[np.float64]
    conf_low: NDArray[np.float64]
    conf_high: NDArray[np.float64]
    df: float
    covariance: NDArray[np.float64]


@dataclass(frozen=True)
class ModelTest:
    """A test of several coefficients at once.

    Attributes
    ----------
    statistic, df1, df2, p_value : float
        F with both degrees of freedom, or χ² with ``df1`` and NaN.
    name : str
        ``"F"`` or ``"χ²"``.
    """

    statistic: float
    df1: float
    df2: float
    p_value: float
    name: str


def coefficients(
    estimate: NDArray[np.float64], covariance: NDArray[np.float64], df: float, conf_level: float
) -> Coefficients:
    """Return coefficients with t tests and intervals (z if ``df`` is infinite)."""
    std_error = np.sqrt(np.diag(covariance))
    statistic = estimate / std_error
    distribution = stats.norm if math.isinf(df) else stats.t(df)
    half = distribution.ppf(0.5 + conf_level / 2) * std_error
    p_value = 2 * distribution.sf(np.abs(statistic))
    return Coefficients(estimate, std_error, statistic, p_value, estimate - half, estimate + half, df, covariance)


def joint_test(
    estimate: NDArray[np.float64], covariance: NDArray[np.float64], columns: NDArray[np.intp], df2: float
) -> ModelTest:
    """Return the Wald test that the coefficients of ``columns`` are all zero.

    Parameters
    ----------
    estimate, covariance : ndarray of float
        All coefficients and their covariance.
    columns : ndarray of int
        Which of them are tested.
    df2 : float
        Degrees of freedom of the errors: F = b'V⁻¹b / q on (q, df2); infinite: b'V⁻¹b is χ² on q.

    Notes
    -----
    With classical errors of a linear model this is the F test of the change in R². NaN where the covariance of the
    tested coefficients has no inverse, as with fewer clusters than coefficients.
    """
    part = covariance[np.ix_(columns, columns)]
    tested = estimate[columns]
    q = len(columns)
    name = "χ²" if math.isinf(df2) else "F"
    scale = np.sqrt(np.diag(part))
    if not np.isfinite(part).all() or (scale == 0).any() or np.linalg.matrix_rank(part / np.outer(scale, scale)) < q:
        return ModelTest(math.nan, q, math.nan if math.isinf(df2) else df2, math.nan, name)
    chi_squared = float(tested @ np.linalg.solve(part, tested))
    if math.isinf(df2):
        return ModelTest(chi_squared, q, math.nan, float(stats.chi2.sf(chi_squared, q)), name)
    return ModelTest(chi_squared / q, q, df2, float(stats.f.sf(chi_squared / q, q, df2)), name)
