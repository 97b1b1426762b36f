"""What goes with class membership, corrected for the errors of classification (three-step methods)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import chdtrc, logsumexp

from osa_survey.psychometrics.latent_classes.mixtures import hard_members

Floats = NDArray[np.float64]

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
        Test that all are equal.
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


def bch_means(outcome: Floats, posterior: Floats, errors: Floats) -> ClassMeans:
    """Return the means of an outcome in the classes.

    Parameters
    ----------
    outcome : ndarray of float, shape (respondents,)
        Numbers without gaps.
    posterior : ndarray of float, shape (respondents, classes)
        Membership probabilities.
    errors : ndarray of float, shape (classes, classes)
        See ``classification_errors``.

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
    weights = assigned @ np.linalg.inv(errors)
    total = weights.sum(axis=0)
    mean = weights.T @ outcome / total
    influence = weights * (outcome[:, None] - mean) / total
    V = influence.T @ influence
    contrast = np.hstack([-np.ones((len(mean) - 1, 1)), np.eye(len(mean) - 1)])
    away = contrast @ mean
    wald = float(away @ np.linalg.pinv(contrast @ V @ contrast.T, hermitian=True) @ away)
    df = len(mean) - 1
    return ClassMeans(mean, np.sqrt(np.diag(V)), wald, df, float(chdtrc(df, wald)) if df else float("nan"))


def membership_model(X: Floats, posterior: Floats, errors: Floats) -> MembershipModel:
    """Return the regression of membership on covariates.

    Parameters
    ----------
    X : ndarray of float, shape (respondents, columns)
        Covariates, ones first.
    posterior : ndarray of float, shape (respondents, classes)
        Membership probabilities of a model without covariates.
    errors : ndarray of float, shape (classes, classes)
        See ``classification_errors``.

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

    def state(beta: Floats) -> tuple[float, Floats, Floats]:
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
                information[a * q : (a + 1) * q, b * q : (b + 1) * q] = (Z * bend[:, None]).T @ Z
        return float(np.log(each).sum()), scores, information

    value, scores, information = state(beta)
    converged = False
    for _ in range(STEPS):
        gradient = scores.sum(axis=0)
        if np.abs(gradient).max() < TOLERANCE * len(Z):
            converged = True
            break
        bend = information
        if np.linalg.eigvalsh(bend)[0] <= 1e-8:
            bend = scores.T @ scores + 1e-8 * np.eye(len(gradient))
        step = np.linalg.solve(bend, gradient).reshape(K - 1, q).T
        size = 1.0
        while size > 1e-8:
            found = state(beta + size * step)
            if found[0] >= value - 1e-12 * abs(value):
                break
            size /= 2.0
        else:
            break
        beta = beta + size * step
        value, scores, information = found
    inverse = np.linalg.pinv(information, hermitian=True)
    V = inverse @ (scores.T @ scores) @ inverse
    back = np.eye(q)
    back[1:, 1:] = np.diag(1.0 / np.where(scale[1:] > 0, scale[1:], 1.0))
    back[0, 1:] = -center[1:] / np.where(scale[1:] > 0, scale[1:], 1.0)
    turn = np.kron(np.eye(K - 1), back)
    V = turn @ V @ turn.T
    return MembershipModel(back @ beta, np.sqrt(np.maximum(np.diag(V), 0.0)).reshape(K - 1, q).T, converged)
