"""Percentages of a known number of people, and means with standard deviations of yes/no answers (DEBIT)."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from osa_survey.studies.consistency.means import SLACK, grim

Flags = NDArray[np.bool_]


def percent_consistent(percent: ArrayLike, n: ArrayLike, decimals: ArrayLike = 1) -> Flags:
    """Whether a printed percentage can be that of a whole number of n people.

    Parameters
    ----------
    percent : array-like of float
        Printed percentages.
    n : array-like of int
        People.
    decimals : array-like of int
        Printed decimals.

    Returns
    -------
    ndarray of bool
        True where some count of 0 … n is printed like this.

    Examples
    --------
    Of 30 people none is 41 %: 12 are 40.0 % and 13 are 43.3 %.

    >>> percent_consistent([40, 41], 30, 0).tolist()
    [True, False]
    """
    share = np.asarray(percent, dtype=np.float64) / 100
    possible = grim(share, n, np.asarray(decimals) + 2)
    half = 0.5 * 10.0 ** -(np.asarray(decimals, dtype=np.float64) + 2)
    return np.asarray(possible & (share >= -half - SLACK) & (share <= 1 + half + SLACK), dtype=np.bool_)


def debit(mean: ArrayLike, sd: ArrayLike, n: ArrayLike, decimals: ArrayLike = 2, sd_decimals: ArrayLike = 2) -> Flags:
    """Whether a printed mean and standard deviation can belong to the same yes/no answers (DEBIT).

    Parameters
    ----------
    mean, sd : array-like of float
        Printed means (proportions) and standard deviations, n − 1 in the denominator.
    n : array-like of int
        People, two or more.
    decimals, sd_decimals : array-like of int
        Printed decimals.

    Returns
    -------
    ndarray of bool
        True where √(n m (1 − m)/(n − 1)) for some m that is printed as the mean is printed as the standard deviation.

    References
    ----------
    Heathers, J. A. J., & Brown, N. J. L. (2019). DEBIT: A simple consistency test for binary data. https://osf.io/5vb3u/

    Examples
    --------
    Of 20 people, seven yes (35 %) have the standard deviation √(20/19 · .35 · .65) = .49, never .18.

    >>> debit([0.35, 0.35], [0.18, 0.49], 20).tolist()
    [False, True]
    """
    mean, sd, n = (np.asarray(one, dtype=np.float64) for one in (mean, sd, n))
    half = 0.5 * 10.0 ** -np.asarray(decimals, dtype=np.float64)
    sd_half = 0.5 * 10.0 ** -np.asarray(sd_decimals, dtype=np.float64)
    low, high = np.clip(mean - half, 0, 1), np.clip(mean + half, 0, 1)
    ends = [np.sqrt(n / (n - 1) * end * (1 - end)) for end in (low, high)]
    least = np.minimum(*ends)
    most = np.where((low <= 0.5) & (high >= 0.5), np.sqrt(n / (n - 1)) / 2, np.maximum(*ends))
    return np.asarray((least <= sd + sd_half + SLACK) & (most >= sd - sd_half - SLACK), dtype=np.bool_)
