"""Ordinary least squares: estimates, standardised and semi-partial sizes, fit."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import statsmodels.api as sm
from numpy.typing import NDArray

from osa_survey.analysis.coefficient_tests import Coefficients, ModelTest, coefficients, joint_test
from osa_survey.analysis.robust_errors import Errors, hat_values, robust_covariance

REPRODUCED = 1e-20
"""Residual over total variation below this is rounding: the predictors reproduce the outcome."""


@dataclass(frozen=True, repr=False)
class LinearFit:
    """One fitted linear model.

    Attributes
    ----------
    coefficients : Coefficients
        B and its errors, as asked for.
    classical_covariance : ndarray of float
        The covariance of B under equal variances.
    scale : ndarray of float, shape (columns,)
        sd(x) / sd(y) of each column, so that β = B · scale; NaN for the intercept.
    semipartial_r2 : ndarray of float, shape (columns,)
        The loss of R² without that column; NaN for the intercept.
    r2, adjusted_r2, residual_sd, log_likelihood, aic, bic : float
        Fit; AIC and BIC count the residual variance as a parameter.
    test : ModelTest
        All columns but the intercept together.
    df_error : float
        Degrees of freedom of the tests: n − k, or clusters − 1.
    engine : statsmodels results
        The fitted object.
    """

    coefficients: Coefficients
    classical_covariance: NDArray[np.float64]
    scale: NDArray[np.float64]
    semipartial_r2: NDArray[np.float64]
    r2: float
    adjusted_r2: float
    residual_sd: float
    log_likelihood: float
    aic: float
    bic: float
    test: ModelTest
    df_error: float
    engine: Any


def fit_linear(
    y: NDArray[np.float64],
    X: NDArray[np.float64],
    *,
    errors: Errors = "classical",
    clusters: NDArray[np.intp] | None = None,
    conf_level: float = 0.95,
) -> LinearFit | None:
    """Return the least squares fit, or None if the predictors reproduce the outcome exactly.

    Parameters
    ----------
    y : ndarray of float, shape (respondents,)
        The outcome, not constant.
    X : ndarray of float, shape (respondents, columns)
        The design matrix of full rank, the intercept first.
    errors : {"classical", "HC3", "cluster"}
        Which standard errors.
    clusters : ndarray of int, optional
        The cluster of each respondent, numbered from 0.
    conf_level : float
        Level of the intervals.

    Notes
    -----
    sr²ⱼ = bⱼ² / ((X'X)⁻¹ⱼⱼ · SS_total); β = b · sd(x) / sd(y), for a dummy column with the standard deviation of its
    zeros and ones.
    """
    n, k = X.shape
    engine = sm.OLS(y, X).fit()
    total = float(np.square(y - y.mean()).sum())
    if engine.ssr <= REPRODUCED * total or engine.ssr <= REPRODUCED * float(y @ y):
        return None
    bread = np.asarray(engine.normalized_cov_params, dtype=np.float64)
    classical = bread * engine.scale
    df_error = float(n - k)
    covariance = classical
    if errors != "classical":
        leverage = hat_values(X, bread, np.ones(n))
        covariance = robust_covariance(bread, X, np.asarray(engine.resid), leverage, clusters)
    if clusters is not None and errors == "cluster":
        df_error = float(clusters.max())
    estimate = np.asarray(engine.params, dtype=np.float64)
    fitted = coefficients(estimate, covariance, df_error, conf_level)
    scale = X.std(axis=0, ddof=1) / y.std(ddof=1)
    semipartial = np.square(estimate) / (np.diag(bread) * total)
    scale[0] = semipartial[0] = math.nan
    log_likelihood = float(engine.llf)
    return LinearFit(
        coefficients=fitted,
        classical_covariance=classical,
        scale=scale,
        semipartial_r2=semipartial,
        r2=float(engine.rsquared),
        adjusted_r2=float(engine.rsquared_adj),
        residual_sd=math.sqrt(float(engine.scale)),
        log_likelihood=log_likelihood,
        aic=-2 * log_likelihood + 2 * (k + 1),
        bic=-2 * log_likelihood + math.log(n) * (k + 1),
        test=joint_test(estimate, covariance, np.arange(1, k), df_error),
        df_error=df_error,
        engine=engine,
    )
