"""Traits of respondents under a graded response model, and how well their answers fit it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from osa_survey.psychometrics.item_response.graded_curves import slopes
from osa_survey.psychometrics.item_response.graded_models import GradedModel, posterior

Floats = NDArray[np.float64]
STEPS = 25


@dataclass(frozen=True, repr=False)
class TraitScores:
    """Expected a posteriori scores.

    Attributes
    ----------
    eap : ndarray of float, shape (respondents,)
        Posterior means; NaN without an answer.
    std_error : ndarray of float, shape (respondents,)
        Posterior standard deviations.
    reliability : float
        Marginal: variance of the scores over that variance plus the mean squared standard error.
    """

    eap: Floats
    std_error: Floats
    reliability: float


def trait_scores(model: GradedModel, values: NDArray[np.floating], weights: Floats | None = None) -> TraitScores:
    """Return expected a posteriori scores.

    Parameters
    ----------
    model : GradedModel
        A fitted model.
    values : ndarray of float, shape (respondents, items)
        Answers, NaN for gaps.
    weights : ndarray of float, shape (respondents,), optional
        Sampling weights of the reliability; scores have none.

    References
    ----------
    Bock, R. D., & Mislevy, R. J. (1982). Adaptive EAP estimation of ability in a microcomputer environment. Applied
    Psychological Measurement, 6(4), 431-444. doi:10.1177/014662168200600405
    """
    theta, chances = posterior(model, values)
    eap = chances @ theta
    spread = np.sqrt(np.maximum(chances @ theta**2 - eap**2, 0.0))
    nobody = np.isnan(values).all(axis=1)
    eap[nobody] = spread[nobody] = np.nan
    known = eap[~nobody]
    if not len(known):
        return TraitScores(eap, spread, float("nan"))
    own = None if weights is None else weights[~nobody]
    between = float(np.average((known - np.average(known, weights=own)) ** 2, weights=own))
    within = float(np.average(spread[~nobody] ** 2, weights=own))
    return TraitScores(eap, spread, between / (between + within))


def person_fit(model: GradedModel, values: NDArray[np.floating]) -> Floats:
    """Return the standardised person fit lz* of each respondent; low values are unlikely answers.

    Parameters
    ----------
    model : GradedModel
        A fitted model.
    values : ndarray of float, shape (respondents, items)
        Answers, NaN for gaps; at least two are needed.

    Returns
    -------
    ndarray of float, shape (respondents,)
        For respondents who answer as the model says standard normal as the number of items grows. On few items it
        is narrower (a standard deviation near 0.9 with six items of four answers), so a normal threshold flags fewer
        than its level.

    Notes
    -----
    Snijders' correction for the estimated trait, here its posterior mode under N(0, 1), in the form for answers in
    ordered categories.

    References
    ----------
    Snijders, T. A. B. (2001). Asymptotic null distribution of person fit statistics with estimated person parameter.
    Psychometrika, 66(3), 331-342. doi:10.1007/BF02294437

    Sinharay, S. (2016). Asymptotically correct standardization of person-fit statistics beyond dichotomous items.
    Psychometrika, 81(4), 992-1013. doi:10.1007/s11336-015-9465-x
    """
    theta, weights = posterior(model, values)
    mode = theta[np.argmax(weights, axis=1)]
    for _ in range(STEPS):
        gradient, bend = -mode, np.ones(len(mode))
        for p, steep, at, has in _by_item(model, values, mode):
            gradient = gradient + np.where(has, np.take_along_axis(steep / p, at[None], 0)[0], 0.0)
            bend = bend + np.where(has, (steep**2 / p).sum(axis=0), 0.0)
        step = np.clip(gradient / bend, -1.0, 1.0)
        mode = mode + step
        if np.abs(step).max(initial=0.0) < 1e-10:
            break
    fit, by_weight, by_score = (np.zeros(len(mode)) for _ in range(3))
    for p, steep, at, has in _by_item(model, values, mode):
        log_p = np.log(p)
        own = np.take_along_axis(log_p, at[None], 0)[0] - (p * log_p).sum(axis=0)
        fit += np.where(has, own, 0.0)
        by_weight += np.where(has, (steep * log_p).sum(axis=0), 0.0)
        by_score += np.where(has, (steep**2 / p).sum(axis=0), 0.0)
    c = np.divide(by_weight, by_score, out=np.zeros(len(mode)), where=by_score > 0)
    variance = np.zeros(len(mode))
    answered = np.zeros(len(mode))
    for p, steep, _, has in _by_item(model, values, mode):
        weight = np.log(p) - c * steep / p
        variance += np.where(has, (p * weight**2).sum(axis=0) - (p * weight).sum(axis=0) ** 2, 0.0)
        answered += has
    usable = (answered > 1) & (variance > 1e-12)
    return np.asarray(np.divide(fit - c * mode, np.sqrt(variance), out=np.full(len(mode), np.nan), where=usable))


def _by_item(model: GradedModel, values: NDArray[np.floating], theta: Floats):  # type: ignore[no-untyped-def]
    for item, known in enumerate(model.answers):
        at = np.searchsorted(known, values[:, item]).clip(0, len(known) - 1)
        p, steep = slopes(float(model.slopes[item]), model.intercepts[item], theta)
        yield p, steep, at, known[at] == values[:, item]
