"""Factors between and within people: their levels, effect codes, and what tables need to know of a design."""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from osa_survey.analysis.factorial.linear_hypotheses import LinearTerm
from osa_survey.dataset import Column

Floats = NDArray[np.float64]


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


Levels = Mapping[str, int]
"""Factor between people → the position of a level."""


class Factorial(Protocol):
    """What tables of an analysis of variance need to know of its design, complete or under weights and imputed sets."""

    @property
    def between(self) -> tuple[Factor, ...]:
        """Factors between people."""

    @property
    def within(self) -> tuple[Factor, ...]:
        """Factors within people."""

    @property
    def factors(self) -> tuple[Factor, ...]:
        """All factors, between first."""

    @property
    def terms(self) -> tuple[LinearTerm, ...]:
        """The terms between people."""

    @property
    def outcome(self) -> str:
        """The name of the outcome in the rows."""

    @property
    def n(self) -> int:
        """People used."""

    def factor(self, name: str) -> Factor:
        """Return the factor of this name."""

    def who(self, levels: Levels) -> float | NDArray[np.bool_]:
        """Return who is in these levels, for the gate: a mask of all respondents, or of several sets a number."""

    def people(self, levels: Sequence[Levels]) -> int:
        """Return how many people are in any of these combinations of levels."""

    def combined(self, row: Floats, m: Floats) -> tuple[float, float, float]:
        """Return row'·B·m with its standard error and degrees of freedom, B the coefficients of all outcomes."""


def members_of(between: Sequence[Factor], levels: Levels, n: int) -> NDArray[np.bool_]:
    """Return who of n people is in these levels of factors between, shape (n,)."""
    found = np.ones(n, dtype=bool)
    for one in between:
        if one.name in levels and one.codes is not None:
            found &= one.codes == levels[one.name]
    return found


def levels_found(column: Column, used: NDArray[np.bool_]) -> dict[str, float]:
    """Return the categories that someone used is in, with their codes."""
    present = set(column.values[used].tolist())
    return {
        label: code for label, code in zip(column.info.labels, column.info.codes, strict=True) if code in present
    }  # fmt: skip


def between_factor(column: Column, used: NDArray[np.bool_], levels: Mapping[str, float]) -> Factor:
    """Return a factor between people with these levels, coded for those used."""
    codes = np.full(int(used.sum()), -1, dtype=np.intp)
    for place, code in enumerate(levels.values()):
        codes[column.values[used] == code] = place
    return Factor(column.info.name, column.info.title, tuple(levels), codes)


def centred(values: Floats) -> Floats:
    """Return values less their mean."""
    return np.asarray(values - values.mean())


def effect_row(levels: int, place: int) -> Floats:
    """Return the effect (sum-to-zero) code of a level, shape (levels − 1,)."""
    if place == levels - 1:
        return np.full(levels - 1, -1.0)
    return np.asarray(np.eye(levels - 1)[place])


def effect_rows(levels: int) -> Floats:
    """Return the effect codes of all levels, shape (levels, levels − 1)."""
    return np.array([effect_row(levels, place) for place in range(levels)])


def coded(
    n: int, factors: Sequence[Factor], covariates: Sequence[Floats], names: Sequence[str]
) -> tuple[Floats, tuple[LinearTerm, ...]]:
    """Return the effect-coded design matrix of all main effects and interactions, and of covariates as given."""
    parts, terms, at = [np.ones((n, 1))], [LinearTerm((), np.array([0], dtype=np.intp))], 1
    own = {one.name: effect_rows(len(one.levels))[one.codes] for one in factors if one.codes is not None}
    blocks: list[tuple[tuple[str, ...], Floats]] = [
        ((name,), values[:, None]) for name, values in zip(names, covariates, strict=True)
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
