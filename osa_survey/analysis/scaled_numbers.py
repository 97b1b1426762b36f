"""Sizes under a sampling plan and over imputed sets, each on the scale where its estimate is nearly normal."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy import special

from osa_survey.analysis.composed_numbers import Number, one_number
from osa_survey.analysis.samples import CompletedSet, Sample
from osa_survey.analysis.set_estimates import SetEstimate, of_statistics
from osa_survey.weighting import Statistics

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Scale:
    """A scale on which a size is pooled and has its t interval.

    Attributes
    ----------
    name : str
        In words.
    to, slope, back : callable
        From the size to the scale, its derivative there, and back.
    low, high : float
        The open range of sizes that have a place on the scale.
    least : float
        The lowest value of the scale that a bound may have.
    """

    name: str
    to: Callable[[float], float]
    slope: Callable[[float], float]
    back: Callable[[float], float]
    low: float = -math.inf
    high: float = math.inf
    least: float = -math.inf


AS_IT_IS = Scale("the scale of the size", lambda x: x, lambda x: 1.0, lambda x: x)
FISHER = Scale("Fisher's z", math.atanh, lambda r: 1 / (1 - r * r), math.tanh, -1.0, 1.0)
LOGIT = Scale(
    "the logit", lambda p: float(special.logit(p)), lambda p: 1 / (p * (1 - p)), lambda x: float(special.expit(x)),
    0.0, 1.0,
)  # fmt: skip
LOG = Scale("the logarithm", math.log, lambda x: 1 / x, math.exp, 0.0)
ROOT_FISHER = Scale(
    "Fisher's z of the root",
    lambda share: math.atanh(math.sqrt(share)),
    lambda share: 1 / (2 * math.sqrt(share) * (1 - share)),
    lambda z: math.tanh(z) ** 2,
    0.0,
    1.0,
    0.0,
)
"""For shares of variance: the square of a correlation (Harel, 2009)."""
POSITIVE_FISHER = replace(FISHER, name="Fisher's z", low=0.0, least=0.0)
"""For associations without a sign."""
NEAR = 1e-9
"""Nearer to the ends of a scale than this a size has no place on it."""


def scaled_number(
    sample: Sample,
    statistic: Callable[[CompletedSet, Floats], Statistics],
    scale: Scale,
    conf_level: float,
    *,
    what: str,
    edge: str,
    variance: Callable[[CompletedSet, float], float] | None = None,
    df: Callable[[CompletedSet], float] = lambda one: math.inf,
    df_lost: int = 0,
) -> Number:
    """Return a size with its t interval on a scale, pooled there over imputed sets.

    Parameters
    ----------
    sample : Sample
        The data.
    statistic : callable
        From one set and the weights of those used, shape (n,), to ``Statistics`` of one number.
    scale : Scale
        The scale.
    conf_level : float
        Level of the interval.
    what : str
        What the size is called in a refusal.
    edge : str
        The warning where a set's size lies at an end of the scale: the mean over the sets is given, without interval.
    variance : callable, optional
        From one set and its size to the variance on the scale where there is no design; by default linearised.
    df : callable
        Degrees of freedom of a set without a design.
    df_lost : int
        Degrees of freedom of the design the number uses up.

    Notes
    -----
    Errors are linearised (delta method) or from replicates on the scale; Rubin's rules with Barnard–Rubin degrees of
    freedom there. ``std_error`` is that of the scale times the slope of the way back.
    """
    each = [float(statistic(one, np.ones(one.n) if one.weights is None else one.weights).estimate[0])
            for one in sample.sets]  # fmt: skip
    inside = [scale.low + NEAR < size < scale.high - NEAR for size in each]
    if not all(inside):
        return Number(sample.n, float(np.mean(each)), warning=edge)

    def on_scale(one: CompletedSet) -> SetEstimate:
        def moved(weights: Floats) -> Statistics:
            found = statistic(one, weights)
            size = float(found.estimate[0])
            if not scale.low + NEAR < size < scale.high - NEAR:
                return Statistics(np.array([math.nan]), found.contributions)
            return Statistics(np.array([scale.to(size)]), lambda: found.contributions() * scale.slope(size))

        said = of_statistics(one, moved, df=df(one), what=what)
        if variance is not None:
            spread = variance(one, scale.back(float(said.estimate[0])))
            said = replace(said, covariance=lambda: np.array([[spread]]))
        return replace(said, df_lost=df_lost)

    return moved_back(one_number(sample, on_scale, conf_level), scale)


def moved_back(number: Number, scale: Scale) -> Number:
    """Return a number of a scale as a size: estimate, error and bounds; its test stays that of the scale."""
    if not math.isfinite(number.estimate):
        return number
    size = scale.back(number.estimate)
    slope = scale.slope(size) if scale.low + NEAR < size < scale.high - NEAR else math.nan
    low, high = (
        scale.back(max(scale.least, bound)) if math.isfinite(bound) else math.nan for bound in (number.low, number.high)
    )
    return replace(number, estimate=size, std_error=number.std_error / slope, low=low, high=high)


def carried(number: Number, curve: Callable[[float], float]) -> Number:
    """Return a monotone function of a number with its bounds carried over; the error is not carried."""
    if not math.isfinite(number.estimate):
        return number
    bounds = sorted(curve(bound) if math.isfinite(bound) else math.nan for bound in (number.low, number.high))
    return replace(
        number, estimate=curve(number.estimate), std_error=math.nan, low=bounds[0], high=bounds[1],
        statistic=math.nan, p_value=math.nan,
    )  # fmt: skip
