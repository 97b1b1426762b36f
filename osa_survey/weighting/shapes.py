"""Shapes of weighted distributions: skewness, kurtosis, trimmed means, median absolute deviations."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from osa_survey.weighting.quantiles import weighted_quantiles

Floats = NDArray[np.float64]
TRIMMED = 0.1
"""Share of the people that a trimmed mean leaves out at each end."""
NORMAL_MAD = 1.4826
"""Makes the MAD of a normal distribution its standard deviation, as in R."""


def weighted_skewness(values: Floats, weights: Floats, shape_type: int = 2) -> float:
    """Return the skewness of weighted people; NaN with fewer than three or without variance.

    Parameters
    ----------
    values, weights : ndarray of float, shape (people,)
        Numbers without gaps, and weights above 0.
    shape_type : {1, 2, 3}
        Joanes and Gill's type; its factor counts people, not weights.

    Notes
    -----
    With p the shares of the weight and m_k = Σ p (x − x̄)^k: g₁ = m₃/m₂^1.5 (type 1), g₁ √(n(n − 1))/(n − 2) (type 2),
    g₁ ((n − 1)/n)^1.5 (type 3).

    References
    ----------
    Joanes, D. N., & Gill, C. A. (1998). Comparing measures of sample skewness. doi:10.1111/1467-9884.00122

    Examples
    --------
    >>> round(weighted_skewness(np.array([0.0, 1.0, 4.0]), np.array([2.0, 1.0, 1.0]), 1), 4)
    0.9575
    """
    n = len(values)
    found = _moments(values, weights, 3) if n >= 3 else None
    if found is None:
        return math.nan
    g = float(found[1] / found[0] ** 1.5)
    if shape_type == 2:
        return g * math.sqrt(n * (n - 1)) / (n - 2)
    return g if shape_type == 1 else g * math.sqrt((1 - 1 / n) ** 3)


def weighted_kurtosis(values: Floats, weights: Floats, shape_type: int = 2) -> float:
    """Return the excess kurtosis of weighted people; NaN with fewer than four or without variance.

    Parameters
    ----------
    values, weights, shape_type
        As in ``weighted_skewness``.

    Notes
    -----
    g₂ = m₄/m₂² − 3 (type 1); ((n + 1) g₂ + 6)(n − 1)/((n − 2)(n − 3)) (type 2); (g₂ + 3)(1 − 1/n)² − 3 (type 3).
    """
    n = len(values)
    found = _moments(values, weights, 4) if n >= 4 else None
    if found is None:
        return math.nan
    g = found[1] / found[0] ** 2 - 3
    if shape_type == 2:
        return ((n + 1) * g + 6) * (n - 1) / ((n - 2) * (n - 3))
    return g if shape_type == 1 else (g + 3) * (1 - 1 / n) ** 2 - 3


def weighted_trimmed_mean(values: Floats, weights: Floats) -> float:
    """Return the mean without the people at both ends; NaN without values.

    Notes
    -----
    At each end the share ⌊n/10⌋/n of the weight is left out, the person on its edge in part: with equal weights whole
    people, as in SciPy's ``trim_mean``.
    """
    n = len(values)
    if n == 0:
        return math.nan
    order = np.argsort(values, kind="stable")
    own = weights[order] / weights.sum()
    cut = math.floor(TRIMMED * n) / n
    upper = np.cumsum(own)
    kept = np.clip(np.minimum(upper, 1 - cut) - np.maximum(upper - own, cut), 0.0, None)
    return float(kept @ values[order] / kept.sum())


def weighted_mad(values: Floats, weights: Floats) -> float:
    """Return the weighted median of the distances from the weighted median, times 1.4826; NaN without values."""
    median = weighted_quantiles(values, weights, [0.5], "school")
    return NORMAL_MAD * float(weighted_quantiles(np.abs(values - median), weights, [0.5], "school")[0])


def _moments(values: Floats, weights: Floats, power: int) -> tuple[float, float] | None:
    """Return the second and a higher central moment; None where all values are the same."""
    if values.min() == values.max():
        return None
    share = weights / weights.sum()
    centred = values - float(share @ values)
    return float(share @ centred**2), float(share @ centred**power)
