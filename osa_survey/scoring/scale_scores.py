"""Scores of one scale from keyed items, on plain arrays: only where enough items were answered."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

BLOCK_OF_ROWS = 16_384
"""Rows scored at a time, so that the working arrays stay in the processor's cache."""


@dataclass(frozen=True, repr=False)
class ScaleScores:
    """Scores of one scale.

    Attributes
    ----------
    score : ndarray of float, shape (respondents,)
        NaN where too few items were answered.
    answered : ndarray of int, shape (respondents,)
        How many items were answered.
    """

    score: NDArray[np.float64]
    answered: NDArray[np.int64]


def scale_scores(
    values: NDArray[np.floating],
    score: str,
    min_answered: int,
    counted: tuple[float, ...] = (),
    times: float = 1.0,
) -> ScaleScores:
    """Return the scores of one scale from keyed items.

    Parameters
    ----------
    values : ndarray of float, shape (respondents, items)
        Keyed answers, NaN for gaps.
    score : {"mean", "sum", "count"}
        How the answers are put together.
    min_answered : int
        With fewer answered items there is no score.
    counted : tuple of float
        With ``"count"``: the codes that count.
    times : float
        What a mean or sum is multiplied by.

    Returns
    -------
    ScaleScores
        Scores and the number of answered items.

    Notes
    -----
    The mean is that of the answered items; a sum is ``k`` times it, unrounded, with ``k`` items in the scale, so that
    with all items answered it is their plain sum. A count is never prorated.

    Examples
    --------
    >>> scale_scores(np.array([[1.0, 2.0, np.nan], [1.0, 2.0, 3.0]]), "sum", 2).score.tolist()
    [4.5, 6.0]
    """
    n, k = values.shape
    scores = np.zeros(n)
    answered = np.zeros(n, dtype=np.int64)
    for start in range(0, n, BLOCK_OF_ROWS):
        rows = slice(start, start + BLOCK_OF_ROWS)
        totals, part = scores[rows], values[rows].T
        present: NDArray[np.integer] = np.zeros(len(totals), dtype=np.uint8 if k < 256 else np.int64)
        for answers in part:
            present += (answers == answers).view(np.uint8)  # noqa: PLR0124 - nothing but NaN differs from itself
            totals += np.isin(answers, counted) if score == "count" else answers
        answered[rows] = present
        if score == "mean":
            totals /= k
        some = np.flatnonzero((present < k) & (present >= max(min_answered, 1)))
        if score != "count" and len(some):  # a gap has made the total NaN
            totals[some] = _means_of_answers(np.take(part, some, axis=1), present[some], k if score == "sum" else 1)
    scores = np.where(answered >= max(min_answered, 1), scores, np.nan)
    return ScaleScores(scores if times == 1 else times * scores, answered)


def _means_of_answers(by_item: NDArray[np.floating], answered: NDArray[np.integer], times: int) -> NDArray[np.float64]:
    """Return the mean of the answers, times a number; shape of ``by_item``: (items, respondents)."""
    totals = np.where(np.isnan(by_item), 0.0, by_item).sum(axis=0, dtype=np.float64)
    return np.asarray(times * totals / answered)
