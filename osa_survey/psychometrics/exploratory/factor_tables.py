"""The table of an exploratory factor analysis."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from osa_survey.psychometrics.exploratory.factor_fits import FactorFit
from osa_survey.psychometrics.exploratory.factor_sentences import FactorWords
from osa_survey.psychometrics.exploratory.solution_tables import (
    FactorParts,
    communalities_table,
    congruence_table,
    extraction_words,
    factor_correlations_table,
    factors_table,
    loadings_table,
    rotation_words,
)
from osa_survey.results import Layout, Result, Rows, Show

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
TESTS = (
    Show("fit_chi_squared", "statistic"),
    Show("fit_chi_squared", "p"),
    Show("rmsea"),
    Show("rmsea", "interval"),
    Show("tli"),
)
NO_TESTS = (
    "χ², RMSEA, TLI and BIC are not given: they rest on the likelihood of complete answers that count alike, which "
    "weighted or pooled correlations have none of."
)


def factors_result(parts: FactorParts) -> Result:
    """Return the table of a solution, with the tables of loadings and factors beside it."""
    found, rotated, fit, composition = parts.found, parts.rotated, parts.fit, parts.composition
    items = found.items
    p, k = rotated.loadings.shape
    rows = Rows()
    rows.cell("complete", found.n)
    common: dict[str, Any] = {"outcome": items.name, "n": found.n, "cells": ["complete"]}
    warning = _warning(parts)
    rows.add("factors", estimate=k, method=extraction_words(parts), warning=warning, **common)
    explained = float(np.trace(rotated.phi @ rotated.loadings.T @ rotated.loadings)) / p
    rows.add("variance_explained", estimate=explained, method="sum of communalities by items", **common)
    if parts.composition is None:
        _add_tests(rows, fit, common)
    rows.add("rmsr", estimate=fit.rmsr, method="root mean square of off-diagonal residuals", **common)
    rows.add("off_diagonal_fit", estimate=fit.off_diagonal, method="share of squared correlations", **common)
    more = {
        "loadings": loadings_table(parts),
        "communalities": communalities_table(parts),
        "factors": factors_table(parts),
    }
    if k > 1 and rotated.method in ("oblimin", "geomin", "promax", "target"):
        more["factor_correlations"] = factor_correlations_table(parts)
    if parts.pattern is not None:
        more["congruence"] = congruence_table(parts)
    if parts.dimensions is not None:
        more["dimensions"] = parts.dimensions
    references = [*(composition.references if composition is not None else ())]
    references = [HARMAN if parts.extracted.method == "minres" else JORESKOG, *REFERENCES, *references]
    return Result.from_rows(
        rows,
        title=f"Factors of {items.title}",
        analysis="efa",
        method=f"exploratory factor analysis of {found.kind} correlations ({found.missing}): "
        f"{extraction_words(parts)}, {rotation_words(parts)}{'' if composition is None else composition.words}",
        n_used=found.n,
        n_dropped=len(items.values) - found.n if composition is None else composition.dropped,
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
                *(TESTS if composition is None else ()),
                Show("rmsr"),
            ),
            row_head="Items",
        ),
        plot="loading_heatmap",
        engine=rotated,
    )


def _add_tests(rows: Rows, fit: FactorFit, common: Mapping[str, Any]) -> None:
    """Add what rests on the likelihood of complete, unweighted answers."""
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
    rows.add("bic", estimate=fit.bic, method="χ² − df log n", warning=few, **common)


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
    if parts.composition is not None:
        return (*notes, NO_TESTS, *parts.composition.notes)
    if parts.found.kind == "polychoric":
        notes.append("χ², RMSEA, TLI and BIC take polychoric correlations for Pearson ones: read them as descriptions.")
    elif parts.extracted.method != "ml":
        notes.append("χ² is a test for maximum likelihood; here it describes the fit.")
    return tuple(notes)
