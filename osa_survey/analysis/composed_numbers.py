"""Means, shares and smooth functions of them, under a sampling plan and pooled over imputed sets."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import special

from osa_survey.analysis.estimates import estimated
from osa_survey.analysis.samples import CompletedSet, Sample, does_not_compose
from osa_survey.analysis.set_estimates import SetEstimate, of_statistics
from osa_survey.imputation import pool_proportion
from osa_survey.weighting import (
    Statistics,
    design_df,
    proportion_interval,
    under_design,
    weighted_means,
    weighted_variances,
)

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]
Kind = str
STEP = 1e-6
"""Relative step of the central differences that give the slopes of smooth functions."""
WARNING_EDGE = "nobody or everybody in some set: no interval"
WARNING_NO_DF = "all of them stand in one cluster of each stratum: no interval"


@dataclass(frozen=True)
class Number:
    """One number with its error, interval and test.

    Attributes
    ----------
    n : int
        People behind it, not weighted; of several sets the fewest.
    estimate, std_error, low, high : float
        The number; NaN where not defined.
    statistic, df, p_value : float
        t test against zero.
    warning : str
        Why something is not defined.
    """

    n: int
    estimate: float
    std_error: float = math.nan
    low: float = math.nan
    high: float = math.nan
    statistic: float = math.nan
    df: float = math.nan
    p_value: float = math.nan
    warning: str = ""

    def ends(self, conf_level: float) -> dict[str, Any]:
        """Return the bounds and their level as columns of a result."""
        level = conf_level if math.isfinite(self.low) else math.nan
        return {"conf_low": self.low, "conf_high": self.high, "conf_level": level}


def one_number(
    sample: Sample, statistic: Callable[[CompletedSet], SetEstimate], conf_level: float, *, warning: str = ""
) -> Number:
    """Return what a statistic of one number comes to under the design, pooled over the sets."""
    found = estimated(sample, statistic)
    low, high = found.interval(conf_level)
    return Number(
        sample.n,
        float(found.estimate[0]),
        float(found.std_error[0]),
        float(low[0]),
        float(high[0]),
        float(found.statistic()[0]),
        float(found.df[0]),
        float(found.p_value()[0]),
        warning,
    )


def mean_number(sample: Sample, values: Callable[[CompletedSet], Floats], conf_level: float) -> Number:
    """Return a mean; ``values`` gives one number for each respondent of a set, all rows.

    Notes
    -----
    With equal weights and one set: M ± t(n − 1) · SD/√n.
    """
    if sample.n < 2:
        estimate = float(np.mean([_mean(one, values(one)) for one in sample.sets]))
        return Number(sample.n, estimate, warning="a spread needs two answers or more")

    def statistic(one: CompletedSet) -> SetEstimate:
        own = values(one)[one.used]
        return of_statistics(one, lambda weights: weighted_means(own, weights), df=one.n - 1.0, what="a mean")

    return one_number(sample, statistic, conf_level)


def spread(sample: Sample, values: Callable[[CompletedSet], Floats]) -> float:
    """Return the SD: weighted with n/(n − 1); of several sets the root of their mean variance."""
    found = []
    for one in sample.sets:
        weights = np.ones(one.n) if one.design is None else one.design.weights[one.used]
        found.append(float(weighted_variances(values(one)[one.used], weights).estimate[0]))
    return math.sqrt(float(np.mean(found))) if found else math.nan


def proportion_number(
    sample: Sample, who: Callable[[CompletedSet], Mask], conf_level: float, kind: Kind = "logit"
) -> Number:
    """Return a share with its interval.

    Parameters
    ----------
    sample : Sample
        The base.
    who : callable
        From one set to those who count, shape (respondents,).
    conf_level : float
        Level of the interval.
    kind : {"logit", "beta"}
        t interval of the log odds, or Korn and Graubard's; the second has no pooling rule.

    Notes
    -----
    Pooled on the log odds. Where nobody or everybody counts in all sets of data without weights, the exact bound is
    given; where that is so under weights, Korn and Graubard's.
    """
    shares = [_mean(one, who(one).astype(float)) for one in sample.sets]
    n = sample.n
    if n < 1:
        return Number(0, math.nan, warning="nobody in the base")
    if kind == "beta" and sample.imputed:
        raise does_not_compose("Korn and Graubard's interval has no pooling rule", 'use interval = "logit"')
    edge = any(share <= 0 or share >= 1 for share in shares)
    if sample.design is None:
        found = pool_proportion(shares, [one.n for one in sample.sets], n - 1.0, conf_level)
        error = _error_of_share(sample, who) if not edge else math.nan
        return Number(n, found.estimate, error, found.low, found.high, df=found.df)
    if min(design_df(one.design) for one in sample.sets if one.design is not None) <= 0:
        return Number(n, float(np.mean(shares)), warning=WARNING_NO_DF)
    if not sample.imputed and (edge or kind == "beta"):
        return _beta(sample, who, conf_level)
    if edge:
        return Number(n, float(np.mean(shares)), warning=WARNING_EDGE)

    def on_logit(one: CompletedSet) -> SetEstimate:
        own = who(one)[one.used].astype(float)

        def statistic(weights: Floats) -> Statistics:
            share = weighted_means(own, weights)
            slope = 1 / (share.estimate * (1 - share.estimate))
            return Statistics(special.logit(share.estimate), lambda: share.contributions() * slope)

        return of_statistics(one, statistic, what="a proportion")

    with np.errstate(divide="ignore", invalid="ignore"):
        on_scale = one_number(sample, on_logit, conf_level)
    share = float(special.expit(on_scale.estimate))
    return Number(
        n,
        share,
        on_scale.std_error * share * (1 - share),
        float(special.expit(on_scale.low)),
        float(special.expit(on_scale.high)),
        df=on_scale.df,
    )


def _beta(sample: Sample, who: Callable[[CompletedSet], Mask], conf_level: float) -> Number:
    one = sample.first
    assert one.design is not None
    own = who(one).astype(float)
    found = under_design(lambda weights: weighted_means(own, weights), one.design)
    share, error = float(found.estimate[0]), float(found.std_error[0])
    low, high = proportion_interval(share, error, found.df, one.n, kind="beta", conf_level=conf_level)
    return Number(one.n, share, error, low, high, df=float(found.df))


def _error_of_share(sample: Sample, who: Callable[[CompletedSet], Mask]) -> float:
    def statistic(one: CompletedSet) -> SetEstimate:
        own = who(one)[one.used].astype(float)
        share = float(own.mean())
        return SetEstimate(np.array([share]), lambda: np.array([[share * (1 - share) / one.n]]), df=one.n - 1.0)

    return float(estimated(sample, statistic).std_error[0])


def smooth_number(
    sample: Sample,
    base: Callable[[CompletedSet, Floats], Sequence[Statistics]],
    function: Callable[[Floats], float],
    conf_level: float,
    *,
    what: str,
    df: Callable[[CompletedSet], float] = lambda one: one.n - 1.0,
    df_lost: int = 0,
) -> Number:
    """Return a smooth function of weighted means and variances with a linearised (delta-method) error.

    Parameters
    ----------
    sample : Sample
        The data.
    base : callable
        From one set and the weights of those used, shape (n,), to the statistics the function takes, one after the
        other.
    function : callable
        From all their numbers, shape (p,), to one number.
    conf_level : float
        Level of the t interval.
    what : str
        What the number is called in a refusal.
    df : callable
        Degrees of freedom of a set without a design.
    df_lost : int
        Degrees of freedom of the design the number uses up.
    """

    def statistic(one: CompletedSet) -> SetEstimate:
        def of_weights(weights: Floats) -> Statistics:
            parts = base(one, weights)
            values = np.concatenate([part.estimate for part in parts])

            def contributions() -> Floats:
                together = np.concatenate([part.contributions() for part in parts], axis=1)
                return np.asarray(together @ _slopes(function, values)[:, None])

            return Statistics(np.array([function(values)]), contributions)

        return replace(of_statistics(one, of_weights, df=df(one), what=what), df_lost=df_lost)

    return one_number(sample, statistic, conf_level)


def _slopes(function: Callable[[Floats], float], values: Floats) -> Floats:
    slopes = np.empty(len(values))
    for place, value in enumerate(values):
        step = STEP * max(1.0, abs(float(value)))
        above, below = values.copy(), values.copy()
        above[place] += step
        below[place] -= step
        slopes[place] = (function(above) - function(below)) / (2 * step)
    return slopes


def _mean(one: CompletedSet, values: Floats) -> float:
    weights = np.ones(one.n) if one.design is None else one.design.weights[one.used]
    return float(weights @ values[one.used] / weights.sum()) if one.n else math.nan


def cell_people(sample: Sample, who: Callable[[CompletedSet], Mask]) -> float | Mask:
    """Return what the gate is told of those who count: who they are, or of several sets their mean number."""
    if len(sample.sets) > 1:
        return people(sample, who)
    return np.asarray(sample.first.used & who(sample.first))


def people(sample: Sample, who: Callable[[CompletedSet], Mask]) -> float:
    """Return how many people count, not weighted: the mean over the sets."""
    return float(np.mean([int((one.used & who(one)).sum()) for one in sample.sets]))
