"""Binary probit regression."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from scipy.special import log_ndtr, ndtr

from osa_survey.models.fits import Floats
from osa_survey.models.inputs import Inputs, check_binary
from osa_survey.models.logits import signed_rows
from osa_survey.models.predictors import Pieces, PredictorFamily

HALF_LOG_TWO_PI = 0.5 * math.log(2 * math.pi)


def normal_density(x: Floats) -> Floats:
    """Return φ(x)."""
    return np.asarray(np.exp(-0.5 * x**2 - HALF_LOG_TWO_PI))


@dataclass(frozen=True)
class BinaryProbit(PredictorFamily):
    """Binary outcome (0, 1) with probability Φ(x'β).

    Notes
    -----
    The information is the observed one; R's ``glm`` gives the expected one, so that standard errors differ slightly
    (the estimates do not).
    """

    name: ClassVar[str] = "binary probit"

    def pieces(self, y: Floats, predictors: Sequence[Floats]) -> Pieces:
        """Return log Φ(±η) and its derivatives: with q = ±1, λ = qφ(η)/Φ(qη), and −λ(λ + η)."""
        eta = predictors[0]
        sign = 2 * y - 1
        value = log_ndtr(sign * eta)
        slope = sign * np.exp(-0.5 * eta**2 - HALF_LOG_TWO_PI - value)
        return Pieces(value, (slope,), ((-slope * (slope + eta),),))

    def means(self, predictors: Sequence[Floats]) -> Iterator[tuple[Floats, tuple[Floats | None, ...]]]:
        """Yield the probability of 1."""
        yield ndtr(predictors[0]), (normal_density(predictors[0]),)

    def starts(self, inputs: Inputs) -> list[Floats]:
        """Return zeros: the likelihood is concave."""
        return [np.zeros(inputs.X.shape[1])]

    def check_outcome(self, inputs: Inputs) -> tuple[str, ...]:
        """Refuse outcomes other than 0 and 1, or of one kind only."""
        check_binary(inputs.y, inputs.weights, self.name)
        return ()

    def rows_without_maximum(self, inputs: Inputs) -> Floats:
        """Return the rows of X, with the sign changed for non-events."""
        return signed_rows(inputs)
