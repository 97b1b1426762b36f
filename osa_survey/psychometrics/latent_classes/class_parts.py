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
from osa_survey.psychometrics.latent_classes.class_requests import ClassRequest
from osa_survey.psychometrics.latent_classes.class_weights import ClassWeights
from osa_survey.psychometrics.latent_classes.measurements import Measurement
from osa_survey.psychometrics.latent_classes.mixture_errors import share_errors, theta_errors, weighted_errors
from osa_survey.psychometrics.latent_classes.mixtures import Mixture, hard_members
from osa_survey.psychometrics.latent_classes.three_steps import Covariance
from osa_survey.results import Rows

Floats = NDArray[np.float64]


@dataclass(frozen=True, repr=False)
class MeasuredAnswers:
    """The answers that make the classes.

    Attributes
    ----------
    analysis : str
        The public name of the analysis.
    columns : tuple of Column
        The variables.
    measurement : Measurement
        What a mixture is fitted to: one row for each pattern of answers, or for each respondent used.
    weights : ndarray of float, shape (rows,)
        Weights of these rows.
    member : ndarray of int, shape (used,)
        The row of each respondent used.
    used : ndarray of bool, shape (respondents,)
        Who has an answer, and a weight.
    scales : tuple of ndarray of float
        For each variable its different answers, or mean and standard deviation.
    how : tuple of str
        Words for the Methods line.
    """

    analysis: str
    columns: tuple[Column, ...]
    measurement: Measurement
    weights: Floats
    member: NDArray[np.int64]
    used: NDArray[np.bool_]
    scales: tuple[Floats, ...]
    how: tuple[str, ...] = ()


@dataclass(frozen=True, repr=False)
class ClassParts:
    """Everything the tables are filled from."""

    request: ClassRequest
    measured: MeasuredAnswers
    sampling: ClassWeights | None
    covariates: tuple[Column, ...]
    outcomes: tuple[Column, ...]
    fits: dict[int, Mixture]
    tests: dict[int, float]
    chosen: int

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
        return None if self.sampling is None else self.sampling.among(self.measured.used)

    def covariance_among(self, known: NDArray[np.bool_]) -> Covariance | None:
        """Return what makes covariances under the plan for some of those used; None without weights."""
        if self.sampling is None:
            return None
        members = self.measured.used.copy()
        members[self.measured.used] = known
        return partial(self.sampling.covariance, members)

    @cached_property
    def errors(self) -> tuple[Floats, Floats]:
        """Standard errors of sizes and parameters of the chosen model."""
        measured = self.measured
        if self.sampling is None:
            return share_errors(self.model), theta_errors(self.model, measured.measurement)
        return weighted_errors(self.model, measured.measurement, measured.member, measured.used, self.sampling)

    @property
    def model(self) -> Mixture:
        """The chosen model."""
        return self.fits[self.chosen]

    @cached_property
    def posterior(self) -> Floats:
        """Probabilities of membership of each respondent used, shape (used, classes)."""
        return self.model.posterior[self.measured.member]

    @property
    def n(self) -> int:
        """Respondents used."""
        return int(self.measured.used.sum())


def labels_of(parts: ClassParts) -> dict[str, str]:
    """Return what print calls the variables."""
    columns = (*parts.measured.columns, *parts.covariates, *parts.outcomes)
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
