"""What an analysis of variance is about: people in cells between and within, coded and checked."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from osa_survey.analysis.arguments import check_categorical, check_numeric
from osa_survey.analysis.factorial.factors import (
    Factor,
    Levels,
    between_factor,
    centred,
    coded,
    levels_found,
    members_of,
)
from osa_survey.analysis.factorial.linear_hypotheses import LinearFit, LinearTerm, is_singular, linear_fit
from osa_survey.dataset import Column, ScoredData, columns_of
from osa_survey.errors import AnalysisError, Problem

Floats = NDArray[np.float64]


@dataclass(frozen=True, repr=False)
class AnovaDesign:
    """People, factors and outcomes.

    Attributes
    ----------
    between, within : tuple of Factor
        Codes of those used only.
    covariates : tuple of Column
        Numbers, centred in the model.
    y : ndarray of float, shape (people, cells within)
        Outcomes; the last factor within changes fastest.
    fit : LinearFit
        The model of all outcomes on the factors between and the covariates.
    used : ndarray of bool, shape (respondents,)
        Who has every answer.
    titles : mapping of str to str
        Names → what print says.
    outcome : str
        The name of the outcome in the rows.
    """

    between: tuple[Factor, ...]
    within: tuple[Factor, ...]
    covariates: tuple[Column, ...]
    y: Floats
    fit: LinearFit
    used: NDArray[np.bool_]
    titles: Mapping[str, str]
    outcome: str

    @property
    def n(self) -> int:
        """People used."""
        return len(self.y)

    @property
    def n_dropped(self) -> int:
        """Respondents left out because of a gap."""
        return int((~self.used).sum())

    def among_all(self, members: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """Return a mask of those used as a mask of all respondents."""
        found = self.used.copy()
        found[self.used] = members
        return found

    @property
    def factors(self) -> tuple[Factor, ...]:
        """All factors, between first."""
        return (*self.between, *self.within)

    def factor(self, name: str) -> Factor:
        """Return the factor of this name."""
        return next(one for one in self.factors if one.name == name)

    @property
    def terms(self) -> tuple[LinearTerm, ...]:
        """The terms between people."""
        return self.fit.terms

    def members(self, levels: Levels) -> NDArray[np.bool_]:
        """Return who is in these levels of factors between, shape (people,)."""
        return members_of(self.between, levels, self.n)

    def who(self, levels: Levels) -> NDArray[np.bool_]:
        """Return who is in these levels, for the gate: a mask of all respondents."""
        return self.among_all(self.members(levels))

    def people(self, levels: Sequence[Levels]) -> int:
        """Return how many people are in any of these combinations of levels."""
        return int(np.logical_or.reduce([self.members(one) for one in levels]).sum())

    def combined(self, row: Floats, m: Floats) -> tuple[float, float, float]:
        """Return row'·B·m with its standard error and degrees of freedom: row'(X'X)⁻¹row · m'Σm, Σ = E/df_e."""
        fit = self.fit
        variance = float(row @ fit.inverse @ row) * float(m @ fit.error @ m) / fit.df_error
        return float(row @ fit.coefficients @ m), math.sqrt(max(0.0, variance)), float(fit.df_error)

    def alone(self, place: int, name: str) -> AnovaDesign:
        """Return the design of one outcome of several."""
        y = self.y[:, [place]]
        return replace(self, y=y, fit=linear_fit(self.fit.x, y, self.fit.terms), outcome=name)


def anova_design(
    data: ScoredData | pd.DataFrame,
    outcomes: Sequence[str],
    between: Sequence[str],
    within: Mapping[str, Sequence[str]],
    covariates: Sequence[str],
    outcome: str,
) -> AnovaDesign:
    """Return the design of those who have every answer.

    Parameters
    ----------
    data : ScoredData or DataFrame
        The respondents.
    outcomes : sequence of str
        One variable for each cell within people.
    between, covariates : sequence of str
        Categorical and numeric variables.
    within : mapping of str to sequence of str
        Factor → names of its levels; empty without.
    outcome : str
        What the rows call the outcome.

    Raises
    ------
    AnalysisError
        ``empty_cells``, ``too_few_respondents``, ``one_level``; unknown variables and wrong types.
    """
    columns = columns_of(data, variables_named(outcomes, between, covariates))
    k, b = len(outcomes), len(between)
    check_columns(columns, k, b)
    used = np.logical_and.reduce([column.answered for column in columns])
    if used.sum() < 2:
        message = "fewer than two people have every answer"
        raise AnalysisError(Problem("too_few_respondents", message, hint="look at missingness(data)"))
    factors = tuple(between_factor(column, used, levels_found(column, used)) for column in columns[k : k + b])
    check_levels(factors)
    own = tuple(Factor(name, name, tuple(levels)) for name, levels in within.items())
    covariate_columns = columns[k + b :]
    names = [column.info.name for column in covariate_columns]
    n = int(used.sum())
    x, terms = coded(n, factors, [centred(column.values[used]) for column in covariate_columns], names)
    y = np.column_stack([column.values[used] for column in columns[:k]])
    check_matrix(x)
    titles = {column.info.name: column.info.title for column in columns}
    return AnovaDesign(factors, own, covariate_columns, y, linear_fit(x, y, terms), used, titles, outcome)


def variables_named(outcomes: Sequence[str], between: Sequence[str], covariates: Sequence[str]) -> list[str]:
    """Return all variables of a design; each is named once."""
    named = [*outcomes, *between, *covariates]
    repeated = [name for name in named if named.count(name) > 1]
    if repeated:
        raise AnalysisError(Problem("repeated_variable", f"'{repeated[0]}' is named twice", column=repeated[0]))
    return named


def check_columns(columns: Sequence[Column], outcomes: int, between: int) -> None:
    """Check that outcomes and covariates are numbers, and factors categorical."""
    check_numeric(*columns[:outcomes], ordinal=True)
    check_categorical(*columns[outcomes : outcomes + between])
    check_numeric(*columns[outcomes + between :], ordinal=True)


def check_levels(factors: Sequence[Factor]) -> None:
    """Raise ``one_level`` for a factor without a second level."""
    alone = [one.title for one in factors if len(one.levels) < 2]
    if alone:
        message = f"{alone[0]} has one category only among those used"
        raise AnalysisError(Problem("one_level", message, hint="take it out, or look at missingness(data)"))


def check_matrix(x: Floats) -> None:
    """Raise ``too_few_respondents`` or ``empty_cells`` for a design matrix without unique coefficients."""
    if len(x) <= x.shape[1]:
        message = f"{len(x)} people are too few for a model of {x.shape[1]} coefficients"
        raise AnalysisError(Problem("too_few_respondents", message, hint="use fewer factors"))
    if is_singular(x):
        message = "a cell of the factors is empty, or a covariate depends on the factors"
        hint = "merge categories, or leave a factor out: crosstab shows the cells"
        raise AnalysisError(Problem("empty_cells", message, hint=hint))
