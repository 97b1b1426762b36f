"""One linear model of all outcomes in one completed set: weighted least squares, influence, replicates."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from osa_survey.analysis.factorial.factors import Factor
from osa_survey.analysis.factorial.linear_hypotheses import linear_fit
from osa_survey.analysis.samples import CompletedSet
from osa_survey.analysis.set_estimates import SetEstimate

Floats = NDArray[np.float64]
Places = NDArray[np.intp]
SINGULAR = 1e-12
"""Cross-products scaled to a unit diagonal whose smallest eigenvalue is below this have no unique coefficients."""
WHAT = "an analysis of variance"


@dataclass(frozen=True, repr=False)
class SetModel:
    """The model in one completed set; rows are the people used.

    Attributes
    ----------
    found : CompletedSet
        The set.
    between : tuple of Factor
        Factors between people with their codes in this set.
    x : ndarray of float, shape (people, p)
        Intercept, covariates about a common centre, effect-coded factors.
    y : ndarray of float, shape (people, w)
        Outcomes.
    """

    found: CompletedSet
    between: tuple[Factor, ...]
    x: Floats
    y: Floats

    @property
    def weights(self) -> Floats:
        """The weights; ones without a design."""
        weights = self.found.weights
        return np.ones(len(self.x)) if weights is None else weights

    def residuals(self, columns: Places) -> Floats:
        """Return the residuals of all outcomes on some columns, shape (people, w)."""
        return _fitted(self.x[:, columns], self.y, self.weights)[2]

    def __repr__(self) -> str:
        return f"<SetModel: {self.x.shape[0]} people, {self.x.shape[1]} coefficients, {self.y.shape[1]} outcomes>"


def _fitted(x: Floats, y: Floats, weights: Floats) -> tuple[Floats, Floats, Floats]:
    """Return coefficients (p, w), (X'WX)⁻¹ and residuals (people, w)."""
    if not x.shape[1]:
        return np.zeros((0, y.shape[1])), np.zeros((0, 0)), y
    root = np.sqrt(weights)[:, None]
    q, r = np.linalg.qr(x * root)
    back = np.linalg.solve(r, np.eye(x.shape[1]))
    coefficients = back @ (q.T @ (y * root))
    return coefficients, back @ back.T, y - x @ coefficients


def coefficients_said(model: SetModel, columns: Places) -> SetEstimate:
    """Return the coefficients of some columns, by column and then outcome, shape (p·w,).

    Notes
    -----
    B = (X'WX)⁻¹X'WY. Without a design their covariance is (X'X)⁻¹ ⊗ E/df_e with E the residual products of the model
    of all columns; under one, what person i adds to coefficient j of outcome o is wᵢ [(X'WX)⁻¹xᵢ]_j e_io.
    """
    x, y, weights = model.x[:, columns], model.y, model.weights
    coefficients, inverse, residuals = _fitted(x, y, weights)

    def covariance() -> Floats:
        full = linear_fit(model.x, y, ())
        return np.asarray(np.kron(inverse, full.error / full.df_error))

    def influence() -> Floats:
        lead = (x @ inverse) * weights[:, None]
        return np.asarray((lead[:, :, None] * residuals[:, None, :]).reshape(len(x), -1))

    def under(products: Floats) -> Floats:
        p = x.shape[1]
        if _is_singular(products[:p, :p]):
            return np.full(coefficients.size, np.nan)
        return np.asarray(np.linalg.solve(products[:p, :p], products[:p, p:]).ravel())

    return SetEstimate(
        coefficients.ravel(),
        covariance,
        influence,
        lambda many: replicate_products(x, y, many, under),
        df=float(len(x) - model.x.shape[1]),
        df_lost=len(columns) - 1,
        how="classical covariance",
        what=WHAT,
    )


def replicate_products(x: Floats, y: Floats, many: Floats, number: Callable[[Floats], Floats]) -> Floats:
    """Return numbers of the weighted cross-products of x and y under each of many weights, shape (replicates, …)."""
    together = np.hstack([x, y])
    return np.stack([number(together.T @ (together * column[:, None])) for column in many.T])


def residual_products(products: Floats, columns: Places, p: int) -> Floats:
    """Return the residual products of the outcomes on some columns, shape (w, w), from cross-products of all.

    Parameters
    ----------
    products : ndarray of float, shape (p + w, p + w)
        Of all p columns and w outcomes.
    columns : ndarray of int
        Which columns are in the model.
    p : int
        All columns.
    """
    own = products[p:, p:]
    if not len(columns):
        return own
    inner, cross = products[np.ix_(columns, columns)], products[columns, p:]
    if _is_singular(inner):
        return np.full(own.shape, np.nan)
    return np.asarray(own - cross.T @ np.linalg.solve(inner, cross))


def _is_singular(products: Floats) -> bool:
    scale = np.sqrt(np.diag(products))
    if not (scale > 0).all():
        return True
    return bool(np.linalg.eigvalsh(products / np.outer(scale, scale))[0] < SINGULAR)
