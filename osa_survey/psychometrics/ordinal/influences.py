"""What each answer adds to the estimates of thresholds and polychoric correlations, and their joint covariance."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

from osa_survey.psychometrics.ordinal.cell_probabilities import cell_shapes
from osa_survey.psychometrics.ordinal.ordered_answers import GAP, Categories
from osa_survey.psychometrics.ordinal.polychoric_records import (
    PolychoricMatrix,
    PolychoricPairs,
    padded_counts,
    padded_thresholds,
)

Floats = NDArray[np.float64]

ROOT_TWO_PI = np.sqrt(2.0 * np.pi)
BLOCK = 1 << 22
"""Influences held at once."""


@dataclass(frozen=True, repr=False)
class PairInfluences:
    """How much a respondent in a cell moves each pair's correlation.

    Attributes
    ----------
    table : ndarray of float, shape (pairs, categories + 1, categories + 1)
        The influence of a respondent in each cell; the last row and column are for a gap in that item.
    variance : ndarray of float, shape (pairs,)
        The two-step variance of each correlation.
    """

    table: Floats
    variance: Floats


def threshold_influences(taus: Floats, counts: NDArray[np.integer] | NDArray[np.floating]) -> Floats:
    """Return how much a respondent in each category moves each threshold.

    Parameters
    ----------
    taus : ndarray of float, shape (..., categories - 1)
        Thresholds of one item, or of many.
    counts : ndarray, shape (..., categories)
        How often each category occurs.

    Returns
    -------
    ndarray of float, shape (..., categories - 1, categories)
        ``(1[category <= threshold] - share below) / density / n``, by the delta method of the normal quantile; zero
        for padded thresholds that nobody is above or below.
    """
    counts = np.asarray(counts, dtype=np.float64)
    n = np.maximum(counts.sum(axis=-1, keepdims=True), 1.0)
    below = np.cumsum(counts, axis=-1)[..., :-1] / n
    places = np.arange(counts.shape[-1])
    reached = places[None, :] <= places[:-1, None]
    density = np.exp(-0.5 * taus**2) / ROOT_TWO_PI
    inner = (below > 0) & (below < 1)
    scale = np.divide(1.0, density * n, out=np.zeros_like(density), where=inner & (density > 0))
    return np.asarray((reached - below[..., None]) * scale[..., None])


def pair_influences(pairs: PolychoricPairs, taus: Floats, margins: Floats) -> PairInfluences:
    """Return the influence tables of polychoric correlations and their variances.

    Parameters
    ----------
    pairs : PolychoricPairs
        The correlations and their cross tables.
    taus : ndarray of float, shape (items, categories - 1)
        Padded thresholds.
    margins : ndarray of float, shape (items, categories)
        How often each category of each item occurs, padded with zeros.

    Notes
    -----
    ``(s_ab - A21 i_a - A21 i_b) / A22`` with the score ``s`` of the correlation, the influence ``i`` of a respondent on
    the thresholds, and outer-product information ``A``, as in Muthén (1984) and lavaan.

    References
    ----------
    Muthén, B. (1984). A general structural equation model with dichotomous, ordered categorical, and continuous
    latent variable indicators. Psychometrika, 49(1), 115-132. doi:10.1007/BF02294210
    """
    width = margins.shape[1]
    own = threshold_influences(taus, margins)
    first, second = pairs.first, pairs.second
    known = np.isfinite(pairs.rho)
    rho = np.where(known, pairs.rho, 0.0)
    shapes = cell_shapes(taus[first], taus[second], rho)
    score = shapes.slope / shapes.probability
    weight = pairs.tables * score / shapes.probability
    information = (pairs.tables * score * score).sum(axis=(1, 2))
    by_row = threshold_slopes(taus[first], taus[second], rho)
    by_column = threshold_slopes(taus[second], taus[first], rho)
    mixed_row = ((weight[:, :-1, :] - weight[:, 1:, :]) * by_row).sum(axis=2)
    mixed_column = ((weight[:, :, :-1] - weight[:, :, 1:]).transpose(0, 2, 1) * by_column).sum(axis=2)
    shift_row = np.einsum("pc,pca->pa", mixed_row, own[first])
    shift_column = np.einsum("pc,pca->pa", mixed_column, own[second])
    with np.errstate(divide="ignore", invalid="ignore"):
        scale = np.where(known & (information > 0), 1.0 / information, np.nan)
    table = np.zeros((len(rho), width + 1, width + 1))
    table[:, :-1, :-1] = score
    table[:, :-1, :] -= shift_row[:, :, None]
    table[:, :, :-1] -= shift_column[:, None, :]
    with np.errstate(invalid="ignore"):
        table *= scale[:, None, None]
    table[:, -1, -1] = 0.0
    people = np.zeros_like(table)
    people[:, :-1, :-1] = pairs.tables
    people[:, :-1, -1] = margins[first] - pairs.tables.sum(axis=2)
    people[:, -1, :-1] = margins[second] - pairs.tables.sum(axis=1)
    with np.errstate(invalid="ignore"):
        variance = np.where(people > 0, people * table * table, 0.0).sum(axis=(1, 2))
    return PairInfluences(table, np.where(known, variance, np.nan))


def threshold_slopes(own: Floats, other: Floats, rho: Floats) -> Floats:
    """Return the mass that crosses each threshold of one item, by category of the other.

    Returns
    -------
    ndarray of float, shape (pairs, thresholds, categories)
        ``phi(t) [Phi((u_b - rho t) / s) - Phi((u_(b-1) - rho t) / s)]`` with ``s = sqrt(1 - rho^2)``.
    """
    pairs, edges = own.shape
    r = rho[:, None, None]
    spread = np.sqrt(1.0 - r * r)
    below = np.zeros((pairs, edges, edges + 2))
    below[:, :, -1] = 1.0
    below[:, :, 1:-1] = ndtr((other[:, None, :] - r * own[:, :, None]) / spread)
    density = np.exp(-0.5 * own * own) / ROOT_TWO_PI
    return np.asarray(density[:, :, None] * (below[:, :, 1:] - below[:, :, :-1]))


def asymptotic_covariance(items: Categories, found: PolychoricMatrix) -> Floats:
    """Return the joint covariance of thresholds and polychoric correlations.

    Parameters
    ----------
    items : Categories
        The answers ``found`` was computed from.
    found : PolychoricMatrix
        Thresholds and correlations; every item needs two categories or more.

    Returns
    -------
    ndarray of float, shape (q, q)
        The sampling covariance of the estimates: the thresholds item by item, then the correlations in the order
        (2, 1), (3, 1), …, (k, 1), (3, 2), … (below the diagonal, column by column, as in lavaan). Times the number of
        respondents it is lavaan's ``lavInspect(fit, "gamma")``, and the weight matrix of WLS is its inverse.

    Raises
    ------
    ValueError
        If a correlation is not known or perfect.

    Notes
    -----
    The sum over respondents of the outer products of their influences (Muthén 1984). A respondent's influences are
    looked up by category, block after block, and added up by matrix products.
    """
    pairs, counts = found.pairs, items.counts
    if not np.isfinite(pairs.rho).all() or found.perfect.any():
        raise ValueError("a correlation is not known or perfect: it has no covariance")
    width = int(found.sizes.max(initial=1))
    taus = padded_thresholds(counts, width)
    by_cell = pair_influences(pairs, taus, padded_counts(counts, width)).table.reshape(len(pairs.rho), -1)
    by_category = [
        np.pad(threshold_influences(taus[item, : size - 1], each), ((0, 0), (0, width + 1 - size)))
        for item, (size, each) in enumerate(zip(found.sizes, counts, strict=True))
    ]
    n_thresholds = int((found.sizes - 1).sum())
    q = n_thresholds + len(pairs.rho)
    n = items.codes.shape[1]
    step = max(BLOCK // max(q, 1), 1)
    total = np.zeros((q, q))
    influence = np.empty((q, min(step, max(n, 1))))
    for start in range(0, n, step):
        codes = items.codes[:, start : start + step]
        places = np.where(codes == GAP, width, codes).astype(np.intp)
        part = influence[:, : codes.shape[1]]
        at = 0
        for item, table in enumerate(by_category):
            part[at : at + len(table)] = table[:, places[item]]
            at += len(table)
        rows = places * (width + 1)
        for pair, (i, j) in enumerate(zip(pairs.first, pairs.second, strict=True)):
            np.take(by_cell[pair], rows[i] + places[j], out=part[n_thresholds + pair])
        total += part @ part.T
    return total
