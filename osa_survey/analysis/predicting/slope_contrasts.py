"""Slopes of a predictor at values of a moderator, as linear combinations of a model's coefficients."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from osa_survey.analysis.estimates import Estimates
from osa_survey.analysis.predicting.counterfactuals import (
    Setting,
    Value,
    categories,
    is_nominal,
    matrices_of,
    short_name,
    title_of,
    with_setting,
)
from osa_survey.analysis.regressing.fitted_models import FittedModel
from osa_survey.errors import AnalysisError, Problem

Floats = NDArray[np.float64]
SAME = 1e-8
"""Relative: differences of design rows that are equal but for rounding."""


@dataclass(frozen=True)
class Spread:
    """How a number is spread among the respondents of a model, over all completed sets.

    Attributes
    ----------
    mean, sd : float
        Weighted where the data are; the mean over the completed sets.
    low, high : float
        The observed range.
    values : int
        How many different values there are.
    """

    mean: float
    sd: float
    low: float
    high: float
    values: int


def spread_of(model: FittedModel, name: str) -> Spread:
    """Return how a numeric predictor is spread; with equal weights the SD has n − 1."""
    short = short_name(model, name)
    means, sds = [], []
    columns = [frame[short].to_numpy(dtype=np.float64) for frame in model.design.frames]
    for one, values in zip(model.sample.sets, columns, strict=True):
        w = np.ones(len(values)) if one.weights is None else one.weights
        mean = float(w @ values / w.sum())
        means.append(mean)
        n = int((w > 0).sum())
        sds.append(float(np.sqrt(w @ (values - mean) ** 2 / w.sum() * n / (n - 1))))
    everything = np.concatenate(columns)
    different = len(np.unique(columns[0]))
    return Spread(
        float(np.mean(means)), float(np.mean(sds)), float(everything.min()), float(everything.max()), different
    )


@dataclass(frozen=True)
class Slope:
    """What a slope is of.

    Attributes
    ----------
    term : str
        The predictor, or ``predictor[category]``.
    equation : str
        Of a multinomial or two-part model; else "".
    kind : str
        ``coefficient`` or ``second``.
    steps : tuple
        From and to which value the predictor goes.
    """

    term: str
    equation: str
    kind: str
    steps: tuple[Value, Value]


def slopes_of(model: FittedModel, predictor: str) -> tuple[Slope, ...]:
    """Return the slopes of a predictor: one for each equation and, if it is dummy-coded, each category."""
    steps: list[tuple[str, tuple[Value, Value]]]
    if is_nominal(model, predictor):
        first, *others = categories(model, predictor)
        steps = [(f"{predictor}[{other}]", (first, other)) for other in others]
    else:
        spread = spread_of(model, predictor)
        steps = [(predictor, (spread.mean - spread.sd, spread.mean + spread.sd))]
    equations = dict.fromkeys(
        (parameter.equation, parameter.kind)
        for parameter in model.blocks[-1].parameters
        if parameter.kind in ("coefficient", "second") and parameter.column > 0
    )
    return tuple(Slope(term, equation, kind, step) for equation, kind in equations for term, step in steps)


@dataclass(frozen=True, repr=False)
class Combinations:
    """Rows that take coefficients to slopes.

    Attributes
    ----------
    rows : tuple of ndarray of float, shape (values, columns)
        For each completed set.
    """

    rows: tuple[Floats, ...]

    def estimates(self, model: FittedModel, slope: Slope) -> Estimates:
        """Return the slopes with the covariance of the model's parameters."""
        block = model.blocks[-1]
        matrices = []
        for rows in self.rows:
            matrix = np.zeros((len(rows), len(block.parameters)))
            for k, parameter in enumerate(block.parameters):
                if (parameter.equation, parameter.kind) == (slope.equation, slope.kind):
                    matrix[:, k] = rows[:, parameter.column]
            matrices.append(matrix)
        each = np.array([M @ theta for M, theta in zip(matrices, block.estimates.each_estimate, strict=True)])
        return block.estimates.transformed(each, np.array(matrices))

    def straight(self) -> bool:
        """Tell whether the rows of three equally spaced values lie on a line."""
        return all(_same(rows[1] - rows[0], rows[2] - rows[1]) for rows in self.rows)

    def vary(self) -> bool:
        """Tell whether rows differ, so that slopes depend on the moderator."""
        return any(not _same(rows[0], row) for rows in self.rows for row in rows[1:])

    def along(self, values: Floats) -> Combinations:
        """Return the rows at values z of a straight change, from rows at −1, 0 and 1."""
        found = []
        for rows in self.rows:
            change = (rows[2] - rows[0]) / 2
            found.append(rows[1] + np.asarray(values)[:, None] * change)
        return Combinations(tuple(found))

    def line(self) -> Combinations:
        """Return two rows, the slope at 0 and its change, from rows at −1, 0 and 1."""
        return Combinations(tuple(np.stack([rows[1], (rows[2] - rows[0]) / 2]) for rows in self.rows))


def combinations(
    model: FittedModel, predictor: str, moderator: str, slope: Slope, values: Sequence[Value]
) -> Combinations:
    """Return the rows of a slope at values of the moderator, all other predictors as observed and averaged over.

    Raises
    ------
    AnalysisError
        ``not_a_line`` for a predictor that does not enter as a straight line.
    """
    nominal = is_nominal(model, predictor)
    low, high = slope.steps
    stops: list[Value] = [low, high] if nominal else [low, (float(low) + float(high)) / 2, high]
    found = []
    for number, frame in enumerate(model.design.frames):
        one = model.sample.sets[number]
        w = np.ones(len(frame)) if one.weights is None else one.weights
        frames = [
            with_setting(model, frame, Setting(((predictor, stop), (moderator, value))))
            for value in values
            for stop in stops
        ]
        means = np.array([w @ matrix / w.sum() for matrix in matrices_of(model, frames)])
        means = means.reshape(len(values), len(stops), -1)
        if not nominal and not _same(means[:, 1] - means[:, 0], means[:, 2] - means[:, 1]):
            message = f"{title_of(model, predictor)} does not enter as a straight line, so it has no one slope"
            hint = f"margins(…, slope = '{predictor}', at = {{'{moderator}': […]}})"
            raise AnalysisError(Problem("not_a_line", message, key="predictor", column=predictor, hint=hint))
        found.append((means[:, -1] - means[:, 0]) / (1.0 if nominal else float(high) - float(low)))
    return Combinations(tuple(found))


def _same(one: Floats, other: Floats) -> bool:
    scale = max(float(np.abs(one).max()), float(np.abs(other).max()), 1e-300)
    return bool(np.abs(one - other).max() <= SAME * scale)
