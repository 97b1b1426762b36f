"""Intra-individual response variability: the spread of a person's answers over items."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

ROWS_AT_ONCE = 2048
"""Respondents looked at together: their answers stay in the processor's cache."""


def response_variability(values: NDArray[np.floating]) -> NDArray[np.float64]:
    """Return the standard deviation of each respondent's answers.

    Parameters
    ----------
    values : ndarray of float, shape (respondents, items)
        Answers as given (not reversed), NaN for gaps.

    Returns
    -------
    ndarray of float, shape (respondents,)
        Sample standard deviation (n - 1) of the answered items; NaN with fewer than two.

    References
    ----------
    Dunn, A. M., Heggestad, E. D., Shanock, L. R., & Theilgard, N. (2018). Intra-individual response variability as an
    indicator of insufficient effort responding. Journal of Business and Psychology, 33(1), 105-121.
    doi:10.1007/s10869-016-9479-0

    Examples
    --------
    >>> response_variability(np.array([[1.0, 3.0, np.nan], [2.0, 2.0, 2.0]])).round(4).tolist()
    [1.4142, 0.0]
    """
    n, k = values.shape
    spread = np.full(n, np.nan)
    ones = np.ones(k)
    for start in range(0, n, ROWS_AT_ONCE):
        block = np.asarray(values[start : start + ROWS_AT_ONCE], dtype=np.float64)
        mean = block @ ones / k if k else np.full(len(block), np.nan)
        complete = ~np.isnan(mean)
        if complete.all():
            if k > 1:
                away = block - mean[:, None]
                spread[start : start + ROWS_AT_ONCE] = np.sqrt(np.einsum("ij,ij->i", away, away) / (k - 1))
            continue
        present = ~np.isnan(block)
        answered = present.sum(axis=1)
        filled = np.where(present, block, 0.0)
        mean = np.divide(filled.sum(axis=1), answered, out=np.zeros(len(block)), where=answered > 0)
        away = np.where(present, filled - mean[:, None], 0.0)
        squares = np.einsum("ij,ij->i", away, away)
        variance = np.divide(squares, answered - 1, out=np.full(len(block), np.nan), where=answered > 1)
        spread[start : start + ROWS_AT_ONCE] = np.sqrt(variance)
    return spread
