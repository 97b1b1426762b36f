"""What one chain needs, as plain arrays: coded columns, incomplete variables, columns derived from others."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Protocol, get_args

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.intp]
Method = Literal["pmm", "normal", "logistic", "ordinal", "multinomial", "poisson"]
METHODS: tuple[str, ...] = get_args(Method)
METHOD_TITLES: dict[str, str] = {
    "pmm": "predictive mean matching",
    "normal": "Bayesian normal linear model",
    "logistic": "logistic model",
    "ordinal": "ordinal logit model",
    "multinomial": "multinomial logit model",
    "poisson": "Poisson model",
}
LINEAR_METHODS = ("pmm", "normal")


@dataclass(frozen=True, repr=False)
class Coding:
    """How a variable stands in the design matrix.

    Attributes
    ----------
    columns : ndarray of int
        Its columns.
    centre, scale : ndarray, shape (columns,)
        A coded value is (x − centre) / scale, with x the value, or the 0/1 indicator of a category.
    levels : ndarray
        The codes of a nominal variable's observed categories, the first without a column; empty for all others.
    """

    columns: Ints
    centre: Floats
    scale: Floats
    levels: Floats

    def encode(self, values: Floats) -> Floats:
        """Return values as columns, shape (n, columns)."""
        if len(self.levels):
            plain = (values[:, None] == self.levels[1:]).astype(np.float64)
        else:
            plain = values[:, None]
        return np.asarray((plain - self.centre) / self.scale)


class Derived(Protocol):
    """Columns that follow from other columns of the same row."""

    @property
    def columns(self) -> Ints:
        """The columns that are filled."""

    def values(self, rows: Floats) -> Floats:
        """Return the derived values for some rows of the design matrix, shape (n, columns)."""


@dataclass(frozen=True, repr=False)
class Products:
    """Products of two columns each: an interaction, filled in passively."""

    columns: Ints
    left: Ints
    right: Ints

    def values(self, rows: Floats) -> Floats:
        """Return ``left`` times ``right``."""
        return np.asarray(rows[:, self.left] * rows[:, self.right])


@dataclass(frozen=True, repr=False)
class Totals:
    """The total of a scale, filled in passively from its coded items."""

    columns: Ints
    items: Ints
    weights: Floats

    def values(self, rows: Floats) -> Floats:
        """Return the weighted sum of the items."""
        return np.asarray(rows[:, self.items] @ self.weights)[:, None]


@dataclass(frozen=True, repr=False)
class Counts:
    """The number of items answered with a counted code, filled in passively; codes as coded values of each item."""

    columns: Ints
    items: Ints
    counted: Floats
    centre: float
    scale: float

    def values(self, rows: Floats) -> Floats:
        """Return how many items have one of their counted values (shape (codes, items))."""
        hits = (np.abs(rows[:, None, self.items] - self.counted) < 1e-9).any(axis=1).sum(axis=1)
        return np.asarray((hits - self.centre) / self.scale)[:, None]


@dataclass(frozen=True, repr=False)
class InteractionModel:
    """The linear model of an outcome in which a numeric variable interacts with another.

    Attributes
    ----------
    outcome : int
        The outcome's column.
    predictors : ndarray of int
        Columns of its model, without the intercept.
    kept : ndarray of int
        Rows in which the outcome stays a gap.
    products, partners : ndarray of int
        Columns of the products with the variable, and the columns it is multiplied by there.
    """

    outcome: int
    predictors: Ints
    kept: Ints
    products: Ints
    partners: Ints


@dataclass(frozen=True, repr=False)
class Target:
    """An incomplete variable and its model.

    Attributes
    ----------
    name : str
        The column.
    method : str
        One of ``METHODS``.
    coding : Coding
        Its own columns.
    missing, kept, observed : ndarray of int
        Rows to impute, rows whose gap stays a gap, rows with an answer.
    observed_values : ndarray
        The answers of the observed rows.
    levels : ndarray
        The observed categories in order, for models of categories.
    predictors : ndarray of int
        Columns of its model, without the intercept.
    derived : tuple of int
        Which derived columns follow from this variable.
    shift : ndarray of shape (missing,) or float
        Added to imputed numbers, or to the linear predictor of categories and counts.
    low, high : float
        Shifted numbers are brought back into this range.
    traced : float
        NaN, or the category whose share the trace follows.
    interactions : tuple of InteractionModel
        Models of outcomes this number interacts in: it is then drawn given the outcome by them, and ``predictors``
        holds neither the outcome nor products with it.
    """

    name: str
    method: str
    coding: Coding
    missing: Ints
    kept: Ints
    observed: Ints
    observed_values: Floats
    levels: Floats
    predictors: Ints
    derived: tuple[int, ...] = ()
    shift: Floats | float = 0.0
    low: float = -np.inf
    high: float = np.inf
    traced: float = np.nan
    interactions: tuple[InteractionModel, ...] = ()


@dataclass(frozen=True, repr=False)
class ChainPlan:
    """Everything a chain needs.

    Attributes
    ----------
    design : ndarray, shape (n, q)
        Coded columns: the first is 1; imputable and kept gaps hold 0.
    targets : tuple of Target
        Incomplete variables in the order in which they are imputed.
    derived : tuple of Derived
        Columns that follow from others, in an order in which they can be filled.
    donors : int
        How many donors predictive mean matching chooses from.
    """

    design: Floats
    targets: tuple[Target, ...]
    derived: tuple[Derived, ...] = ()
    donors: int = 5
