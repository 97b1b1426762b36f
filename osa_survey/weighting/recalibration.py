"""Calibrations repeated under other weights: what was done to the full sample is done inside each replicate."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from osa_survey.dataset import Calibration, SurveyDesign
from osa_survey.errors import AnalysisError, Problem
from osa_survey.weighting.raking import Cells, linear_weights, raked_weights

Floats = NDArray[np.float64]


def recalibrated(weights: Floats, calibration: Calibration) -> Floats:
    """Return replicate weights calibrated to the totals the full sample was calibrated to.

    Parameters
    ----------
    weights : ndarray of float, shape (respondents, replicates)
        Weights before calibration.
    calibration : Calibration
        What was done to the full sample.

    Returns
    -------
    ndarray of float, shape (respondents, replicates)
        Weights after it.

    Raises
    ------
    AnalysisError
        ``replicate_lost_category`` if a category is empty in a replicate.
    """
    X, cells = calibration.auxiliary, calibration.cells
    totals = np.bincount(cells, calibration.after, minlength=len(X)) @ X
    if calibration.kind == "linear":
        return np.stack([linear_weights(column, X[cells], totals) for column in weights.T], axis=1)
    ends = np.cumsum(calibration.sizes)
    starts = ends - np.array(calibration.sizes)
    categories = np.stack([X[:, a:b].argmax(axis=1) for a, b in zip(starts, ends, strict=True)], axis=1)
    table = Cells(cells, categories, calibration.sizes)
    targets = [totals[a:b] for a, b in zip(starts, ends, strict=True)]
    found = np.empty_like(weights)
    try:
        for number, column in enumerate(weights.T):
            found[:, number] = raked_weights(column, table, targets, bounds=calibration.bounds).weights
    except AnalysisError as error:
        problem = error.problems[0]
        if problem.code != "empty_category":
            raise
        raise AnalysisError(
            Problem(
                "replicate_lost_category",
                "a category of a margin has nobody left in a replicate",
                hint="merge small categories of the margins",
            )
        ) from error
    return found


def calibrated_design(design: SurveyDesign, calibration: Calibration, **changes: object) -> SurveyDesign:
    """Return the design with the weights after a calibration, repeated inside its replicates."""
    replicates = design.replicates
    if replicates is not None:
        replicates = replace(replicates, weights=recalibrated(replicates.weights, calibration))
    return replace(
        design,
        weights=calibration.after,
        replicates=replicates,
        calibrations=(*design.calibrations, calibration),
        **changes,  # type: ignore[arg-type]
    )
