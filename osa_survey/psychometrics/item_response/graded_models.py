"""Fitting the graded response model by marginal maximum likelihood."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from scipy.special import logsumexp

from osa_survey.psychometrics.answer_patterns import GAP, Patterns, coded, patterns_of
from osa_survey.psychometrics.item_response.graded_curves import log_derivatives

Floats = NDArray[np.float64]

NODES, WIDEST = 61, 6.0
"""Quadrature: 61 equally spaced points from -6 to 6."""
EM_STEPS = 15
STEPS = 60
SCORE_STEPS = 8
"""Steps with the scores' information; later ones use the second derivatives."""
GRADIENT = 1e-7
"""The search ends when no derivative of the log-likelihood per respondent exceeds this."""


@dataclass(frozen=True, repr=False)
class GradedModel:
    """A fitted graded response model with trait N(0, 1).

    Attributes
    ----------
    slopes : ndarray of float, shape (items,)
        Discriminations a (logistic metric).
    intercepts : tuple of ndarray of float
        For each item d, decreasing: P(answer >= c) = logistic(a theta + d_c).
    answers : tuple of ndarray of float
        The answers of each item in order; what nobody chose is none.
    covariance : ndarray of float, shape (parameters, parameters)
        Of item by item slope and intercepts, from the observed information; NaN where it has no inverse.
    log_likelihood : float
        At the maximum.
    n : int
        Respondents with an answer.
    converged, iterations : bool, int
        Whether the search came to rest, and after how many steps.
    """

    slopes: Floats
    intercepts: tuple[Floats, ...]
    answers: tuple[Floats, ...]
    covariance: Floats
    log_likelihood: float
    n: int
    converged: bool
    iterations: int

    @property
    def difficulties(self) -> tuple[Floats, ...]:
        """For each item b = -d / a: the traits at which half choose that answer or a higher one."""
        return tuple(-d / a for a, d in zip(self.slopes, self.intercepts, strict=True))

    @property
    def starts(self) -> NDArray[np.int64]:
        """Where the parameters of each item begin, and the number of all."""
        return np.concatenate([[0], np.cumsum([1 + len(d) for d in self.intercepts])])


def nodes_and_weights() -> tuple[Floats, Floats]:
    """Return the points of the trait and the log of their normal weights, which sum to one."""
    theta = np.linspace(-WIDEST, WIDEST, NODES)
    log_weight = -0.5 * theta**2
    return theta, log_weight - float(logsumexp(log_weight))


def fit_graded(values: NDArray[np.floating], *, start: GradedModel | None = None) -> GradedModel:
    """Fit a graded response model to keyed answers.

    Parameters
    ----------
    values : ndarray of float, shape (respondents, items)
        Answers, NaN for gaps (taken as missing at random); every item needs two different answers. Respondents without
        an answer say nothing.
    start : GradedModel, optional
        A similar model.

    Returns
    -------
    GradedModel
        Estimates with their covariance.

    Notes
    -----
    Bock and Aitkin's EM on distinct patterns, then steps with the information of the patterns' scores until the
    gradient vanishes. Standard errors come from the observed information (Louis 1982).

    References
    ----------
    Bock, R. D., & Aitkin, M. (1981). Marginal maximum likelihood estimation of item parameters: Application of an EM
    algorithm. Psychometrika, 46(4), 443-459. doi:10.1007/BF02293801

    Louis, T. A. (1982). Finding the observed information matrix when using the EM algorithm. Journal of the Royal
    Statistical Society B, 44(2), 226-233. doi:10.1111/j.2517-6161.1982.tb01203.x
    """
    codes, answers = coded(values)
    patterns = patterns_of(codes[(codes != GAP).any(axis=1)])
    sizes = np.array([len(found) for found in answers])
    parameters = _start(patterns, sizes) if start is None else _packed(start)
    n, taken = float(patterns.weights.sum()), 0
    state = _state(parameters, sizes, patterns)
    for _ in range(EM_STEPS):
        improved = _state(_em_step(parameters, sizes, state, patterns), sizes, patterns)
        taken += 1
        if not improved.value > state.value:
            break
        parameters, state = improved.parameters, improved
    damping = 0.0
    for turn in range(STEPS):
        if np.abs(state.gradient).max() < GRADIENT * n:
            break
        taken += 1
        information = (state.scores * patterns.weights[:, None]).T @ state.scores
        if turn >= SCORE_STEPS:
            exact = _observed_information(state, sizes, patterns)
            information = exact if np.linalg.eigvalsh(exact)[0] > 0 else information
        moved = False
        for _ in range(30):
            ridge = information + np.diag((damping + 1e-10) * np.diag(information) + 1e-10)
            step = np.linalg.solve(ridge, state.gradient)
            trial = parameters + step
            if _ordered(trial, sizes):
                found = _state(trial, sizes, patterns)
                if found.value > state.value - 1e-12 * abs(state.value):
                    moved = True
                    break
            damping = max(4.0 * damping, 1e-3)
        if not moved:
            break
        damping = damping / 8.0 if damping > 1e-6 else 0.0
        parameters, state = trial, found
    converged = bool(np.abs(state.gradient).max() < 10.0 * GRADIENT * n)
    observed = _observed_information(state, sizes, patterns)
    try:
        covariance = np.linalg.inv(observed) if np.linalg.eigvalsh(observed)[0] > 0 else np.full(observed.shape, np.nan)
    except np.linalg.LinAlgError:
        covariance = np.full(observed.shape, np.nan)
    slopes, intercepts = _unpacked(parameters, sizes)
    return GradedModel(
        slopes, intercepts, answers, np.asarray(covariance, dtype=np.float64), state.value, int(n), converged, taken
    )


def posterior(model: GradedModel, values: NDArray[np.floating]) -> tuple[Floats, Floats]:
    """Return the points of the trait and each respondent's posterior weights on them, (respondents, points).

    Answers the model does not know count as gaps.
    """
    theta, log_weight = nodes_and_weights()
    total = np.tile(log_weight, (len(values), 1))
    for item, known in enumerate(model.answers):
        log_p, _ = log_derivatives(model.slopes[item], model.intercepts[item], theta)
        at = np.searchsorted(known, values[:, item]).clip(0, len(known) - 1)
        has = known[at] == values[:, item]
        total[has] += log_p[at[has]]
    total -= logsumexp(total, axis=1, keepdims=True)
    return theta, np.exp(total)


@dataclass(frozen=True, repr=False)
class _State:
    parameters: Floats
    value: float
    weights: Floats
    derivatives: tuple[Floats, ...]
    scores: Floats
    gradient: Floats


def _state(parameters: Floats, sizes: NDArray[np.int64], patterns: Patterns) -> _State:
    theta, log_weight = nodes_and_weights()
    slopes, intercepts = _unpacked(parameters, sizes)
    total = np.tile(log_weight, (len(patterns.weights), 1))
    derivatives = []
    for item in range(len(sizes)):
        log_p, by = log_derivatives(slopes[item], intercepts[item], theta)
        derivatives.append(by)
        code = patterns.codes[:, item]
        total += np.vstack([log_p, np.zeros(len(theta))])[code]
    each = logsumexp(total, axis=1)
    weights = np.exp(total - each[:, None])
    scores = np.zeros((len(weights), len(parameters)))
    at = 0
    for item, K in enumerate(sizes.tolist()):
        code = patterns.codes[:, item]
        for c in range(K):
            rows = np.flatnonzero(code == c)
            scores[rows, at : at + K] = weights[rows] @ derivatives[item][:, c, :].T
        at += K
    return _State(
        parameters, float(patterns.weights @ each), weights, tuple(derivatives), scores, patterns.weights @ scores
    )


def _em_step(parameters: Floats, sizes: NDArray[np.int64], state: _State, patterns: Patterns) -> Floats:
    """Return the parameters after one scoring step on the expected complete data of each item."""
    found = parameters.copy()
    weighted = state.weights * patterns.weights[:, None]
    at = 0
    theta, _ = nodes_and_weights()
    slopes, intercepts = _unpacked(parameters, sizes)
    for item, K in enumerate(sizes.tolist()):
        code = patterns.codes[:, item]
        answered = weighted[code != GAP].sum(axis=0)
        log_p, by = log_derivatives(slopes[item], intercepts[item], theta)
        expected = np.einsum("acq,bcq,cq,q->ab", by, by, np.exp(log_p), answered, optimize=True)
        step = np.linalg.solve(expected + 1e-8 * np.eye(K), state.gradient[at : at + K])
        size = 1.0
        while size > 1e-3 and not (np.diff(found[at + 1 : at + K] + size * step[1:]) < 0).all():
            size /= 2.0
        found[at : at + K] += size * step
        at += K
    return found


def _observed_information(state: _State, sizes: NDArray[np.int64], patterns: Patterns) -> Floats:
    """Return minus the second derivative of the log-likelihood, by Louis' identity."""
    theta, _ = nodes_and_weights()
    q = len(state.parameters)
    information = (state.scores * patterns.weights[:, None]).T @ state.scores
    starts = np.concatenate([[0], np.cumsum(sizes)])
    weighted = state.weights * patterns.weights[:, None]
    padded = [np.concatenate([by, np.zeros((by.shape[0], 1, len(theta)))], axis=1) for by in state.derivatives]
    for at in range(len(theta)):
        own = np.empty((len(weighted), q))
        for item in range(len(sizes)):
            own[:, starts[item] : starts[item + 1]] = padded[item][:, patterns.codes[:, item], at].T
        information -= (own * weighted[:, at : at + 1]).T @ own
    slopes, intercepts = _unpacked(state.parameters, sizes)
    for item, K in enumerate(sizes.tolist()):
        code = patterns.codes[:, item]
        counts = np.stack([weighted[code == c].sum(axis=0) for c in range(K)])
        part = slice(starts[item], starts[item + 1])
        information[part, part] += _item_information(slopes[item], intercepts[item], theta, counts)
    return information


def _item_information(slope: float, intercepts: Floats, theta: Floats, counts: Floats) -> Floats:
    """Return minus the second derivative of the expected complete log-likelihood of one item, by differences."""
    start = np.concatenate([[slope], intercepts])
    K = len(start)
    found = np.zeros((K, K))
    for position in range(K):
        step = np.zeros(K)
        step[position] = 1e-5
        high, low = start + step, start - step
        gradient = [
            np.einsum("acq,cq->a", log_derivatives(x[0], x[1:], theta)[1], counts, optimize=True) for x in (high, low)
        ]
        found[position] = -(gradient[0] - gradient[1]) / 2e-5
    return (found + found.T) / 2.0


def _start(patterns: Patterns, sizes: NDArray[np.int64]) -> Floats:
    """Return slopes by the item-rest correlation and intercepts that give the observed shares."""
    weights = patterns.weights
    codes = np.where(patterns.codes == GAP, np.nan, patterns.codes).astype(np.float64)
    scaled = codes / np.maximum(sizes - 1, 1)
    known = ~np.isnan(scaled)
    filled = np.where(known, scaled, 0.0)
    parts = []
    for item, K in enumerate(sizes.tolist()):
        others = known.sum(axis=1) - known[:, item]
        rows = known[:, item] & (others > 0)
        rest = (filled.sum(axis=1) - filled[:, item])[rows] / others[rows]
        w = weights[rows]
        r = 0.5
        if w.sum() > 2:
            x, y = rest - np.average(rest, weights=w), scaled[rows, item] - np.average(scaled[rows, item], weights=w)
            spread = float(np.sqrt((w * x * x).sum() * (w * y * y).sum()))
            r = float((w * x * y).sum() / spread) if spread > 0 else 0.5
        r = float(np.clip(r, -0.9, 0.9))
        slope = 1.7 * r / np.sqrt(1.0 - r * r)
        counts = np.bincount(patterns.codes[known[:, item], item], weights[known[:, item]], minlength=K)
        above = 1.0 - np.cumsum(counts)[:-1] / counts.sum()
        above = np.clip(above, 1e-6, 1.0 - 1e-6)
        parts.append(np.concatenate([[slope], np.log(above / (1.0 - above)) * np.sqrt(1.0 + slope**2 / 2.9)]))
    return np.concatenate(parts)


def _unpacked(parameters: Floats, sizes: NDArray[np.int64]) -> tuple[Floats, tuple[Floats, ...]]:
    starts = np.concatenate([[0], np.cumsum(sizes)])
    return parameters[starts[:-1]].copy(), tuple(parameters[a + 1 : b].copy() for a, b in pairwise(starts.tolist()))


def _packed(model: GradedModel) -> Floats:
    return np.concatenate([np.concatenate([[a], d]) for a, d in zip(model.slopes, model.intercepts, strict=True)])


def _ordered(parameters: Floats, sizes: NDArray[np.int64]) -> bool:
    return all((np.diff(d) < 0).all() for d in _unpacked(parameters, sizes)[1])
