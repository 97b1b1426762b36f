"""Design-based tests of a two-way table: Rao & Scott's corrections of Pearson's χ²."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from osa_survey.dataset import SurveyDesign
from osa_survey.weighting.means import cell_proportions
from osa_survey.weighting.statistics import DesignEstimate, under_design

Floats = NDArray[np.float64]
Codes = NDArray[np.int64]


@dataclass(frozen=True, repr=False)
class TableTest:
    """Tests of independence in a two-way table.

    Attributes
    ----------
    proportions : DesignEstimate
        Of the cells, row by row, with their covariance.
    shares : ndarray of float, shape (rows, columns)
        The same as a table.
    pearson : float
        Pearson's χ² of the weighted proportions times n.
    cramers_v : float
        √(χ²/(n · (min(rows, columns) − 1))) of the weighted proportions.
    first_order, first_df, first_p : float
        χ² over the mean generalised design effect, with (r − 1)(c − 1) degrees of freedom.
    F, df1, df2, p_value : float
        Second order: χ² over the sum of the design effects, as F with Satterthwaite's degrees of freedom.
    mean_deff : float
        The mean generalised design effect.
    """

    proportions: DesignEstimate
    shares: Floats
    pearson: float
    cramers_v: float
    first_order: float
    first_df: float
    first_p: float
    F: float
    df1: float
    df2: float
    p_value: float
    mean_deff: float

    def __repr__(self) -> str:
        return f"<TableTest: {self.shares.shape[0]} × {self.shares.shape[1]}, F = {self.F:.3f}, p = {self.p_value:.3g}>"


def table_test(rows: Codes, columns: Codes, shape: tuple[int, int], design: SurveyDesign) -> TableTest:
    """Test whether two categorical variables are independent in the population.

    Parameters
    ----------
    rows, columns : ndarray of int, shape (respondents,)
        Categories from 0; −1 stands outside. Each category needs someone.
    shape : tuple of int
        Number of categories of each, two or more.
    design : SurveyDesign
        The design, or a domain of it.

    Returns
    -------
    TableTest
        NaN tests where the covariance is singular.

    Notes
    -----
    With cell proportions p, their design covariance V and the contrasts C that main effects leave:
    Δ = (Cᵀ D⁻¹ C/n)⁻¹ Cᵀ D⁻¹ V D⁻¹ C with D = diag(p). F = χ²/tr Δ, df1 = (tr Δ)²/tr Δ², df2 = df1 · df(design).

    References
    ----------
    Rao, J. N. K., & Scott, A. J. (1984). On chi-squared tests for multiway contingency tables with cell proportions
    estimated from survey data. doi:10.1214/aos/1176346391
    """
    number = shape[0] * shape[1]
    inside = (rows >= 0) & (columns >= 0)
    cells = np.where(inside, rows * shape[1] + columns, -1)
    design = design.within(inside)
    found = under_design(lambda w: cell_proportions(cells, number, w), design)
    n = int((design.weights > 0).sum())
    P = found.estimate.reshape(shape)
    expected = np.outer(P.sum(axis=1), P.sum(axis=0))
    with np.errstate(invalid="ignore", divide="ignore"):
        pearson = n * float(np.where(expected > 0, (P - expected) ** 2 / expected, 0.0).sum())
    smaller = min(shape) - 1
    v = math.sqrt(pearson / (n * smaller)) if n and smaller else math.nan
    df = (shape[0] - 1) * (shape[1] - 1)
    effects = _generalised_effects(found, shape, n)
    if effects is None or found.df <= 0:
        return TableTest(found, P, pearson, v, *(math.nan, df, math.nan), *(math.nan,) * 5)
    trace, trace_of_square = effects
    mean = trace / df
    df1 = trace**2 / trace_of_square
    F = pearson / trace
    return TableTest(
        found,
        P,
        pearson,
        v,
        pearson / mean,
        df,
        float(stats.chi2.sf(pearson / mean, df)),
        F,
        df1,
        df1 * found.df,
        float(stats.f.sf(F, df1, df1 * found.df)),
        mean,
    )


def _generalised_effects(found: DesignEstimate, shape: tuple[int, int], n: int) -> tuple[float, float] | None:
    """Return tr Δ and tr Δ², or None where Δ is not defined."""
    p, V = found.estimate, found.covariance
    if not np.isfinite(V).all() or not np.isfinite(p).all():
        return None
    C = np.kron(_contrasts(shape[0]), _contrasts(shape[1]))
    scaled = C * np.where(p > 0, 1 / np.where(p > 0, p, 1.0), 0.0)[:, None]
    simple = C.T @ scaled / n
    if np.linalg.matrix_rank(simple) < len(simple):
        return None
    delta = np.linalg.solve(simple, scaled.T @ V @ scaled)
    trace, trace_of_square = float(np.trace(delta)), float((delta * delta.T).sum())
    return (trace, trace_of_square) if trace > 0 else None


def _contrasts(number: int) -> Floats:
    """Return number − 1 columns that add up to zero."""
    return np.vstack([-np.ones((1, number - 1)), np.eye(number - 1)])
