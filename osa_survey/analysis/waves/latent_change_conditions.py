"""Latent change of ordinal items given predictors: moments of ordered probits on the predictors."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from osa_survey.analysis.composed_bases import composed_gaps, moments_basis
from osa_survey.analysis.composed_moments import ComposedMoments, answer_kinds
from osa_survey.analysis.estimates import joined_sets
from osa_survey.analysis.modelled_answers import answering
from osa_survey.analysis.samples import CompletedSet, Data
from osa_survey.analysis.set_estimates import SetEstimate
from osa_survey.analysis.waves.latent_change_fits import ChangeFit, ChangeRequest, change_sets, counted
from osa_survey.analysis.waves.latent_change_models import change_model
from osa_survey.analysis.waves.latent_change_numbers import Turned
from osa_survey.errors import AnalysisError, Problem
from osa_survey.psychometrics.confirmatory.fits import fit_to_samples
from osa_survey.psychometrics.confirmatory.parameter_tables import variables_of
from osa_survey.psychometrics.confirmatory.samples import GroupSample
from osa_survey.psychometrics.confirmatory.structures import lower
from osa_survey.psychometrics.confirmatory.syntax import parse_model
from osa_survey.psychometrics.ordinal import Categories, categories, conditional_moments

Floats = NDArray[np.float64]
PINNED = 1e-6
"""n times the variance given to correlations of turned predictors, which are zero by construction."""
GIVEN = (
    "Given the predictors, answers are normal behind their categories: thresholds and correlations are those of "
    "ordered probits on the predictors, whose own distribution does not matter. CFI and TLI are left out: their "
    "baseline model would deny that predictors go together."
)


def conditional_change(data: Data, asked: ChangeRequest) -> ChangeFit:
    """Return the model of ordinal items given predictors, of whatever data there are.

    Notes
    -----
    Predictors are turned to be uncorrelated with variances of one. Their correlations with answers are moments of the
    model like those among answers (see ``conditional_moments``); what is known of effects is turned back.
    """
    found, everybody, answers = change_sets(data, asked)
    levels, terms = found[0]
    how = asked.estimator
    model = change_model(levels.formulas, len(asked.waves), len(terms.terms), asked.kind, free_level=False, given=True)
    gaps = composed_gaps(everybody, answers, how, asked.missing)
    sample, chosen = answering(everybody, answers, gaps)
    observed, _ = variables_of(parse_model(model.syntax))
    order = [levels.columns.index(name) for name in observed if name in levels.columns]
    names = [levels.columns[place] for place in order]
    codes = [np.zeros(len(values), dtype=np.int64) for values in chosen]
    kinds = answer_kinds([values[:, order] for values in chosen], codes, names, [""], how, ordinal=True)
    sets = [
        _set(values[:, order], values[:, len(levels.columns) :], one, kinds)
        for one, values in zip(sample.sets, chosen, strict=True)
    ]
    estimates = joined_sets(sample, [one.said for one in sets])
    turned = Turned(
        np.mean([one.turned.back for one in sets], axis=0), np.mean([one.turned.spreads for one in sets], axis=0)
    )
    kept, counts = sets[0].kept, tuple(len(each) - 1 for each in kinds)
    alone = np.full(len(kept), PINNED)
    alone[kept] = np.mean([one.alone for one in sets], axis=0) * sample.n
    own = _sample(estimates.estimate, estimates.covariance * sample.n, kept, counts, len(terms.terms))
    moments = ComposedMoments(
        (replace(own, n=sample.n, mass=float(sample.n), alone=alone),), estimates, (), kinds, kept
    )
    fit = fit_to_samples(
        moments.samples, model.syntax, estimator=how, means=True, orthogonal=True, parameterisation="theta"
    )
    basis = moments_basis(sample, moments)
    basis = replace(basis, notes=(GIVEN, *basis.notes))
    return ChangeFit(levels, counted(terms, found, sample), model, fit, how, gaps, len(answers[0]), basis, turned)


@dataclass(frozen=True, repr=False)
class _Set:
    said: SetEstimate
    turned: Turned
    kept: NDArray[np.bool_]
    alone: Floats


def _set(values: Floats, predictors: Floats, one: CompletedSet, kinds: tuple[Floats, ...]) -> _Set:
    weights = np.ones(len(values)) if one.weights is None else one.weights
    share = weights / weights.sum()
    centred = predictors - share @ predictors
    spread = (centred * share[:, None]).T @ centred
    scale = np.sqrt(np.diag(spread))
    if not (scale > 0).all() or np.linalg.eigvalsh(spread / np.outer(scale, scale))[0] < 1e-10:
        message = "a predictor does not vary among people with every answer, or follows exactly from the others"
        raise AnalysisError(Problem("perfect_collinearity", message, key="predictors", hint="leave it out"))
    back = np.linalg.inv(np.linalg.cholesky(spread)).T
    items, turned = categories(values, kinds), centred @ back
    found = conditional_moments(items, turned, weights)
    kept = _kept(len(kinds), predictors.shape[1], sum(len(each) - 1 for each in kinds))

    def covariance() -> Floats:
        own = found.influence()[:, kept]
        return np.asarray(own.T @ own)

    said = SetEstimate(
        found.moments[kept],
        covariance,
        lambda: found.influence()[:, kept],
        lambda many: np.stack([_again(items, turned, column, found.raw)[kept] for column in many.T]),
        how="covariance of the moments of respondents drawn alone",
        what="a latent change model of ordinal items",
    )
    return _Set(said, Turned(back, scale), kept, (found.influence()[:, kept] ** 2).sum(axis=0))


def _again(items: Categories, predictors: Floats, weights: Floats, start: Floats) -> Floats:
    """Return the moments under other weights; predictors are taken as they are."""
    return conditional_moments(items, predictors, weights, start).moments


def _kept(items: int, predictors: int, thresholds: int) -> NDArray[np.bool_]:
    """Return which moments are not correlations of predictors."""
    _, columns = lower(items + predictors, -1)
    return np.concatenate([np.ones(thresholds, dtype=bool), columns < items])


def _sample(
    moments: Floats, spread: Floats, kept: NDArray[np.bool_], counts: tuple[int, ...], predictors: int
) -> GroupSample:
    size, cut = len(counts) + predictors, sum(counts)
    whole = np.zeros(len(kept))
    whole[kept] = moments
    joint = np.diag(np.where(kept, 0.0, PINNED))
    joint[np.ix_(kept, kept)] = spread
    rows, columns = lower(size, -1)
    square = np.eye(size)
    square[rows, columns] = square[columns, rows] = whole[cut:]
    return GroupSample(
        "", 0, np.zeros(size), square, thresholds=whole[:cut], counts=(*counts, *(0,) * predictors), asymptotic=joint,
        joint=joint,
    )  # fmt: skip
