"""Finding the minimum: Fisher scoring with damped steps, then scipy where scoring stops short."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from osa_survey.psychometrics.confirmatory.criteria import Criterion

Floats = NDArray[np.float64]

MAXIMUM_STEPS = 300
DECREMENT = 1e-14
"""The search ends where ``g' I^-1 g``, the expected decrease of the discrepancy, is this small."""
LOOSE_DECREMENT = 1e-8
"""What still counts as converged where rounding stops the search."""
SMALLEST_STEP = 1e-6
RIDGE = 1e-4
STEP = 1e-3


@dataclass(frozen=True, repr=False)
class Minimum:
    """Where the search ended.

    Attributes
    ----------
    parameters : ndarray of float, shape (free,)
        The place.
    value : float
        Half the discrepancy there.
    information : ndarray of float, shape (free, free)
        The expected information of one respondent there.
    converged : bool
        Whether the gradient vanishes.
    iterations : int
        Steps taken.
    singular : bool
        Whether the information is singular: the data do not tell some parameters apart.
    """

    parameters: Floats
    value: float
    information: Floats
    converged: bool
    iterations: int
    singular: bool


def minimise(criterion: Criterion, start: Floats) -> Minimum:
    """Return the minimum of a criterion.

    Notes
    -----
    A step solves ``(I + ridge diag I) s = -g``; its length is halved until the value falls, and the ridge grows when
    the step fails and shrinks when it succeeds. Where scoring does not converge, L-BFGS starts from where it stopped
    and scoring finishes.
    """
    found = _scoring(criterion, start)
    if found.converged:
        return found
    scale = 1.0 / np.sqrt(np.maximum(np.diag(found.information), 1e-8))

    def function(z: Floats) -> tuple[float, Floats]:
        value, gradient = criterion.value(scale * z), criterion.gradient(scale * z)
        bad = not np.isfinite(value) or not np.isfinite(gradient).all()
        return (1e10, np.zeros_like(z)) if bad else (value, gradient * scale)

    second = minimize(
        function, found.parameters / scale, jac=True, method="L-BFGS-B", options={"maxiter": 2000, "ftol": 1e-15}
    )
    place = scale * np.asarray(second.x, dtype=np.float64)
    if not np.isfinite(criterion.value(place)) or criterion.value(place) > found.value:
        return found
    again = _scoring(criterion, place)
    return again if again.value <= found.value else found


def _scoring(criterion: Criterion, start: Floats) -> Minimum:
    parameters, ridge = start.copy(), 0.0
    here = criterion.evaluate(parameters)
    for iteration in range(MAXIMUM_STEPS):
        diagonal = np.maximum(np.diag(here.information), 1e-12)
        try:
            step = -np.linalg.solve(here.information + np.diag((ridge + 1e-13) * diagonal), here.gradient)
        except np.linalg.LinAlgError:
            ridge = max(10.0 * ridge, RIDGE)
            continue
        decrement = -float(here.gradient @ step)
        if abs(decrement) < DECREMENT and ridge <= RIDGE:
            return _minimum(parameters, here.value, here.information, iteration, converged=True)
        length, better = 1.0, False
        while length > SMALLEST_STEP:
            value = criterion.value(parameters + length * step)
            if value < here.value:
                better = True
                break
            length /= 2.0
        if not better:
            if abs(decrement) < LOOSE_DECREMENT and ridge <= RIDGE:
                done = abs(decrement) < 1e-11 or ridge > 0
                if done:
                    return _minimum(parameters, here.value, here.information, iteration, converged=True)
            if ridge > 1e6:
                break
            ridge = max(10.0 * ridge, RIDGE)
            continue
        ridge = ridge / 10.0 if ridge > 1e-8 and length == 1.0 else (0.0 if length == 1.0 else ridge)
        parameters = parameters + length * step
        here = criterion.evaluate(parameters)
    return _minimum(parameters, here.value, here.information, MAXIMUM_STEPS, converged=False)


def _minimum(parameters: Floats, value: float, information: Floats, iterations: int, *, converged: bool) -> Minimum:
    scale = np.sqrt(np.maximum(np.diag(information), 1e-300))
    roots = np.linalg.eigvalsh(information / np.outer(scale, scale))
    singular = bool(np.diag(information).min() <= 0 or roots[0] < 1e-9)
    return Minimum(parameters, value, information, converged, iterations, singular)


def hessian(criterion: Criterion, parameters: Floats) -> Floats:
    """Return the second derivatives from analytic gradients at four points a parameter (error of order step^4)."""
    q = len(parameters)
    result = np.empty((q, q))
    for index in range(q):
        size = STEP * max(1.0, abs(parameters[index]))
        shift = np.zeros(q)
        shift[index] = size
        near = criterion.gradient(parameters + shift) - criterion.gradient(parameters - shift)
        far = criterion.gradient(parameters + 2 * shift) - criterion.gradient(parameters - 2 * shift)
        result[index] = (8.0 * near - far) / (12.0 * size)
    return (result + result.T) / 2.0
