"""What sampling weights ask of latent classes: the weights, and where covariances come from."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
PlanCovariance = Callable[[NDArray[np.bool_], Floats, Callable[[], Floats], Callable[[Floats], Floats]], Floats]
"""From those used, numbers, their influence (weight included) and a refit under many weights to a covariance."""


@dataclass(frozen=True, repr=False)
class ClassWeights:
    """Sampling weights and their plan, as plain numbers and functions.

    Attributes
    ----------
    weights : ndarray of float, shape (respondents,)
        Of everybody; zero for those outside.
    covariance : callable
        From who is used, shape (respondents,), p numbers, a function that returns what each of those used adds to
        them at first order (weight included), shape (used, p), and one from weights of those used, shape (used,
        replicates), to the numbers under each, shape (replicates, p), to the covariance of the numbers.
    df : float
        Degrees of freedom of the plan.
    words : str
        End of the Methods line.
    notes, references : tuple of str
        What tables owe their readers.
    """

    weights: Floats
    covariance: PlanCovariance
    df: float = math.inf
    words: str = ""
    notes: tuple[str, ...] = ()
    references: tuple[str, ...] = ()

    def among(self, used: NDArray[np.bool_]) -> Floats:
        """Return the weights of those used, with mean one."""
        own = self.weights[used]
        return np.asarray(own * (len(own) / own.sum()))

    def __repr__(self) -> str:
        return f"<ClassWeights: {len(self.weights)} respondents>"
