"""Covariances of estimates, from scores and information."""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

from osa_survey.errors import AnalysisError, Problem
from osa_survey.models.counts import Poisson
from osa_survey.models.cross_products import quadratic_forms, weighted_cross
from osa_survey.models.fits import Fit, Floats
from osa_survey.models.fractions import Fractional
from osa_survey.models.linear import Linear
from osa_survey.models.logits import BinaryLogit
from osa_survey.models.probits import BinaryProbit, normal_density

Robust = Literal["HC0", "HC1", "HC2", "HC3", "HC4"]
ALONE = 1e-10
"""One minus a leverage below this is rounding: the residual is zero whatever the outcome."""


def inverse_information(fit: Fit) -> Floats:
    """Return the inverse of the observed information.

    Returns
    -------
    ndarray of float, shape (parameters, parameters)
        Parameters at a bound count as known: zero. Those without a finite estimate have no covariance: NaN, and the
        fit's warnings say why.

    Raises
    ------
    AnalysisError
        If the information of the others is singular.
    """
    p = len(fit.parameters)
    found = np.zeros((p, p))
    free = np.setdiff1d(np.arange(p), [*fit.at_bound, *fit.separated])
    if len(free):
        some = fit.information[np.ix_(free, free)]
        size = np.sqrt(np.abs(np.diag(some)))
        try:
            factor = np.linalg.cholesky(some / np.outer(size, size))
        except np.linalg.LinAlgError:
            message = "the information is singular, so that there are no standard errors"
            hint = "; ".join(fit.warnings) or "use fewer predictors"
            raise AnalysisError(Problem("singular_information", message, hint=hint)) from None
        half = np.linalg.inv(factor) / size
        found[np.ix_(free, free)] = half.T @ half
    lost = list(fit.separated)
    found[lost, :] = np.nan
    found[:, lost] = np.nan
    return found


def classical_covariance(fit: Fit) -> Floats:
    """Return the covariance that holds if the model does.

    Returns
    -------
    ndarray of float, shape (parameters, parameters)
        The inverse information; for the coefficients of a linear model times Σw / (n − k), which gives the unbiased
        residual variance; n counts respondents with a positive weight.

    Raises
    ------
    AnalysisError
        For a quasi-likelihood, whose inverse information is no covariance.
    """
    if isinstance(fit.family, Fractional):
        message = "a fractional model has no likelihood behind its estimates"
        raise AnalysisError(Problem("quasi_likelihood", message, hint="use robust errors (HC0 … HC3, cluster)"))
    found = inverse_information(fit)
    if isinstance(fit.family, Linear):
        k = fit.n_coefficients
        found[:k, :k] *= fit.weight_sum / (fit.n_used - k)
    return found


def leverages(fit: Fit, X: Floats, weights: Floats | None = None, offset: Floats | None = None) -> Floats:
    """Return the diagonal of the hat matrix W½X(X'WX)⁻¹X'W½.

    Parameters
    ----------
    fit : Fit
        A linear, logistic, probit, Poisson or fractional fit.
    X, weights, offset : ndarray of float
        What it was fitted to.

    Returns
    -------
    ndarray of float, shape (respondents,)
        Leverages; W are the weights times the expected information of one respondent's linear predictor.

    Raises
    ------
    AnalysisError
        For families with more than one linear predictor.
    """
    w = np.ones(len(X)) if weights is None else np.asarray(weights, dtype=np.float64)
    used = w > 0
    rows = X if used.all() else X[used]
    curvature = _expected_curvature(fit, rows, None if offset is None else offset[used])
    if curvature is None:
        message = f"leverage is not defined for a {fit.family.name} model"
        raise AnalysisError(Problem("no_leverage", message, hint="use HC0 or HC1"))
    W = w[used] * curvature
    cross = weighted_cross(rows, W)
    size = np.sqrt(np.diag(cross))
    half = np.linalg.inv(np.linalg.cholesky(cross / np.outer(size, size))) / size
    found = np.zeros(len(X))
    found[used] = quadratic_forms(rows, half) * W
    return found


def robust_covariance(
    fit: Fit,
    kind: Robust = "HC3",
    *,
    X: Floats | None = None,
    weights: Floats | None = None,
    offset: Floats | None = None,
) -> Floats:
    """Return a heteroscedasticity-consistent covariance.

    Parameters
    ----------
    fit : Fit
        The model.
    kind : {"HC0", "HC1", "HC2", "HC3", "HC4"}
        HC1 multiplies by n / (n − k); HC2, HC3 and HC4 divide squared scores by (1 − h)^δ with δ = 1, 2 and
        min(4, nh/k), for families with one linear predictor.
    X, offset : ndarray of float, optional
        What the model was fitted to; HC2 to HC4 need X.
    weights : ndarray of float, shape (respondents,), optional
        The weights of the fit: scores enter as wᵢsᵢ.

    Returns
    -------
    ndarray of float, shape (parameters, parameters)
        I⁻¹ (Σ wᵢ²sᵢsᵢ') I⁻¹ with the information I.

    References
    ----------
    White, H. (1980). A heteroskedasticity-consistent covariance matrix estimator and a direct test for
    heteroskedasticity. Econometrica, 48, 817–838. doi:10.2307/1912934
    MacKinnon, J. G., & White, H. (1985). Some heteroskedasticity-consistent covariance matrix estimators with
    improved finite sample properties. Journal of Econometrics, 29, 305–325. doi:10.1016/0304-4076(85)90158-7
    Cribari-Neto, F. (2004). Asymptotic inference under heteroskedasticity of unknown form. Computational Statistics &
    Data Analysis, 45, 215–233. doi:10.1016/S0167-9473(02)00366-3
    """
    n, k = fit.n_used, fit.n_coefficients if isinstance(fit.family, Linear) else len(fit.parameters)
    factor = None if weights is None else np.asarray(weights, dtype=np.float64)
    if kind in {"HC2", "HC3", "HC4"}:
        if X is None:
            message = f"{kind} needs the design matrix"
            raise AnalysisError(Problem("no_design_matrix", message, hint="hand over X"))
        h = leverages(fit, X, weights, offset)
        rest = 1.0 - h
        alone = int((rest < ALONE).sum())
        if alone:
            message = f"{alone} respondents are alone in determining a coefficient"
            raise AnalysisError(Problem("leverage_of_one", message, hint="use HC0 or HC1, or leave the predictor out"))
        if kind == "HC4":
            shrink = rest ** (-0.5 * np.minimum(4.0, n * h / k))
        else:
            shrink = 1.0 / rest if kind == "HC3" else 1.0 / np.sqrt(rest)
        factor = shrink if factor is None else factor * shrink
    meat = fit.scores.T @ fit.scores if factor is None else weighted_cross(fit.scores, factor**2)
    correction = n / (n - k) if kind == "HC1" else 1.0
    return _sandwich(fit, meat) * correction


def cluster_covariance(
    fit: Fit, clusters: NDArray[np.intp], *, weights: Floats | None = None, correction: Literal["CR0", "CR1"] = "CR1"
) -> Floats:
    """Return the cluster-robust covariance.

    Parameters
    ----------
    fit : Fit
        The model.
    clusters : ndarray of int, shape (respondents,)
        The cluster of each respondent.
    weights : ndarray of float, shape (respondents,), optional
        The weights of the fit.
    correction : {"CR0", "CR1"}
        CR1 multiplies by G / (G − 1) · (n − 1) / (n − k) for G clusters.

    Raises
    ------
    AnalysisError
        With fewer than two clusters.

    References
    ----------
    Cameron, A. C., & Miller, D. L. (2015). A practitioner's guide to cluster-robust inference. Journal of Human
    Resources, 50, 317–372. doi:10.3368/jhr.50.2.317
    """
    scores = fit.scores
    if weights is not None:
        used = np.asarray(weights) > 0
        scores, clusters = scores[used] * np.asarray(weights)[used, None], np.asarray(clusters)[used]
    names, position = np.unique(clusters, return_inverse=True)
    number = len(names)
    if number < 2:
        message = "cluster-robust errors need two clusters or more"
        raise AnalysisError(Problem("one_cluster", message, hint="use HC3 errors"))
    order = np.argsort(position, kind="stable")
    begins = np.searchsorted(position[order], np.arange(number))
    sums = np.add.reduceat(scores[order], begins, axis=0)
    n, k = fit.n_used, fit.n_coefficients if isinstance(fit.family, Linear) else len(fit.parameters)
    factor = number / (number - 1) * (n - 1) / (n - k) if correction == "CR1" else 1.0
    return _sandwich(fit, sums.T @ sums) * factor


def _sandwich(fit: Fit, meat: Floats) -> Floats:
    bread = inverse_information(fit)
    return np.asarray(bread @ meat @ bread)


def _expected_curvature(fit: Fit, X: Floats, offset: Floats | None) -> Floats | None:
    """Return the expected information of each respondent's linear predictor, or None."""
    if isinstance(fit.family, Linear):
        return np.ones(len(X))
    eta = X @ fit.coefficients + (0.0 if offset is None else offset) if fit.n_coefficients == X.shape[1] else None
    if isinstance(fit.family, BinaryLogit | Fractional | Poisson | BinaryProbit) and eta is not None:
        if isinstance(fit.family, BinaryProbit):
            p = ndtr(eta)
            return np.asarray(normal_density(eta) ** 2 / (p * (1 - p)))
        mean = fit.family.expected(fit.parameters, X, None, offset)[:, 0]
        return mean if isinstance(fit.family, Poisson) else mean * (1 - mean)
    return None
