"""Thresholds of weighted answers, and what each respondent adds to them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from osa_survey.psychometrics.ordinal.bivariate_normals import FAR
from osa_survey.psychometrics.ordinal.influences import threshold_influences
from osa_survey.psychometrics.ordinal.ordered_answers import GAP, Categories, shared_thresholds

Floats = NDArray[np.float64]


def scaled_weights(weights: Floats) -> Floats:
    """Return weights that add up to the respondents who have one."""
    total = float(weights.sum())
    return weights * (np.count_nonzero(weights) / total) if total > 0 else weights


def padded_shared_thresholds(margins: Floats, sizes: NDArray[np.int64]) -> Floats:
    """Return the thresholds of each item, padded with the end of the normal distribution, (items, categories - 1).

    Parameters
    ----------
    margins : ndarray of float, shape (items, categories)
        The weight of each category, padded with zeros.
    sizes : ndarray of int, shape (items,)
        Categories of each item.
    """
    taus = np.full((len(margins), max(margins.shape[1] - 1, 0)), FAR)
    for item, size in enumerate(sizes):
        taus[item, : max(size - 1, 0)] = shared_thresholds(margins[item, :size])
    return taus


def weighted_thresholds(items: Categories, weights: Floats) -> Floats:
    """Return the thresholds of weighted answers item by item, shape (thresholds,).

    Parameters
    ----------
    items : Categories
        Answers with gaps.
    weights : ndarray of float, shape (respondents,)
        Weights; 0 stands outside.

    Returns
    -------
    ndarray of float
        Normal quantiles of the weighted shares; NaN beside a category without weight.

    Examples
    --------
    >>> from osa_survey.psychometrics.ordinal.ordered_answers import categories
    >>> weighted_thresholds(categories(np.array([[1.0], [2.0], [3.0]])), np.array([1.0, 0.0, 1.0])).tolist()
    [nan, nan]
    """
    found = []
    for margin in _margins(items, weights):
        empty = margin <= 0
        found.append(np.where(empty[:-1] | empty[1:], np.nan, shared_thresholds(margin)))
    return np.concatenate(found)


def threshold_contributions(items: Categories, weights: Floats) -> Floats:
    """Return what each respondent adds to these thresholds, weight included, shape (respondents, thresholds)."""
    parts = []
    scaled = scaled_weights(weights)
    for codes, margin in zip(items.codes, _margins(items, scaled), strict=True):
        size = len(margin)
        own = np.pad(threshold_influences(shared_thresholds(margin), margin), ((0, 0), (0, 1)))
        parts.append(own[:, np.where(codes == GAP, size, codes).astype(np.intp)].T * scaled[:, None])
    return np.concatenate(parts, axis=1)


def _margins(items: Categories, weights: Floats) -> list[Floats]:
    return [
        np.bincount(codes, weights, minlength=GAP + 1)[:size].astype(np.float64)
        for codes, size in zip(items.codes, items.sizes, strict=True)
    ]
