"""Estimates and their printed intervals; ratios lie in the middle of theirs on the log scale."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from osa_survey.studies.consistency.means import SLACK

Flags = NDArray[np.bool_]


def estimate_inside(estimate: ArrayLike, low: ArrayLike, high: ArrayLike) -> Flags:
    """Whether a printed estimate lies inside its printed interval.

    Examples
    --------
    >>> estimate_inside([2.42, 0.5], [1.44, 0.6], [4.06, 0.9]).tolist()
    [True, False]
    """
    value, lower, upper = (np.asarray(one, dtype=np.float64) for one in (estimate, low, high))
    return np.asarray((lower <= value) & (value <= upper), dtype=np.bool_)


def log_symmetric(ratio: ArrayLike, low: ArrayLike, high: ArrayLike, decimals: ArrayLike = 2) -> Flags:
    """Whether a printed ratio can be the geometric middle of its printed interval.

    Parameters
    ----------
    ratio, low, high : array-like of float
        Printed odds ratios (or other ratios) and the bounds of their Wald intervals.
    decimals : array-like of int
        Printed decimals of all three.

    Returns
    -------
    ndarray of bool
        True where √(low · high) can be the ratio when each is rounded. Profile intervals need not be symmetric.

    Examples
    --------
    √(1.44 · 4.06) = 2.42, but √(1.02 · 1.32) = 1.16, not 1.20.

    >>> log_symmetric([2.42, 1.20], [1.44, 1.02], [4.06, 1.32]).tolist()
    [True, False]
    """
    value, lower, upper = (np.asarray(one, dtype=np.float64) for one in (ratio, low, high))
    half = 0.5 * 10.0 ** -np.asarray(decimals, dtype=np.float64)
    least = np.sqrt(np.maximum(0.0, lower - half) * np.maximum(0.0, upper - half))
    most = np.sqrt((lower + half) * (upper + half))
    return np.asarray((least <= value + half + SLACK) & (most >= value - half - SLACK), dtype=np.bool_)
