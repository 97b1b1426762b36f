"""Ordinal items given predictors: thresholds, probit slopes and residual polychorics, on the scale of whole answers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

from osa_survey.errors import AnalysisError, Problem
from osa_survey.models.ordinal import OrdinalProbit
from osa_survey.psychometrics.ordinal.bivariate_normals import FAR, bivariate_normal_cdf, bivariate_normal_density
from osa_survey.psychometrics.ordinal.cell_probabilities import TINY
from osa_survey.psychometrics.ordinal.ordered_answers import Categories

Floats = NDArray[np.float64]
Codes = NDArray[np.intp]
ROOT_TWO_PI = np.sqrt(2.0 * np.pi)
STEPS = 60
CLOSE = 1e-9
"""A step of a correlation that ends the search."""
BOUND = 0.999
DIFFERENCE = 1e-6
"""Step of the differences that give the slopes of moments by the numbers they are made of."""


@dataclass(frozen=True, repr=False)
class ConditionalMoments:
    """Moments of ordinal items and uncorrelated predictors of variance one.

    Attributes
    ----------
    raw : ndarray of float
        For each item thresholds and probit slopes, then the residual correlations of pairs of items.
    moments : ndarray of float, shape (q,)
        Thresholds item by item, then the correlations below the diagonal of items and predictors, column by column.
    influence, raw_influence : callable
        What each respondent adds to them at first order, the weight included, shape (respondents, …).
    """

    raw: Floats
    moments: Floats
    influence: Callable[[], Floats]
    raw_influence: Callable[[], Floats]


@dataclass(frozen=True, repr=False)
class _Item:
    """The probit of one item: ends of each respondent's answer on the residual scale, and influences."""

    thresholds: Floats
    slopes: Floats
    upper: Floats
    lower: Floats
    codes: Codes
    influence: Floats


def conditional_moments(
    items: Categories, predictors: Floats, weights: Floats, start: Floats | None = None
) -> ConditionalMoments:
    """Return moments of ordinal items given predictors.

    Parameters
    ----------
    items : Categories
        Complete answers.
    predictors : ndarray of float, shape (respondents, predictors)
        With weighted means of zero, variances of one and no correlations among them.
    weights : ndarray of float, shape (respondents,)
        How many people each stands for; only their ratios count.
    start : ndarray of float, optional
        The ``raw`` numbers under similar weights.

    Raises
    ------
    AnalysisError
        ``not_converged`` where predictors separate the answers to an item.

    Notes
    -----
    Two steps (Muthén, 1984): an ordered probit of each item on the predictors, then the residual correlation of each
    pair at these estimates. With residual variance one, an answer has variance ``v = 1 + b'b`` over people, so that
    thresholds ``t / sqrt(v)``, correlations with predictors ``b / sqrt(v)`` and among items ``(r + b_i'b_j) /
    sqrt(v_i v_j)`` say the same without conditions. Nothing is assumed of the distribution of predictors, which are
    taken as they are.

    References
    ----------
    Muthén, B. (1984). A general structural equation model with dichotomous, ordered categorical, and continuous
    latent variable indicators. Psychometrika, 49(1), 115-132. doi:10.1007/BF02294210
    """
    n = items.codes.shape[1]
    share = weights * (n / weights.sum())
    X = np.column_stack([np.ones(n), predictors])
    fitted = [_item(items.codes[item], int(size), X, share) for item, size in enumerate(items.sizes)]
    k, q = len(fitted), predictors.shape[1]
    first, second = np.triu_indices(k, 1)
    near = np.zeros(len(first)) if start is None else start[-len(first) :]
    pairs = [
        _correlation(fitted[i], fitted[j], share, float(rho)) for i, j, rho in zip(first, second, near, strict=True)
    ]
    raw = np.concatenate([*(np.concatenate([one.thresholds, one.slopes]) for one in fitted), pairs])
    counts = [len(one.thresholds) for one in fitted]

    def raw_influence() -> Floats:
        parts = [one.influence for one in fitted]
        rows = [
            _pair_influence(fitted[i], fitted[j], rho, predictors, share)
            for i, j, rho in zip(first, second, pairs, strict=True)
        ]
        return np.column_stack([*parts, *rows])

    def influence() -> Floats:
        slopes = np.empty((len(_whole(raw, counts, q)), len(raw)))
        for at in range(len(raw)):
            shift = np.zeros(len(raw))
            shift[at] = DIFFERENCE
            slopes[:, at] = (_whole(raw + shift, counts, q) - _whole(raw - shift, counts, q)) / (2 * DIFFERENCE)
        return np.asarray(raw_influence() @ slopes.T)

    return ConditionalMoments(raw, _whole(raw, counts, q), influence, raw_influence)


def _whole(raw: Floats, counts: list[int], q: int) -> Floats:
    """Return the moments without conditions from those given the predictors."""
    k, at = len(counts), 0
    thresholds, slopes = [], np.empty((k, q))
    for item, count in enumerate(counts):
        thresholds.append(raw[at : at + count])
        slopes[item] = raw[at + count : at + count + q]
        at += count + q
    spread = np.sqrt(1.0 + (slopes**2).sum(axis=1))
    square = np.eye(k + q)
    first, second = np.triu_indices(k, 1)
    square[first, second] = square[second, first] = (raw[at:] + (slopes[first] * slopes[second]).sum(axis=1)) / (
        spread[first] * spread[second]
    )
    square[k:, :k] = (slopes / spread[:, None]).T
    rows, columns = np.triu_indices(k + q, 1)
    return np.concatenate([*(one / size for one, size in zip(thresholds, spread, strict=True)), square[columns, rows]])


def _item(codes: NDArray[np.uint8], size: int, X: Floats, weights: Floats) -> _Item:
    y = codes.astype(np.intp)
    fit = OrdinalProbit(size).fit(y.astype(np.float64), X, weights=weights)
    if not fit.converged:
        message = "an ordered probit of an item on the predictors has no maximum"
        hint = "join rare answers, or leave out a predictor that separates them"
        raise AnalysisError(Problem("not_converged", message, hint=hint))
    q = X.shape[1] - 1
    order = np.r_[q : len(fit.parameters), 0:q]
    scores = fit.scores[:, order]
    weighted = scores * weights[:, None]
    influence = weighted @ np.linalg.inv(scores.T @ weighted)
    thresholds, slopes = fit.parameters[q:], fit.parameters[:q]
    edges = np.concatenate([[-FAR], thresholds, [FAR]])
    eta = X[:, 1:] @ slopes
    upper = np.where(y < size - 1, edges[y + 1] - eta, FAR)
    lower = np.where(y > 0, edges[y] - eta, -FAR)
    return _Item(thresholds, slopes, upper, lower, y, influence)


def _rectangle(one: _Item, two: _Item, rho: float, function: Callable[..., Floats]) -> Floats:
    r = np.full(len(one.upper), rho)
    total = function(one.upper, two.upper, r) - function(one.lower, two.upper, r)
    return np.asarray(total - function(one.upper, two.lower, r) + function(one.lower, two.lower, r))


def _correlation(one: _Item, two: _Item, weights: Floats, rho: float) -> float:
    """Return the correlation that maximises the likelihood of the pair, by steps of its score, held in a bracket."""
    low, high = -BOUND, BOUND
    for _ in range(STEPS):
        probability = np.maximum(_rectangle(one, two, rho, bivariate_normal_cdf), TINY)
        score = _rectangle(one, two, rho, _density) / probability
        slope = float(weights @ score)
        low, high = (rho, high) if slope > 0 else (low, rho)
        proposed = rho + slope / float(weights @ score**2)
        if not low < proposed < high:
            proposed = (low + high) / 2.0
        if abs(proposed - rho) < CLOSE:
            return proposed
        rho = proposed
    return rho


def _density(first: Floats, second: Floats, rho: Floats) -> Floats:
    inner = (np.abs(first) < FAR) & (np.abs(second) < FAR)
    return np.where(inner, bivariate_normal_density(np.where(inner, first, 0), np.where(inner, second, 0), rho), 0.0)


def _pair_influence(one: _Item, two: _Item, rho: float, predictors: Floats, weights: Floats) -> Floats:
    """Return ``w (s - A21 i) / A22`` with scores s of the correlation and influences i of both items' probits."""
    probability = np.maximum(_rectangle(one, two, rho, bivariate_normal_cdf), TINY)
    score = _rectangle(one, two, rho, _density) / probability
    weighted = weights * score
    found = weighted.copy()
    for item, other in ((one, two), (two, one)):
        by = _by_parameters(item, other, rho, predictors) / probability[:, None]
        found -= item.influence @ (by.T @ weighted)
    return np.asarray(found / float(weighted @ score))


def _by_parameters(one: _Item, two: _Item, rho: float, predictors: Floats) -> Floats:
    """Return the derivative of the probability of a pair of answers by thresholds and slopes of one item."""
    spread = np.sqrt(1.0 - rho * rho)

    def crossing(end: Floats) -> Floats:
        inner = np.abs(end) < FAR
        at = np.where(inner, end, 0.0)
        mass = ndtr((two.upper - rho * at) / spread) - ndtr((two.lower - rho * at) / spread)
        return np.where(inner, np.exp(-0.5 * at * at) / ROOT_TWO_PI * mass, 0.0)

    upper, lower = crossing(one.upper), crossing(one.lower)
    count, n = len(one.thresholds), len(upper)
    found = np.zeros((n, count + predictors.shape[1]))
    rows = np.arange(n)
    inside = one.codes < count
    found[rows[inside], one.codes[inside]] = upper[inside]
    above = one.codes > 0
    found[rows[above], one.codes[above] - 1] -= lower[above]
    found[:, count:] = -(upper - lower)[:, None] * predictors
    return found
