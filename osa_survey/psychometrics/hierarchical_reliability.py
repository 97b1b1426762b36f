"""Omega hierarchical and total of a scale: when they can be had, and the table of their loadings."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from osa_survey.psychometrics.categorical_reliability import no_factor_model
from osa_survey.psychometrics.hierarchical_omega import SchmidLeiman, schmid_leiman
from osa_survey.psychometrics.item_matrices import ItemMatrix
from osa_survey.psychometrics.item_statistics import ItemMoments, correlations
from osa_survey.results import Layout, Result, Rows, Show

Floats = NDArray[np.float64]

SCHMID = (
    "Schmid, J., & Leiman, J. M. (1957). The development of hierarchical factor solutions. Psychometrika, 22(1), "
    "53–61. https://doi.org/10.1007/BF02289209"
)
ZINBARG = (
    "Zinbarg, R. E., Revelle, W., Yovel, I., & Li, W. (2005). Cronbach's α, Revelle's β, and McDonald's ωH. "
    "Psychometrika, 70(1), 123–133. https://doi.org/10.1007/s11336-003-0974-7"
)
METHOD = "Schmid–Leiman transformation of {factors} minres factors after oblimin rotation, Pearson correlations"
NOT_IDENTIFIED = "more loadings than correlations: the solution is one of many"
TWO_FACTORS = "Two group factors share the general factor equally by assumption; three or more let the data say."


@dataclass(frozen=True)
class HierarchicalPart:
    """The Schmid–Leiman solution of the complete cases, or why there is none.

    Attributes
    ----------
    solution : SchmidLeiman or None
        Loadings and both omegas.
    factors : int
        Group factors.
    warning : str
        Why it is missing, or what to know.
    """

    solution: SchmidLeiman | None
    factors: int
    warning: str


def hierarchical_part(listwise: ItemMoments, factors: int) -> HierarchicalPart:
    """Return the Schmid–Leiman solution of complete answers, standardised.

    Parameters
    ----------
    listwise : ItemMoments
        Moments of the complete cases.
    factors : int
        Group factors, two or more.
    """
    why = no_factor_model(listwise)
    if not why and factors >= len(listwise.covariance) - 1:
        why = "not estimated: too many factors for so few items"
    if why:
        return HierarchicalPart(None, factors, why)
    R = correlations(listwise.covariance)
    if not np.linalg.eigvalsh(R)[0] > 1e-10:
        return HierarchicalPart(None, factors, "not estimated: an item follows exactly from the others")
    found = schmid_leiman(R, factors)
    warnings = []
    if not found.converged:
        return HierarchicalPart(None, factors, "not estimated: extraction or rotation did not converge")
    if not found.identified:
        warnings.append(NOT_IDENTIFIED)
    if found.heywood:
        warnings.append("a uniqueness stands at its bound (Heywood case)")
    return HierarchicalPart(found, factors, "; ".join(warnings))


def add_hierarchical_rows(rows: Rows, part: HierarchicalPart, name: str, n: int, cell: str) -> None:
    """Add omega hierarchical and omega total to a table of coefficients."""
    found = part.solution
    values = (
        ("omega_hierarchical", found.omega_hierarchical if found else np.nan),
        ("omega_total", found.omega_total if found else np.nan),
    )
    for quantity, value in values:
        method = METHOD.format(factors=part.factors) + "; no interval"
        rows.add(quantity, outcome=name, n=n, estimate=value, method=method, warning=part.warning, cells=[cell])


def schmid_leiman_result(part: HierarchicalPart, items: ItemMatrix, n: int, cell: str) -> Result | None:
    """Return the table of loadings, or None without a solution."""
    found = part.solution
    if found is None:
        return None
    rows = Rows()
    rows.cell(cell, n)
    heads = ["general", *(f"group {number}" for number in range(1, part.factors + 1))]
    loadings = np.column_stack([found.general, found.groups])
    method = METHOD.format(factors=part.factors)
    for item, column in enumerate(items.columns):
        common: dict[str, Any] = {"outcome": items.name, "term": column, "n": n, "method": method, "cells": [cell]}
        for head, value in zip(heads, loadings[item], strict=True):
            rows.add("loading", level=head, estimate=value, **common)
    return Result.from_rows(
        rows,
        title=f"General and group factors of {items.title}",
        analysis="reliability",
        method=method,
        n_used=n,
        n_dropped=len(items.values) - n,
        settings={"scale": items.name, "factors": part.factors},
        notes=(TWO_FACTORS,) if part.factors == 2 else (),
        references=(SCHMID, ZINBARG),
        labels={items.name: items.title, **dict(zip(items.columns, items.labels, strict=True))},
        layout=Layout(rows=("term",), show=(Show("loading"),), across="level", row_head="Item"),
    )
