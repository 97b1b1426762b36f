"""Partial correlations of one outcome with one predictor, shuffled many times, under every set of covariates.

One unit is one outcome, one predictor, one group of respondents and one model. A linear model of any covariates needs
the cross-products only, so that thousands of models cost one pass over the respondents.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from osa_survey.errors import AnalysisError
from osa_survey.models.bootstraps import counted
from osa_survey.models.fits import Floats
from osa_survey.models.logits import BinaryLogit

FLAT = 1e-10
"""A variance below this share of the whole is rounding: the covariates leave nothing of the variable."""
FACTS = 3
"""Columns before the shuffled ones: degrees of freedom, respondents, partial correlation."""


@dataclass(frozen=True, repr=False)
class Unit:
    """What one unit of a multiverse is about.

    Attributes
    ----------
    outcome, predictor : ndarray of float, shape (respondents,)
        The values of everybody.
    covariates : ndarray of float, shape (respondents, columns)
        Their columns.
    sets : tuple of tuple of int
        Each set of covariates as columns.
    used : ndarray of bool, shape (respondents,)
        Who is not excluded.
    model : {"linear", "rank", "logistic"}
        ``rank`` is the linear model of the ranks of outcome and predictor among those used.
    draws, seed : int
        Shuffles of the predictor over all respondents: the same in every unit of a multiverse.
    """

    outcome: Floats
    predictor: Floats
    covariates: Floats
    sets: tuple[tuple[int, ...], ...]
    used: NDArray[np.bool_]
    model: str
    draws: int
    seed: int


def shuffles(n: int, draws: int, seed: int) -> NDArray[np.intp]:
    """Return the order of the sample and of each shuffle, shape (draws + 1, n); the first is the sample's own."""
    generators = (np.random.default_rng(one) for one in np.random.SeedSequence(seed).spawn(draws))
    return np.stack([np.arange(n), *(generator.permutation(n) for generator in generators)])


def partial_correlations(unit: Unit) -> Floats:
    """Return the partial correlation of every set of covariates in the sample and in every shuffle.

    Parameters
    ----------
    unit : Unit
        The unit.

    Returns
    -------
    ndarray of float, shape (sets, 3 + draws)
        Degrees of freedom, respondents, the sample's partial correlation, then those of the shuffles; NaN where the
        covariates leave no variance or a logistic model has no maximum.

    Notes
    -----
    Linear: with residuals of y and x after the covariates, r = Σ y x / √(Σ y² Σ x²), and t = r √(df/(1 − r²)) is the
    test of x in the regression of y on x and the covariates. Logistic: the score test of x in the model of the
    covariates, z = U/√V, and r = z/√n.
    """
    x = unit.predictor[shuffles(len(unit.predictor), unit.draws, unit.seed)][:, unit.used].T
    y, covariates = unit.outcome[unit.used], unit.covariates[unit.used]
    if unit.model == "rank":
        x, y = stats.rankdata(x, axis=0), stats.rankdata(y)
    x = np.ascontiguousarray(x - x.mean(axis=0))
    covariates = covariates - covariates.mean(axis=0)
    found = _logistic(y, x, covariates, unit.sets) if unit.model == "logistic" else _linear(y, x, covariates, unit.sets)
    return found


def _linear(y: Floats, x: Floats, covariates: Floats, sets: Sequence[tuple[int, ...]]) -> Floats:
    n = len(y)
    y = y - y.mean()
    table = np.column_stack([covariates, y])
    cross, with_x = counted(table.T, table), counted(table.T, x)
    squares = (x**2).sum(axis=0)
    found = []
    for chosen in sets:
        own = list(chosen)
        inverse, rank = _inverse(cross[np.ix_(own, own)])
        slopes = inverse @ with_x[own]
        of_y = cross[-1, own] @ inverse
        together = with_x[-1] - of_y @ with_x[own]
        left_y = float(cross[-1, -1] - of_y @ cross[own, -1])
        left_x = squares - (with_x[own] * slopes).sum(axis=0)
        found.append(_row(n - rank - 2, n, together, left_y * left_x, cross[-1, -1] * squares))
    return np.stack(found)


def _logistic(y: Floats, x: Floats, covariates: Floats, sets: Sequence[tuple[int, ...]]) -> Floats:
    n = len(y)
    squares = x**2
    found = []
    for chosen in sets:
        design = _independent(np.column_stack([np.ones(n), covariates[:, list(chosen)]]))
        try:
            fit = BinaryLogit().fit(y, design)
        except AnalysisError:
            found.append(np.full(FACTS + x.shape[1] - 1, np.nan))
            continue
        p = 1 / (1 + np.exp(-(design * fit.coefficients).sum(axis=1)))
        weights = p * (1 - p)
        weighted = weights[:, None] * design
        products = counted(np.vstack([y - p, weighted.T]), x)
        inverse, rank = _inverse(counted(weighted.T, design))
        whole = counted(weights[None, :], squares)[0]
        variance = whole - (products[1:] * (inverse @ products[1:])).sum(axis=0)
        bad = not fit.converged or bool(fit.separated)
        row = _row(n - rank - 1, n, products[0], variance * n, whole * n)
        found.append(np.full_like(row, np.nan) if bad else row)
    return np.stack(found)


def _row(df: int, n: int, together: Floats, spread: Floats, whole: Floats) -> Floats:
    defined = spread > FLAT * whole
    r = np.full(len(together), np.nan)
    r[defined] = np.clip(together[defined] / np.sqrt(spread[defined]), -1.0, 1.0)
    return np.concatenate([[df, n], r])


def _independent(design: Floats) -> Floats:
    """Return columns of the same span that do not hold one another: a group that is excluded leaves such columns."""
    cross = counted(design.T, design)
    values, vectors = np.linalg.eigh(cross / len(design))
    return np.ascontiguousarray(counted(design, vectors[:, values > FLAT * values[-1]]))


def _inverse(cross: Floats) -> tuple[Floats, int]:
    """Return the inverse of cross-products, leaving out directions that the other columns hold, and their rank."""
    if not len(cross):
        return cross, 0
    scale = np.sqrt(np.diagonal(cross))
    scale = np.where(scale > 0, scale, 1.0)
    values, vectors = np.linalg.eigh(cross / np.outer(scale, scale))
    kept = values > FLAT * len(cross)
    half = vectors[:, kept] / scale[:, None]
    return np.asarray((half / values[kept]) @ half.T), int(kept.sum())
