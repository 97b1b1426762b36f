"""Proportions between 0 and 1, both included, by quasi-likelihood."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from scipy.special import expit

from osa_survey.errors import AnalysisError, Problem
from osa_survey.models.fits import Floats
from osa_survey.models.inputs import Inputs
from osa_survey.models.logits import log_odds_pieces
from osa_survey.models.predictors import Pieces, PredictorFamily


def check_proportions(inputs: Inputs, family: str, *, open_interval: bool) -> None:
    """Refuse outcomes outside the unit interval, or that are the same for everybody."""
    y = inputs.y
    outside = int(((y <= 0) | (y >= 1)).sum() if open_interval else ((y < 0) | (y > 1)).sum())
    if outside:
        inside = "above 0 and below 1" if open_interval else "from 0 to 1"
        hint = "rescale to proportions"
        if open_interval and y.min() >= 0 and y.max() <= 1:
            hint = "use a fractional model, or ask for the squeeze"
        message = f"{family} needs proportions {inside}; {outside} outcomes are not"
        raise AnalysisError(Problem("not_proportions", message, hint=hint))
    if np.ptp(y[inputs.used]) == 0:
        message = "the outcome is the same for everybody"
        raise AnalysisError(Problem("constant_outcome", message, hint="there is nothing to explain"))


@dataclass(frozen=True)
class Fractional(PredictorFamily):
    """Proportion from 0 to 1 with logit mean x'β, by the Bernoulli quasi-likelihood.

    Notes
    -----
    Consistent whatever the distribution, as long as the mean is right; but the inverse information is no covariance:
    use a sandwich (``sandwiches.classical_covariance`` refuses). The log-likelihood is a quasi-likelihood: no
    likelihood ratio tests, no information criteria.

    References
    ----------
    Papke, L. E., & Wooldridge, J. M. (1996). Econometric methods for fractional response variables with an application
    to 401(k) plan participation rates. Journal of Applied Econometrics, 11, 619–632.
    doi:10.1002/(SICI)1099-1255(199611)11:6<619::AID-JAE418>3.0.CO;2-1
    """

    name: ClassVar[str] = "fractional logit"

    def pieces(self, y: Floats, predictors: Sequence[Floats]) -> Pieces:
        """Return the quasi-log-likelihood and its derivatives by the logit of the mean."""
        return log_odds_pieces(y, predictors[0])

    def means(self, predictors: Sequence[Floats]) -> Iterator[tuple[Floats, tuple[Floats | None, ...]]]:
        """Yield the mean."""
        p = expit(predictors[0])
        yield p, (p * (1 - p),)

    def starts(self, inputs: Inputs) -> list[Floats]:
        """Return zeros: the quasi-likelihood is concave."""
        return [np.zeros(inputs.X.shape[1])]

    def check_outcome(self, inputs: Inputs) -> tuple[str, ...]:
        """Refuse outcomes outside 0 … 1."""
        check_proportions(inputs, self.name, open_interval=False)
        return ()

    def rows_without_maximum(self, inputs: Inputs) -> Floats:
        """Return the rows of X for ones, −X for zeros, and both for what lies between."""
        X, y = inputs.X[inputs.used], inputs.y[inputs.used]
        return np.concatenate([X[y > 0], -X[y < 1]])
