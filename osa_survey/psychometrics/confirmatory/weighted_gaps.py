"""Saturated moments of weighted answers with gaps, and what each respondent adds to them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from osa_survey.psychometrics.confirmatory.normal_weights import saturated_information
from osa_survey.psychometrics.confirmatory.samples import (
    GroupSample,
    Patterns,
    padded_inverse,
    patterns_of,
    saturated_moments,
)
from osa_survey.psychometrics.confirmatory.structures import lower

Floats = NDArray[np.float64]


def weighted_saturated_moments(answers: Floats, weights: Floats) -> tuple[Floats, Callable[[], Floats]]:
    """Return the weighted maximum likelihood means and covariances from every answer, values missing at random.

    Parameters
    ----------
    answers : ndarray of float, shape (respondents, items)
        Answers, NaN for gaps; every respondent answered an item.
    weights : ndarray of float, shape (respondents,)
        How many people each stands for; only their ratios count.

    Returns
    -------
    tuple of ndarray of float, shape (moments,), and callable
        Means, then the lower triangle column by column; and what each respondent adds at first order, the weight
        included, shape (respondents, moments).

    Notes
    -----
    The first of two stages (Yuan & Bentler, 2000; Savalei & Bentler, 2009): a model is fitted to these moments with
    their robust covariance ``A^-1 B A^-1``; a respondent adds ``w A^-1 s`` with the score s and the observed
    information A.

    References
    ----------
    Yuan, K.-H., & Bentler, P. M. (2000). Three likelihood-based methods for mean and covariance structure analysis with
    nonnormal missing data. Sociological Methodology, 30(1), 165-200. doi:10.1111/0081-1750.00078

    Savalei, V., & Bentler, P. M. (2009). A two-stage approach to missing data. Structural Equation Modeling, 16(3),
    477-497. doi:10.1080/10705510903008238
    """
    patterns = _weighted_patterns(answers, weights)
    means, covariance = saturated_moments(patterns)
    rows, columns = lower(len(means))

    def influence() -> Floats:
        sample = GroupSample("", len(answers), means, covariance, answers, patterns)
        information = saturated_information(sample, means, covariance, observed=True, with_means=True)
        inverse = padded_inverse(covariance, patterns.answered.astype(np.float64))[0]
        half = np.where(rows == columns, 0.5, 1.0)
        scores = np.empty((len(answers), len(means) + len(rows)))
        for number, own in enumerate(inverse):
            members = np.flatnonzero(patterns.numbers == number)
            pull = np.where(np.isnan(answers[members]), 0.0, answers[members] - means) @ own
            scores[members, : len(means)] = pull
            scores[members, len(means) :] = (pull[:, rows] * pull[:, columns] - own[rows, columns]) * half
        share = weights / weights.sum()
        return np.asarray(share[:, None] * np.linalg.solve(information, scores.T).T)

    return np.concatenate([means, covariance[rows, columns]]), influence


def _weighted_patterns(answers: Floats, weights: Floats) -> Patterns:
    found = patterns_of(answers)
    means, covariances, n = np.empty_like(found.means), np.empty_like(found.covariances), np.empty_like(found.n)
    for number in range(len(n)):
        members = np.flatnonzero(found.numbers == number)
        total = float(weights[members].sum())
        share = weights[members] / total if total > 0 else np.full(len(members), 1 / len(members))
        own = np.where(found.answered[number], answers[members], 0.0)
        means[number] = share @ own
        centred = own - means[number]
        covariances[number] = (centred * share[:, None]).T @ centred
        n[number] = total
    return replace(found, n=n, means=means, covariances=covariances)
