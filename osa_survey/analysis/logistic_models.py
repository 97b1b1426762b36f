"""Binary logistic regression by maximum likelihood: estimates, fit, and whether finite estimates exist."""

from __future__ import annotations

import math
import warnings
from dataclasses import dataclass
from typing import Any

import numpy as np
import statsmodels.api as sm
from numpy.typing import NDArray
from scipy import stats

from osa_survey.analysis.coefficient_tests import Coefficients, ModelTest, coefficients, joint_test
from osa_survey.analysis.robust_errors import Errors, hat_values, robust_covariance
from osa_survey.models.separation import Separation, estimates_exist, separation

TOLERANCE = 1e-13
"""Relative change of the deviance at which the iterations stop."""
MOST_ITERATIONS = 100


@dataclass(frozen=True, repr=False)
class LogisticFit:
    """One fitted logistic model.

    Attributes
    ----------
    coefficients : Coefficients
        Log odds ratios with z tests; NaN where no finite estimate exists.
    classical_covariance : ndarray of float
        The inverse information.
    log_likelihood, aic, bic, mcfadden_r2, cox_snell_r2, nagelkerke_r2 : float
        Fit.
    test : ModelTest
        All columns but the intercept together: likelihood ratio, or Wald with robust errors.
    separation : Separation
        Whether finite estimates exist.
    engine : statsmodels results
        The fitted object.
    """

    coefficients: Coefficients
    classical_covariance: NDArray[np.float64]
    log_likelihood: float
    aic: float
    bic: float
    mcfadden_r2: float
    cox_snell_r2: float
    nagelkerke_r2: float
    test: ModelTest
    separation: Separation
    engine: Any


def fit_logistic(
    y: NDArray[np.float64],
    X: NDArray[np.float64],
    *,
    errors: Errors = "classical",
    clusters: NDArray[np.intp] | None = None,
    conf_level: float = 0.95,
) -> LogisticFit:
    """Return the maximum likelihood fit.

    Parameters
    ----------
    y : ndarray of float, shape (respondents,)
        1 for events, 0 otherwise; both occur.
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
    Intervals are Wald intervals of the log odds ratio. McFadden 1 − ℓ/ℓ₀, Cox–Snell 1 − exp(2(ℓ₀ − ℓ)/n),
    Nagelkerke Cox–Snell / (1 − exp(2ℓ₀/n)). Separation is decided before any estimate is given: the iterations stop
    somewhere even where no finite maximum exists.
    """
    n, k = X.shape
    engine, probabilities = _iterate(y, X)
    found = Separation("none", np.zeros(k, dtype=bool))
    if not estimates_exist(X, y, probabilities):
        found = separation(X, y)
    weights = probabilities * (1 - probabilities)
    information = X.T @ (X * weights[:, None])
    classical = np.full((k, k), math.nan)
    finite = ~found.columns
    if finite.any():
        # Where some columns have no finite estimate, the others are those of the respondents who are not separated.
        classical[np.ix_(finite, finite)] = np.linalg.pinv(information, hermitian=True)[np.ix_(finite, finite)]
    covariance = classical
    if errors != "classical" and finite.all():
        leverage = hat_values(X, classical, weights)
        covariance = robust_covariance(classical, X, y - probabilities, leverage, clusters)
    estimate = np.where(finite, np.asarray(engine.params, dtype=np.float64), math.nan)
    log_likelihood = _log_likelihood(y, probabilities)
    share = float(y.mean())
    null = n * (share * math.log(share) + (1 - share) * math.log1p(-share))
    cox_snell = -math.expm1(2 * (null - log_likelihood) / n)
    if errors == "classical" or not finite.all():
        test = likelihood_ratio(null, log_likelihood, k - 1)
    else:
        test = joint_test(estimate, covariance, np.arange(1, k), math.inf)
    return LogisticFit(
        coefficients=coefficients(estimate, covariance, math.inf, conf_level),
        classical_covariance=classical,
        log_likelihood=log_likelihood,
        aic=2 * k - 2 * log_likelihood,
        bic=math.log(n) * k - 2 * log_likelihood,
        mcfadden_r2=1 - log_likelihood / null,
        cox_snell_r2=cox_snell,
        nagelkerke_r2=cox_snell / -math.expm1(2 * null / n),
        test=test,
        separation=found,
        engine=engine,
    )


def likelihood_ratio(smaller: float, larger: float, df: int) -> ModelTest:
    """Return the likelihood ratio test of two nested models from their log-likelihoods."""
    statistic = max(0.0, 2 * (larger - smaller))
    return ModelTest(statistic, df, math.nan, float(stats.chi2.sf(statistic, df)), "χ²")


def _iterate(y: NDArray[np.float64], X: NDArray[np.float64]) -> tuple[Any, NDArray[np.float64]]:
    """Return statsmodels' fit and its probabilities; its warnings about separation are replaced by our own check."""
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        engine = sm.GLM(y, X, family=sm.families.Binomial()).fit(maxiter=MOST_ITERATIONS, tol=TOLERANCE)
        return engine, np.asarray(engine.fittedvalues, dtype=np.float64)


def _log_likelihood(y: NDArray[np.float64], probabilities: NDArray[np.float64]) -> float:
    """Return the log-likelihood, with the chance given to what happened kept above zero."""
    chance = np.where(y == 1, probabilities, 1 - probabilities)
    return float(np.log(np.clip(chance, np.finfo(float).tiny, 1.0)).sum())
