"""What each respondent adds to means and covariances of direct likelihood, for errors under a sampling plan."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from osa_survey.imputation.fiml_estimates import FimlMoments
from osa_survey.imputation.normal_moments import inverses

Floats = NDArray[np.float64]


def fiml_contributions(values: Floats, moments: FimlMoments, weights: Floats) -> Floats:
    """Return influence contributions of direct likelihood, weight included.

    Parameters
    ----------
    values : ndarray of float, shape (n, q)
        Answers, NaN for gaps.
    moments : FimlMoments
        Their estimates under these weights.
    weights : ndarray of float, shape (n,)
        Weights above 0.

    Returns
    -------
    ndarray of float, shape (n, q + q(q + 1)/2)
        For means, then covariances of the lower triangle row by row; zero without any answer.

    Notes
    -----
    The weight times the score times the inverse observed information: with K the inverse covariance of what a
    respondent answered and a = K(x − μ) the scores are a, and a_i a_j − K_ij (half of it on the diagonal).
    """
    answered = ~np.isnan(values)
    keep = answered.any(axis=1)
    scaled = weights * (keep.sum() / weights[keep].sum())
    seen, member = np.unique(answered, axis=0, return_inverse=True)
    member = member.reshape(-1)
    away = np.where(answered, values - moments.mean, 0.0)
    inverse, _ = inverses(seen.astype(np.float64), moments.covariance)
    q = values.shape[1]
    rows, columns = np.tril_indices(q)
    half = np.where(rows == columns, 0.5, 1.0)
    scores = np.zeros((len(values), q + len(rows)))
    for pattern, K in enumerate(inverse):
        own = np.flatnonzero(member == pattern)
        pulled = away[own] @ K
        scores[own, :q] = pulled
        scores[own, q:] = half * (pulled[:, rows] * pulled[:, columns] - K[rows, columns])
    return np.asarray(scores @ moments.sampling * scaled[:, None])
