"""The sample size at which a test reaches the power that is asked for, from a simulated power curve."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from osa_survey.analysis.planning.detection_rates import Share
from osa_survey.models import BinaryProbit, classical_covariance

Floats = NDArray[np.float64]
LOWEST, HIGHEST = 0.15, 0.995
"""Sizes with a power outside say little about where the curve crosses the target, and bend it (a test in both
directions has at least the power alpha)."""
POOR_FIT = 0.001


@dataclass(frozen=True)
class RequiredSize:
    """A sample size with its interval.

    Attributes
    ----------
    n, low, high : float
        Whole numbers of people; NaN where the curve does not tell, infinite where no size need be enough.
    how : str
        How it was found.
    warning : str
        What is to be done where it was not.
    """

    n: float
    low: float
    high: float
    how: str
    warning: str = ""


def required_size(
    sizes: Sequence[int], shares: Sequence[Share], target: float, conf_level: float = 0.95
) -> RequiredSize:
    """Return the size at which the power curve crosses the target.

    Parameters
    ----------
    sizes : sequence of int
        Sample sizes.
    shares : sequence of Share
        The power of each, as counts.
    target : float
        The power asked for.
    conf_level : float
        Level of the interval, for the error of simulation alone.

    Notes
    -----
    Φ⁻¹(power) = a + b√n, which holds for a z test of a fixed effect, fitted by maximum likelihood to the sizes whose
    power lies between .15 and .995; the interval of √n = (Φ⁻¹(target) − a)/b is Fieller's. With fewer than two such
    sizes, or where the line does not fit, the answer is an interval of simulated sizes. Outside the sizes simulated no
    number is given.

    References
    ----------
    Fieller, E. C. (1954). Some problems in interval estimation. Journal of the Royal Statistical Society B, 16(2),
    175–185. doi:10.1111/j.2517-6161.1954.tb00159.x
    """
    order = np.argsort(sizes)
    n = np.asarray(sizes, dtype=np.float64)[order]
    found = [shares[int(position)] for position in order]
    if not any(share.high >= target for share in found):
        return RequiredSize(math.nan, float(n[-1]), math.inf, "not reached", "not reached: add larger sizes")
    if all(share.low >= target for share in found):
        return RequiredSize(
            math.nan, 0.0, float(n[0]), "always reached", "reached at the smallest size: add smaller sizes"
        )
    usable = [k for k, share in enumerate(found) if LOWEST < share.share < HIGHEST]
    if len(usable) < 2:
        return _between(n, found, target)
    root = np.sqrt(n[usable])
    detected = np.array([found[k].count for k in usable], dtype=np.float64)
    total = np.array([found[k].n for k in usable], dtype=np.float64)
    (a, b), covariance = _line(root, detected, total)
    if b <= 0 or _misfit(a, b, root, detected, total) < POOR_FIT:
        return _between(n, found, target)
    size = ((float(stats.norm.ppf(target)) - a) / b) ** 2
    low, high = (bound**2 for bound in _fieller(a, b, covariance, target, conf_level))
    outside = not n[0] <= size <= n[-1]
    warning = f"outside the sizes simulated (about {math.ceil(size):,}): add sizes there" if outside else ""
    whole = math.nan if outside else float(math.ceil(size))
    return RequiredSize(whole, _up(low), _up(high), "probit of power on √n, Fieller interval", warning)


def _line(root: Floats, detected: Floats, total: Floats) -> tuple[tuple[float, float], Floats]:
    X = np.column_stack([np.ones(2 * len(root)), np.tile(root, 2)])
    y = np.repeat([1.0, 0.0], len(root))
    fit = BinaryProbit().fit(y, X, weights=np.concatenate([detected, total - detected]))
    return (float(fit.parameters[0]), float(fit.parameters[1])), classical_covariance(fit)


def _misfit(a: float, b: float, root: Floats, detected: Floats, total: Floats) -> float:
    """Return the p value of Pearson's χ² of the line; 1 where it goes through both of two points."""
    expected = stats.norm.cdf(a + b * root)
    chi_squared = float((np.square(detected - total * expected) / (total * expected * (1 - expected))).sum())
    return float(stats.chi2.sf(chi_squared, len(root) - 2)) if len(root) > 2 else 1.0


def _fieller(a: float, b: float, covariance: Floats, target: float, conf_level: float) -> tuple[float, float]:
    """Return the bounds of x with a + bx = Φ⁻¹(target): where (a + bx − z)² = q² Var(a + bx)."""
    q2 = float(stats.norm.ppf(0.5 + conf_level / 2)) ** 2
    c = a - float(stats.norm.ppf(target))
    first = b**2 - q2 * covariance[1, 1]
    if first <= 0:
        return 0.0, math.inf
    second = b * c - q2 * covariance[0, 1]
    spread = math.sqrt(max(second**2 - first * (c**2 - q2 * covariance[0, 0]), 0.0))
    return max((-second - spread) / first, 0.0), (-second + spread) / first


def _between(n: Floats, found: Sequence[Share], target: float) -> RequiredSize:
    below = [float(size) for size, share in zip(n, found, strict=True) if share.high < target]
    above = [float(size) for size, share in zip(n, found, strict=True) if share.low >= target]
    low = below[-1] if below else 0.0
    beyond = [size for size in above if size > low]
    high = beyond[0] if beyond else math.inf
    warning = "the curve is too steep or too rough for one number: add sizes between"
    return RequiredSize(math.nan, low, high, "between simulated sizes", warning)


def _up(value: float) -> float:
    return float(math.ceil(value)) if math.isfinite(value) else value
