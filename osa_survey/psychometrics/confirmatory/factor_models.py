"""Confirmatory factor analysis: whether a model of factors fits the answers, and how items load."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from osa_survey.dataset import ScoredData
from osa_survey.psychometrics.confirmatory.factor_parts import FactorParts
from osa_survey.psychometrics.confirmatory.factor_tables import factor_result
from osa_survey.psychometrics.confirmatory.fit_measures import fit_measures
from osa_survey.psychometrics.confirmatory.fits import fit_factor_model
from osa_survey.psychometrics.confirmatory.modelled_items import (
    Floats,
    chosen_estimator,
    groups_of,
    modelled_items,
)
from osa_survey.psychometrics.confirmatory.score_tests import modification_indices
from osa_survey.psychometrics.confirmatory.standardised import standardised
from osa_survey.results import Result


@dataclass(frozen=True)
class FactorModelRequest:
    """What ``cfa`` was asked for; the names are those of its arguments."""

    model: str
    estimator: str
    missing: str
    group: str | None
    group_equal: tuple[str, ...]
    std_lv: bool
    orthogonal: bool
    parameterisation: Literal["delta", "theta"]
    conf_level: float
    details: bool


def plain_factor_model(data: ScoredData | pd.DataFrame, request: FactorModelRequest) -> Result:
    """Return a confirmatory factor analysis; see ``osa_survey.cfa``.

    Parameters
    ----------
    data : ScoredData or DataFrame
        Data without weights and imputed sets.
    request : FactorModelRequest
        What is asked for.
    """
    items = modelled_items(data, request.model)
    how = chosen_estimator(items.values, request.estimator)
    gaps = chosen_missing(items.values, how, request.missing)
    groups = groups_of(data, request.group, usable(items.values, gaps))
    fit = fit_factor_model(
        [items.values[mask] for mask in groups.masks],
        items.names,
        items.syntax,
        estimator=how,
        missing=gaps,
        labels=groups.labels,
        std_lv=request.std_lv,
        orthogonal=request.orthogonal,
        parameterisation=request.parameterisation,
        group_equal=request.group_equal,
    )
    proper = fit.minimum.converged and fit.inference.covariance is not None
    parts = FactorParts(
        items=items,
        groups=groups,
        fit=fit,
        measures=fit_measures(fit),
        standardised=standardised(fit),
        releases=modification_indices(fit) if proper else (),
        missing=gaps,
        chosen=request.estimator == "auto",
        conf_level=request.conf_level,
        n_all=len(items.values),
        details=request.details,
    )
    return factor_result(parts, {**vars(request), "estimator": how, "missing": gaps})


def chosen_missing(values: Floats, estimator: str, missing: str) -> Literal["listwise", "fiml"]:
    """Return how gaps are handled; without gaps both are the same and the faster one is taken."""
    if missing == "auto":
        return "fiml" if estimator in ("ML", "MLR") and bool(np.isnan(values).any()) else "listwise"
    return missing  # type: ignore[return-value]


def usable(values: Floats, missing: str) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """Return which respondents take part."""
    gaps = np.isnan(values)
    return np.asarray(~gaps.all(axis=1) if missing == "fiml" else ~gaps.any(axis=1))
