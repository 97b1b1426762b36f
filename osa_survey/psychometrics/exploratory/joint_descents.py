"""Minimising one function from many starts at once: quasi-Newton steps on stacks of arrays."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Function = Callable[[Floats], tuple[Floats, Floats]]

CELLS = 1 << 22
"""Numbers of the approximate inverse Hessians held at once."""
SUFFICIENT = 1e-4
"""A step must lead down by this share of what the slope promises."""
ROUNDING = 1e-10
"""Relative to the value: a step that changes it by less is judged by its gradient, which must become shorter."""
SHORTER = 0.9
HALVINGS = 30
CURVED = 1e-12
"""Steps along which the gradient hardly changes tell nothing of the curvature."""


def descend(function: Function, starts: Floats, tolerance: float, steps: int) -> tuple[Floats, Floats]:
    """Return where a descent takes each start, and the value there.

    Parameters
    ----------
    function : callable
        From points of shape (points, parameters) to their values and gradients. Each point is judged by itself, so
        the others change nothing.
    starts : ndarray of float, shape (starts, parameters)
        The starts.
    tolerance : float
        A descent ends where its gradient is not longer than this, or where no step leads down.
    steps : int
        Most steps of a descent.

    Returns
    -------
    points : ndarray of float, shape (starts, parameters)
        The ends.
    values : ndarray of float, shape (starts,)
        The function there.

    Notes
    -----
    The method of Broyden, Fletcher, Goldfarb and Shanno with step lengths halved until the value falls enough.

    References
    ----------
    Nocedal, J., & Wright, S. J. (2006). Numerical optimization (2nd ed.). Springer. doi:10.1007/978-0-387-40065-5

    Examples
    --------
    >>> points, values = descend(lambda x: ((x**2).sum(axis=1), 2.0 * x), np.array([[3.0, 4.0], [0.0, 1.0]]), 1e-9, 50)
    >>> points.round(6).tolist()
    [[0.0, 0.0], [0.0, 0.0]]
    """
    together = max(CELLS // starts.shape[1] ** 2, 1)
    parts = [
        _together(function, starts[first : first + together], tolerance, steps)
        for first in range(0, len(starts), together)
    ]
    return np.concatenate([points for points, _ in parts]), np.concatenate([values for _, values in parts])


def _together(function: Function, starts: Floats, tolerance: float, steps: int) -> tuple[Floats, Floats]:
    """Return ends and values of descents that are held at once."""
    x, size = starts.copy(), starts.shape[1]
    value, gradient = function(x)
    ends, values = x.copy(), value.copy()
    moving = np.arange(len(x))
    inverse = np.zeros((len(x), size, size))
    for step in range(steps):
        go = np.sqrt((gradient**2).sum(axis=1)) > tolerance
        if not go.all():
            moving, x, value, gradient, inverse = moving[go], x[go], value[go], gradient[go], inverse[go]
        if not len(moving):
            break
        direction = -(inverse @ gradient[:, :, None])[:, :, 0] if step else -gradient
        slope = (direction * gradient).sum(axis=1)
        if (slope >= 0).any():
            wrong = slope >= 0
            direction[wrong], slope[wrong] = -gradient[wrong], -(gradient[wrong] ** 2).sum(axis=1)
        first = np.ones(len(x)) if step else np.minimum(1.0, 1.0 / np.sqrt(-slope))
        trial, new_value, new_gradient, fell = _down(function, x, value, gradient, direction, slope, first)
        moved, change = trial - x, new_gradient - gradient
        _learn(inverse, moved, change, first_step=not step)
        x, value, gradient = trial, new_value, new_gradient
        ends[moving], values[moving] = x, value
        if not fell.all():
            moving, x, value, gradient, inverse = moving[fell], x[fell], value[fell], gradient[fell], inverse[fell]
    return ends, values


def _down(
    function: Function, x: Floats, value: Floats, gradient: Floats, direction: Floats, slope: Floats, length: Floats
) -> tuple[Floats, Floats, Floats, NDArray[np.bool_]]:
    """Return the next points, their values and gradients, and which of them lead down; the others stay."""
    length = length.copy()
    trial = x + length[:, None] * direction
    new_value, new_gradient = function(trial)
    most, slack = SHORTER**2 * (gradient**2).sum(axis=1), ROUNDING * np.abs(value)
    for _ in range(HALVINGS):
        flat = (np.abs(new_value - value) <= slack) & ((new_gradient**2).sum(axis=1) <= most)
        fell = (new_value <= value + SUFFICIENT * length * slope) | flat
        up = np.flatnonzero(~fell)
        if not len(up):
            break
        length[up] /= 2.0
        trial[up] = x[up] + length[up, None] * direction[up]
        new_value[up], new_gradient[up] = function(trial[up])
    trial[~fell], new_value[~fell], new_gradient[~fell] = x[~fell], value[~fell], gradient[~fell]
    return trial, new_value, new_gradient, np.asarray(fell)


def _learn(inverse: Floats, moved: Floats, change: Floats, *, first_step: bool) -> None:
    """Let the approximate inverse Hessians, changed in place, fit what the last step showed."""
    along = (moved * change).sum(axis=1)
    squared = (change**2).sum(axis=1)
    told = along > CURVED * np.sqrt((moved**2).sum(axis=1) * squared)
    along = np.where(told, along, 1.0)
    if first_step:
        diagonal = np.arange(inverse.shape[1])
        inverse[:, diagonal, diagonal] = np.where(told, along / np.where(told, squared, 1.0), 1.0)[:, None]
    through = (inverse @ change[:, :, None])[:, :, 0]
    weight = np.where(told, 1.0 / along, 0.0)
    both = weight[:, None, None] * (through[:, :, None] * moved[:, None, :])
    inverse -= both + both.swapaxes(1, 2)
    extra = weight * (1.0 + weight * (through * change).sum(axis=1))
    inverse += extra[:, None, None] * (moved[:, :, None] * moved[:, None, :])
