"""How far a respondent's answers lie from those of the others, taken together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy.special import chdtrc

from osa_survey.psychometrics import item_moments

Floats = NDArray[np.float64]
ROWS_AT_ONCE = 8192


@dataclass(frozen=True, repr=False)
class Distances:
    """Mahalanobis distances.

    Attributes
    ----------
    squared : ndarray of float, shape (respondents,)
        NaN without an answer.
    df : ndarray of int, shape (respondents,)
        Answers behind each.
    p_value : ndarray of float, shape (respondents,)
        Upper tail of the chi-squared distribution with ``df``, for normal answers.
    """

    squared: Floats
    df: NDArray[np.int64]
    p_value: Floats


def mahalanobis(values: NDArray[np.floating], gaps: Literal["answered", "mean"] = "answered") -> Distances:
    """Return the squared Mahalanobis distance of each respondent.

    Parameters
    ----------
    values : ndarray of float, shape (respondents, items)
        Answers, NaN for gaps.
    gaps : {"answered", "mean"}
        The distance of the answered items by their own part of the covariance matrix, or, as psych's ``outlier``,
        with a gap counted as the mean (which pulls those with gaps towards the middle).

    Returns
    -------
    Distances
        Squared distances with their degrees of freedom.

    Raises
    ------
    ValueError
        If the covariance matrix has no inverse: an item is constant or follows from the others.

    Notes
    -----
    Means and covariances come from everybody who answered (pairwise).

    References
    ----------
    Mahalanobis, P. C. (1936). On the generalized distance in statistics. Proceedings of the National Institute of
    Sciences of India, 2(1), 49-55.

    Examples
    --------
    >>> found = mahalanobis(np.array([[0.0, 0.0], [2.0, 0.0], [0.0, 2.0], [2.0, 2.0]]))
    >>> found.squared.round(4).tolist(), found.df.tolist()
    ([1.5, 1.5, 1.5, 1.5], [2, 2, 2, 2])
    """
    values = np.asarray(values, dtype=np.float64)
    moments = item_moments(values, "pairwise")
    S = moments.covariance
    variances = np.diag(S)
    if not np.isfinite(S).all() or not (variances > 0).all():
        raise ValueError("an item is constant or nobody answered two of them")
    scale = np.sqrt(variances)
    if float(np.linalg.eigvalsh(S / np.outer(scale, scale))[0]) < 1e-10:
        raise ValueError("an item follows from the others")
    n, k = values.shape
    squared = np.full(n, np.nan)
    df = np.full(n, k, dtype=np.int64)
    complete = ~np.isnan(values @ np.ones(k))
    whitener = np.linalg.inv(np.linalg.cholesky(S)).T
    for start in range(0, n, ROWS_AT_ONCE):
        block = slice(start, start + ROWS_AT_ONCE)
        z = (values[block] - moments.mean) @ whitener
        squared[block] = np.einsum("ij,ij->i", z, z)
    if not complete.all():
        partial = np.flatnonzero(~complete)
        known = ~np.isnan(values[partial])
        df[partial] = known.sum(axis=1)
        away = np.where(known, values[partial] - moments.mean, 0.0)
        if gaps == "mean":
            squared[partial] = np.einsum("ij,jk,ik->i", away, np.linalg.inv(S), away, optimize=True)
        else:
            patterns, member = np.unique(known, axis=0, return_inverse=True)
            for at, pattern in enumerate(patterns):
                rows = member.ravel() == at
                part = away[rows][:, pattern]
                solved = np.linalg.solve(S[np.ix_(pattern, pattern)], part.T) if pattern.any() else part.T
                squared[partial[rows]] = np.einsum("ij,ji->i", part, solved)
        squared[partial[df[partial] == 0]] = np.nan
    p_value = np.where(np.isnan(squared), np.nan, chdtrc(np.maximum(df, 1), np.nan_to_num(squared)))
    return Distances(squared, df, np.asarray(p_value))
