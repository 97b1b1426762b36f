"""Two independent correlations compared: Cohen's q."""

from __future__ import annotations

import math

from scipy import stats

from osa_survey.effects.effects import Effect, effect, undefined


def cohens_q(r1: float, n1: int, r2: float, n2: int, conf_level: float = 0.95) -> Effect:
    """Return Cohen's q = atanh r₁ − atanh r₂ of two independent samples.

    Parameters
    ----------
    r1, r2 : float
        Pearson correlations between −1 and 1.
    n1, n2 : int
        People behind each.
    conf_level : float
        Level of the two-sided interval q ± z √(1/(n₁ − 3) + 1/(n₂ − 3)).

    References
    ----------
    Cohen, J. (1988). Statistical power analysis for the behavioral sciences (2nd ed.). doi:10.4324/9780203771587

    Examples
    --------
    >>> round(cohens_q(0.35, 200, 0.15, 180).estimate, 4)
    0.2143
    """
    method = "difference of Fisher's z, normal interval"
    if not (abs(r1) < 1 and abs(r2) < 1):
        return undefined(method, "a perfect correlation has no Fisher's z")
    estimate = math.atanh(r1) - math.atanh(r2)
    if min(n1, n2) < 4:
        return effect(estimate, (math.nan, math.nan), method, missing="an interval needs four people in each group")
    std_error = math.sqrt(1 / (n1 - 3) + 1 / (n2 - 3))
    half = float(stats.norm.ppf((1 + conf_level) / 2)) * std_error
    return effect(estimate, (estimate - half, estimate + half), method, std_error=std_error)
