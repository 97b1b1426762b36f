"""How often one of two independent groups is higher: rank-biserial correlation, Cliff's δ, chance of superiority."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
from scipy import stats

from osa_survey.effects.effects import Effect, effect
from osa_survey.effects.spreads import Floats

COMPLETE = "the groups do not overlap: this interval is not defined"
CLIFF = "consistent variance, asymmetric interval (Feng & Cliff)"


def rank_biserial(x: Floats, y: Floats, conf_level: float = 0.95) -> Effect:
    """Return the rank-biserial correlation of two groups.

    Notes
    -----
    r = 2 W/(n₁ n₂) − 1 (the number Cliff called δ). The interval is tanh(atanh r ± z √((n₁ + n₂ + 1)/(3 n₁ n₂))), an
    approximation under which the standard error is the one of equal distributions; ``cliffs_delta`` has an interval
    that does not lean on it.

    References
    ----------
    Kerby, D. S. (2014). The simple difference formula: An approach to teaching nonparametric correlation.
    Comprehensive Psychology, 3, 11.IT.3.1. doi:10.2466/11.IT.3.1
    """
    n1, n2 = len(x), len(y)
    estimate = _dominance(x, y)
    method = "rank-biserial correlation, Fisher's z interval"
    if abs(estimate) >= 1:
        return effect(math.copysign(1.0, estimate), (math.nan, math.nan), method, missing=COMPLETE)
    half = float(stats.norm.ppf((1 + conf_level) / 2)) * math.sqrt((n1 + n2 + 1) / (3 * n1 * n2))
    centre = math.atanh(estimate)
    return effect(estimate, (math.tanh(centre - half), math.tanh(centre + half)), method)


def cliffs_delta(x: Floats, y: Floats, conf_level: float = 0.95) -> Effect:
    """Return Cliff's delta with an interval that assumes neither equal shapes nor equal spreads.

    Parameters
    ----------
    x, y : ndarray of float, shape (members,)
        Two groups of two members or more.
    conf_level : float
        Level of the two-sided interval.

    Notes
    -----
    δ = P(X > Y) − P(X < Y). With dᵢⱼ = sign(xᵢ − yⱼ) and row and column means dᵢ., d.ⱼ the unbiased variance is
    s² = [n₂² Σ(dᵢ. − δ)² + n₁² Σ(d.ⱼ − δ)² − ΣΣ(dᵢⱼ − δ)²] / (n₁ n₂ (n₁ − 1)(n₂ − 1)), not below
    (1 − δ²)/(n₁ n₂ − 1). The bounds are [δ − δ³ ± z s √((1 − δ²)² + z² s²)] / (1 − δ² + z² s²); at δ = ±1 the inner
    bound is ±(n − z²)/(n + z²) with n the smaller group. effectsize's interval is that of ``rank_biserial``: it takes
    the variance of equal distributions, too narrow where spreads differ.

    References
    ----------
    Feng, D., & Cliff, N. (2004). Monte Carlo evaluation of ordinal d with improved confidence interval. Journal of
    Modern Applied Statistical Methods, 3(2), 322–332. doi:10.22237/jmasm/1099267560
    """
    n1, n2 = len(x), len(y)
    below_x, above_x = _placements(x, y)
    below_y, above_y = _placements(y, x)
    by_x, by_y = (below_x - above_x) / n2, (above_y - below_y) / n1
    delta = float(by_x.mean())
    z = float(stats.norm.ppf((1 + conf_level) / 2))
    method = f"Cliff's δ, {CLIFF}"
    if abs(delta) >= 1 - 1e-12:
        inner = max(-1.0, (min(n1, n2) - z**2) / (min(n1, n2) + z**2))
        bounds = (inner, 1.0) if delta > 0 else (-1.0, -inner)
        return effect(math.copysign(1.0, delta), bounds, method)
    cells = float((below_x + above_x).sum()) - n1 * n2 * delta**2
    rows, columns = float(((by_x - delta) ** 2).sum()), float(((by_y - delta) ** 2).sum())
    squared = (n2**2 * rows + n1**2 * columns - cells) / (n1 * n2 * (n1 - 1) * (n2 - 1))
    squared = max(squared, (1 - delta**2) / (n1 * n2 - 1))
    spread = z * math.sqrt(squared)
    half = spread * math.sqrt((1 - delta**2) ** 2 + spread**2)
    scale = 1 - delta**2 + spread**2
    bounds = (max(-1.0, (delta - delta**3 - half) / scale), min(1.0, (delta - delta**3 + half) / scale))
    return effect(delta, bounds, method, std_error=math.sqrt(squared))


def probability_of_superiority(x: Floats, y: Floats, conf_level: float = 0.95) -> Effect:
    """Return P(X > Y) + P(X = Y)/2, the chance that a member of the first group is higher, with the bounds of δ.

    References
    ----------
    Vargha, A., & Delaney, H. D. (2000). A critique and improvement of the CL common language effect size statistics of
    McGraw and Wong. Journal of Educational and Behavioral Statistics, 25(2), 101–132. doi:10.3102/10769986025002101
    """
    delta = cliffs_delta(x, y, conf_level)
    return replace(
        delta,
        estimate=(delta.estimate + 1) / 2,
        low=(delta.low + 1) / 2,
        high=(delta.high + 1) / 2,
        std_error=delta.std_error / 2,
        method=f"share of pairs in which the first is higher, ties counted half; {CLIFF}",
    )


def _dominance(x: Floats, y: Floats) -> float:
    n1, n2 = len(x), len(y)
    w = float(stats.rankdata(np.concatenate([x, y]))[:n1].sum()) - n1 * (n1 + 1) / 2
    return 2 * w / (n1 * n2) - 1


def _placements(x: Floats, y: Floats) -> tuple[Floats, Floats]:
    """Return for each x how many of y lie below and above it."""
    ordered = np.sort(y)
    below = np.searchsorted(ordered, x, side="left").astype(np.float64)
    above = len(y) - np.searchsorted(ordered, x, side="right").astype(np.float64)
    return below, above
