"""The variables of a multiverse as numbers, scores by each of their rules."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from osa_survey.analysis.multiverse.multiverse_choices import Choices, coded, covariate_columns, predictor_values
from osa_survey.analysis.multiverse.multiverse_scoring import AS_SCORED, rescored
from osa_survey.dataset import Column, ScoredData, columns_of

Floats = NDArray[np.float64]


class Values:
    """The variables of a multiverse as numbers under each scoring rule, each made once."""

    def __init__(self, data: ScoredData | pd.DataFrame, choices: Choices) -> None:
        self.data = data
        self.choices = choices
        names = choices.variables
        self.columns: dict[str, Column] = dict(zip(names, columns_of(data, names), strict=True))
        self._scored: dict[tuple[str, str], Floats] = {}

    def scored(self, name: str, rule: str) -> Floats:
        """Return a variable, a score by one of its rules."""
        key = (name, rule)
        if key not in self._scored:
            column = self.columns[name]
            if rule == AS_SCORED or not isinstance(self.data, ScoredData):
                self._scored[key] = column.values
            else:
                self._scored[key] = rescored(self.data, name, self.choices.scoring[name][rule])
        return self._scored[key]

    def rules(self, name: str) -> tuple[str, ...]:
        """Return the titles of the rules of a variable."""
        return (AS_SCORED, *self.choices.scoring.get(name, ()))

    def outcome(self, title: str, rule: str) -> Floats:
        """Return an outcome in its coding."""
        source = self.choices.source(title)
        return coded(self.columns[source], self.scored(source, rule), self.choices.outcomes[title])

    def predictor(self, name: str, rule: str) -> Floats:
        """Return a predictor as numbers."""
        column = self.columns[name]
        return predictor_values(column) if rule == AS_SCORED else self.scored(name, rule)

    def covariate(self, name: str, rule: str) -> Floats:
        """Return the columns of a covariate; NaN where it has no answer."""
        column = self.columns[name]
        found = covariate_columns(column) if rule == AS_SCORED else self.scored(name, rule)[:, None]
        answered = ~np.isnan(self.scored(name, rule))
        return np.where(answered[:, None], found, np.nan)
