"""Partial correlations under many sets of weights at once: resamples, or shuffles of a predictor with gaps."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from osa_survey.models.bootstraps import counted
from osa_survey.models.fits import Floats

FLAT = 1e-10
"""A variance below this share of the whole is rounding: the other columns hold this one."""


@dataclass(frozen=True, repr=False)
class Left:
    """What covariates leave of outcome and predictor.

    Attributes
    ----------
    xx, xy, yy : ndarray of float, shape (draws,)
        Sums of squares and products of the residuals; NaN where nothing is left.
    rank : ndarray of int, shape (draws,)
        Covariates (and the constant) that are not held by others.
    """

    xx: Floats
    xy: Floats
    yy: Floats
    rank: Floats


def grams(table: Floats, weights: Floats) -> Floats:
    """Return Σ wᵢ tᵢtᵢ' under each column of weights, shape (draws, columns, columns)."""
    p = table.shape[1]
    upper = np.triu_indices(p)
    products = np.ascontiguousarray((table[:, upper[0]] * table[:, upper[1]]).T)
    sums = counted(products, weights)
    found = np.empty((weights.shape[1], p, p))
    found[:, upper[0], upper[1]] = found[:, upper[1], upper[0]] = sums.T
    return found


def grams_of_shuffles(table: Floats, x: Floats, squared: Floats, there: Floats) -> Floats:
    """Return cross-products of a table with a predictor that differs by draw, put last.

    Parameters
    ----------
    table : ndarray of float, shape (respondents, columns)
        What does not differ; its first column is 1 for those used, the rows of others are zero.
    x, squared, there : ndarray of float, shape (respondents, draws)
        The predictor and its square, zero in its gaps, and 1 where it has a value.
    """
    p = table.shape[1]
    found = np.empty((x.shape[1], p + 1, p + 1))
    found[:, :p, :p] = grams(table, there)
    found[:, :p, p] = found[:, p, :p] = counted(np.ascontiguousarray(table.T), x).T
    found[:, p, p] = counted(np.ascontiguousarray(table[:, :1].T), squared)[0]
    return found


def partials(cross: Floats, sets: Sequence[tuple[int, ...]], y: int, x: int) -> list[Left]:
    """Return what each set of covariates leaves of y and x.

    Parameters
    ----------
    cross : ndarray of float, shape (draws, columns, columns)
        Cross-products; column 0 is the constant and belongs to every set.
    sets : sequence of tuple of int
        Columns of the covariates of each set.
    y, x : int
        Columns of outcome and predictor.

    Notes
    -----
    Columns are taken out one after the other (Gaussian elimination); sets that begin alike share the steps. A column
    of which less than 1e-10 is left is held by those before it and is passed over.
    """
    whole = _without(cross, 0, np.einsum("dii->di", cross)[:, 0])
    size = np.einsum("dii->di", whole[0]).copy()
    steps: list[tuple[tuple[int, ...], Floats, Floats]] = [((), whole[0], whole[1])]
    found: dict[tuple[int, ...], Left] = {}
    for chosen in sorted(set(sets)):
        while steps[-1][0] != chosen[: len(steps[-1][0])]:
            steps.pop()
        for place in range(len(steps[-1][0]), len(chosen)):
            _, held, rank = steps[-1]
            after, more = _without(held, chosen[place], size[:, chosen[place]])
            steps.append((chosen[: place + 1], after, rank + more))
        _, held, rank = steps[-1]
        bad = (held[:, x, x] <= FLAT * size[:, x]) | (held[:, y, y] <= FLAT * size[:, y])
        xx, xy, yy = (np.where(bad, np.nan, held[:, a, b]) for a, b in ((x, x), (x, y), (y, y)))
        found[chosen] = Left(xx, xy, yy, rank)
    return [found[chosen] for chosen in sets]


def _without(cross: Floats, column: int, size: Floats) -> tuple[Floats, Floats]:
    """Return cross-products of what a column leaves of the others, and 1 where it left something itself."""
    own = cross[:, :, column]
    left = own[:, column]
    there = left > FLAT * size
    share = np.where(there[:, None], own / np.where(there, left, 1.0)[:, None], 0.0)
    return cross - share[:, :, None] * own[:, None, :], there.astype(np.float64)
