"""The rows of a table of counts: every count with its percentages, expectation and residual, and the test."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from osa_survey.analysis.describing.contingency import chi_squared
from osa_survey.analysis.describing.crosstab_sizes import WARNING_ONE_CATEGORY, Counted, expected_warning
from osa_survey.results import Rows


def declare_cells(
    rows: Rows,
    names: tuple[str, str],
    groups: Sequence[NDArray[np.bool_]],
    levels: Sequence[NDArray[np.bool_]],
    both: NDArray[np.bool_],
) -> None:
    """Declare every count and margin to the gate, with the sums a reader can form."""
    height, width = len(groups) + 1, len(levels) + 1
    for i, first in enumerate((*groups, both)):
        for j, second in enumerate((*levels, both)):
            rows.cell(cell_name(names, i, j), first & second)
    for i in range(height):
        rows.total(cell_name(names, i, width - 1), [cell_name(names, i, j) for j in range(width - 1)])
    for j in range(width):
        rows.total(cell_name(names, height - 1, j), [cell_name(names, i, j) for i in range(height - 1)])


def _with_margins(counts: NDArray[np.float64]) -> NDArray[np.float64]:
    full = np.pad(counts, ((0, 1), (0, 1)))
    full[-1, :-1], full[:-1, -1], full[-1, -1] = counts.sum(axis=0), counts.sum(axis=1), counts.sum()
    return full


def add_count_rows(
    rows: Rows,
    names: tuple[str, str],
    groups: list[str],
    levels: list[str],
    counts: NDArray[np.float64],
    *,
    margin: str,
) -> None:
    """Add every count, its percentages, expectation and residual; each names the counts it would give away."""
    full = _with_margins(counts)
    n = float(counts.sum())
    cells = [[cell_name(names, i, j) for j in range(len(levels) + 1)] for i in range(len(groups) + 1)]
    test = chi_squared(counts) if min(counts.shape) > 1 else None
    for i, group in enumerate([*groups, margin]):
        for j, level in enumerate([*levels, margin]):
            key: dict[str, Any] = {"outcome": names[0], "term": names[1], "group": group, "level": level}
            inner, by_row, by_column = cells[i][j], cells[i][-1], cells[-1][j]
            rows.add("count", n=n, estimate=full[i, j], cells=[inner], **key)
            if j < len(levels):  # a margin is all of its own line: no percentage of it
                share, of = full[i, j] / full[i, -1], full[i, -1]
                rows.add("row_proportion", n=of, estimate=share, cells=[inner, by_row], **key)
            if i < len(groups):
                share, of = full[i, j] / full[-1, j], full[-1, j]
                rows.add("column_proportion", n=of, estimate=share, cells=[inner, by_column], **key)
            if test is None or i == len(groups) or j == len(levels):
                continue
            expected = float(test.expected[i, j])
            rows.add("expected_count", n=n, estimate=expected, cells=[by_row, by_column], **key)
            residual = float(test.residuals[i, j])
            rows.add(
                "standardised_residual",
                n=n,
                estimate=residual,
                method="adjusted Pearson residual",
                cells=[inner, by_row, by_column],
                **key,
            )


def add_test_row(rows: Rows, table: Counted) -> None:
    """Add Pearson's chi-squared test of the whole table."""
    counts, names = table.counts, table.names
    key: dict[str, Any] = {"outcome": names[0], "term": names[1], "n": float(counts.sum()), "cells": table.cells}
    if min(counts.shape) < 2:
        rows.add("chi_squared", statistic_name="χ²", warning=WARNING_ONE_CATEGORY, **key)
        return
    test = chi_squared(counts)
    warning = expected_warning(counts)
    rows.add(
        "chi_squared",
        estimate=test.chi2,
        statistic=test.chi2,
        statistic_name="χ²",
        df1=test.df,
        p_value=test.p_value,
        method="Pearson's chi-squared test without continuity correction",
        warning=warning,
        **key,
    )


def cell_name(names: tuple[str, str], i: int, j: int) -> str:
    """Return the gate's name of a count: row and column, the margins last."""
    return f"{names[0]}|{names[1]}|{i}|{j}"
