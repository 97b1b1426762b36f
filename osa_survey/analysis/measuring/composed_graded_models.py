"""Graded response models under weights or pooled over completed sets."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from osa_survey.analysis.estimates import Estimates, Floats, Sample, SetEstimate, does_not_compose, joined_sets
from osa_survey.errors import AnalysisError, Problem
from osa_survey.psychometrics.item_response.graded_likelihoods import unpacked
from osa_survey.psychometrics.item_response.graded_models import (
    GradedModel,
    difficulty_gradient,
    fit_graded,
    graded_influence,
    refitted_graded,
)
from osa_survey.psychometrics.item_response.trait_scores import trait_scores


@dataclass(frozen=True, repr=False)
class ComposedGraded:
    """A graded response model of one or several sets.

    Attributes
    ----------
    model : GradedModel
        Of the pooled parameters, with their covariance.
    raw : Estimates
        Item by item slope and intercepts.
    difficulties : Estimates
        Item by item.
    reliability : float
        Marginal; mean over the sets.
    """

    model: GradedModel
    raw: Estimates
    difficulties: Estimates
    reliability: float


def composed_graded(sample: Sample, answers: Sequence[Floats]) -> ComposedGraded:
    """Return a graded response model with the covariance its data ask for.

    Parameters
    ----------
    sample : Sample
        The respondents used.
    answers : sequence of ndarray of float, shape (respondents used, items)
        Of each set; NaN for gaps that are never imputed.

    Raises
    ------
    AnalysisError
        ``not_converged``; ``does_not_compose`` where an answer is missing from one of the sets.
    """
    models = [
        fitted_proper(values, one.weights, sample.imputed) for one, values in zip(sample.sets, answers, strict=True)
    ]
    first = models[0]
    for other in models[1:]:
        same = [np.array_equal(a, b) for a, b in zip(first.answers, other.answers, strict=True)]
        if not all(same):
            message = "an answer that nobody gives in one of the completed sets has no difficulty there to be pooled"
            raise does_not_compose(message, "merge rare answers of the item, or leave it out")
    raw = joined_sets(sample, [_said(m, v, s.weights) for m, v, s in zip(models, answers, sample.sets, strict=True)])
    difficulties = raw.transformed(
        np.array([np.concatenate(model.difficulties) for model in models]),
        np.array([_jacobian(model) for model in models]),
    )
    reliability = [
        trait_scores(model, values, one.weights).reliability
        for model, values, one in zip(models, answers, sample.sets, strict=True)
    ]
    slopes, intercepts = unpacked(raw.estimate, np.array([len(known) for known in first.answers]))
    pooled = GradedModel(slopes, intercepts, first.answers, raw.covariance, np.nan, sample.n, True, first.iterations)
    return ComposedGraded(pooled, raw, difficulties, float(np.mean(reliability)))


def fitted_proper(values: Floats, weights: Floats | None, imputed: bool) -> GradedModel:
    """Return the model of one set; no proper maximum is an error."""
    model = fit_graded(values, weights=weights)
    if not model.converged or not np.isfinite(model.covariance).all():
        message = "the search for estimates did not end at a proper maximum" + (
            " in a completed set" if imputed else ""
        )
        hint = "leave out items that hardly vary, or merge rare answers"
        raise AnalysisError(Problem("not_converged", message, hint=hint))
    return model


def _said(model: GradedModel, values: Floats, weights: Floats | None) -> SetEstimate:
    what = "a graded response model"
    if weights is None:
        return SetEstimate(model.parameters, lambda: model.covariance, how="observed information", what=what)
    return SetEstimate(
        model.parameters,
        influence=lambda: graded_influence(model, values, weights),
        refit=lambda many: refitted_graded(model, values, many),
        what=what,
    )


def _jacobian(model: GradedModel) -> Floats:
    """Return the derivatives of all difficulties by all parameters."""
    rows, starts = [], model.starts
    for item, d in enumerate(model.intercepts):
        for answer in range(len(d)):
            row = np.zeros(int(starts[-1]))
            row[starts[item] : starts[item + 1]] = difficulty_gradient(model, item, answer)
            rows.append(row)
    return np.array(rows)
