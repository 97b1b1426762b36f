"""Log-probabilities of an interval of a latent variable, with derivatives by its ends."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Literal, NamedTuple

import numpy as np
from scipy.special import expit, log_ndtr, ndtr

from osa_survey.models.chances import chance_and_cost
from osa_survey.models.fits import Floats
from osa_survey.models.probits import normal_density

Link = Literal["logit", "probit"]
HALF_LOG_TWO_PI = 0.5 * math.log(2 * math.pi)


class Ends(NamedTuple):
    """ℓ = log(F(u) − F(l)) and its derivatives by the upper end u and the lower end l."""

    value: Floats
    upper: Floats
    lower: Floats
    upper_upper: Floats
    upper_lower: Floats
    lower_lower: Floats


def logistic_ends(upper: Floats, lower: Floats) -> Ends:
    """Return the ends for the logistic distribution.

    Notes
    -----
    F(u) − F(l) = F(u) F(−l) (1 − e^{−(u − l)}): each factor keeps its digits in both tails.
    """
    between = -np.expm1(lower - upper)
    pull = (1.0 - between) / between
    bend = pull * (1.0 + pull)
    above, cost_above = chance_and_cost(-upper)
    below, cost_below = chance_and_cost(lower)
    value = np.log(between) - cost_above - cost_below
    return Ends(value, above + pull, -below - pull, above * (above - 1) - bend, bend, below * (below - 1) - bend)


def normal_ends(upper: Floats, lower: Floats) -> Ends:
    """Return the ends for the normal distribution; both are mirrored where they lie above zero, to keep digits."""
    mirrored = lower > 0
    high, low = np.where(mirrored, -lower, upper), np.where(mirrored, -upper, lower)
    log_high = log_ndtr(high)
    value = log_high + np.log(-np.expm1(log_ndtr(low) - log_high))
    u, v = np.where(np.isinf(upper), 0.0, upper), np.where(np.isinf(lower), 0.0, lower)
    at_upper = np.where(np.isinf(upper), 0.0, np.exp(-0.5 * u**2 - HALF_LOG_TWO_PI - value))
    at_lower = np.where(np.isinf(lower), 0.0, np.exp(-0.5 * v**2 - HALF_LOG_TWO_PI - value))
    return Ends(
        value,
        at_upper,
        -at_lower,
        -at_upper * (u + at_upper),
        at_upper * at_lower,
        at_lower * (v - at_lower),
    )


def logistic_density(x: Floats) -> Floats:
    """Return the density of the logistic distribution."""
    p = expit(x)
    return np.asarray(p * (1 - p))


ENDS: dict[Link, Callable[[Floats, Floats], Ends]] = {"logit": logistic_ends, "probit": normal_ends}
SHARE: dict[Link, Callable[[Floats], Floats]] = {"logit": expit, "probit": ndtr}
DENSITY: dict[Link, Callable[[Floats], Floats]] = {"logit": logistic_density, "probit": normal_density}
