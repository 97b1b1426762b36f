"""The rows of a table of simple slopes and of the line they lie on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from osa_survey.analysis.estimate_fields import estimate_fields, tested_fields, undefined_words
from osa_survey.analysis.estimates import Estimates
from osa_survey.analysis.predicting.counterfactuals import Value, is_nominal
from osa_survey.analysis.predicting.slope_contrasts import Slope, Spread, combinations, slopes_of
from osa_survey.analysis.predicting.slope_regions import Region, johnson_neyman
from osa_survey.analysis.predicting.slope_sentences import DIFFERS_ABOVE, DIFFERS_BELOW, INSIDE, OUTSIDE
from osa_survey.analysis.regressing.category_cells import category_cells
from osa_survey.analysis.regressing.fitted_models import FittedModel, first_rows
from osa_survey.errors import AnalysisError, Problem
from osa_survey.results import Rows

LINE_POINTS = 21
MIDDLE = (0.05, 0.95)
"""Quantiles of the moderator between which the line is drawn, so that its ends are nobody's own value."""
SLOPE = "derivative of the linear predictor, delta-method interval"
BOUND = "Johnson–Neyman: where the interval of the slope touches zero"
Places = Sequence[tuple[str, Value]]


@dataclass(frozen=True, repr=False)
class SlopeTables:
    """The rows of all tables.

    Attributes
    ----------
    main : Rows
        ``simple_slope`` and ``johnson_neyman``.
    line : Rows or None
        ``simple_slope`` over the moderator, where it is a number.
    regions : tuple of (Slope, Region)
        Where slopes differ from zero.
    """

    main: Rows
    line: Rows | None
    regions: tuple[tuple[Slope, Region], ...]


def slope_tables(
    model: FittedModel, predictor: str, moderator: str, places: Places, spread: Spread | None
) -> SlopeTables:
    """Return the rows at the places asked for and, of a numeric moderator, bounds and line.

    Parameters
    ----------
    model : FittedModel
        The model.
    predictor, moderator : str
        Their names.
    places : sequence of (str, float or str)
        What a value of the moderator is called, and the value.
    spread : Spread or None
        Of a numeric moderator of more than two values; None for others, which have no line.

    Raises
    ------
    AnalysisError
        ``no_interaction`` where the slope is the same at all values of the moderator.
    """
    main = first_rows(model, categories=True)
    line = first_rows(model, categories=True) if spread is not None else None
    regions, bounds = [], []
    for slope in slopes_of(model, predictor):
        three = None
        if spread is not None:
            steps = [spread.mean - spread.sd, spread.mean, spread.mean + spread.sd]
            three = combinations(model, predictor, moderator, slope, steps)
        straight = three is not None and three.straight()
        if three is not None and spread is not None and straight:
            z = np.array([(float(value) - spread.mean) / spread.sd for _, value in places])
            asked = three.along(z)
        else:
            asked = combinations(model, predictor, moderator, slope, [value for _, value in places])
        if not (three or asked).vary():
            message = f"the slope of '{predictor}' does not depend on '{moderator}' in this model"
            hint = f"put their product into the blocks: '{predictor}*{moderator}'"
            raise AnalysisError(Problem("no_interaction", message, key="moderator", column=moderator, hint=hint))
        _add(main, model, slope, moderator, places, asked.estimates(model, slope), spread)
        if spread is None or three is None or line is None:
            continue
        grid = _grid(model, moderator, spread)
        if straight:
            over = three.along((grid - spread.mean) / spread.sd)
            found = johnson_neyman(three.line().estimates(model, slope), model.conf_level)
            region = Region(tuple(spread.mean + z * spread.sd for z in found.bounds), found.where)
            regions.append((slope, region))
            bounds.append((slope, region))
        else:
            over = combinations(model, predictor, moderator, slope, [float(value) for value in grid])
        along = [("", float(value)) for value in grid]
        _add(line, model, slope, moderator, along, over.estimates(model, slope), spread)
    for slope, region in bounds:
        _add_bounds(main, model, slope, region, spread)
    return SlopeTables(main, line, tuple(regions))


def _grid(model: FittedModel, moderator: str, spread: Spread) -> NDArray[np.float64]:
    position = 1 + [column.info.name for column in model.sample.first.columns[1:]].index(moderator)
    values = np.concatenate([one.columns[position].values[one.used] for one in model.sample.sets])
    low, high = np.quantile(values, MIDDLE)
    if low == high:
        low, high = spread.mean - spread.sd, spread.mean + spread.sd
    return np.asarray(np.linspace(float(f"{low:.4g}"), float(f"{high:.4g}"), LINE_POINTS))


def _cells(rows: Rows, model: FittedModel, slope: Slope, *values: str) -> tuple[str, ...]:
    equation = slope.equation if slope.kind == "coefficient" else ""
    known = {term for members in model.design.categories.values() for term, _, _ in members}
    predictor = slope.term.partition("[")[0]
    named = [f"{predictor}[{step}]" for step in slope.steps if f"{predictor}[{step}]" in known]
    behind = (f"behind {name}" for name in (*named, *values) if name in known)
    every = category_cells(rows, model.design, len(model.blocks))
    return tuple(dict.fromkeys((*model.cells_of(equation), *behind, *every)))


def _add(
    rows: Rows, model: FittedModel, slope: Slope, moderator: str, places: Places, numbers: Estimates,
    spread: Spread | None,
) -> None:  # fmt: skip
    nominal = is_nominal(model, moderator)
    for k, (name, value) in enumerate(places):
        warnings = [undefined_words(numbers)]
        if spread is not None and name and not spread.low <= float(value) <= spread.high:
            warnings.append(f"the moderator is {OUTSIDE} here")
        rows.add(
            "simple_slope",
            cells=_cells(rows, model, slope, f"{moderator}[{value}]" if nominal else ""),
            outcome=model.outcome.info.name,
            term=slope.term,
            contrast=name,
            group=slope.equation,
            level=str(value) if nominal else f"{float(value):.6g}",
            n=model.n,
            **estimate_fields(numbers, k, model.conf_level),
            **tested_fields(numbers, k),
            method=SLOPE,
            warning="; ".join(filter(None, warnings)),
        )


def _add_bounds(rows: Rows, model: FittedModel, slope: Slope, region: Region, spread: Spread | None) -> None:
    for number, bound in enumerate(region.bounds):
        below = (number == 0) == (region.where == "outside")
        inside = spread is not None and spread.low <= bound <= spread.high
        rows.add(
            "johnson_neyman",
            cells=_cells(rows, model, slope),
            outcome=model.outcome.info.name,
            term=slope.term,
            contrast=DIFFERS_BELOW if below else DIFFERS_ABOVE,
            group=slope.equation,
            level=INSIDE if inside else OUTSIDE,
            n=model.n,
            estimate=bound,
            conf_level=model.conf_level,
            method=BOUND,
        )
