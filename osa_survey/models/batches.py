"""Many fits at once: one data set under many weights, or many data sets of one shape."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from osa_survey.errors import AnalysisError, Problem
from osa_survey.models.fits import Family, Fit, Floats

MOST_STEPS = 20
"""Finite estimates are reached in about eight steps. Where there are none, the squared step in standard errors shrinks
by a factor e a step only, and after twenty is far from `DECREMENT`: such fits are not converged."""
DECREMENT = 1e-12
"""Squared length of a step in standard errors below which one more step is the last."""
HALVINGS = 30
ROUNDING = 1e-13
FLAT = 1e-9
"""Pivot, of information scaled to a diagonal of ones, below which it counts as singular."""
AT_ONCE = 200_000
"""Numbers held at once for one array of respondents × fits."""

Derivatives = tuple[Floats, Floats, Floats]
Part = tuple[Floats, Floats, Floats, NDArray[np.bool_]]


@dataclass(frozen=True, repr=False)
class ManyFits:
    """Estimates of many fits of one family.

    Attributes
    ----------
    parameters : ndarray of float, shape (fits, parameters)
        As in `Fit`; NaN where ``converged`` is False.
    information : ndarray of float, shape (fits, parameters, parameters)
        The observed information.
    log_likelihood : ndarray of float, shape (fits,)
        Σ wᵢℓᵢ.
    converged : ndarray of bool, shape (fits,)
        False where no finite estimate was found: separation, an outcome of one kind, dependent columns.
    """

    parameters: Floats
    information: Floats
    log_likelihood: Floats
    converged: NDArray[np.bool_]


def chance_and_cost(eta: Floats) -> tuple[Floats, Floats]:
    """Return the logistic probability p and −log(1 − p) = log(1 + e^η), with one exponential for both.

    Examples
    --------
    >>> p, cost = chance_and_cost(np.array([-800.0, 0.0, 800.0]))
    >>> p.tolist(), cost.round(6).tolist()
    ([0.0, 0.5, 1.0], [0.0, 0.693147, 800.0])
    """
    small = np.exp(-np.abs(eta))
    whole = small + 1.0
    p = np.where(eta >= 0.0, 1.0, small) / whole
    return p, np.maximum(eta, 0.0) + np.log(whole)


def many_logits(
    y: Floats, X: Floats, weights_matrix: Floats, start: Floats | None = None, offset: Floats | None = None
) -> ManyFits:
    """Return logistic fits of one data set under each column of weights.

    Parameters
    ----------
    y : ndarray of float, shape (respondents,)
        0 or 1.
    X : ndarray of float, shape (respondents, columns)
        The design matrix.
    weights_matrix : ndarray of float, shape (respondents, fits)
        Weights, for example of replicates or counts of a bootstrap.
    start : ndarray of float, shape (columns,), optional
        The estimates under the full weights save two or three steps.
    offset : ndarray of float, shape (respondents,), optional
        Added to the log odds.

    Returns
    -------
    ManyFits
        One row for each column of weights; results do not depend on which columns are fitted together.
    """
    weights = check_weights_matrix(weights_matrix, len(y))
    n, k = X.shape
    products = _products(X)
    shift = np.zeros(n) if offset is None else y * offset
    begin = np.zeros(k) if start is None else np.asarray(start, dtype=np.float64)[:k]
    added = np.zeros(n) if offset is None else offset
    parts = []
    width = max(1, AT_ONCE // n)
    for first in range(0, weights.shape[1], width):
        w = np.ascontiguousarray(weights[:, first : first + width].T)
        beta = np.tile(begin, (len(w), 1))
        observed = (w * y) @ X

        def evaluate(b: Floats, which: NDArray[np.intp], w: Floats = w, observed: Floats = observed) -> Derivatives:
            p, cost = chance_and_cost(b @ X.T + added)
            chosen, right = (w, observed) if len(which) == len(w) else (w[which], observed[which])
            value = np.einsum("rk,rk->r", b, right) + chosen @ shift - np.einsum("rn,rn->r", chosen, cost)
            np.multiply(chosen, p, out=cost)
            gradient = right - cost @ X
            cost *= np.subtract(1.0, p, out=p)
            return value, gradient, _unpacked(cost @ products, k)

        parts.append(_newton(evaluate, beta, w.mean(axis=1)))
    return _joined(parts)


def fit_each_logit(y: Floats, X: Floats) -> ManyFits:
    """Return logistic fits of many data sets of one shape, for example simulated ones.

    Parameters
    ----------
    y : ndarray of float, shape (sets, respondents)
        0 or 1.
    X : ndarray of float, shape (sets, respondents, columns)
        Design matrices.
    """
    y, X = _checked_sets(y, X)
    sets, n, k = X.shape
    parts = []
    width = max(1, AT_ONCE // (n * k))
    for first in range(0, sets, width):
        some_y, some_x = y[first : first + width], X[first : first + width]

        def evaluate(
            b: Floats, which: NDArray[np.intp], some_y: Floats = some_y, some_x: Floats = some_x
        ) -> Derivatives:
            everyone = len(which) == len(some_y)
            x, outcome = (some_x, some_y) if everyone else (some_x[which], some_y[which])
            eta = np.matmul(x, b[:, :, None])[:, :, 0]
            p, cost = chance_and_cost(eta)
            value = (outcome * eta - cost).sum(axis=1)
            gradient = np.matmul((outcome - p)[:, None, :], x)[:, 0]
            information = np.matmul((x * (p * (1 - p))[:, :, None]).transpose(0, 2, 1), x)
            return value, gradient, information

        beta = np.zeros((len(some_y), k))
        parts.append(_newton(evaluate, beta, np.ones(len(some_y))))
    return _joined(parts)


def many_least_squares(y: Floats, X: Floats, weights_matrix: Floats) -> ManyFits:
    """Return least-squares fits of one data set under each column of weights; the last parameter is log σ.

    Parameters
    ----------
    y : ndarray of float, shape (respondents,)
        The outcome.
    X : ndarray of float, shape (respondents, columns)
        The design matrix.
    weights_matrix : ndarray of float, shape (respondents, fits)
        Weights.

    Notes
    -----
    All moments come from one product of the weights with the products of columns. Columns are centred at their means
    and scaled first, and the estimates carried back, so that no digits are lost.
    """
    weights = check_weights_matrix(weights_matrix, len(y))
    both = np.column_stack([X, y])
    scale = np.sqrt((both**2).mean(axis=0))
    scale = np.where(scale > 0, scale, 1.0)
    first = np.linalg.lstsq(X / scale[:-1], y, rcond=None)[0] / scale[:-1]
    rest = y - X @ first
    spread = float(np.sqrt((rest**2).mean())) or 1.0
    scaled = np.column_stack([X / scale[:-1], rest / spread])
    k = X.shape[1]
    moments = _unpacked(weights.T @ _products(scaled), k + 1)
    total = weights.sum(axis=0)
    cross, right, square = moments[:, :k, :k], moments[:, :k, k], moments[:, k, k]
    solution, fine = _solved(cross, right)
    with np.errstate(all="ignore"):
        variance = (square - np.einsum("rk,rk->r", solution, right)) / total * spread**2
        fine &= variance > 0
        log_sigma = 0.5 * np.log(np.where(fine, variance, 1.0))
    beta = first + solution * spread / scale[:-1]
    information = np.zeros((len(total), k + 1, k + 1))
    information[:, :k, :k] = cross * np.outer(scale[:-1], scale[:-1]) * np.exp(-2 * log_sigma)[:, None, None]
    information[:, k, k] = 2 * total
    value = -total * (0.5 * np.log(2 * np.pi) + log_sigma + 0.5)
    return _joined([(np.column_stack([beta, log_sigma]), information, value, fine)])


def one_by_one(
    family: Family,
    y: Floats,
    X: Floats,
    weights_matrix: Floats,
    start: Floats | None = None,
    *,
    Z: Floats | None = None,
    offset: Floats | None = None,
) -> ManyFits:
    """Return the fits of any family under each column of weights, one after the other from the same start.

    A fit that is refused (an empty category, dependent columns) or does not converge counts as not converged.
    """
    weights = check_weights_matrix(weights_matrix, len(y))
    found: list[Fit | None] = []
    for column in range(weights.shape[1]):
        try:
            found.append(family.fit(y, X, weights=weights[:, column], start=start, Z=Z, offset=offset))
        except AnalysisError:
            found.append(None)
    fits = [fit for fit in found if fit is not None]
    if not fits:
        family.fit(y, X, weights=weights[:, 0], start=start, Z=Z, offset=offset)  # raises what was wrong
    k = len(fits[0].parameters)
    converged = np.array([fit is not None and fit.converged for fit in found])
    parameters = np.array([np.full(k, np.nan) if fit is None else fit.parameters for fit in found])
    information = np.array([np.full((k, k), np.nan) if fit is None else fit.information for fit in found])
    value = np.array([np.nan if fit is None else fit.log_likelihood for fit in found])
    return _joined([(parameters, information, value, converged)])


def check_weights_matrix(weights_matrix: Floats, n: int) -> Floats:
    """Return the weights as floats, or raise `AnalysisError`."""
    weights = np.asarray(weights_matrix, dtype=np.float64)
    if weights.ndim != 2 or len(weights) != n or not weights.shape[1]:
        message = f"weights of shape {weights.shape} do not go with {n} respondents"
        raise AnalysisError(Problem("shapes_differ", message, hint="give one row for each respondent"))
    if not np.isfinite(weights).all() or (weights < 0).any():
        raise AnalysisError(Problem("negative_weights", "some weights are negative, missing or infinite"))
    return weights


def _checked_sets(y: Floats, X: Floats) -> tuple[Floats, Floats]:
    y, X = np.asarray(y, dtype=np.float64), np.asarray(X, dtype=np.float64)
    if X.ndim != 3 or y.shape != X.shape[:2]:
        message = f"outcomes of shape {y.shape} do not go with design matrices of shape {X.shape}"
        raise AnalysisError(Problem("shapes_differ", message, hint="give (sets, respondents, columns)"))
    if not np.isfinite(X).all() or ((y != 0) & (y != 1)).any():
        raise AnalysisError(Problem("not_binary", "outcomes must be 0 or 1 and predictors finite"))
    return y, X


def _products(X: Floats) -> Floats:
    """Return xᵢxⱼ for i ≤ j, shape (respondents, k(k + 1)/2)."""
    upper = np.triu_indices(X.shape[1])
    return np.asarray(X[:, upper[0]] * X[:, upper[1]])


def _unpacked(packed: Floats, k: int) -> Floats:
    upper = np.triu_indices(k)
    found = np.empty((len(packed), k, k))
    found[:, upper[0], upper[1]] = packed
    found[:, upper[1], upper[0]] = packed
    return found


def _solved(matrices: Floats, right: Floats) -> tuple[Floats, NDArray[np.bool_]]:
    """Return solutions of symmetric systems and which matrices are positive definite; zeros for the others."""
    size = np.sqrt(np.abs(np.einsum("rkk->rk", matrices)))
    size = np.where(size > 0, size, 1.0)
    scaled = matrices / (size[:, :, None] * size[:, None, :])
    good = np.isfinite(scaled).all(axis=(1, 2))
    scaled = np.where(good[:, None, None], scaled, np.eye(scaled.shape[1]))
    good &= np.linalg.eigvalsh(scaled)[:, 0] > FLAT
    scaled = np.where(good[:, None, None], scaled, np.eye(scaled.shape[1]))
    found = np.linalg.solve(scaled, np.where(good[:, None], right / size, 0.0)[:, :, None])[:, :, 0] / size
    return found, good


def _newton(evaluate: Callable[[Floats, NDArray[np.intp]], Derivatives], beta: Floats, scale: Floats) -> Part:
    """Return the maxima that Newton steps with halving reach, each fit for itself."""
    converged = np.zeros(len(beta), dtype=bool)
    active = np.arange(len(beta))
    value, gradient, information = evaluate(beta, active)
    for _ in range(MOST_STEPS):
        step, good = _solved(information[active], gradient[active])
        decrement = np.einsum("rk,rk->r", step, gradient[active])
        last = decrement <= DECREMENT * scale[active]
        active, step, last = active[good], step[good], last[good]
        open_ = np.arange(len(active))
        fraction = 1.0
        for _ in range(HALVINGS):
            which = active[open_]
            tried = beta[which] + fraction * step[open_]
            found = evaluate(tried, which)
            with np.errstate(invalid="ignore"):
                better = found[0] >= value[which] - ROUNDING * (1.0 + np.abs(value[which]))
            taken = which[better]
            beta[taken] = tried[better]
            value[taken], gradient[taken], information[taken] = (part[better] for part in found)
            open_ = open_[~better]
            if not len(open_):
                break
            fraction /= 2
        converged[active[last]] = True
        active = active[~last]
        if not len(active):
            break
    return beta, information, value, converged


def _joined(parts: list[Part]) -> ManyFits:
    parameters, information, value, converged = (np.concatenate(column) for column in zip(*parts, strict=True))
    parameters[~converged] = np.nan
    return ManyFits(parameters, information, value, converged)
