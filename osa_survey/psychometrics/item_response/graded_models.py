"""Fitting the graded response model by marginal maximum likelihood."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import logsumexp

from osa_survey.psychometrics.answer_patterns import GAP, Patterns, coded, patterns_of
from osa_survey.psychometrics.item_response.graded_curves import log_derivatives
from osa_survey.psychometrics.item_response.graded_likelihoods import (
    em_step,
    graded_state,
    nodes_and_weights,
    observed_information,
    ordered,
    starting_values,
    unpacked,
)

Floats = NDArray[np.float64]

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
    def parameters(self) -> Floats:
        """Item by item slope and intercepts, shape (parameters,)."""
        return np.concatenate([np.concatenate([[a], d]) for a, d in zip(self.slopes, self.intercepts, strict=True)])

    @property
    def starts(self) -> NDArray[np.int64]:
        """Where the parameters of each item begin, and the number of all."""
        return np.concatenate([[0], np.cumsum([1 + len(d) for d in self.intercepts])])


def fit_graded(
    values: NDArray[np.floating], *, weights: Floats | None = None, start: GradedModel | None = None
) -> GradedModel:
    """Fit a graded response model to keyed answers.

    Parameters
    ----------
    values : ndarray of float, shape (respondents, items)
        Answers, NaN for gaps (taken as missing at random); every item needs two different answers. Respondents without
        an answer say nothing.
    weights : ndarray of float, shape (respondents,), optional
        Sampling weights; their size does not matter. The covariance is then the inverse of the weighted information of
        weights with mean one, from which sandwiches are made (``graded_influence``), and no covariance of estimates.
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
    patterns, respondents = _weighted_patterns(codes, weights)
    return _maximum(patterns, answers, respondents, start)


def graded_influence(model: GradedModel, values: NDArray[np.floating], weights: Floats) -> Floats:
    """Return what each respondent adds to the parameters at first order, weight included.

    Parameters
    ----------
    model : GradedModel
        The model fitted to these answers with these weights.
    values : ndarray of float, shape (respondents, items)
        Answers.
    weights : ndarray of float, shape (respondents,)
        Sampling weights.

    Returns
    -------
    ndarray of float, shape (respondents, parameters)
        w s H⁻¹ with scores s and weighted observed information H; zero without an answer.
    """
    codes, _ = coded(values)
    has = np.asarray((codes != GAP).any(axis=1))
    patterns = patterns_of(codes[has])
    sizes = np.array([len(found) for found in model.answers])
    scores = graded_state(model.parameters, sizes, patterns).scores[patterns.member]
    scaled = weights[has] * (has.sum() / weights[has].sum())
    found = np.zeros((len(values), scores.shape[1]))
    found[has] = (scores * scaled[:, None]) @ model.covariance
    return found


def refitted_graded(model: GradedModel, values: NDArray[np.floating], weights: Floats) -> Floats:
    """Return the parameters under each column of weights, shape (columns, parameters); NaN without a maximum.

    Parameters
    ----------
    model : GradedModel
        The model to start from.
    values : ndarray of float, shape (respondents, items)
        Answers.
    weights : ndarray of float, shape (respondents, columns)
        Weights, such as replicate weights.
    """
    codes, answers = coded(values)
    has = np.asarray((codes != GAP).any(axis=1))
    patterns = patterns_of(codes[has])
    found = []
    for column in weights[has].T:
        total = np.bincount(
            patterns.member, column * (has.sum() / column.sum()), minlength=len(patterns.weights)
        ).astype(np.float64)
        again = _maximum(Patterns(patterns.codes, total, patterns.member), answers, int(has.sum()), model)
        found.append(again.parameters if again.converged else np.full(int(model.starts[-1]), np.nan))
    return np.stack(found)


def _weighted_patterns(codes: NDArray[np.int64], weights: Floats | None) -> tuple[Patterns, int]:
    """Return the distinct rows with some answer, and how many respondents have one; weights sum to them."""
    has = np.asarray((codes != GAP).any(axis=1))
    patterns, n = patterns_of(codes[has]), int(has.sum())
    if weights is None:
        return patterns, n
    own = weights[has]
    total = np.bincount(patterns.member, own * (n / own.sum()), minlength=len(patterns.weights)).astype(np.float64)
    return Patterns(patterns.codes, total, patterns.member), n


def _maximum(
    patterns: Patterns, answers: tuple[Floats, ...], respondents: int, start: GradedModel | None
) -> GradedModel:
    sizes = np.array([len(found) for found in answers])
    parameters = starting_values(patterns, sizes) if start is None else start.parameters
    n, taken = float(patterns.weights.sum()), 0
    state = graded_state(parameters, sizes, patterns)
    for _ in range(EM_STEPS):
        improved = graded_state(em_step(parameters, sizes, state, patterns), sizes, patterns)
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
            exact = observed_information(state, sizes, patterns)
            information = exact if np.linalg.eigvalsh(exact)[0] > 0 else information
        moved = False
        for _ in range(30):
            ridge = information + np.diag((damping + 1e-10) * np.diag(information) + 1e-10)
            step = np.linalg.solve(ridge, state.gradient)
            trial = parameters + step
            if ordered(trial, sizes):
                found = graded_state(trial, sizes, patterns)
                if found.value > state.value - 1e-12 * abs(state.value):
                    moved = True
                    break
            damping = max(4.0 * damping, 1e-3)
        if not moved:
            break
        damping = damping / 8.0 if damping > 1e-6 else 0.0
        parameters, state = trial, found
    converged = bool(np.abs(state.gradient).max() < 10.0 * GRADIENT * n)
    observed = observed_information(state, sizes, patterns)
    try:
        covariance = np.linalg.inv(observed) if np.linalg.eigvalsh(observed)[0] > 0 else np.full(observed.shape, np.nan)
    except np.linalg.LinAlgError:
        covariance = np.full(observed.shape, np.nan)
    slopes, intercepts = unpacked(parameters, sizes)
    return GradedModel(
        slopes,
        intercepts,
        answers,
        np.asarray(covariance, dtype=np.float64),
        state.value,
        respondents,
        converged,
        taken,
    )


def difficulty_gradient(model: GradedModel, item: int, answer: int) -> Floats:
    """Return the derivatives of b = -d / a by the item's slope and intercepts.

    Parameters
    ----------
    model : GradedModel
        The model.
    item, answer : int
        Which difficulty; 0 for that of the second answer.
    """
    a, d = float(model.slopes[item]), model.intercepts[item]
    gradient = np.zeros(1 + len(d))
    gradient[0], gradient[1 + answer] = d[answer] / a**2, -1.0 / a
    return gradient


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
