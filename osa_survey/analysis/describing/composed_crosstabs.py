"""Two-way tables under weights (Rao and Scott) or pooled over imputed sets (D2)."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from osa_survey.analysis.arguments import margin_name
from osa_survey.analysis.composed_numbers import cell_people, people, proportion_number
from osa_survey.analysis.describing.composed_table_sizes import add_composed_table_sizes
from osa_survey.analysis.describing.composed_table_tests import composed_matched, composed_yates
from osa_survey.analysis.describing.composed_tables import (
    REFERENCE_D2,
    REFERENCE_RAO_SCOTT,
    TableAssociation,
    table_association,
)
from osa_survey.analysis.describing.crosstab_sentences import CrosstabWords
from osa_survey.analysis.describing.crosstab_sizes import Counted, check_fit, size_notes
from osa_survey.analysis.describing.matched_tables import check_matched
from osa_survey.analysis.describing.table_tests import check_shape
from osa_survey.analysis.domains import (
    composition_notes,
    composition_references,
    composition_words,
    raked_variables,
    restricted,
)
from osa_survey.analysis.effect_sizes import sizes_result
from osa_survey.analysis.samples import CompletedSet, Data, Sample, does_not_compose, sample_of
from osa_survey.dataset import Column
from osa_survey.results import Layout, Result, Rows, Show

Mask = NDArray[np.bool_]
Who = Callable[[CompletedSet], Mask]
Categories = Sequence[tuple[str, float]]
NOTE_PERCENT = "Row % are of the people in the row, column % of the people in the column; n are people, not weighted."
NOTE_LESS = (
    "Expected counts and residuals belong to tables of whole counts: they are not given under weights or imputation."
)
WARNING_ONE = "only one category occurs: no association can be tested"


def composed_crosstab(
    data: Data,
    row: str,
    column: str,
    conf_level: float,
    *,
    sizes: Sequence[str] = (),
    tests: Sequence[str] = (),
    matched: bool = False,
) -> Result:
    """Return a two-way table under the design of the data, pooled over their sets.

    Parameters
    ----------
    data : ScoredData or ImputedData
        Data with weights or imputed sets.
    row, column : str
        Categorical variables.
    conf_level : float
        Level of the intervals of percentages and sizes.
    sizes, tests : sequence of str
        Further effect sizes, and further tests; those without a rule are refused before.
    matched : bool
        Whether both variables ask the same people the same question.

    Raises
    ------
    AnalysisError
        ``does_not_compose`` where a category occurs in some imputed sets only; a size or test that does not go with
        the shape of the table.
    """
    sample = sample_of(data, [row, column])
    first, second = sample.first.columns
    groups, levels = _categories(sample, 0), _categories(sample, 1)
    names = (row, column)
    table = Counted(
        names=names,
        groups=tuple(label for label, _ in groups),
        levels=tuple(label for label, _ in levels),
        counts=np.array(
            [[people(restricted(sample, _is(0, a)), _is(1, b)) for _, b in levels] for _, a in groups], dtype=float
        ),
        cells=tuple(_cell(names, i, j) for i in range(len(groups)) for j in range(len(levels))),
    )
    check_fit(sizes, table)
    check_shape(tests, table)
    if matched:
        check_matched(table)

    def places(one: CompletedSet) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        return _codes(one.columns[0], groups)[one.used], _codes(one.columns[1], levels)[one.used]

    rows, tested, sized, differing, further = Rows(), Rows(), Rows(), Rows(), Rows()
    for into in (rows, tested, sized, differing, further):
        _declare(into, sample, names, groups, levels)
    _add_counts(rows, sample, names, groups, levels, margin_name(first, second), conf_level)
    found = _association(sample, groups, levels, conf_level)
    for into in (rows, tested):
        _add_test(into, names, sample, found, list(table.cells))
    own = [name for name in sizes if name != "cramers_v"]
    for into, asked in ((rows, own), (sized, sizes)):
        add_composed_table_sizes(into, asked, table, sample, places, found, conf_level)
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
                Show("cramers_v", "interval"),
            ),
            row_head="Variables",
        ),
        **people_of,
    )
    title = f"{first.info.title} by {second.info.title}"
    more = {"test": test}
    settings: dict[str, Any] = {"row": row, "column": column, "conf_level": conf_level}
    if matched:
        more["matched"] = composed_matched(differing, table, sample, places, titles, words)
        settings["matched"] = True
    if tests:
        more["further_tests"] = composed_yates(further, table, sample, places, titles, words)
        settings["further_tests"] = list(tests)
    if sizes:
        keys = ("contrast", "level") if "number_needed" in sizes else ("outcome",)
        more["effect_sizes"] = sizes_result(
            sized, title=title, analysis="crosstab", used=sample.n, dropped=sample.n_dropped, labels=titles, keys=keys,
            notes=[*size_notes(sizes, table), *composition_notes(sample)],
        )  # fmt: skip
        settings["effect_sizes"] = list(sizes)
    return Result.from_rows(
        rows,
        title=title,
        analysis="crosstab",
        method=f"counts of people, percentages with logit intervals ({100 * conf_level:g}%)" + words,
        settings=settings,
        notes=(NOTE_PERCENT, NOTE_LESS, *composition_notes(sample)),
        references=(REFERENCE_D2 if sample.imputed else REFERENCE_RAO_SCOTT, *composition_references(sample)),
        more=more,
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
    height, width = len(groups), len(levels)
    raked = raked_variables(sample)
    of_groups = [_cell(names, i, width) for i in range(height)] if names[0] in raked else []
    of_levels = [_cell(names, height, j) for j in range(width)] if names[1] in raked else []
    for i, (group, code) in enumerate(everything):
        of_row = restricted(sample, _is(0, code))
        for j, (level, other) in enumerate(across):
            key: dict[str, Any] = {"outcome": names[0], "term": names[1], "group": group, "level": level}
            inner = _cell(names, i, j)
            number = people(of_row, _is(1, other))
            rows.add("count", n=sample.n, estimate=number, method="people, not weighted", cells=[inner], **key)
            shares = []
            if j < len(levels):
                behind = [inner, _cell(names, i, width), *of_levels]
                shares.append(("row_proportion", of_row, _is(1, other), behind))
            if i < len(groups):
                of_column = restricted(sample, _is(1, other))
                behind = [inner, _cell(names, height, j), *of_groups]
                shares.append(("column_proportion", of_column, _is(0, code), behind))
            for quantity, base, who, behind in shares:
                found = proportion_number(base, who, conf_level)
                rows.add(
                    quantity,
                    n=found.n,
                    estimate=found.estimate,
                    std_error=found.std_error,
                    df1=found.df,
                    method="logit interval",
                    warning=found.warning,
                    cells=behind,
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
