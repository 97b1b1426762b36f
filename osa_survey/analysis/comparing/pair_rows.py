"""The rows of one pair of ratings."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from osa_survey.analysis.comparing.paired_comparisons import PairedComparison
from osa_survey.analysis.effect_sizes import PAIRED_SIZES
from osa_survey.analysis.factorial.repeated_tests import signed_ranks
from osa_survey.analysis.proportion_intervals import wilson
from osa_survey.analysis.size_rows import size_fields
from osa_survey.dataset import Column
from osa_survey.results import Rows

CONSTANT_WARNING = "all differences are the same: no test"


def add_pair(
    rows: Rows,
    name: str,
    both: tuple[Column, Column],
    found: PairedComparison,
    used: NDArray[np.bool_],
    sides: tuple[str, str],
    lowest: float | None,
    p_adjusted: float,
    conf_level: float,
) -> list[str]:
    """Add both sides and the difference of one pair; return the titles of variables without a lowest value."""
    whole = f"{name}: both ratings"
    rows.cell(whole, used)
    no_anchor = []
    quantile = float(stats.t.ppf(0.5 + conf_level / 2, found.n - 1))
    for side, column, mean, sd in zip(sides, both, found.means, found.sds, strict=True):
        keys: dict[str, Any] = {"outcome": name, "group": side, "n": found.n}
        half = quantile * sd / math.sqrt(found.n)
        ends: dict[str, Any] = {"conf_low": mean - half, "conf_high": mean + half, "conf_level": conf_level}
        std_error = sd / math.sqrt(found.n)
        method = "arithmetic mean, t interval"
        rows.add("mean", estimate=mean, std_error=std_error, method=method, cells=[whole], **ends, **keys)
        rows.add("sd", estimate=sd, method="n − 1 in the denominator", cells=[whole], **keys)
        anchor = lowest if lowest is not None else lowest_value(column)
        if anchor is None:
            no_anchor.append(column.info.title)
            continue
        members = used & (column.values > anchor)
        above = int(members.sum())
        parts = [f"{name}: {side} any", f"{name}: {side} none"]
        rows.cell(parts[0], members)
        rows.cell(parts[1], used & ~members)
        rows.total(whole, parts)
        low, high = wilson(above, found.n, conf_level)
        ends = {"conf_low": low, "conf_high": high, "conf_level": conf_level}
        method = f"share above the lowest value ({anchor:g}), Wilson interval"
        rows.add("proportion", estimate=above / found.n, method=method, cells=[whole, *parts], **ends, **keys)
    _add_difference(rows, name, found, sides, p_adjusted, conf_level, whole)
    return no_anchor


def _add_difference(
    rows: Rows,
    name: str,
    found: PairedComparison,
    sides: tuple[str, str],
    p_adjusted: float,
    conf_level: float,
    whole: str,
) -> None:
    contrast = f"{sides[0]} \u2212 {sides[1]}"
    keys: dict[str, Any] = {"outcome": name, "contrast": contrast, "n": found.n, "cells": [whole]}
    if math.isnan(found.t):
        warning: dict[str, Any] = {"warning": CONSTANT_WARNING}
        rows.add("mean_difference", estimate=found.difference, method="no test", **warning, **keys)
        rows.add("d_z", method="no standardised difference", **warning, **keys)
        rows.add("d_av", method="no standardised difference", **warning, **keys)
        return
    rows.add(
        "mean_difference",
        estimate=found.difference,
        std_error=found.std_error,
        conf_low=found.low,
        conf_high=found.high,
        conf_level=conf_level,
        statistic=found.t,
        statistic_name="t",
        df1=found.df,
        p_value=found.p_value,
        p_adjusted=p_adjusted,
        method="paired t test",
        **keys,
    )
    for quantity, size in (("d_z", found.d_z), ("d_av", found.d_av)):
        rows.add(quantity, **size_fields(size, conf_level), **keys)


def add_paired_sizes(
    rows: Rows,
    sizes: Sequence[str],
    name: str,
    values: tuple[NDArray[np.float64], NDArray[np.float64]],
    sides: tuple[str, str],
    conf_level: float,
) -> None:
    """Add sizes of the difference of one pair by their names in ``PAIRED_SIZES``."""
    whole = f"{name}: both ratings"
    rows.cell(whole, len(values[0]))
    for size in sizes:
        found = size_fields(PAIRED_SIZES[size](*values, conf_level), conf_level)
        contrast = f"{sides[0]} \u2212 {sides[1]}"
        rows.add(size, outcome=name, contrast=contrast, n=len(values[0]), cells=[whole], **found)


def add_signed_rank(
    rows: Rows, name: str, values: tuple[NDArray[np.float64], NDArray[np.float64]], sides: tuple[str, str]
) -> None:
    """Add Wilcoxon's signed rank test of one pair."""
    found = signed_ranks(*values)
    rows.add(
        "signed_rank",
        outcome=name,
        contrast=f"{sides[0]} \u2212 {sides[1]}",
        n=len(values[0]),
        estimate=found.v,
        statistic=found.v,
        statistic_name="V",
        p_value=found.p_value,
        method="Wilcoxon's signed rank test, normal approximation with continuity correction",
        warning="nobody's ratings differ" if math.isnan(found.v) else "",
        cells=[f"{name}: both ratings"],
    )


def lowest_value(column: Column) -> float | None:
    """Return the lowest value a variable can have, where that is declared."""
    if column.info.range is not None:
        return column.info.range[0]
    return min(column.info.codes) if column.info.codes else None
