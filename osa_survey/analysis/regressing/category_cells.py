"""The groups of people that every number of a model would give away, because it is computed over all of them."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import numpy as np

from osa_survey.analysis.regressing.design_matrices import INTERCEPT, Design
from osa_survey.analysis.regressing.fitted_models import FittedModel
from osa_survey.results import Rows


def category_cells(rows: Rows, design: Design, block: int) -> list[str]:
    """Return the cells of all categories of the predictors of a model, where any number of the model tells them.

    Parameters
    ----------
    rows : Rows
        The table; the cells are named there.
    design : Design
        The design matrix.
    block : int
        The last block of the model.

    Notes
    -----
    Where all predictors are categories, every number of a model is an equation for how many people a hidden category
    has and what they answered, as an analysis of variance is: so each names the cells of all categories. With a number
    among the predictors a model depends on its values in each category, which no table shows: then only what compares
    the categories names them.
    """
    terms = [term for term in design.terms if term.name != INTERCEPT and term.block <= block]
    if not all(term.people for term in terms):
        return []
    return named(rows, {name: size for term in terms for name, size in term.people})


def predictor_cells(rows: Rows, design: Design, predictors: Collection[str]) -> list[str]:
    """Return the cells of the categories of some predictors, which a joint test of them compares."""
    return named(
        rows, {name: size for term in design.terms if term.predictor in predictors for name, size in term.people}
    )


def model_cells(rows: Rows, model: FittedModel, block: int) -> tuple[str, ...]:
    """Return the cells that the fit of a model after a block would give away.

    With one categorical predictor alone, the likelihood counts the events of each category.
    """
    cells = [*model.base_cells, *category_cells(rows, model.design, block)]
    owners = {term.predictor for term in model.design.terms if 0 < term.block <= block}
    alone = next(iter(owners)) if len(owners) == 1 else ""
    if model.groups and alone in model.design.categories:
        cells += _event_cells(rows, model, alone)
    return tuple(cells)


def cells_of_test(rows: Rows, model: FittedModel, block: int, predictors: Collection[str]) -> tuple[str, ...]:
    """Return the cells that a joint test of some predictors would give away in the model after a block."""
    return tuple(dict.fromkeys([*model_cells(rows, model, block), *predictor_cells(rows, model.design, predictors)]))


def named(rows: Rows, people: Mapping[str, int]) -> list[str]:
    """Name the groups in ``rows`` and return their names there.

    They are not the count cells of a table of predictors: a number that is hidden there to protect another one says
    nothing about the model.
    """
    for name, size in people.items():
        rows.cell(f"behind {name}", size)
    return [f"behind {name}" for name in people]


def _event_cells(rows: Rows, model: FittedModel, predictor: str) -> list[str]:
    """Return the cells of every answer in every category of a predictor."""
    dummies = {
        term.name: model.design.matrix[:, place] == 1
        for place, term in enumerate(model.design.terms)
        if term.predictor == predictor
    }
    names, y = [], model.y
    for name, _, _ in model.design.categories[predictor]:
        members = dummies.get(name, ~np.logical_or.reduce(list(dummies.values())))
        for group, size in model.outcome.groups(y[members]):
            rows.cell(f"{group} of {name}", size)
            names.append(f"{group} of {name}")
    return names
