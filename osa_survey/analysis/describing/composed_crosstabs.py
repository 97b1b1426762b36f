"""Two-way tables under weights (Rao and Scott) or pooled over imputed sets (D2)."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from osa_survey.analysis.arguments import margin_name
from osa_survey.analysis.composed_numbers import cell_people, people, proportion_number
from osa_survey.analysis.describing.composed_tables import (
    REFERENCE_D2,
    REFERENCE_RAO_SCOTT,
    TableAssociation,
    table_association,
)
from osa_survey.analysis.describing.crosstab_sentences import CrosstabWords
from osa_survey.analysis.domains import composition_notes, composition_references, composition_words, restricted
from osa_survey.analysis.samples import CompletedSet, Data, Sample, does_not_compose, sample_of
from osa_survey.dataset import Column
from osa_survey.results import Layout, Result, Rows, Show

Mask = NDArray[np.bool_]
Who = Callable[[CompletedSet], Mask]
Categories = Sequence[tuple[str, float]]
NOTE_PERCENT = "Row % are of the people in the row, column % of the people in the column; n are people, not weighted."
NOTE_LESS = (
    "Expected counts and residuals are not given under weights or imputation; over imputed sets V has no interval."
)
WARNING_ONE = "only one category occurs: no association can be tested"


def composed_crosstab(data: Data, row: str, column: str, conf_level: float) -> Result:
    """Return a two-way table under the design of the data, pooled over their sets.

    Parameters
    ----------
    data : ScoredData or ImputedData
        Data with weights or imputed sets.
    row, column : str
        Categorical variables.
    conf_level : float
        Level of the intervals of percentages.

    Raises
    ------
    AnalysisError
        ``does_not_compose`` where a category occurs in some imputed sets only.
    """
    sample = sample_of(data, [row, column])
    first, second = sample.first.columns
    groups, levels = _categories(sample, 0), _categories(sample, 1)
    rows, tested = Rows(), Rows()
    names = (row, column)
    for into in (rows, tested):
        _declare(into, sample, names, groups, levels)
    _add_counts(rows, sample, names, groups, levels, margin_name(first, second), conf_level)
    found = _association(sample, groups, levels, conf_level)
    for into in (rows, tested):
        _add_test(
            into, names, sample, found, [_cell(names, i, j) for i in range(len(groups)) for j in range(len(levels))]
        )
    titles = {row: first.info.title, column: second.info.title}
    people_of = {"n_used": sample.n, "n_dropped": sample.n_dropped}
    words = composition_words(sample)
    test = Result.from_rows(
        tested,
        title=f"Association of {' and '.join(titles.values())}",
        analysis="crosstab",
        method=(found.method if found else "no test") + words,
        labels=titles,
        layout=Layout(
            rows=("outcome", "term"),
            show=(
                Show("chi_squared", "n"),
                Show("chi_squared", "statistic"),
                Show("chi_squared", "p"),
                Show("cramers_v"),
                *(() if sample.imputed else (Show("cramers_v", "interval"),)),
            ),
            row_head="Variables",
        ),
        **people_of,
    )
    return Result.from_rows(
        rows,
        title=f"{first.info.title} by {second.info.title}",
        analysis="crosstab",
        method=f"counts of people, percentages with logit intervals ({100 * conf_level:g}%)" + words,
        settings={"row": row, "column": column, "conf_level": conf_level},
        notes=(NOTE_PERCENT, NOTE_LESS, *composition_notes(sample)),
        references=(REFERENCE_D2 if sample.imputed else REFERENCE_RAO_SCOTT, *composition_references(sample)),
        more={"test": test},
        wording=CrosstabWords(tuple(titles.items())),
        labels=titles,
        layout=Layout(
            rows=("group",),
            show=(Show("count"), Show("row_proportion"), Show("row_proportion", "interval")),
            across="level",
            row_head=first.info.title,
        ),
        plot="stacked_bars",
        **people_of,
    )


def _categories(sample: Sample, place: int) -> Categories:
    info = sample.first.columns[place].info
    everyone = []
    for code, label in zip(info.codes, info.labels, strict=True):
        there = [bool((one.used & (one.columns[place].values == code)).any()) for one in sample.sets]
        if any(there) and not all(there):
            hint = "merge rare categories before imputing"
            raise does_not_compose(f"'{label}' of '{info.name}' occurs in some of the completed sets only", hint)
        if all(there):
            everyone.append((label, code))
    return everyone


def _is(place: int, code: float | None) -> Who:
    return lambda one: one.used if code is None else np.asarray(one.columns[place].values == code)


def _cell(names: tuple[str, str], i: int, j: int) -> str:
    return f"{names[0]}|{names[1]}|{i}|{j}"


def _declare(rows: Rows, sample: Sample, names: tuple[str, str], groups: Categories, levels: Categories) -> None:
    height, width = len(groups), len(levels)
    for i, code in enumerate([*(code for _, code in groups), None]):
        for j, other in enumerate([*(code for _, code in levels), None]):
            rows.cell(_cell(names, i, j), cell_people(restricted(sample, _is(0, code)), _is(1, other)))
    for i in range(height + 1):
        rows.total(_cell(names, i, width), [_cell(names, i, j) for j in range(width)])
    for j in range(width + 1):
        rows.total(_cell(names, height, j), [_cell(names, i, j) for i in range(height)])


def _add_counts(
    rows: Rows,
    sample: Sample,
    names: tuple[str, str],
    groups: Categories,
    levels: Categories,
    margin: str,
    conf_level: float,
) -> None:
    everything: list[tuple[str, float | None]] = [*groups, (margin, None)]
    across: list[tuple[str, float | None]] = [*levels, (margin, None)]
    for i, (group, code) in enumerate(everything):
        of_row = restricted(sample, _is(0, code))
        for j, (level, other) in enumerate(across):
            key: dict[str, Any] = {"outcome": names[0], "term": names[1], "group": group, "level": level}
            inner = _cell(names, i, j)
            number = people(of_row, _is(1, other))
            rows.add("count", n=sample.n, estimate=number, method="people, not weighted", cells=[inner], **key)
            shares = []
            if j < len(levels):
                shares.append(("row_proportion", of_row, _is(1, other), _cell(names, i, len(levels))))
            if i < len(groups):
                of_column = restricted(sample, _is(1, other))
                shares.append(("column_proportion", of_column, _is(0, code), _cell(names, len(groups), j)))
            for quantity, base, who, whole in shares:
                found = proportion_number(base, who, conf_level)
                rows.add(
                    quantity,
                    n=found.n,
                    estimate=found.estimate,
                    std_error=found.std_error,
                    df1=found.df,
                    method="logit interval",
                    warning=found.warning,
                    cells=[inner, whole],
                    **found.ends(conf_level),
                    **key,
                )


def _codes(column: Column, categories: Categories) -> NDArray[np.int64]:
    codes = np.full(len(column.values), -1)
    for number, (_, code) in enumerate(categories):
        codes[column.values == code] = number
    return codes


def _association(sample: Sample, groups: Categories, levels: Categories, conf_level: float) -> TableAssociation | None:
    if min(len(groups), len(levels)) < 2:
        return None
    tables = [(_codes(one.columns[0], groups), _codes(one.columns[1], levels)) for one in sample.sets]
    return table_association(sample, tables, (len(groups), len(levels)), conf_level)


def _add_test(
    rows: Rows, names: tuple[str, str], sample: Sample, found: TableAssociation | None, cells: list[str]
) -> None:
    key: dict[str, Any] = {"outcome": names[0], "term": names[1], "n": sample.n, "cells": cells}
    if found is None:
        rows.add("chi_squared", estimate=math.nan, warning=WARNING_ONE, **key)
        rows.add("cramers_v", estimate=math.nan, warning=WARNING_ONE, **key)
        return
    rows.add("chi_squared", estimate=found.statistic, **found.fields(), **key)
    rows.add("cramers_v", **found.v_fields(), **key)
