"""The smallest change of one person that error of measurement alone seldom brings about."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from osa_survey.analysis.domains import composes
from osa_survey.analysis.samples import Data, does_not_compose
from osa_survey.dataset import ScoredData
from osa_survey.errors import AnalysisError, Problem, nearest
from osa_survey.psychometrics import (
    complete_cases,
    cronbach_alpha,
    item_moments,
    omega,
    one_factor,
    standard_error_of_measurement,
)
from osa_survey.psychometrics.item_matrices import item_matrix

Kind = Literal["retest", "alpha", "omega"]
KINDS: tuple[Kind, ...] = ("retest", "alpha", "omega")
KIND_WORDS = {"retest": "test–retest", "alpha": "Cronbach's α", "omega": "McDonald's ω"}
EXAMPLE = 'reliability = { estimate = 0.84, kind = "retest", source = "…" }, "omega" or "alpha"'


@dataclass(frozen=True)
class Reliability:
    """How reliable a score is.

    Attributes
    ----------
    estimate : float
        The coefficient.
    kind : {"retest", "alpha", "omega"}
        Which one.
    source : str
        Where it comes from.
    """

    estimate: float
    kind: Kind
    source: str

    @property
    def words(self) -> str:
        """Kind and source as print says them."""
        return f"{KIND_WORDS[self.kind]}, {self.source}"


def reliability_of(data: Data, first: str, given: str | Mapping[str, Any]) -> Reliability:
    """Return the reliability that the smallest reliable change rests on.

    Parameters
    ----------
    data : ScoredData, ImputedData or DataFrame
        The data; ``"alpha"`` and ``"omega"`` are those of the items of the first wave.
    first : str
        The score of the first wave.
    given : str or mapping
        ``"alpha"``, ``"omega"``, or ``{"estimate": 0.84, "kind": "retest", "source": "…"}``.

    Raises
    ------
    AnalysisError
        ``reliability`` where it cannot be used; ``does_not_compose`` for a coefficient of the data themselves under
        weights or imputation.
    """
    if isinstance(given, Mapping):
        return _given(given)
    if given == "retest":
        message = "the correlation of the waves that are compared takes change for error"
        hint = (
            'give the retest correlation of people who did not change: { estimate = …, kind = "retest", source = "…" }'
        )
        raise AnalysisError(Problem("reliability", message, key="reliability", hint=hint))
    if given not in ("alpha", "omega"):
        message = f"reliability cannot be '{given}'"
        hint = nearest(given, ("alpha", "omega")) if isinstance(given, str) else EXAMPLE
        raise AnalysisError(Problem("reliability", message, key="reliability", hint=hint))
    if composes(data):
        what = f"{given} of the data themselves is not built for weights or imputed sets"
        raise does_not_compose(what, f"compute it with reliability(), then give it: {EXAMPLE}")
    if not isinstance(data, ScoredData) or first not in {entry.name for entry in data.log}:
        message = f"'{first}' is no score of items, so that its {given} is not known"
        raise AnalysisError(Problem("reliability", message, key="reliability", hint=f"give a number: {EXAMPLE}"))
    values = item_matrix(data, first).values
    moments = item_moments(values[complete_cases(values)])
    people = int(complete_cases(values).sum())
    if given == "alpha" or values.shape[1] < 3:
        return _checked(Reliability(cronbach_alpha(moments.covariance), "alpha", "first wave of these data"))
    model = one_factor(moments.covariance, people)
    if not model.converged:
        message = "one factor could not be fitted to the items of the first wave"
        raise AnalysisError(Problem("reliability", message, key="reliability", hint='reliability = "alpha"'))
    return _checked(Reliability(omega(model).estimate, "omega", "first wave of these data"))


def _given(given: Mapping[str, Any]) -> Reliability:
    problems = []
    unknown = set(given) - {"estimate", "kind", "source"}
    if unknown or "estimate" not in given or given.get("kind") not in KINDS or not str(given.get("source", "")).strip():
        message = "a reliability has an estimate, a kind (retest, alpha, omega) and a source"
        problems.append(Problem("reliability", message, key="reliability", hint=EXAMPLE))
    estimate = given.get("estimate")
    if estimate is not None and not (isinstance(estimate, int | float) and 0 < estimate < 1):
        message = f"a reliability lies between 0 and 1, not {estimate}"
        problems.append(Problem("reliability", message, key="reliability.estimate", hint=EXAMPLE))
    if problems:
        raise AnalysisError(problems)
    return Reliability(float(given["estimate"]), given["kind"], str(given["source"]).strip())


def _checked(found: Reliability) -> Reliability:
    if not 0 < found.estimate < 1 or not math.isfinite(found.estimate):
        message = f"{KIND_WORDS[found.kind]} of the first wave is no reliability between 0 and 1"
        hint = "look at reliability() of the scale, or give a number"
        raise AnalysisError(Problem("reliability", message, key="reliability", hint=hint))
    return found


@dataclass(frozen=True)
class Threshold:
    """The smallest reliable change and what it is made of.

    Attributes
    ----------
    sd, sem, change : float
        SD of the first wave, standard error of measurement, and the smallest reliable change.
    """

    sd: float
    sem: float
    change: float


def change_threshold(sd: float, reliability: float, criterion: float) -> Threshold:
    """Return the smallest reliable change.

    Parameters
    ----------
    sd : float
        Standard deviation of the first wave.
    reliability : float
        Reliability of the score.
    criterion : float
        How many standard errors of a difference count as reliable.

    Notes
    -----
    ``criterion · √2 · SEM`` with ``SEM = SD₁ √(1 − r)`` (Jacobson & Truax, 1991): the reliable change index of a person
    is the change over ``√2 SEM``.

    Examples
    --------
    >>> round(change_threshold(7.5, 0.8, 1.96).change, 2)
    9.3
    """
    sem = standard_error_of_measurement(sd, reliability)
    return Threshold(sd, sem, float(criterion * np.sqrt(2.0) * sem))
