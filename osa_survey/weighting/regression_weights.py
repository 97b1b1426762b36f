"""Weighting a sample to population totals by generalised regression."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from osa_survey.dataset import Calibration, ScoredData, columns_of
from osa_survey.dataset.designs import Sample
from osa_survey.errors import AnalysisError, Problem
from osa_survey.weighting.declaring import starting_design
from osa_survey.weighting.raking import linear_weights
from osa_survey.weighting.recalibration import calibrated_design
from osa_survey.weighting.targets import Target, read_targets, sample_problems


def calibrate(
    scored: ScoredData,
    totals: Mapping[str, float | Mapping[str, float]],
    *,
    sample: Sample | None = None,
) -> ScoredData:
    """Weight the respondents so that they reproduce population totals, by generalised regression (GREG).

    Parameters
    ----------
    scored : ScoredData
        The respondents; weights of a declared design are where calibration starts.
    totals : mapping
        Variable → population total of a number, or category → count of a category. The counts of the first
        categorical variable give the size of the population, so that one at least is needed.
    sample : {"probability", "quota", "opt-in"}, optional
        Needed where no design is declared yet.

    Returns
    -------
    ScoredData
        With a calibrated design; variances use the residuals of the regression.

    Raises
    ------
    AnalysisError
        If variables have gaps, auxiliary variables depend on each other, or a weight is not above 0: then the sample
        is too far from the population and raking is the better way.
    """
    design = starting_design(scored, sample)
    counts = {name: dict(value) for name, value in totals.items() if isinstance(value, Mapping)}
    numbers = {name: float(value) for name, value in totals.items() if not isinstance(value, Mapping)}
    if not counts:
        hint = "name the counts of one categorical variable"
        raise AnalysisError(Problem("population_size_needed", "totals do not say how many people there are", hint=hint))
    targets = read_targets(scored, counts)
    problems = [problem for target in targets for problem in sample_problems(target, "refuse")]
    columns = columns_of(scored, list(numbers)) if numbers else ()
    for column in columns:
        gaps = int((~column.answered).sum())
        if gaps:
            hint = "impute or exclude them first"
            problems.append(
                Problem(
                    "auxiliary_missing", "respondents without a value", column=column.info.name, hint=hint, count=gaps
                )
            )
    problems += [
        Problem("counts_needed", "calibration needs counts, not shares", column=target.variable)
        for target in targets
        if math.isnan(target.size)
    ]
    if problems:
        raise AnalysisError(problems)
    parts = [np.eye(len(target.shares))[target.codes][:, (0 if first else 1) :] for first, target in _firsts(targets)]
    wanted = [(target.shares * target.size)[(0 if first else 1) :] for first, target in _firsts(targets)]
    X = np.column_stack([*parts, *(column.values for column in columns)])
    weights = linear_weights(design.weights, X, np.concatenate([*wanted, np.array(list(numbers.values()))]))
    if (weights <= 0).any():
        raise AnalysisError(
            Problem(
                "negative_calibrated_weights",
                "linear calibration gives weights that are not above 0",
                hint="use rake, whose weights are always positive, or fewer totals",
                count=int((weights <= 0).sum()),
            )
        )
    calibration = Calibration("linear", np.arange(len(X)), X, design.weights, weights)
    record = replace(design.record, calibrated_on=(*design.record.calibrated_on, *totals))
    return replace(scored, design=calibrated_design(design, calibration, record=record))


def _firsts(targets: Sequence[Target]) -> list[tuple[bool, Target]]:
    return [(position == 0, target) for position, target in enumerate(targets)]
