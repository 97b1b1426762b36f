"""Polychoric correlations of weighted respondents with gaps and empty categories, and what each respondent adds."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from osa_survey.psychometrics.ordinal.cell_probabilities import cell_shapes
from osa_survey.psychometrics.ordinal.full_influences import full_influences
from osa_survey.psychometrics.ordinal.full_polychorics import deviances, full_polychorics
from osa_survey.psychometrics.ordinal.influences import pair_influences
from osa_survey.psychometrics.ordinal.ordered_answers import GAP, Categories
from osa_survey.psychometrics.ordinal.polychoric_records import PolychoricPairs
from osa_survey.psychometrics.ordinal.polychorics import BOUND, polychoric_pairs
from osa_survey.psychometrics.ordinal.weighted_thresholds import padded_shared_thresholds, scaled_weights

Floats = NDArray[np.float64]
BLOCK = 1 << 23
"""Numbers of the weighted indicator matrix held at once."""


@dataclass(frozen=True, repr=False)
class PairwisePolychorics:
    """Thresholds and polychoric correlations of weighted respondents.

    Attributes
    ----------
    sizes : ndarray of int, shape (items,)
        Categories of each item.
    margins : ndarray of float, shape (items, categories)
        The weight of each category, padded with zeros.
    thresholds : ndarray of float, shape (items, categories - 1)
        Padded.
    pairs : PolychoricPairs
        Correlations and weighted cross tables.
    """

    sizes: NDArray[np.int64]
    margins: Floats
    thresholds: Floats
    pairs: PolychoricPairs

    @property
    def perfect(self) -> NDArray[np.bool_]:
        """Where a correlation lies at its bound, shape (pairs,)."""
        return np.asarray(np.abs(self.pairs.rho) >= BOUND)

    def lacks(self, *items: int) -> bool:
        """Return whether a declared category of some of these items has no weight."""
        return any(bool((self.margins[item, : self.sizes[item]] <= 0).any()) for item in items)

    def correlation_contributions(self, items: Categories, weights: Floats) -> Floats:
        """Return what each respondent adds to each correlation at first order, weight included, (respondents, pairs).

        Notes
        -----
        The influence of ``pair_influences``, looked up by cell, times the weight: with equal weights its squares add
        up to the two-step variance of Muthén (1984) and lavaan.
        """
        return self._by_cell(pair_influences(self.pairs, self.thresholds, self.margins).table, items, weights)

    def full_contributions(self, items: Categories, weights: Floats) -> Floats:
        """Return the same of the correlations of full maximum likelihood; only those who answered both add to one."""
        inner = full_influences(self.pairs.tables, full_polychorics(self.pairs.tables))
        return self._by_cell(np.pad(inner, ((0, 0), (0, 1), (0, 1))), items, weights)

    def _by_cell(self, tables: Floats, items: Categories, weights: Floats) -> Floats:
        """Return the influence of each respondent's cell, the last row and column for gaps, times the weight."""
        width = self.margins.shape[1]
        by_cell = tables.reshape(len(tables), -1)
        places = np.where(items.codes == GAP, width, items.codes).astype(np.intp)
        found = np.empty((len(weights), len(tables)))
        for pair, (i, j) in enumerate(zip(self.pairs.first, self.pairs.second, strict=True)):
            found[:, pair] = by_cell[pair, places[i] * (width + 1) + places[j]]
        return found * scaled_weights(weights)[:, None]

    def normal_surface_deviances(self) -> Floats:
        """Return 2 Σ n log(n/(n p)) of each pair's table, shape (pairs,): χ² of unweighted people."""
        pairs = self.pairs
        rho = np.where(np.isfinite(pairs.rho), pairs.rho, 0.0)
        shapes = cell_shapes(self.thresholds[pairs.first], self.thresholds[pairs.second], rho)
        return deviances(pairs.tables, shapes.probability)


def pairwise_polychorics(items: Categories, weights: Floats) -> PairwisePolychorics:
    """Return polychoric correlations of weighted respondents in two steps.

    Parameters
    ----------
    items : Categories
        Answers; a declared category may have no weight.
    weights : ndarray of float, shape (respondents,)
        Weights; 0 stands outside. Scaled so that they add up to the respondents who have one.

    Notes
    -----
    Thresholds are normal quantiles of the weighted margins; each correlation then maximises the weighted likelihood
    ``sum w_ab log p_ab(rho)`` (pseudo maximum likelihood). Whole weights give what repeated rows give.

    Examples
    --------
    >>> from osa_survey.psychometrics.ordinal.ordered_answers import categories
    >>> answers = categories(np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]]))
    >>> pairwise_polychorics(answers, np.array([40.0, 20.0, 20.0, 40.0])).pairs.rho.round(4).tolist()
    [0.5]
    """
    tables = weighted_cross_tables(items, scaled_weights(weights))
    k = len(tables)
    margins = np.array([np.diag(tables[item, item]) for item in range(k)])
    taus = padded_shared_thresholds(margins, items.sizes)
    first, second = np.triu_indices(k, 1)
    sizes = np.count_nonzero(margins > 0, axis=1).astype(np.int64)
    found = polychoric_pairs(tables[first, second], taus, sizes, first, second)
    return PairwisePolychorics(items.sizes, margins, taus, found)


def weighted_cross_tables(items: Categories, weights: Floats) -> Floats:
    """Return the weighted cross tables of every pair of items, shape (items, items, categories, categories).

    Examples
    --------
    >>> from osa_survey.psychometrics.ordinal.ordered_answers import categories
    >>> answers = categories(np.array([[1.0, 1.0], [1.0, 2.0], [2.0, 2.0]]))
    >>> weighted_cross_tables(answers, np.array([2.0, 0.5, 1.0]))[0, 1].tolist()
    [[2.0, 0.5], [0.0, 1.0]]
    """
    k, n = items.codes.shape
    width = int(items.sizes.max(initial=1))
    kinds = np.arange(width, dtype=np.uint8)[None, :, None]
    total = np.zeros((k * width, k * width))
    step = max(BLOCK // max(k * width, 1), 1)
    for start in range(0, n, step):
        block = items.codes[:, None, start : start + step]
        marks = (block == kinds).reshape(k * width, -1).astype(np.float64)
        total += (marks * weights[start : start + step]) @ marks.T
    return np.ascontiguousarray(total.reshape(k, width, k, width).transpose(0, 2, 1, 3))
