"""Fitting mixtures: EM on distinct rows from many random starts, with standard errors."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import logsumexp

from osa_survey.psychometrics.latent_classes.measurements import Categorical, Floats, Measurement, Normal

FIRST_STEPS = 150
STEPS = 20_000
FINE = 1e-11
"""EM ends when the log-likelihood grows by less than this share."""
COARSE = 1e-8
"""The same where only the log-likelihood is wanted."""
KEPT = 3
"""So many of the starts, the best after the first steps, are followed to the end."""
SAME = 1e-6


@dataclass(frozen=True, repr=False)
class Mixture:
    """A fitted mixture; classes are ordered from the largest to the smallest.

    Attributes
    ----------
    shares : ndarray of float, shape (classes,)
        Sizes of the classes.
    theta : ndarray of float, shape (parameters, classes)
        Probabilities, or means and variances.
    coefficients : ndarray of float, shape (columns, classes - 1)
        Log odds of each class against the first by the columns of ``X``.
    posterior : ndarray of float, shape (rows, classes)
        Membership probabilities of each distinct row.
    log_likelihood : float
        At the maximum.
    parameters : int
        Free parameters.
    n : float
        Respondents.
    covariance : ndarray of float, shape (free, free)
        Of the coefficients, then of the measurement's free parameters; from the empirical information.
    converged : bool
        Whether EM came to rest.
    starts, agreeing : int
        Random starts; how many of those followed to the end found this maximum.
    followed : int
        How many were.
    """

    shares: Floats
    theta: Floats
    coefficients: Floats
    posterior: Floats
    log_likelihood: float
    parameters: int
    n: float
    covariance: Floats
    converged: bool
    starts: int
    agreeing: int
    followed: int

    @property
    def classes(self) -> int:
        """The number of classes."""
        return len(self.shares)


def fit_mixture(
    measurement: Measurement,
    weights: Floats,
    classes: int,
    *,
    X: Floats | None = None,
    starts: int = 30,
    seed: int | np.random.SeedSequence = 1,
    errors: bool = True,
) -> Mixture:
    """Fit a mixture by maximum likelihood.

    Parameters
    ----------
    measurement : Measurement
        The answers.
    weights : ndarray of float, shape (rows,)
        How many respondents have each row.
    classes : int
        How many classes.
    X : ndarray of float, shape (rows, columns), optional
        Covariates of membership, ones first.
    starts : int
        Random starts.
    seed : int
        Of the starts.
    errors : bool
        Whether the covariance is computed; without it the search ends when the log-likelihood stands still.

    Returns
    -------
    Mixture
        The best solution.

    References
    ----------
    Linzer, D. A., & Lewis, J. B. (2011). poLCA: An R package for polytomous variable latent class analysis. Journal of
    Statistical Software, 42(10), 1-29. doi:10.18637/jss.v042.i10
    """
    n = float(weights.sum())
    starts = 1 if classes == 1 else starts
    candidates = _first_search(measurement, weights, classes, starts, seed)
    design = np.ones((measurement.rows, 1)) if X is None else X
    best: tuple[float, Floats, Floats, bool] | None = None
    values = []
    for log_share, theta in candidates:
        beta = np.zeros((design.shape[1], classes - 1))
        beta[0] = log_share[1:] - log_share[0]
        found = climbed(measurement, weights, design, beta, theta, precise=errors)
        values.append(found[0])
        if best is None or found[0] > best[0]:
            best = found
    assert best is not None
    value, beta, theta, converged = best
    agreeing = int((np.array(values) > value - SAME * max(1.0, abs(value))).sum())
    posterior, _ = expected_members(measurement, design, beta, theta)
    shares = weights @ posterior / n
    order = np.argsort(-shares, kind="stable")
    full = np.hstack([np.zeros((len(beta), 1)), beta])[:, order]
    beta, theta, posterior, shares = (full - full[:, :1])[:, 1:], theta[:, order], posterior[:, order], shares[order]
    q = beta.size + measurement.free(classes)
    covariance = (
        _covariance(measurement, weights, design, theta, posterior, beta) if errors else np.full((q, q), np.nan)
    )
    return Mixture(
        shares, theta, beta, posterior, value, q, n, covariance, converged, starts, agreeing, len(candidates)
    )


def _first_search(
    measurement: Measurement, weights: Floats, classes: int, starts: int, seed: int | np.random.SeedSequence
) -> list[tuple[Floats, Floats]]:
    """Return the best starts after a few steps of all together, as log shares and parameters."""
    sequence = seed if isinstance(seed, np.random.SeedSequence) else np.random.SeedSequence(seed)
    streams = [np.random.default_rng(stream) for stream in sequence.spawn(starts)]
    theta = np.hstack([measurement.random(classes, stream, weights) for stream in streams])
    log_share = np.full((starts, classes), -np.log(classes))
    value = np.full(starts, -np.inf)
    for _ in range(1 if classes == 1 else FIRST_STEPS):
        joint = measurement.log_density(theta).reshape(-1, starts, classes) + log_share
        top = joint.max(axis=2, keepdims=True)
        joint = np.exp(joint - top)
        total = joint.sum(axis=2, keepdims=True)
        found = weights @ (np.log(total[:, :, 0]) + top[:, :, 0])
        joint = joint / total * weights[:, None, None]
        sums = joint.sum(axis=0)
        log_share = np.log(np.maximum(sums / weights.sum(), 1e-300))
        theta = measurement.maximise(joint.reshape(len(weights), -1))
        if isinstance(measurement, Normal):
            parts = [measurement.pooled(theta[:, k * classes : (k + 1) * classes], sums[k]) for k in range(starts)]
            theta = np.hstack(parts)
        still = (found - value).max() < 1e-6 * abs(float(found.max()))
        value = found
        if still:
            break
    best = np.argsort(-value, kind="stable")[: min(KEPT, starts)]
    return [(log_share[k], theta[:, k * classes : (k + 1) * classes]) for k in best]


def expected_members(measurement: Measurement, X: Floats, beta: Floats, theta: Floats) -> tuple[Floats, Floats]:
    """Return membership probabilities and the log-likelihood of each row."""
    linear = np.hstack([np.zeros((len(X), 1)), X @ beta])
    joint = measurement.log_density(theta) + linear - logsumexp(linear, axis=1, keepdims=True)
    each = logsumexp(joint, axis=1)
    return np.exp(joint - each[:, None]), each


def climbed(
    measurement: Measurement, weights: Floats, X: Floats, beta: Floats, theta: Floats, *, precise: bool
) -> tuple[float, Floats, Floats, bool]:
    """Return the end of EM, every third step extrapolated (SQUAREM), as value, coefficients, parameters."""

    def step(beta: Floats, theta: Floats) -> tuple[float, Floats, Floats]:
        posterior, each = expected_members(measurement, X, beta, theta)
        weighted = posterior * weights[:, None]
        moved = measurement.maximise(weighted)
        if isinstance(measurement, Normal):
            moved = measurement.pooled(moved, weighted.sum(axis=0))
        return float(weights @ each), _membership(X, beta, weighted), moved

    value = -np.inf
    for _ in range(STEPS // 3):
        now, beta1, theta1 = step(beta, theta)
        _, beta2, theta2 = step(beta1, theta1)
        r = [beta1 - beta, theta1 - theta]
        v = [beta2 - beta1 - r[0], theta2 - theta1 - r[1]]
        curve = float((v[0] ** 2).sum() + (v[1] ** 2).sum())
        size = float((r[0] ** 2).sum() + (r[1] ** 2).sum())
        if now - value < (FINE if precise else COARSE) * abs(now) and (not precise or size < 1e-14 * theta.size):
            return now, beta, theta, True
        value = now
        beta, theta = beta2, theta2
        if curve > 0:
            a = -min(max(np.sqrt(size / curve), 1.0), 64.0)
            far = (
                (beta1 - r[0]) - 2 * a * r[0] + a * a * v[0],
                (theta1 - r[1]) - 2 * a * r[1] + a * a * v[1],
            )
            if _possible(measurement, far[1]):
                _, here = expected_members(measurement, X, beta2, theta2)
                _, there = expected_members(measurement, X, *far)
                if weights @ there > weights @ here:
                    beta, theta = far
    return value, beta, theta, False


def _possible(measurement: Measurement, theta: Floats) -> bool:
    if isinstance(measurement, Categorical):
        return bool((theta >= 0).all() and (theta <= 1).all())
    v = len(theta) // 2
    return bool((theta[v:] > 1e-4).all())


def _membership(X: Floats, beta: Floats, weighted: Floats) -> Floats:
    """Return the coefficients of membership after one step of Newton's, or at once without covariates."""
    if not beta.size:
        return beta
    if X.shape[1] == 1:
        total = np.maximum(weighted.sum(axis=0), 1e-300)
        return np.asarray(np.log(total[1:] / total[0])[None, :])
    linear = np.hstack([np.zeros((len(X), 1)), X @ beta])
    share = np.exp(linear - logsumexp(linear, axis=1, keepdims=True))[:, 1:]
    total = weighted.sum(axis=1)
    gradient = X.T @ (weighted[:, 1:] - total[:, None] * share)
    information = multinomial_information(X, share, total)
    return beta + np.linalg.solve(information, gradient.T.ravel()).reshape(beta.T.shape).T


def multinomial_information(X: Floats, share: Floats, weights: Floats) -> Floats:
    """Return the information of multinomial coefficients, class by class (all but the first)."""
    K, q = share.shape[1], X.shape[1]
    found = np.empty((K * q, K * q))
    for a in range(K):
        for b in range(K):
            spread = share[:, a] * ((a == b) - share[:, b]) * weights
            found[a * q : (a + 1) * q, b * q : (b + 1) * q] = (X * spread[:, None]).T @ X
    return found


def _covariance(
    measurement: Measurement, weights: Floats, X: Floats, theta: Floats, posterior: Floats, beta: Floats
) -> Floats:
    """Return the inverse of the summed products of scores; parameters at a bound count as known (rows of zeros)."""
    S = mixture_scores(measurement, X, theta, posterior, beta)
    information = (S * weights[:, None]).T @ S
    return known_inverse(information)


def mixture_scores(measurement: Measurement, X: Floats, theta: Floats, posterior: Floats, beta: Floats) -> Floats:
    """Return the derivatives of each row's log-likelihood: by the coefficients, then by the measurement's."""
    linear = np.hstack([np.zeros((len(X), 1)), X @ beta])
    share = np.exp(linear - logsumexp(linear, axis=1, keepdims=True))
    away = (posterior - share)[:, 1:]
    membership = (away[:, :, None] * X[:, None, :]).reshape(len(X), -1)
    return np.hstack([membership, measurement.scores(theta, posterior)])


def known_inverse(information: Floats) -> Floats:
    """Return the inverse of an information matrix; directions without information count as known (zeros)."""
    scale = np.sqrt(np.diag(information))
    usable = scale > 1e-6 * max(float(scale.max(initial=0.0)), 1e-300)
    found = np.zeros_like(information)
    at = np.flatnonzero(usable)
    if len(at):
        part = information[np.ix_(at, at)] / np.outer(scale[at], scale[at])
        found[np.ix_(at, at)] = np.linalg.pinv(part, rcond=1e-8, hermitian=True) / np.outer(scale[at], scale[at])
    return found


def relative_entropy(mixture: Mixture, weights: Floats) -> float:
    """Return ``1 - sum(-p log p) / (n log K)``; NaN with one class."""
    if mixture.classes == 1:
        return float("nan")
    p = np.maximum(mixture.posterior, 1e-300)
    return 1.0 - float(weights @ -(mixture.posterior * np.log(p)).sum(axis=1)) / (
        mixture.n * float(np.log(mixture.classes))
    )


def hard_members(posterior: Floats) -> NDArray[np.int64]:
    """Return the most likely class of each row."""
    return np.asarray(np.argmax(posterior, axis=1))
