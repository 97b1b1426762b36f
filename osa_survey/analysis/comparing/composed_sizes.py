"""The further effect sizes of ``compare_groups`` under weights or pooled over imputed sets."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from osa_survey.analysis.comparing.composed_comparisons import (
    WARNING_CONSTANT,
    ComposedGroup,
    add_number,
    group_spread,
    two_moments,
)
from osa_survey.analysis.comparing.composed_ranks import group_of, members, rank_biserial, superiority
from osa_survey.analysis.composed_numbers import Number, smooth_number
from osa_survey.analysis.effect_sizes import OMNIBUS_SIZES, PAIR_SIZES
from osa_survey.analysis.samples import CompletedSet, Sample, does_not_compose
from osa_survey.analysis.scaled_numbers import ROOT_FISHER, carried, scaled_number
from osa_survey.effects.spreads import small_sample_correction
from osa_survey.effects.weighted_dominances import explained_rank_share, explained_share
from osa_survey.results import Rows
from osa_survey.weighting import Statistics

Floats = NDArray[np.float64]
NO_SHIFT = "hodges_lehmann"
WARNING_SECOND = "the second group has no variance: this size is not defined"
WARNING_EDGE = "the groups explain nothing, or everything, in some set: no interval"
BELOW_ZERO = "the estimate was below zero and is given as zero; its interval is not defined"
AVERAGE = "SD = root of the mean of both variances, linearised t interval"
NORMAL = "normal groups with equal variances, linearised t interval of d carried over"
ROOT = "t interval on Fisher's z of the root"
METHODS = {
    "cohens_d": "Cohen's d, pooled SD, linearised t interval",
    "cohens_d_unequal": f"Cohen's d of unequal variances, {AVERAGE}",
    "hedges_g": "pooled SD, linearised t interval",
    "hedges_g_unequal": f"Hedges' g of unequal variances, {AVERAGE}",
    "glass_delta": "Glass's Δ, SD of the second group, linearised t interval",
    "common_language": f"Φ(d/√2): {NORMAL}",
    "cohens_u3": f"Φ(d): {NORMAL}",
    "overlap": f"2Φ(−|d|/2): {NORMAL}",
    "cliffs_delta": "2P − 1 of the chance P that the first is higher, t interval of the logit of P",
    "probability_of_superiority": "chance that the first is higher, ties counted half, t interval of its logit",
    "eta_squared": f"η² (equal variances), {ROOT}",
    "omega_squared": f"ω² from η² and n (equal variances), bounds carried over; {ROOT}",
    "epsilon_squared": f"ε² from η² and n (equal variances), bounds carried over; {ROOT}",
    "cohens_f": f"Cohen's f = √(η²/(1 − η²)), bounds carried over; {ROOT}",
    "rank_epsilon_squared": f"rank ε² = η² of ranks, {ROOT}",
    "rank_eta_squared": f"rank η² from rank ε², groups and n, bounds carried over; {ROOT}",
}
NOTE_SHARES = (
    "η², ω², ε² and their relatives are pooled on Fisher's z of the root (Harel, 2009); where groups explain next to "
    "nothing their intervals are rough guides."
)
REFERENCE_HAREL = (
    "Harel, O. (2009). The estimation of R² and adjusted R² in incomplete data sets using multiple imputation. Journal "
    "of Applied Statistics, 36(10), 1109–1118. doi:10.1080/02664760802553000"
)


def check_composed_sizes(sizes: Sequence[str]) -> None:
    """Raise an AnalysisError for the size that has no rule under weights or imputation."""
    if NO_SHIFT in sizes:
        message = (
            "Hodges and Lehmann's shift has an interval (it inverts a rank test) but no standard error, which weights "
            "and Rubin's rules start from"
        )
        raise does_not_compose(message, "ask for probability_of_superiority or cliffs_delta")


def add_composed_sizes(
    rows: Rows,
    sizes: Sequence[str],
    outcome: str,
    by: str,
    sample: Sample,
    groups: Sequence[ComposedGroup],
    cells: Mapping[str, str],
    conf_level: float,
) -> None:
    """Add the sizes asked for that the analysis does not give by itself."""
    held = set(rows.table["quantity"])
    wanted = [name for name in sizes if name not in held]
    for first, second in itertools.combinations(groups, 2):
        for name in [name for name in wanted if name in PAIR_SIZES]:
            number, method = pair_size(name, sample, first, second, conf_level)
            keys: dict[str, Any] = {
                "outcome": outcome,
                "contrast": f"{first.label} \u2212 {second.label}",
                "n": number.n,
                "cells": [cells[first.label], cells[second.label]],
            }
            add_number(rows, name, number, method, conf_level, keys)
    for name in [name for name in wanted if name in OMNIBUS_SIZES]:
        number = omnibus_size(name, sample, [group.code for group in groups], conf_level)
        every = [cells[group.label] for group in groups]
        keys = {"outcome": outcome, "term": by, "n": number.n, "cells": every}
        add_number(rows, name, number, METHODS[name], conf_level, keys)


def pair_size(
    name: str, sample: Sample, first: ComposedGroup, second: ComposedGroup, conf_level: float
) -> tuple[Number, str]:
    """Return a size of the first against the second group by its name in ``PAIR_SIZES``, and its method.

    Notes
    -----
    Standardised differences are smooth functions of both means and variances with linearised (delta-method) errors or
    those of replicates, pooled as they are; Φ of d is carried over. Dominances are pooled on the logit of the chance
    that the first is higher.
    """
    codes = (first.code, second.code)
    if name == "rank_biserial":
        return rank_biserial(sample, codes, conf_level)
    if name in ("cliffs_delta", "probability_of_superiority"):
        chance = superiority(sample, codes, conf_level)
        if name == "cliffs_delta":
            error = 2 * chance.std_error
            chance = replace(carried(chance, lambda share: 2 * share - 1), std_error=error)
        return chance, METHODS[name]
    if name in ("common_language", "cohens_u3", "overlap"):
        return _carried_over(name, _standardised("cohens_d", sample, first, second, conf_level)), METHODS[name]
    return _standardised(name, sample, first, second, conf_level), METHODS[name]


def _standardised(name: str, sample: Sample, first: ComposedGroup, second: ComposedGroup, conf_level: float) -> Number:
    codes = (first.code, second.code)
    both = members(sample, codes)
    n1, n2 = first.sample.n, second.sample.n
    spreads = group_spread(first.sample), group_spread(second.sample)
    glass = name == "glass_delta"
    if not (spreads[1] > 0 if glass else max(spreads) > 0):
        return Number(both.n, math.nan, warning=WARNING_SECOND if glass else WARNING_CONSTANT)

    def unit(v: Floats) -> float:
        if glass:
            return math.sqrt(v[3])
        if name.endswith("_unequal"):
            return math.sqrt((v[2] + v[3]) / 2)
        return math.sqrt(((n1 - 1) * v[2] + (n2 - 1) * v[3]) / (n1 + n2 - 2))

    def correction(v: Floats) -> float:
        if name != "hedges_g_unequal":
            return 1.0
        df = (n1 - 1) * (n2 - 1) * (v[2] + v[3]) ** 2 / ((n2 - 1) * v[2] ** 2 + (n1 - 1) * v[3] ** 2)
        return small_sample_correction(df)

    return smooth_number(
        both,
        lambda one, weights: two_moments(one, weights, codes),
        lambda v: float(correction(v) * (v[0] - v[1]) / unit(v)),
        conf_level,
        what="a standardised difference",
        df=lambda one: n2 - 1.0 if glass else one.n - 2.0,
        df_lost=1,
    )


def _carried_over(name: str, d: Number) -> Number:
    if name == "common_language":
        return carried(d, lambda size: float(stats.norm.cdf(size / math.sqrt(2))))
    if name == "cohens_u3":
        return carried(d, lambda size: float(stats.norm.cdf(size)))
    near = 0.0 if d.low <= 0 <= d.high else min(abs(d.low), abs(d.high))
    folded = replace(d, estimate=abs(d.estimate), low=near, high=max(abs(d.low), abs(d.high)))
    return carried(folded, lambda size: 2 * float(stats.norm.cdf(-size / 2)))


def omnibus_size(name: str, sample: Sample, codes: Sequence[float], conf_level: float) -> Number:
    """Return a size of all groups together by its name in ``OMNIBUS_SIZES``.

    Notes
    -----
    η² is R² of the groups: weighted, with a linearised or replicate interval on Fisher's z of its root; over imputed
    sets without a design pooled there with variance 1/(n − 3) (Harel, 2009). ω², ε² and f follow from η² and n, the
    bounds too. Sizes of ranks are those of estimated population ranks, whose own error is in the interval.
    """
    inside, k = members(sample, codes), len(codes)
    ranked = name.startswith("rank_")
    explained = explained_rank_share if ranked else explained_share

    def of_weights(one: CompletedSet, weights: Floats) -> Statistics:
        return explained(one.values(), group_of(one, codes), k, weights)

    found = scaled_number(
        inside,
        of_weights,
        ROOT_FISHER,
        conf_level,
        what="a share of variance",
        edge=WARNING_EDGE,
        variance=None if ranked else lambda one, _: 1 / (one.n - 3),
        df=lambda one: one.n - float(k) if ranked else math.inf,
        df_lost=k - 1,
    )
    if name in ("eta_squared", "rank_epsilon_squared"):
        return found
    moved = carried(found, _curve(name, k, inside.n))
    if name == "rank_eta_squared":
        return moved
    if moved.estimate > 0:
        return replace(moved, low=max(0.0, moved.low))
    return Number(inside.n, 0.0, warning=BELOW_ZERO) if moved.estimate <= 0 else moved


def _curve(name: str, k: int, n: int) -> Callable[[float], float]:
    df1, df2 = k - 1.0, n - float(k)

    def ratio(eta: float) -> float:
        return (eta / df1) / ((1 - eta) / df2)

    def omega(eta: float) -> float:
        gain = df1 * (ratio(eta) - 1)
        return gain / (gain + n)

    curves: dict[str, Callable[[float], float]] = {
        "omega_squared": omega,
        "epsilon_squared": lambda eta: 1 - (1 - eta) * (n - 1) / df2,
        "cohens_f": lambda eta: math.sqrt(eta / (1 - eta)),
        "rank_eta_squared": lambda eta: (eta * (n - 1) - df1) / df2,
    }
    return curves[name]
