"""The rows of ``prevalence`` under weights or pooled over imputed sets: Rao–Scott tests, D2."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from osa_survey.analysis.composed_numbers import Number, proportion_number, smooth_number
from osa_survey.analysis.describing.composed_tables import TableAssociation, table_association
from osa_survey.analysis.describing.prevalence_rows import Activity, Grouping, MaskCells, overall_group
from osa_survey.analysis.domains import restricted_by
from osa_survey.analysis.multiplicity import adjusted_p_values
from osa_survey.analysis.samples import CompletedSet, Sample
from osa_survey.results import Rows
from osa_survey.weighting import Statistics, weighted_means

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]
NAMES = {"logit": "logit interval", "beta": "Korn–Graubard (beta) interval"}


@dataclass(frozen=True, repr=False)
class ArrangedSet:
    """The activities and groupings of one completed set."""

    activities: tuple[Activity, ...]
    groupings: tuple[Grouping, ...]


def composed_prevalence_rows(
    arranged: Sequence[ArrangedSet], sample: Sample, kind: str, conf_level: float, cells: MaskCells
) -> Rows:
    """Return percentages, tests and effect sizes of all activities and groupings.

    Parameters
    ----------
    arranged : sequence of ArrangedSet
        One for each set of ``sample``.
    sample : Sample
        Everybody, with the design.
    kind : {"logit", "beta"}
        The interval of a percentage.
    conf_level : float
        Level of all intervals.
    cells : MaskCells
        Names of groups of people, by those of the first set.
    """
    rows = Rows()
    first = arranged[0]
    tested: list[_Tested] = []
    for a, activity in enumerate(first.activities):
        bases = [one.activities[a].base for one in arranged]
        engaged = [one.activities[a].engaged for one in arranged]
        whole = add_share(
            rows, sample, activity, "", overall_group(first.groupings), bases, engaged, kind, conf_level, cells
        )
        for g, grouping in enumerate(first.groupings):
            masks = [[mask for _, mask in one.groupings[g].groups] for one in arranged]
            parts, filled = [], []
            for position, (label, _) in enumerate(grouping.groups):
                own = [base & masks_of[position] for base, masks_of in zip(bases, masks, strict=True)]
                parts.append(
                    add_share(rows, sample, activity, grouping.name, label, own, engaged, kind, conf_level, cells)
                )
                if restricted_by(sample, own).n:
                    filled.append(position)
            gaps = [base & one.groupings[g].gap for base, one in zip(bases, arranged, strict=True)]
            hidden = named_parts(rows, sample, activity, f"{grouping.name} without an answer", gaps, engaged, cells)
            for position, total in enumerate(whole):
                rows.total(total, [part[position] for part in (*parts, hidden)])
            behind = [cell for position in filled for cell in parts[position]]
            found = _association(sample, bases, engaged, masks, filled, conf_level)
            difference = _difference(sample, bases, engaged, masks, filled, conf_level) if len(filled) == 2 else None
            tested.append(_Tested(activity, grouping, found, behind, filled, difference))
    raw = np.array([math.nan if one.found is None else one.found.p_value for one in tested])
    for one, p in zip(tested, adjusted_p_values(raw, "holm"), strict=True):
        _add_tests(rows, one, float(p), conf_level)
    return rows


@dataclass(frozen=True, repr=False)
class _Tested:
    """One activity by one grouping: its test, the cells behind it, the groups with people, and their difference."""

    activity: Activity
    grouping: Grouping
    found: TableAssociation | None
    behind: list[str]
    filled: list[int]
    difference: Number | None


def named_parts(
    rows: Rows,
    sample: Sample,
    activity: Activity,
    group: str,
    bases: Sequence[Mask],
    engaged: Sequence[Mask],
    cells: MaskCells,
) -> tuple[str, str, str]:
    """Name a base, its engaged and its others, by the people of the first set; counts are means over the sets."""
    names = []
    for words, masks in (
        ("", bases),
        (", engaged", [base & yes for base, yes in zip(bases, engaged, strict=True)]),
        (", not engaged", [base & ~yes for base, yes in zip(bases, engaged, strict=True)]),
    ):
        name = cells.name(rows, masks[0], f"{activity.name}, {group}{words}")
        number = np.mean([(one.used & mask).sum() for one, mask in zip(sample.sets, masks, strict=True)])
        rows.cell(name, float(number))
        names.append(name)
    rows.total(names[0], names[1:])
    return names[0], names[1], names[2]


def add_share(
    rows: Rows,
    sample: Sample,
    activity: Activity,
    term: str,
    group: str,
    bases: Sequence[Mask],
    engaged: Sequence[Mask],
    kind: str,
    conf_level: float,
    cells: MaskCells,
) -> tuple[str, str, str]:
    """Add the share of a base that engaged; return the names of the base, those engaged and the others."""
    names = named_parts(rows, sample, activity, f"{term} {group}".strip(), bases, engaged, cells)
    inside = restricted_by(sample, bases)
    keys: dict[str, Any] = {"outcome": activity.name, "term": term, "group": group, "n": inside.n, "cells": names}
    if inside.n == 0:
        rows.add("proportion", method="no interval", warning="nobody in the base", **keys)
        return names
    found = proportion_number(inside, member_of(inside, engaged), conf_level, kind)
    rows.add(
        "proportion",
        estimate=found.estimate,
        std_error=found.std_error,
        df1=found.df,
        method=NAMES[kind],
        warning=found.warning,
        **found.ends(conf_level),
        **keys,
    )
    return names


def member_of(sample: Sample, masks: Sequence[Mask]) -> Callable[[CompletedSet], Mask]:
    """Return a function from each set of the sample to its mask."""
    known = {id(one): mask for one, mask in zip(sample.sets, masks, strict=True)}
    return lambda one: known[id(one)]


def _codes(masks: Sequence[Mask], filled: Sequence[int]) -> NDArray[np.int64]:
    codes = np.full(len(masks[0]), -1)
    for number, position in enumerate(filled):
        codes[masks[position]] = number
    return codes


def _association(
    sample: Sample,
    bases: Sequence[Mask],
    engaged: Sequence[Mask],
    masks: Sequence[Sequence[Mask]],
    filled: Sequence[int],
    conf_level: float,
) -> TableAssociation | None:
    if len(filled) < 2:
        return None
    inside = restricted_by(sample, bases)
    share = [float((one.used & yes).sum()) / max(one.n, 1) for one, yes in zip(inside.sets, engaged, strict=True)]
    if min(share) <= 0 or max(share) >= 1:
        return None
    tables = [
        (np.where(base & yes, 0, np.where(base, 1, -1)), _codes(masks_of, filled))
        for base, yes, masks_of in zip(bases, engaged, masks, strict=True)
    ]
    return table_association(inside, tables, (2, len(filled)), conf_level)


def _difference(
    sample: Sample,
    bases: Sequence[Mask],
    engaged: Sequence[Mask],
    masks: Sequence[Sequence[Mask]],
    filled: Sequence[int],
    conf_level: float,
) -> Number:
    """Return the difference of two shares, first minus second."""
    own = [base & (m[filled[0]] | m[filled[1]]) for base, m in zip(bases, masks, strict=True)]
    inside = restricted_by(sample, own)
    yes, one_of = member_of(inside, engaged), member_of(inside, [m[filled[0]] for m in masks])

    def base_of(one: CompletedSet, weights: Floats) -> Sequence[Statistics]:
        answers, first = yes(one)[one.used].astype(float), one_of(one)[one.used]
        columns = np.column_stack([np.where(first, answers, np.nan), np.where(first, np.nan, answers)])
        return [weighted_means(columns, weights)]

    return smooth_number(
        inside,
        base_of,
        lambda p: float(p[0] - p[1]),
        conf_level,
        what="a difference of proportions",
        df=lambda _: math.inf,
    )


def _add_tests(rows: Rows, tested: _Tested, p_adjusted: float, conf_level: float) -> None:
    found, difference = tested.found, tested.difference
    keys: dict[str, Any] = {"outcome": tested.activity.name, "term": tested.grouping.name, "cells": tested.behind}
    if found is None:
        few = len(tested.filled) < 2
        why = "only one group has people in the base" if few else "nobody or everybody of the base engaged"
        rows.add("chi_squared", method="no test", warning=why, **keys)
        return
    keys["n"] = found.n
    rows.add("chi_squared", estimate=found.statistic, p_adjusted=p_adjusted, **found.fields(), **keys)
    rows.add("cramers_v", **found.v_fields(), **keys)
    if difference is not None:
        contrast = " \u2212 ".join(tested.grouping.groups[position][0] for position in tested.filled)
        rows.add(
            "risk_difference",
            contrast=contrast,
            estimate=difference.estimate,
            std_error=difference.std_error,
            df1=difference.df,
            method="difference of two proportions, t interval",
            **difference.ends(conf_level),
            **keys,
        )
