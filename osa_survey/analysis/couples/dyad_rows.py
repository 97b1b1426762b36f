"""The tables of an actor–partner interdependence model."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from osa_survey.analysis.couples.composed_couples import ExchangeTest, composed_correlations
from osa_survey.analysis.couples.dyad_correlations import dyad_correlations, scaled_table
from osa_survey.analysis.couples.dyad_members import Couples, Members
from osa_survey.analysis.estimates import Estimates, Floats
from osa_survey.models.bootstrap_intervals import bootstrap_interval
from osa_survey.models.bootstraps import bootstrap
from osa_survey.models.stacks import products_of_columns
from osa_survey.results import Rows

COUPLES = "couples"
FISHER = "t interval on Fisher's z, linearised"
UNSTABLE = "the actor's interval includes zero: the ratio is unstable"


@dataclass(frozen=True)
class Drawing:
    """How intervals without a closed form are drawn."""

    draws: int
    seed: int
    conf_level: float


def first_rows(couples: Couples) -> Rows:
    """Return an empty table that knows how many couples stand behind it."""
    rows = Rows()
    rows.cell(COUPLES, couples.n)
    return rows


def coefficient_rows(couples: Couples, fit: Estimates, test: ExchangeTest, apart: bool, drawing: Drawing) -> Rows:
    """Return actor and partner coefficients, their ratio k, differences between roles, and the omnibus test."""
    rows, members = first_rows(couples), couples.first
    names, outcome = members.names[:-1], members.names[-1]
    shared: dict[str, Any] = {"outcome": outcome, "n": couples.n, "cells": [COUPLES]}
    found = test.test
    rows.add(
        "distinguishability", estimate=found.statistic, statistic=found.statistic, statistic_name=found.name,
        df1=found.df1, df2=found.df2, p_value=found.p_value, method=test.method, warning=test.warning, **shared,
    )  # fmt: skip
    low, high = fit.interval(drawing.conf_level)
    ratios = _ratios(fit, drawing)
    k = len(names)
    for number, group in enumerate(members.roles if apart else ("",)):
        for position, name in enumerate(names):
            at = 2 * (number * k + position)
            keys = {"term": name, "group": group, **shared}
            for offset, quantity in enumerate(("actor", "partner")):
                rows.add(quantity, **tested(fit, at + offset, drawing.conf_level), method="maximum likelihood", **keys)
            ratio, bottom, top = ratios[at // 2]
            rows.add(
                "partner_ratio", estimate=ratio, conf_low=bottom, conf_high=top, conf_level=drawing.conf_level,
                method="Monte Carlo", warning=UNSTABLE if low[at] < 0 < high[at] else "", **keys,
            )  # fmt: skip
    if apart:
        changes = fit.combined(_changes(k))
        for place in range(2 * k):
            rows.add(
                "role_difference", term=names[place // 2], contrast=("actor", "partner")[place % 2],
                **tested(changes, place, drawing.conf_level), method="maximum likelihood", **shared,
            )  # fmt: skip
    return rows


def information_rows(couples: Couples, fit: Estimates, apart: bool) -> Rows:
    """Return the fraction of missing information of each coefficient."""
    rows, members = first_rows(couples), couples.first
    groups, names = (members.roles if apart else ("",)), members.names[:-1]
    keys = [(name, group, part) for group in groups for name in names for part in ("actor", "partner")]
    for (name, group, part), fmi in zip(keys, fit.fmi if fit.fmi is not None else (), strict=True):
        rows.add("fmi", term=name, group=group, contrast=part, outcome=members.names[-1], n=couples.n,
                 estimate=float(fmi), method="fraction of missing information", cells=[COUPLES])  # fmt: skip
    return rows


def tested(found: Estimates, place: int, conf_level: float) -> dict[str, Any]:
    """Return one number with error, interval and test of zero, as columns of a row."""
    low, high = found.interval(conf_level)
    df = float(found.df[place])
    return {
        "estimate": float(found.estimate[place]),
        "std_error": float(found.std_error[place]),
        "conf_low": float(low[place]),
        "conf_high": float(high[place]),
        "conf_level": conf_level,
        "statistic": float(found.statistic()[place]),
        "statistic_name": "z" if math.isinf(df) else "t",
        "df1": math.nan if math.isinf(df) else df,
        "p_value": float(found.p_value()[place]),
    }


def _changes(k: int) -> Floats:
    """Return the contrasts of first and second member in each coefficient, shape (2k, 4k)."""
    return np.hstack([np.eye(2 * k), -np.eye(2 * k)])


def _ratios(fit: Estimates, drawing: Drawing) -> list[tuple[float, float, float]]:
    """Return k = partner / actor with Monte-Carlo bounds (Kenny & Ledermann, 2010, doi:10.1037/a0019651)."""
    generator = np.random.default_rng(drawing.seed)
    drawn = generator.multivariate_normal(fit.estimate, fit.covariance, size=drawing.draws, method="eigh")
    estimate = fit.estimate[1::2] / fit.estimate[::2]
    low, high = bootstrap_interval(estimate, drawn[:, 1::2] / drawn[:, ::2], conf_level=drawing.conf_level)
    return list(zip(estimate.tolist(), low.tolist(), high.tolist(), strict=True))


def correlation_rows(couples: Couples, apart: bool, drawing: Drawing) -> Rows:
    """Return correlations within a person, across partners, and of the same variable across partners (intraclass)."""
    rows, members = first_rows(couples), couples.first
    if couples.composed:
        found = composed_correlations(couples, apart)
        bounds = found.interval(drawing.conf_level)
        estimate, low, high = (np.tanh(values) for values in (found.estimate, *bounds))
        method = FISHER
    else:
        table = scaled_table(members, apart)
        n, width = table.shape
        drawn = bootstrap(
            dyad_correlations, (products_of_columns(table), width, apart), n, seed=drawing.seed, draws=drawing.draws
        )
        estimate = dyad_correlations(np.ones((1, n)), products_of_columns(table), width, apart)[0]
        low, high = bootstrap_interval(estimate, drawn, conf_level=drawing.conf_level)
        method = "percentile bootstrap of couples"
    for keys, value, bottom, top in zip(_keys(members, apart), estimate, low, high, strict=True):
        quantity, term, outcome, group = keys
        rows.add(
            quantity, term=term, outcome=outcome, group=group, n=couples.n, estimate=value, conf_low=bottom,
            conf_high=top, conf_level=math.nan if math.isnan(bottom) else drawing.conf_level, method=method,
            cells=[COUPLES],
        )  # fmt: skip
    return rows


def _keys(members: Members, apart: bool) -> list[tuple[str, str, str, str]]:
    """Return quantity, both variables and group of each correlation, in the order of ``dyad_correlations``."""
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
