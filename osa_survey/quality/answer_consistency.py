"""Whether a respondent answers like with like: even and odd items, items that go together, items that oppose."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from osa_survey.psychometrics import correlations, item_moments
from osa_survey.quality.row_correlations import row_correlations

Floats = NDArray[np.float64]

SYNONYMS, ANTONYMS = 0.60, -0.60
"""Items correlated so strongly belong to a pair (Meade & Craig 2012)."""


@dataclass(frozen=True, repr=False)
class PairConsistency:
    """Consistency over pairs of items.

    Attributes
    ----------
    pairs : ndarray of int, shape (pairs, 2)
        The items of each pair, the later first.
    r : ndarray of float, shape (respondents,)
        Correlation of the first with the second answers of the pairs; NaN with fewer than three pairs.
    """

    pairs: NDArray[np.int64]
    r: Floats


def even_odd(scales: Sequence[NDArray[np.floating]], fewest: int = 3) -> Floats:
    """Return the even–odd consistency of each respondent.

    Parameters
    ----------
    scales : sequence of ndarray of float, shape (respondents, items)
        The keyed items of each scale.
    fewest : int
        Scales a respondent needs with both halves answered.

    Returns
    -------
    ndarray of float, shape (respondents,)
        Correlation over scales of the mean of the odd with the mean of the even items, stepped up by Spearman–Brown
        ``2 r / (1 + r)`` and not below -1: high is consistent. NaN with too few scales, or halves that do not vary.
        R's package careless prints the same with its sign turned.

    References
    ----------
    Johnson, J. A. (2005). doi:10.1016/j.jrp.2004.09.009
    """
    usable = [np.asarray(scale, dtype=np.float64) for scale in scales if scale.shape[1] > 1]
    if not usable:
        return np.full(len(scales[0]) if scales else 0, np.nan)
    odd = np.column_stack([_mean(scale[:, 0::2]) for scale in usable])
    even = np.column_stack([_mean(scale[:, 1::2]) for scale in usable])
    r = row_correlations(odd, even, fewest)
    with np.errstate(divide="ignore"):
        stepped = np.where(r > -1.0, 2.0 * r / (1.0 + r), -1.0)
    return np.asarray(np.where(np.isnan(r), np.nan, np.maximum(stepped, -1.0)))


def _mean(values: Floats) -> Floats:
    answered = ~np.isnan(values)
    count = answered.sum(axis=1)
    total = np.where(answered, values, 0.0).sum(axis=1)
    return np.asarray(np.divide(total, count, out=np.full(len(values), np.nan), where=count > 0))


def psychometric_synonyms(values: NDArray[np.floating], beyond: float = SYNONYMS, fewest: int = 3) -> PairConsistency:
    """Return how alike each respondent answers items that go together in the sample.

    Parameters
    ----------
    values : ndarray of float, shape (respondents, items)
        Answers as given, NaN for gaps.
    beyond : float
        The correlation above which two items are a pair; below zero, the correlation below which they are (antonyms).
    fewest : int
        Pairs a respondent needs.

    Returns
    -------
    PairConsistency
        For synonyms high is consistent, for antonyms low.

    References
    ----------
    Meade, A. W., & Craig, S. B. (2012). Identifying careless responses in survey data. Psychological Methods, 17(3),
    437-455. doi:10.1037/a0028085
    """
    values = np.asarray(values, dtype=np.float64)
    R = pairwise_correlations(values)
    with np.errstate(invalid="ignore"):
        strong = R * np.sign(beyond) > abs(beyond) if beyond else R > 0.0
    columns, rows = np.nonzero(np.triu(strong, 1))
    return PairConsistency(
        np.column_stack([rows, columns]), row_correlations(values[:, rows], values[:, columns], fewest)
    )


def pairwise_correlations(values: NDArray[np.floating]) -> Floats:
    """Return the correlation of each two items over the respondents who answered both; NaN where one does not vary.

    Examples
    --------
    The last respondent says nothing about the second item.

    >>> pairwise_correlations(np.array([[1, 2], [2, 1], [3, 3], [9, np.nan]]))[0].tolist()
    [1.0, 0.5]
    """
    known = (~np.isnan(values)).astype(np.float64)
    if known.all():
        return correlations(item_moments(values).covariance)
    count = np.maximum(known.sum(axis=0), 1.0)
    x = np.where(known > 0, values - np.where(known > 0, values, 0.0).sum(axis=0) / count, 0.0)
    both, total, squares = known.T @ known, x.T @ known, (x**2).T @ known
    spread = both * squares - total**2
    with np.errstate(invalid="ignore", divide="ignore"):
        r = (both * (x.T @ x) - total * total.T) / np.sqrt(spread * spread.T)
    return np.asarray(np.where((spread > 0) & (spread.T > 0), r, np.nan))


def person_total(values: NDArray[np.floating], fewest: int = 3) -> Floats:
    """Return the correlation of each respondent's answers with the item means; NaN where undefined.

    References
    ----------
    Curran, P. G. (2016). Methods for the detection of carelessly invalid responses in survey data. Journal of
    Experimental Social Psychology, 66, 4-19. doi:10.1016/j.jesp.2015.07.006
    """
    values = np.asarray(values, dtype=np.float64)
    return row_correlations(values, item_moments(values, "pairwise").mean[None, :], fewest)
