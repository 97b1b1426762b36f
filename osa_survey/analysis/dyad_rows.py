"""The tables of an actor–partner interdependence model."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import stats

from osa_survey.analysis.dyad_members import Members
from osa_survey.analysis.estimates import Floats
from osa_survey.models.bootstrap_intervals import bootstrap_interval
from osa_survey.models.bootstraps import bootstrap, counted
from osa_survey.models.dyads import DyadFit, OmnibusTest
from osa_survey.models.stacks import products_of_columns, unpacked
from osa_survey.results import Rows

COUPLES = "couples"
UNSTABLE = "the actor's interval includes zero: the ratio is unstable"


@dataclass(frozen=True)
class Drawing:
    """How intervals without a closed form are drawn."""

    draws: int
    seed: int
    conf_level: float


def first_rows(members: Members) -> Rows:
    """Return an empty table that knows how many couples stand behind it."""
    rows = Rows()
    rows.cell(COUPLES, members.couples)
    return rows


def coefficient_rows(members: Members, fit: DyadFit, test: OmnibusTest, apart: bool, drawing: Drawing) -> Rows:
    """Return actor and partner coefficients, their ratio k, differences between roles, and the omnibus test."""
    rows = first_rows(members)
    names, outcome = members.names[:-1], members.names[-1]
    shared: dict[str, Any] = {"outcome": outcome, "n": members.couples, "cells": [COUPLES]}
    rows.add(
        "distinguishability", estimate=test.statistic, statistic=test.statistic, statistic_name="χ²", df1=test.df,
        p_value=test.p_value, method="likelihood ratio", **shared,
    )  # fmt: skip
    z = float(stats.norm.ppf(0.5 + drawing.conf_level / 2))
    errors = np.sqrt(np.diag(fit.covariance))
    ratios = _ratios(fit, drawing)
    k = len(names)
    groups = members.roles if apart else ("",)
    for number, group in enumerate(groups):
        for position, name in enumerate(names):
            at = 2 * (number * k + position)
            for offset, quantity in enumerate(("actor", "partner")):
                b, error = float(fit.coefficients[at + offset]), float(errors[at + offset])
                rows.add(
                    quantity, term=name, group=group, estimate=b, std_error=error, conf_low=b - z * error,
                    conf_high=b + z * error, conf_level=drawing.conf_level, statistic=b / error, statistic_name="z",
                    p_value=2 * float(stats.norm.sf(abs(b / error))), method="maximum likelihood", **shared,
                )  # fmt: skip
            ratio, low, high = ratios[at // 2]
            unstable = abs(fit.coefficients[at]) < z * errors[at]
            rows.add(
                "partner_ratio", term=name, group=group, estimate=ratio, conf_low=low, conf_high=high,
                conf_level=drawing.conf_level, method="Monte Carlo", warning=UNSTABLE if unstable else "", **shared,
            )  # fmt: skip
    if apart:
        _differences(rows, members, fit, drawing.conf_level)
    return rows


def _differences(rows: Rows, members: Members, fit: DyadFit, conf_level: float) -> None:
    k = len(members.names) - 1
    z = float(stats.norm.ppf(0.5 + conf_level / 2))
    for position, name in enumerate(members.names[:-1]):
        for offset, quantity in enumerate(("actor", "partner")):
            change = np.zeros(4 * k)
            change[2 * position + offset], change[2 * (k + position) + offset] = 1.0, -1.0
            b = float(change @ fit.coefficients)
            error = math.sqrt(float(change @ fit.covariance @ change))
            rows.add(
                "role_difference", term=name, contrast=quantity, outcome=members.names[-1], n=members.couples,
                estimate=b, std_error=error, conf_low=b - z * error, conf_high=b + z * error, conf_level=conf_level,
                statistic=b / error, statistic_name="z", p_value=2 * float(stats.norm.sf(abs(b / error))),
                method="maximum likelihood", cells=[COUPLES],
            )  # fmt: skip


def _ratios(fit: DyadFit, drawing: Drawing) -> list[tuple[float, float, float]]:
    """Return k = partner / actor with Monte-Carlo bounds (Kenny & Ledermann, 2010, doi:10.1037/a0019651)."""
    generator = np.random.default_rng(drawing.seed)
    drawn = generator.multivariate_normal(fit.coefficients, fit.covariance, size=drawing.draws, method="eigh")
    estimate = fit.coefficients[1::2] / fit.coefficients[::2]
    low, high = bootstrap_interval(estimate, drawn[:, 1::2] / drawn[:, ::2], conf_level=drawing.conf_level)
    return list(zip(estimate.tolist(), low.tolist(), high.tolist(), strict=True))


def correlation_rows(members: Members, apart: bool, drawing: Drawing) -> Rows:
    """Return correlations within a person, across partners, and of the same variable across partners (intraclass)."""
    n, p = members.first.shape
    both = np.hstack([members.first, members.second])
    both = (both - both.mean(axis=0)) / both.std(axis=0)
    if not apart:  # one scale for both members, so that exchanging them changes nothing
        both = _on_one_scale(members)
    table = np.column_stack([np.ones(n), both])
    drawn = bootstrap(
        _correlations, (products_of_columns(table), 2 * p + 1, apart), n, seed=drawing.seed, draws=drawing.draws
    )
    estimate = _correlations(np.ones((1, n)), products_of_columns(table), 2 * p + 1, apart)[0]
    low, high = bootstrap_interval(estimate, drawn, conf_level=drawing.conf_level)
    rows = first_rows(members)
    for keys, value, bottom, top in zip(_keys(members, apart), estimate, low, high, strict=True):
        quantity, term, outcome, group = keys
        rows.add(
            quantity, term=term, outcome=outcome, group=group, n=n, estimate=value, conf_low=bottom, conf_high=top,
            conf_level=math.nan if math.isnan(bottom) else drawing.conf_level, method="percentile bootstrap of couples",
            cells=[COUPLES],
        )  # fmt: skip
    return rows


def _on_one_scale(members: Members) -> Floats:
    pooled = np.vstack([members.first, members.second])
    mean, sd = pooled.mean(axis=0), pooled.std(axis=0)
    return np.hstack([(members.first - mean) / sd, (members.second - mean) / sd])


def _keys(members: Members, apart: bool) -> list[tuple[str, str, str, str]]:
    """Return quantity, both variables and group of each correlation, in the order of ``_correlations``."""
    names, p = members.names, len(members.names)
    pairs = [(i, j) for i in range(p) for j in range(i + 1, p)]
    if not apart:
        same = [("icc", name, name, "") for name in names]
        within = [("within_r", names[i], names[j], "") for i, j in pairs]
        return same + within + [("cross_partner_r", names[i], names[j], "") for i, j in pairs]
    first, second = members.roles
    same = [("cross_partner_r", name, name, f"{first} × {second}") for name in names]
    within = [("within_r", names[i], names[j], role) for role in members.roles for i, j in pairs]
    across = [
        ("cross_partner_r", names[i], names[j], f"{one} × {other}")
        for one, other in ((first, second), (second, first))
        for i, j in pairs
    ]
    return same + within + across


def _correlations(counts: Floats, products: Floats, width: int, apart: bool) -> Floats:
    """Return the correlations of every resample, shape (resamples, correlations)."""
    moments = unpacked(counted(counts, products), width)
    total = moments[:, :1, :1]
    mean = moments[:, 0, 1:] / total[:, 0]
    covariance = moments[:, 1:, 1:] / total - mean[:, :, None] * mean[:, None, :]
    p = (width - 1) // 2
    upper = np.triu_indices(p, 1)
    with np.errstate(all="ignore"):
        if apart:
            size = np.sqrt(np.einsum("rkk->rk", covariance))
            r = covariance / (size[:, :, None] * size[:, None, :])
            across = r[:, :p, p:]
            parts = [np.einsum("rkk->rk", across), r[:, :p, :p][:, *upper], r[:, p:, p:][:, *upper],
                     across[:, *upper], across.transpose(0, 2, 1)[:, *upper]]  # fmt: skip
            return np.concatenate(parts, axis=1)
        second = moments[:, 1:, 1:] / total
        centre = (mean[:, :p] + mean[:, p:]) / 2
        product = centre[:, :, None] * centre[:, None, :]
        within = (second[:, :p, :p] + second[:, p:, p:]) / 2 - product
        between = (second[:, :p, p:] + second[:, p:, :p]) / 2 - product
        size = np.sqrt(np.einsum("rkk->rk", within))
        scale = size[:, :, None] * size[:, None, :]
        across = between / scale
        return np.concatenate([np.einsum("rkk->rk", across), (within / scale)[:, *upper], across[:, *upper]], axis=1)
