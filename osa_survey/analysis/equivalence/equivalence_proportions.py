"""Equivalence of two proportions without the normal approximation of their difference: score and hybrid intervals."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Literal

from scipy import optimize, stats

from osa_survey.analysis.equivalence.equivalence_tests import EquivalenceTest, both_tests
from osa_survey.analysis.proportion_intervals import difference_interval
from osa_survey.effects.risk_differences import risk_difference, score_statistic

ProportionInterval = Literal["wald", "newcombe", "miettinen_nurminen", "farrington_manning"]
METHODS = {
    "newcombe": "Newcombe's hybrid score interval of the difference of proportions",
    "miettinen_nurminen": "score test of the difference of proportions (Miettinen–Nurminen)",
    "farrington_manning": "score test of the difference of proportions (Farrington–Manning)",
}
REFERENCES = {
    "newcombe": "Newcombe, R. G. (1998). Interval estimation for the difference between independent proportions: "
    "comparison of eleven methods. Statistics in Medicine, 17(8), 873–890. "
    "doi:10.1002/(SICI)1097-0258(19980430)17:8<873::AID-SIM779>3.0.CO;2-I",
    "miettinen_nurminen": "Miettinen, O., & Nurminen, M. (1985). Comparative analysis of two rates. Statistics in "
    "Medicine, 4(2), 213–226. doi:10.1002/sim.4780040211",
    "farrington_manning": "Farrington, C. P., & Manning, G. (1990). Test statistics and sample size formulae for "
    "comparative binomial trials with null hypothesis of non-zero risk difference or non-unity relative risk. "
    "Statistics in Medicine, 9(12), 1447–1454. doi:10.1002/sim.4780091208",
}
Counts = tuple[int, int]
FARTHEST = 8.0
"""Beyond this z the level of an interval is 1 to all digits; p is below 1e-15."""


def proportions_test(
    first: Counts, second: Counts, interval: ProportionInterval
) -> Callable[[tuple[float, float], float], EquivalenceTest]:
    """Return the function from bounds and α to the two one-sided tests of p₁ − p₂.

    Parameters
    ----------
    first, second : tuple of (int, int)
        Events and people of each group.
    interval : {"newcombe", "miettinen_nurminen", "farrington_manning"}
        Which interval; a bound is rejected at level α exactly if the interval of level 1 − 2α ends before it.

    Notes
    -----
    Score tests: z = (p̂₁ − p̂₂ − Δ)/√V with the variance of the maximum likelihood proportions under Δ. Newcombe's
    interval has no test of its own: its p is the α of the interval of level 1 − 2α that ends at the bound.

    Examples
    --------
    >>> found = proportions_test((56, 70), (48, 80), "miettinen_nurminen")((-0.1, 0.4), 0.025)
    >>> round(found.low, 4), round(found.high, 4), found.established
    (0.0528, 0.3382, True)
    """

    def statistic(delta: float) -> float:
        if interval == "newcombe":
            return _newcombe_statistic(first, second, delta)
        return score_statistic(first, second, delta, correction=interval == "miettinen_nurminen")

    def ends(level: float) -> tuple[float, float]:
        if interval == "newcombe":
            return difference_interval(first, second, level)
        found = risk_difference(first, second, level, correction=interval == "miettinen_nurminen")
        return found.low, found.high

    def test(bounds: tuple[float, float], alpha: float) -> EquivalenceTest:
        lower = upper = (math.nan, math.nan)
        if math.isfinite(bounds[0]):
            z = statistic(max(bounds[0], -1.0))
            lower = (z, float(stats.norm.sf(z)))
        if math.isfinite(bounds[1]):
            z = statistic(min(bounds[1], 1.0))
            upper = (z, float(stats.norm.cdf(z)))
        return both_tests(ends(1 - 2 * alpha), lower, upper, alpha, statistic(0.0))

    return test


def _newcombe_statistic(first: Counts, second: Counts, delta: float) -> float:
    """Return the z whose interval ends at δ, positive where δ lies below the estimate."""
    estimate = first[0] / first[1] - second[0] / second[1]
    if delta == estimate:
        return 0.0
    side = 0 if delta < estimate else 1

    def beyond(z: float) -> float:
        level = 1 - 2 * float(stats.norm.sf(z))
        return abs(difference_interval(first, second, level)[side] - estimate) - abs(delta - estimate)

    if beyond(FARTHEST) < 0:
        z = FARTHEST
    else:
        z = 0.0 if beyond(1e-9) > 0 else float(optimize.brentq(beyond, 1e-9, FARTHEST, xtol=1e-13))
    return z if side == 0 else -z
