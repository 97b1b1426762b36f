"""The tables of a confirmatory factor analysis."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from osa_survey.psychometrics.confirmatory.diagnostic_tables import modification_table, residual_table
from osa_survey.psychometrics.confirmatory.estimate_tables import factor_table, level_table, loading_table
from osa_survey.psychometrics.confirmatory.factor_parts import FactorParts
from osa_survey.psychometrics.confirmatory.factor_sentences import FactorWording
from osa_survey.psychometrics.confirmatory.fit_measures import FitMeasures, Rmsea
from osa_survey.psychometrics.confirmatory.fits import FactorFit
from osa_survey.psychometrics.confirmatory.improper import warnings_of
from osa_survey.psychometrics.confirmatory.index_tables import index_table
from osa_survey.psychometrics.confirmatory.preparation import ORDINAL
from osa_survey.results import Layout, Result, Rows, Show

METHODS = {
    "ML": "maximum likelihood",
    "MLR": "maximum likelihood with robust (sandwich) standard errors and the Yuan–Bentler scaled statistic",
    "MLM": "maximum likelihood with robust standard errors and the Satorra–Bentler scaled statistic",
    "ULS": "unweighted least squares",
    "GLS": "generalised least squares",
    "DWLS": "diagonally weighted least squares on polychoric correlations",
    "WLSMV": (
        "diagonally weighted least squares on polychoric correlations with robust standard errors and the scaled and "
        "shifted statistic (WLSMV)"
    ),
    "ULSMV": (
        "unweighted least squares on polychoric correlations with robust standard errors and the scaled and shifted "
        "statistic (ULSMV)"
    ),
}
GAPS = {
    "listwise": "respondents who answered every item",
    "fiml": "every answer (full-information maximum likelihood, answers missing at random)",
}
LAVAAN = (
    "Rosseel, Y. (2012). lavaan: An R package for structural equation modeling. Journal of Statistical Software, "
    "48(2), 1–36. https://doi.org/10.18637/jss.v048.i02"
)
ROBUST = (
    "Yuan, K.-H., & Bentler, P. M. (2000). Three likelihood-based methods for mean and covariance structure analysis "
    "with nonnormal missing data. Sociological Methodology, 30(1), 165–200. https://doi.org/10.1111/0081-1750.00078"
)
SATORRA = (
    "Satorra, A., & Bentler, P. M. (2001). A scaled difference chi-square test statistic for moment structure "
    "analysis. Psychometrika, 66(4), 507–514. https://doi.org/10.1007/BF02296192"
)
CATEGORICAL = (
    "Muthén, B. (1984). A general structural equation model with dichotomous, ordered categorical, and continuous "
    "latent variable indicators. Psychometrika, 49(1), 115–132. https://doi.org/10.1007/BF02294210"
)
SAVALEI = (
    "Savalei, V. (2021). Improving fit indices in structural equation modeling with categorical data. Multivariate "
    "Behavioral Research, 56(3), 390–407. https://doi.org/10.1080/00273171.2020.1717922"
)
RHEMTULLA = (
    "Rhemtulla, M., Brosseau-Liard, P. É., & Savalei, V. (2012). When can categorical variables be treated as "
    "continuous? Psychological Methods, 17(3), 354–373. https://doi.org/10.1037/a0029315"
)
NOTE_CHOSEN = {
    True: "No item has more than five different answers, so they are taken as ordinal (WLSMV).",
    False: "Some item has more than five different answers, so they are taken as numbers (MLR).",
}
NOTE_INDICES = "The interval of RMSEA is a 90% interval; its p is that of close fit (RMSEA no larger than .05)."
NOTE_CUTOFFS = (
    "Customary cut-offs of fit indices were derived for continuous items and maximum likelihood; they do not carry "
    "over to other estimators."
)
NOTE_LEFT_OUT = "Too few members for a model of their own, so left out: {groups}."
ALL = "all"


def factor_result(parts: FactorParts, settings: Mapping[str, Any]) -> Result:
    """Return the result with all its tables."""
    fit, items = parts.fit, parts.items
    ordered = fit.table.ordered
    warnings = warnings_of(fit)
    rows = Rows()
    add_cells(rows, fit, items.name)
    add_fit_rows(rows, fit, parts.measures, items.name, "; ".join(warnings))
    more = {"loadings": loading_table(parts), "factors": factor_table(parts)}
    levels = level_table(parts)
    if levels is not None:
        more["thresholds" if ordered else "intercepts"] = levels
    residuals = residual_table(parts)
    if residuals is not None:
        more["residuals"] = residuals
    if parts.releases:
        more["modification_indices"] = modification_table(parts)
    if parts.details:
        more["indices"] = index_table(parts)
    references = [LAVAAN]
    references += [CATEGORICAL, SAVALEI] if ordered else [ROBUST] if fit.estimator == "MLR" else []
    references += [SATORRA] if fit.estimator == "MLM" else []
    references += [RHEMTULLA] if parts.chosen else []
    notes = [NOTE_CHOSEN[ordered]] if parts.chosen else []
    if parts.groups.left_out:
        notes.append(NOTE_LEFT_OUT.format(groups=", ".join(parts.groups.left_out)))
    notes += [NOTE_INDICES, NOTE_CUTOFFS] if fit.inference.chi_squared.df > 0 else []
    notes += [text[:1].upper() + text[1:] + "." for text in warnings]
    return Result.from_rows(
        rows,
        title=f"Factor model of {items.title}",
        analysis="cfa",
        method=f"confirmatory factor analysis: {METHODS[fit.estimator]}; {GAPS[parts.missing]}",
        n_used=fit.n,
        n_dropped=parts.n_all - fit.n,
        settings={**settings, "syntax": items.syntax},
        notes=tuple(notes),
        references=tuple(references),
        more=more,
        labels={items.name: items.title},
        wording=FactorWording(items.title),
        layout=fit_layout(rows),
        plot="loading_dots",
        engine=fit,
    )


def fit_layout(rows: Rows) -> Layout:
    """Return the layout of fit rows: one line for each version of the indices."""
    there = rows.quantities
    show = [
        Show("chi_squared", "statistic"),
        Show("chi_squared", "p"),
        Show("cfi"),
        Show("tli"),
        Show("rmsea"),
        Show("rmsea", "interval"),
        Show("rmsea", "p", "p (close fit)"),
        Show("srmr"),
        Show("aic"),
        Show("bic"),
    ]
    return Layout(rows=("level",), show=tuple(one for one in show if one.quantity in there), row_head="Version")


def add_cells(rows: Rows, fit: FactorFit, name: str) -> None:
    """Name the cells of people: everybody, and the groups."""
    rows.cell(f"{name}|{ALL}", fit.n)
    if len(fit.samples) > 1:
        for sample in fit.samples:
            rows.cell(f"{name}|{sample.label}", sample.n)
        rows.total(f"{name}|{ALL}", [f"{name}|{sample.label}" for sample in fit.samples])


def add_fit_rows(rows: Rows, fit: FactorFit, measures: FitMeasures, name: str, warning: str, term: str = "") -> None:
    """Add chi-squared and fit indices, unscaled, scaled and robust."""
    test = fit.inference.chi_squared
    cells = [f"{name}|{ALL}"] if len(fit.samples) == 1 else [f"{name}|{sample.label}" for sample in fit.samples]
    common: dict[str, Any] = {"outcome": name, "term": term, "n": fit.n, "cells": cells, "method": fit.estimator}

    def add(quantity: str, level: str, value: float, **further: Any) -> None:
        if np.isfinite(value):
            rows.add(quantity, level=level, estimate=value, **{**common, **further})

    def add_rmsea(level: str, found: Rmsea) -> None:
        add(
            "rmsea",
            level,
            found.value,
            conf_low=found.low,
            conf_high=found.high,
            conf_level=0.90,
            p_value=found.close_p,
        )

    if fit.samples[0].joint is None or not np.isfinite(test.scaled):
        rows.add(
            "chi_squared",
            level="unscaled",
            estimate=test.value,
            statistic=test.value,
            statistic_name="χ²",
            df1=float(test.df),
            p_value=test.p_value,
            warning=warning,
            **common,
        )
    add(
        "chi_squared",
        "scaled",
        test.scaled,
        statistic=test.scaled,
        statistic_name="χ²",
        df1=float(test.df),
        p_value=test.scaled_p,
        warning=warning,
    )
    for level, cfi, tli, error in (
        ("unscaled", measures.cfi, measures.tli, measures.rmsea),
        ("scaled", measures.cfi_scaled, measures.tli_scaled, measures.rmsea_scaled),
        ("robust", measures.cfi_robust, measures.tli_robust, measures.rmsea_robust),
    ):
        add("cfi", level, cfi)
        add("tli", level, tli)
        add_rmsea(level, error)
    add("srmr", "unscaled", measures.srmr)
    add("log_likelihood", "unscaled", fit.log_likelihood)
    add("aic", "unscaled", measures.aic)
    add("bic", "unscaled", measures.bic)


def is_ordinal(estimator: str) -> bool:
    """Tell whether an estimator takes items as ordinal."""
    return estimator in ORDINAL
