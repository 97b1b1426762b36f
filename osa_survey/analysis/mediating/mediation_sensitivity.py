"""Sensitivity of an indirect association to an unmeasured common cause: where there is a rule, and its numbers."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from osa_survey.analysis.estimates import Floats
from osa_survey.analysis.mediating.mediation_draws import LONG, Draws
from osa_survey.analysis.mediating.mediation_fits import FittedPaths, X, Y
from osa_survey.analysis.mediating.mediation_numbers import Number, Place, contrast_of, path_name
from osa_survey.models.indirect_paths import slope
from osa_survey.models.path_equations import design_of
from osa_survey.models.unmeasured_confounders import (
    ProbitPaths,
    confounded_probit_indirect,
    confounded_slope,
    rho_at_zero,
)

RHOS = tuple(round(0.1 * step, 1) for step in range(-9, 10))
RHO = "ρ"
M = "m1"


def sensitivity_numbers(model: FittedPaths, draws: Draws, places: Sequence[Place]) -> list[Number]:
    """Return the indirect association under supposed correlations of the errors, and the one that makes it zero.

    Parameters
    ----------
    model : FittedPaths
        A model with a rule.
    draws : Draws
        Its draws.
    places : sequence of Place
        Values of the moderator.
    """
    name = path_name(model, (X, M, Y))
    if model.request.kind(model.request.y) == "probit":
        return _of_probit(model, draws, name)
    theta, where = draws.theta, draws.places
    outcome = LONG if LONG in where.begins else Y
    sigma_m, sigma_y = (np.exp(where.of(theta, one)[:, -1]) for one in (M, outcome))
    found = []
    for place in places if model.paths.moderates_paths else places[:1]:
        at = place.name or (f"{model.request.moderator} = {place.level}" if place.level else "")
        a = slope(theta, where, M, X, place.value)
        b = slope(theta, where, outcome, M, place.value)
        found.append(Number("rho_at_zero", name, at, "", rho_at_zero(b, sigma_m, sigma_y)))
        found += [
            Number("indirect", name, at or RHO, f"{rho:g}", a * confounded_slope(b, sigma_m, sigma_y, rho))
            for rho in RHOS
        ]
    return found


def _of_probit(model: FittedPaths, draws: Draws, name: str) -> list[Number]:
    """Return natural indirect effects on the chance of the event."""
    theta, where = draws.theta, draws.places
    equations = {equation.outcome: equation for equation in model.equations[0]}
    low, high = contrast_of(model)
    size = len(draws.patterns[""])

    def expected(outcome: str, x: float) -> Floats:
        columns = {**draws.patterns, X: np.full(size, x), M: np.zeros(size)}
        matrix = design_of(equations[outcome].predictors, columns)
        return np.asarray(where.of(theta, outcome)[:, : matrix.shape[1]] @ matrix.T)

    b, sigma = slope(theta, where, Y, M), np.exp(where.of(theta, M)[:, -1])
    paths = ProbitPaths(b, sigma, expected(Y, high), expected(M, low), expected(M, high), draws.pattern_weights)
    found = [Number("rho_at_zero", name, "", "", rho_at_zero(b, sigma, 1.0))]
    return found + [
        Number("natural_indirect", name, RHO, f"{rho:g}", confounded_probit_indirect(paths, rho)) for rho in RHOS
    ]
