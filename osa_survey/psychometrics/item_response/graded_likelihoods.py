"""The marginal likelihood of graded response models on distinct patterns: scores, information, EM steps."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from scipy.special import logsumexp

from osa_survey.psychometrics.answer_patterns import GAP, Patterns
from osa_survey.psychometrics.item_response.graded_curves import log_derivatives

Floats = NDArray[np.float64]

NODES, WIDEST = 61, 6.0
"""Quadrature: 61 equally spaced points from -6 to 6."""


def nodes_and_weights() -> tuple[Floats, Floats]:
    """Return the points of the trait and the log of their normal weights, which sum to one."""
    theta = np.linspace(-WIDEST, WIDEST, NODES)
    log_weight = -0.5 * theta**2
    return theta, log_weight - float(logsumexp(log_weight))


@dataclass(frozen=True, repr=False)
class GradedState:
    """The likelihood at some parameters: item by item slope, then intercepts.

    Attributes
    ----------
    parameters : ndarray of float, shape (parameters,)
        Where.
    value : float
        The weighted log-likelihood.
    weights : ndarray of float, shape (patterns, nodes)
        Posterior weights of the nodes.
    derivatives : tuple of ndarray of float
        Of each item the derivatives of its log probabilities, see ``log_derivatives``.
    scores : ndarray of float, shape (patterns, parameters)
        Derivatives of each pattern's log-likelihood, not weighted.
    gradient : ndarray of float, shape (parameters,)
        Their weighted sum.
    """

    parameters: Floats
    value: float
    weights: Floats
    derivatives: tuple[Floats, ...]
    scores: Floats
    gradient: Floats


def graded_state(parameters: Floats, sizes: NDArray[np.int64], patterns: Patterns) -> GradedState:
    """Return the likelihood at some parameters; ``sizes`` are the answers of each item."""
    theta, log_weight = nodes_and_weights()
    slopes, intercepts = unpacked(parameters, sizes)
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
    return GradedState(
        parameters, float(patterns.weights @ each), weights, tuple(derivatives), scores, patterns.weights @ scores
    )


def em_step(parameters: Floats, sizes: NDArray[np.int64], state: GradedState, patterns: Patterns) -> Floats:
    """Return the parameters after one scoring step on the expected complete data of each item."""
    found = parameters.copy()
    weighted = state.weights * patterns.weights[:, None]
    at = 0
    theta, _ = nodes_and_weights()
    slopes, intercepts = unpacked(parameters, sizes)
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


def observed_information(state: GradedState, sizes: NDArray[np.int64], patterns: Patterns) -> Floats:
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
    slopes, intercepts = unpacked(state.parameters, sizes)
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


def starting_values(patterns: Patterns, sizes: NDArray[np.int64]) -> Floats:
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


def unpacked(parameters: Floats, sizes: NDArray[np.int64]) -> tuple[Floats, tuple[Floats, ...]]:
    """Return slopes and intercepts."""
    starts = np.concatenate([[0], np.cumsum(sizes)])
    return parameters[starts[:-1]].copy(), tuple(parameters[a + 1 : b].copy() for a, b in pairwise(starts.tolist()))


def ordered(parameters: Floats, sizes: NDArray[np.int64]) -> bool:
    """Return whether the intercepts of every item decrease."""
    return all((np.diff(d) < 0).all() for d in unpacked(parameters, sizes)[1])
