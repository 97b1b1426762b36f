"""Tables of estimates: loadings, factors, thresholds or intercepts, residuals, modification indices."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr, ndtri

from osa_survey.psychometrics.confirmatory.factor_parts import FactorParts
from osa_survey.psychometrics.confirmatory.validity import factor_shares, htmt
from osa_survey.results import Layout, Result, Rows, Show
from osa_survey.results.layout import Part

Floats = NDArray[np.float64]
PARTS: dict[str, tuple[Part, ...]] = {
    "omega": ("estimate",),
    "average_variance": ("estimate",),
    "htmt": ("estimate",),
}


def labels_of(parts: FactorParts) -> dict[str, str]:
    """Return what print says for items and factors."""
    return {parts.items.name: parts.items.title, **parts.items.labels}


def started(parts: FactorParts) -> Rows:
    """Return an empty table that knows the cells of people."""
    rows = Rows()
    name = parts.items.name
    rows.cell(f"{name}|all", parts.fit.n)
    if len(parts.fit.samples) > 1:
        for sample in parts.fit.samples:
            rows.cell(f"{name}|{sample.label}", sample.n)
        rows.total(f"{name}|all", [f"{name}|{sample.label}" for sample in parts.fit.samples])
    return rows


def common_of(parts: FactorParts, group: int) -> dict[str, Any]:
    """Return the columns every row of a group has."""
    sample = parts.fit.samples[group]
    name = parts.items.name
    several = len(parts.fit.samples) > 1
    return {
        "group": sample.label if several else "",
        "n": sample.n,
        "cells": [f"{name}|{sample.label}" if several else f"{name}|all"],
        "method": parts.fit.estimator,
    }


def _estimated(value: float, error: float, conf_level: float) -> dict[str, Any]:
    """Return the columns of an estimate with a normal interval; a fixed value has none."""
    if not np.isfinite(value):
        return {"estimate": np.nan, "warning": "not defined: a variance is negative"}
    if not np.isfinite(error) or error == 0.0:
        return {"estimate": value}
    half = float(ndtri(0.5 + conf_level / 2.0)) * error
    z = value / error
    return {
        "estimate": value,
        "std_error": error,
        "conf_low": value - half,
        "conf_high": value + half,
        "conf_level": conf_level,
        "statistic": z,
        "statistic_name": "z",
        "p_value": 2.0 * float(ndtr(-abs(z))),
    }


def table_result(parts: FactorParts, rows: Rows, title: str, show: tuple[Show, ...], **fields: Any) -> Result:
    """Return a table of the factor analysis."""
    several = len(parts.fit.samples) > 1
    keys = fields.pop("keys")
    return Result.from_rows(
        rows,
        title=f"{title} of {parts.items.title}",
        analysis="cfa",
        method=fields.pop("method"),
        n_used=parts.fit.n,
        n_dropped=parts.n_all - parts.fit.n,
        settings={"estimator": parts.fit.estimator},
        labels=labels_of(parts),
        layout=Layout(rows=(("group", *keys) if several else keys), show=show, row_head=fields.pop("row_head")),
        **fields,
    )


def loading_table(parts: FactorParts) -> Result:
    """Return the loadings, standardised and raw, and the share of variance explained of each item."""
    fit, rows = parts.fit, started(parts)
    estimates, errors = fit.estimates, fit.std_errors
    for index, row in enumerate(fit.table.rows):
        if row.op != "=~":
            continue
        common = {**common_of(parts, row.group), "outcome": row.lhs, "term": row.rhs}
        value, error = parts.standardised.estimates[index], parts.standardised.std_errors[index]
        rows.add(
            "loading", **{"warning": _loading_warning(value), **common, **_estimated(value, error, parts.conf_level)}
        )
        fixed = "fixed" if row.position < 0 else fit.estimator
        raw = _estimated(estimates[index], errors[index], parts.conf_level)
        rows.add("loading_raw", **{**common, "method": fixed}, **raw)
    for group, structure in enumerate(fit.structures):
        matrices = structure.matrices(fit.minimum.parameters)
        share = 1.0 - np.diag(matrices.residuals) / np.diag(matrices.covariance)
        for item, value in zip(fit.table.observed, share, strict=True):
            first = next((r.lhs for r in fit.table.rows if r.op == "=~" and r.rhs == item), "")
            warning = "residual variance below zero" if value > 1 else ""
            rows.add("r2", **common_of(parts, group), outcome=first, term=item, estimate=float(value), warning=warning)
    show = (
        Show("loading"),
        Show("loading", "interval"),
        Show("loading", "p"),
        Show("loading_raw"),
        Show("loading_raw", "std_error"),
        Show("r2"),
    )
    return table_result(
        parts,
        rows,
        "Loadings",
        show,
        keys=("outcome", "term"),
        row_head="Item",
        method="loadings completely standardised with delta-method intervals, and raw",
        notes=("(R): reverse-keyed.",) if any(v.endswith("(R)") for v in parts.items.labels.values()) else (),
    )


def _loading_warning(value: float) -> str:
    return "beyond one in size" if abs(value) > 1 else ""


def factor_table(parts: FactorParts) -> Result:
    """Return correlations of factors, and their means and variances."""
    fit, rows = parts.fit, started(parts)
    estimates, errors = fit.estimates, fit.std_errors
    latent = set(fit.table.latent)
    shown: list[str] = []
    for index, row in enumerate(fit.table.rows):
        common = {**common_of(parts, row.group), "outcome": row.lhs, "term": row.rhs}
        standard = _estimated(
            parts.standardised.estimates[index], parts.standardised.std_errors[index], parts.conf_level
        )
        raw = _estimated(estimates[index], errors[index], parts.conf_level)
        if row.lhs not in latent or row.op == "=~":
            if row.op == "~~" and row.lhs != row.rhs:
                shown.append("residual_r")
                rows.add("residual_r", **common, **standard)
            continue
        if row.op == "~~" and row.lhs != row.rhs:
            shown.append("factor_r")
            rows.add("factor_r", **common, **standard)
        elif row.op == "~~":
            shown.append("factor_variance")
            rows.add("factor_variance", **common, **raw)
        elif row.op == "~":
            shown.append("beta")
            rows.add("beta", **common, **standard)
        elif row.op == "~1" and len(fit.samples) > 1:
            shown.append("factor_mean")
            rows.add("factor_mean", **common, **raw)
    shown += _add_validity(parts, rows)
    show = tuple(
        Show(quantity, part)
        for quantity in dict.fromkeys(shown)
        for part in (
            ("estimate", "interval", "p")
            if quantity in ("factor_r", "beta")
            else PARTS.get(quantity, ("estimate", "std_error"))
        )
    )
    return table_result(
        parts,
        rows,
        "Factors",
        show,
        keys=("outcome", "term"),
        row_head="Factor",
        method="correlations with delta-method intervals; variances and means on the model's scale",
    )


def _add_validity(parts: FactorParts, rows: Rows) -> list[str]:
    """Add omega, average variance extracted and HTMT; return which were added."""
    fit, shown = parts.fit, []
    names = fit.table.observed
    blocks: dict[str, tuple[int, ...]] = {}
    for factor in fit.table.latent:
        own = [r.rhs for r in fit.table.rows if r.group == 0 and r.lhs == factor and r.op == "=~" and r.rhs in names]
        if own:
            blocks[factor] = tuple(names.index(item) for item in own)
    for group, sample in enumerate(fit.samples):
        for share in factor_shares(fit, group):
            common = {**common_of(parts, group), "outcome": share.factor, "term": share.factor}
            for quantity, value in (("omega", share.omega), ("average_variance", share.average_variance)):
                if np.isfinite(value):
                    shown.append(quantity)
                    rows.add(quantity, estimate=value, **common)
        scale = np.sqrt(np.diag(sample.covariance))
        ratios = htmt(sample.covariance / np.outer(scale, scale), blocks)
        for (i, first), (j, second) in itertools.combinations(enumerate(blocks), 2):
            if np.isfinite(ratios[i, j]):
                shown.append("htmt")
                rows.add("htmt", estimate=ratios[i, j], **{**common_of(parts, group), "outcome": first, "term": second})
    return shown


def level_table(parts: FactorParts) -> Result | None:
    """Return thresholds of ordinal items, or intercepts of numbers; None where means are not modelled."""
    fit, rows = parts.fit, started(parts)
    wanted = "|" if fit.table.ordered else "~1"
    estimates, errors = fit.estimates, fit.std_errors
    found = [
        (index, row) for index, row in enumerate(fit.table.rows) if row.op == wanted and row.lhs not in fit.table.latent
    ]
    if not found:
        return None
    quantity = "threshold" if fit.table.ordered else "intercept"
    for index, row in found:
        number = row.rhs[1:] if fit.table.ordered else ""
        rows.add(
            quantity,
            **common_of(parts, row.group),
            outcome=parts.items.name,
            term=row.lhs,
            level=number,
            **_estimated(estimates[index], errors[index], parts.conf_level),
        )
    title = "Thresholds" if fit.table.ordered else "Intercepts"
    return table_result(
        parts,
        rows,
        title,
        (Show(quantity), Show(quantity, "std_error"), Show(quantity, "interval")),
        keys=("term", "level") if fit.table.ordered else ("term",),
        row_head="Item",
        method=f"{title.lower()} on the scale of the (latent) answers",
    )
