"""Randomised quantile residuals: normal under the model, whatever the outcome."""

from __future__ import annotations

import numpy as np
from scipy import stats
from scipy.special import betainc, expit, ndtri

from osa_survey.models.betas import Beta
from osa_survey.models.counts import Poisson
from osa_survey.models.fits import Family, Floats
from osa_survey.models.hurdles import Hurdle
from osa_survey.models.linear import Linear
from osa_survey.models.logits import BinaryLogit
from osa_survey.models.negative_binomial import NegativeBinomial
from osa_survey.models.ordinal import Ordinal
from osa_survey.models.predictors import linear_predictors
from osa_survey.models.probits import BinaryProbit
from osa_survey.models.zero_inflated import ZeroInflated

LEAST_ALPHA = 1e-8
"""A dispersion below this is none: the negative binomial is then a Poisson distribution to all digits."""
EDGE = 1e-15
"""Probabilities are kept this far from 0 and 1, where a normal quantile is infinite."""


def has_quantile_residuals(family: Family) -> bool:
    """Tell whether a family says how its outcomes are distributed, in an order."""
    known = (Linear, BinaryLogit, BinaryProbit, Ordinal, Poisson, NegativeBinomial, ZeroInflated, Hurdle, Beta)
    return isinstance(family, known)


def quantile_residuals(
    family: Family, parameters: Floats, y: Floats, X: Floats, rng: np.random.Generator, Z: Floats | None = None
) -> Floats:
    """Return Φ⁻¹(u) with u drawn evenly between P(Y < y) and P(Y ≤ y) by the model, shape (n,).

    Parameters
    ----------
    family : Family
        A family with ``has_quantile_residuals``.
    parameters : ndarray of float, shape (p,)
        Its estimates.
    y, X, Z : ndarray of float
        What it was fitted to.
    rng : numpy.random.Generator
        Where the draws come from; continuous outcomes need none.

    Notes
    -----
    Of ordered categories these are the residuals of Dunn and Smyth on the latent scale, close to the surrogate
    residuals of Liu and Zhang (2018, doi:10.1080/01621459.2017.1292915). The uncertainty of the estimates is left out.

    References
    ----------
    Dunn, P. K., & Smyth, G. K. (1996). Randomized quantile residuals. Journal of Computational and Graphical
    Statistics, 5, 236–244. doi:10.1080/10618600.1996.10474708
    """
    below, upto = chances_below(family, parameters, y, X, Z)
    u = below + rng.random(len(y)) * (upto - below)
    return np.asarray(ndtri(np.clip(u, EDGE, 1 - EDGE)))


def chances_below(
    family: Family, parameters: Floats, y: Floats, X: Floats, Z: Floats | None = None
) -> tuple[Floats, Floats]:
    """Return P(Y < y) and P(Y ≤ y) of each respondent, each of shape (n,)."""
    if isinstance(family, Linear):
        sd = float(np.exp(parameters[-1]))
        found = stats.norm.cdf((y - X @ parameters[: X.shape[1]]) / sd)
        return found, found
    if isinstance(family, Ordinal):
        chances = family.expected(parameters, X)
        upto = np.cumsum(chances, axis=1)[np.arange(len(y)), y.astype(np.intp)]
        return upto - chances[np.arange(len(y)), y.astype(np.intp)], upto
    if isinstance(family, (BinaryLogit, BinaryProbit)):
        nothing = 1 - family.expected(parameters, X)[:, -1]
        return np.where(y > 0, nothing, 0.0), np.where(y > 0, 1.0, nothing)
    predictors = linear_predictors(parameters, family.designs(X, Z), None)  # type: ignore[attr-defined]
    if isinstance(family, Beta):
        mean, precision = expit(predictors[0]), np.exp(predictors[1])
        found = betainc(mean * precision, (1 - mean) * precision, y)
        return found, found
    if isinstance(family, ZeroInflated):
        chance = expit(predictors[-1])
        below, upto = _count_chances(family.count, y, predictors)
        return np.where(y > 0, chance + (1 - chance) * below, 0.0), chance + (1 - chance) * upto
    if isinstance(family, Hurdle):
        chance = expit(predictors[-1])
        nothing = _count_chances(family.count, np.zeros_like(y), predictors)[1]
        both = [(found - nothing) / (1 - nothing) for found in _count_chances(family.count, y, predictors)]
        below, upto = (1 - chance + chance * np.clip(found, 0.0, 1.0) for found in both)
        return np.where(y > 0, below, 0.0), np.where(y > 0, upto, 1 - chance)
    return _count_chances(family, y, predictors)  # type: ignore[arg-type]


def _count_chances(family: Poisson | NegativeBinomial, y: Floats, predictors: list[Floats]) -> tuple[Floats, Floats]:
    mean = np.exp(predictors[0])
    alpha = float(np.exp(predictors[1][0])) if isinstance(family, NegativeBinomial) else 0.0
    if alpha < LEAST_ALPHA:
        return stats.poisson.cdf(y - 1, mean), stats.poisson.cdf(y, mean)
    size, share = 1 / alpha, 1 / (1 + alpha * mean)
    return stats.nbinom.cdf(y - 1, size, share), stats.nbinom.cdf(y, size, share)
