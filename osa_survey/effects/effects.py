"""The record every effect size is returned in: a number, its interval, and how both were made."""

from __future__ import annotations

import math
from dataclasses import dataclass

NO_SPREAD = "no variance within the groups: this size is not defined"
NO_BOUNDS = "the interval cannot be computed for so extreme a value"
OUTSIDE = "the interval is not given: so close to nothing it would lie below the estimate"


@dataclass(frozen=True)
class Effect:
    """An effect size with its interval.

    Attributes
    ----------
    estimate, low, high : float
        The size and the bounds of its two-sided interval; all NaN where the size is not defined, the bounds NaN where
        they are not. Bounds that are given hold the estimate.
    method : str
        How the size and its interval were made.
    warning : str
        Why something is missing, or "".
    std_error : float
        Where the method has one, else NaN.
    """

    estimate: float
    low: float
    high: float
    method: str
    warning: str = ""
    std_error: float = math.nan

    @property
    def bounded(self) -> bool:
        """Whether there is an interval."""
        return not (math.isnan(self.low) or math.isnan(self.high))


def effect(
    estimate: float,
    bounds: tuple[float, float],
    method: str,
    *,
    std_error: float = math.nan,
    missing: str = NO_BOUNDS,
    outside: str = OUTSIDE,
) -> Effect:
    """Return an effect whose bounds hold its estimate; other bounds are left out with a warning.

    Parameters
    ----------
    estimate : float
        The size.
    bounds : tuple of float
        Lower and upper bound.
    method : str
        How they were made.
    std_error : float
        The standard error, if there is one.
    missing, outside : str
        The warning if a bound is NaN, and if the estimate lies outside the bounds.

    Examples
    --------
    >>> effect(0.2, (0.0, 0.1), "noncentral").warning == OUTSIDE
    True
    """
    low, high = (float(bound) for bound in bounds)
    warning = ""
    if math.isnan(estimate) or math.isnan(low) or math.isnan(high):
        warning = missing
    elif not low <= estimate <= high:
        warning = outside
    if warning:
        low = high = math.nan
    return Effect(float(estimate), low, high, method, warning, std_error)


def undefined(method: str, warning: str = NO_SPREAD) -> Effect:
    """Return a size that is not defined for these data."""
    return Effect(math.nan, math.nan, math.nan, method, warning)
