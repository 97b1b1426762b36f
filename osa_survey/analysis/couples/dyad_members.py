"""The two members of each couple, from files with a row for each couple or for each person."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from osa_survey.analysis.arguments import check_numeric
from osa_survey.analysis.domains import versions
from osa_survey.analysis.estimates import Floats
from osa_survey.analysis.samples import CompletedSet, Data, Sample, does_not_compose, sample_of
from osa_survey.dataset import Column, ScoredData, columns_of
from osa_survey.dataset.imputed import ImputedData
from osa_survey.errors import AnalysisError, Problem

Pair = tuple[str, str]
LEAST = 5
"""Couples beyond the number of coefficients."""


@dataclass(frozen=True, repr=False)
class Members:
    """Both members of complete couples.

    Attributes
    ----------
    first, second : ndarray of float, shape (couples, p)
        Predictors, then the outcome.
    names, titles : tuple of str
        Of the p variables.
    roles : tuple of str
        What the members are called; empty where nothing tells them apart.
    rows, rows_used : int
        Rows of the data, and those of complete couples.
    """

    first: Floats
    second: Floats
    names: tuple[str, ...]
    titles: tuple[str, ...]
    roles: tuple[str, ...]
    rows: int
    rows_used: int

    @property
    def couples(self) -> int:
        """How many couples there are."""
        return len(self.first)


@dataclass(frozen=True, repr=False)
class Couples:
    """The couples of an analysis, once or in several completed sets.

    Attributes
    ----------
    sample : Sample
        Its sets have one respondent for each couple used, so that design and pooling speak of couples.
    members : tuple of Members
        Those of each set.
    """

    sample: Sample
    members: tuple[Members, ...]

    @property
    def first(self) -> Members:
        """Members of the first set: names and roles are the same in all."""
        return self.members[0]

    @property
    def n(self) -> int:
        """How many couples there are: the fewest of any set."""
        return min(one.couples for one in self.members)

    @property
    def composed(self) -> bool:
        """Whether there are weights or completed sets."""
        return self.sample.imputed or self.sample.design is not None


def wide_members(data: Data, pairs: Sequence[Pair], roles: Sequence[str]) -> Couples:
    """Return the members of couples that have a row each.

    Parameters
    ----------
    data : ScoredData, ImputedData or DataFrame
        One row for each couple.
    pairs : sequence of (str, str)
        For each variable its name for the first and for the second member; the outcome last.
    roles : sequence of str
        What the two members are called, or nothing.
    """
    asked = [name for pair in pairs for name in pair]
    _check_repeated(asked)
    sample = sample_of(data, asked)
    columns = sample.first.columns
    check_numeric(*columns, ordinal=True)
    titles = tuple(_joint(columns[2 * k].info.title, columns[2 * k + 1].info.title) for k in range(len(pairs)))
    names = tuple(_joint(*pair) for pair in pairs)
    members = []
    for one in sample.sets:
        values = np.column_stack([one.values(position) for position in range(len(columns))])
        found = Members(values[:, ::2], values[:, 1::2], names, titles, tuple(roles), len(one.used), one.n)
        members.append(_checked(found))
    return Couples(sample, tuple(members))


def long_members(data: Data, names: Sequence[str], couple: str, role: str | None) -> Couples:
    """Return the members of couples whose members have a row each.

    Parameters
    ----------
    data : ScoredData, ImputedData or DataFrame
        One row for each person.
    names : sequence of str
        The variables; the outcome last.
    couple : str
        The variable that is the same for both members.
    role : str or None
        A variable with two categories, one member of each couple in each; None where nothing tells members apart.

    Raises
    ------
    AnalysisError
        ``not_couples`` for couples of more than two, or of two members with the same role; ``does_not_compose`` for
        weights of persons.
    """
    parts = versions(data)
    if any(getattr(one, "design", None) is not None for one in parts):
        raise does_not_compose(
            "the weights describe persons, but an actor–partner model counts couples, each with one weight",
            "bring a file with a row for each couple and declare the weights of couples there",
        )
    members = tuple(_long_members(one, names, couple, role) for one in parts)
    sets = tuple(CompletedSet((), np.ones(one.couples, dtype=bool), None) for one in members)
    return Couples(Sample(sets, isinstance(data, ImputedData)), members)


def _long_members(data: ScoredData | pd.DataFrame, names: Sequence[str], couple: str, role: str | None) -> Members:
    asked = [*names, couple, *([role] if role else [])]
    _check_repeated(asked)
    columns = columns_of(data, asked)
    check_numeric(*columns[: len(names)], ordinal=True)
    used = np.logical_and.reduce([column.answered for column in columns])
    table = pd.DataFrame({"couple": columns[len(names)].values, "row": np.arange(len(used))})
    members, roles = np.zeros(len(used)), tuple[str, ...]()
    if role:
        members, roles = _roles(columns[-1], used)
    table["member"] = members
    whole = table.groupby("couple")["row"].transform("size")
    if (whole[columns[len(names)].answered] > 2).any():
        message = f"some values of '{couple}' stand in more than two rows"
        hint = "name the variable that is different for each couple, or take one wave at a time"
        raise AnalysisError(Problem("not_couples", message, column=couple, hint=hint))
    table = table.loc[used].sort_values(["couple", "member", "row"], kind="stable")
    table = table.loc[table.groupby("couple")["row"].transform("size") == 2]
    if role and (table.groupby("couple")["member"].nunique() < 2).any():
        message = f"in some couples both members have the same '{role}'"
        hint = "leave role out: members that nothing tells apart are analysed as such"
        raise AnalysisError(Problem("not_couples", message, column=role, hint=hint))
    values = np.column_stack([column.values for column in columns[: len(names)]])
    order = table["row"].to_numpy()
    titles = tuple(column.info.title for column in columns[: len(names)])
    found = Members(values[order[::2]], values[order[1::2]], tuple(names), titles, roles, len(used), len(order))
    return _checked(found)


def _roles(column: Column, used: np.ndarray) -> tuple[Floats, tuple[str, ...]]:
    present = np.unique(column.values[used])
    if len(present) != 2:
        message = f"'{column.info.name}' has {len(present)} values among complete rows; roles are two"
        hint = "leave role out where nothing tells the members apart"
        raise AnalysisError(Problem("not_two_roles", message, column=column.info.name, hint=hint))
    named = dict(zip(column.info.codes, column.info.labels, strict=True))
    return column.values, tuple(named.get(value, f"{value:g}") for value in map(float, present))


def _joint(first: str, second: str) -> str:
    return first if first == second else f"{first} / {second}"


def _check_repeated(names: Sequence[str]) -> None:
    problems = [
        Problem("repeated_variable", f"'{name}' is named twice", column=name, hint="each variable has one role")
        for name in dict.fromkeys(names)
        if list(names).count(name) > 1
    ]
    if problems:
        raise AnalysisError(problems)


def _checked(members: Members) -> Members:
    p = members.first.shape[1]
    problems = []
    if members.couples < 2 * p + LEAST:
        message = f"{members.couples} complete couples are too few for {p} variables of both members"
        problems.append(Problem("too_few_respondents", message, hint="use fewer predictors"))
    both = np.vstack([members.first, members.second])
    problems += [
        Problem("constant_predictor", f"{members.titles[k]} is the same for everybody", column=members.names[k],
                hint="leave it out")
        for k in np.flatnonzero(np.ptp(both, axis=0) == 0)
    ]  # fmt: skip
    if not problems:
        sums, differences = members.first + members.second, members.first - members.second
        for part, word in ((sums, "sums"), (differences, "differences")):
            centred = part - part.mean(axis=0)
            if np.linalg.matrix_rank(centred) < p:
                message = f"the members' {word} of some variable are constant or depend on the others"
                hint = "a predictor that both members share (years together) is no predictor of an actor; leave it out"
                problems.append(Problem("perfect_collinearity", message, hint=hint))
    if problems:
        raise AnalysisError(problems)
    return members
