"""Trimming weights that were read: bounds, with what is cut off spread over all others."""

from __future__ import annotations

import math
from dataclasses import replace

from osa_survey.dataset import ScoredData
from osa_survey.errors import AnalysisError, Problem
from osa_survey.weighting.raking import trimmed_weights


def trim_weights(scored: ScoredData, *, above: float | None = None, below: float | None = None) -> ScoredData:
    """Hold weights within bounds; their sum stays.

    Parameters
    ----------
    scored : ScoredData
        With a declared design.
    above, below : float, optional
        Highest and lowest weight as multiples of the mean, above 1 and from 0 to below 1.

    Returns
    -------
    ScoredData
        With trimmed weights and a record that says so.

    Raises
    ------
    AnalysisError
        Without a design or bounds; after raking or calibration, whose margins trimming would break (``rake`` takes the
        bounds itself); with replicate weights, which have to be made from the trimmed ones.

    References
    ----------
    Potter, F. J. (1990). A study of procedures to identify and trim extreme sampling weights. Proceedings of the
    Section on Survey Research Methods, American Statistical Association, 225–230.
    """
    design = scored.design
    problems = trim_problems(above, below)
    if above is None and below is None:
        problems.append(
            Problem("no_bounds", "no bound is given", hint="above = 5 holds weights to five times the mean")
        )
    if design is None:
        hint = "declare_design(scored, sample=…, weights=…) first"
        problems.append(Problem("no_design", "trimming needs declared weights", hint=hint))
    elif design.calibrations:
        hint = "give the bounds to rake: trim and trim_below"
        problems.append(
            Problem("margins_would_break", "trimming breaks margins that weights were fitted to", hint=hint)
        )
    elif design.replicates is not None:
        hint = "trim first, then make replicates"
        problems.append(Problem("replicates_would_differ", "replicate weights are not trimmed", hint=hint))
    if problems or design is None:
        raise AnalysisError(problems)
    mean = float(design.weights.mean())
    low, high = (below or 0.0) * mean, math.inf if above is None else above * mean
    changed = int(((design.weights < low) | (design.weights > high)).sum())
    record = replace(design.record, trimmed_above=above, trimmed_below=below, trimmed=changed)
    return replace(scored, design=replace(design, weights=trimmed_weights(design.weights, low, high), record=record))


def trim_problems(above: float | None, below: float | None) -> list[Problem]:
    """Return what is wrong with bounds given as multiples of the mean."""
    problems = []
    if above is not None and not above > 1:
        problems.append(
            Problem("trim_range", f"the upper bound is a multiple of the mean above 1, not {above:g}", key="trim")
        )
    if below is not None and not 0 <= below < 1:
        message = f"the lower bound is a multiple of the mean from 0 to below 1, not {below:g}"
        problems.append(Problem("trim_range", message, key="trim_below"))
    return problems
