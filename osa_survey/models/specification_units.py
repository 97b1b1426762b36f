"""Partial correlations of one outcome with one predictor, shuffled and resampled, under many sets of covariates.

One unit is one outcome, one predictor, one group of respondents and one model. A linear model of any covariates needs
the cross-products only, so that thousands of models cost one pass over the respondents.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from osa_survey.models.bootstraps import counted
from osa_survey.models.fits import Floats
from osa_survey.models.null_scores import (
    FLAT,
    SCORED,
    NullFit,
    ScoreTest,
    efficient_scores,
    inverse_of,
    null_fit,
    score_tests,
)
from osa_survey.models.weighted_partials import grams, grams_of_shuffles, partials

FACTS = 3
"""Columns before the shuffled ones: degrees of freedom, respondents, partial correlation."""


@dataclass(frozen=True, repr=False)
class Unit:
    """What one unit of a multiverse is about.

    Attributes
    ----------
    outcome, predictor : ndarray of float, shape (respondents,)
        The values of everybody; NaN is a gap.
    covariates : ndarray of float, shape (respondents, columns)
        Their columns.
    sets : tuple of tuple of int
        Each set of covariates as columns.
    used : ndarray of bool, shape (respondents,)
        Who is not excluded and has an outcome and every covariate of the sets.
    model : str
        ``linear``, ``rank`` (the linear model of the ranks of outcome and predictor among those used) or one of
        ``null_scores.SCORED``.
    draws, resamples, seed : int
        Shuffles of the predictor and resamples of respondents: the same in every unit of a multiverse.
    """

    outcome: Floats
    predictor: Floats
    covariates: Floats
    sets: tuple[tuple[int, ...], ...]
    used: NDArray[np.bool_]
    model: str
    draws: int
    seed: int
    resamples: int = 0


@lru_cache(maxsize=1)
def shuffles(n: int, draws: int, seed: int) -> NDArray[np.intp]:
    """Return the order of the sample and of each shuffle, shape (n, draws + 1); the first is the sample's own."""
    generators = (np.random.default_rng(one) for one in np.random.SeedSequence(seed).spawn(draws))
    return np.stack([np.arange(n), *(generator.permutation(n) for generator in generators)], axis=1)


@lru_cache(maxsize=1)
def resample_weights(n: int, resamples: int, seed: int) -> Floats:
    """Return how often each respondent is in the sample (once) and in each resample, shape (n, resamples + 1)."""
    found = np.ones((n, resamples + 1))
    for place, one in enumerate(np.random.SeedSequence([seed, 1]).spawn(resamples), start=1):
        found[:, place] = np.bincount(np.random.default_rng(one).integers(0, n, n), minlength=n)
    return found


def partial_correlations(unit: Unit) -> Floats:
    """Return the partial correlation of every set of covariates in the sample, each shuffle and each resample.

    Parameters
    ----------
    unit : Unit
        The unit.

    Returns
    -------
    ndarray of float, shape (sets, 3 + draws + resamples)
        Degrees of freedom, respondents, the sample's partial correlation, then those of the shuffles and of the
        resamples; NaN where the covariates leave no variance or a model has no maximum.

    Notes
    -----
    Linear: with residuals of y and x after the covariates, r = Σ y x / √(Σ y² Σ x²), and t = r √(df/(1 − r²)) is the
    test of x in the regression of y on x and the covariates. Other models: the score test of x in the model of the
    covariates, z = U/√V, and r = z/√n.

    A shuffle moves the predictor with its gaps, so that others are complete in it; its t (or z) is told as an r of as
    many respondents as the sample has.

    A resample is of the null hypothesis: t* = (b* − b)/SE*, what the regression of y − b x on x and the covariates
    gives (Simonsohn, Simmons & Nelson, 2020), for ranks with those of the sample. Of other models the sums of efficient
    scores are resampled, z* = (Σ u* − Σ u)/√V, which repeats the estimation to first order.
    """
    own = unit.used & ~np.isnan(unit.predictor)
    y, x, covariates = unit.outcome[own], unit.predictor[own], unit.covariates[own]
    parts = [_observed(y, x, covariates, unit)]
    if np.isnan(unit.predictor).any():
        parts.append(_with_gaps(unit, parts[0]))
    elif unit.draws:
        parts.append(_complete(unit))
    if unit.resamples:
        parts.append(_resampled(y, x, covariates, unit, own, parts[0]))
    return np.concatenate(parts, axis=1)


def _observed(y: Floats, x: Floats, covariates: Floats, unit: Unit) -> Floats:
    everybody = np.ones(len(y), dtype=bool)
    alone = replace(unit, outcome=y, predictor=x, covariates=covariates, used=everybody, draws=0, resamples=0)
    return _facts_and_shuffles(alone, x[:, None])


def _complete(unit: Unit) -> Floats:
    """Return the shuffles of a predictor without gaps."""
    x = unit.predictor[shuffles(len(unit.predictor), unit.draws, unit.seed)[unit.used, 1:]]
    return _facts_and_shuffles(unit, x)[:, 2:]


def _facts_and_shuffles(unit: Unit, x: Floats) -> Floats:
    """Return degrees of freedom, respondents, and the partial correlation with each column of x."""
    y, covariates = unit.outcome[unit.used], unit.covariates[unit.used]
    if unit.model == "rank":
        x, y = stats.rankdata(x, axis=0), stats.rankdata(y)
    x = np.ascontiguousarray(x - x.mean(axis=0))
    if unit.model in SCORED:
        return _scored(y, x, covariates, unit)
    return _linear(y, x, covariates - covariates.mean(axis=0), unit.sets)


def _linear(y: Floats, x: Floats, covariates: Floats, sets: Sequence[tuple[int, ...]]) -> Floats:
    n = len(y)
    y = y - y.mean()
    columns = sorted({column for chosen in sets for column in chosen})
    place = {column: position for position, column in enumerate(columns)}
    table = np.column_stack([covariates[:, columns], y])
    cross, with_x = counted(table.T, table), counted(table.T, x)
    squares = (x**2).sum(axis=0)
    found = []
    for chosen in sets:
        own = [place[column] for column in chosen]
        inverse, rank = inverse_of(cross[np.ix_(own, own)])
        slopes = inverse @ with_x[own]
        of_y = cross[-1, own] @ inverse
        together = with_x[-1] - of_y @ with_x[own]
        left_y = float(cross[-1, -1] - of_y @ cross[own, -1])
        left_x = squares - (with_x[own] * slopes).sum(axis=0)
        found.append(_row(n - rank - 2, n, together, left_y * left_x, cross[-1, -1] * squares))
    return np.stack(found)


def _scored(y: Floats, x: Floats, covariates: Floats, unit: Unit) -> Floats:
    n = len(y)
    found = []
    for chosen in unit.sets:
        null = null_fit(y, covariates[:, list(chosen)], unit.model, np.ones(n, dtype=bool))
        if null is None:
            found.append(np.full(2 + x.shape[1], np.nan))
            continue
        tested = score_tests(null, x)
        found.append(_row(n - null.rank - 1, n, tested.score, tested.variance * n, tested.whole * n))
    return np.stack(found)


def _with_gaps(unit: Unit, facts: Floats) -> Floats:
    """Return the shuffles of a predictor with gaps: who takes part differs from shuffle to shuffle."""
    moved = unit.predictor[shuffles(len(unit.predictor), unit.draws, unit.seed)[unit.used, 1:]]
    there = ~np.isnan(moved)
    part = there.astype(np.float64)
    y, covariates = unit.outcome[unit.used], unit.covariates[unit.used]
    if unit.model == "rank":
        moved = stats.rankdata(np.where(there, moved, np.inf), axis=0)
        y = stats.rankdata(y)
    middle = np.where(there, moved, 0.0).sum(axis=0) / np.maximum(part.sum(axis=0), 1.0)
    x = np.where(there, moved - middle, 0.0)
    if unit.model in SCORED:
        fitted = ~np.isnan(unit.predictor[unit.used])
        found = []
        for chosen, (_, n, _) in zip(unit.sets, facts[:, :FACTS], strict=True):
            null = null_fit(y, covariates[:, list(chosen)], unit.model, fitted)
            if null is None:
                found.append(np.full(unit.draws, np.nan))
                continue
            tested = score_tests(null, x, part, int(fitted.sum()))
            found.append(_row(0, 0, tested.score, tested.variance * n, tested.whole * n)[2:])
        return np.stack(found)
    table, sets = _standardised(covariates, [y], unit.sets)
    left = partials(grams_of_shuffles(table, x, part), sets, y=-2, x=-1)
    return np.stack([
        _as_r(one.xy / one.xx, one.xx, one.yy - one.xy**2 / one.xx, part.sum(axis=0) - one.rank - 1, df)
        for one, df in zip(left, facts[:, 0], strict=True)
    ])  # fmt: skip


def _resampled(y: Floats, x: Floats, covariates: Floats, unit: Unit, own: NDArray[np.bool_], facts: Floats) -> Floats:
    weights = resample_weights(len(own), unit.resamples, unit.seed)[own]
    if unit.model == "rank":
        y, x = stats.rankdata(y), stats.rankdata(x)
    x = x - x.mean()
    if unit.model in SCORED:
        n = len(y)
        found = []
        for chosen in unit.sets:
            null = null_fit(y, covariates[:, list(chosen)], unit.model, np.ones(n, dtype=bool))
            found.append(np.full(unit.resamples, np.nan) if null is None else _resampled_scores(null, x, weights))
        return np.stack(found)
    table, sets = _standardised(covariates, [y, x], unit.sets)
    left = partials(grams(table, weights), sets, y=-2, x=-1)
    found = []
    for one, df in zip(left, facts[:, 0], strict=True):
        b = one.xy / one.xx
        rest = one.yy - one.xy**2 / one.xx
        found.append(_as_r(b - b[0], one.xx, rest, weights.sum(axis=0) - one.rank - 1, df)[1:])
    return np.stack(found)


def _resampled_scores(null: NullFit, x: Floats, weights: Floats) -> Floats:
    tested: ScoreTest = score_tests(null, x[:, None])
    if tested.variance[0] <= FLAT * tested.whole[0]:
        return np.full(weights.shape[1] - 1, np.nan)
    sums = counted(efficient_scores(null, x)[None, :], weights)[0]
    z = (sums[1:] - sums[0]) / np.sqrt(tested.variance[0])
    return np.asarray(np.clip(z / np.sqrt(len(x)), -1.0, 1.0))


def _as_r(b: Floats, xx: Floats, rest: Floats, df: Floats, df_of_sample: float) -> Floats:
    """Return t = b/SE as the r that has the same t with the sample's degrees of freedom."""
    with np.errstate(divide="ignore", invalid="ignore"):
        t = b / np.sqrt(np.maximum(rest, 0.0) / df / xx)
        return np.asarray(np.where(np.isinf(t), np.sign(t), t / np.sqrt(t**2 + df_of_sample)))


def _standardised(
    covariates: Floats, others: Sequence[Floats], sets: Sequence[tuple[int, ...]]
) -> tuple[Floats, list[tuple[int, ...]]]:
    """Return a constant, the covariates of the sets and others with mean 0 and SD 1; and the sets as its columns."""
    columns = sorted({column for one in sets for column in one})
    place = {column: position for position, column in enumerate(columns, start=1)}
    table = np.column_stack([covariates[:, columns], *others])
    table = table - table.mean(axis=0)
    spread = table.std(axis=0)
    scaled = table / np.where(spread > 0, spread, 1.0)
    return np.column_stack([np.ones(len(table)), scaled]), [tuple(place[column] for column in one) for one in sets]


def _row(df: float, n: int, together: Floats, spread: Floats, whole: Floats) -> Floats:
    defined = spread > FLAT * whole
    r = np.full(len(together), np.nan)
    r[defined] = np.clip(together[defined] / np.sqrt(spread[defined]), -1.0, 1.0)
    return np.concatenate([[df, n], r])
