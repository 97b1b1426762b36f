"""What each respondent adds to moments from incomplete answers."""

from __future__ import annotations

import numpy as np

from osa_survey.imputation.fiml_estimates import FimlMoments, Floats
from osa_survey.imputation.normal_moments import inverses

ROWS_AT_ONCE = 8192


def fiml_influence(moments: FimlMoments, values: Floats, weights: Floats) -> Floats:
    """Return what each respondent adds at first order, weight included.

    Parameters
    ----------
    moments : FimlMoments
        Fitted to these answers with these weights.
    values : ndarray, shape (n, q)
        Answers, NaN for gaps.
    weights : ndarray, shape (n,)
        The weights.

    Returns
    -------
    ndarray, shape (n, q + q(q + 1)/2)
        w s H⁻¹ with the observed information H and the scores s: K d by the means, (K d d' K − K)/2 by the covariances
        (twice that off the diagonal), K the inverse covariance of the answered variables and d their distances from the
        means. Zero without an answer.

    References
    ----------
    Yuan, K.-H., & Bentler, P. M. (2000). Three likelihood-based methods for mean and covariance structure analysis with
    nonnormal missing data. Sociological Methodology, 30(1), 165-200. doi:10.1111/0081-1750.00078
    """
    q = len(moments.mean)
    rows, columns = np.tril_indices(q)
    twice = np.where(rows == columns, 1.0, 2.0)
    answered = ~np.isnan(values)
    patterns, member = np.unique(answered, axis=0, return_inverse=True)
    inverse, _ = inverses(patterns.astype(np.float64), moments.covariance)
    found = np.empty((len(values), q + len(rows)))
    for at in range(0, len(values), ROWS_AT_ONCE):
        part = slice(at, at + ROWS_AT_ONCE)
        k = inverse[member.reshape(-1)[part]]
        d = np.where(answered[part], values[part] - moments.mean, 0.0)
        pulled = np.einsum("nij,nj->ni", k, d)
        second = 0.5 * (pulled[:, rows] * pulled[:, columns] - k[:, rows, columns]) * twice
        found[part] = np.hstack([pulled, second]) @ moments.sampling
    return found * weights[:, None]
