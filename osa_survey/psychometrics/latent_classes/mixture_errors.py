"""Standard errors of what a mixture estimates."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from osa_survey.psychometrics.latent_classes.class_weights import ClassWeights
from osa_survey.psychometrics.latent_classes.measurements import Categorical, Floats, Measurement
from osa_survey.psychometrics.latent_classes.mixtures import (
    Mixture,
    climbed,
    expected_members,
    known_inverse,
    mixture_scores,
)

STEP = 1e-5
"""Of the differences that give the second derivatives of the log-likelihood."""
BOUND = 1e-5
"""A probability this close to 0 or 1 stands at its bound and has no standard error."""


def theta_errors(mixture: Mixture, measurement: Measurement) -> Floats:
    """Return the standard errors of ``theta``, NaN for probabilities at their bound."""
    J = measurement.jacobian(mixture.theta)
    at = mixture.coefficients.size
    V = mixture.covariance[at:, at:]
    errors = np.sqrt(np.maximum(np.einsum("ij,jk,ik->i", J, V, J), 0.0)).reshape(mixture.classes, -1).T
    return _without_bounds(mixture, measurement, errors)


def share_errors(mixture: Mixture) -> Floats:
    """Return the standard errors of the class sizes, without covariates."""
    K = mixture.classes
    J = (np.diag(mixture.shares) - np.outer(mixture.shares, mixture.shares))[:, 1:]
    V = mixture.covariance[: K - 1, : K - 1]
    return np.sqrt(np.maximum(np.einsum("ij,jk,ik->i", J, V, J), 0.0)) if K > 1 else np.zeros(1)


def weighted_errors(
    mixture: Mixture,
    measurement: Measurement,
    member: NDArray[np.int64],
    used: NDArray[np.bool_],
    sampling: ClassWeights,
) -> tuple[Floats, Floats]:
    """Return the standard errors of class sizes and of ``theta`` under a sampling plan.

    Parameters
    ----------
    mixture : Mixture
        Fitted with the weights, without covariates.
    measurement : Measurement
        The distinct rows.
    member : ndarray of int, shape (respondents used,)
        The row of each.
    used : ndarray of bool, shape (respondents,)
        Who they are.
    sampling : ClassWeights
        Weights and plan.

    Notes
    -----
    Linearised: w s H⁻¹ with the scores s and the observed information H of the weighted log-likelihood. Under replicate
    weights EM goes on from the maximum, so that classes keep their order.

    References
    ----------
    Patterson, B. H., Dayton, C. M., & Graubard, B. I. (2002). Latent class analysis of complex sample survey data:
    Application to dietary data. Journal of the American Statistical Association, 97(459), 721-741. (journal and pages
    recalled)
    """
    K, X = mixture.classes, np.ones((measurement.rows, 1))
    weights = sampling.among(used)

    def rows(columns: Floats) -> Floats:
        return np.bincount(member, columns, minlength=measurement.rows).astype(np.float64)

    def influence() -> Floats:
        inverse = known_inverse(_observed_information(mixture, measurement, X, rows(weights)))
        S = mixture_scores(measurement, X, mixture.theta, mixture.posterior, mixture.coefficients)
        raw = (S @ inverse)[member] * weights[:, None]
        by_share = (np.diag(mixture.shares) - np.outer(mixture.shares, mixture.shares))[:, 1:]
        return np.hstack([raw[:, : K - 1] @ by_share.T, raw[:, K - 1 :] @ measurement.jacobian(mixture.theta).T])

    def refit(many: Floats) -> Floats:
        found = []
        for column in many.T:
            own = rows(column * (len(column) / column.sum()))
            _, beta, theta, _ = climbed(measurement, own, X, mixture.coefficients, mixture.theta, precise=True)
            posterior, _ = expected_members(measurement, X, beta, theta)
            found.append(np.concatenate([own @ posterior / own.sum(), theta.T.ravel()]))
        return np.stack(found)

    estimate = np.concatenate([mixture.shares, mixture.theta.T.ravel()])
    V = sampling.covariance(used, estimate, influence, refit)
    errors = np.sqrt(np.maximum(np.diag(V), 0.0))
    return errors[:K], _without_bounds(mixture, measurement, errors[K:].reshape(K, -1).T)


def _observed_information(mixture: Mixture, measurement: Measurement, X: Floats, weights: Floats) -> Floats:
    """Return minus the second derivatives of the weighted log-likelihood, by differences of its scores."""
    size, own = mixture.coefficients.size, measurement.free(mixture.classes)

    def gradient(step: Floats) -> Floats:
        beta = mixture.coefficients + step[:size].reshape(mixture.coefficients.shape)
        theta = measurement.moved(mixture.theta, step[size:])
        posterior, _ = expected_members(measurement, X, beta, theta)
        return np.asarray(weights @ mixture_scores(measurement, X, theta, posterior, beta))

    units = STEP * np.eye(size + own)
    found = np.stack([gradient(-unit) - gradient(unit) for unit in units]) / (2 * STEP)
    return np.asarray((found + found.T) / 2)


def _without_bounds(mixture: Mixture, measurement: Measurement, errors: Floats) -> Floats:
    if isinstance(measurement, Categorical):
        return np.where((mixture.theta < BOUND) | (mixture.theta > 1 - BOUND), np.nan, errors)
    return np.asarray(errors)
