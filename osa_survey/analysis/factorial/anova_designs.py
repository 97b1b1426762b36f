"""What an analysis of variance is about: people in cells between and within, coded and checked."""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from osa_survey.analysis.arguments import check_categorical, check_numeric
from osa_survey.analysis.domains import composes
from osa_survey.analysis.factorial.linear_hypotheses import LinearFit, LinearTerm, is_singular, linear_fit
from osa_survey.analysis.samples import Data, does_not_compose
from osa_survey.dataset import Column, ScoredData, columns_of
from osa_survey.errors import AnalysisError, Problem

Floats = NDArray[np.float64]
TIMES = " × "


@dataclass(frozen=True, repr=False)
class Factor:
    """A factor with its levels; between people, ``codes`` says who is in which (−1 nowhere)."""

    name: str
    title: str
    levels: tuple[str, ...]
    codes: NDArray[np.intp] | None = None

    @property
    def within(self) -> bool:
        """Whether everybody has all levels."""
        return self.codes is None


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

    def members(self, levels: Mapping[str, int]) -> NDArray[np.bool_]:
        """Return who is in these levels of factors between, shape (people,)."""
        found = np.ones(self.n, dtype=bool)
        for one in self.between:
            if one.name in levels and one.codes is not None:
                found &= one.codes == levels[one.name]
        return found


def refuse_composition(data: Data, what: str) -> None:
    """Raise ``does_not_compose`` for data with weights or completed sets."""
    if composes(data):
        hint = (
            "use regress, whose tests of blocks are design-based and pooled (D1), or gee on data of one row per answer"
        )
        raise does_not_compose(f"{what} is not built for weights or imputed sets", hint)


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
    named = (*outcomes, *between, *covariates)
    repeated = [name for name in named if named.count(name) > 1]
    if repeated:
        raise AnalysisError(Problem("repeated_variable", f"'{repeated[0]}' is named twice", column=repeated[0]))
    columns = columns_of(data, [*outcomes, *between, *covariates])
    k, b = len(outcomes), len(between)
    check_numeric(*columns[:k], ordinal=True)
    check_categorical(*columns[k : k + b])
    check_numeric(*columns[k + b :], ordinal=True)
    used = np.logical_and.reduce([column.answered for column in columns])
    if used.sum() < 2:
        message = "fewer than two people have every answer"
        raise AnalysisError(Problem("too_few_respondents", message, hint="look at missingness(data)"))
    factors = tuple(_between(column, used) for column in columns[k : k + b])
    alone = [one.title for one in factors if len(one.levels) < 2]
    if alone:
        message = f"{alone[0]} has one category only among those used"
        raise AnalysisError(Problem("one_level", message, hint="take it out, or look at missingness(data)"))
    own = tuple(Factor(name, name, tuple(levels)) for name, levels in within.items())
    covariate_columns = columns[k + b :]
    names = [column.info.name for column in covariate_columns]
    n = int(used.sum())
    x, terms = coded(n, factors, [column.values[used] for column in covariate_columns], names)
    y = np.column_stack([column.values[used] for column in columns[:k]])
    if n <= x.shape[1]:
        message = f"{n} people are too few for a model of {x.shape[1]} coefficients"
        raise AnalysisError(Problem("too_few_respondents", message, hint="use fewer factors"))
    if is_singular(x):
        message = "a cell of the factors is empty, or a covariate depends on the factors"
        hint = "merge categories, or leave a factor out: crosstab shows the cells"
        raise AnalysisError(Problem("empty_cells", message, hint=hint))
    titles = {column.info.name: column.info.title for column in columns}
    return AnovaDesign(factors, own, covariate_columns, y, linear_fit(x, y, terms), used, titles, outcome)


def _between(column: Column, used: NDArray[np.bool_]) -> Factor:
    members = [(label, code) for label, code in zip(column.info.labels, column.info.codes, strict=True)
               if (column.values[used] == code).any()]  # fmt: skip
    codes = np.full(int(used.sum()), -1, dtype=np.intp)
    for place, (_, code) in enumerate(members):
        codes[column.values[used] == code] = place
    return Factor(column.info.name, column.info.title, tuple(label for label, _ in members), codes)


def effect_row(levels: int, place: int) -> Floats:
    """Return the effect (sum-to-zero) code of a level, shape (levels − 1,)."""
    if place == levels - 1:
        return np.full(levels - 1, -1.0)
    return np.asarray(np.eye(levels - 1)[place])


def coded(
    n: int, factors: Sequence[Factor], covariates: Sequence[Floats], names: Sequence[str]
) -> tuple[Floats, tuple[LinearTerm, ...]]:
    """Return the effect-coded design matrix of all main effects and interactions, and centred covariates."""
    parts, terms, at = [np.ones((n, 1))], [LinearTerm((), np.array([0], dtype=np.intp))], 1
    own = {
        one.name: np.array([effect_row(len(one.levels), int(code)) for code in one.codes])
        for one in factors
        if one.codes is not None
    }
    blocks: list[tuple[tuple[str, ...], Floats]] = [
        ((name,), (values - values.mean())[:, None]) for name, values in zip(names, covariates, strict=True)
    ]
    for size in range(1, len(factors) + 1):
        for chosen in itertools.combinations(factors, size):
            blocks.append((tuple(one.name for one in chosen), _product([own[one.name] for one in chosen])))
    for term, block in blocks:
        parts.append(block)
        terms.append(LinearTerm(term, np.arange(at, at + block.shape[1], dtype=np.intp)))
        at += block.shape[1]
    return np.hstack(parts), tuple(terms)


def _product(blocks: Sequence[Floats]) -> Floats:
    found = blocks[0]
    for block in blocks[1:]:
        found = (found[:, :, None] * block[:, None, :]).reshape(len(found), -1)
    return found


def within_cells(within: Sequence[Factor]) -> list[tuple[int, ...]]:
    """Return the levels of each cell within people, the last factor fastest."""
    return list(itertools.product(*(range(len(one.levels)) for one in within)))


def cells_wanted(within: Mapping[str, Sequence[str]]) -> int:
    """Return how many cells within people there are; 1 without factors."""
    return math.prod(len(levels) for levels in within.values())
