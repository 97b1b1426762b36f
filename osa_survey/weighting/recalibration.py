"""Calibrations repeated under other weights: what was done to the full sample is done inside each replicate."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from osa_survey.dataset import Calibration, SurveyDesign
from osa_survey.errors import AnalysisError, Problem
from osa_survey.weighting.raking import Cells, linear_weights, raked_weights

Floats = NDArray[np.float64]
WAY_OUT = (
    'leave it out of the margin and set outside = "keep", so that its people keep their share in the sample; or put it '
    "together with another category already in the export"
)


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
        ``replicate_lost_category`` if a category with a target is empty in a replicate, with margin and category.

    Notes
    -----
    People without a target keep the share they have in the sample. A replicate that holds none of them has no such
    share to keep: all its weight goes to the categories with targets, in their proportions.
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
    sums = np.stack([np.bincount(cells, column, minlength=len(X)) for column in weights.T], axis=1).T @ X
    seen = [sums[:, a:b] > 0 for a, b in zip(starts, ends, strict=True)]
    _check_categories(calibration, targets, seen)
    found = np.empty_like(weights)
    for number, column in enumerate(weights.T):
        own = [_without_absent(target, there[number]) for target, there in zip(targets, seen, strict=True)]
        found[:, number] = raked_weights(column, table, own, bounds=calibration.bounds).weights
    return found


def _without_absent(target: Floats, there: NDArray[np.bool_]) -> Floats:
    """Return the targets of a margin in a replicate: nothing for who is not in it, the whole for all others."""
    if there.all():
        return target
    return np.where(there, target * (target.sum() / target[there].sum()), 0.0)


def _check_categories(calibration: Calibration, targets: Sequence[Floats], seen: Sequence[NDArray[np.bool_]]) -> None:
    """Refuse categories with a target that nobody has in some replicate."""
    problems = []
    names = list(calibration.margins) or [""] * len(targets)
    for variable, target, there in zip(names, targets, seen, strict=True):
        labels = calibration.margins.get(variable, tuple(str(n) for n in range(1, len(target) + 1)))
        for label, wanted, present in zip(labels, target, there.T, strict=True):
            empty = int((~present).sum())
            if label and wanted > 0 and empty:
                message = (
                    f"nobody of the category '{label}' of the margin '{variable}' is left in {empty} of {len(present)} "
                    "replicates"
                )
                problems.append(Problem("replicate_lost_category", message, column=variable, key=label, hint=WAY_OUT))
    if problems:
        raise AnalysisError(problems)


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
