"""What is asked of exploratory factor analyses, and why it cannot be had."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
import pandas as pd

from osa_survey.dataset import ScoredData
from osa_survey.errors import AnalysisError, Problem, nearest
from osa_survey.psychometrics.argument_problems import conf_level_problems, unknown_options
from osa_survey.psychometrics.exploratory.extractions import Extraction
from osa_survey.psychometrics.exploratory.item_correlations import Kind, items_of
from osa_survey.psychometrics.exploratory.rotations import Rotation
from osa_survey.psychometrics.item_matrices import ItemMatrix
from osa_survey.psychometrics.item_statistics import Missing


@dataclass(frozen=True)
class FactorRequest:
    """What ``efa`` was asked for; ``target`` holds the items that should load on each factor, or None."""

    factors: int | Literal["parallel"]
    extraction: Extraction
    rotation: Rotation
    target: Mapping[str, tuple[str, ...]] | None
    starts: int
    draws: int
    seed: int
    conf_level: float


def check_draws(draws: int, quantile: float, correlation: str, missing: str) -> None:
    """Raise an error that names every argument that cannot be."""
    problems = unknown_options(
        ("correlation", correlation, get_args(Kind)),
        ("missing", missing, get_args(Missing)),
    )
    if draws < 20:
        problems.append(
            Problem("draws", "a quantile of fewer than 20 random data sets is no guide", hint="draws = 100")
        )
    if not 0.5 <= quantile < 1:
        problems.append(Problem("quantile", "quantile must lie between 0.5 and 1", hint="quantile = 0.95"))
    if problems:
        raise AnalysisError(problems)


def check_factors(request: FactorRequest) -> None:
    """Raise an error that names every argument that cannot be, or a target rotation without a target."""
    factors = request.factors
    problems = unknown_options(
        ("extraction", request.extraction, get_args(Extraction)),
        ("rotation", request.rotation, get_args(Rotation)),
    )
    if factors != "parallel" and (not isinstance(factors, int | np.integer) or factors < 1):
        problems.append(Problem("factors", "factors is a number from 1, or 'parallel'", hint='factors = "parallel"'))
    if request.starts < 1:
        problems.append(Problem("starts", "a rotation needs a start", hint="starts = 30"))
    problems += conf_level_problems(request.conf_level)
    if request.rotation == "target" and request.target is None:
        problems.append(Problem("no_target", "a target rotation needs a target", hint="target = { name = [items] }"))
    if problems:
        raise AnalysisError(problems)


def wanted_target(
    data: ScoredData | pd.DataFrame,
    scales: str | Sequence[str] | None,
    items: ItemMatrix,
    target: Mapping[str, Sequence[str]] | None,
) -> dict[str, tuple[str, ...]] | None:
    """Return the items that should load on each factor: those named, or of several scales their own."""
    if target is None:
        if isinstance(data, pd.DataFrame) or scales is None or isinstance(scales, str) or len(scales) < 2:
            return None
        return {name: items_of(data, name).columns for name in scales}
    wanted = {str(name): tuple(columns) for name, columns in target.items()}
    problems = [
        Problem("unknown_item", f"there is no item '{column}'", column=column, hint=nearest(column, items.columns))
        for columns in wanted.values()
        for column in columns
        if column not in items.columns
    ]
    if problems:
        raise AnalysisError(problems)
    return wanted
