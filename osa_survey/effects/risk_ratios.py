"""Two independent proportions compared by their ratio, by their odds, and by their angles."""

from __future__ import annotations

import math

from scipy import stats

from osa_survey.effects.effects import Effect, effect
from osa_survey.effects.risk_differences import Events

EMPTY_CELL = "a cell is empty: the ratio is 0 or infinite and has no log interval"
ADDED = 0.5


def odds_ratio(first: Events, second: Events, conf_level: float = 0.95, *, add_half: bool = False) -> Effect:
    """Return the odds ratio of the first against the second group, with the log (Woolf) interval.

    Parameters
    ----------
    first, second : tuple of float
        Events and people of each group.
    conf_level : float
        Level of the two-sided interval.
    add_half : bool
        Add ½ to every cell (Haldane–Anscombe), which keeps ratio and interval finite; never done unasked.

    Notes
    -----
    exp(ln OR ± z √(1/a + 1/b + 1/c + 1/d)).

    References
    ----------
    Woolf, B. (1955). On estimating the relation between blood group and disease. Annals of Human Genetics, 19(4),
    251–253. doi:10.1111/j.1469-1809.1955.tb01348.x
    """
    extra = ADDED if add_half else 0.0
    a, b = first[0] + extra, first[1] - first[0] + extra
    c, d = second[0] + extra, second[1] - second[0] + extra
    method = "odds ratio, log interval" + (" with ½ added to every cell" if add_half else "")
    if min(a, b, c, d) <= 0:
        return _without_interval(a * d, b * c, method)
    return _log_interval(math.log(a * d / (b * c)), math.sqrt(1 / a + 1 / b + 1 / c + 1 / d), conf_level, method)


def risk_ratio(first: Events, second: Events, conf_level: float = 0.95) -> Effect:
    """Return the ratio p₁/p₂ with the log interval.

    Notes
    -----
    exp(ln RR ± z √(1/a − 1/n₁ + 1/c − 1/n₂)).

    References
    ----------
    Katz, D., Baptista, J., Azen, S. P., & Pike, M. C. (1978). Obtaining confidence intervals for the risk ratio in
    cohort studies. Biometrics, 34(3), 469–474. doi:10.2307/2530610
    """
    (a, n1), (c, n2) = first, second
    method = "ratio of two proportions, log interval"
    if min(a, c) <= 0:
        return _without_interval(a * n2, n1 * c, method)
    std_error = math.sqrt(1 / a - 1 / n1 + 1 / c - 1 / n2)
    return _log_interval(math.log(a * n2 / (n1 * c)), std_error, conf_level, method)


def cohens_h(first: Events, second: Events, conf_level: float = 0.95) -> Effect:
    """Return Cohen's h = 2 arcsin √p₁ − 2 arcsin √p₂ with the interval h ± z √(1/n₁ + 1/n₂).

    References
    ----------
    Cohen, J. (1988). Statistical power analysis for the behavioral sciences (2nd ed.). doi:10.4324/9780203771587
    """
    (x1, n1), (x2, n2) = first, second
    estimate = 2 * math.asin(math.sqrt(x1 / n1)) - 2 * math.asin(math.sqrt(x2 / n2))
    std_error = math.sqrt(1 / n1 + 1 / n2)
    half = float(stats.norm.ppf((1 + conf_level) / 2)) * std_error
    method = "difference of arcsine-transformed proportions, normal interval"
    return effect(estimate, (estimate - half, estimate + half), method, std_error=std_error)


def _log_interval(logarithm: float, std_error: float, conf_level: float, method: str) -> Effect:
    half = float(stats.norm.ppf((1 + conf_level) / 2)) * std_error
    return effect(math.exp(logarithm), (math.exp(logarithm - half), math.exp(logarithm + half)), method)


def _without_interval(above: float, below: float, method: str) -> Effect:
    if above == 0 and below == 0:
        ratio = math.nan
    else:
        ratio = math.inf if below == 0 else above / below
    return effect(ratio, (math.nan, math.nan), method, missing=EMPTY_CELL)
