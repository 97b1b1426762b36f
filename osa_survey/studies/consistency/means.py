"""Means and standard deviations of whole-number answers: GRIM, GRIMMER, and the bounds of the standard deviation."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

SLACK = 1e-9
"""Sums of decimals are not exact; numbers this much (relative) outside a rounding interval count as inside."""

Flags = NDArray[np.bool_]


def grim(mean: ArrayLike, n: ArrayLike, decimals: ArrayLike = 2, items: ArrayLike = 1) -> Flags:
    """Whether a printed mean can be the mean of whole numbers (GRIM).

    Parameters
    ----------
    mean : array-like of float
        Printed means.
    n : array-like of int
        People.
    decimals : array-like of int
        Printed decimals.
    items : array-like of int
        Whole-number items averaged by each person.

    Returns
    -------
    ndarray of bool
        True where some whole-number sum over n · items answers is printed like this, rounding five up or down.

    References
    ----------
    Brown, N. J. L., & Heathers, J. A. J. (2017). The GRIM test: A simple technique detects numerous anomalies in the
    reporting of results in psychology. Social Psychological and Personality Science, 8(4), 363–369.
    doi:10.1177/1948550616673876

    Examples
    --------
    The paper's example: 28 whole numbers have no mean of 5.19; 145/28 is 5.18 and 146/28 is 5.21.

    >>> grim([5.18, 5.19, 5.21], 28).tolist()
    [True, False, True]
    """
    first, last = _sums(mean, n, decimals, items)
    return np.asarray(first <= last, dtype=np.bool_)


def grim_power(n: ArrayLike, decimals: ArrayLike = 2, items: ArrayLike = 1) -> NDArray[np.float64]:
    """Return the share of printable means that GRIM would find impossible; 0 where it can tell nothing.

    Examples
    --------
    >>> grim_power([28, 2690]).tolist()
    [0.72, 0.0]
    """
    answers = np.asarray(n, dtype=np.float64) * np.asarray(items, dtype=np.float64)
    return np.asarray(np.maximum(0.0, 1 - answers / 10.0 ** np.asarray(decimals, dtype=np.float64)))


def grimmer(
    mean: ArrayLike,
    sd: ArrayLike,
    n: ArrayLike,
    decimals: ArrayLike = 2,
    sd_decimals: ArrayLike = 2,
    items: ArrayLike = 1,
) -> Flags:
    """Whether a printed mean and standard deviation can belong to the same whole numbers (GRIMMER).

    Parameters
    ----------
    mean, sd : array-like of float
        Printed means and standard deviations (n − 1 in the denominator).
    n : array-like of int
        People, two or more.
    decimals, sd_decimals : array-like of int
        Printed decimals.
    items : array-like of int
        Whole-number items averaged by each person.

    Returns
    -------
    ndarray of bool
        True where, for some sum S that is printed as the mean, a whole sum of squares Q of the parity of S gives
        √((Q − S²/n)/(n − 1)), divided by items, as printed.

    Notes
    -----
    With one item this is the analytic test of Allard over every possible sum; with several it is the same test on the
    persons' sums. It knows no bounds of the answers; see :func:`sd_bounds`.

    References
    ----------
    Anaya, J. (2016). The GRIMMER test: A method for testing the validity of reported measures of variability.
    PeerJ Preprints, 4, e2400v1. doi:10.7287/peerj.preprints.2400v1
    Allard, A. (2018). Analytic-GRIMMER: A new way of testing the possibility of standard deviations.

    Examples
    --------
    >>> grimmer([5.21, 3.44], [1.60, 2.47], [28, 18]).tolist()
    [True, False]
    """
    mean, sd, n, decimals, sd_decimals, items = np.broadcast_arrays(
        *(np.atleast_1d(np.asarray(one, dtype=np.float64)) for one in (mean, sd, n, decimals, sd_decimals, items))
    )
    first, last = _sums(mean, n, decimals, items)
    half = 0.5 * 10.0**-sd_decimals
    low_sd, high_sd = np.maximum(0.0, sd - half) * items, (sd + half) * items
    found = np.zeros(mean.shape, dtype=bool)
    for step in range(int(np.max(last - first, initial=-1)) + 1):
        total = first + step
        centre = total**2 / n
        low, high = low_sd**2 * (n - 1) + centre, high_sd**2 * (n - 1) + centre
        slack = SLACK * np.maximum(1.0, high)
        smallest = np.ceil(np.maximum(low - slack, _least_squares(total, n)))
        smallest += np.mod(smallest - total, 2)
        found |= (total <= last) & (smallest <= high + slack)
        if found.all():
            break
    return np.asarray(found, dtype=np.bool_)


def sd_bounds(
    mean: ArrayLike, n: ArrayLike, minimum: ArrayLike, maximum: ArrayLike, decimals: ArrayLike = 2
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the smallest and largest standard deviation of whole numbers in a range with a printed mean.

    Parameters
    ----------
    mean : array-like of float
        Printed means.
    n : array-like of int
        People, two or more.
    minimum, maximum : array-like of int
        The range of the answers.
    decimals : array-like of int
        Printed decimals of the mean.

    Returns
    -------
    (ndarray of float, ndarray of float)
        Least where all answers are the two whole numbers around the mean; most where all are at the ends but one.
        Over every sum that is printed as the mean; NaN where there is none.

    Examples
    --------
    Five answers from 1 to 7 with the mean 4.2: 4 4 4 4 5 and 1 1 5 7 7.

    >>> low, high = sd_bounds([4.2, 1.0], [5, 100], 1, 7)
    >>> low.round(2).tolist(), high.round(2).tolist()
    ([0.45, 0.0], [3.03, 0.0])
    """
    mean, n, minimum, maximum, decimals = np.broadcast_arrays(
        *(np.atleast_1d(np.asarray(one, dtype=np.float64)) for one in (mean, n, minimum, maximum, decimals))
    )
    first, last = _sums(mean, n, decimals, 1.0)
    first, last = np.maximum(first, n * minimum), np.minimum(last, n * maximum)
    low, high = np.full(mean.shape, np.inf), np.full(mean.shape, -np.inf)
    for step in range(int(np.max(last - first, initial=-1)) + 1):
        total = first + step
        possible = total <= last
        least = np.sqrt(np.maximum(0.0, _least_squares(total, n) - total**2 / n) / (n - 1))
        most = np.sqrt(np.maximum(0.0, _most_squares(total, n, minimum, maximum) - total**2 / n) / (n - 1))
        low = np.where(possible, np.minimum(low, least), low)
        high = np.where(possible, np.maximum(high, most), high)
    return np.where(np.isfinite(low), low, np.nan), np.where(np.isfinite(high), high, np.nan)


def _sums(
    mean: ArrayLike, n: ArrayLike, decimals: ArrayLike, items: ArrayLike
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the smallest and largest whole sum that is printed as the mean."""
    centre = np.asarray(mean, dtype=np.float64)
    answers = np.asarray(n, dtype=np.float64) * np.asarray(items, dtype=np.float64)
    half = 0.5 * 10.0 ** -np.asarray(decimals, dtype=np.float64)
    slack = SLACK * np.maximum(1.0, np.abs(centre) * answers)
    return np.ceil((centre - half) * answers - slack), np.floor((centre + half) * answers + slack)


def _least_squares(total: NDArray[np.float64], n: NDArray[np.float64]) -> NDArray[np.float64]:
    each = np.floor(total / n)
    rest = total - n * each
    return np.asarray(rest * (each + 1) ** 2 + (n - rest) * each**2)


def _most_squares(
    total: NDArray[np.float64], n: NDArray[np.float64], minimum: NDArray[np.float64], maximum: NDArray[np.float64]
) -> NDArray[np.float64]:
    at_top = np.floor((total - n * minimum) / (maximum - minimum))
    middle = total - n * minimum - at_top * (maximum - minimum) + minimum
    alone = at_top < n
    return np.asarray(
        at_top * maximum**2 + np.where(alone, middle**2, 0.0) + np.where(alone, n - at_top - 1, 0.0) * minimum**2
    )
