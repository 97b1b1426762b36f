"""Mean residuals in groups by fitted value, under weights and imputation."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from osa_survey.analysis.estimate_fields import estimate_fields
from osa_survey.analysis.estimates import joined_sets
from osa_survey.analysis.regressing.category_cells import model_cells
from osa_survey.analysis.regressing.fitted_models import ALL, FittedModel, first_rows
from osa_survey.analysis.samples import does_not_compose
from osa_survey.analysis.set_estimates import Floats, SetEstimate
from osa_survey.results import Rows
from osa_survey.weighting import weighted_means

BINS, LEAST_IN_BIN = 10, 20


def residual_bins(model: FittedModel) -> tuple[Rows, dict[str, str]]:
    """Return mean residuals in groups by fitted value, and what the groups are called.

    Notes
    -----
    People of one fitted value stay together; over completed sets groups are made by the mean fitted value. Residuals
    are those of the mean; of ordered categories of their numbers 0, 1, …; of categories without order, of each
    category's chance in groups by that chance. The estimates of the model count as known.
    """
    if model.sample.varies:
        message = "residuals of different people in different completed sets are not pooled"
        raise does_not_compose(message, "diagnose the complete cases, and say so")
    rows = first_rows(model)
    labels: dict[str, str] = {}
    block, family = model.blocks[-1], model.outcome.family
    expected = [
        family.expected(fit.parameters, X, Z)
        for fit, X, Z in zip(block.fits, block.matrices, block.second, strict=True)
    ]
    kind = model.outcome.kind.outcome
    if kind == "categories":
        for number, name in enumerate(model.outcome.categories):
            fitted = [found[:, number] for found in expected]
            residuals = [(y == number) - e for y, e in zip(model.outcomes, fitted, strict=True)]
            labels |= _add(rows, model, residuals, fitted, name)
        return rows, labels
    fitted = [found @ np.arange(found.shape[1]) if kind == "ordered" else found[:, -1] for found in expected]
    residuals = [y - e for y, e in zip(model.outcomes, fitted, strict=True)]
    return rows, _add(rows, model, residuals, fitted, "")


def _add(
    rows: Rows, model: FittedModel, residuals: Sequence[Floats], fitted: Sequence[Floats], category: str
) -> dict[str, str]:
    where = _groups(np.mean(fitted, axis=0))
    n = np.bincount(where)
    found = joined_sets(model.sample, [
        _said(residual, where, one.weights) for residual, one in zip(residuals, model.sample.sets, strict=True)
    ])  # fmt: skip
    names = [f"fitted group {k + 1}" for k in range(len(n))]
    cells = [f"{category} {name}".strip() for name in names]
    labels, every = {}, model_cells(rows, model, len(model.blocks))
    for k, (name, cell) in enumerate(zip(names, cells, strict=True)):
        rows.cell(cell, int(n[k]))
        labels[name] = f"Group {k + 1} of {len(n)}" + {0: " (lowest)", len(n) - 1: " (highest)"}.get(k, "")
        rows.add(
            "residual_mean", cells=[*every, cell, *([category] if category else [])], outcome=model.outcome.info.name,
            term=name, contrast=category, n=int(n[k]), method="mean of residuals, t interval",
            **estimate_fields(found, k, model.conf_level),
        )  # fmt: skip
    rows.total(ALL, cells)
    return labels


def _groups(fitted: Floats) -> NDArray[np.intp]:
    number = max(1, min(BINS, len(fitted) // LEAST_IN_BIN))
    edges = np.unique(np.quantile(fitted, np.linspace(0, 1, number + 1)))
    where = np.clip(np.searchsorted(edges, fitted, side="left") - 1, 0, max(len(edges) - 2, 0))
    return np.asarray(np.unique(where, return_inverse=True)[1], dtype=np.intp)


def _said(residual: Floats, where: NDArray[np.intp], weights: Floats | None) -> SetEstimate:
    """Return the means of all groups: they share nobody, so that their covariance without a design is diagonal."""
    n = np.bincount(where).astype(np.float64)
    values = np.where(where[:, None] == np.arange(len(n)), residual[:, None], np.nan)
    said = weighted_means(values, np.ones(len(residual)) if weights is None else weights)
    with np.errstate(divide="ignore", invalid="ignore"):
        squares = np.bincount(where, (residual - np.asarray(said.estimate)[where]) ** 2)
        variances = np.where(n > 1, squares / (n - 1) / n, np.nan)
    return SetEstimate(
        np.asarray(said.estimate),
        covariance=lambda: np.diag(variances),
        influence=said.contributions,
        refit=lambda many: np.stack([np.asarray(weighted_means(values, column).estimate) for column in many.T]),
        df=np.maximum(n - 1, 1),
        what="mean residuals",
    )
