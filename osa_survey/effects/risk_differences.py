"""Two independent proportions compared by their difference, and the number needed for one more event."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy import optimize, stats

from osa_survey.effects.effects import Effect, effect

Events = tuple[float, float]
"""Events and people of one group."""
NEXT_TO_ESTIMATE = 1e-9


def risk_difference(first: Events, second: Events, conf_level: float = 0.95, *, correction: bool = True) -> Effect:
    """Return p₁ − p₂ with the score interval of Miettinen and Nurminen, or of Farrington and Manning.

    Parameters
    ----------
    first, second : tuple of float
        Events and people of each group; both groups hold somebody.
    conf_level : float
        Level of the two-sided interval.
    correction : bool
        Miettinen and Nurminen's factor N/(N − 1); without it the interval is that of Mee, and of the test of Farrington
        and Manning.

    Notes
    -----
    The bounds are the differences δ for which (p₁ − p₂ − δ)² = z² · N/(N − 1) · [p̃₁(1 − p̃₁)/n₁ + p̃₂(1 − p̃₂)/n₂],
    where p̃₁ = p̃₂ + δ are the maximum likelihood proportions under δ (a cubic with a closed solution).

    References
    ----------
    Miettinen, O., & Nurminen, M. (1985). Comparative analysis of two rates. Statistics in Medicine, 4(2), 213–226.
    doi:10.1002/sim.4780040211
    Farrington, C. P., & Manning, G. (1990). Test statistics and sample size formulae for comparative binomial trials
    with null hypothesis of non-zero risk difference or non-unity relative risk. Statistics in Medicine, 9(12),
    1447–1454. doi:10.1002/sim.4780091208

    Examples
    --------
    >>> found = risk_difference((56, 70), (48, 80))
    >>> round(found.estimate, 4), round(found.low, 4), round(found.high, 4)
    (0.2, 0.0528, 0.3382)
    """
    (x1, n1), (x2, n2) = first, second
    estimate = x1 / n1 - x2 / n2
    critical = float(stats.norm.ppf((1 + conf_level) / 2)) ** 2

    def beyond(delta: float) -> float:
        return (estimate - delta) ** 2 - critical * _score_variance(first, second, delta, correction)

    low, high = (_bound(beyond, estimate, end) for end in (-1.0, 1.0))
    whose = "Miettinen–Nurminen" if correction else "Farrington–Manning"
    method = f"difference of two proportions, score interval ({whose})"
    return effect(estimate, (min(low, estimate), max(high, estimate)), method)


def score_statistic(first: Events, second: Events, delta: float, *, correction: bool = True) -> float:
    """Return z of the test that p₁ − p₂ is δ: (p̂₁ − p̂₂ − δ)/√V with the variance under δ; infinite if V is zero.

    Examples
    --------
    >>> round(score_statistic((56, 70), (48, 80), 0.0528), 2)
    1.96
    """
    above = first[0] / first[1] - second[0] / second[1] - delta
    variance = _score_variance(first, second, delta, correction)
    if variance <= 0:
        return math.copysign(math.inf, above) if above else 0.0
    return above / math.sqrt(variance)


def _bound(beyond: Callable[[float], float], estimate: float, end: float) -> float:
    """Return where ``beyond`` turns positive between the estimate and an end of the scale."""
    inner = estimate + math.copysign(NEXT_TO_ESTIMATE, end)  # at the estimate itself the variance can be zero
    if abs(inner) >= 1 or beyond(end) <= 0:
        return end
    return float(optimize.brentq(beyond, inner, end, xtol=1e-13)) if beyond(inner) < 0 else estimate


def risk_difference_wald(
    first: Events, second: Events, conf_level: float = 0.95, *, continuity: bool = False
) -> Effect:
    """Return p₁ − p₂ with the Wald interval; poor near 0 and 1 and in small groups.

    Notes
    -----
    p₁ − p₂ ± (z √(p₁q₁/n₁ + p₂q₂/n₂) + c), clipped to [−1, 1]; with ``continuity`` c is Yates' correction
    min(½, |p₁ − p₂|/(1/n₁ + 1/n₂)) (1/n₁ + 1/n₂), as R's ``prop.test`` has it, else 0.
    """
    (x1, n1), (x2, n2) = first, second
    p1, p2 = x1 / n1, x2 / n2
    std_error = math.sqrt(p1 * (1 - p1) / n1 + p2 * (1 - p2) / n2)
    scale = 1 / n1 + 1 / n2
    shift = min(0.5, abs(p1 - p2) / scale) * scale if continuity else 0.0
    half = float(stats.norm.ppf((1 + conf_level) / 2)) * std_error + shift
    method = f"difference of two proportions, Wald interval{' with continuity correction' if continuity else ''}"
    return effect(p1 - p2, (max(-1.0, p1 - p2 - half), min(1.0, p1 - p2 + half)), method, std_error=std_error)


@dataclass(frozen=True)
class NumberNeeded:
    """People for one more event, and where its interval goes on beyond infinity.

    Attributes
    ----------
    effect : Effect
        1/(p₁ − p₂) with its interval on the estimate's side of infinity.
    other_side : tuple of float, optional
        The rest of the interval: from −∞ (or to ∞) on the side of the opposite direction; None if the interval of the
        difference does not hold zero.
    """

    effect: Effect
    other_side: tuple[float, float] | None


THROUGH_INFINITY = "the interval of the difference holds zero, so this one runs through infinity to the other direction"


def number_needed(difference: Effect) -> NumberNeeded:
    """Return the reciprocal of a risk difference: positive where the first group has more events.

    Parameters
    ----------
    difference : Effect
        A risk difference with its interval.

    Notes
    -----
    The reciprocal of an interval that holds zero is not an interval but everything outside the reciprocals: from the
    estimate's side out to infinity, and back from the infinity of the opposite direction. Both parts are given. With
    equal proportions the number is infinite.

    References
    ----------
    Altman, D. G. (1998). Confidence intervals for the number needed to treat. BMJ, 317, 1309–1312.
    doi:10.1136/bmj.317.7168.1309

    Examples
    --------
    >>> found = number_needed(Effect(0.1, -0.05, 0.25, "score"))
    >>> found.effect.estimate, found.effect.low, found.effect.high, found.other_side
    (10.0, 4.0, inf, (-inf, -20.0))
    """
    method = f"1 / ({difference.method})"
    low, high, estimate = difference.low, difference.high, difference.estimate
    if low > 0 or high < 0:
        return NumberNeeded(effect(1 / estimate, (1 / high, 1 / low), method), None)
    above = 1 / high if high > 0 else math.inf
    below = 1 / low if low < 0 else -math.inf
    if estimate < 0:
        return NumberNeeded(Effect(1 / estimate, -math.inf, below, method, THROUGH_INFINITY), (above, math.inf))
    number = math.inf if estimate == 0 else 1 / estimate
    return NumberNeeded(Effect(number, above, math.inf, method, THROUGH_INFINITY), (-math.inf, below))


def _score_variance(first: Events, second: Events, delta: float, correction: bool) -> float:
    """Return the variance of p₁ − p₂ if the true difference is delta, perhaps with the factor N/(N − 1)."""
    n1, n2 = first[1], second[1]
    n = n1 + n2
    second_share = _constrained(first, second, delta)
    first_share = min(1.0, max(0.0, second_share + delta))
    variance = first_share * (1 - first_share) / n1 + second_share * (1 - second_share) / n2
    return variance * n / (n - 1) if correction else variance


def _constrained(first: Events, second: Events, delta: float) -> float:
    """Return the second proportion of maximum likelihood, given that the first is larger by delta."""
    (x1, n1), (x2, n2) = first, second
    a = n1 + n2
    b = (n1 + 2 * n2) * delta - a - (x1 + x2)
    c = (n2 * delta - a - 2 * x2) * delta + x1 + x2
    d = x2 * delta * (1 - delta)
    roots = np.roots([a, b, c, d])
    shares = np.clip(roots[np.abs(roots.imag) < 1e-7].real, max(0.0, -delta), min(1.0, 1 - delta))
    candidates = np.append(shares, [max(0.0, -delta), min(1.0, 1 - delta)])
    heights = [_log_likelihood(first, second, delta, float(share)) for share in candidates]
    return float(candidates[int(np.argmax(heights))])


def _log_likelihood(first: Events, second: Events, delta: float, share: float) -> float:
    total = 0.0
    for (events, people), chance in ((first, min(1.0, max(0.0, share + delta))), (second, share)):
        for number, part in ((events, chance), (people - events, 1 - chance)):
            if number > 0:
                total += number * math.log(part) if part > 0 else -math.inf
    return total
