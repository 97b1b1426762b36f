"""The keyed items of a scale as a sample, with replicate weights where a design has none of its own."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from osa_survey.analysis.domains import versions
from osa_survey.analysis.samples import CompletedSet, Data, Sample
from osa_survey.dataset import ScoredData, SurveyDesign, column_of, columns_of
from osa_survey.dataset.imputed import ImputedData
from osa_survey.psychometrics import complete_cases
from osa_survey.psychometrics.item_matrices import ItemMatrix, item_matrix
from osa_survey.weighting.replicating import replicated_design

Floats = NDArray[np.float64]
MOST_WEIGHTS = 20_000_000
"""Replicate weights of all respondents held at once."""
FEWEST_DRAWS = 100


def item_samples(
    data: Data, scale: str | None, by: str | None, draws: int, seed: int, *, any_answer: bool = False
) -> tuple[ItemMatrix, Sample, Sample]:
    """Return the first set's items, the sample, and the same sample with replicate weights where there is a design.

    Parameters
    ----------
    data : ScoredData, ImputedData or DataFrame
        The data.
    scale, by : str or None
        The scale; a grouping variable, which stands last among the columns of a set.
    draws, seed : int
        Bootstrap replicates of a design that has no replicate weights (Rao & Wu), and their seed.
    any_answer : bool
        Whether everybody with an answer to some item is in the samples, not only those who answered all.
    """
    sets, again = [], []
    first: ItemMatrix | None = None
    for version in versions(data):
        own = version.drop(columns=[by]) if isinstance(version, pd.DataFrame) and by else version
        items = item_matrix(own, scale)
        first = first or items
        frame = pd.DataFrame(items.values, columns=list(items.columns))
        columns = columns_of(frame, list(items.columns))
        if by is not None:
            columns = (*columns, column_of(version, by))
        answered = ~np.isnan(items.values)
        used = np.asarray(answered.any(axis=1)) if any_answer else complete_cases(items.values)
        design = getattr(version, "design", None)
        if design is not None:
            used = used & (design.weights > 0)
        sets.append(CompletedSet(columns, used, None if design is None else design.within(used)))
        again.append(replace(sets[-1], design=_replicated(design, used, draws, seed)))
    assert first is not None
    imputed = isinstance(data, ImputedData)
    return first, Sample(tuple(sets), imputed), Sample(tuple(again), imputed)


def answered_items(data: Data, scale: str | None, by: str | None = None) -> tuple[ItemMatrix, Sample, list[Floats]]:
    """Return the first set's items, those who answered one of them as a sample, and everybody's answers in each set.

    Parameters
    ----------
    data : ScoredData, ImputedData or DataFrame
        The data.
    scale, by : str or None
        The scale; a grouping variable that has to be known, the one column of each set.
    """
    sets, answers = [], []
    first: ItemMatrix | None = None
    for version in versions(data):
        items = item_matrix(_of_items(version, by), scale)
        first = first or items
        columns = () if by is None else (column_of(version, by),)
        used = np.asarray(~np.isnan(items.values).all(axis=1))
        for column in columns:
            used = used & column.answered
        design = getattr(version, "design", None)
        if design is not None:
            used = used & (design.weights > 0)
        sets.append(CompletedSet(columns, used, None if design is None else design.within(used)))
        answers.append(items.values)
    assert first is not None
    return first, Sample(tuple(sets), isinstance(data, ImputedData)), answers


def _of_items(version: ScoredData | pd.DataFrame, by: str | None) -> ScoredData | pd.DataFrame:
    """Return scored data, or of a frame or data without scored scales all variables but the grouping."""
    if isinstance(version, pd.DataFrame):
        return version.drop(columns=[by]) if by else version
    if version.log:
        return version
    names = [name for name in version.variables if name != by]
    return pd.DataFrame({column.info.name: column.values for column in columns_of(version, names)})


def _replicated(design: SurveyDesign | None, used: NDArray[np.bool_], draws: int, seed: int) -> SurveyDesign | None:
    if design is None or design.replicates is not None or not draws:
        return None if design is None else design.within(used)
    number = min(draws, max(FEWEST_DRAWS, MOST_WEIGHTS // len(design)))
    return replicated_design(design, "bootstrap", replicates=number, seed=seed).within(used)


def answers_of(one: CompletedSet, k: int) -> Floats:
    """Return the answers of those used, shape (n, k)."""
    return np.column_stack([one.values(place) for place in range(k)])
