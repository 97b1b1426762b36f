"""One unit of a multiverse under weights: coefficients of the predictor, and what each respondent adds to them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from osa_survey.models.bootstraps import counted
from osa_survey.models.fits import Floats
from osa_survey.models.null_scores import FLAT, SCORED, efficient_scores, inverse_of, null_fit, score_tests
from osa_survey.models.weighted_partials import grams, partials

Sets = Sequence[tuple[int, ...]]


@dataclass(frozen=True, repr=False)
class WeightedUnit:
    """The coefficient of one predictor under many sets of covariates.

    Attributes
    ----------
    b : ndarray of float, shape (sets,)
        Coefficients; NaN where the covariates leave nothing or a model has no maximum.
    scale : ndarray of float, shape (sets,)
        What makes a coefficient a partial correlation.
    variance, df : ndarray of float, shape (sets,)
        Model-based variance of b without a design, and its degrees of freedom.
    lost : ndarray of float, shape (sets,)
        Degrees of freedom that the model takes of a design: predictors, without the constant.
    contributions : ndarray of float, shape (respondents, sets)
        What each respondent adds to b at first order, weight included.
    refit : callable
        From weights, shape (respondents, replicates), to b under each, shape (replicates, sets).
    """

    b: Floats
    scale: Floats
    variance: Floats
    df: Floats
    lost: Floats
    contributions: Floats
    refit: Callable[[Floats], Floats]


def weighted_unit(y: Floats, x: Floats, covariates: Floats, sets: Sets, model: str, weights: Floats) -> WeightedUnit:
    """Return coefficients, scales and contributions.

    Parameters
    ----------
    y, x : ndarray of float, shape (respondents,)
        Outcome and predictor.
    covariates : ndarray of float, shape (respondents, columns)
        Their columns.
    sets : sequence of tuple of int
        Each set of covariates as columns.
    model : str
        ``linear``, or one of ``null_scores.SCORED``.
    weights : ndarray of float, shape (respondents,)
        Positive weights; their scale changes nothing.

    Notes
    -----
    Linear: b of the weighted regression on x and the covariates, and b √(Σw x̃²/Σw ỹ²) is the weighted partial
    correlation of the residuals x̃ and ỹ. Other models: the one-step coefficient b = U/V of the weighted score test in
    the model of the covariates, and b √(V/n) with weights of mean 1 the partial correlation. Their refits take the
    covariates' coefficients as they are: to first order efficient scores do not depend on them.
    """
    w = weights / weights.mean()
    if model in SCORED:
        return _scored(y, x, covariates, sets, model, w)
    return _linear(y, x, covariates, sets, w)


def _linear(y: Floats, x: Floats, covariates: Floats, sets: Sets, w: Floats) -> WeightedUnit:
    columns = np.column_stack([covariates, y, x])
    columns = columns - columns.mean(axis=0)
    deviation = columns.std(axis=0)
    deviation = np.where(deviation > 0, deviation, 1.0)
    table = np.column_stack([np.ones(len(y)), columns / deviation])
    unit = deviation[-2] / deviation[-1]  # completed sets have spreads of their own, and b is pooled in its own units
    places = [tuple(column + 1 for column in chosen) for chosen in sets]
    n, count = len(y), len(sets)
    cross = grams(table, w[:, None])[0]
    left = partials(cross[None], places, y=-2, x=-1)
    b, scale, variance, df, lost = np.full((5, count), np.nan)
    contributions = np.zeros((n, count))
    for k, (one, chosen) in enumerate(zip(left, places, strict=True)):
        lost[k], df[k] = one.rank[0], n - one.rank[0] - 1
        if not np.isfinite(one.xx[0]):
            continue
        own = [0, *chosen]
        inverse, _ = inverse_of(cross[np.ix_(own, own)])
        rest = table[:, -2:] - table[:, own] @ (inverse @ cross[own][:, [-2, -1]])
        slope = one.xy[0] / one.xx[0]
        b[k], scale[k] = unit * slope, np.sqrt(one.xx[0] / one.yy[0]) / unit
        error = rest[:, 0] - slope * rest[:, 1]
        contributions[:, k] = unit * w * rest[:, 1] * error / one.xx[0]
        variance[k] = unit**2 * float(w @ error**2) / max(df[k], 1.0) / one.xx[0]

    def refit(many: Floats) -> Floats:
        found = partials(grams(table, many), places, y=-2, x=-1)
        return np.asarray(unit * np.stack([one.xy / one.xx for one in found], axis=1))

    return WeightedUnit(b, scale, variance, df, lost, contributions, refit)


def _scored(y: Floats, x: Floats, covariates: Floats, sets: Sets, model: str, w: Floats) -> WeightedUnit:
    n, count = len(y), len(sets)
    x = x - float(w @ x) / n
    everybody = np.ones(n, dtype=np.bool_)
    b, scale, variance, lost = np.full((4, count), np.nan)
    contributions = np.zeros((n, count))
    for k, chosen in enumerate(sets):
        null = null_fit(y, covariates[:, list(chosen)], model, everybody, w)
        if null is None:
            continue
        tested = score_tests(null, x[:, None], x[:, None] ** 2)
        own = float(tested.variance[0])
        lost[k] = len(chosen) + 1
        if own <= FLAT * tested.whole[0]:
            continue
        contributions[:, k] = efficient_scores(null, x) / own
        b[k], variance[k], scale[k] = float(tested.score[0]) / own, 1 / own, np.sqrt(own / n)

    def refit(many: Floats) -> Floats:
        return counted(np.ascontiguousarray(many.T), contributions / w[:, None]) * _mean_of(many, w)

    return WeightedUnit(b, scale, variance, np.full(count, np.inf), lost, contributions, refit)


def _mean_of(many: Floats, w: Floats) -> Floats:
    """Return what brings each column of weights to the sum of w, shape (replicates, 1)."""
    totals = many.sum(axis=0)
    with np.errstate(divide="ignore"):
        return np.asarray(np.where(totals > 0, w.sum() / totals, np.nan))[:, None]
