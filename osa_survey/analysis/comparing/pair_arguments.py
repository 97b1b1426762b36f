"""Which pairs of ratings are compared: their names, their variables, and who has both."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from osa_survey.analysis.arguments import check_numeric
from osa_survey.dataset import Column, ScoredData, columns_of
from osa_survey.errors import AnalysisError, Problem


@dataclass(frozen=True, repr=False)
class RatedPair:
    """Two ratings of the same people.

    Attributes
    ----------
    name : str
        What tables call the pair.
    both : tuple of two Column
        The ratings.
    used : ndarray of bool, shape (respondents,)
        Who has both, and a weight.
    """

    name: str
    both: tuple[Column, Column]
    used: NDArray[np.bool_]

    @property
    def values(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Both ratings of those who have them."""
        return self.both[0].values[self.used], self.both[1].values[self.used]


def named_pairs(
    pairs: Sequence[Sequence[str]] | Mapping[str, Sequence[str]] | None, first: str | None, second: str | None
) -> dict[str, tuple[str, str]]:
    """Return the name of each pair with its two variables."""
    if (pairs is None) == (first is None and second is None) or (first is None) != (second is None):
        hint = "pairs=[('positive', 'negative'), …], or first='…', second='…'"
        raise AnalysisError(Problem("no_pairs", "either pairs, or first and second are needed", key="pairs", hint=hint))
    listed: list[tuple[str, Sequence[str]]]
    if pairs is None:
        listed = [("", (str(first), str(second)))]
    else:
        listed = list(pairs.items()) if isinstance(pairs, Mapping) else [("", pair) for pair in pairs]
    found: dict[str, tuple[str, str]] = {}
    problems = []
    for name, pair in listed:
        if isinstance(pair, str) or len(pair) != 2 or pair[0] == pair[1]:
            message = "a pair is two different variables"
            problems.append(Problem("no_pair", message, key="pairs", hint="('positive', 'negative')"))
            continue
        key = name or f"{pair[0]} \u2212 {pair[1]}"
        if key in found:
            problems.append(Problem("repeated_pair", "this pair is named twice", key="pairs", hint="name it once"))
        found[key] = (pair[0], pair[1])
    if not found and not problems:
        problems.append(Problem("no_pairs", "no pair is named", key="pairs", hint="name one or more"))
    if problems:
        raise AnalysisError(problems)
    return found


def rated_pairs(data: ScoredData | pd.DataFrame, named: Mapping[str, tuple[str, str]]) -> tuple[RatedPair, ...]:
    """Return the pairs, or raise an AnalysisError that lists those with fewer than two people."""
    columns = columns_of(data, [variable for pair in named.values() for variable in pair])
    check_numeric(*columns, ordinal=True)
    design = getattr(data, "design", None)
    weighted = True if design is None else design.weights > 0
    found = []
    for position, name in enumerate(named):
        first, second = columns[2 * position], columns[2 * position + 1]
        found.append(RatedPair(name, (first, second), np.asarray(first.answered & second.answered & weighted)))
    message = "fewer than two people have both ratings of this pair"
    hint = "look at missingness(data), or leave the pair out"
    problems = [
        Problem("too_few_pairs", message, column=" and ".join(named[pair.name]), hint=hint)
        for pair in found
        if pair.used.sum() < 2
    ]
    if problems:
        raise AnalysisError(problems)
    return tuple(found)


def pair_title(name: str, both: tuple[Column, Column]) -> str:
    """Return what print calls a pair: its own name, or the titles of both variables."""
    first, second = both
    ours = name in ("", f"{first.info.name} \u2212 {second.info.name}")
    if not ours:
        return name
    topic, colon, side = first.info.title.partition(": ")
    if colon and second.info.title.startswith(f"{topic}: "):
        return f"{topic}: {side} \u2212 {second.info.title.removeprefix(f'{topic}: ')}"
    return f"{first.info.title} \u2212 {second.info.title}"
