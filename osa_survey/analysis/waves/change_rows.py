"""The rows of changes between two waves: means, sizes, and the shares of people who changed reliably."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from osa_survey.analysis.comparing.composed_pairs import composed_pair
from osa_survey.analysis.comparing.pair_rows import CONSTANT_WARNING
from osa_survey.analysis.comparing.paired_comparisons import paired_comparison
from osa_survey.analysis.composed_numbers import Number, cell_people, proportion_number, spread
from osa_survey.analysis.correlating.associations import pearson
from osa_survey.analysis.domains import restricted
from osa_survey.analysis.proportion_intervals import wilson
from osa_survey.analysis.samples import CompletedSet, Sample
from osa_survey.analysis.size_rows import size_fields
from osa_survey.analysis.waves.reliable_changes import Threshold
from osa_survey.results import Rows

Mask = NDArray[np.bool_]
LOWER, SAME, HIGHER = "reliably lower", "no reliable change", "reliably higher"
LEVELS = (LOWER, SAME, HIGHER)
TOO_FEW = "fewer than two people have both waves"
Members = Callable[[CompletedSet], Mask]


@dataclass(frozen=True, repr=False)
class Step:
    """Two waves that are compared.

    Attributes
    ----------
    outcome, contrast : str
        The score of the first wave, and "later − first".
    sample : Sample
        Those with both: column 0 is the later wave, column 1 the earlier, column 2 the groups, if any.
    threshold : Threshold or None
        The smallest reliable change, if a reliability was given.
    """

    outcome: str
    contrast: str
    sample: Sample
    threshold: Threshold | None


def first_sd(sample: Sample) -> float:
    """Return the SD of the earlier wave, of those with both waves."""
    return spread(sample, lambda one: one.columns[1].values)


def add_step(
    rows: Rows, step: Step, groups: Sequence[tuple[str, Members | None]], conf_level: float, *, composed: bool
) -> None:
    """Add the numbers of two waves for all groups.

    Parameters
    ----------
    rows : Rows
        Where they are added.
    step : Step
        The waves.
    groups : sequence of (str, callable or None)
        Names and members; None is everybody, who come last.
    conf_level : float
        Level of the intervals.
    composed : bool
        Whether there are weights or imputed sets.
    """
    parts: dict[str, list[str]] = {}
    for group, members in groups:
        sample = step.sample if members is None else restricted(step.sample, members)
        whole = f"{step.contrast}|{group}"
        rows.cell(whole, cell_people(sample, lambda one: one.used))
        parts.setdefault("", []).append(whole)
        keys: dict[str, Any] = {"outcome": step.outcome, "contrast": step.contrast, "group": group, "n": sample.n}
        if sample.n < 2:
            for quantity in ("mean_difference", "d_z", "d_av"):
                rows.add(quantity, warning=TOO_FEW, cells=[whole], **keys)
        else:
            (_composed_means if composed else _plain_means)(rows, sample, conf_level, {**keys, "cells": [whole]})
        if step.threshold is not None:
            for level, cell in _shares(rows, sample, step.threshold, whole, conf_level, keys, composed).items():
                parts.setdefault(level, []).append(cell)
    if len(groups) > 1:
        for cells in parts.values():
            rows.total(cells[-1], cells[:-1])


def _plain_means(rows: Rows, sample: Sample, conf_level: float, keys: dict[str, Any]) -> None:
    later, first = sample.first.values(0), sample.first.values(1)
    found = paired_comparison(later, first, conf_level)
    if math.isnan(found.t):
        rows.add("mean_difference", estimate=found.difference, warning=CONSTANT_WARNING, method="no test", **keys)
        for quantity in ("d_z", "d_av"):
            rows.add(quantity, warning=CONSTANT_WARNING, method="no standardised difference", **keys)
        return
    rows.add(
        "mean_difference", estimate=found.difference, std_error=found.std_error, conf_low=found.low,
        conf_high=found.high, conf_level=conf_level, statistic=found.t, statistic_name="t", df1=found.df,
        p_value=found.p_value, method="paired t test", **keys,
    )  # fmt: skip
    for quantity, size in (("d_z", found.d_z), ("d_av", found.d_av)):
        rows.add(quantity, **size_fields(size, conf_level), **keys)
    r = pearson(later, first, conf_level)
    known = math.isfinite(r.low)
    rows.add("r", estimate=r.estimate, conf_low=r.low, conf_high=r.high, conf_level=conf_level if known else math.nan,
             method="Pearson's r of the two waves, Fisher's z interval",
             warning="" if known else "no interval: too few people, a constant wave or a perfect correlation",
             **keys)  # fmt: skip


def _composed_means(rows: Rows, sample: Sample, conf_level: float, keys: dict[str, Any]) -> None:
    found = composed_pair(sample, conf_level)
    for quantity, number, method in (
        ("mean_difference", found.difference, "no test" if found.constant else "t test of the mean difference"),
        ("d_z", found.d_z, "mean difference / SD of the differences, linearised t interval"),
        ("d_av", found.d_av, "mean difference / √((SD₁² + SD₂²) / 2), linearised t interval"),
    ):
        test: dict[str, Any] = {}
        if quantity == "mean_difference" and not found.constant:
            test = {"statistic": number.statistic, "statistic_name": "t", "p_value": number.p_value}
        rows.add(quantity, method=method, **_fields(number, conf_level), **test, **keys)


def _fields(number: Number, conf_level: float) -> dict[str, Any]:
    return {
        "estimate": number.estimate,
        "std_error": number.std_error,
        "df1": number.df,
        "warning": number.warning,
        **number.ends(conf_level),
    }


def _shares(
    rows: Rows,
    sample: Sample,
    threshold: Threshold,
    whole: str,
    conf_level: float,
    keys: dict[str, Any],
    composed: bool,
) -> dict[str, str]:
    cells = {level: f"{whole}|{level}" for level in LEVELS}
    for level, cell in cells.items():

        def who(one: CompletedSet, level: str = level) -> Mask:
            return changed(one.columns[0].values - one.columns[1].values, threshold.change, level)

        rows.cell(cell, cell_people(sample, who))
        own = {**keys, "level": level, "cells": [whole, cell]}
        if not sample.n:
            rows.add("changed", warning="nobody has both waves", **own)
        elif composed:
            share = proportion_number(sample, who, conf_level)
            rows.add("changed", method="logit interval", **_fields(share, conf_level), **own)
        else:
            members = int(who(sample.first)[sample.first.used].sum())
            low, high = wilson(members, sample.n, conf_level)
            rows.add("changed", estimate=members / sample.n, conf_low=low, conf_high=high, conf_level=conf_level,
                     method="Wilson interval", **own)  # fmt: skip
    rows.total(whole, cells.values())
    return cells


def changed(change: NDArray[np.float64], threshold: float, level: str) -> Mask:
    """Return who changed in a way; a change of exactly the threshold is not beyond it.

    Examples
    --------
    >>> changed(np.array([-3.0, 0.0, 2.0, 5.0]), 2.0, "reliably higher").tolist()
    [False, False, False, True]
    """
    with np.errstate(invalid="ignore"):
        if level == HIGHER:
            return np.asarray(change > threshold)
        return np.asarray(change < -threshold if level == LOWER else np.abs(change) <= threshold)


def add_threshold(rows: Rows, step: Step, words: str, criterion: float, whole: str) -> None:
    """Add the smallest reliable change and what it is made of."""
    if step.threshold is None:
        return
    rows.cell(whole, cell_people(step.sample, lambda one: one.used))
    keys: dict[str, Any] = {"outcome": step.outcome, "contrast": step.contrast, "n": step.sample.n, "cells": [whole]}
    rows.add("sd", estimate=step.threshold.sd, method="of the earlier wave, those with both", **keys)
    rows.add("sem", estimate=step.threshold.sem, method=f"SD × √(1 − reliability); {words}", **keys)
    rows.add("change_threshold", estimate=step.threshold.change, method=f"{criterion:g} × √2 × SEM", **keys)
