"""Poisson regression."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammaln

from osa_survey.models.fits import Floats
from osa_survey.models.inputs import Inputs, check_counts
from osa_survey.models.predictors import Pieces, PredictorFamily

LONGEST_TABLE = 100_000


def log_factorial(y: Floats) -> Floats:
    """Return log y! of counts.

    Examples
    --------
    >>> np.exp(log_factorial(np.array([0.0, 3.0, 5.0]))).round(9).tolist()
    [1.0, 6.0, 120.0]
    """
    most = y.max(initial=0.0)
    if most > LONGEST_TABLE:
        return np.asarray(gammaln(y + 1.0))
    return np.asarray(gammaln(np.arange(1.0, most + 2.0))[y.astype(np.intp)])


@dataclass(frozen=True)
class Poisson(PredictorFamily):
    """Counts with log mean x'β (+ offset)."""

    name: ClassVar[str] = "Poisson"

    def pieces(self, y: Floats, predictors: Sequence[Floats]) -> Pieces:
        """Return y log μ − μ − log y! and its derivatives by log μ."""
        mean = np.exp(predictors[0])
        return Pieces(y * predictors[0] - mean - log_factorial(y), (y - mean,), ((-mean,),))

    def means(self, predictors: Sequence[Floats]) -> Iterator[tuple[Floats, tuple[Floats | None, ...]]]:
        """Yield the mean."""
        mean = np.exp(predictors[0])
        yield mean, (mean,)

    def starts(self, inputs: Inputs) -> list[Floats]:
        """Return the mean of all as everybody's."""
        return [constant_rate(inputs)]

    def check_outcome(self, inputs: Inputs) -> tuple[str, ...]:
        """Refuse outcomes that are not counts, or that are all zero."""
        check_counts(inputs.y, inputs.weights, self.name)
        return ()

    def rows_without_maximum(self, inputs: Inputs) -> Floats:
        """Return −x for zero counts, and x with both signs for positive ones."""
        return rows_of_counts(inputs.X, inputs.y, inputs.used)


def constant_rate(inputs: Inputs) -> Floats:
    """Return coefficients that make the mean (per exposure) the same for everybody, as nearly as least squares can."""
    w, exposure = inputs.weights, 1.0 if inputs.offset is None else np.exp(inputs.offset)
    rate = np.log((w @ inputs.y) / (w @ (np.ones(len(w)) * exposure)))
    return np.asarray(np.linalg.lstsq(inputs.X, np.full(len(w), rate), rcond=None)[0])


def rows_of_counts(X: Floats, y: Floats, used: NDArray[np.bool_], least: int = 0) -> Floats:
    """Return the rows of `separation.recession` for counts: the mean of some may fall to nothing, of others not.

    Parameters
    ----------
    X : ndarray of float, shape (respondents, columns)
        The design matrix.
    y : ndarray of float, shape (respondents,)
        Counts.
    used : ndarray of bool, shape (respondents,)
        Who counts.
    least : int
        The smallest possible count: 1 where zeros are cut off.
    """
    lowest, higher = X[used & (y == least)], X[used & (y > least)]
    return np.concatenate([-lowest, higher, -higher])
