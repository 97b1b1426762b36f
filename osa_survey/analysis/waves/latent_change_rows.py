"""The tables of a latent change model."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from osa_survey.analysis.waves.latent_change_models import CONSTANT, ChangeModel
from osa_survey.analysis.waves.latent_change_numbers import ChangeNumbers, Found
from osa_survey.analysis.waves.latent_change_predictors import Predictors
from osa_survey.psychometrics.confirmatory.factor_tables import add_fit_rows, fit_layout
from osa_survey.psychometrics.confirmatory.fit_measures import fit_measures
from osa_survey.psychometrics.confirmatory.fits import FactorFit
from osa_survey.psychometrics.confirmatory.improper import NOT_CONVERGED, SINGULAR, negative_variances
from osa_survey.results import Layout, Result, Rows, Show

CONSTANT_PART = "constant part of change"
NEGATIVE = "improper: a variance is negative, with few people or little change often by chance; report it"


@dataclass(frozen=True, repr=False)
class ChangeParts:
    """A fitted model with its names.

    Attributes
    ----------
    fit : FactorFit
        The fit.
    model : ChangeModel
        The model.
    numbers : ChangeNumbers
        Its numbers.
    predictors : Predictors
        Its predictors.
    name : str
        What tables call the scale.
    waves : tuple of str
        What tables call the waves.
    conf_level : float
        Level of the intervals.
    compared : bool
        Whether there is a baseline model for CFI and TLI.
    """

    fit: FactorFit
    model: ChangeModel
    numbers: ChangeNumbers
    predictors: Predictors
    name: str
    waves: tuple[str, ...]
    conf_level: float
    compared: bool = True

    @property
    def cell(self) -> str:
        """The cell of everybody in the model."""
        return f"{self.name}: in the model"

    @property
    def warning(self) -> str:
        """What a reader must know before using the solution."""
        found = []
        if not self.fit.minimum.converged:
            found.append(NOT_CONVERGED)
        elif self.fit.inference.covariance is None:
            found.append(SINGULAR)
        if negative_variances(self.fit):
            found.append(NEGATIVE)
        return "; ".join(found)

    def said(self, latent: str) -> str:
        """Return what tables call a latent variable of the model."""
        if latent in self.model.changes:
            place = self.model.changes.index(latent)
            return f"{self.waves[place + 1]} − {self.waves[place]}"
        return CONSTANT_PART if latent == CONSTANT else self.waves[0]

    def rows(self) -> Rows:
        """Return an empty table that knows who is in the model."""
        rows = Rows()
        rows.cell(self.cell, self.fit.n)
        for cell, people in self.predictors.members.items():
            rows.cell(cell, people)
        return rows

    def keys(self, **further: Any) -> dict[str, Any]:
        """Return what all rows have in common."""
        cells = [self.cell, *self.predictors.members]  # a model of covariances tells of every category
        return {"outcome": self.name, "n": self.fit.n, "cells": cells, "method": self.fit.estimator,
                "warning": self.warning, **further}  # fmt: skip


def _fields(found: Found, conf_level: float) -> dict[str, Any]:
    known = math.isfinite(found.low)
    return {
        "estimate": found.estimate,
        "std_error": found.std_error,
        "conf_low": found.low,
        "conf_high": found.high,
        "conf_level": conf_level if known else math.nan,
        "statistic": found.z,
        "statistic_name": ("z" if math.isinf(found.df) else "t") if known else "",
        "df1": found.df if known and math.isfinite(found.df) else math.nan,
        "p_value": found.p_value,
    }


def change_rows(parts: ChangeParts) -> Rows:
    """Return mean changes, their variances, and how they go with the first level."""
    rows, numbers, level = parts.rows(), parts.numbers, parts.conf_level
    for latent, mean, size in zip(parts.model.changes, numbers.means, numbers.standardised, strict=True):
        keys = parts.keys(contrast=parts.said(latent))
        rows.add("latent_change", **_fields(mean, level), **keys)
        rows.add("latent_change_sd", **_fields(size, level), **keys)
    if numbers.constant is not None:
        rows.add("latent_change", **_fields(numbers.constant, level), **parts.keys(contrast=CONSTANT_PART))
    if numbers.feedback is not None:
        keys = parts.keys(contrast="multiple of the level before")
        rows.add("proportional_change", **_fields(numbers.feedback, level), **keys)
    for latent, variance in zip(parts.model.varying, numbers.variances, strict=True):
        rows.add("change_variance", **_fields(variance, level), **parts.keys(contrast=parts.said(latent)))
    for one, other, r in numbers.correlations:
        keys = parts.keys(contrast=parts.said(other), term=parts.said(one))
        rows.add("change_r", **_fields(r, level), **keys)
    return rows


def change_layout(rows: Rows) -> Layout:
    """Return the layout of the table of changes."""
    show = (
        Show("latent_change"),
        Show("latent_change", "interval"),
        Show("latent_change", "statistic"),
        Show("latent_change", "p"),
        Show("latent_change_sd"),
        Show("latent_change_sd", "interval"),
        Show("proportional_change"),
        Show("proportional_change", "interval"),
        Show("change_variance"),
        Show("change_r"),
        Show("change_r", "interval"),
    )
    there = rows.quantities
    return Layout(
        rows=("contrast", "term"), show=tuple(one for one in show if one.quantity in there), row_head="Change"
    )


def predictor_table(parts: ChangeParts, fields: dict[str, Any]) -> Result:
    """Return how predictors go with the first level and with changes."""
    rows = parts.rows()
    for whole, cells in parts.predictors.wholes.items():
        rows.cell(f"{whole}: answered", float(sum(np.sum(parts.predictors.members[cell]) for cell in cells)))
        rows.total(f"{whole}: answered", cells)
    terms = dict(zip(parts.model.predictors, parts.predictors.terms, strict=True))
    for outcome, latent, b, beta in parts.numbers.effects:
        term = terms[latent]
        keys = parts.keys(contrast=parts.said(outcome), term=term)
        rows.add("b", **_fields(b, parts.conf_level), **keys)
        rows.add("beta", estimate=beta, **keys)
    return Result.from_rows(
        rows,
        title="Predictors of level and change",
        layout=Layout(
            rows=("contrast", "term"),
            show=(Show("b"), Show("b", "std_error"), Show("b", "interval"), Show("b", "p"), Show("beta")),
            row_head="Level or change",
        ),
        **fields,
    )


def fit_table(parts: ChangeParts, fields: dict[str, Any], said: Sequence[str]) -> Result:
    """Return how well the model fits."""
    rows = Rows()
    rows.cell(f"{parts.name}|all", parts.fit.n)
    measures, nan = fit_measures(parts.fit), math.nan
    if not parts.compared:
        measures = replace(measures, cfi=nan, tli=nan, cfi_scaled=nan, tli_scaled=nan, cfi_robust=nan, tli_robust=nan)
    add_fit_rows(rows, parts.fit, measures, parts.name, "; ".join([*said, *filter(None, [parts.warning])]))
    return Result.from_rows(rows, title="Fit of the change model", layout=fit_layout(rows), **fields)
