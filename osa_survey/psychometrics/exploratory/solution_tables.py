"""The tables beside an exploratory solution: loadings, communalities, factors, congruence."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri, stdtrit

from osa_survey.psychometrics.exploratory.compositions import Composition
from osa_survey.psychometrics.exploratory.congruences import congruence, matched
from osa_survey.psychometrics.exploratory.extractions import Extracted
from osa_survey.psychometrics.exploratory.factor_fits import FactorFit, complexities
from osa_survey.psychometrics.exploratory.item_correlations import ItemCorrelations
from osa_survey.psychometrics.exploratory.loading_errors import LoadingErrors
from osa_survey.psychometrics.exploratory.rotations import Rotated
from osa_survey.results import Layout, Result, Rows, Show

Floats = NDArray[np.float64]

EXTRACTION_TITLES = {"minres": "minimum residuals", "ml": "maximum likelihood", "principal_axis": "principal axes"}


@dataclass(frozen=True, repr=False)
class FactorParts:
    """Everything the tables are filled from."""

    found: ItemCorrelations
    extracted: Extracted
    rotated: Rotated
    errors: LoadingErrors | None
    fit: FactorFit
    pattern: Floats | None
    names: tuple[str, ...]
    dimensions: Result | None
    conf_level: float
    seed: int
    composition: Composition | None = None


def extraction_words(parts: FactorParts) -> str:
    """Return how the factors were extracted."""
    return EXTRACTION_TITLES[parts.extracted.method]


def rotation_words(parts: FactorParts) -> str:
    """Return how the factors were rotated."""
    rotated = parts.rotated
    if rotated.loadings.shape[1] == 1 or rotated.method == "none":
        return "not rotated"
    if rotated.method == "promax":
        return "promax rotation"
    return (
        f"{rotated.method} rotation from {rotated.starts} random starts, {rotated.agreeing} of them at the best minimum"
    )


def _names(k: int) -> list[str]:
    return [f"F{at}" for at in range(1, k + 1)]


def _labels(parts: FactorParts) -> dict[str, str]:
    items = parts.found.items
    labels = {items.name: items.title, **dict(zip(items.columns, items.labels, strict=True))}
    if parts.rotated.method == "target":
        labels.update(zip(_names(len(parts.names)), parts.names, strict=True))
    return labels


def _interval(estimate: float, error: float, level: float, df: float) -> dict[str, Any]:
    if not np.isfinite(error) or error <= 0:
        return {}
    quantile = float(stdtrit(df, 0.5 + level / 2.0)) if np.isfinite(df) else float(ndtri(0.5 + level / 2.0))
    half = quantile * error
    return {"std_error": error, "conf_low": estimate - half, "conf_high": estimate + half, "conf_level": level}


def _part(parts: FactorParts, rows: Rows, title: str, layout: Layout, method: str) -> Result:
    return Result.from_rows(
        rows,
        title=f"{title} of {parts.found.items.title}",
        analysis="efa",
        method=method,
        n_used=parts.found.n,
        labels=_labels(parts),
        layout=layout,
    )


def _rows(parts: FactorParts) -> tuple[Rows, dict[str, Any]]:
    rows = Rows()
    rows.cell("complete", parts.found.n)
    return rows, {"outcome": parts.found.items.name, "n": parts.found.n, "cells": ["complete"]}


def loadings_table(parts: FactorParts) -> Result:
    """Return the table of loadings."""
    rows, common = _rows(parts)
    L = parts.rotated.loadings
    for at, column in enumerate(parts.found.items.columns):
        for factor, name in enumerate(_names(L.shape[1])):
            error, df = float("nan"), float("inf")
            if parts.errors is not None:
                error, df = parts.errors.loadings[at, factor], parts.errors.loading_df[at, factor]
            rows.add(
                "loading",
                term=column,
                level=name,
                estimate=L[at, factor],
                **_interval(L[at, factor], error, parts.conf_level, df),
                **common,
            )
    method = f"{extraction_words(parts)}, {rotation_words(parts)}; pattern coefficients"
    layout = Layout(
        rows=("term",), show=(Show("loading"), Show("loading", "interval")), across="level", row_head="Item"
    )
    return _part(parts, rows, "Loadings", layout, method)


def communalities_table(parts: FactorParts) -> Result:
    """Return the table of communalities and complexities."""
    rows, common = _rows(parts)
    L = parts.rotated.loadings
    complexity = complexities(L)
    communality = np.einsum("ik,kl,il->i", L, parts.rotated.phi, L)
    for at, column in enumerate(parts.found.items.columns):
        heywood = "no unique variance is left (Heywood case)" if at in parts.extracted.heywood else ""
        rows.add("communality", term=column, estimate=communality[at], warning=heywood, **common)
        none = "not defined: no loading differs from zero" if np.isnan(complexity[at]) else ""
        rows.add("complexity", term=column, estimate=complexity[at], method="Hofmann (1978)", warning=none, **common)
    layout = Layout(rows=("term",), show=(Show("communality"), Show("complexity")), row_head="Item")
    return _part(parts, rows, "Communalities", layout, "share of each item's variance that the factors explain")


def factors_table(parts: FactorParts) -> Result:
    """Return the table of variance explained."""
    rows, common = _rows(parts)
    L, phi = parts.rotated.loadings, parts.rotated.phi
    explained = np.diag(phi @ L.T @ L) / len(L)
    for name, share in zip(_names(len(phi)), explained, strict=True):
        rows.add("variance_explained", level=name, estimate=share, **common)
    layout = Layout(rows=("level",), show=(Show("variance_explained"),), row_head="Factor")
    return _part(parts, rows, "Factors", layout, "variance each factor explains, of all items")


def factor_correlations_table(parts: FactorParts) -> Result:
    """Return the table of factor correlations."""
    rows, common = _rows(parts)
    phi = parts.rotated.phi
    names = _names(len(phi))
    for i in range(len(phi)):
        for j in range(i + 1, len(phi)):
            error, df = float("nan"), float("inf")
            if parts.errors is not None:
                error, df = parts.errors.phi[i, j], parts.errors.phi_df[i, j]
            keys = {"term": names[i], "outcome": names[j]}
            rows.add(
                "factor_r",
                estimate=phi[i, j],
                **_interval(phi[i, j], error, parts.conf_level, df),
                **{**common, **keys},
            )
    layout = Layout(rows=("term", "outcome"), show=(Show("factor_r"), Show("factor_r", "interval")), row_head="Factors")
    return _part(parts, rows, "Factor correlations", layout, rotation_words(parts))


def congruence_table(parts: FactorParts) -> Result:
    """Return the table of Tucker's congruence with the target."""
    rows, common = _rows(parts)
    assert parts.pattern is not None
    L = parts.rotated.loadings
    order, _ = matched(parts.pattern, L)
    alike = congruence(parts.pattern, L)
    names = _names(L.shape[1])
    for at, target in enumerate(parts.names):
        rows.add("congruence", level=names[int(order[at])], term=target, estimate=abs(alike[at, order[at]]), **common)
    layout = Layout(rows=("term", "level"), show=(Show("congruence"),), row_head="Target and factor")
    return _part(parts, rows, "Congruence with the target", layout, "Tucker's congruence with loadings of 1 and 0")
