"""What is known of polychoric correlations: by pair, and as a matrix; margins as padded arrays."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from osa_survey.psychometrics.ordinal.bivariate_normals import FAR
from osa_survey.psychometrics.ordinal.ordered_answers import thresholds

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, repr=False)
class PolychoricPairs:
    """What is known about each pair of items at its polychoric correlation.

    Attributes
    ----------
    first, second : ndarray of int, shape (pairs,)
        The items of each pair, in the order (0, 1), (0, 2), …, (1, 2), …
    tables : ndarray of float, shape (pairs, categories, categories)
        Cross tables, padded with zeros.
    rho : ndarray of float, shape (pairs,)
        The correlation; NaN without a respondent who answered both, or with an item of fewer than two categories.
    converged : ndarray of bool, shape (pairs,)
        Whether the search ended.
    """

    first: NDArray[np.int64]
    second: NDArray[np.int64]
    tables: Floats
    rho: Floats
    converged: Flags


@dataclass(frozen=True, repr=False)
class PolychoricMatrix:
    """Polychoric correlations of items and the thresholds they rest on.

    Attributes
    ----------
    correlations : ndarray of float, shape (items, items)
        NaN where nothing can be estimated.
    std_errors : ndarray of float, shape (items, items)
        Two-step standard errors, thresholds counted as estimated; NaN at a perfect correlation.
    thresholds : tuple of ndarray of float
        For each item one threshold less than categories.
    n : ndarray of int, shape (items, items)
        Respondents who answered both; on the diagonal, who answered the item.
    empty_cells : ndarray of int, shape (items, items)
        Cells of the cross table that nobody is in.
    perfect : ndarray of bool, shape (items, items)
        Where the correlation lies at the bound.
    converged : ndarray of bool, shape (items, items)
        Where the search ended.
    sizes : ndarray of int, shape (items,)
        Categories of each item.
    pairs : PolychoricPairs
        The same by pair, with the cross tables: what the asymptotic covariance is computed from.
    """

    correlations: Floats
    std_errors: Floats
    thresholds: tuple[Floats, ...]
    n: NDArray[np.int64]
    empty_cells: NDArray[np.int64]
    perfect: Flags
    converged: Flags
    sizes: NDArray[np.int64]
    pairs: PolychoricPairs

    def __repr__(self) -> str:
        return f"<PolychoricMatrix: {len(self.sizes)} items>"


def padded_thresholds(counts: tuple[NDArray[np.int64], ...], width: int) -> Floats:
    """Return the thresholds of every item in one array, padded with the end of the normal distribution."""
    padded = np.full((len(counts), max(width - 1, 0)), FAR)
    for item, each in enumerate(counts):
        if len(each) > 1:
            padded[item, : len(each) - 1] = thresholds(each)
    return padded


def padded_counts(counts: tuple[NDArray[np.int64], ...], width: int) -> Floats:
    """Return how often each category of each item occurs in one array, padded with zeros."""
    return np.array([np.pad(each, (0, width - len(each))) for each in counts], dtype=np.float64).reshape(-1, width)
