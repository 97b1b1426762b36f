"""Cross-lagged panel models of two variables or more over waves, with or without random intercepts."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from osa_survey.models.fits import Floats
from osa_survey.models.path_models import Entry, PathStructure


@dataclass(frozen=True, repr=False)
class Panel:
    """A panel model with the places of its parameters.

    Attributes
    ----------
    structure : PathStructure
        The model; observed variables wave by wave.
    start : tuple of float
        Where the search begins.
    paths : tuple of (int, int, int)
        Outcome and predictor (observed variables) of each lagged path, and the number of its parameter.
    residuals : tuple of (int, int, int)
        Two observed variables of one wave and the position of both in the model's matrices is theirs plus ``shift``.
    shift : int
        Where the within-person parts begin among the variables; 0 without random intercepts.
    intercepts : tuple of (int, int, int)
        Two variables (by their place in a wave) and the number of the covariance of their random intercepts.
    """

    structure: PathStructure
    start: tuple[float, ...]
    paths: tuple[tuple[int, int, int], ...]
    residuals: tuple[tuple[int, int, int], ...]
    shift: int
    intercepts: tuple[tuple[int, int, int], ...]


def panel_model(sample: Floats, variables: int, waves: int, *, random: bool, equal: bool) -> Panel:
    """Return the panel model of a covariance matrix.

    Parameters
    ----------
    sample : ndarray of float, shape (variables * waves, variables * waves)
        Covariances, wave by wave; starts come from it.
    variables, waves : int
        How many.
    random : bool
        Whether persons have random intercepts (three waves or more).
    equal : bool
        Whether lagged paths are the same between all waves.

    Notes
    -----
    With random intercepts every observed variable is its person's intercept plus a within-person part; lags hold among
    the within-person parts (Hamaker, Kuiper & Grasman, 2015, doi:10.1037/a0038889).
    """
    p = variables * waves
    shift = p if random else 0
    size = p + (p + variables if random else 0)
    A, S = np.zeros((size, size)), np.zeros((size, size))
    if random:
        for position in range(p):
            A[position, p + position] = 1.0
            A[position, 2 * p + position % variables] = 1.0
    entries: list[Entry] = []
    start: list[float] = []

    def added(matrix: str, row: int, column: int, value: float) -> int:
        entries.append(Entry(matrix, row, column, len(start)))
        start.append(value)
        return len(start) - 1

    between = _between(sample, variables, waves) if random else np.zeros((variables, variables))
    intercepts = [
        (i, j, added("covariance", 2 * p + i, 2 * p + j, float(between[i, j])))
        for i in range(variables if random else 0)
        for j in range(i + 1)
    ]
    within = sample - np.kron(np.ones((waves, waves)), between)
    paths: list[tuple[int, int, int]] = []
    numbers: dict[tuple[int, int], int] = {}
    residuals: list[tuple[int, int, int]] = []
    for wave in range(waves):
        own = np.arange(variables) + wave * variables
        rest = within[np.ix_(own, own)]
        if wave:
            before = own - variables
            slopes = np.linalg.solve(
                within[np.ix_(before, before)] + 1e-6 * np.diag(np.diag(sample)[before]), within[np.ix_(before, own)]
            ).T
            rest = rest - slopes @ within[np.ix_(before, own)]
            for i in range(variables):
                for j in range(variables):
                    row, column = shift + int(own[i]), shift + int(before[j])
                    if equal and (i, j) in numbers:
                        entries.append(Entry("path", row, column, numbers[i, j]))
                    else:
                        numbers[i, j] = added("path", row, column, float(slopes[i, j]))
                    paths.append((int(own[i]), int(before[j]), numbers[i, j]))
        safe = _positive(rest, np.diag(sample)[own])
        for i in range(variables):
            for j in range(i + 1):
                number = added("covariance", shift + int(own[i]), shift + int(own[j]), float(safe[i, j]))
                residuals.append((int(own[i]), int(own[j]), number))
    structure = PathStructure(A, S, tuple(entries), p)
    return Panel(structure, tuple(start), tuple(paths), tuple(residuals), shift, tuple(intercepts))


def _between(sample: Floats, variables: int, waves: int) -> Floats:
    """Return half of the mean covariance across different waves, made positive definite, as a start."""
    blocks = sample.reshape(waves, variables, waves, variables)
    mean = np.mean([blocks[s, :, t, :] for s in range(waves) for t in range(waves) if abs(s - t) > 1], axis=0)
    return _positive((mean + mean.T) / 4, np.diag(sample)[:variables])


def _positive(matrix: Floats, scale: Floats) -> Floats:
    """Return the matrix with eigenvalues (in units of the variances) of a twentieth or more."""
    size = np.sqrt(scale)
    roots, vectors = np.linalg.eigh(matrix / np.outer(size, size))
    return np.asarray((vectors * np.maximum(roots, 0.05)) @ vectors.T * np.outer(size, size))
