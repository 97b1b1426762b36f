"""The rows of a table of prevalence, with the counts each of them would give away."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from osa_survey.analysis.multiplicity import adjusted_p_values
from osa_survey.analysis.proportion_intervals import INTERVAL_NAMES, Interval, difference_interval, proportion_interval
from osa_survey.effects.noncentral_intervals import noncentral_chi2_interval
from osa_survey.results import Rows

Base = Literal["eligible", "asked", "answered", "engaged"]
ALL = "all"
SMALL_EXPECTED = 5
"""Cochran's rule of thumb: with smaller expected counts the chi-square distribution fits poorly."""


@dataclass(frozen=True, repr=False)
class Activity:
    """One activity: who engaged, and who is in the base."""

    name: str
    title: str
    engaged: NDArray[np.bool_]
    base: NDArray[np.bool_]


@dataclass(frozen=True, repr=False)
class Grouping:
    """A grouping variable: its printed groups with their people, and the people in none of them."""

    name: str
    title: str
    groups: tuple[tuple[str, NDArray[np.bool_]], ...]
    gap: NDArray[np.bool_]


class MaskCells:
    """Names for groups of people, the same name for the same people wherever they appear.

    Two bases that hold the same people must be hidden together, or one table would give back what the other hides.
    """

    def __init__(self) -> None:
        self._names: dict[bytes, str] = {}

    def name(self, rows: Rows, mask: NDArray[np.bool_], description: str) -> str:
        """Return the name of these people, known to ``rows`` with their count."""
        name = self._names.setdefault(np.packbits(mask).tobytes(), description)
        rows.cell(name, mask)
        return name


def grouped_labels(variables: Sequence[tuple[str, Sequence[str]]]) -> list[list[str]]:
    """Return group labels that are unique over all grouping variables.

    Examples
    --------
    >>> grouped_labels([("Gender", ["man", "woman"]), ("Partner", ["yes", "no"]), ("Children", ["yes", "no"])])
    [['man', 'woman'], ['Partner: yes', 'Partner: no'], ['Children: yes', 'Children: no']]
    """
    everything = [ALL, *(label for _, labels in variables for label in labels)]
    clash = [any(everything.count(label) > 1 for label in labels) for _, labels in variables]
    return [
        [f"{title}: {label}" if is_double else label for label in labels]
        for (title, labels), is_double in zip(variables, clash, strict=True)
    ]


def overall_group(groupings: Sequence[Grouping]) -> str:
    """Return the group of the overall percentage.

    Beside the groups of one variable it is a column of its own; above several variables it is the activity's own row.
    """
    return ALL if len(groupings) < 2 else ""


@dataclass(frozen=True)
class IndependenceTest:
    """A chi-square test of a 2 × k table.

    Attributes
    ----------
    chi_squared, df, p_value : float
        Without continuity correction.
    cramers_v, conf_low, conf_high : float
        √(χ² / N) and its two-sided interval.
    small_expected : bool
        Whether some expected count is below five.
    """

    chi_squared: float
    df: float
    p_value: float
    cramers_v: float
    conf_low: float
    conf_high: float
    small_expected: bool


@dataclass(frozen=True)
class ChiSquared:
    """χ² of a 2 × k table without continuity correction, its df and p, people, and the least expected count."""

    chi_squared: float
    df: int
    p_value: float
    total: float
    least_expected: float


def chi_squared_test(engaged: NDArray[np.int64], n: NDArray[np.int64]) -> ChiSquared | None:
    """Return the chi-square test that all groups engage alike, or None if nobody or everybody engages.

    Parameters
    ----------
    engaged, n : ndarray of int, shape (groups,)
        People engaged and people in each group; every group has someone.
    """
    counts = np.vstack([engaged, n - engaged]).astype(float)
    if len(n) < 2 or (counts.sum(axis=1) == 0).any():
        return None
    total = float(counts.sum())
    expected = np.outer(counts.sum(axis=1), counts.sum(axis=0)) / total
    found = float((np.square(counts - expected) / expected).sum())
    df = len(n) - 1
    return ChiSquared(found, df, float(stats.chi2.sf(found, df)), total, float(expected.min()))


def independence_test(engaged: NDArray[np.int64], n: NDArray[np.int64], conf_level: float) -> IndependenceTest | None:
    """Return the test that all groups engage alike, or None if nobody or everybody engages.

    Parameters
    ----------
    engaged, n : ndarray of int, shape (groups,)
        People engaged and people in each group; every group has someone.
    conf_level : float
        Level of the interval of V.

    Notes
    -----
    χ² = Σ (O − E)² / E over the 2 × k cells; V = √(χ² / N). Where χ² is so small that both bounds of the
    noncentrality are zero, the upper bound is V itself.
    """
    found = chi_squared_test(engaged, n)
    if found is None:
        return None
    bounds = noncentral_chi2_interval(found.chi_squared, found.df, conf_level)
    size = math.sqrt(found.chi_squared / found.total)
    return IndependenceTest(
        chi_squared=found.chi_squared,
        df=float(found.df),
        p_value=found.p_value,
        cramers_v=size,
        conf_low=math.sqrt(bounds.low / found.total),
        conf_high=min(1.0, max(size, math.sqrt(bounds.high / found.total))),
        small_expected=found.least_expected < SMALL_EXPECTED,
    )


def prevalence_rows(
    activities: Sequence[Activity],
    groupings: Sequence[Grouping],
    interval: Interval,
    conf_level: float,
    cells: MaskCells,
) -> Rows:
    """Return percentages, tests and effect sizes of all activities and groupings."""
    rows = Rows()
    crossings = _crossings(activities, groupings, conf_level)
    for activity in activities:
        everybody = np.ones(len(activity.base), dtype=bool)
        whole = _add_proportion(rows, activity, "", overall_group(groupings), everybody, interval, conf_level, cells)
        for grouping in groupings:
            parts = [
                _add_proportion(rows, activity, grouping.name, label, mask, interval, conf_level, cells)
                for label, mask in grouping.groups
            ]
            hidden = split_cells(rows, activity, grouping.gap, f"{grouping.name} without an answer", cells)
            for position, total in enumerate(whole):
                rows.total(total, [part[position] for part in (*parts, hidden)])
            _add_tests(rows, activity, grouping, parts, crossings[activity.name, grouping.name], conf_level)
    return rows


def split_cells(
    rows: Rows, activity: Activity, mask: NDArray[np.bool_], group: str, cells: MaskCells
) -> tuple[str, str, str]:
    """Name the base of a group, its engaged and its others; return these names."""
    base = activity.base & mask
    whole = cells.name(rows, base, f"{activity.name}, {group}")
    engaged = cells.name(rows, base & activity.engaged, f"{activity.name}, {group}, engaged")
    others = cells.name(rows, base & ~activity.engaged, f"{activity.name}, {group}, not engaged")
    rows.total(whole, [engaged, others])
    return whole, engaged, others


def _add_proportion(
    rows: Rows,
    activity: Activity,
    term: str,
    group: str,
    mask: NDArray[np.bool_],
    interval: Interval,
    conf_level: float,
    cells: MaskCells,
) -> tuple[str, str, str]:
    names = split_cells(rows, activity, mask, f"{term} {group}".strip(), cells)
    n = int((activity.base & mask).sum())
    engaged = int((activity.base & mask & activity.engaged).sum())
    keys: dict[str, Any] = {"outcome": activity.name, "term": term, "group": group, "n": n, "cells": names}
    if n == 0:
        rows.add("proportion", method="no interval", warning="nobody in the base", **keys)
        return names
    low, high = proportion_interval(engaged, n, interval, conf_level)
    ends: dict[str, Any] = {"conf_low": low, "conf_high": high, "conf_level": conf_level}
    rows.add("proportion", estimate=engaged / n, method=f"{INTERVAL_NAMES[interval]} interval", **ends, **keys)
    return names


@dataclass(frozen=True)
class _Crossing:
    """One activity by one grouping: the groups with people in the base, their counts and the test."""

    filled: tuple[int, ...]
    engaged: tuple[int, ...]
    n: tuple[int, ...]
    test: IndependenceTest | None
    p_adjusted: float = math.nan


def _crossings(
    activities: Sequence[Activity], groupings: Sequence[Grouping], conf_level: float
) -> dict[tuple[str, str], _Crossing]:
    """Return every activity by every grouping, p adjusted by Holm over all of them."""
    found = {}
    for activity in activities:
        for grouping in groupings:
            n = np.array([int((activity.base & mask).sum()) for _, mask in grouping.groups], dtype=np.int64)
            both = activity.base & activity.engaged
            engaged = np.array([int((both & mask).sum()) for _, mask in grouping.groups], dtype=np.int64)
            filled = np.flatnonzero(n)
            test = independence_test(engaged[filled], n[filled], conf_level)
            positions, counts, sizes = (tuple(map(int, values)) for values in (filled, engaged[filled], n[filled]))
            found[activity.name, grouping.name] = _Crossing(positions, counts, sizes, test)
    raw = np.array([math.nan if crossing.test is None else crossing.test.p_value for crossing in found.values()])
    adjusted = adjusted_p_values(raw, "holm")
    return {key: replace(found[key], p_adjusted=float(p)) for key, p in zip(found, adjusted, strict=True)}


def _add_tests(
    rows: Rows,
    activity: Activity,
    grouping: Grouping,
    names: Sequence[tuple[str, str, str]],
    crossing: _Crossing,
    conf_level: float,
) -> None:
    # At full precision the test and the margins give a hidden count back, so the test is hidden with any group.
    behind = [cell for position in crossing.filled for cell in names[position]]
    keys: dict[str, Any] = {"outcome": activity.name, "term": grouping.name, "n": sum(crossing.n), "cells": behind}
    found = crossing.test
    if found is None:
        few = len(crossing.n) < 2
        why = "only one group has people in the base" if few else "nobody or everybody of the base engaged"
        rows.add("chi_squared", method="no test", warning=why, **keys)
        return
    test: dict[str, Any] = {
        "statistic": found.chi_squared,
        "statistic_name": "χ²",
        "df1": found.df,
        "p_value": found.p_value,
        "p_adjusted": crossing.p_adjusted,
        "warning": "some expected counts are below five" if found.small_expected else "",
    }
    method = "chi-square test without continuity correction; p adjusted by Holm over the table"
    rows.add("chi_squared", estimate=found.chi_squared, method=method, **test, **keys)
    ends: dict[str, Any] = {"conf_low": found.conf_low, "conf_high": found.conf_high, "conf_level": conf_level}
    rows.add("cramers_v", estimate=found.cramers_v, method="√(χ² / N), noncentral χ² interval", **ends, **keys)
    if len(crossing.n) == 2:
        first, second = zip(crossing.engaged, crossing.n, strict=True)
        low, high = difference_interval(first, second, conf_level)
        ends = {"conf_low": low, "conf_high": high, "conf_level": conf_level}
        labels = [grouping.groups[position][0] for position in crossing.filled]
        contrast = f"{labels[0]} \u2212 {labels[1]}"
        difference = first[0] / first[1] - second[0] / second[1]
        method = "difference of two proportions, Newcombe's interval"
        rows.add("risk_difference", contrast=contrast, estimate=difference, method=method, **ends, **keys)
