"""Brute-force re-identification: everything a reader of several tables of the same people can work out.

The attack knows nothing of how the gate works. Its unknowns are the numbers of people of every combination of the
categories (the atoms); every shown count is a sum of atoms, among them the number of all people, which stands in the
flow of respondents. Every hidden count is one person or more, because a count of zero is shown, but in a table that
hides its zeros too. A hidden count is recovered if all tables of whole numbers that agree with what is shown give it
the same value.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import Bounds, LinearConstraint, milp

from osa_survey.disclosure import JOURNAL, Profile
from osa_survey.results import Result, Rows, release_together

Mask = NDArray[np.bool_]


@dataclass(frozen=True)
class Shown:
    """What a reader sees of one cell: the atoms that it adds up, its count, whether that is hidden, and its least."""

    atoms: Mask
    count: int
    hidden: bool
    least: int = 1


def people(generator: np.random.Generator) -> NDArray[np.intp]:
    """Return made-up people: one row each, a category of three variables, some categories rare."""
    n = int(generator.integers(12, 120))
    columns = []
    for _ in range(3):
        levels = int(generator.integers(2, 5))
        shares = generator.dirichlet(np.full(levels, 0.7))
        columns.append(generator.choice(levels, size=n, p=shares))
    return np.column_stack(columns)


def frequency_table(data: NDArray[np.intp], variables: tuple[int, ...], identifier: str) -> tuple[Result, list[Mask]]:
    """Return the counts of a one-, two- or three-way table with all its margins, and who is in each of them."""
    rows, members = Rows(), []
    levels = [[*np.unique(data[:, variable]), None] for variable in variables]

    def name(key: tuple[int | None, ...]) -> str:
        return "|".join("all" if level is None else str(level) for level in key)

    for key in itertools.product(*levels):
        who = np.ones(len(data), dtype=bool)
        for variable, level in zip(variables, key, strict=True):
            if level is not None:
                who &= data[:, variable] == level
        rows.cell(name(key), who)
        rows.add("count", level=name(key), n=len(data), estimate=int(who.sum()), cells=[name(key)])
        members.append(who)
    for key in itertools.product(*levels):
        for place, level in enumerate(key):
            if level is None:
                parts = [name((*key[:place], part, *key[place + 1 :])) for part in levels[place] if part is not None]
                rows.total(name(key), parts)
    return Result.from_rows(
        rows, title="Counts", analysis="crosstab", method="counts", n_used=len(data), id=identifier
    ), members


def released_tables(generator: np.random.Generator, profile: Profile = JOURNAL) -> tuple[list[Shown], int]:
    """Return what a report of several random tables of the same people shows, and how many tables it has."""
    data = people(generator)
    every = [key for ways in (1, 2, 3) for key in itertools.combinations(range(3), ways)]
    number = int(generator.integers(1, 5))
    chosen = [every[int(k)] for k in generator.choice(len(every), size=number, replace=False)]
    results, members = zip(*(frequency_table(data, key, f"table{k}") for k, key in enumerate(chosen)), strict=True)
    shape = [len(np.unique(data[:, variable])) for variable in range(3)]
    released = release_together(results, profile, gaps=lambda names: np.zeros(len(data), dtype=bool))
    found = [
        cell
        for result, own, key in zip(released, members, chosen, strict=True)
        for cell in shown_by(result, own, key, data, shape)
    ]
    return [*found, everybody(data, shape)], number


def everybody(data: NDArray[np.intp], shape: list[int]) -> Shown:
    """Return how many people there are: it stands in the flow of respondents of every report."""
    return Shown(np.ones(int(np.prod(shape)), dtype=bool), len(data), False)


def shown_by(
    result: Result, members: list[Mask], variables: tuple[int, ...], data: NDArray[np.intp], shape: list[int]
) -> list[Shown]:
    """Return what a released table shows.

    Where zeros are hidden too, nobody knows of a hidden count that it is not zero, but of a category by itself: those
    nobody chose are not named.
    """
    hidden = [bool(word) for word in result.table["suppressed"]]
    counts = [int(who.sum()) for who in members]
    zeros = any(own and not count for own, count in zip(hidden, counts, strict=True))
    found = []
    for level, count, own in zip(map(str, result.table["level"]), counts, hidden, strict=True):
        combined = len([part for part in level.split("|") if part != "all"]) > 1
        atoms = atoms_of(level, variables, data, shape)
        found.append(Shown(atoms, count, own, 0 if zeros and combined else 1))
    return found


def atoms_of(level: str, variables: tuple[int, ...], data: NDArray[np.intp], shape: list[int]) -> Mask:
    """Return which combinations of categories a cell adds up."""
    wanted = np.ones(shape, dtype=bool)
    for variable, part in zip(variables, level.split("|"), strict=True):
        if part == "all":
            continue
        place = int(np.flatnonzero(np.unique(data[:, variable]) == int(part))[0])
        only = np.zeros(shape[variable], dtype=bool)
        only[place] = True
        wanted &= only.reshape([-1 if axis == variable else 1 for axis in range(len(shape))])
    return wanted.ravel()


def recovered(cells: list[Shown], most: NDArray[np.float64] | None = None) -> list[Shown]:
    """Return the hidden cells that have one possible value; ``most`` is what is known of the size of each atom."""
    shown = [cell for cell in cells if not cell.hidden]
    hidden = [cell for cell in cells if cell.hidden]
    if not hidden:
        return []
    size = len(hidden[0].atoms)
    least = [cell.least for cell in hidden]
    rules = [LinearConstraint(np.array([cell.atoms for cell in hidden], dtype=float), least, np.inf)]
    if shown:
        counts = [cell.count for cell in shown]
        rules.append(LinearConstraint(np.array([cell.atoms for cell in shown], dtype=float), counts, counts))
    top = float(max(cell.count for cell in cells) + 50)
    free = np.zeros(len(hidden), dtype=bool)
    matrix = np.array([cell.atoms for cell in hidden], dtype=float)
    true = np.array([cell.count for cell in hidden], dtype=float)
    bounds = Bounds(0, top if most is None else np.minimum(most, top))
    found = []
    for position, cell in enumerate(hidden):
        for direction in (-1.0, 1.0):
            if not free[position]:
                answer = milp(
                    direction * cell.atoms,
                    integrality=np.ones(size),
                    bounds=bounds,
                    constraints=rules,
                )
                assert answer.x is not None, "what is shown contradicts itself"
                free |= np.abs(matrix @ np.round(answer.x) - true) > 0.5
        if not free[position]:
            found.append(cell)
    return found
