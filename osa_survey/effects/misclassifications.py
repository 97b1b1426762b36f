"""The prevalence behind an imperfect screening, under stated accuracy (Rogan and Gladen)."""

from __future__ import annotations

import math
from dataclasses import dataclass

from scipy import stats

from osa_survey.effects.effects import Effect, effect, undefined

METHOD = "Rogan–Gladen estimate, interval of Lang and Reiczigel"
USELESS = "sensitivity + specificity is not above one: such a screening tells nothing"
BEYOND = "the estimate lies outside 0 and 1: the accuracy assumed does not fit these answers; it is set to the bound"


@dataclass(frozen=True)
class Accuracy:
    """A share and the number of people it was found in.

    Attributes
    ----------
    share : float
        Sensitivity or specificity.
    n : float
        How many cases, or non-cases, of the validation study.
    """

    share: float
    n: float


def true_prevalence(
    positive: float, n: float, sensitivity: Accuracy, specificity: Accuracy, conf_level: float = 0.95
) -> Effect:
    """Return the prevalence that would give this share of positives, if the stated accuracy held.

    Parameters
    ----------
    positive, n : float
        Screened positive, of how many; under a sampling plan an effective n, and the share times it.
    sensitivity, specificity : Accuracy
        With the numbers of people behind them, whose sampling error enters the interval.
    conf_level : float
        Level of the two-sided interval.

    Notes
    -----
    π = (q + Sp − 1)/(Se + Sp − 1), q the share of positives, set to 0 or 1 beyond. For the interval z²/2 positives are
    added to z² people, and one success to two people of each validation sample. With these adjusted values
    Var = [q(1 − q)/n + π² Se(1 − Se)/n_Se + (1 − π)² Sp(1 − Sp)/n_Sp]/(Se + Sp − 1)², and the interval is
    π + 2z²[π Se(1 − Se)/n_Se − (1 − π) Sp(1 − Sp)/n_Sp] ± z √Var, kept within 0 and 1.

    References
    ----------
    Rogan, W. J., & Gladen, B. (1978). Estimating prevalence from the results of a screening test. American Journal of
    Epidemiology, 107(1), 71–76. doi:10.1093/oxfordjournals.aje.a112510
    Lang, Z., & Reiczigel, J. (2014). Confidence limits for prevalence of disease adjusted for estimated sensitivity
    and specificity. Preventive Veterinary Medicine, 113(1), 13–22. doi:10.1016/j.prevetmed.2013.09.015

    Examples
    --------
    >>> round(true_prevalence(140, 1000, Accuracy(0.8, 200), Accuracy(0.9, 300)).estimate, 4)
    0.0571
    """
    youden = sensitivity.share + specificity.share - 1
    if youden <= 0:
        return undefined(METHOD, USELESS)
    raw = (positive / n + specificity.share - 1) / youden
    estimate = min(1.0, max(0.0, raw))
    z = float(stats.norm.ppf((1 + conf_level) / 2))
    people, of_cases, of_others = n + z**2, sensitivity.n + 2, specificity.n + 2
    q = (positive + z**2 / 2) / people
    se = (sensitivity.share * sensitivity.n + 1) / of_cases
    sp = (specificity.share * specificity.n + 1) / of_others
    if se + sp - 1 <= 0:
        return effect(estimate, (math.nan, math.nan), METHOD, missing=USELESS)
    prevalence = (q + sp - 1) / (se + sp - 1)
    by_cases, by_others = se * (1 - se) / of_cases, sp * (1 - sp) / of_others
    spread = q * (1 - q) / people + prevalence**2 * by_cases + (1 - prevalence) ** 2 * by_others
    half = z * math.sqrt(spread) / (se + sp - 1)
    centre = prevalence + 2 * z**2 * (prevalence * by_cases - (1 - prevalence) * by_others)
    low, high = (min(1.0, max(0.0, bound)) for bound in (centre - half, centre + half))
    found = effect(estimate, (min(low, estimate), max(high, estimate)), METHOD)
    return found if estimate == raw else Effect(found.estimate, found.low, found.high, METHOD, BEYOND)
