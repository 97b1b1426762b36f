"""Effect sizes of a two-way table under weights or pooled over imputed sets."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from osa_survey.analysis.composed_numbers import Number, smooth_number
from osa_survey.analysis.describing.composed_tables import WARNING_SINGULAR, TableAssociation
from osa_survey.analysis.describing.crosstab_sizes import (
    AGREEMENTS,
    NUMBER_NEEDED,
    OTHER_SIDE,
    WARNING_ONE_CATEGORY,
    Counted,
)
from osa_survey.analysis.effect_sizes import TABLE_SIZES
from osa_survey.analysis.samples import CompletedSet, Sample
from osa_survey.analysis.scaled_numbers import AS_IT_IS, LOG, Scale, carried, scaled_number
from osa_survey.analysis.size_rows import size_fields
from osa_survey.effects.effects import Effect
from osa_survey.effects.kappas import cohens_kappa
from osa_survey.effects.risk_differences import number_needed
from osa_survey.results import Rows
from osa_survey.weighting import Statistics, weighted_means

Floats = NDArray[np.float64]
Places = Callable[[CompletedSet], tuple[NDArray[np.int64], NDArray[np.int64]]]
WARNING_EDGE = "nobody or everybody of a group has the event in some set: no interval"
WARNING_KAPPA = "not defined in some set or under some weights: both use one category only"
BELOW = "the estimate was below zero and is given as zero; its interval is not defined"
FROM_V = "from V pooled on Fisher's z, bounds carried over"
EFFECTIVE = "with n over the mean design effect (Rao–Scott, first order)"
NAMES = {
    "cramers_v_adjusted": "Cramér's V, bias-corrected (Bergsma)",
    "tschuprows_t": "Tschuprow's T",
    "cohens_w": "Cohen's w",
    "phi": "φ without sign",
}
METHODS = {
    "risk_difference": "difference of two proportions, t interval",
    "risk_ratio": "ratio of two proportions, log t interval",
    "odds_ratio": "odds ratio, log t interval",
    "cohens_h": "difference of arcsine-transformed proportions, t interval",
    "kappa": "Cohen's κ, linearised interval",
    "kappa_weighted": "Cohen's κ, quadratic weights, linearised interval",
}
SCALES: dict[str, Scale] = {
    "risk_difference": AS_IT_IS, "risk_ratio": LOG, "odds_ratio": LOG, "cohens_h": AS_IT_IS,
}  # fmt: skip


def add_composed_table_sizes(
    rows: Rows,
    sizes: Sequence[str],
    table: Counted,
    sample: Sample,
    places: Places,
    found: TableAssociation | None,
    conf_level: float,
) -> None:
    """Add a row for each size asked for.

    Parameters
    ----------
    rows : Rows
        Where they are added.
    sizes : sequence of str
        Of ``crosstab_sizes.KNOWN``.
    table : Counted
        Names, categories and mean counts.
    sample : Sample
        Those in the table.
    places : callable
        From one set to the row and the column of each of those used, from 0.
    found : TableAssociation or None
        The test of the table; None where only one category occurs.
    conf_level : float
        Level of the intervals.
    """
    keys: dict[str, Any] = {"outcome": table.names[0], "term": table.names[1], "n": sample.n, "cells": table.cells}
    for name in sizes:
        if name in TABLE_SIZES:
            rows.add(name, **_association_fields(name, table, sample, found, conf_level), **keys)
        elif name in AGREEMENTS:
            _add(rows, name, _kappa(name, table, sample, places, conf_level), METHODS[name], conf_level, keys)
        else:
            contrast = {"contrast": f"{table.groups[0]} \u2212 {table.groups[1]}", **keys}
            _add_risk(rows, name, sample, places, conf_level, contrast)


def _association_fields(
    name: str, table: Counted, sample: Sample, found: TableAssociation | None, conf_level: float
) -> dict[str, Any]:
    """Return V or a relative of it as columns of a result.

    Notes
    -----
    Under weights alone χ² is Rao and Scott's of first order and n is over the mean design effect, so that size and
    interval are those of plain data with equal weights. Over imputed sets V is pooled, and its relatives follow.
    """
    if found is None:
        return {"estimate": math.nan, "warning": WARNING_ONE_CATEGORY}
    if name == "cramers_v":
        return found.v_fields()
    shape = (table.counts.shape[0], table.counts.shape[1])
    if not sample.imputed:
        if not math.isfinite(found.chi2):
            return {"estimate": math.nan, "warning": WARNING_SINGULAR}
        df = float((shape[0] - 1) * (shape[1] - 1))
        fields = size_fields(TABLE_SIZES[name](found.chi2, df, found.n_effective, shape, conf_level), conf_level)
        return {**fields, "method": f"{fields['method']}, {EFFECTIVE}"}
    v = Number(found.n, found.cramers_v, math.nan, found.v_low, found.v_high, warning=found.v_warning)
    moved = carried(v, _relative(name, shape, found.n_effective))
    if name == "cramers_v_adjusted" and moved.estimate == 0:
        moved = Number(found.n, 0.0, warning=BELOW)
    return {"estimate": moved.estimate, "method": f"{NAMES[name]}, {FROM_V}", "warning": moved.warning,
            **moved.ends(conf_level)}  # fmt: skip


def _relative(name: str, shape: tuple[int, int], n: float) -> Callable[[float], float]:
    smaller = min(shape) - 1
    df = (shape[0] - 1) * (shape[1] - 1)

    def adjusted(v: float) -> float:
        least = min(k - (k - 1) ** 2 / (n - 1) for k in shape) - 1
        return min(1.0, math.sqrt(max(0.0, v * v * smaller - df / (n - 1)) / least))

    curves: dict[str, Callable[[float], float]] = {
        "cramers_v_adjusted": adjusted,
        "tschuprows_t": lambda v: v * math.sqrt(smaller / math.sqrt(df)),
        "cohens_w": lambda v: v * math.sqrt(smaller),
        "phi": lambda v: v,
    }
    return curves[name]


def _add_risk(rows: Rows, name: str, sample: Sample, places: Places, conf_level: float, keys: dict[str, Any]) -> None:
    if name != NUMBER_NEEDED:
        _add(rows, name, _risk(name, sample, places, conf_level), METHODS[name], conf_level, keys)
        return
    difference = _risk("risk_difference", sample, places, conf_level)
    size = Effect(difference.estimate, difference.low, difference.high, METHODS["risk_difference"], difference.warning)
    if not size.bounded:
        rows.add(name, warning=difference.warning, method=f"1 / ({size.method})", **keys)
        return
    needed = number_needed(size)
    rows.add(name, **size_fields(needed.effect, conf_level), **keys)
    if needed.other_side is not None:
        low, high = needed.other_side
        rest = Effect(math.nan, low, high, needed.effect.method, "the rest of the interval: no estimate lies here")
        rows.add(name, level=OTHER_SIDE, **size_fields(rest, conf_level), **keys)


def _risk(name: str, sample: Sample, places: Places, conf_level: float) -> Number:
    """Return a comparison of the shares of the last category in the two groups.

    Notes
    -----
    A function of two domain proportions: linearised or replicate errors, ratios on the logarithm, pooled there. With
    one predictor the odds ratio is that of a weighted logistic regression.
    """

    def shares(one: CompletedSet, weights: Floats) -> Statistics:
        group, level = places(one)
        event = (level == 1).astype(np.float64)
        return weighted_means(np.column_stack([np.where(group == k, event, np.nan) for k in (0, 1)]), weights)

    def compared(one: CompletedSet, weights: Floats) -> Statistics:
        found = shares(one, weights)
        value, slope = _comparison(name, found.estimate)
        return Statistics(np.array([value]), lambda: (found.contributions() @ slope)[:, None])

    plain = [shares(one, np.ones(one.n) if one.weights is None else one.weights).estimate for one in sample.sets]
    if name != "risk_difference" and not all(((p > 0) & (p < 1)).all() for p in plain):
        values = [_comparison(name, p)[0] for p in plain]
        return Number(sample.n, float(np.mean(values)), warning=WARNING_EDGE)
    return scaled_number(sample, compared, SCALES[name], conf_level, what=name, edge=WARNING_EDGE)


def _comparison(name: str, shares: Floats) -> tuple[float, Floats]:
    """Return a comparison of two shares and its derivatives."""
    p, q = shares
    with np.errstate(divide="ignore", invalid="ignore"):
        if name == "risk_difference":
            return float(p - q), np.array([1.0, -1.0])
        if name == "cohens_h":
            value = 2 * math.asin(math.sqrt(p)) - 2 * math.asin(math.sqrt(q))
            return value, np.array([1.0, -1.0]) / np.sqrt(shares * (1 - shares))
        if name == "risk_ratio":
            return float(np.divide(p, q)), np.array([1 / q, -p / q**2])
        ratio = np.divide(p * (1 - q), q * (1 - p))
        return float(ratio), np.array([ratio / (p * (1 - p)), -ratio / (q * (1 - q))])


def _kappa(name: str, table: Counted, sample: Sample, places: Places, conf_level: float) -> Number:
    """Return Cohen's κ as a function of the weighted shares of the table."""
    k = len(table.groups)

    def indicators(one: CompletedSet) -> Floats:
        first, second = places(one)
        return np.asarray((first * k + second)[:, None] == np.arange(k * k), dtype=np.float64)

    def kappa(shares: Floats) -> float:
        return cohens_kappa(shares.reshape(k, k), weights="none" if name == "kappa" else "quadratic").estimate

    each = [
        kappa(weighted_means(indicators(one), np.ones(one.n) if one.weights is None else one.weights).estimate)
        for one in sample.sets
    ]
    if not np.isfinite(each).all():
        return Number(sample.n, math.nan, warning=WARNING_KAPPA)
    number = smooth_number(
        sample,
        lambda one, weights: [weighted_means(indicators(one), weights)],
        kappa,
        conf_level,
        what="Cohen's κ",
        df=lambda one: math.inf,
    )
    return replace(number, low=max(-1.0, number.low), high=min(1.0, number.high))


def _add(rows: Rows, quantity: str, number: Number, method: str, conf_level: float, keys: dict[str, Any]) -> None:
    rows.add(
        quantity,
        estimate=number.estimate,
        std_error=number.std_error,
        df1=number.df if math.isfinite(number.df) else math.nan,
        method=method,
        warning=number.warning,
        **number.ends(conf_level),
        **keys,
    )
