"""Guttman errors: steps of items that most people take, not taken by someone who takes rarer ones."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def guttman_errors(codes: NDArray[np.floating]) -> Floats:
    """Return each respondent's normed number of Guttman errors.

    Parameters
    ----------
    codes : ndarray of float, shape (respondents, items)
        Keyed answers counted from 0 (so many steps taken), NaN for gaps.

    Returns
    -------
    ndarray of float, shape (respondents,)
        0 (no error) to 1 (as many as the same sum of answers allows); NaN with a gap, and where no pattern with that
        sum has an error.

    Notes
    -----
    All item steps are ranked by how many complete respondents take them. With ``t`` steps taken the errors are the sum
    of their ranks minus ``t (t + 1) / 2``: pairs of a step taken and an easier one not taken. The largest number
    possible for the same sum follows from the items one after the other (dynamic programming).

    References
    ----------
    Molenaar, I. W. (1991). A weighted Loevinger H-coefficient extending Mokken scaling to multicategory items.
    Kwantitatieve Methoden, 37, 97-117.

    Emons, W. H. M. (2008). Nonparametric person-fit analysis of polytomous item scores. Applied Psychological
    Measurement, 32(3), 224-247. doi:10.1177/0146621607302479

    Examples
    --------
    Items taken by 3, 2 and 1 of four people; the last takes only the rarest.

    >>> answers = np.array([[1, 1, 0], [1, 1, 0], [1, 0, 0], [0, 0, 1.0]])
    >>> guttman_errors(answers).tolist()
    [0.0, 0.0, 0.0, 1.0]
    """
    codes = np.asarray(codes, dtype=np.float64)
    complete = ~np.isnan(codes).any(axis=1)
    found = np.full(len(codes), np.nan)
    if not complete.any():
        return found
    taken = codes[complete].astype(np.int64)
    most = taken.max(axis=0)
    shares = [(taken[:, item] >= step).mean() for item in range(taken.shape[1]) for step in range(1, most[item] + 1)]
    if not shares:
        return found
    rank = np.empty(len(shares))
    rank[np.argsort(-np.asarray(shares), kind="stable")] = np.arange(1, len(shares) + 1)
    total = int(most.sum())
    largest = np.full(total + 1, -np.inf)
    largest[0] = 0.0
    sums = np.zeros(len(taken))
    at = 0
    for item, steps in enumerate(most.tolist()):
        weights = np.concatenate([[0.0], np.cumsum(rank[at : at + steps])])
        at += steps
        sums += weights[taken[:, item]]
        best = largest.copy()
        for step in range(1, steps + 1):
            best[step:] = np.maximum(best[step:], largest[: total + 1 - step] + weights[step])
        largest = best
    score = taken.sum(axis=1)
    least = score * (score + 1) / 2.0
    possible = largest[score] - least
    errors = sums - least
    found[complete] = np.divide(errors, possible, out=np.full(len(taken), np.nan), where=possible > 0)
    return found
