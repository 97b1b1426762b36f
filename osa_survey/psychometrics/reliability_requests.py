"""What is asked of a reliability, and why it cannot be had."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

import pandas as pd

from osa_survey.dataset import Column, ScoredData, column_of
from osa_survey.errors import AnalysisError, Problem, nearest
from osa_survey.psychometrics.argument_problems import conf_level_problems, unknown_options
from osa_survey.psychometrics.reliability_estimates import CoefficientName, Options

Missing = Literal["listwise", "pairwise", "fiml"]
MOST_DRAWS = 100_000


@dataclass(frozen=True)
class ReliabilityRequest:
    """What ``reliability`` was asked for; the names are those of its arguments."""

    scale: str | None
    coefficient: CoefficientName | None
    by: str | None
    conf_level: float
    missing: Missing
    ordinal_alpha: bool
    factors: int
    details: bool
    draws: int
    seed: int

    @property
    def options(self) -> Options:
        """What changes the numbers of answers without weights and imputed sets."""
        return Options(
            conf_level=self.conf_level,
            missing="pairwise" if self.missing == "pairwise" else "listwise",
            draws=self.draws,
            seed=(self.seed,),
            categorical=True if self.coefficient == "omega_categorical" else None,
            ordinal_alpha=self.ordinal_alpha,
            details=self.details,
            factors=self.factors,
        )


def check_request(request: ReliabilityRequest) -> None:
    """Raise an AnalysisError that names every argument that cannot be."""
    problems = unknown_options(("missing", request.missing, get_args(Missing)))
    fiml = request.missing == "fiml"
    known = [name for name in get_args(CoefficientName) if not (fiml and name == "omega_categorical")]
    if request.coefficient is not None and request.coefficient not in known:
        message = f"coefficient cannot be '{request.coefficient}'" + (" with FIML" if fiml else "")
        problems.append(Problem("unknown_option", message, hint=nearest(request.coefficient, known)))
    problems += conf_level_problems(request.conf_level)
    if not (request.draws == 0 or 100 <= request.draws <= MOST_DRAWS):
        message = f"draws must be 0 or lie between 100 and {MOST_DRAWS}"
        problems.append(Problem("draws", message, hint="draws = 1000"))
    if request.factors < 1:
        problems.append(Problem("factors", "factors must be 1 or more", hint="factors = 3"))
    if problems:
        raise AnalysisError(problems)


def grouping_column(data: ScoredData | pd.DataFrame, by: str) -> Column:
    """Return the variable whose categories are the groups, or raise an AnalysisError if it has none."""
    column = column_of(data, by)
    if not column.info.is_categorical:
        message = f"'{by}' is a {column.info.type}: it has no declared categories"
        hint = "declare it nominal or ordinal in the codebook (in a data frame: pd.Categorical)"
        raise AnalysisError(Problem("no_categories", message, column=by, hint=hint))
    return column
