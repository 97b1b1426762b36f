"""Polychoric correlations by two-step maximum likelihood, all pairs at once, from cross tables only."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from osa_survey.psychometrics.ordinal.cell_probabilities import cell_shapes
from osa_survey.psychometrics.ordinal.influences import pair_influences
from osa_survey.psychometrics.ordinal.ordered_answers import Categories, cross_tables
from osa_survey.psychometrics.ordinal.polychoric_records import (
    PolychoricMatrix,
    PolychoricPairs,
    padded_counts,
    padded_thresholds,
)

Floats = NDArray[np.float64]

BOUND = 0.9999
"""Correlations are looked for within this bound; one that ends there is perfect as far as its table can tell."""
STEPS = 60
CLOSE = 1e-10
"""A Newton step below this ends the search; the next one would be below rounding error."""
HALF = 0.5
"""What an empty cell of a two by two table takes from its neighbours, margins kept (as in lavaan)."""


def polychoric_matrix(items: Categories) -> PolychoricMatrix:
    """Return the polychoric correlations of all pairs of items.

    Parameters
    ----------
    items : Categories
        Answers. Gaps are taken pairwise: thresholds from everybody who answered the item, a correlation from
        everybody who answered both; for listwise deletion pass ``items.of(items.complete)``.

    Returns
    -------
    PolychoricMatrix
        Correlations, standard errors, thresholds.

    Raises
    ------
    ValueError
        If a declared category does not occur.

    Notes
    -----
    Two steps as in lavaan and Mplus: thresholds are normal quantiles of the margins; then each correlation maximises
    ``sum n_ab log p_ab(rho)``, by Newton steps on ``rho`` held in a bracket of the sign of the derivative. No cell is
    corrected, except that a two by two table with exactly one empty cell takes half a respondent from each neighbour
    with the margins kept, as lavaan does.

    References
    ----------
    Olsson, U. (1979). Maximum likelihood estimation of the polychoric correlation coefficient. Psychometrika, 44(4),
    443-460. doi:10.1007/BF02296207

    Examples
    --------
    >>> from osa_survey.psychometrics.ordinal.ordered_answers import categories
    >>> answers = np.repeat([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]], [40, 20, 20, 40], axis=0)
    >>> float(polychoric_matrix(categories(answers)).correlations[0, 1].round(4))
    0.5
    """
    sizes, counts = items.sizes, items.counts
    k = len(sizes)
    full = cross_tables(items)
    taus = padded_thresholds(counts, full.shape[-1])
    first, second = np.triu_indices(k, 1)
    tables = full[first, second]
    found = polychoric_pairs(tables, taus, sizes, first, second)
    perfect = np.abs(found.rho) >= BOUND
    own = np.array([int(each.sum()) for each in counts], dtype=np.int64)
    error = np.sqrt(pair_influences(found, taus, padded_counts(counts, full.shape[-1])).variance)
    error[perfect] = np.nan
    filled = (tables > 0).sum(axis=(1, 2))
    return PolychoricMatrix(
        correlations=square_of(found.rho, k, 1.0),
        std_errors=square_of(error, k, 0.0),
        thresholds=tuple(taus[item, : max(size - 1, 0)] for item, size in enumerate(sizes)),
        n=square_of(tables.sum(axis=(1, 2)).round().astype(np.int64), k, 0) + np.diag(own),
        empty_cells=square_of(sizes[first] * sizes[second] - filled, k, 0),
        perfect=square_of(perfect, k, False),
        converged=square_of(found.converged, k, True),
        sizes=sizes,
        pairs=found,
    )


def square_of(values: NDArray, k: int, diagonal: float) -> NDArray:  # type: ignore[type-arg]
    """Return a symmetric matrix of what is known by pair."""
    square = np.full((k, k), diagonal, dtype=values.dtype)
    first, second = np.triu_indices(k, 1)
    square[first, second] = square[second, first] = values
    return square


def polychoric_pairs(
    tables: Floats,
    taus: Floats,
    sizes: NDArray[np.int64],
    first: NDArray[np.int64],
    second: NDArray[np.int64],
) -> PolychoricPairs:
    """Return the polychoric correlation of each cross table, at given thresholds.

    Parameters
    ----------
    tables : ndarray of float, shape (pairs, categories, categories)
        Cross tables, padded with zeros.
    taus : ndarray of float, shape (items, categories - 1)
        Padded thresholds.
    sizes : ndarray of int, shape (items,)
        Categories of each item.
    first, second : ndarray of int, shape (pairs,)
        The items of each table.
    """
    adjusted, known = two_by_two(tables, sizes[first], sizes[second])
    rho = np.where(np.isnan(known), starting_correlations(tables), known)
    solvable = (sizes[first] > 1) & (sizes[second] > 1) & (tables.sum(axis=(1, 2)) > 0)
    rho[~solvable] = np.nan
    open_pairs = np.flatnonzero(solvable & np.isnan(known))
    low, high = np.full(len(rho), -BOUND), np.full(len(rho), BOUND)
    for _ in range(STEPS):
        if not len(open_pairs):
            break
        shapes = cell_shapes(taus[first[open_pairs]], taus[second[open_pairs]], rho[open_pairs])
        weight = adjusted[open_pairs]
        ratio = shapes.slope / shapes.probability
        slope = (weight * ratio).sum(axis=(1, 2))
        curvature = (weight * (shapes.curvature / shapes.probability - ratio * ratio)).sum(axis=(1, 2))
        here = rho[open_pairs]
        low[open_pairs] = np.where(slope > 0, here, low[open_pairs])
        high[open_pairs] = np.where(slope < 0, here, high[open_pairs])
        lower, upper = low[open_pairs], high[open_pairs]
        with np.errstate(divide="ignore", invalid="ignore"):
            proposed = here - slope / curvature
        good = (curvature < 0) & (proposed > lower) & (proposed < upper)
        proposed = np.where(good, proposed, 0.5 * (lower + upper))
        rho[open_pairs] = proposed
        open_pairs = open_pairs[(np.abs(proposed - here) > CLOSE) & (slope != 0.0)]
    converged = solvable.copy()
    converged[open_pairs] = False
    at_bound = np.abs(rho) >= BOUND - 2.0 * CLOSE
    rho = np.where(at_bound, np.sign(rho) * BOUND, rho)
    return PolychoricPairs(first, second, tables, rho, converged)


def two_by_two(tables: Floats, rows: NDArray[np.int64], columns: NDArray[np.int64]) -> tuple[Floats, Floats]:
    """Return tables with single empty cells of two by two tables filled, and correlations known beforehand."""
    known = np.full(len(tables), np.nan)
    small = (rows == 2) & (columns == 2) & (tables.sum(axis=(1, 2)) > 0)
    if not small.any():
        return tables, known
    corner = tables[:, :2, :2]
    empty = corner == 0
    one = small & (empty.sum(axis=(1, 2)) == 1)
    straight = one & (empty[:, 0, 0] | empty[:, 1, 1])
    crossed = one & ~straight
    adjusted = tables.copy()
    sign = np.array([[1.0, -1.0], [-1.0, 1.0]]) * HALF
    adjusted[straight, :2, :2] += sign
    adjusted[crossed, :2, :2] -= sign
    two = small & (empty.sum(axis=(1, 2)) == 2)
    known[two & empty[:, 0, 1] & empty[:, 1, 0]] = BOUND
    known[two & empty[:, 0, 0] & empty[:, 1, 1]] = -BOUND
    return adjusted, known


def starting_correlations(tables: Floats) -> Floats:
    """Return Pearson correlations of the category numbers, somewhat stretched."""
    place = np.arange(tables.shape[-1], dtype=np.float64)
    n = np.maximum(tables.sum(axis=(1, 2)), 1.0)
    rows, columns = tables.sum(axis=2) / n[:, None], tables.sum(axis=1) / n[:, None]
    mean_row, mean_column = rows @ place, columns @ place
    spread = (rows @ place**2 - mean_row**2) * (columns @ place**2 - mean_column**2)
    product = np.einsum("pab,a,b->p", tables, place, place) / n - mean_row * mean_column
    return np.asarray(np.clip(1.15 * product / np.sqrt(np.maximum(spread, 1e-12)), -0.9, 0.9))
