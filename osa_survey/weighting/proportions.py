"""Intervals of design-based proportions."""

from __future__ import annotations

import math
from typing import Literal

from scipy import special, stats

from osa_survey.errors import AnalysisError, nearest

ProportionInterval = Literal["logit", "beta", "mean"]
PROPORTION_INTERVALS = ("logit", "beta", "mean")


def proportion_interval(
    proportion: float,
    std_error: float,
    df: float,
    n: int,
    *,
    kind: ProportionInterval = "logit",
    conf_level: float = 0.95,
) -> tuple[float, float]:
    """Return the interval of a proportion under a sampling plan.

    Parameters
    ----------
    proportion, std_error : float
        The weighted proportion and its design-based standard error.
    df : float
        Degrees of freedom of the design.
    n : int
        Respondents it rests on.
    kind : {"logit", "beta", "mean"}
        ``logit``: t interval of the log odds, turned back. ``beta``: Korn & Graubard, Clopper–Pearson with the
        effective n that the standard error implies; it holds near 0 and 1, too. ``mean``: p ± t · SE.
    conf_level : float
        Confidence level.

    Returns
    -------
    tuple of float
        Low and high; NaN without degrees of freedom. With everybody or nobody (standard error 0) logit is not defined
        and beta takes n for the effective n.

    References
    ----------
    Korn, E. L., & Graubard, B. I. (1998). Confidence intervals for proportions with small expected number of positive
    counts estimated from survey data. Survey Methodology, 24(2), 193–201.

    Examples
    --------
    >>> low, high = proportion_interval(0.5, 0.05, 99, 100)
    >>> round(low, 3), round(high, 3)
    (0.402, 0.598)
    """
    if kind not in PROPORTION_INTERVALS:
        raise AnalysisError(f"there is no interval '{kind}'", hint=nearest(kind, list(PROPORTION_INTERVALS)))
    if df <= 0 or math.isnan(proportion) or math.isnan(std_error):
        return math.nan, math.nan
    alpha = 1 - conf_level
    critical = float(stats.t.ppf(1 - alpha / 2, df))
    if kind == "mean":
        return proportion - critical * std_error, proportion + critical * std_error
    certain = std_error == 0 or proportion <= 0 or proportion >= 1
    if kind == "logit":
        if certain:
            return math.nan, math.nan
        centre = float(special.logit(proportion))
        half = critical * std_error / (proportion * (1 - proportion))
        return float(special.expit(centre - half)), float(special.expit(centre + half))
    if certain:
        effective = float(n)
    else:
        effective = proportion * (1 - proportion) / std_error**2
        effective *= (float(stats.t.ppf(alpha / 2, n - 1)) / float(stats.t.ppf(alpha / 2, df))) ** 2
    yes, no = effective * proportion, effective * (1 - proportion)
    low = float(stats.beta.ppf(alpha / 2, yes, no + 1)) if yes > 0 else 0.0
    high = float(stats.beta.ppf(1 - alpha / 2, yes + 1, no)) if no > 0 else 1.0
    return low, high
