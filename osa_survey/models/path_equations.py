"""Equations of a path model: each a regression of any family, their parameters stacked in one row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from osa_survey.models.bootstraps import bootstrap
from osa_survey.models.fits import Family, Fit, Floats

Factors = tuple[str, ...]
"""The columns whose product is one predictor: ``("x",)`` or ``("x", "w")``."""


@dataclass(frozen=True, repr=False)
class Equation:
    """One regression of a path model.

    Attributes
    ----------
    outcome : str
        The column on the left.
    predictors : tuple of Factors
        The products on the right; an intercept is always there.
    family : Family
        The likelihood.
    y : ndarray of float, shape (respondents,)
        The outcome as the likelihood takes it.
    """

    outcome: str
    predictors: tuple[Factors, ...]
    family: Family
    y: Floats


@dataclass(frozen=True)
class Places:
    """Where the parameters of each equation stand in the stacked row.

    Attributes
    ----------
    begins, ends : mapping of str to int
        Outcome → the slice of its parameters.
    slopes : mapping of (str, Factors) to int
        Outcome and predictor → the position of the coefficient.
    """

    begins: Mapping[str, int]
    ends: Mapping[str, int]
    slopes: Mapping[tuple[str, Factors], int]

    def of(self, theta: Floats, outcome: str) -> Floats:
        """Return the parameters of one equation from one row or many."""
        return theta[..., self.begins[outcome] : self.ends[outcome]]


def design_of(predictors: Sequence[Factors], columns: Mapping[str, Floats]) -> Floats:
    """Return the matrix of an equation, the intercept first.

    Examples
    --------
    >>> design_of([("x",), ("x", "w")], {"x": np.array([2.0, 3.0]), "w": np.array([1.0, 4.0])}).tolist()
    [[1.0, 2.0, 2.0], [1.0, 3.0, 12.0]]
    """
    n = len(next(iter(columns.values())))
    found = np.ones((n, len(predictors) + 1))
    for position, factors in enumerate(predictors, start=1):
        for factor in factors:
            found[:, position] *= columns[factor]
    return found


def places_of(equations: Sequence[Equation], fits: Sequence[Fit]) -> Places:
    """Return where the parameters stand; families without an intercept of their own drop its position."""
    begins, ends, slopes, begin = {}, {}, {}, 0
    for equation, fit in zip(equations, fits, strict=True):
        lead = 1 - (len(equation.predictors) + 1 - fit.n_coefficients)
        begins[equation.outcome], ends[equation.outcome] = begin, begin + len(fit.parameters)
        for position, factors in enumerate(equation.predictors):
            slopes[equation.outcome, factors] = begin + lead + position
        begin += len(fit.parameters)
    return Places(begins, ends, slopes)


def resampled_parameters(
    equations: Sequence[Equation],
    columns: Mapping[str, Floats],
    fits: Sequence[Fit],
    weights: NDArray[np.float64],
) -> Floats:
    """Return the stacked parameters under each column of weights, shape (columns of weights, parameters).

    Parameters
    ----------
    equations, fits : sequence
        The equations and their fits to the data; the fits are the starts of the searches.
    columns : mapping of str to ndarray of float, shape (respondents,)
        The columns that predictors are products of.
    weights : ndarray of float, shape (respondents, replicates)
        For example how often each respondent was drawn.

    Returns
    -------
    ndarray of float
        NaN in every parameter of a replicate in which some equation has no estimate.
    """
    found = np.concatenate(
        [
            equation.family.fit_many(
                equation.y, design_of(equation.predictors, columns), weights, start=fit.parameters
            ).parameters
            for equation, fit in zip(equations, fits, strict=True)
        ],
        axis=1,
    )
    found[~np.isfinite(found).all(axis=1)] = np.nan
    return found


def bootstrap_paths(
    equations: Sequence[Equation],
    columns: Mapping[str, Floats],
    fits: Sequence[Fit],
    extra: Floats,
    *,
    seed: int | Sequence[int],
    draws: int,
) -> tuple[Floats, Floats]:
    """Return the stacked parameters of resamples, and the sums of further columns in them.

    Parameters
    ----------
    equations, columns, fits
        As in ``resampled_parameters``.
    extra : ndarray of float, shape (respondents, k)
        Columns summed over each resample, for example which pattern of covariates a respondent has; k may be 0.
    seed, draws : int
        As in ``bootstraps.bootstrap``.

    Returns
    -------
    tuple of ndarray of float
        Shapes (draws, parameters) and (draws, k).
    """

    def statistic(counts: Floats) -> Floats:
        theta = resampled_parameters(equations, columns, fits, np.ascontiguousarray(counts.T))
        return np.concatenate([theta, counts @ extra], axis=1)

    whole = bootstrap(statistic, (), len(equations[0].y), seed=seed, draws=draws, workers=1)
    cut = whole.shape[1] - extra.shape[1]
    return whole[:, :cut], whole[:, cut:]
