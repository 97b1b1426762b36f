"""Frequency in two parts: how many engage at all, and how often those who do."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from osa_survey import formatting
from osa_survey.analysis.describing.prevalence_rows import ALL, Activity, Base, Grouping, MaskCells, split_cells
from osa_survey.analysis.describing.prevalence_sentences import BASES
from osa_survey.analysis.phrases import NOT_SHOWN, check_language, find, is_hidden, is_known, shown
from osa_survey.analysis.proportion_intervals import INTERVAL_NAMES, Interval, proportion_interval
from osa_survey.dataset import Column
from osa_survey.errors import AnalysisError, Problem
from osa_survey.results import Layout, Result, Rows, Show


def frequency_result(
    activities: Sequence[Activity],
    how_often: Mapping[str, Column],
    groupings: Sequence[Grouping],
    base: Base,
    interval: Interval,
    conf_level: float,
    cells: MaskCells,
    common: Mapping[str, Any],
) -> Result:
    """Return for each activity the percentage engaged, then mean, SD, median and distribution among the engaged.

    Parameters
    ----------
    activities : sequence of Activity
        Who engaged, and the base.
    how_often : mapping of str to Column
        Activity → its frequency variable, ordinal or a number.
    groupings : sequence of Grouping
        Mean, SD and median are given for their groups too.
    base, interval, conf_level
        As in ``prevalence``.
    cells : MaskCells
        The names of the counts, shared with the table of prevalence.
    common : mapping
        Fields of the result.

    """
    rows = Rows()
    for activity in activities:
        if activity.name in how_often:
            _add_activity(rows, activity, how_often[activity.name], groupings, interval, conf_level, cells)
    return frequency_table(rows, activities, how_often, base, common, grouped=bool(groupings))


def check_frequencies(columns: Iterable[Column]) -> None:
    """Raise an AnalysisError if a frequency variable is nominal."""
    problems = [
        Problem(
            "nominal_frequency",
            f"{column.info.title} is nominal: how often needs an order",
            column=column.info.name,
            hint="declare it as ordinal in the codebook",
        )
        for column in columns
        if column.info.type == "nominal"
    ]
    if problems:
        raise AnalysisError(problems)


def frequency_table(
    rows: Rows,
    activities: Sequence[Activity],
    named: Collection[str],
    base: Base,
    common: Mapping[str, Any],
    *,
    grouped: bool,
    words_of: str = "",
    notes: Sequence[str] = (),
    median: bool = True,
) -> Result:
    """Return the table of frequency in two parts from its rows.

    Parameters
    ----------
    rows : Rows
        The rows of all activities.
    activities : sequence of Activity
        The activities of the table of prevalence.
    named : collection of str
        Those with a frequency.
    base : str
        The base of the percentage engaged.
    common : mapping
        Fields of the result.
    grouped : bool
        Whether there are groups.
    words_of, notes : str and sequence of str
        What weights and imputation add to the method and the notes.
    median : bool
        Whether medians are shown.
    """
    words = BASES[base]["en"]
    return Result.from_rows(
        rows,
        title=f"Frequency of activities in two parts: engaged (base: {words}), and how often among those engaged",
        method=f"Percentage of {words}; mean, standard deviation and median of the frequency among those engaged"
        + words_of,
        notes=(
            f"Base of the percentage engaged: {words}. Mean, SD, median and the distribution describe only those who "
            "engaged and said how often.",
            *notes,
        ),
        wording=FrequencySentences({a.name: a.title for a in activities if a.name in named}),
        layout=Layout(
            rows=("outcome", "group", "level") if grouped else ("outcome", "level"),
            show=(
                Show("proportion"),
                Show("proportion", "interval"),
                Show("proportion", "n"),
                Show("mean", head="M frequency"),
                Show("sd"),
                *([Show("median")] if median else []),
                Show("mean", "n", "n with a frequency"),
            ),
            row_head="Activity",
        ),
        **common,
    )


def _add_activity(
    rows: Rows,
    activity: Activity,
    column: Column,
    groupings: Sequence[Grouping],
    interval: Interval,
    conf_level: float,
    cells: MaskCells,
) -> None:
    everybody = np.ones(len(activity.base), dtype=bool)
    engaged = activity.base & activity.engaged
    _, engaged_cell, others_cell = split_cells(rows, activity, everybody, ALL, cells)
    keys: dict[str, Any] = {"outcome": activity.name, "group": ALL}
    n, count = int(activity.base.sum()), int(engaged.sum())
    if n:
        low, high = proportion_interval(count, n, interval, conf_level)
        ends: dict[str, Any] = {"conf_low": low, "conf_high": high, "conf_level": conf_level}
        method = f"{INTERVAL_NAMES[interval]} interval"
        rows.add(
            "proportion", n=n, estimate=count / n, method=method, cells=[engaged_cell, others_cell], **ends, **keys
        )
    told = engaged & column.answered
    whole = _add_moments(rows, activity, column, told, "", ALL, cells)
    silent = cells.name(rows, engaged & ~column.answered, f"{activity.name}, engaged, frequency missing")
    rows.total(engaged_cell, [whole, silent])
    for grouping in groupings:
        parts = [
            _add_moments(rows, activity, column, told & mask, grouping.name, label, cells)
            for label, mask in grouping.groups
        ]
        gap = cells.name(rows, told & grouping.gap, f"{activity.name}, frequency, {grouping.name} without an answer")
        rows.total(whole, [*parts, gap])
    if column.info.is_categorical and told.any():
        _add_distribution(rows, activity, column, told, whole, interval, conf_level, cells)


def _add_moments(
    rows: Rows,
    activity: Activity,
    column: Column,
    told: NDArray[np.bool_],
    term: str,
    group: str,
    cells: MaskCells,
) -> str:
    name = cells.name(rows, told, f"{activity.name}, frequency, {term} {group}".replace("  ", " "))
    values = column.values[told]
    keys: dict[str, Any] = {"outcome": activity.name, "term": term, "group": group, "n": len(values), "cells": [name]}
    if not len(values):
        rows.add("mean", method="no mean", warning="nobody engaged and said how often", **keys)
        return name
    how = "of the codes" if column.info.is_categorical else "of the values"
    rows.add("mean", estimate=float(values.mean()), method=f"arithmetic mean {how}", **keys)
    if len(values) > 1:
        rows.add("sd", estimate=float(values.std(ddof=1)), method="n − 1 in the denominator", **keys)
    rows.add("median", estimate=float(np.median(values)), method=f"median {how}", **keys)
    return name


def _add_distribution(
    rows: Rows,
    activity: Activity,
    column: Column,
    told: NDArray[np.bool_],
    whole: str,
    interval: Interval,
    conf_level: float,
    cells: MaskCells,
) -> None:
    """Add the share of each frequency among those engaged, in declared order."""
    n = int(told.sum())
    parts = []
    for code, label in zip(column.info.codes, column.info.labels, strict=True):
        mask = told & (column.values == code)
        count = int(mask.sum())
        name = cells.name(rows, mask, f"{activity.name}, {label}")
        rest = cells.name(rows, told & ~mask, f"{activity.name}, not {label}")
        rows.total(whole, [name, rest])
        parts.append(name)
        low, high = proportion_interval(count, n, interval, conf_level)
        rows.add(
            "proportion",
            outcome=activity.name,
            group=ALL,
            level=label,
            n=n,
            estimate=count / n,
            conf_low=low,
            conf_high=high,
            conf_level=conf_level,
            method=f"share among those engaged, {INTERVAL_NAMES[interval]} interval",
            cells=[name, rest],
        )
    rows.total(whole, parts)


@dataclass(frozen=True)
class FrequencySentences:
    """One sentence for each activity: how often those engaged did it; their percentage is told with the prevalence.

    Attributes
    ----------
    activities : mapping of str to str
        Names and printed titles.
    """

    activities: Mapping[str, str]

    def __call__(self, table: pd.DataFrame, language: str) -> tuple[str, ...]:
        """Return the sentences in a language."""
        check_language(language)
        return tuple(self._activity(table, name, title, language) for name, title in self.activities.items())

    def _activity(self, table: pd.DataFrame, name: str, title: str, language: str) -> str:
        mean = find(table, "mean", outcome=name, group=ALL)
        if find(table, "proportion", outcome=name, group=ALL, level="") is None:
            return f"{title}: " + {"en": "nobody is in the base.", "de": "Basis leer."}[language]
        if is_hidden(mean):
            words = {"en": "how often those engaged did it is", "de": "wie oft die Ausübenden es taten, wird"}[language]
            return f"{title}: {words} {NOT_SHOWN[language]}."
        if not is_known(mean) or mean is None:
            said = {"en": "nobody of those engaged said how often", "de": "niemand der Ausübenden gab an, wie oft"}
            return f"{title}: {said[language]}."
        spread = find(table, "sd", outcome=name, group=ALL)
        median = find(table, "median", outcome=name, group=ALL)
        sd = f", SD = {shown(spread)}" if spread is not None and is_known(spread) else ""
        mdn = f", Mdn = {shown(median)}" if median is not None and is_known(median) else ""
        among = {"en": "frequency among those engaged", "de": "Häufigkeit unter den Ausübenden"}[language]
        return f"{title}: {among} M = {shown(mean)}{sd}{mdn} (n = {formatting.count(mean['n'])})."
