"""Ordinary least squares: estimates, standardised and semi-partial sizes, fit."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import statsmodels.api as sm
from numpy.typing import NDArray
from scipy import stats

from osa_survey.analysis.coefficient_tests import Coefficients, ModelTest, coefficients, joint_test
from osa_survey.analysis.robust_errors import Errors, hat_values, robust_covariance
from osa_survey.effects.effects import Effect, effect
from osa_survey.effects.explained_outcomes import r_squared, semipartial_r_squared
from osa_survey.effects.standardised_coefficients import Errors as ErrorsOfBeta
from osa_survey.effects.standardised_coefficients import standardised_coefficients

REPRODUCED = 1e-20
"""Residual over total variation below this is rounding: the predictors reproduce the outcome."""

BETA: dict[ErrorsOfBeta, str] = {
    "distribution_free": "B · sd(x) / sd(y), distribution-free delta-method interval (Jones–Waller)",
    "cluster": "B · sd(x) / sd(y), delta-method interval robust to clusters",
}


@dataclass(frozen=True, repr=False)
class LinearFit:
    """One fitted linear model.

    Attributes
    ----------
    coefficients : Coefficients
        B and its errors, as asked for.
    classical_covariance : ndarray of float
        The covariance of B under equal variances.
    beta : tuple of Effect
        The standardised coefficient of each column but the intercept.
    semipartial_r2 : tuple of Effect
        The loss of R² without each column but the intercept.
    explained : Effect
        R² with its interval.
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
    beta: tuple[Effect, ...]
    semipartial_r2: tuple[Effect, ...]
    explained: Effect
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
    β = b · sd(x) / sd(y), for a dummy column with the standard deviation of its zeros and ones.
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
    log_likelihood = float(engine.llf)
    return LinearFit(
        coefficients=fitted,
        classical_covariance=classical,
        beta=_standardised(y, X[:, 1:], clusters if errors == "cluster" else None, df_error, conf_level),
        semipartial_r2=tuple(semipartial_r_squared(y, X[:, 1:], conf_level)),
        explained=r_squared(float(engine.rsquared), n, k - 1, conf_level),
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


def _standardised(
    y: NDArray[np.float64],
    x: NDArray[np.float64],
    clusters: NDArray[np.intp] | None,
    df: float,
    conf_level: float,
) -> tuple[Effect, ...]:
    """Return β of every column with the delta-method interval, which takes no standard deviation as known."""
    if not x.shape[1]:
        return ()
    kind: ErrorsOfBeta = "distribution_free" if clusters is None else "cluster"
    found = standardised_coefficients(y, x, errors=kind, clusters=clusters)
    half = float(stats.t.ppf(0.5 + conf_level / 2, df))
    return tuple(
        effect(
            float(beta), (float(beta - half * spread), float(beta + half * spread)), BETA[kind], std_error=float(spread)
        )
        for beta, spread in zip(found.estimate, np.sqrt(np.diag(found.covariance)), strict=True)
    )
