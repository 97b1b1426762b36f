"""What a statistic says about one completed set: numbers, and the sources of their covariance it has."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from osa_survey.analysis.samples import CompletedSet
from osa_survey.weighting import Statistics

Floats = NDArray[np.float64]


@dataclass(frozen=True, repr=False)
class SetEstimate:
    """What a statistic says about one completed set; rows are the respondents used.

    Attributes
    ----------
    estimate : ndarray of float, shape (p,)
        The numbers, under the set's weights.
    covariance : callable or None
        Their covariance (p, p) without a design.
    influence : callable or None
        What each respondent adds at first order, shape (n, p), weight included.
    refit : callable or None
        From weights, shape (n, replicates), to the numbers under each of them, shape (replicates, p).
    df : float or ndarray of float, shape (p,)
        Degrees of freedom without a design; infinite for z.
    df_lost : int
        How many degrees of freedom of the design the statistic uses up (coefficients beyond the intercept).
    how : str
        What the covariance without a design is called.
    what : str
        What the numbers are called in a refusal.
    """

    estimate: Floats
    covariance: Callable[[], Floats] | None = None
    influence: Callable[[], Floats] | None = None
    refit: Callable[[Floats], Floats] | None = None
    df: float | Floats = math.inf
    df_lost: int = 0
    how: str = "model-based covariance"
    what: str = "this analysis"


def of_statistics(
    found_set: CompletedSet,
    statistic: Callable[[Floats], Statistics],
    *,
    covariance: Callable[[], Floats] | None = None,
    df: float = math.inf,
    how: str = "model-based covariance",
    what: str = "this analysis",
) -> SetEstimate:
    """Return what a statistic of ``weighting`` says about a set.

    Parameters
    ----------
    found_set : CompletedSet
        The set.
    statistic : callable
        From weights of those used, shape (n,), to ``weighting.Statistics``.
    covariance : callable, optional
        The covariance without a design; by default the linearised one of equal weights.
    df, how, what
        As in ``SetEstimate``.
    """
    weights = found_set.weights
    said = statistic(np.ones(found_set.n) if weights is None else weights)

    def equal_weights() -> Floats:
        centred = said.influence - said.influence.mean(axis=0)
        return np.asarray(centred.T @ centred * (len(centred) / (len(centred) - 1)))

    return SetEstimate(
        estimate=np.atleast_1d(said.estimate),
        covariance=covariance or equal_weights,
        influence=said.contributions,
        refit=lambda many: np.stack([np.atleast_1d(statistic(column).estimate) for column in many.T]),
        df=df,
        how=how,
        what=what,
    )
