"""What an analysis of variance is about under weights and over imputed sets: one model in each set, one record."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from osa_survey.analysis.estimates import Estimates, joined_sets
from osa_survey.analysis.factorial.anova_designs import check_columns, check_levels, check_matrix, variables_named
from osa_survey.analysis.factorial.factors import (
    Factor,
    Floats,
    Levels,
    between_factor,
    coded,
    levels_found,
    members_of,
)
from osa_survey.analysis.factorial.linear_hypotheses import LinearTerm
from osa_survey.analysis.factorial.weighted_models import Places, SetModel, coefficients_said
from osa_survey.analysis.samples import CompletedSet, Data, Sample, sample_of


@dataclass(frozen=True, repr=False)
class ComposedDesign:
    """People, factors and outcomes in every completed set.

    Attributes
    ----------
    between, within : tuple of Factor
        Levels are the same in all sets; codes are those of the first.
    covariates : tuple of str
        Names of numbers, taken about their mean over sets (weighted under a design).
    sample : Sample
        The data.
    models : tuple of SetModel
        One for each set.
    terms : tuple of LinearTerm
        What the columns belong to; the intercept is the first.
    titles : mapping of str to str
        Names → what print says.
    outcome : str
        The name of the outcome in the rows.
    estimates : Estimates
        All coefficients, by column and then outcome, with the covariance the data ask for.
    """

    between: tuple[Factor, ...]
    within: tuple[Factor, ...]
    covariates: tuple[str, ...]
    sample: Sample
    models: tuple[SetModel, ...]
    terms: tuple[LinearTerm, ...]
    titles: Mapping[str, str]
    outcome: str
    estimates: Estimates

    @property
    def n(self) -> int:
        """People used, the fewest of any set."""
        return self.sample.n

    @property
    def n_dropped(self) -> int:
        """Respondents left out because of a gap."""
        return self.sample.n_dropped

    @property
    def factors(self) -> tuple[Factor, ...]:
        """All factors, between first."""
        return (*self.between, *self.within)

    @property
    def columns(self) -> Places:
        """All columns of the design matrix."""
        return np.arange(self.models[0].x.shape[1], dtype=np.intp)

    @property
    def outcomes(self) -> int:
        """How many outcomes, or cells within people, there are."""
        return int(self.models[0].y.shape[1])

    @property
    def df_error(self) -> int:
        """People less coefficients."""
        return self.n - len(self.columns)

    def factor(self, name: str) -> Factor:
        """Return the factor of this name."""
        return next(one for one in self.factors if one.name == name)

    def who(self, levels: Levels) -> float | NDArray[np.bool_]:
        """Return who is in these levels, for the gate: of one set a mask of all respondents, of several a number."""
        masks = [members_of(one.between, levels, len(one.x)) for one in self.models]
        return self.sample.among_all(masks[0], self.sample.people(masks))

    def people(self, levels: Sequence[Levels]) -> int:
        """Return how many people are in any of these combinations of levels, the fewest of any set."""
        return min(
            int(np.logical_or.reduce([members_of(one.between, given, len(one.x)) for given in levels]).sum())
            for one in self.models
        )

    def combined(self, row: Floats, m: Floats) -> tuple[float, float, float]:
        """Return row'·B·m with its standard error and degrees of freedom, pooled over the sets."""
        found = self.estimates.combined(np.asarray(np.kron(row, m)[None, :], dtype=np.float64))
        return float(found.estimate[0]), float(found.std_error[0]), float(found.df[0])

    def of(self, columns: Places) -> Estimates:
        """Return the coefficients of the model of some columns."""
        if len(columns) == len(self.columns):
            return self.estimates
        return joined_sets(self.sample, [coefficients_said(one, columns) for one in self.models])

    def alone(self, place: int, name: str) -> ComposedDesign:
        """Return the design of one outcome of several."""
        models = tuple(replace(one, y=one.y[:, [place]]) for one in self.models)
        said = joined_sets(self.sample, [coefficients_said(one, self.columns) for one in models])
        return replace(self, models=models, outcome=name, estimates=said)

    def __repr__(self) -> str:
        return f"<ComposedDesign: {self.n} people, {len(self.models)} sets, {len(self.factors)} factors>"


def composed_design(
    data: Data,
    outcomes: Sequence[str],
    between: Sequence[str],
    within: Mapping[str, Sequence[str]],
    covariates: Sequence[str],
    outcome: str,
) -> ComposedDesign:
    """Return the design of those who have every answer; see ``anova_design`` for its arguments.

    Raises
    ------
    AnalysisError
        What ``anova_design`` raises, for any set; ``one_completed_set``; ``does_not_compose`` where the sampling plan
        leaves no degrees of freedom.
    """
    sample = sample_of(data, variables_named(outcomes, between, covariates))
    k, b = len(outcomes), len(between)
    check_columns(sample.first.columns, k, b)
    levels = [_levels(sample, place) for place in range(k, k + b)]
    centres = [_centre(sample, place) for place in range(k + b, k + b + len(covariates))]
    models: list[SetModel] = []
    terms: tuple[LinearTerm, ...] = ()
    for one in sample.sets:
        factors = tuple(
            between_factor(column, one.used, found)
            for column, found in zip(one.columns[k : k + b], levels, strict=True)
        )
        check_levels(factors)
        numbers = [one.values(k + b + place) - centre for place, centre in enumerate(centres)]
        x, terms = coded(one.n, factors, numbers, covariates)
        check_matrix(x)
        y = np.column_stack([one.values(place) for place in range(k)])
        models.append(SetModel(one, factors, x, y))
    every = np.arange(models[0].x.shape[1], dtype=np.intp)
    return ComposedDesign(
        models[0].between,
        tuple(Factor(name, name, tuple(found)) for name, found in within.items()),
        tuple(covariates),
        sample,
        tuple(models),
        terms,
        {column.info.name: column.info.title for column in sample.first.columns},
        outcome,
        joined_sets(sample, [coefficients_said(one, every) for one in models]),
    )


def _levels(sample: Sample, place: int) -> dict[str, float]:
    """Return the categories that someone is in, in any set; a set without one of them has an empty cell."""
    found: dict[str, float] = {}
    for one in sample.sets:
        found |= levels_found(one.columns[place], one.used)
    info = sample.first.columns[place].info
    return {label: code for label, code in zip(info.labels, info.codes, strict=True) if label in found}


def _centre(sample: Sample, place: int) -> float:
    return float(np.mean([_mean(one, place) for one in sample.sets]))


def _mean(one: CompletedSet, place: int) -> float:
    return float(np.average(one.values(place), weights=one.weights))
