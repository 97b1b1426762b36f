"""Resamples of one set of a mediation analysis: of respondents, of a sampling plan, or declared replicates."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from osa_survey.analysis.estimates import Floats, Sample
from osa_survey.analysis.mediating.mediation_fits import FittedPaths
from osa_survey.analysis.mediating.mediation_requests import MediationRequest
from osa_survey.analysis.samples import CompletedSet, does_not_compose
from osa_survey.models.bootstraps import CELLS
from osa_survey.models.fits import Fit
from osa_survey.models.path_equations import Equation, bootstrap_paths, resampled_parameters
from osa_survey.weighting import are_resamples, no_resamples, resampled_weights

FEW_DECLARED = "{number} declared bootstrap replicates are too few for percentiles"
BIAS_OF_SETS = (
    "a bias correction looks where an estimate lies among the resamples of its own sample, and those of several "
    "completed sets belong to several estimates"
)


def refuse_resampling(request: MediationRequest, sample: Sample, least: int) -> None:
    """Raise an AnalysisError ``does_not_compose`` where percentiles of resamples have no rule.

    Parameters
    ----------
    request : MediationRequest
        The request.
    sample : Sample
        The data.
    least : int
        The fewest draws of an interval.
    """
    if request.interval == "monte_carlo":
        return
    if request.interval == "bias_corrected" and sample.imputed:
        raise does_not_compose(BIAS_OF_SETS, "write interval='percentile' or 'monte_carlo'")
    if sample.design is None:
        return
    why = no_resamples(sample.design)
    declared = sample.design.replicates
    if not why and declared is not None and are_resamples(sample.design) and len(declared) * sample.m < least:
        why = FEW_DECLARED.format(number=len(declared))
    if why:
        hint = "write interval='monte_carlo', or make replicates of kind 'bootstrap' (with_replicates)"
        raise does_not_compose(why, hint)


def draws_of_each(request: MediationRequest, sample: Sample) -> int:
    """Return how many resamples each set gives."""
    design = sample.design
    if design is not None and design.replicates is not None and are_resamples(design):
        return len(design.replicates)
    return math.ceil(request.draws / sample.m)


def resampled_paths(
    model: FittedPaths, place: int, system: Sequence[Equation], fits: Sequence[Fit], table: Floats
) -> tuple[Floats, Floats]:
    """Return the stacked parameters of a set in its resamples, and the sums of further columns in them.

    Parameters
    ----------
    model : FittedPaths
        The model.
    place : int
        Which completed set.
    system, fits : sequence
        Its equations and their fits.
    table : ndarray of float, shape (respondents, k)
        Columns summed over each resample.

    Returns
    -------
    tuple of ndarray of float
        Shapes (draws, parameters) and (draws, k).
    """
    one, columns = model.sample.sets[place], model.columns[place]
    draws = draws_of_each(model.request, model.sample)
    if one.design is None:
        seed = model.request.seed if place == 0 else [model.request.seed, place]
        return bootstrap_paths(system, columns, fits, table, seed=seed, draws=draws)
    thetas, sums = [], []
    size = max(1, CELLS // len(one.used))
    for begin in range(0, draws, size):
        weights = _weights(one, model.request.seed, place * draws, begin, min(begin + size, draws))
        thetas.append(resampled_parameters(system, columns, fits, weights))
        sums.append(weights.T @ table)
    return np.concatenate(thetas), np.concatenate(sums)


def _weights(one: CompletedSet, seed: int, first: int, begin: int, end: int) -> Floats:
    """Return the weights of those used in some resamples; sets have resamples of their own, declared ones the same."""
    if one.design is None:
        raise TypeError("the set has no design")
    if one.design.replicates is not None and are_resamples(one.design):
        found = one.design.replicates.weights[:, begin:end]
    else:
        found = resampled_weights(one.design, end - begin, seed=seed, first=first + begin)
    return np.ascontiguousarray(found[one.used])
