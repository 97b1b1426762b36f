"""What a fitted latent change model says: mean changes, their variances, and how they go with levels and predictors."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr, ndtri, stdtr, stdtrit

from osa_survey.analysis.waves.latent_change_models import FEEDBACK, ChangeModel
from osa_survey.psychometrics.confirmatory.fits import FactorFit
from osa_survey.psychometrics.confirmatory.structures import Matrices
from osa_survey.psychometrics.invariance.size_tables import PLAIN, Basis

Floats = NDArray[np.float64]
STEP = 1e-6
"""Relative step of the central differences that give the slopes of functions of parameters."""


@dataclass(frozen=True)
class Found:
    """A number with its error, interval and z test (t where ``df`` is finite); NaN where not known."""

    estimate: float
    std_error: float
    low: float
    high: float
    z: float
    p_value: float
    df: float = math.inf


@dataclass(frozen=True)
class ChangeNumbers:
    """The numbers of a model, changes in order.

    Attributes
    ----------
    means : tuple of Found
        Mean change, where predictors are at their mean.
    standardised : tuple of Found
        The same in standard deviations of the first level.
    variances : tuple of Found
        Of what varies: changes, or their constant part.
    constant : Found or None
        Mean of the constant part.
    feedback : Found or None
        What each change is of the level before, as a multiple.
    correlations : tuple of (str, str, Found)
        Of the first level and what varies, beyond the predictors.
    effects : tuple of (str, str, Found, float)
        Outcome and predictor (latent names), B, and β.
    """

    means: tuple[Found, ...]
    standardised: tuple[Found, ...]
    variances: tuple[Found, ...]
    constant: Found | None
    feedback: Found | None
    correlations: tuple[tuple[str, str, Found], ...]
    effects: tuple[tuple[str, str, Found, float], ...]


@dataclass(frozen=True, repr=False)
class Turned:
    """Predictors that were turned to be uncorrelated, with variances of one.

    Attributes
    ----------
    back : ndarray of float, shape (predictors, predictors)
        How much each turned predictor changes with each predictor as it is (columns: turned).
    spreads : ndarray of float, shape (predictors,)
        Standard deviations of the predictors as they are.
    """

    back: Floats
    spreads: Floats


def change_numbers(
    fit: FactorFit, model: ChangeModel, conf_level: float, basis: Basis = PLAIN, turned: Turned | None = None
) -> ChangeNumbers:
    """Return the numbers of a fitted model.

    Parameters
    ----------
    fit, model : FactorFit, ChangeModel
        The fit of the model.
    conf_level : float
        Level of the intervals.
    basis : Basis
        Knows the degrees of freedom of tests.
    turned : Turned, optional
        Where the model's predictors are turned ones.

    Notes
    -----
    Functions of parameters by the delta method; intervals are normal, of correlations on Fisher's z.
    """
    place = {name: index for index, name in enumerate(fit.table.latent)}
    first = place[model.levels[0]]
    predictors = [place[name] for name in model.predictors]

    def of(function: Callable[[Matrices], float], scale: str = "identity") -> Found:
        return _found(fit, function, conf_level, basis, scale)

    def change(m: Matrices, index: int) -> float:
        own = m.factor_means.copy()
        own[predictors] = 0.0
        return float(m.inverse[index] @ own)

    def correlation(m: Matrices, one: int, other: int) -> float:
        return float(m.factors[one, other] / math.sqrt(abs(m.factors[one, one] * m.factors[other, other])))

    changes = [place[name] for name in model.changes]
    varying = (model.levels[0], *model.varying)
    pairs = [(one, other) for i, one in enumerate(varying) for other in varying[i + 1 :]]
    effects = []
    for outcome in varying:
        for number, name in enumerate(model.predictors):
            row, spread = place[outcome], _matrices(fit).factor_covariance
            back = np.eye(len(predictors))[number] if turned is None else turned.back[number]
            b = of(lambda m, row=row, back=back: float(back @ m.regressions[row, predictors]))  # type: ignore[misc]
            own = math.sqrt(spread[place[name], place[name]]) if turned is None else float(turned.spreads[number])
            effects.append((outcome, name, b, b.estimate * own / math.sqrt(spread[row, row])))
    return ChangeNumbers(
        means=tuple(of(lambda m, at=at: change(m, at)) for at in changes),  # type: ignore[misc]
        standardised=tuple(
            of(lambda m, at=at: change(m, at) / math.sqrt(abs(m.factor_covariance[first, first])))  # type: ignore[misc]
            for at in changes
        ),
        variances=tuple(
            of(lambda m, at=place[name]: float(m.factors[at, at]))  # type: ignore[misc]
            for name in model.varying
        ),
        constant=of(lambda m: float(m.factor_means[place[model.varying[0]]]))
        if model.kind in ("constant", "dual")
        else None,
        feedback=_labelled(fit, conf_level, basis) if model.kind in ("proportional", "dual") else None,
        correlations=tuple(
            (one, other, of(lambda m, i=place[one], j=place[other]: correlation(m, i, j), "fisher"))  # type: ignore[misc]
            for one, other in pairs
        ),
        effects=tuple(effects),
    )


def _matrices(fit: FactorFit) -> Matrices:
    return fit.structures[0].matrices(fit.minimum.parameters)


def _labelled(fit: FactorFit, conf_level: float, basis: Basis) -> Found:
    row = next(row for row in fit.table.rows if row.label == FEEDBACK)
    estimate = float(fit.minimum.parameters[row.position])
    covariance = fit.inference.covariance
    error = math.nan if covariance is None else math.sqrt(float(covariance[row.position, row.position]))
    df = basis.df(fit, np.eye(fit.table.n_free)[row.position])
    return _tested(estimate, error, conf_level, df)


def _found(fit: FactorFit, function: Callable[[Matrices], float], conf_level: float, basis: Basis, scale: str) -> Found:
    parameters = fit.minimum.parameters
    structure = fit.structures[0]

    def value(values: Floats) -> float:
        return function(structure.matrices(values))

    estimate, covariance = value(parameters), fit.inference.covariance
    if covariance is None:
        return Found(estimate, math.nan, math.nan, math.nan, math.nan, math.nan)
    slopes = np.empty(len(parameters))
    for index, own in enumerate(parameters):
        step = STEP * max(1.0, abs(float(own)))
        above, below = parameters.copy(), parameters.copy()
        above[index] += step
        below[index] -= step
        slopes[index] = (value(above) - value(below)) / (2 * step)
    error = math.sqrt(max(float(slopes @ covariance @ slopes), 0.0))
    return _tested(estimate, error, conf_level, basis.df(fit, slopes) if error > 0 else math.inf, scale)


def _tested(estimate: float, error: float, conf_level: float, df: float, scale: str = "identity") -> Found:
    if not error > 0:
        return Found(estimate, error, math.nan, math.nan, math.nan, math.nan)
    middle = 0.5 + conf_level / 2.0
    z = float(ndtri(middle) if math.isinf(df) else stdtrit(df, middle))
    if scale == "fisher":
        if not abs(estimate) < 1:
            return Found(estimate, error, math.nan, math.nan, math.nan, math.nan)
        centre, half = math.atanh(estimate), z * error / (1 - estimate**2)
        low, high = math.tanh(centre - half), math.tanh(centre + half)
    else:
        low, high = estimate - z * error, estimate + z * error
    statistic = estimate / error
    tail = float(ndtr(-abs(statistic)) if math.isinf(df) else stdtr(df, -abs(statistic)))
    return Found(estimate, error, low, high, statistic, 2 * tail, df)
