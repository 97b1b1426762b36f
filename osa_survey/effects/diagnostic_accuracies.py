"""Likelihood ratios and predictive values of a cut-off, from four counts."""

from __future__ import annotations

import math

import numpy as np
from scipy import stats

from osa_survey.effects.effects import Effect, effect, undefined

LR_METHOD = "likelihood ratio, log interval (Simel)"
PV_METHOD = "predictive value at the stated prevalence, logit interval (Mercaldo)"
EMPTY = "a count is zero: no interval"
NOBODY = "nobody is on this side of the cut-off: not defined"


def likelihood_ratio(among_cases: tuple[int, int], among_others: tuple[int, int], conf_level: float = 0.95) -> Effect:
    """Return how many times more often a finding occurs among cases than among non-cases.

    Parameters
    ----------
    among_cases, among_others : tuple of int
        How many have the finding, of how many.

    Notes
    -----
    LR = (a/m)/(b/n); the variance of its logarithm is 1/a − 1/m + 1/b − 1/n.

    References
    ----------
    Simel, D. L., Samsa, G. P., & Matchar, D. B. (1991). Likelihood ratios with confidence: Sample size estimation for
    diagnostic test studies. Journal of Clinical Epidemiology, 44(8), 763–770. doi:10.1016/0895-4356(91)90128-V

    Examples
    --------
    >>> likelihood_ratio((80, 100), (20, 100)).estimate
    4.0
    """
    (a, m), (b, n) = among_cases, among_others
    if b == 0:
        return undefined(LR_METHOD, "no non-case has this finding: not defined")
    ratio = (a / m) / (b / n)
    if a == 0:
        return effect(ratio, (math.nan, math.nan), LR_METHOD, missing=EMPTY)
    half = float(stats.norm.ppf((1 + conf_level) / 2)) * math.sqrt(max(0.0, 1 / a - 1 / m + 1 / b - 1 / n))
    return effect(ratio, (ratio * math.exp(-half), ratio * math.exp(half)), LR_METHOD)


def predictive_value(right: tuple[int, int], wrong: tuple[int, int], share: float, conf_level: float = 0.95) -> Effect:
    """Return the share of true findings where the finding's kind makes up a stated share of the people.

    Parameters
    ----------
    right : tuple of int
        Of the kind the finding speaks for: how many have the finding, of how many.
    wrong : tuple of int
        The same of the other kind.
    share : float
        The share of the kind the finding speaks for: the prevalence, or for negative findings one minus it.

    Notes
    -----
    With p = right share and q = wrong share of the finding, PV = p·π/(p·π + q·(1 − π)); the variance of its logit is
    (1 − p)/(p m) + (1 − q)/(q n).

    References
    ----------
    Mercaldo, N. D., Lau, K. F., & Zhou, X. H. (2007). Confidence intervals for predictive values with an emphasis to
    case-control studies. Statistics in Medicine, 26(10), 2170–2183. doi:10.1002/sim.2677

    Examples
    --------
    >>> round(predictive_value((90, 100), (10, 100), 0.1).estimate, 3)
    0.5
    """
    (a, m), (b, n) = right, wrong
    if a + b == 0:
        return undefined(PV_METHOD, NOBODY)
    p, q = a / m, b / n
    value = p * share / (p * share + q * (1 - share))
    if a == 0 or b == 0:
        return effect(value, (math.nan, math.nan), PV_METHOD, missing=EMPTY)
    half = float(stats.norm.ppf((1 + conf_level) / 2)) * math.sqrt((1 - p) / a + (1 - q) / b)
    logit = math.log(value / (1 - value))
    low, high = (float(1 / (1 + np.exp(-bound))) for bound in (logit - half, logit + half))
    return effect(value, (min(low, value), max(high, value)), PV_METHOD)
