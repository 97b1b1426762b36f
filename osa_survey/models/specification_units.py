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

from osa_survey.models.bootstraps import counted
from osa_survey.models.fits import Floats
from osa_survey.models.null_scores import (
    FLAT,
    SCORED,
    NullFit,
    efficient_scores,
    inverse_of,
    null_fit,
    score_tests,
    spread,
)
from osa_survey.models.predictor_shuffles import Moved, ranks, sample_itself, shuffled, shuffled_ranks
from osa_survey.models.weighted_partials import grams, grams_of_shuffles, partials

Mask = NDArray[np.bool_]
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
    used: Mask
    model: str
    draws: int
    seed: int
    resamples: int = 0


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
    y, x = unit.outcome[own], unit.predictor[own]
    if unit.model == "rank":
        y, x = ranks(y), ranks(x)
    alone = replace(unit, outcome=y, covariates=unit.covariates[own], used=np.ones(len(y), dtype=bool))
    parts = [_facts_and_tests(alone, sample_itself(x))]
    if unit.draws:
        parts.append(_shuffles(unit, own, parts[0]))
    if unit.resamples:
        parts.append(_resampled(alone, x, own, parts[0]))
    return np.concatenate(parts, axis=1)


def _shuffles(unit: Unit, own: Mask, facts: Floats) -> Floats:
    """Return the partial correlation with each shuffle of the predictor."""
    if unit.model == "rank":
        moved = shuffled_ranks(unit.predictor, unit.used, unit.draws, unit.seed)
        outcome = np.zeros(len(unit.outcome))
        outcome[unit.used] = ranks(unit.outcome[unit.used])
        unit = replace(unit, outcome=outcome)
    else:
        moved = shuffled(unit.predictor, unit.draws, unit.seed)
    if moved.there is None:
        return _facts_and_tests(unit, moved)[:, 2:]
    return _with_gaps(unit, own, moved.there, moved, facts)


def _facts_and_tests(unit: Unit, moved: Moved) -> Floats:
    """Return degrees of freedom, respondents, and the partial correlation with each column of a predictor."""
    if unit.model in SCORED:
        return _scored(unit, moved)
    return _linear(unit, moved)


def _linear(unit: Unit, moved: Moved) -> Floats:
    n = int(unit.used.sum())
    table, sets = _scaled(unit.covariates, [unit.outcome], unit.sets, unit.used)
    table = table[:, 1:]
    cross, with_x = counted(table.T, table), counted(table.T, moved.x)
    everybody = unit.used.astype(np.float64)[None, :]
    squares = counted(everybody, moved.squared)[0] - counted(everybody, moved.x)[0] ** 2 / n
    found = []
    for chosen in sets:
        own = [column - 1 for column in chosen]
        inverse, rank = inverse_of(cross[np.ix_(own, own)])
        slopes = inverse @ with_x[own]
        of_y = cross[-1, own] @ inverse
        together = with_x[-1] - of_y @ with_x[own]
        left_y = float(cross[-1, -1] - of_y @ cross[own, -1])
        left_x = squares - (with_x[own] * slopes).sum(axis=0)
        found.append(_row(n - rank - 2, n, together, left_y * left_x, cross[-1, -1] * squares))
    return np.stack(found)


def _null(unit: Unit, chosen: tuple[int, ...], fitted: Mask) -> NullFit | None:
    """Return the model of a set of covariates fitted to some; those not used add nothing."""
    used = unit.used
    null = null_fit(unit.outcome[used], unit.covariates[used][:, list(chosen)], unit.model, fitted[used])
    return null if null is None or used.all() else spread(null, used)


def _scored(unit: Unit, moved: Moved) -> Floats:
    n = int(unit.used.sum())
    found = []
    for chosen in unit.sets:
        null = _null(unit, chosen, unit.used)
        if null is None:
            found.append(np.full(2 + moved.x.shape[1], np.nan))
            continue
        tested = score_tests(null, moved.x, moved.squared)
        found.append(_row(n - null.rank - 1, n, tested.score, tested.variance * n, tested.whole * n))
    return np.stack(found)


def _with_gaps(unit: Unit, own: Mask, there: Floats, moved: Moved, facts: Floats) -> Floats:
    """Return the shuffles of a predictor with gaps: who takes part differs from shuffle to shuffle."""
    if unit.model in SCORED:
        found = []
        for chosen, (_, n, _) in zip(unit.sets, facts[:, :FACTS], strict=True):
            null = _null(unit, chosen, own)
            if null is None:
                found.append(np.full(unit.draws, np.nan))
                continue
            tested = score_tests(null, moved.x, moved.squared, there, unit.used, int(own.sum()))
            found.append(_row(0, 0, tested.score, tested.variance * n, tested.whole * n)[2:])
        return np.stack(found)
    table, sets = _scaled(unit.covariates, [unit.outcome], unit.sets, unit.used)
    left = partials(grams_of_shuffles(table, moved.x, moved.squared, there), sets, y=-2, x=-1)
    people = counted(unit.used.astype(np.float64)[None, :], there)[0]
    return np.stack([
        _as_r(one.xy / one.xx, one.xx, one.yy - one.xy**2 / one.xx, people - one.rank - 1, df)
        for one, df in zip(left, facts[:, 0], strict=True)
    ])  # fmt: skip


def _resampled(alone: Unit, x: Floats, own: Mask, facts: Floats) -> Floats:
    """Return the resamples under the null hypothesis; ``alone`` holds those with every value, ``own`` says who."""
    weights = resample_weights(len(own), alone.resamples, alone.seed)
    if alone.model in SCORED:
        x = x - x.mean()
        found = []
        for chosen in alone.sets:
            null = _null(alone, chosen, alone.used)
            lost = np.full(alone.resamples, np.nan)
            found.append(lost if null is None else _resampled_scores(null, x, own, weights))
        return np.stack(found)
    table, sets = _scaled(alone.covariates, [alone.outcome, x], alone.sets, alone.used)
    padded = np.zeros((len(own), table.shape[1]))
    padded[own] = table
    left = partials(grams(padded, weights), sets, y=-2, x=-1)
    people = counted(own.astype(np.float64)[None, :], weights)[0]
    found = []
    for one, df in zip(left, facts[:, 0], strict=True):
        b = one.xy / one.xx
        rest = one.yy - one.xy**2 / one.xx
        found.append(_as_r(b - b[0], one.xx, rest, people - one.rank - 1, df)[1:])
    return np.stack(found)


def _resampled_scores(null: NullFit, x: Floats, own: Mask, weights: Floats) -> Floats:
    tested = score_tests(null, x[:, None], x[:, None] ** 2)
    if tested.variance[0] <= FLAT * tested.whole[0]:
        return np.full(weights.shape[1] - 1, np.nan)
    efficient = np.zeros(len(own))
    efficient[own] = efficient_scores(null, x)
    sums = counted(efficient[None, :], weights)[0]
    z = (sums[1:] - sums[0]) / np.sqrt(tested.variance[0])
    return np.asarray(np.clip(z / np.sqrt(len(x)), -1.0, 1.0))


def _as_r(b: Floats, xx: Floats, rest: Floats, df: Floats, df_of_sample: float) -> Floats:
    """Return t = b/SE as the r that has the same t with the sample's degrees of freedom."""
    with np.errstate(divide="ignore", invalid="ignore"):
        t = b / np.sqrt(np.maximum(rest, 0.0) / df / xx)
        return np.asarray(np.where(np.isinf(t), np.sign(t), t / np.sqrt(t**2 + df_of_sample)))


def _scaled(
    covariates: Floats, others: Sequence[Floats], sets: Sequence[tuple[int, ...]], used: Mask
) -> tuple[Floats, list[tuple[int, ...]]]:
    """Return a constant, the covariates of the sets and others with mean 0 and SD 1; and the sets as its columns.

    The means are of those used; the rows of others are zero.
    """
    columns = sorted({column for one in sets for column in one})
    place = {column: position for position, column in enumerate(columns, start=1)}
    table = np.column_stack([covariates[used][:, columns], *(one[used] for one in others)])
    table = table - table.mean(axis=0)
    deviation = table.std(axis=0)
    found = np.zeros((len(used), table.shape[1] + 1))
    found[used, 0] = 1.0
    found[used, 1:] = table / np.where(deviation > 0, deviation, 1.0)
    return found, [tuple(place[column] for column in one) for one in sets]


def _row(df: float, n: int, together: Floats, spread: Floats, whole: Floats) -> Floats:
    defined = spread > FLAT * whole
    r = np.full(len(together), np.nan)
    r[defined] = np.clip(together[defined] / np.sqrt(spread[defined]), -1.0, 1.0)
    return np.concatenate([[df, n], r])
