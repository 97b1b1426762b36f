"""What each block of predictors adds to a regression of people in groups."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from osa_survey.analysis.coefficient_tests import ModelTest
from osa_survey.analysis.grouped.grouped_models import GroupedData, GroupedFit
from osa_survey.analysis.regressing.category_cells import predictor_cells
from osa_survey.results import Layout, Rows, Show

Change = Callable[[GroupedFit, GroupedFit], tuple[ModelTest, str]]
"""From the models of two blocks in a row to the test of what the second adds, and what it is called."""
CHANGE_LAYOUT = Layout(
    rows=("level",),
    show=(Show("block_test", "n"), Show("block_test", "statistic"), Show("block_test", "p")),
    row_head="Block",
)
WARNING = "the test cannot be computed: the covariance of the coefficients it tests has no inverse"


def entered(fit: GroupedFit) -> NDArray[np.intp]:
    """Return the positions of the coefficients that the block of a fit brings in."""
    return np.array([place for place, term in enumerate(fit.terms) if term.block == fit.block], dtype=np.intp)


def wald_change(data: GroupedData, errors: str) -> Change:
    """Return the Wald test of the coefficients that enter, with the covariance of the larger model.

    Parameters
    ----------
    data : GroupedData
        The data.
    errors : str
        What errors without a design are called.
    """
    pooled = " pooled over completed sets (D1)" if data.sample.imputed else ""
    how = errors if data.sample.design is None else "errors of the sampling plan"

    def test(_: GroupedFit, larger: GroupedFit) -> tuple[ModelTest, str]:
        return larger.estimates.test(entered(larger)), f"Wald test of the block{pooled}" + (f", {how}" if how else "")

    return test


def add_changes(
    rows: Rows, cells: Sequence[str], data: GroupedData, fits: Sequence[GroupedFit], change: Change
) -> Rows:
    """Add the change test of every block after the first.

    Parameters
    ----------
    rows : Rows
        With the cells declared.
    cells : sequence of str
        The cells every number of the model stands on.
    data : GroupedData
        The data.
    fits : sequence of GroupedFit
        The model of each block.
    change : callable
        The test.
    """
    for smaller, larger in itertools.pairwise(fits):
        test, how = change(smaller, larger)
        known = not np.isnan(test.statistic)
        keys: dict[str, Any] = {"outcome": data.outcome.info.name, "level": data.level(larger.block), "n": data.n}
        own = [term for term in data.design.terms if term.block == larger.block]
        compared = {term.predictor for term in own} if all(term.people for term in own) else set()
        rows.add(
            "block_test",
            statistic=test.statistic,
            statistic_name=test.name,
            df1=test.df1,
            df2=test.df2,
            p_value=test.p_value,
            method=how,
            warning="; ".join([*larger.warnings, *([] if known else [WARNING])]),
            cells=[*cells, *predictor_cells(rows, data.design, compared)],
            **keys,
        )
    return rows
