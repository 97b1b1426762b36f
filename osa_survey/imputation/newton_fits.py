"""Small penalised likelihood fits for imputation: logistic, ordinal, multinomial and Poisson models."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, gammaln, log_expit, logsumexp, softmax

Floats = NDArray[np.float64]
Ints = NDArray[np.intp]

PRIOR_SD = 2.5
"""Normal prior of the coefficients of standardised predictors: it keeps a separated model finite and is otherwise
lost in the information of the data."""
PRECISION = 1 / PRIOR_SD**2
STEPS = 30
ENOUGH = 1e-4
"""Newton takes its last step where the expected gain in log-likelihood is below this."""
SMALLEST = 1e-300


@dataclass(frozen=True, repr=False)
class PenalisedFit:
    """A fitted model.

    Attributes
    ----------
    parameters : ndarray, shape (p,)
        Posterior mode.
    information : ndarray, shape (p, p)
        Minus the second derivatives there.
    """

    parameters: Floats
    information: Floats


class CategoryModel(Protocol):
    """What a model of imputation offers: a fit, and what it expects of new rows."""

    def fit(self, y: Floats, X: Floats, start: Floats | None) -> PenalisedFit:
        """Fit to outcomes ``y`` (categories are 0, 1, 2 …) and a design matrix whose first column is 1."""

    def expected(self, parameters: Floats, X: Floats, shift: Floats | float) -> Floats:
        """Return the probability of each category, shape (n, K), or the expected count, shape (n, 1)."""

    def usable(self, parameters: Floats) -> Floats:
        """Return drawn parameters brought into their range."""


Parts = Callable[[Floats], tuple[float, Floats, Floats]]


def newton(parts: Parts, start: Floats) -> PenalisedFit:
    """Maximise a function by Newton's method with halved steps.

    Parameters
    ----------
    parts : callable
        Parameters → (value, gradient, minus the matrix of second derivatives); −inf where they are not allowed.
    start : ndarray
        Where to begin; it must be allowed.
    """
    at = start
    value, gradient, information = parts(at)
    for _ in range(STEPS):
        step = np.linalg.solve(information, gradient)
        gain = float(gradient @ step)
        if gain < ENOUGH:
            return PenalisedFit(at + step, information)
        size = 1.0
        while True:
            trial = at + size * step
            found = parts(trial)
            if found[0] >= value or size < 1e-6:
                break
            size /= 2
        if found[0] < value:
            break
        at, (value, gradient, information) = trial, found
    return PenalisedFit(at, information)


@dataclass(frozen=True)
class Logit:
    """Two categories, 0 and 1."""

    def fit(self, y: Floats, X: Floats, start: Floats | None) -> PenalisedFit:
        """Fit by Newton's method under the normal prior (none on the intercept)."""
        precision = _precision(X.shape[1])

        def parts(b: Floats) -> tuple[float, Floats, Floats]:
            eta = X @ b
            p = expit(eta)
            value = float(y @ eta + log_expit(-eta).sum()) - float(b @ (precision * b)) / 2
            information = (X * (p * (1 - p))[:, None]).T @ X
            information[np.diag_indices_from(information)] += precision
            return value, X.T @ (y - p) - precision * b, information

        return newton(parts, np.zeros(X.shape[1]) if start is None else start)

    def expected(self, parameters: Floats, X: Floats, shift: Floats | float) -> Floats:
        """Return the probabilities of 0 and 1; ``shift`` is added to the log odds."""
        p = expit(X @ parameters + shift)
        return np.column_stack([1 - p, p])

    def usable(self, parameters: Floats) -> Floats:
        """Return the parameters: all are allowed."""
        return parameters


@dataclass(frozen=True)
class Poisson:
    """Counts with a logarithmic link.

    Attributes
    ----------
    most : float
        No expected count above this, against draws far outside the data.
    """

    most: float

    def fit(self, y: Floats, X: Floats, start: Floats | None) -> PenalisedFit:
        """Fit by Newton's method under the normal prior (none on the intercept)."""
        precision = _precision(X.shape[1])
        constant = float(gammaln(y + 1).sum())
        if start is None:
            start = np.zeros(X.shape[1])
            start[0] = np.log(max(float(y.mean()), 1e-3))

        def parts(b: Floats) -> tuple[float, Floats, Floats]:
            eta = X @ b
            if eta.max() > 50:
                return -np.inf, b, np.eye(len(b))
            mean = np.exp(eta)
            value = float(y @ eta - mean.sum()) - constant - float(b @ (precision * b)) / 2
            information = (X * mean[:, None]).T @ X
            information[np.diag_indices_from(information)] += precision
            return value, X.T @ (y - mean) - precision * b, information

        return newton(parts, start)

    def expected(self, parameters: Floats, X: Floats, shift: Floats | float) -> Floats:
        """Return the expected counts; ``shift`` is added to their logarithm."""
        return np.asarray(np.exp(np.minimum(X @ parameters + shift, np.log(self.most))))[:, None]

    def usable(self, parameters: Floats) -> Floats:
        """Return the parameters: all are allowed."""
        return parameters


@dataclass(frozen=True)
class Multinomial:
    """Categories 0 … k − 1 without an order; 0 is the reference. Parameters go equation by equation."""

    k: int

    def fit(self, y: Floats, X: Floats, start: Floats | None) -> PenalisedFit:
        """Fit by Newton's method under the normal prior (none on the intercepts)."""
        n, p = X.shape
        equations = self.k - 1
        precision = np.tile(_precision(p), equations)
        chosen = np.zeros((n, self.k))
        chosen[np.arange(n), y.astype(np.intp)] = 1.0

        def parts(b: Floats) -> tuple[float, Floats, Floats]:
            eta = np.column_stack([np.zeros(n), X @ b.reshape(equations, p).T])
            probabilities = softmax(eta, axis=1)[:, 1:]
            value = float((chosen * eta).sum() - logsumexp(eta, axis=1).sum()) - float(b @ (precision * b)) / 2
            gradient = (X.T @ (chosen[:, 1:] - probabilities)).T.ravel() - precision * b
            information = np.empty((equations, p, equations, p))
            for i in range(equations):
                for j in range(i + 1):
                    weight = probabilities[:, i] * ((i == j) - probabilities[:, j])
                    information[i, :, j] = information[j, :, i] = (X * weight[:, None]).T @ X
            flat = information.reshape(equations * p, equations * p)
            flat[np.diag_indices_from(flat)] += precision
            return value, gradient, flat

        return newton(parts, np.zeros(equations * p) if start is None else start)

    def expected(self, parameters: Floats, X: Floats, shift: Floats | float) -> Floats:
        """Return the probability of each category; a shift has no meaning without an order and is not used."""
        eta = X @ parameters.reshape(self.k - 1, X.shape[1]).T
        return np.asarray(softmax(np.column_stack([np.zeros(len(X)), eta]), axis=1))

    def usable(self, parameters: Floats) -> Floats:
        """Return the parameters: all are allowed."""
        return parameters


@dataclass(frozen=True)
class OrdinalLogit:
    """Ordered categories 0 … k − 1 with proportional odds: P(y ≤ j) = Λ(τ_j − x'β).

    The thresholds take the place of the intercept: the first column of X is left out. Parameters are the coefficients,
    then the k − 1 thresholds.
    """

    k: int

    def fit(self, y: Floats, X: Floats, start: Floats | None) -> PenalisedFit:
        """Fit by Newton's method under the normal prior (none on the thresholds)."""
        x = X[:, 1:]
        p, cuts = x.shape[1], self.k - 1
        category = y.astype(np.intp)
        members = np.zeros((len(y), self.k))
        members[np.arange(len(y)), category] = 1.0
        precision = np.concatenate([np.full(p, PRECISION), np.zeros(cuts)])
        if start is None:
            share = np.cumsum(members.mean(axis=0))[:-1]
            start = np.concatenate([np.zeros(p), np.log(share / (1 - share))])

        def parts(b: Floats) -> tuple[float, Floats, Floats]:
            if (np.diff(b[p:]) <= 0).any():
                return -np.inf, b, np.eye(len(b))
            ends = np.concatenate([[-np.inf], b[p:], [np.inf]])
            eta = x @ b[:p]
            upper, lower = expit(ends[category + 1] - eta), expit(ends[category] - eta)
            chance = np.maximum(upper - lower, SMALLEST)
            f_up, f_low = upper * (1 - upper), lower * (1 - lower)
            up, low = f_up / chance, -f_low / chance
            up_up = f_up * (1 - 2 * upper) / chance - up**2
            low_low = -f_low * (1 - 2 * lower) / chance - low**2
            up_low = -up * low
            gradient = np.concatenate([-(x.T @ (up + low)), (up @ members)[:-1] + (low @ members)[1:]])
            information = np.zeros((p + cuts, p + cuts))
            information[:p, :p] = -(x * (up_up + 2 * up_low + low_low)[:, None]).T @ x
            by_category = x.T @ (members * (up_up + up_low)[:, None])
            by_next = x.T @ (members * (low_low + up_low)[:, None])
            information[:p, p:] = by_category[:, :-1] + by_next[:, 1:]
            information[p:, :p] = information[:p, p:].T
            diagonal = (up_up @ members)[:-1] + (low_low @ members)[1:]
            beside = (up_low @ members)[1:-1]
            information[p:, p:] = -(np.diag(diagonal) + np.diag(beside, 1) + np.diag(beside, -1))
            information[np.diag_indices_from(information)] += precision
            value = float(np.log(chance).sum()) - float(b @ (precision * b)) / 2
            return value, gradient - precision * b, information

        return newton(parts, start)

    def expected(self, parameters: Floats, X: Floats, shift: Floats | float) -> Floats:
        """Return the probability of each category; ``shift`` is added to x'β, so that more means higher categories."""
        p = X.shape[1] - 1
        eta = X[:, 1:] @ parameters[:p] + shift
        below = expit(parameters[p:] - np.reshape(eta, (-1, 1)))
        return np.diff(below, axis=1, prepend=0.0, append=1.0)

    def usable(self, parameters: Floats) -> Floats:
        """Return the parameters with thresholds in ascending order."""
        p = len(parameters) - self.k + 1
        return np.concatenate([parameters[:p], np.sort(parameters[p:])])


def _precision(p: int) -> Floats:
    return np.concatenate([[0.0], np.full(p - 1, PRECISION)])


def draw_outcomes(
    model: CategoryModel,
    fitted: PenalisedFit,
    X: Floats,
    shift: Floats | float,
    generator: np.random.Generator,
) -> Floats:
    """Draw parameters from their normal posterior, then an outcome for each row of X.

    Parameters
    ----------
    model : CategoryModel
        The model.
    fitted : PenalisedFit
        Its fit.
    X : ndarray, shape (n, p)
        Rows with a missing outcome.
    shift : float or ndarray of shape (n,)
        Added to the linear predictor: a departure from missing at random.
    generator : numpy.random.Generator
        Randomness.

    Returns
    -------
    ndarray, shape (n,)
        Categories 0 … k − 1, or counts.
    """
    half = np.linalg.inv(np.linalg.cholesky(fitted.information))
    parameters = model.usable(fitted.parameters + half.T @ generator.standard_normal(len(half)))
    expected = model.expected(parameters, X, shift)
    if expected.shape[1] == 1:
        return generator.poisson(expected[:, 0]).astype(np.float64)
    up_to = np.cumsum(expected, axis=1)[:, :-1]
    return np.asarray((generator.random(len(X))[:, None] > up_to).sum(axis=1), dtype=np.float64)
