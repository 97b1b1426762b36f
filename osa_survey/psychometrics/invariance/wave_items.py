"""The items of a scale in several waves of the same people: which column is which item in which wave."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from osa_survey.dataset import ScoredData
from osa_survey.errors import AnalysisError, Problem
from osa_survey.psychometrics.confirmatory.modelled_items import ModelledItems, modelled_items, safe_name
from osa_survey.psychometrics.confirmatory.preparation import ORDINAL
from osa_survey.psychometrics.confirmatory.syntax import parse_model
from osa_survey.psychometrics.invariance.wave_ladders import WaveLadder
from osa_survey.psychometrics.invariance.wave_titles import wave_titles

Floats = NDArray[np.float64]
Wave = str | Sequence[str]
FACTOR = "factor"
"""The factor of a wave that is given as a list of items."""


@dataclass(frozen=True, repr=False)
class WaveItems:
    """Items of all waves.

    Attributes
    ----------
    items : ModelledItems
        Answers, wave by wave; labels of columns and factors; how the first wave's scales are scored.
    loadings, factors, columns : mapping
        As in ``WaveLadder``.
    waves, said : tuple of str
        What tables and what print call the waves.
    """

    items: ModelledItems
    loadings: dict[str, tuple[str, ...]]
    factors: dict[str, tuple[str, ...]]
    columns: dict[str, tuple[str, ...]]
    waves: tuple[str, ...]
    said: tuple[str, ...]

    def ladder(self, estimator: str, counts: Sequence[int]) -> WaveLadder:
        """Return the ladder; ``counts`` are the thresholds of all columns in the order of the answers."""
        found = dict(zip(self.items.names, counts, strict=True)) if estimator in ORDINAL else {}
        categories = {item: found[item] for item in self.columns} if found else {}
        return WaveLadder(self.loadings, self.factors, self.columns, categories)

    def __repr__(self) -> str:
        return f"<WaveItems: {len(self.columns)} items in {len(self.waves)} waves>"


def wave_items(data: ScoredData | pd.DataFrame, waves: Sequence[Wave]) -> WaveItems:
    """Return the items of a scale in several waves.

    Parameters
    ----------
    data : ScoredData or DataFrame
        Scored data, or keyed items as columns; one row for each person.
    waves : sequence of str or of sequence of str
        For each wave a scored column, a block or an instrument, or the items in the same order in every wave.

    Raises
    ------
    AnalysisError
        ``too_few_waves``; ``different_items`` where the waves do not hold the same items; ``repeated_variable``.
    """
    if isinstance(waves, str) or len(waves) < 2:
        message = "longitudinal invariance needs two waves or more"
        hint = 'waves = ["scale_1", "scale_2"], or lists of items'
        raise AnalysisError(Problem("too_few_waves", message, key="waves", hint=hint))
    parts = [_wave(data, wave, number) for number, wave in enumerate(waves, start=1)]
    loaded = [_loadings(part) for part in parts]
    _check_same(parts, loaded, waves)
    first = loaded[0]
    factors = {factor: tuple(list(own)[place] for own in loaded) for place, factor in enumerate(first)}
    columns: dict[str, tuple[str, ...]] = {}
    for factor, items in first.items():
        for place, item in enumerate(items):
            columns[item] = tuple(own[factors[factor][wave]][place] for wave, own in enumerate(loaded))
    order = [column for wave in range(len(parts)) for column in (own[wave] for own in columns.values())]
    values = {name: part.values[:, place] for part in parts for place, name in enumerate(part.names)}
    labels = {name: label for part in parts for name, label in part.labels.items()}
    title, said = wave_titles([part.title for part in parts])
    whole = replace(
        parts[0],
        values=np.column_stack([values[column] for column in order]),
        names=tuple(order),
        syntax="",
        labels=labels,
        title=title,
    )
    named = tuple(wave for wave in waves if isinstance(wave, str))
    keys = tuple(wave if isinstance(wave, str) else f"wave {number}" for number, wave in enumerate(waves, start=1))
    if len(named) < len(waves) or len(set(said)) < len(said):
        said = tuple(f"wave {number}" for number in range(1, len(waves) + 1))
    if len(first) == 1:
        whole = replace(whole, labels={**labels, **dict.fromkeys(first, title)})
    return WaveItems(whole, first, factors, columns, keys, said)


def _wave(data: ScoredData | pd.DataFrame, wave: Wave, number: int) -> ModelledItems:
    if isinstance(wave, str):
        if isinstance(data, pd.DataFrame):
            message = f"'{wave}' names no items of a data frame"
            hint = 'list the items: waves = [["a_1", "b_1", "c_1"], ["a_2", "b_2", "c_2"]]'
            raise AnalysisError(Problem("waves", message, key="waves", hint=hint))
        return modelled_items(data, wave)
    factor = FACTOR if number == 1 else f"{FACTOR}.{number}"
    found = modelled_items(data, f"{factor} =~ " + " + ".join(safe_name(str(item)) for item in wave))
    return replace(found, name="items", title="the items", labels={**found.labels, factor: "the factor"})


def _loadings(part: ModelledItems) -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for statement in parse_model(part.syntax):
        found.setdefault(statement.lhs, []).append(statement.rhs)
    return {factor: tuple(items) for factor, items in found.items()}


def _check_same(
    parts: Sequence[ModelledItems], loaded: Sequence[dict[str, tuple[str, ...]]], waves: Sequence[Wave]
) -> None:
    problems = []
    shape = [len(items) for items in loaded[0].values()]
    tags = [parts[0].labels[item] for items in loaded[0].values() for item in items]
    for number, (part, own, wave) in enumerate(zip(parts, loaded, waves, strict=True), start=1):
        same = [len(items) for items in own.values()] == shape
        if same and isinstance(wave, str) and isinstance(waves[0], str):
            same = [part.labels[item] for items in own.values() for item in items] == tags
        if not same:
            message = f"wave {number} does not hold the items of the first wave in the same order"
            hint = "the same scale of the same instrument in every wave"
            problems.append(Problem("different_items", message, key="waves", hint=hint))
    times = Counter(name for part in parts for name in part.names)
    for name, number in times.items():
        if number > 1:
            message = f"'{name}' stands in {number} waves"
            problems.append(Problem("repeated_variable", message, column=name, hint="each wave has columns of its own"))
    if min(shape) < 2:
        message = "a factor with one item cannot be tested"
        problems.append(Problem("too_few_items", message, key="waves", hint="name two items or more in each wave"))
    if problems:
        raise AnalysisError(problems)


def check_answers(items: WaveItems, estimator: str) -> None:
    """Refuse ordinal items of which some answers occur in some waves only."""
    if estimator not in ORDINAL:
        return
    values = dict(zip(items.items.names, items.items.values.T, strict=True))
    whole = ~np.isnan(items.items.values).any(axis=1)
    problems = []
    for item, columns in items.columns.items():
        found = {tuple(np.unique(values[column][whole]).tolist()) for column in columns}
        if len(found) > 1:
            message = f"'{item}': not every answer occurs in every wave"
            hint = 'join categories until every wave has all of them, or estimator = "MLR"'
            problems.append(Problem("empty_category", message, column=item, hint=hint))
    if problems:
        raise AnalysisError(problems)
