"""Runs of identical answers, and what they can and cannot show."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

ROWS_AT_ONCE = 4096
"""Respondents looked at together: their answers stay in the processor's cache."""


@dataclass(frozen=True, repr=False)
class Runs:
    """Runs of identical answers of each respondent.

    Attributes
    ----------
    longest : ndarray of int, shape (respondents,)
        The longest run; 0 where nothing was answered.
    number : ndarray of int, shape (respondents,)
        How many runs.
    """

    longest: NDArray[np.int64]
    number: NDArray[np.int64]


def runs_of(values: NDArray[np.floating]) -> Runs:
    """Return the longest run and the number of runs of identical answers of each respondent.

    Parameters
    ----------
    values : ndarray of float, shape (respondents, items)
        Answers as given (not reversed), in the order of the questionnaire. A gap ends a run and is no run itself.

    Returns
    -------
    Runs
        The answered items divided by ``number`` are the average run.

    Notes
    -----
    R's package careless counts each gap as a run of one.

    References
    ----------
    Johnson, J. A. (2005). Ascertaining the validity of individual protocols from web-based personality inventories.
    Journal of Research in Personality, 39(1), 103-129. doi:10.1016/j.jrp.2004.09.009

    Examples
    --------
    >>> found = runs_of(np.array([[1, 1, 1, 2.0], [1, np.nan, 1, 1]]))
    >>> found.longest.tolist(), found.number.tolist()
    ([3, 2], [2, 2])
    """
    n, k = values.shape
    longest = np.zeros(n, dtype=np.int64)
    number = np.zeros(n, dtype=np.int64)
    for start in range(0, n, ROWS_AT_ONCE):
        block = np.ascontiguousarray(values[start : start + ROWS_AT_ONCE].T)
        run = np.zeros(block.shape[1], dtype=np.int32)
        most = np.zeros(block.shape[1], dtype=np.int32)
        repeats = np.zeros(block.shape[1], dtype=np.int32)
        gaps = bool(np.isnan(block).any())
        answered = ~np.isnan(block) if gaps else None
        for item in range(k):
            if item:
                same = block[item] == block[item - 1]
                run *= same
                repeats += same
            run += answered[item] if answered is not None else 1
            np.maximum(most, run, out=most)
            if answered is not None:
                run *= answered[item]
        longest[start : start + ROWS_AT_ONCE] = most
        number[start : start + ROWS_AT_ONCE] = (answered.sum(axis=0) if answered is not None else k) - repeats
    return Runs(longest, number)


def longest_runs(values: NDArray[np.floating]) -> NDArray[np.int64]:
    """Return the length of the longest run of identical answers of each respondent; see ``runs_of``.

    Examples
    --------
    >>> longest_runs(np.array([[1, 1, 1, 2.0], [1, np.nan, 1, 1]])).tolist()
    [3, 2]
    """
    return runs_of(values).longest


def constant_lines(values: NDArray[np.floating]) -> NDArray[np.bool_]:
    """Return who answered every item, and all of them alike."""
    return np.asarray((values == values[:, :1]).all(axis=1), dtype=bool)
