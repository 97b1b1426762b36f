"""Agreement of two instruments: Gwet's AC1 of categories, limits of agreement of numbers."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from scipy import stats

from osa_survey.effects.effects import Effect, effect, undefined
from osa_survey.effects.spreads import Floats


def gwet_ac1(table: Floats, conf_level: float = 0.95) -> Effect:
    """Return Gwet's AC1 of a square table of counts.

    Parameters
    ----------
    table : ndarray of float, shape (categories, categories)
        People by the category of the first (rows) and of the second instrument, in the same order.
    conf_level : float
        Level of the two-sided interval.

    Notes
    -----
    AC1 = (p_o − p_e)/(1 − p_e) with p_e = Σ π_k (1 − π_k)/(q − 1), π_k the mean of both shares of category k. With
    a_i = (agree_i − p_e)/(1 − p_e) and e_i the p_e of a person, Σ (π_ik (1 − π_k))/(q − 1), the variance is that of
    a_i − 2(1 − AC1)(e_i − p_e)/(1 − p_e) over n; t interval with n − 1 degrees of freedom.

    References
    ----------
    Gwet, K. L. (2008). Computing inter-rater reliability and its variance in the presence of high agreement. British
    Journal of Mathematical and Statistical Psychology, 61(1), 29–48. doi:10.1348/000711006X126600

    Examples
    --------
    >>> round(gwet_ac1(np.array([[118.0, 5.0], [2.0, 0.0]])).estimate, 4)
    0.9408
    """
    method = "Gwet's AC1, t interval"
    q, n = len(table), float(table.sum())
    if table.shape != (q, q) or q < 2 or n < 2:
        return undefined(method, "AC1 needs the same categories, two or more, and two people or more")
    shares = table / n
    common = (shares.sum(axis=0) + shares.sum(axis=1)) / 2
    expected = float((common * (1 - common)).sum()) / (q - 1)
    observed = float(np.trace(shares))
    estimate = (observed - expected) / (1 - expected)
    own = ((1 - common)[:, None] + (1 - common)[None, :]) / (2 * (q - 1))
    influence = (np.eye(q) - expected - 2 * (1 - estimate) * (own - expected)) / (1 - expected)
    variance = float((table * (influence - estimate) ** 2).sum()) / (n * (n - 1))
    half = float(stats.t.ppf((1 + conf_level) / 2, n - 1)) * math.sqrt(variance)
    bounds = (max(-1.0, estimate - half), min(1.0, estimate + half))
    return effect(estimate, bounds, method, std_error=math.sqrt(variance))


@dataclass(frozen=True)
class Limits:
    """Limits of agreement: the mean difference and where 95 of 100 differences lie."""

    bias: Effect
    lower: Effect
    upper: Effect


def limits_of_agreement(differences: Floats, conf_level: float = 0.95) -> Limits:
    """Return mean difference and limits of agreement with their intervals.

    Parameters
    ----------
    differences : ndarray of float, shape (people,)
        First minus second.
    conf_level : float
        Level of the intervals; the limits are always those of 95 per cent of the differences.

    Notes
    -----
    Limits: d̄ ± 1.96 s. Standard errors: s/√n of the mean, s √(1/n + 1.96²/(2(n − 1))) of a limit; t intervals.

    References
    ----------
    Bland, J. M., & Altman, D. G. (1999). Measuring agreement in method comparison studies. Statistical Methods in
    Medical Research, 8(2), 135–160. doi:10.1177/096228029900800204
    """
    n = len(differences)
    mean, spread = float(differences.mean()), float(differences.std(ddof=1))
    z = float(stats.norm.ppf(0.975))
    t = float(stats.t.ppf((1 + conf_level) / 2, n - 1))
    errors = (spread / math.sqrt(n), spread * math.sqrt(1 / n + z**2 / (2 * (n - 1))))
    found = []
    for value, error, method in (
        (mean, errors[0], "mean difference, t interval"),
        (mean - z * spread, errors[1], "limit of agreement, t interval (Bland and Altman)"),
        (mean + z * spread, errors[1], "limit of agreement, t interval (Bland and Altman)"),
    ):
        found.append(effect(value, (value - t * error, value + t * error), method, std_error=error))
    return Limits(*found)
