"""Raking: iterative proportional fitting of weights to margins, on combined cells; bounds; linear calibration."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from osa_survey.errors import AnalysisError, Problem

Floats = NDArray[np.float64]
Codes = NDArray[np.int64]
TOLERANCE = 1e-10
"""Largest difference of a margin from its target, as a share of all, at which raking has converged."""
BOUND_TOLERANCE = 1e-6
"""How far, relative to the bound, a weight may lie outside once margins and bounds hold together."""
MOST_ROUNDS = 1000
MOST_BOUND_ROUNDS = 200
LARGEST_TABLE = 1_000_000
"""Combined cells up to which they are counted directly instead of sorted."""


@dataclass(frozen=True, repr=False)
class Cells:
    """Respondents put together who have the same category in every margin.

    Attributes
    ----------
    of : ndarray of int, shape (respondents,)
        The cell of each.
    categories : ndarray of int, shape (cells, margins)
        The category of each cell in each margin.
    sizes : tuple of int
        Categories of each margin.
    """

    of: Codes
    categories: Codes
    sizes: tuple[int, ...]

    @property
    def indicators(self) -> Floats:
        """Indicators of all categories, shape (cells, categories of all margins)."""
        return np.hstack([np.eye(size)[codes] for size, codes in zip(self.sizes, self.categories.T, strict=True)])

    def __repr__(self) -> str:
        return f"<Cells: {len(self.categories)} of {len(self.sizes)} margins>"


@dataclass(frozen=True, repr=False)
class Raking:
    """Raked weights.

    Attributes
    ----------
    weights : ndarray of float, shape (respondents,)
        The weights.
    rounds : int
        Rounds over all margins.
    deviation : float
        Largest difference of a margin from its target, as a share of all.
    at_bound : int
        Respondents whose weight lies at a bound.
    """

    weights: Floats
    rounds: int
    deviation: float
    at_bound: int = 0

    def __repr__(self) -> str:
        return f"<Raking: {len(self.weights)} weights, {self.rounds} rounds>"


def combined_cells(margins: Sequence[Codes], sizes: Sequence[int]) -> Cells:
    """Return the cells of several margins that occur.

    Parameters
    ----------
    margins : sequence of ndarray of int, each of shape (respondents,)
        Category of each respondent from 0.
    sizes : sequence of int
        Number of categories of each margin.
    """
    number = int(np.prod([int(size) for size in sizes], dtype=float)) if sizes else 1
    if number <= LARGEST_TABLE:
        joint = np.ravel_multi_index([np.asarray(codes) for codes in margins], tuple(sizes))
        occupied = np.flatnonzero(np.bincount(joint, minlength=number))
        place = np.zeros(number, dtype=np.int64)
        place[occupied] = np.arange(len(occupied))
        categories = np.stack(np.unravel_index(occupied, tuple(sizes)), axis=1)
        return Cells(place[joint], categories, tuple(sizes))
    categories, of = np.unique(np.stack(margins, axis=1), axis=0, return_inverse=True)
    return Cells(of.reshape(-1), categories, tuple(sizes))


def raked_weights(
    base: Floats,
    cells: Cells,
    targets: Sequence[Floats],
    *,
    bounds: tuple[float, float] = (0.0, np.inf),
    tolerance: float = TOLERANCE,
) -> Raking:
    """Return weights whose margins are the targets, as near to ``base`` as raking keeps them.

    Parameters
    ----------
    base : ndarray of float, shape (respondents,)
        Weights to start from.
    cells : Cells
        Who belongs together.
    targets : sequence of ndarray of float, one for each margin, shape (categories,)
        Weighted totals of the categories; the same sum in every margin.
    bounds : tuple of float
        Lowest and highest weight; weights of 0 stay. Weights beyond are set to the bound and all are raked again,
        until margins and bounds both hold.
    tolerance : float
        Largest difference of a margin, as a share of the sum of all targets.

    Returns
    -------
    Raking
        The weights.

    Raises
    ------
    AnalysisError
        ``empty_category``, ``raking_does_not_converge`` or ``bounds_too_tight``.

    References
    ----------
    Deming, W. E., & Stephan, F. F. (1940). On a least squares adjustment of a sampled frequency table when the
    expected marginal totals are known. doi:10.1214/aoms/1177731829
    Izrael, D., Battaglia, M. P., & Frankel, M. R. (2009). Extreme survey weight adjustment as a component of sample
    balancing (a.k.a. raking). SAS Global Forum, 247.

    Examples
    --------
    >>> cells = combined_cells([np.array([0, 0, 0, 1])], [2])
    >>> raked_weights(np.ones(4), cells, [np.array([2.0, 2.0])]).weights
    array([0.66666667, 0.66666667, 0.66666667, 2.        ])
    """
    low, high = bounds
    lowest = np.where(base > 0, low, 0.0)
    weights = base
    rounds = 0
    for _ in range(MOST_BOUND_ROUNDS):
        sums = np.bincount(cells.of, weights, minlength=len(cells.categories)).astype(float)
        factors, taken, deviation = fitted_factors(sums, cells, targets, tolerance)
        weights = weights * factors[cells.of]
        rounds += taken
        outside = (weights > high * (1 + BOUND_TOLERANCE)) | (weights < lowest * (1 - BOUND_TOLERANCE))
        if not outside.any():
            at_low = (weights <= lowest * (1 + BOUND_TOLERANCE)) & (lowest > 0)
            at_high = weights >= high * (1 - BOUND_TOLERANCE)
            return Raking(weights, rounds, deviation, int((at_low | at_high).sum()))
        weights = np.clip(weights, lowest, high)
    raise AnalysisError(
        Problem(
            "bounds_too_tight",
            "the margins cannot be met with weights within these bounds",
            hint="allow larger weights (trim), or merge small categories of the margins",
        )
    )


def fitted_factors(
    sums: Floats, cells: Cells, targets: Sequence[Floats], tolerance: float = TOLERANCE
) -> tuple[Floats, int, float]:
    """Return the factor of each cell that brings all margins to their targets.

    Parameters
    ----------
    sums : ndarray of float, shape (cells,)
        Sum of the weights in each cell.
    cells, targets, tolerance
        As for ``raked_weights``.

    Returns
    -------
    factors : ndarray of float, shape (cells,)
        What weights are multiplied by.
    rounds : int
        Rounds over all margins.
    deviation : float
        Largest difference of a margin from its target, as a share of all.
    """
    columns = [np.ascontiguousarray(codes) for codes in cells.categories.T]
    total = float(targets[0].sum())
    factors = np.ones(len(sums))
    empty = sum(
        int(((np.bincount(codes, sums, minlength=size) <= 0) & (target > 0)).sum())
        for codes, size, target in zip(columns, cells.sizes, targets, strict=True)
    )
    if empty:
        message, hint = "a category with a target has no respondent", "merge it with a neighbouring category"
        raise AnalysisError(Problem("empty_category", message, hint=hint, count=empty))
    for number in range(1, MOST_ROUNDS + 1):
        for codes, size, target in zip(columns, cells.sizes, targets, strict=True):
            found = np.bincount(codes, sums * factors, minlength=size)
            factors = factors * np.divide(target, found, out=np.zeros(size), where=found > 0)[codes]
        deviation = max(
            float(np.abs(np.bincount(codes, sums * factors, minlength=size) - target).max()) / total
            for codes, size, target in zip(columns, cells.sizes, targets, strict=True)
        )
        if deviation <= tolerance:
            return factors, number, deviation
    raise AnalysisError(
        Problem(
            "raking_does_not_converge",
            f"the margins contradict each other in this sample: {100 * deviation:.2g} per cent are left after "
            f"{MOST_ROUNDS} rounds",
            hint="look for combinations of categories without respondents; merge categories or leave a margin out",
        )
    )


def trimmed_weights(weights: Floats, low: float, high: float) -> Floats:
    """Return weights within bounds; what is cut off is spread evenly over all others, until nothing lies beyond.

    Parameters
    ----------
    weights : ndarray of float, shape (respondents,)
        Weights.
    low, high : float
        The bounds; the mean must lie between them.

    Returns
    -------
    ndarray of float, shape (respondents,)
        Weights with the same sum.

    Raises
    ------
    AnalysisError
        If the mean of the weights does not lie within the bounds.

    Examples
    --------
    >>> trimmed_weights(np.array([1.0, 1.0, 4.0]), 0.0, 3.0)
    array([1.5, 1.5, 3. ])
    """
    if not low < weights.mean() < high:
        message = "the mean of the weights does not lie within the bounds"
        raise AnalysisError(
            Problem("bounds_too_tight", message, hint="bounds are multiples of the mean: below and above 1")
        )
    for _ in range(MOST_ROUNDS):
        outside = (weights < low) | (weights > high)
        if not outside.any():
            return weights
        cut = np.clip(weights, low, high)
        missing = float((weights - cut).sum())
        inside = ~outside & (cut < high) if missing > 0 else ~outside & (cut > low)
        weights = np.where(inside, cut + missing / max(int(inside.sum()), 1), cut)
    return np.clip(weights, low, high)


def linear_weights(base: Floats, X: Floats, totals: Floats) -> Floats:
    """Return weights that reproduce population totals, by generalised regression (linear calibration).

    Parameters
    ----------
    base : ndarray of float, shape (respondents,)
        Weights to start from.
    X : ndarray of float, shape (respondents, k)
        Auxiliary variables; a column of ones for the size of the population.
    totals : ndarray of float, shape (k,)
        Their population totals.

    Returns
    -------
    ndarray of float, shape (respondents,)
        w = d(1 + xᵀ(Σ d x xᵀ)⁻¹(t − Σ d x)). They may be negative where the sample is far from the population.

    Raises
    ------
    AnalysisError
        If the auxiliary variables depend on each other.
    """
    cross = X.T @ (X * base[:, None])
    if np.linalg.matrix_rank(cross) < len(cross):
        message, hint = "the auxiliary variables depend on each other", "leave one category or variable out"
        raise AnalysisError(Problem("collinear_auxiliaries", message, hint=hint))
    weights: Floats = base * (1 + X @ np.linalg.solve(cross, totals - base @ X))
    return weights
