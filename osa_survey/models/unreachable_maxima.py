"""Fits that stopped on the way to a maximum that is infinitely far away: how they are suspected, and what is said."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from osa_survey.models.cross_products import weighted_cross
from osa_survey.models.fits import Fit, Floats

MANY_STEPS = 12
"""Newton needs fewer steps to a finite maximum; to an infinite one it goes about one unit of a predictor a step."""
WIDE = 30.0
"""A standard error that moves a predictor by this much (root mean square) asks for the exact check."""
PART = 0.01
"""A parameter with less than this share of the largest weight in such a direction takes no part in it."""


def without_maximum(fit: Fit, lost: NDArray[np.bool_]) -> Fit:
    """Return the fit with a warning if some parameters have no finite estimate."""
    positions = tuple(map(int, np.flatnonzero(lost)))
    if not positions:
        return fit
    named = ", ".join(map(str, positions))
    message = f"separation: no finite estimate of parameters {named} (counted from 0)"
    return replace(fit, warnings=(*fit.warnings, message), separated=positions, converged=False)


def with_note_on_convergence(fit: Fit) -> Fit:
    """Return the fit with a warning if it did not converge and no other warning says why."""
    if fit.converged or any(note.startswith(("separation", "bound")) for note in fit.warnings):
        return fit
    message = f"not converged: no maximum was reached in {fit.iterations} steps"
    return replace(fit, warnings=(*fit.warnings, message))


def flat_directions(information: Floats, design: Floats, w: Floats) -> Floats:
    """Return directions of the coefficients about which the data say next to nothing, shape (coefficients, directions).

    A direction γ counts if the standard error of xγ, with x'γ of mean square one, exceeds `WIDE` (weights of mean one).
    """
    share = w / w.sum()
    cross = weighted_cross(design, share)
    size = np.sqrt(np.diag(cross))
    half = np.linalg.inv(np.linalg.cholesky(cross / np.outer(size, size))) / size
    roots, vectors = np.linalg.eigh(half @ information @ half.T / w.mean())
    return np.asarray((half.T @ vectors[:, roots * WIDE**2 < 1.0]) * size[:, None])


def flat_parameters(fit: Fit, designs: Sequence[Floats], w: Floats) -> list[int]:
    """Return positions of parameters with a part in a direction about which the data say next to nothing."""
    begin, found = 0, []
    for d in designs:
        block = slice(begin, begin + d.shape[1])
        part = np.abs(flat_directions(fit.information[block, block], d, w)).max(axis=1, initial=0.0)
        found += [begin + int(position) for position in np.flatnonzero(part > PART * part.max(initial=0.0))]
        begin += d.shape[1]
    return found
