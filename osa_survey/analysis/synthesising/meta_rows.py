"""Rows of a random-effects pooling: the groups, the pooled value, the spread of true values, and who is behind them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr, ndtri, stdtr

from osa_survey.effects.random_effects import RandomEffects
from osa_survey.results import Layout, Rows, Show

Measure = Literal["proportion", "logit", "mean", "estimate"]

POOLED = {
    "proportion": "pooled_proportion",
    "logit": "pooled_proportion",
    "mean": "pooled_mean",
    "estimate": "pooled_estimate",
}
OWN = {"proportion": "proportion", "logit": "proportion", "mean": "mean", "estimate": "group_estimate"}
FEW = "few groups: the spread of true values is poorly known"
FEW_GROUPS = 5


@dataclass(frozen=True, repr=False)
class PooledGroup:
    """One group: its people and those engaged (None for given estimates), its estimate and sampling variance.

    People are masks, or of several completed sets their mean numbers.
    """

    name: str
    n: int
    people: NDArray[np.bool_] | float | None
    engaged: NDArray[np.bool_] | float | None
    estimate: float
    variance: float
    warning: str = ""


def _printed_scale(value: float, kind: Measure) -> float:
    return 1 / (1 + math.exp(-value)) if kind == "logit" and math.isfinite(value) else value


def pooling_rows(
    found: RandomEffects, groups: Sequence[PooledGroup], outcome: str, kind: Measure, conf_level: float
) -> Rows:
    """Return the rows of all groups and of the pooled value."""
    rows = Rows()
    if kind != "estimate":
        _add_cells(rows, groups)
    _add_groups(rows, found, groups, outcome, kind, conf_level)
    _add_pooled(rows, found, groups, outcome, kind, conf_level)
    return rows


def _add_cells(rows: Rows, groups: Sequence[PooledGroup]) -> None:
    """Name the people of each group, and those engaged and not, with the totals that the pooled value nearly shows."""
    parts: dict[str, dict[str, NDArray[np.bool_] | float]] = {"all": {}, "all engaged": {}, "all others": {}}
    for group in groups:
        if group.people is None:
            continue
        who: dict[str, NDArray[np.bool_] | float] = {"all": group.people}
        if group.engaged is not None:
            who |= {"all engaged": group.engaged, "all others": _others(group.people, group.engaged)}
        for whole, people in who.items():
            rows.cell(f"{whole}: {group.name}", people)
            parts[whole][f"{whole}: {group.name}"] = people
        if group.engaged is not None:
            rows.total(f"all: {group.name}", [f"all engaged: {group.name}", f"all others: {group.name}"])
    for whole, named in parts.items():
        masks = [people for people in named.values() if isinstance(people, np.ndarray)]
        if named:
            everybody = np.logical_or.reduce(masks) if masks else sum(float(np.sum(one)) for one in named.values())
            rows.cell(whole, everybody)
            rows.total(whole, list(named))


def _others(people: NDArray[np.bool_] | float, engaged: NDArray[np.bool_] | float) -> NDArray[np.bool_] | float:
    if isinstance(people, np.ndarray) and isinstance(engaged, np.ndarray):
        return people & ~engaged
    return float(np.sum(people)) - float(np.sum(engaged))


def _cells(group: PooledGroup, kind: Measure) -> list[str]:
    if kind == "estimate":
        return []
    wholes = ["all"] if group.engaged is None else ["all", "all engaged", "all others"]
    return [f"{whole}: {group.name}" for whole in wholes]


def _every_cell(groups: Sequence[PooledGroup], kind: Measure) -> list[str]:
    """Return the cells of all groups: what is computed over all gives one group back from the others."""
    return [cell for group in groups if group.people is not None for cell in _cells(group, kind)]


def _add_groups(
    rows: Rows, found: RandomEffects, groups: Sequence[PooledGroup], outcome: str, kind: Measure, conf_level: float
) -> None:
    quantile = float(ndtri(0.5 + conf_level / 2))
    every = _every_cell(groups, kind)
    for group, weight in zip(groups, found.weights, strict=True):
        half = quantile * math.sqrt(group.variance)
        keys: dict[str, Any] = {
            "outcome": outcome,
            "group": group.name,
            "n": math.nan if kind == "estimate" else group.n,
            "cells": _cells(group, kind),
        }
        value = _printed_scale(group.estimate, kind)
        error = math.sqrt(group.variance) * (value * (1 - value) if kind == "logit" else 1.0)
        rows.add(
            OWN[kind],
            estimate=value,
            std_error=error,
            conf_low=_printed_scale(group.estimate - half, kind),
            conf_high=_printed_scale(group.estimate + half, kind),
            conf_level=conf_level,
            method="normal interval of the " + ("logit" if kind == "logit" else "estimate"),
            warning=group.warning,
            **keys,
        )
        rows.add("pooling_weight", estimate=float(weight), **{**keys, "cells": every})


def _add_pooled(
    rows: Rows, found: RandomEffects, groups: Sequence[PooledGroup], outcome: str, kind: Measure, conf_level: float
) -> None:
    given = kind == "estimate"
    keys: dict[str, Any] = {
        "outcome": outcome,
        "n": math.nan if given else float(sum(group.n for group in groups)),
        "cells": [] if given else ["all"],
    }
    value = _printed_scale(found.estimate, kind)
    slope = value * (1 - value) if kind == "logit" else 1.0
    rows.add("groups", estimate=len(groups), **keys)
    if not given:
        keys["cells"] = ["all", *_every_cell(groups, kind)]
    rows.add(
        POOLED[kind],
        estimate=value,
        std_error=found.std_error * slope,
        conf_low=_printed_scale(found.low, kind),
        conf_high=_printed_scale(found.high, kind),
        conf_level=conf_level,
        method="random-effects mean",
        warning=FEW if len(groups) < FEW_GROUPS else "",
        **(_test(found) if given else {}),
        **keys,
    )
    rows.add(
        POOLED[kind],
        level="prediction",
        estimate=value,
        conf_low=_printed_scale(found.prediction_low, kind),
        conf_high=_printed_scale(found.prediction_high, kind),
        conf_level=conf_level,
        method="prediction interval of the true value of a further group",
        **keys,
    )
    rows.add(
        "tau_squared",
        estimate=found.tau_squared,
        conf_low=found.tau_low,
        conf_high=found.tau_high,
        conf_level=conf_level,
        method="variance of true values" + (" (logits)" if kind == "logit" else "") + ", Q-profile interval",
        warning="" if found.tau_low <= found.tau_squared <= found.tau_high else "the interval leaves out the estimate",
        **keys,
    )
    rows.add("i_squared", estimate=found.i_squared, method="Higgins and Thompson's I²", **keys)
    rows.add(
        "heterogeneity",
        estimate=found.q,
        statistic=found.q,
        statistic_name="Q",
        df1=found.q_df,
        p_value=found.q_p,
        method="Cochran's Q",
        **keys,
    )


def _test(found: RandomEffects) -> dict[str, Any]:
    size = -abs(found.statistic)
    p = 2 * float(ndtr(size) if math.isinf(found.df) else stdtr(found.df, size))
    name = "z" if math.isinf(found.df) else "t"
    df = math.nan if math.isinf(found.df) else found.df
    return {"statistic": found.statistic, "statistic_name": name, "df1": df, "p_value": p}


def pooled_layout(quantity: str) -> Layout:
    """Return how the pooled value is printed."""
    return Layout(
        rows=("outcome", "level"),
        show=(
            Show("groups", "estimate"),
            Show(quantity),
            Show(quantity, "interval"),
            Show("tau_squared"),
            Show("i_squared"),
            Show("heterogeneity", "statistic"),
            Show("heterogeneity", "p"),
        ),
    )
