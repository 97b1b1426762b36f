"""What each answer adds to polychoric correlations of full maximum likelihood."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from osa_survey.psychometrics.ordinal.bivariate_normals import FAR
from osa_survey.psychometrics.ordinal.cell_probabilities import cell_shapes
from osa_survey.psychometrics.ordinal.full_polychorics import FullPolychorics
from osa_survey.psychometrics.ordinal.influences import threshold_slopes

Floats = NDArray[np.float64]


def full_influences(tables: Floats, full: FullPolychorics) -> Floats:
    """Return how much a respondent of weight one in each cell moves each pair's correlation.

    Parameters
    ----------
    tables : ndarray of float, shape (pairs, categories, categories)
        (Weighted) cross tables, padded with zeros.
    full : FullPolychorics
        Their estimates.

    Returns
    -------
    ndarray of float, shape (pairs, categories, categories)
        The element of the correlation of ``I^-1 s`` with the scores s of a cell in the correlation and in both items'
        thresholds, and the expected information I at the estimates; NaN where there is no correlation, and in cells
        of categories nobody chose.
    """
    pairs, width, _ = tables.shape
    e = width - 1
    rows, columns = tables.sum(axis=2) > 0, tables.sum(axis=1) > 0
    by_row, by_column = (np.argsort(~occurs, axis=1, kind="stable") for occurs in (rows, columns))
    known = np.isfinite(full.rho) & ~full.perfect
    rho = np.where(known, full.rho, 0.0)
    first, second = (
        np.where(np.isnan(each), FAR, each)
        for each in (np.sort(full.first_thresholds, axis=1), np.sort(full.second_thresholds, axis=1))
    )
    shapes = cell_shapes(first, second, rho)
    slopes = np.zeros((pairs, 1 + 2 * e, width, width))
    slopes[:, 0] = shapes.slope
    of_first, of_second = threshold_slopes(first, second, rho), threshold_slopes(second, first, rho)
    for edge in range(e):
        slopes[:, 1 + edge, edge, :] = of_first[:, edge]
        slopes[:, 1 + edge, edge + 1, :] = -of_first[:, edge]
        slopes[:, 1 + e + edge, :, edge] = of_second[:, edge]
        slopes[:, 1 + e + edge, :, edge + 1] = -of_second[:, edge]
    free = np.hstack([np.ones((pairs, 1), dtype=bool), *(
        np.arange(e) < (occurs.sum(axis=1) - 1)[:, None] for occurs in (rows, columns)
    )])  # fmt: skip
    flat = slopes.reshape(pairs, 1 + 2 * e, -1) * free[:, :, None]
    scores = flat / shapes.probability.reshape(pairs, 1, -1)
    information = tables.sum(axis=(1, 2))[:, None, None] * (flat @ scores.swapaxes(1, 2))
    at = np.arange(1 + 2 * e)
    information[:, at, at] += ~free
    information[~known] = np.eye(1 + 2 * e)
    moved = np.linalg.solve(information, scores)[:, 0].reshape(pairs, width, width)
    found = np.full_like(moved, np.nan)
    each = np.arange(pairs)[:, None, None]
    found[each, by_row[:, :, None], by_column[:, None, :]] = moved
    found[~(rows[:, :, None] & columns[:, None, :]) | ~known[:, None, None]] = np.nan
    return found
