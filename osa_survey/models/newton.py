"""Newton's method with analytic derivatives, for likelihoods that need not be concave everywhere."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.linalg import lapack

from osa_survey.errors import AnalysisError, Problem
from osa_survey.models.fits import Floats

MOST_STEPS = 100
DECREMENT = 1e-12
"""Squared length of a step in standard errors (for weights of mean one) below which one more step is the last: Newton
doubles the digits, so that what remains is of the order of 1e-12 standard errors."""
STUCK = 1e-7
"""The same where rounding leaves no step uphill: below it the search still counts as converged."""
SUFFICIENT = 1e-4
ROUNDING = 1e-13
SMALLEST_STEP = 1e-9
SMALLEST_CURVATURE = 1e-8
"""Share of the largest curvature (parameters scaled) below which a direction counts as flat."""


@dataclass(frozen=True, repr=False)
class Point:
    """A log-likelihood with its gradient and information at one place."""

    value: float
    gradient: Floats
    information: Floats


@dataclass(frozen=True, repr=False)
class Optimum:
    """Where the search ended."""

    parameters: Floats
    point: Point
    converged: bool
    iterations: int


def maximise(
    evaluate: Callable[[Floats], Point | None],
    start: Floats,
    scale: float,
    *,
    most_steps: int = MOST_STEPS,
    decrement_at_end: float = DECREMENT,
) -> Optimum:
    """Return the maximum that Newton steps reach from a start.

    Parameters
    ----------
    evaluate : callable
        Parameters to `Point`; None, or a value that is not finite, where the parameters are impossible.
    start : ndarray of float, shape (parameters,)
        Possible parameters.
    scale : float
        The mean weight, so that doubling all weights changes nothing.
    most_steps : int
        Where to stop in any case.
    decrement_at_end : float
        Squared length of a step in standard errors below which one more step is the last.

    Raises
    ------
    AnalysisError
        If the start is not possible.

    Notes
    -----
    A step solves information · step = gradient with the parameters scaled to unit curvature; where the information is
    not positive definite, with the absolute values of its eigenvalues, so that every step leads uphill. A step is
    halved until it gains at least 1e-4 of what its slope promises.
    """
    parameters = np.array(start, dtype=np.float64)
    with np.errstate(all="ignore"):
        here = evaluate(parameters)
        if here is None or not math.isfinite(here.value):
            message = "the likelihood has no value at the start of the search"
            raise AnalysisError(Problem("impossible_start", message, hint="leave the start out, or check the data"))
        for iteration in range(1, most_steps + 1):
            step, proper = ascent(here)
            decrement = float(here.gradient @ step)
            last = decrement <= decrement_at_end * scale
            fraction = 1.0
            while True:
                there = evaluate(parameters + fraction * step)
                wanted = here.value + SUFFICIENT * fraction * decrement - ROUNDING * (1.0 + abs(here.value))
                if there is not None and there.value >= wanted and np.isfinite(there.information).all():
                    break
                fraction /= 2
                if fraction < SMALLEST_STEP:
                    return Optimum(parameters, here, proper and decrement <= STUCK * scale, iteration)
            parameters = parameters + fraction * step
            here = there
            if last:
                return Optimum(parameters, here, proper, iteration)
    return Optimum(parameters, here, False, most_steps)


def ascent(point: Point) -> tuple[Floats, bool]:
    """Return a step uphill, and whether the information was positive definite."""
    size = np.sqrt(np.abs(np.diag(point.information)))
    size = np.where(size > 0, size, 1.0)
    curvature = point.information / np.outer(size, size)
    slope = point.gradient / size
    factor, failed = lapack.dpotrf(curvature, lower=1)
    if failed == 0 and np.diag(factor).min() > SMALLEST_CURVATURE:
        return lapack.dpotrs(factor, slope, lower=1)[0] / size, True
    roots, vectors = np.linalg.eigh(curvature)
    roots = np.maximum(np.abs(roots), SMALLEST_CURVATURE * max(1.0, float(np.abs(roots).max())))
    return np.asarray(vectors @ ((vectors.T @ slope) / roots) / size), False
