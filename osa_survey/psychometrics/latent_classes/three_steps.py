"""What goes with class membership, corrected for the errors of classification (three-step methods)."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import stats
from scipy.special import chdtrc, logsumexp

from osa_survey.psychometrics.latent_classes.mixtures import hard_members

Floats = NDArray[np.float64]
Covariance = Callable[[Floats, Callable[[], Floats], Callable[[Floats], Floats]], Floats]
"""From numbers, their influence and a refit under many weights to a covariance, see ``ClassWeights``."""

STEPS = 100
TOLERANCE = 1e-9


@dataclass(frozen=True, repr=False)
class ClassMeans:
    """Means of an outcome in classes.

    Attributes
    ----------
    mean, std_error : ndarray of float, shape (classes,)
        Corrected means with their standard errors.
    wald, p_value : float
        Test that all are equal: χ², or F under a sampling plan.
    df : int
        Its degrees of freedom.
    """

    mean: Floats
    std_error: Floats
    wald: float
    df: int
    p_value: float


@dataclass(frozen=True, repr=False)
class MembershipModel:
    """Multinomial regression of membership.

    Attributes
    ----------
    coefficients, std_errors : ndarray of float, shape (columns, classes - 1)
        Log odds against the first class.
    converged : bool
        Whether the search came to rest.
    """

    coefficients: Floats
    std_errors: Floats
    converged: bool


def classification_errors(posterior: Floats, weights: Floats | None = None) -> Floats:
    """Return P(assigned to s | member of t), shape (classes t, classes s), of the most likely class.

    Examples
    --------
    >>> classification_errors(np.array([[0.9, 0.1], [0.2, 0.8]])).round(4).tolist()
    [[0.8182, 0.1818], [0.1111, 0.8889]]
    """
    weights = np.ones(len(posterior)) if weights is None else weights
    assigned = np.eye(posterior.shape[1])[hard_members(posterior)]
    joint = (posterior * weights[:, None]).T @ assigned
    return np.asarray(joint / joint.sum(axis=1, keepdims=True))


def bch_means(
    outcome: Floats,
    posterior: Floats,
    errors: Floats,
    *,
    weights: Floats | None = None,
    covariance: Covariance | None = None,
    df: float = math.inf,
) -> ClassMeans:
    """Return the means of an outcome in the classes.

    Parameters
    ----------
    outcome : ndarray of float, shape (respondents,)
        Numbers without gaps.
    posterior : ndarray of float, shape (respondents, classes)
        Membership probabilities.
    errors : ndarray of float, shape (classes, classes)
        See ``classification_errors``.
    weights, covariance, df : optional
        Sampling weights, what makes covariances of influence under the plan, and its degrees of freedom; the test is F
        then.

    Returns
    -------
    ClassMeans
        Weighted means with BCH weights (the assignment times the inverse of the errors) and robust standard errors,
        which take the classification as known.

    References
    ----------
    Bolck, A., Croon, M., & Hagenaars, J. (2004). Estimating latent structure models with categorical variables:
    One-step versus three-step estimators. Political Analysis, 12(1), 3-27. doi:10.1093/pan/mph001

    Bakk, Z., Tekle, F. B., & Vermunt, J. K. (2013). Estimating the association between latent class membership and
    external variables using bias-adjusted three-step approaches. Sociological Methodology, 43(1), 272-311.
    doi:10.1177/0081175012470644
    """
    assigned = np.eye(posterior.shape[1])[hard_members(posterior)]
    own = assigned @ np.linalg.inv(errors)
    each = own if weights is None else own * weights[:, None]
    total = each.sum(axis=0)
    mean = each.T @ outcome / total
    influence = each * (outcome[:, None] - mean) / total

    def refit(many: Floats) -> Floats:
        return np.stack([(own * w[:, None]).T @ outcome / (w @ own) for w in many.T])

    V = influence.T @ influence if covariance is None else covariance(mean, lambda: influence, refit)
    contrast = np.hstack([-np.ones((len(mean) - 1, 1)), np.eye(len(mean) - 1)])
    away = contrast @ mean
    wald = float(away @ np.linalg.pinv(contrast @ V @ contrast.T, hermitian=True) @ away)
    k = len(mean) - 1
    if not math.isinf(df):
        wald /= max(k, 1)
    p = float("nan") if not k else float(chdtrc(k, wald) if math.isinf(df) else stats.f.sf(wald, k, df))
    return ClassMeans(mean, np.sqrt(np.diag(V)), wald, k, p)


def membership_model(
    X: Floats,
    posterior: Floats,
    errors: Floats,
    *,
    weights: Floats | None = None,
    covariance: Covariance | None = None,
) -> MembershipModel:
    """Return the regression of membership on covariates.

    Parameters
    ----------
    X : ndarray of float, shape (respondents, columns)
        Covariates, ones first.
    posterior : ndarray of float, shape (respondents, classes)
        Membership probabilities of a model without covariates.
    errors : ndarray of float, shape (classes, classes)
        See ``classification_errors``.
    weights, covariance : optional
        Sampling weights, and what makes covariances of influence under the plan.

    Returns
    -------
    MembershipModel
        The maximum of ``sum log sum_t pi_t(x) P(assigned | t)`` with robust standard errors, which take the
        classification errors as known.

    References
    ----------
    Vermunt, J. K. (2010). Latent class modeling with covariates: Two improved three-step approaches. Political
    Analysis, 18(4), 450-469. doi:10.1093/pan/mpq025
    """
    chances = errors[:, hard_members(posterior)].T
    K, q = posterior.shape[1], X.shape[1]
    scale = X.std(axis=0)
    center = np.where(scale > 0, X.mean(axis=0), 0.0)
    Z = (X - center) / np.where(scale > 0, scale, 1.0)
    beta = np.zeros((q, K - 1))
    beta[0] = np.log(np.maximum(posterior.mean(axis=0), 1e-12))[1:] - np.log(max(posterior[:, 0].mean(), 1e-12))
    own = np.ones(len(Z)) if weights is None else weights
    end = _maximum(Z, chances, own, beta)
    back = np.eye(q)
    back[1:, 1:] = np.diag(1.0 / np.where(scale[1:] > 0, scale[1:], 1.0))
    back[0, 1:] = -center[1:] / np.where(scale[1:] > 0, scale[1:], 1.0)
    turn = np.kron(np.eye(K - 1), back)
    influence = (end.scores * own[:, None]) @ np.linalg.pinv(end.information, hermitian=True) @ turn.T

    def refit(many: Floats) -> Floats:
        found = []
        for column in many.T:
            again = _maximum(Z, chances, column * (len(column) / column.sum()), end.beta)
            value = turn @ again.beta.T.ravel()
            found.append(value if again.converged else np.full(len(value), np.nan))
        return np.stack(found)

    estimate = turn @ end.beta.T.ravel()
    V = influence.T @ influence if covariance is None else covariance(estimate, lambda: influence, refit)
    return MembershipModel(back @ end.beta, np.sqrt(np.maximum(np.diag(V), 0.0)).reshape(K - 1, q).T, end.converged)


class _State(NamedTuple):
    beta: Floats
    value: float
    scores: Floats
    information: Floats
    converged: bool


def _state(Z: Floats, chances: Floats, weights: Floats, beta: Floats) -> _State:
    """Return the weighted log-likelihood of the assignments with scores of each respondent and its information."""
    q, K = beta.shape[0], beta.shape[1] + 1
    linear = np.hstack([np.zeros((len(Z), 1)), Z @ beta])
    prior = np.exp(linear - logsumexp(linear, axis=1, keepdims=True))
    joint = prior * chances
    each = joint.sum(axis=1)
    member = joint / each[:, None]
    away = (member - prior)[:, 1:]
    scores = (away[:, :, None] * Z[:, None, :]).reshape(len(Z), -1)
    information = np.empty((scores.shape[1], scores.shape[1]))
    for a in range(K - 1):
        for b in range(K - 1):
            same = float(a == b)
            bend = prior[:, a + 1] * (same - prior[:, b + 1]) - member[:, a + 1] * (same - member[:, b + 1])
            information[a * q : (a + 1) * q, b * q : (b + 1) * q] = (Z * (weights * bend)[:, None]).T @ Z
    return _State(beta, float(weights @ np.log(each)), scores, information, False)


def _maximum(Z: Floats, chances: Floats, weights: Floats, beta: Floats) -> _State:
    now = _state(Z, chances, weights, beta)
    q, K = beta.shape[0], beta.shape[1] + 1
    for _ in range(STEPS):
        gradient = weights @ now.scores
        if np.abs(gradient).max() < TOLERANCE * len(Z):
            return now._replace(converged=True)
        bend = now.information
        if np.linalg.eigvalsh(bend)[0] <= 1e-8:
            bend = (now.scores * weights[:, None]).T @ now.scores + 1e-8 * np.eye(len(gradient))
        step = np.linalg.solve(bend, gradient).reshape(K - 1, q).T
        size = 1.0
        while size > 1e-8:
            found = _state(Z, chances, weights, now.beta + size * step)
            if found.value >= now.value - 1e-12 * abs(now.value):
                break
            size /= 2.0
        else:
            break
        now = found
    return now
