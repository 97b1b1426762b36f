"""What the tables of latent classes share."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from osa_survey.dataset import Column
from osa_survey.psychometrics.latent_classes.class_weights import ClassWeights
from osa_survey.psychometrics.latent_classes.measurements import Measurement
from osa_survey.psychometrics.latent_classes.mixture_errors import share_errors, theta_errors, weighted_errors
from osa_survey.psychometrics.latent_classes.mixtures import (
    Mixture,
    hard_members,
)
from osa_survey.psychometrics.latent_classes.three_steps import Covariance
from osa_survey.results import Rows

Floats = NDArray[np.float64]


@dataclass(frozen=True, repr=False)
class ClassParts:
    """Everything the tables are filled from."""

    analysis: str
    columns: tuple[Column, ...]
    measurement: Measurement
    weights: Floats
    answers: tuple[Floats, ...]
    fits: dict[int, Mixture]
    tests: dict[int, float]
    chosen: int
    criterion: str
    posterior: Floats
    used: NDArray[np.bool_]
    covariates: tuple[Column, ...]
    outcomes: tuple[Column, ...]
    bootstrap: int
    seed: int
    conf_level: float
    how: tuple[str, ...]
    member: NDArray[np.int64]
    sampling: ClassWeights | None

    @property
    def df(self) -> float:
        """Degrees of freedom of intervals; infinite for z."""
        return math.inf if self.sampling is None else self.sampling.df

    @property
    def words(self) -> str:
        """End of Methods lines."""
        return "" if self.sampling is None else self.sampling.words

    @property
    def notes(self) -> tuple[str, ...]:
        """What tables owe their readers for weights."""
        return () if self.sampling is None else self.sampling.notes

    @property
    def own_weights(self) -> Floats | None:
        """Sampling weights of those used, with mean one; None without weights."""
        return None if self.sampling is None else self.sampling.among(self.used)

    def covariance_among(self, known: NDArray[np.bool_]) -> Covariance | None:
        """Return what makes covariances under the plan for some of those used; None without weights."""
        if self.sampling is None:
            return None
        members = self.used.copy()
        members[self.used] = known
        return partial(self.sampling.covariance, members)

    @cached_property
    def errors(self) -> tuple[Floats, Floats]:
        """Standard errors of sizes and parameters of the chosen model."""
        if self.sampling is None:
            return share_errors(self.model), theta_errors(self.model, self.measurement)
        return weighted_errors(self.model, self.measurement, self.member, self.used, self.sampling)

    @property
    def model(self) -> Mixture:
        """The chosen model."""
        return self.fits[self.chosen]

    @property
    def n(self) -> int:
        """Respondents used."""
        return int(self.used.sum())


def labels_of(parts: ClassParts) -> dict[str, str]:
    """Return what print calls the variables."""
    columns = (*parts.columns, *parts.covariates, *parts.outcomes)
    return {column.info.name: column.info.title for column in columns}


def class_cells(parts: ClassParts, rows: Rows) -> list[str]:
    """Name the cells of the classes: whole people nearest to their sizes."""
    names = [f"class {at + 1}" for at in range(parts.chosen)]
    counts = np.bincount(hard_members(parts.posterior), minlength=parts.chosen)
    rows.cell("answered", parts.n)
    for name, count in zip(names, counts.tolist(), strict=True):
        rows.cell(name, count)
    if parts.chosen > 1:
        rows.total("answered", names)
    return names


def wald_interval(estimate: float, error: float, level: float, df: float = math.inf) -> dict[str, Any]:
    """Return the interval of an estimate, or nothing where there is none."""
    if not np.isfinite(error) or error <= 0:
        return {}
    half = float(stats.t.ppf(0.5 + level / 2.0, df)) * error
    return {"std_error": error, "conf_low": estimate - half, "conf_high": estimate + half, "conf_level": level}
