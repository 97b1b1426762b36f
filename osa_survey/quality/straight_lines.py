"""Runs of identical answers, and what they can and cannot show."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def longest_runs(values: NDArray[np.floating]) -> NDArray[np.int64]:
    """Return the length of the longest run of identical answers of each respondent.

    Parameters
    ----------
    values : ndarray of float, shape (respondents, items)
        Answers as given (not reversed), in the order of the questionnaire. A gap ends a run and is no run itself.

    Returns
    -------
    ndarray of int, shape (respondents,)
        0 where nothing was answered.

    References
    ----------
    Johnson, J. A. (2005). Ascertaining the validity of individual protocols from web-based personality inventories.
    Journal of Research in Personality, 39(1), 103-129. doi:10.1016/j.jrp.2004.09.009

    Examples
    --------
    >>> longest_runs(np.array([[1, 1, 1, 2.0], [1, np.nan, 1, 1]])).tolist()
    [3, 2]
    """
    n, k = values.shape
    run = np.zeros(n, dtype=np.int64)
    longest = np.zeros(n, dtype=np.int64)
    for item in range(k):
        current = values[:, item]
        same = current == values[:, item - 1] if item else np.zeros(n, dtype=bool)
        run = np.where(same, run + 1, np.where(np.isnan(current), 0, 1))
        np.maximum(longest, run, out=longest)
    return longest


def constant_lines(values: NDArray[np.floating]) -> NDArray[np.bool_]:
    """Return who answered every item, and all of them alike."""
    return np.asarray((values == values[:, :1]).all(axis=1), dtype=bool)
