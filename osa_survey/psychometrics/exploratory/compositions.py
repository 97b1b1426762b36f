"""What weights and completed sets change in the tables of exploratory analyses."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class JointTest:
    """A test that all correlations are zero.

    Attributes
    ----------
    statistic, df1, df2, p_value : float
        F, or χ² with NaN for ``df2``; NaN where not defined.
    name, method, warning : str
        What it is called, how it was made, why it is missing.
    """

    statistic: float
    df1: float
    df2: float
    p_value: float
    name: str
    method: str
    warning: str = ""


@dataclass(frozen=True, repr=False)
class Composition:
    """Correlations of weighted respondents or of several completed sets: what their tables say and take.

    Attributes
    ----------
    words : str
        The end of a Methods line.
    notes, references : tuple of str
        For readers.
    dropped : int
        Respondents left out.
    effective_n : int
        How many respondents of a simple random sample would know the correlations as well.
    test : JointTest
        In place of Bartlett's test.
    random_matrix : callable or None
        From a generator to correlations of unrelated answers; None for normal data.
    """

    words: str
    notes: tuple[str, ...]
    references: tuple[str, ...]
    dropped: int
    effective_n: int
    test: JointTest
    random_matrix: Callable[[np.random.Generator], Floats] | None = None
