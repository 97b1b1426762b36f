"""The tables and sentences of an exploratory factor analysis."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from osa_survey.psychometrics.exploratory.congruences import congruence, matched
from osa_survey.psychometrics.exploratory.extractions import Extracted
from osa_survey.psychometrics.exploratory.factor_fits import FactorFit, complexities
from osa_survey.psychometrics.exploratory.factor_sentences import FactorWords
from osa_survey.psychometrics.exploratory.item_correlations import ItemCorrelations
from osa_survey.psychometrics.exploratory.loading_errors import LoadingErrors
from osa_survey.psychometrics.exploratory.rotations import Rotated
from osa_survey.results import Layout, Result, Rows, Show

Floats = NDArray[np.float64]

EXTRACTION_TITLES = {"minres": "minimum residuals", "ml": "maximum likelihood", "principal_axis": "principal axes"}
REFERENCES = (
    "Browne, M. W. (2001). An overview of analytic rotation in exploratory factor analysis. Multivariate Behavioral "
    "Research, 36(1), 111–150. https://doi.org/10.1207/S15327906MBR3601_05",
    "Jennrich, R. I. (2002). A simple general method for oblique rotation. Psychometrika, 67(1), 7–19. "
    "https://doi.org/10.1007/BF02294706",
)
HARMAN = (
    "Harman, H. H., & Jones, W. H. (1966). Factor analysis by minimizing residuals (minres). Psychometrika, 31(3), "
    "351–368. https://doi.org/10.1007/BF02289468"
)
JORESKOG = (
    "Jöreskog, K. G. (1967). Some contributions to maximum likelihood factor analysis. Psychometrika, 32(4), 443–482. "
    "https://doi.org/10.1007/BF02289658"
)
CONGRUENCE = (
    "Lorenzo-Seva, U., & ten Berge, J. M. F. (2006). Tucker's congruence coefficient as a meaningful index of factor "
    "similarity. Methodology, 2(2), 57–64. https://doi.org/10.1027/1614-2241.2.2.57"
)


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


def factors_result(parts: FactorParts) -> Result:
    """Return the table of a solution, with the tables of loadings and factors beside it."""
    found, rotated, fit = parts.found, parts.rotated, parts.fit
    items = found.items
    p, k = rotated.loadings.shape
    rows = Rows()
    rows.cell("complete", found.n)
    common: dict[str, Any] = {"outcome": items.name, "n": found.n, "cells": ["complete"]}
    warning = _warning(parts)
    rows.add("factors", estimate=k, method=_extraction(parts), warning=warning, **common)
    explained = float(np.trace(rotated.phi @ rotated.loadings.T @ rotated.loadings)) / p
    rows.add("variance_explained", estimate=explained, method="sum of communalities by items", **common)
    few = "" if fit.df > 0 else "not defined: no degrees of freedom are left"
    chi: dict[str, Any] = {"statistic": fit.chi_squared, "statistic_name": "χ²", "df1": fit.df, "p_value": fit.p_value}
    rows.add("fit_chi_squared", estimate=fit.chi_squared, method="Bartlett's multiplier", **chi, **common)
    rows.add(
        "rmsea",
        estimate=fit.rmsea,
        conf_low=fit.rmsea_low,
        conf_high=fit.rmsea_high,
        conf_level=0.90,
        method="noncentral χ²",
        warning=few,
        **common,
    )
    rows.add("tli", estimate=fit.tli, method="Tucker–Lewis index", warning=few, **common)
    rows.add("rmsr", estimate=fit.rmsr, method="root mean square of off-diagonal residuals", **common)
    rows.add("off_diagonal_fit", estimate=fit.off_diagonal, method="share of squared correlations", **common)
    rows.add("bic", estimate=fit.bic, method="χ² − df log n", warning=few, **common)
    more = {"loadings": _loadings(parts), "communalities": _communalities(parts), "factors": _factors(parts)}
    if k > 1 and rotated.method in ("oblimin", "geomin", "promax", "target"):
        more["factor_correlations"] = _factor_correlations(parts)
    if parts.pattern is not None:
        more["congruence"] = _congruence(parts)
    if parts.dimensions is not None:
        more["dimensions"] = parts.dimensions
    references = [HARMAN if rotated and parts.extracted.method == "minres" else JORESKOG, *REFERENCES]
    return Result.from_rows(
        rows,
        title=f"Factors of {items.title}",
        analysis="efa",
        method=f"exploratory factor analysis of {found.kind} correlations ({found.missing}): "
        f"{_extraction(parts)}, {_rotation(parts)}",
        n_used=found.n,
        n_dropped=len(items.values) - found.n,
        settings={
            "scales": items.name,
            "factors": k,
            "extraction": parts.extracted.method,
            "rotation": rotated.method,
            "correlation": found.kind,
            "missing": found.missing,
            "starts": rotated.starts,
            "seed": parts.seed,
            "conf_level": parts.conf_level,
        },
        notes=_notes(parts),
        references=tuple([*references, CONGRUENCE] if parts.pattern is not None else references),
        more=more,
        labels={items.name: items.title},
        wording=FactorWords(items.title),
        layout=Layout(
            rows=("outcome",),
            show=(
                Show("factors"),
                Show("variance_explained"),
                Show("fit_chi_squared", "statistic"),
                Show("fit_chi_squared", "p"),
                Show("rmsea"),
                Show("rmsea", "interval"),
                Show("tli"),
                Show("rmsr"),
            ),
            row_head="Items",
        ),
        plot="loading_heatmap",
        engine=rotated,
    )


def _extraction(parts: FactorParts) -> str:
    return EXTRACTION_TITLES[parts.extracted.method]


def _rotation(parts: FactorParts) -> str:
    rotated = parts.rotated
    if rotated.loadings.shape[1] == 1 or rotated.method == "none":
        return "not rotated"
    if rotated.method == "promax":
        return "promax rotation"
    return (
        f"{rotated.method} rotation from {rotated.starts} random starts, {rotated.agreeing} of them at the best minimum"
    )


def _warning(parts: FactorParts) -> str:
    warnings = []
    if not parts.extracted.converged:
        warnings.append("the extraction did not come to rest: take fewer factors")
    if parts.extracted.heywood:
        names = ", ".join(parts.found.items.labels[at] for at in parts.extracted.heywood)
        warnings.append(f"no unique variance is left (Heywood case) in {names}: take fewer factors or leave it out")
    if not parts.rotated.converged:
        warnings.append("the rotation did not come to rest")
    return "; ".join(warnings)


def _notes(parts: FactorParts) -> tuple[str, ...]:
    notes = list(parts.found.notes)
    rotated = parts.rotated
    if rotated.starts > 1 and rotated.agreeing < rotated.starts / 2 and rotated.criterion is not None:
        notes.append("Fewer than half of the random starts found the best rotation: other solutions are close.")
    if parts.errors is None:
        reason = (
            "promax has no criterion" if rotated.method == "promax" else "the solution or the answers do not allow them"
        )
        notes.append(f"No standard errors of loadings: {reason}.")
    if parts.found.kind == "polychoric":
        notes.append("χ², RMSEA, TLI and BIC take polychoric correlations for Pearson ones: read them as descriptions.")
    elif parts.extracted.method != "ml":
        notes.append("χ² is a test for maximum likelihood; here it describes the fit.")
    return tuple(notes)


def _names(k: int) -> list[str]:
    return [f"F{at}" for at in range(1, k + 1)]


def _labels(parts: FactorParts) -> dict[str, str]:
    items = parts.found.items
    labels = {items.name: items.title, **dict(zip(items.columns, items.labels, strict=True))}
    if parts.rotated.method == "target":
        labels.update(zip(_names(len(parts.names)), parts.names, strict=True))
    return labels


def _interval(estimate: float, error: float, level: float) -> dict[str, Any]:
    if not np.isfinite(error) or error <= 0:
        return {}
    half = float(ndtri(0.5 + level / 2.0)) * error
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


def _loadings(parts: FactorParts) -> Result:
    rows, common = _rows(parts)
    L = parts.rotated.loadings
    for at, column in enumerate(parts.found.items.columns):
        for factor, name in enumerate(_names(L.shape[1])):
            error = parts.errors.loadings[at, factor] if parts.errors is not None else float("nan")
            rows.add(
                "loading",
                term=column,
                level=name,
                estimate=L[at, factor],
                **_interval(L[at, factor], error, parts.conf_level),
                **common,
            )
    method = f"{_extraction(parts)}, {_rotation(parts)}; pattern coefficients"
    layout = Layout(
        rows=("term",), show=(Show("loading"), Show("loading", "interval")), across="level", row_head="Item"
    )
    return _part(parts, rows, "Loadings", layout, method)


def _communalities(parts: FactorParts) -> Result:
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


def _factors(parts: FactorParts) -> Result:
    rows, common = _rows(parts)
    L, phi = parts.rotated.loadings, parts.rotated.phi
    explained = np.diag(phi @ L.T @ L) / len(L)
    for name, share in zip(_names(len(phi)), explained, strict=True):
        rows.add("variance_explained", level=name, estimate=share, **common)
    layout = Layout(rows=("level",), show=(Show("variance_explained"),), row_head="Factor")
    return _part(parts, rows, "Factors", layout, "variance each factor explains, of all items")


def _factor_correlations(parts: FactorParts) -> Result:
    rows, common = _rows(parts)
    phi = parts.rotated.phi
    names = _names(len(phi))
    for i in range(len(phi)):
        for j in range(i + 1, len(phi)):
            error = parts.errors.phi[i, j] if parts.errors is not None else float("nan")
            keys = {"term": names[i], "outcome": names[j]}
            rows.add(
                "factor_r", estimate=phi[i, j], **_interval(phi[i, j], error, parts.conf_level), **{**common, **keys}
            )
    layout = Layout(rows=("term", "outcome"), show=(Show("factor_r"), Show("factor_r", "interval")), row_head="Factors")
    return _part(parts, rows, "Factor correlations", layout, _rotation(parts))


def _congruence(parts: FactorParts) -> Result:
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
