"""Where a slope that changes with a moderator differs from zero: the bounds of Johnson and Neyman."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from osa_survey.analysis.estimates import Estimates

Floats = NDArray[np.float64]
Where = Literal["outside", "between", "everywhere", "nowhere"]
ROUNDS = 50
"""Of the search over completed sets, where degrees of freedom change with the moderator; it settles in a few."""
SETTLED = 1e-12


@dataclass(frozen=True)
class Region:
    """Where a slope differs from zero.

    Attributes
    ----------
    bounds : tuple of float
        The bounds, rising: two, one (where the other lies at infinity) or none.
    where : {"outside", "between", "everywhere", "nowhere"}
        On which side of the bounds the interval of the slope excludes zero. With one bound "outside" means below it
        and "between" above it.
    """

    bounds: tuple[float, ...]
    where: Where


def region_of(estimate: Floats, covariance: Floats, critical: float) -> Region:
    """Return where a line a + b w differs from zero.

    Parameters
    ----------
    estimate : ndarray of float, shape (2,)
        a, the slope at w = 0, and b, its change with w.
    covariance : ndarray of float, shape (2, 2)
        Their covariance.
    critical : float
        The quantile of t (or z): the interval is slope ± critical × standard error.

    Notes
    -----
    The roots of (a + b w)² = c² (V_aa + 2 w V_ab + w² V_bb), points of the line that are tested one at a time
    (Johnson & Neyman, 1936; Bauer & Curran, 2005, https://doi.org/10.1207/s15327906mbr4003_5).

    Examples
    --------
    >>> region_of(np.array([0.0, 1.0]), np.array([[0.25, 0.0], [0.0, 0.0]]), 2.0)
    Region(bounds=(-1.0, 1.0), where='outside')
    """
    a, b = float(estimate[0]), float(estimate[1])
    square = critical**2
    second = b * b - square * covariance[1, 1]
    first = 2 * (a * b - square * covariance[0, 1])
    constant = a * a - square * covariance[0, 0]
    scale = max(b * b, square * covariance[1, 1])
    if abs(second) <= np.finfo(float).eps * scale:
        if first == 0:
            return Region((), "everywhere" if constant > 0 else "nowhere")
        return Region((float(-constant / first),), "between" if first > 0 else "outside")
    discriminant = first * first - 4 * second * constant
    if discriminant <= 0:
        return Region((), "everywhere" if second > 0 else "nowhere")
    half = -0.5 * (first + math.copysign(math.sqrt(discriminant), first))
    roots = (half / second, constant / half) if half != 0 else (-math.sqrt(discriminant) / abs(2 * second),) * 2
    low, high = sorted(float(root) for root in roots)
    return Region((low, high), "outside" if second > 0 else "between")


def johnson_neyman(line: Estimates, conf_level: float) -> Region:
    """Return where a slope differs from zero, from the estimates of a and b.

    Parameters
    ----------
    line : Estimates
        Two numbers: the slope where the moderator is 0, and its change with the moderator.
    conf_level : float
        Level of the intervals whose bounds touch zero.

    Notes
    -----
    Over completed sets degrees of freedom change with the moderator (Barnard & Rubin, 1999): each bound is where the
    pooled interval at that very value touches zero.
    """

    def at(w: float) -> Region:
        df = float(line.combined(np.array([[1.0, w]])).df[0])
        return region_of(line.estimate, line.covariance, float(stats.t.ppf(0.5 + conf_level / 2, df)))

    found = at(0.0)
    if not line.pooled:
        return found
    bounds = []
    for position, start in enumerate(found.bounds):
        w = start
        for _ in range(ROUNDS):
            again = at(w)
            if len(again.bounds) != len(found.bounds):
                break
            step, w = abs(again.bounds[position] - w), again.bounds[position]
            if step <= SETTLED * (1 + abs(w)):
                break
        bounds.append(w)
    return Region(tuple(bounds), found.where)
