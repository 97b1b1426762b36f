"""What a standardised difference means for two normal groups of equal spread: overlaps and chances."""

from __future__ import annotations

import math
from collections.abc import Callable

from scipy import stats

from osa_survey.effects.effects import Effect, effect
from osa_survey.effects.spreads import Floats
from osa_survey.effects.standardised_differences import cohens_d

ASSUMED = "normal groups with equal variances, noncentral t interval of d carried over"


def common_language(x: Floats, y: Floats, conf_level: float = 0.95) -> Effect:
    """Return the chance that a random member of the first group exceeds one of the second, were both normal.

    Notes
    -----
    Φ(d/√2); the bounds are those of d, carried over. ``dominances.probability_of_superiority`` needs no distribution.

    References
    ----------
    McGraw, K. O., & Wong, S. P. (1992). A common language effect size statistic. Psychological Bulletin, 111(2),
    361–365. doi:10.1037/0033-2909.111.2.361
    """
    return _carried(x, y, conf_level, lambda d: float(stats.norm.cdf(d / math.sqrt(2))), "Φ(d/√2)")


def cohens_u3(x: Floats, y: Floats, conf_level: float = 0.95) -> Effect:
    """Return the share of the second group below the mean of the first, were both normal: Φ(d).

    References
    ----------
    Cohen, J. (1988). Statistical power analysis for the behavioral sciences (2nd ed.). doi:10.4324/9780203771587
    """
    return _carried(x, y, conf_level, lambda d: float(stats.norm.cdf(d)), "Φ(d)")


def overlap(x: Floats, y: Floats, conf_level: float = 0.95) -> Effect:
    """Return the shared area of both distributions, were both normal: 2 Φ(−|d|/2).

    Notes
    -----
    The interval is that of |d|: if the interval of d holds zero the upper bound is 1.

    References
    ----------
    Inman, H. F., & Bradley, E. L. (1989). The overlapping coefficient as a measure of agreement between probability
    distributions. Communications in Statistics, 18(10), 3851–3874. doi:10.1080/03610928908830127
    """
    d = cohens_d(x, y, conf_level)
    near = 0.0 if d.low <= 0 <= d.high else min(abs(d.low), abs(d.high))
    far = max(abs(d.low), abs(d.high))

    def shared(size: float) -> float:
        return 2 * float(stats.norm.cdf(-abs(size) / 2))

    method = f"2Φ(−|d|/2): {ASSUMED}"
    return effect(shared(d.estimate), (shared(far), shared(near)), method, missing=d.warning)


def _carried(x: Floats, y: Floats, conf_level: float, curve: Callable[[float], float], name: str) -> Effect:
    d = cohens_d(x, y, conf_level)
    return effect(curve(d.estimate), (curve(d.low), curve(d.high)), f"{name}: {ASSUMED}", missing=d.warning)
