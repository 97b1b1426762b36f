"""The tables of a factor model under weights or pooled over completed sets."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from osa_survey.analysis.couples.dyad_rows import tested
from osa_survey.analysis.domains import composition_notes, composition_references, composition_words
from osa_survey.analysis.estimates import Estimates
from osa_survey.analysis.measuring.composed_factor_models import ComposedFactors
from osa_survey.analysis.measuring.factor_words import ComposedFactorWords
from osa_survey.analysis.samples import Sample
from osa_survey.psychometrics.confirmatory.factor_tables import CATEGORICAL, LAVAAN, METHODS
from osa_survey.psychometrics.confirmatory.modelled_items import ModelledItems
from osa_survey.results import Layout, Result, Rows, Show

ALL = "answered all items"
WEIGHTED = "weighted maximum likelihood (pseudo maximum likelihood)"
POOLED_TEST = (
    "The test pools the χ² of the sets (D2), which is approximate; indices of fit are not built from it: only SRMR, "
    "the mean over the sets, is given."
)
BEYOND = "beyond one in size"
D2 = (
    "Li, K. H., Meng, X. L., Raghunathan, T. E., & Rubin, D. B. (1991). Significance levels from repeated p-values "
    "with multiply-imputed data. Statistica Sinica, 1(1), 65–92."
)


def composed_result(
    items: ModelledItems,
    sample: Sample,
    found: ComposedFactors,
    estimator: str,
    conf_level: float,
    settings: Mapping[str, Any],
) -> Result:
    """Return the result with its tables."""
    weighted = sample.design is not None
    fields: dict[str, Any] = {
        "analysis": "cfa",
        "method": f"confirmatory factor analysis: {WEIGHTED if weighted else METHODS[estimator]}; respondents who "
        f"answered every item{composition_words(sample)}",
        "n_used": sample.n,
        "n_dropped": sample.n_dropped,
        "settings": dict(settings),
        "labels": {items.name: items.title, **items.labels},
    }
    tested_over_sets = sample.imputed and not weighted
    notes = (*((POOLED_TEST,) if tested_over_sets else ()), *composition_notes(sample))
    return Result.from_rows(
        _fit_rows(items, sample, found),
        title=f"Factor model of {items.title}",
        layout=Layout(
            rows=("level",),
            show=(Show("chi_squared", "statistic"), Show("chi_squared", "p"), Show("srmr")),
            row_head="Version",
        ),
        notes=notes,
        references=(
            LAVAAN,
            *((CATEGORICAL,) if found.table.ordered else ()),
            *((D2,) if tested_over_sets else ()),
            *composition_references(sample),
        ),
        more={
            "loadings": _loadings(items, sample, found, conf_level, fields),
            "factors": _factors(items, sample, found, conf_level, fields),
        },
        wording=ComposedFactorWords(items.title),
        plot="loading_dots",
        **fields,
    )


def _started(sample: Sample) -> Rows:
    rows = Rows()
    rows.cell(ALL, sample.n)
    return rows


def _fit_rows(items: ModelledItems, sample: Sample, found: ComposedFactors) -> Rows:
    rows, test = _started(sample), found.test
    common: dict[str, Any] = {"outcome": items.name, "level": "unscaled", "n": sample.n, "cells": [ALL]}
    rows.add(
        "chi_squared", estimate=test.statistic, statistic=test.statistic, statistic_name=test.name, df1=test.df1,
        df2=test.df2, p_value=test.p_value, method="D2" if test.name == "F" else "", warning=found.warning, **common,
    )  # fmt: skip
    rows.add("srmr", estimate=found.srmr, **common)
    return rows


def _number(estimates: Estimates, place: int, conf_level: float) -> dict[str, Any]:
    if not estimates.std_error[place] > 0:
        return {"estimate": float(estimates.estimate[place])}
    return tested(estimates, place, conf_level)


def _standard(found: ComposedFactors, index: int, conf_level: float) -> dict[str, Any]:
    if index not in found.moving:
        return {"estimate": float(found.fixed[index])}
    return _number(found.standard, found.moving.index(index), conf_level)


def _raw(found: ComposedFactors, index: int, conf_level: float) -> dict[str, Any]:
    row = found.table.rows[index]
    return {"estimate": row.value} if row.position < 0 else _number(found.raw, row.position, conf_level)


def _loadings(
    items: ModelledItems, sample: Sample, found: ComposedFactors, conf_level: float, fields: Mapping[str, Any]
) -> Result:
    rows = _started(sample)
    for index, row in enumerate(found.table.rows):
        if row.op != "=~":
            continue
        keys: dict[str, Any] = {"outcome": row.lhs, "term": row.rhs, "n": sample.n, "cells": [ALL]}
        value = _standard(found, index, conf_level)
        rows.add("loading", warning=BEYOND if abs(value["estimate"]) > 1 else "", **value, **keys)
        rows.add("loading_raw", method="fixed" if row.position < 0 else "", **_raw(found, index, conf_level), **keys)
        if found.standard.fmi is not None and index in found.moving:
            fmi = float(found.standard.fmi[found.moving.index(index)])
            rows.add("fmi", estimate=fmi, method="fraction of missing information of the loading", **keys)
    return Result.from_rows(
        rows,
        title=f"Loadings of {items.title}",
        layout=Layout(
            rows=("outcome", "term"),
            show=(
                Show("loading"), Show("loading", "interval"), Show("loading", "p"), Show("loading_raw"),
                Show("loading_raw", "std_error"), *((Show("fmi"),) if sample.imputed else ()),
            ),
            row_head="Item",
        ),
        notes=composition_notes(sample),
        **fields,
    )  # fmt: skip


def _factors(
    items: ModelledItems, sample: Sample, found: ComposedFactors, conf_level: float, fields: Mapping[str, Any]
) -> Result:
    rows, latent = _started(sample), set(found.table.latent)
    shown: list[str] = []
    for index, row in enumerate(found.table.rows):
        keys: dict[str, Any] = {"outcome": row.lhs, "term": row.rhs, "n": sample.n, "cells": [ALL]}
        if row.op == "~~" and row.lhs != row.rhs:
            quantity = "factor_r" if row.lhs in latent else "residual_r"
            rows.add(quantity, **_standard(found, index, conf_level), **keys)
        elif row.op == "~~" and row.lhs in latent:
            quantity = "factor_variance"
            rows.add(quantity, **_raw(found, index, conf_level), **keys)
        elif row.op == "~":
            quantity = "beta"
            rows.add(quantity, **_standard(found, index, conf_level), **keys)
        else:
            continue
        shown.append(quantity)
    show = [Show(name, part) for name in dict.fromkeys(shown) for part in ("estimate", "interval", "p")]
    return Result.from_rows(
        rows,
        title=f"Factors of {items.title}",
        layout=Layout(rows=("outcome", "term"), show=tuple(show), row_head="Factor"),
        notes=composition_notes(sample),
        **fields,
    )
