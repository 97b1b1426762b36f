"""Predictors of a latent change model: numbers, and indicators of categories, as deviations from their mean."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from osa_survey.dataset import Column
from osa_survey.errors import AnalysisError, Problem

Floats = NDArray[np.float64]


@dataclass(frozen=True, repr=False)
class Predictors:
    """Columns that stand for the predictors.

    Attributes
    ----------
    values : ndarray of float, shape (people, columns)
        Deviations from the mean of those who answered; NaN for gaps.
    terms, titles : tuple of str
        What tables call each column, and what print says.
    members : mapping of str to ndarray of bool, or float
        Category of a nominal predictor → who is in it; of several sets how many, on average.
    wholes : dict of str to tuple of str
        Nominal predictor → its categories among ``members``.
    """

    values: Floats
    terms: tuple[str, ...]
    titles: tuple[str, ...]
    members: Mapping[str, NDArray[np.bool_] | float]
    wholes: dict[str, tuple[str, ...]]

    @property
    def columns(self) -> tuple[str, ...]:
        """The names of the columns in the model."""
        return tuple(f".x.{number}" for number in range(1, len(self.terms) + 1))


def change_predictors(columns: Sequence[Column]) -> Predictors:
    """Return the predictors as columns of a model.

    Parameters
    ----------
    columns : sequence of Column
        Numbers, ordinal variables (as numbers) and nominal ones (an indicator for each category but the reference).

    Raises
    ------
    AnalysisError
        ``constant_predictor``.
    """
    values: list[Floats] = []
    terms: list[str] = []
    titles: list[str] = []
    members: dict[str, NDArray[np.bool_] | float] = {}
    wholes: dict[str, tuple[str, ...]] = {}
    problems = []
    for column in columns:
        info = column.info
        if column.answered.sum() < 2 or np.ptp(column.values[column.answered]) == 0:
            message = f"{info.title} is the same for everybody"
            problems.append(Problem("constant_predictor", message, column=info.name, hint="leave it out"))
            continue
        if info.type != "nominal":
            values.append(column.values)
            terms.append(info.name)
            titles.append(info.title)
            continue
        found = dict(column.categories())
        reference = info.reference if info.reference in found else next(iter(found))
        for label, mask in found.items():
            members[f"{info.name}={label}"] = mask
            if label != reference:
                values.append(np.where(column.answered, mask.astype(np.float64), np.nan))
                terms.append(f"{info.name}={label}")
                titles.append(f"{info.title}: {label} (against {reference})")
        wholes[info.name] = tuple(f"{info.name}={label}" for label in found)
    if problems:
        raise AnalysisError(problems)
    together = np.column_stack(values) if values else np.empty((0, 0))
    if values:
        together = together - np.nanmean(together, axis=0)
    return Predictors(together, tuple(terms), tuple(titles), members, wholes)
