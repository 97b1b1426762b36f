"""Score tests of one predictor in models that are not linear: what each respondent adds, from the model without it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from osa_survey.errors import AnalysisError
from osa_survey.models.bootstraps import counted
from osa_survey.models.counts import Poisson
from osa_survey.models.cumulative_links import ENDS
from osa_survey.models.fits import Fit, Floats
from osa_survey.models.logits import BinaryLogit
from osa_survey.models.negative_binomial import NegativeBinomial
from osa_survey.models.ordinal import Ordinal, OrdinalLogit, OrdinalProbit
from osa_survey.models.predictors import PredictorFamily, linear_predictors
from osa_survey.models.probits import BinaryProbit

FLAT = 1e-10
"""A variance below this share of the whole is rounding: the covariates leave nothing of the variable."""
SCORED = ("logistic", "probit", "ordinal_logit", "ordinal_probit", "poisson", "negative_binomial")
"""Models that are tested by scores, called as ``regress`` calls them."""


@dataclass(frozen=True, repr=False)
class NullFit:
    """A model without the predictor of interest, and how its likelihood bends where the predictor would enter.

    Attributes
    ----------
    first : ndarray of float, shape (respondents,)
        ∂ℓᵢ/∂η by the linear predictor η.
    bend : ndarray of float, shape (respondents,)
        −∂²ℓᵢ/∂η².
    scores : ndarray of float, shape (respondents, parameters)
        ∂ℓᵢ/∂θ by the parameters of the model; they add up to zero over those it was fitted to.
    mixed : ndarray of float, shape (respondents, parameters)
        −∂²ℓᵢ/∂η∂θ.
    inverse : ndarray of float, shape (parameters, parameters)
        The inverse information of θ.
    rank : int
        Its rank: parameters that were estimated.
    """

    first: Floats
    bend: Floats
    scores: Floats
    mixed: Floats
    inverse: Floats
    rank: int


def null_fit(
    y: Floats, covariates: Floats, model: str, fitted: NDArray[np.bool_], weights: Floats | None = None
) -> NullFit | None:
    """Return a model of the covariates alone, evaluated for everybody.

    Parameters
    ----------
    y : ndarray of float, shape (respondents,)
        The outcome as numbers; of ordinal models its values are numbered in their order.
    covariates : ndarray of float, shape (respondents, columns)
        Their columns, centred.
    model : str
        One of ``SCORED``.
    fitted : ndarray of bool, shape (respondents,)
        To whom the model is fitted.
    weights : ndarray of float, shape (respondents,), optional
        With them every respondent's part of score and information is multiplied by the weight.

    Returns
    -------
    NullFit or None
        None where the likelihood has no maximum or the outcome does not go with the model.
    """
    design = np.column_stack([np.ones(len(y)), independent(covariates, fitted)])
    ordinal = model.startswith("ordinal")
    if ordinal:
        values = np.unique(y[fitted])
        y = np.minimum(np.searchsorted(values, y), len(values) - 1).astype(np.float64)
    try:
        own = None if weights is None else weights[fitted]
        fit = _family(model, y[fitted]).fit(y[fitted], design[fitted], weights=own)
    except AnalysisError:
        return None
    if not fit.converged or fit.separated:
        return None
    found = _ordinal(fit, y, design) if ordinal else _by_predictors(fit, y, design)
    inverse, rank = inverse_of(fit.information)
    first, bend, scores, mixed = found
    if weights is not None:
        column = weights[:, None]
        first, bend, scores, mixed = first * weights, bend * weights, scores * column, mixed * column
    return NullFit(first, bend, scores, mixed, inverse, rank)


def _family(model: str, y: Floats) -> PredictorFamily | Ordinal:
    if model.startswith("ordinal"):
        k = int(y.max()) + 1
        return OrdinalLogit(k) if model == "ordinal_logit" else OrdinalProbit(k)
    families: dict[str, PredictorFamily] = {
        "logistic": BinaryLogit(),
        "probit": BinaryProbit(),
        "poisson": Poisson(),
        "negative_binomial": NegativeBinomial(),
    }
    return families[model]


def _by_predictors(fit: Fit, y: Floats, design: Floats) -> tuple[Floats, Floats, Floats, Floats]:
    family = fit.family
    if not isinstance(family, PredictorFamily):
        raise TypeError("the family has no linear predictors")
    designs = family.designs(design, None)
    pieces = family.pieces(y, linear_predictors(fit.parameters, designs, None))
    scores = [d * f[:, None] for d, f in zip(designs, pieces.first, strict=True)]
    mixed = []
    for place, own in enumerate(designs):
        second = pieces.second[place][0]
        mixed.append(np.zeros_like(own) if second is None else -second[:, None] * own)
    bend = pieces.second[0][0]
    if bend is None:
        raise TypeError("the likelihood does not depend on the predictor")
    for position in fit.at_bound:  # held fixed: no parameter is estimated there
        edges = np.cumsum([0, *(d.shape[1] for d in designs)])
        part = int(np.searchsorted(edges, position, side="right")) - 1
        scores[part] = np.zeros_like(scores[part])
        mixed[part] = np.zeros_like(mixed[part])
    return pieces.first[0], -bend, np.concatenate(scores, axis=1), np.concatenate(mixed, axis=1)


def _ordinal(fit: Fit, y: Floats, design: Floats) -> tuple[Floats, Floats, Floats, Floats]:
    family, q = fit.family, fit.n_coefficients
    if not isinstance(family, Ordinal):
        raise TypeError("the family has no thresholds")
    rows, category = design[:, 1:], y.astype(np.intp)
    edges = np.concatenate([[-np.inf], fit.parameters[q:], [np.inf]])
    eta = rows @ fit.parameters[:q]
    with np.errstate(all="ignore"):
        ends = ENDS[family.link](edges[category + 1] - eta, edges[category] - eta)
    first = -(ends.upper + ends.lower)
    bend = -(ends.upper_upper + ends.lower_lower + 2 * ends.upper_lower)
    thresholds, mixed = np.zeros((2, len(y), len(edges)))
    position = np.arange(len(y))
    thresholds[position, category], thresholds[position, category + 1] = ends.lower, ends.upper
    mixed[position, category] = ends.lower_lower + ends.upper_lower
    mixed[position, category + 1] = ends.upper_upper + ends.upper_lower
    inner = slice(1, len(edges) - 1)
    return (
        first,
        bend,
        np.hstack([rows * first[:, None], thresholds[:, inner]]),
        np.hstack([rows * bend[:, None], mixed[:, inner]]),
    )


@dataclass(frozen=True, repr=False)
class ScoreTest:
    """Score tests of many predictors (draws) in one model.

    Attributes
    ----------
    score, variance : ndarray of float, shape (draws,)
        U and its variance V: z = U/√V.
    whole : ndarray of float, shape (draws,)
        The variance before the covariates take their part of the predictor.
    """

    score: Floats
    variance: Floats
    whole: Floats


def score_tests(
    null: NullFit,
    x: Floats,
    squared: Floats,
    there: Floats | None = None,
    used: NDArray[np.bool_] | None = None,
    fitted: int = 0,
) -> ScoreTest:
    """Return the score test of each column of x.

    Parameters
    ----------
    null : NullFit
        The model without x.
    x, squared : ndarray of float, shape (respondents, draws)
        The predictor, shuffled, and its square; zero where it is a gap.
    there : ndarray of float, shape (respondents, draws), optional
        1 where the predictor has a value, 0 for gaps; by default everybody takes part.
    used : ndarray of bool, shape (respondents,), optional
        With ``there``: who can take part.
    fitted : int
        With ``there``: how many the model was fitted to.

    Notes
    -----
    With cᵢ = −∂²ℓᵢ/∂η∂θ: U = Σ sᵢxᵢ − (Σ xᵢcᵢ)'I⁻¹ Σ gᵢ and V = Σ wᵢxᵢ² − (Σ xᵢcᵢ)'I⁻¹(Σ xᵢcᵢ). Over those the model
    was fitted to Σ gᵢ is zero; over others it moves θ by one Newton step, I in proportion to their number.
    """
    products = counted(np.vstack([null.first, null.mixed.T]), x)
    score, crossed = products[0], products[1:]
    whole = counted(null.bend[None, :], squared)[0]
    size = np.ones(x.shape[1])
    if there is not None and used is not None:
        sums = counted(np.vstack([used.astype(np.float64), null.scores.T]), there)
        size = fitted / np.maximum(sums[0], 1.0)
        score = score - size * (crossed * (null.inverse @ sums[1:])).sum(axis=0)
    variance = whole - size * (crossed * (null.inverse @ crossed)).sum(axis=0)
    return ScoreTest(score, np.asarray(variance), np.asarray(whole))


def spread(null: NullFit, used: NDArray[np.bool_]) -> NullFit:
    """Return the fit for everybody; those who are not used add nothing."""

    def wide(values: Floats) -> Floats:
        found = np.zeros((len(used), *values.shape[1:]))
        found[used] = values
        return found

    return NullFit(wide(null.first), wide(null.bend), wide(null.scores), wide(null.mixed), null.inverse, null.rank)


def efficient_scores(null: NullFit, x: Floats) -> Floats:
    """Return what each respondent adds to the score of x after the covariates, shape (respondents,).

    Notes
    -----
    uᵢ = sᵢxᵢ − (Σ xᵢcᵢ)'I⁻¹gᵢ. Resampling them is the score bootstrap of Kline and Santos (2012), which repeats the
    estimation of the covariates to first order.

    References
    ----------
    Kline, P., & Santos, A. (2012). A score based approach to wild bootstrap inference. Journal of Econometric Methods,
    1(1), 23–41. doi:10.1515/2156-6674.1006
    """
    crossed = counted(null.mixed.T, x[:, None])[:, 0]
    return np.asarray(null.first * x - null.scores @ (null.inverse @ crossed))


def independent(covariates: Floats, fitted: NDArray[np.bool_]) -> Floats:
    """Return centred columns of the same span that do not hold one another among those fitted."""
    if not covariates.shape[1]:
        return covariates
    centred = covariates - covariates[fitted].mean(axis=0)
    own = np.ascontiguousarray(centred[fitted])
    values, vectors = np.linalg.eigh(counted(own.T, own) / len(own))
    kept = values > FLAT * max(values[-1], np.finfo(float).tiny)
    return np.ascontiguousarray(counted(centred, vectors[:, kept]))


def inverse_of(cross: Floats) -> tuple[Floats, int]:
    """Return the inverse of cross-products, leaving out directions that the other columns hold, and their rank."""
    if not len(cross):
        return cross, 0
    scale = np.sqrt(np.diagonal(cross))
    scale = np.where(scale > 0, scale, 1.0)
    values, vectors = np.linalg.eigh(cross / np.outer(scale, scale))
    kept = values > FLAT * len(cross)
    half = vectors[:, kept] / scale[:, None]
    return np.asarray((half / values[kept]) @ half.T), int(kept.sum())
