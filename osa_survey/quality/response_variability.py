"""Intra-individual response variability: the spread of a person's answers over items."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


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
    present = ~np.isnan(values)
    answered = present.sum(axis=1)
    filled = np.where(present, values, 0.0).astype(np.float64)
    mean = np.divide(filled.sum(axis=1), answered, out=np.zeros(len(values)), where=answered > 0)
    squares = np.where(present, (filled - mean[:, None]) ** 2, 0.0).sum(axis=1)
    variance = np.divide(squares, answered - 1, out=np.full(len(values), np.nan), where=answered > 1)
    return np.asarray(np.sqrt(variance))
