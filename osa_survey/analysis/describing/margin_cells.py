"""The groups behind the margins of a target population: their categories, and those who are in none of them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from osa_survey.dataset import ScoredData, SurveyDesign, columns_of
from osa_survey.errors import AnalysisError, Problem
from osa_survey.results import Rows
from osa_survey.weighting import Target, read_targets

Mask = NDArray[np.bool_]


@dataclass(frozen=True, repr=False)
class MarginCells:
    """The names of cells of one margin.

    Attributes
    ----------
    categories : tuple of str
        Of its categories.
    apart : tuple of str
        Of those who answered but have no target; empty where there is nobody like that. The number of people in a
        margin gives their number away, because everybody's stands in the flow and who did not answer is known from n.
    """

    categories: tuple[str, ...]
    apart: tuple[str, ...]


def margin_cells(rows: Rows, target: Target, data: ScoredData | pd.DataFrame) -> MarginCells:
    """Name who is in each category of a margin, who answered and is in none, who did not answer, and how they add up.

    Parameters
    ----------
    rows : Rows
        The table; the cells are named there.
    target : Target
        A margin with everybody's category in it.
    data : ScoredData or DataFrame
        The respondents.
    """
    names = tuple(f"{target.variable}|{label}" for label in target.categories)
    for place, name in enumerate(names):
        rows.cell(name, target.codes == place)
    columns = columns_of(data, [name.strip() for name in target.variable.split("*")])
    answered = np.logical_and.reduce([column.answered for column in columns])
    apart, silent = (target.codes < 0) & answered, ~answered
    everybody, nowhere, gap = (f"{target.variable}: {what}" for what in ("everybody", "no target", "no answer"))
    rows.cell(everybody, np.ones(len(answered), dtype=bool))
    rows.cell(nowhere, apart)
    rows.gap(gap, silent)
    rows.total(everybody, [*names, nowhere, gap])
    return MarginCells(names, (nowhere,) if apart.any() else ())


def own_margins(design: SurveyDesign | None) -> dict[str, dict[str, float | str]]:
    """Return the margins that weights were fitted to.

    Raises
    ------
    AnalysisError
        ``no_targets`` where there are none.
    """
    if design is None or not design.record.margins:
        raise AnalysisError(
            Problem(
                "no_targets",
                "there is nothing to compare with",
                key="targets",
                hint="give targets = variable → category → share, or rake the weights first",
            )
        )
    return {
        margin.variable: {**dict(zip(margin.categories, margin.targets, strict=True)), "source": margin.source}
        for margin in design.record.margins
    }


def weight_cells(rows: Rows, data: ScoredData) -> tuple[str, ...]:
    """Return the cells that numbers about weights would give away: with the targets printed, those of all margins.

    Raked weights are a function of the margins and of how many people are in each combination of their categories;
    few combinations give a design effect of sixteen digits.
    """
    design = data.design
    if design is None or not design.record.margins:
        return ()
    found = [margin_cells(rows, target, data) for target in read_targets(data, own_margins(design))]
    return tuple(name for one in found for name in (*one.categories, *one.apart))
