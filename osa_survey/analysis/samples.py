"""The respondents of an analysis, once or in several completed sets, each looked at as a domain of its design."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from osa_survey.dataset import Column, ScoredData, SurveyDesign, columns_of
from osa_survey.dataset.imputed import ImputedData
from osa_survey.errors import AnalysisError, Problem

Floats = NDArray[np.float64]
Data = ScoredData | ImputedData | pd.DataFrame


@dataclass(frozen=True, repr=False)
class CompletedSet:
    """The variables of an analysis in one completed set (in the data themselves, if nothing was imputed).

    Attributes
    ----------
    columns : tuple of Column
        The variables asked for, all respondents.
    used : ndarray of bool, shape (respondents,)
        Who has a value in every variable.
    design : SurveyDesign or None
        The design looking at those used; None where every respondent counts the same and was drawn alone.
    """

    columns: tuple[Column, ...]
    used: NDArray[np.bool_]
    design: SurveyDesign | None

    @property
    def n(self) -> int:
        """Respondents used."""
        return int(self.used.sum())

    @property
    def weights(self) -> Floats | None:
        """The weights of those used, shape (n,); None without a design."""
        return None if self.design is None else self.design.weights[self.used]

    def values(self, position: int = 0) -> Floats:
        """Return the values of one variable of those used, shape (n,)."""
        return self.columns[position].values[self.used]

    def in_all_rows(self, contributions: Floats) -> Floats:
        """Return contributions of those used, shape (n, p), with rows of zeros for all others."""
        if self.used.all():
            return contributions
        found = np.zeros((len(self.used), contributions.shape[1]))
        found[self.used] = contributions
        return found

    def __repr__(self) -> str:
        return f"<CompletedSet: {self.n} of {len(self.used)} respondents, {len(self.columns)} variables>"


@dataclass(frozen=True, repr=False)
class Sample:
    """The data of an analysis under whatever design and imputation they come with.

    Attributes
    ----------
    sets : tuple of CompletedSet
        One if nothing was imputed.
    imputed : bool
        Whether estimates are pooled over the sets.
    """

    sets: tuple[CompletedSet, ...]
    imputed: bool

    @property
    def first(self) -> CompletedSet:
        """The first set: what is the same in all of them can be read there."""
        return self.sets[0]

    @property
    def design(self) -> SurveyDesign | None:
        """The design, looking at those used in the first set."""
        return self.first.design

    @property
    def m(self) -> int:
        """How many sets there are."""
        return len(self.sets)

    @property
    def n(self) -> int:
        """Respondents used: the fewest of any set, where gaps that are never imputed differ between them."""
        return min(found.n for found in self.sets)

    @property
    def n_dropped(self) -> int:
        """Respondents left out because of a gap."""
        return len(self.first.used) - self.n

    @property
    def varies(self) -> bool:
        """Whether different respondents are used in different sets."""
        return any((found.used != self.first.used).any() for found in self.sets[1:])

    def among_all(self, members: NDArray[np.bool_], people: float) -> float | NDArray[np.bool_]:
        """Return some of those used as a mask over all respondents, for the gate; of several sets their number."""
        if self.m > 1 or len(members) != self.first.n:
            return people
        found = self.first.used.copy()
        found[found] = members
        return found

    def people(self, masks: Sequence[NDArray[np.bool_]]) -> float:
        """Return how many people a group has: the mean over the sets of the number of True."""
        return float(np.mean([int(mask.sum()) for mask in masks]))

    def __repr__(self) -> str:
        sets = f", {self.m} completed sets" if self.imputed else ""
        return f"<Sample: {self.n} respondents{sets}{'' if self.design is None else ', under a design'}>"


def sample_of(
    data: Data, names: Sequence[str], *, design: SurveyDesign | None = None, complete_cases: bool = True
) -> Sample:
    """Return the variables of an analysis as a sample.

    Parameters
    ----------
    data : ScoredData, ImputedData or DataFrame
        The data.
    names : sequence of str
        The variables, in the order of ``CompletedSet.columns``.
    design : SurveyDesign, optional
        The design of a data frame; scored data bring their own.
    complete_cases : bool
        Whether only respondents with a value in every variable are used; False uses everybody.

    Raises
    ------
    AnalysisError
        Unknown variables; ``no_respondents`` if nobody has a value in every variable; ``two_designs``.
    """
    imputed = isinstance(data, ImputedData)
    versions: Sequence[ScoredData | pd.DataFrame] = data.completed if isinstance(data, ImputedData) else (data,)
    sets = []
    for version in versions:
        columns = columns_of(version, names)
        plan = _design_of(version, design)
        used = np.ones(len(version), dtype=bool)
        if complete_cases:
            used = np.logical_and.reduce([used, *(column.answered for column in columns)])
        if plan is not None:
            used &= plan.weights > 0
        if not used.any():
            message = "nobody has an answer to all variables of the model"
            hint = "look at missingness(data) for the variables named"
            raise AnalysisError(Problem("no_respondents", message, hint=hint))
        sets.append(CompletedSet(columns, used, None if plan is None else plan.within(used)))
    if not sets:
        message = "there is no completed set"
        raise AnalysisError(Problem("one_completed_set", message, hint="impute with m = 20 or more"))
    return Sample(tuple(sets), imputed)


def _design_of(data: ScoredData | pd.DataFrame, design: SurveyDesign | None) -> SurveyDesign | None:
    own = None if isinstance(data, pd.DataFrame) else data.design
    if own is not None and design is not None:
        message = "the data bring a design of their own"
        raise AnalysisError(Problem("two_designs", message, key="design", hint="leave design out"))
    found = own if own is not None else design
    if found is not None and len(found) != len(data):
        message = f"the design describes {len(found)} respondents, the data {len(data)}"
        raise AnalysisError(Problem("design_of_others", message, key="design", hint="declare it for these data"))
    return found


def does_not_compose(what: str, hint: str) -> AnalysisError:
    """Return the error of a combination for which no rule exists.

    Examples
    --------
    >>> raise does_not_compose("medians are not pooled over imputed sets", "use means")
    Traceback (most recent call last):
    osa_survey.errors.AnalysisError: ...
    """
    return AnalysisError(Problem("does_not_compose", what, hint=hint))
