"""Several completed versions of the same answers, and the record of how they were made."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from osa_survey.dataset.scored import ScoredData


@dataclass(frozen=True, repr=False)
class ImputationRecord:
    """How completed sets were made: what a Methods section and a convergence check need.

    Attributes
    ----------
    m, iterations : int
        Completed sets, and rounds of the chained equations before each.
    seed : int
        The seed; set k depends on the seed and k only.
    methods : mapping of str to str
        Imputed column → method in words.
    imputed : mapping of str to int
        Imputed column → answers filled in each set.
    kept : mapping of str to mapping of str to int
        Column → reason → gaps that stay gaps in every set.
    predictors : mapping of str to tuple of str
        Imputed column → the columns of its imputation model.
    rules : tuple of str
        What was decided on the way, in words: level of scales, selection of predictors, weights, interactions, shifts.
    trace_means, trace_sds : mapping of str to ndarray, shape (m, iterations)
        Imputed column → mean and standard deviation of its imputed values after each iteration of each chain.
    """

    m: int
    iterations: int
    seed: int
    methods: Mapping[str, str]
    imputed: Mapping[str, int]
    kept: Mapping[str, Mapping[str, int]]
    predictors: Mapping[str, tuple[str, ...]]
    rules: tuple[str, ...]
    trace_means: Mapping[str, NDArray[np.float64]]
    trace_sds: Mapping[str, NDArray[np.float64]]

    def __repr__(self) -> str:
        return f"<ImputationRecord: {self.m} sets, {self.iterations} iterations, {len(self.methods)} columns>"


@dataclass(frozen=True, repr=False)
class ImputedData:
    """Completed versions of scored answers; what analyses take in place of ``ScoredData`` to pool over them.

    Attributes
    ----------
    original : ScoredData
        The answers with their gaps.
    completed : tuple of ScoredData
        One for each set, scored again from the completed items. A filled cell has the mark
        ``instruments.reasons.IMPUTED`` in ``reasons``; gaps that are never imputed keep their reason.
    record : ImputationRecord
        How they were made.
    """

    original: ScoredData
    completed: tuple[ScoredData, ...]
    record: ImputationRecord

    def __len__(self) -> int:
        return len(self.original)

    def __iter__(self) -> Iterator[ScoredData]:
        return iter(self.completed)

    @property
    def m(self) -> int:
        """The number of completed sets."""
        return len(self.completed)

    def __repr__(self) -> str:
        return f"<ImputedData: {len(self)} adults, {self.m} completed sets of {len(self.record.methods)} columns>"

    def _repr_html_(self) -> None:
        """Show the counts of ``repr`` in a notebook, never rows."""
        return
