"""Binary logistic regression, by maximum or (Firth) penalised likelihood."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar, Literal

import numpy as np
from scipy.special import expit

from osa_survey.models.batches import many_logits
from osa_survey.models.chances import chance_and_cost
from osa_survey.models.fits import Fit, Floats, ManyFits
from osa_survey.models.inputs import Inputs, all_rows, check_binary, check_columns, checked
from osa_survey.models.predictors import Pieces, PredictorFamily


def log_odds_pieces(y: Floats, predictor: Floats) -> Pieces:
    """Return y log p + (1 − y) log(1 − p) with its derivatives by the log odds; y may lie between 0 and 1."""
    p, cost = chance_and_cost(predictor)
    return Pieces(y * predictor - cost, (y - p,), ((p * (p - 1.0),),))


@dataclass(frozen=True)
class BinaryLogit(PredictorFamily):
    """Binary outcome (0, 1) with log odds x'β.

    Parameters
    ----------
    penalty : {"none", "firth"}
        Firth's penalty ½ log|X'WX| removes the bias of first order and gives finite estimates where events and
        non-events are separated; `firth.penalised_fit` says what the fit then holds.
    """

    penalty: Literal["none", "firth"] = "none"
    name: ClassVar[str] = "binary logit"

    def pieces(self, y: Floats, predictors: Sequence[Floats]) -> Pieces:
        """Return the log-likelihood and its derivatives by the log odds."""
        return log_odds_pieces(y, predictors[0])

    def means(self, predictors: Sequence[Floats]) -> Iterator[tuple[Floats, tuple[Floats | None, ...]]]:
        """Yield the probability of 1."""
        p = expit(predictors[0])
        yield p, (p * (1 - p),)

    def starts(self, inputs: Inputs) -> list[Floats]:
        """Return zeros: the likelihood is concave."""
        return [np.zeros(inputs.X.shape[1])]

    def check_outcome(self, inputs: Inputs) -> tuple[str, ...]:
        """Refuse outcomes other than 0 and 1, or of one kind only."""
        check_binary(inputs.y, inputs.weights, self.name)
        return ()

    def rows_without_maximum(self, inputs: Inputs) -> Floats | None:
        """Return the rows of X, with the sign changed for non-events."""
        return signed_rows(inputs)

    def fit(
        self,
        y: Floats,
        X: Floats,
        *,
        weights: Floats | None = None,
        start: Floats | None = None,
        Z: Floats | None = None,
        offset: Floats | None = None,
    ) -> Fit:
        """Return the maximum of the (penalised) log-likelihood; see `PredictorFamily.fit`."""
        if self.penalty == "none":
            return super().fit(y, X, weights=weights, start=start, Z=Z, offset=offset)
        from osa_survey.models.firth import penalised_fit

        inputs = checked(y, X, weights, Z, offset, family=self.name)
        used, inputs = inputs.used, inputs.with_weight()
        self.check_outcome(inputs)
        check_columns(inputs.X, inputs.weights)
        return all_rows(penalised_fit(self, inputs, start), used)

    def fit_many(
        self,
        y: Floats,
        X: Floats,
        weights_matrix: Floats,
        *,
        start: Floats | None = None,
        Z: Floats | None = None,
        offset: Floats | None = None,
    ) -> ManyFits:
        """Return the fits under each column of weights; see `batches.many_logits`."""
        if self.penalty != "none":
            return super().fit_many(y, X, weights_matrix, start=start, Z=Z, offset=offset)
        inputs = checked(y, X, None, Z, offset, family=self.name)
        check_binary(inputs.y, inputs.weights, self.name)
        return many_logits(inputs.y, inputs.X, weights_matrix, start, inputs.offset)


def signed_rows(inputs: Inputs) -> Floats:
    """Return the rows of X of those with weight, with the sign changed for non-events."""
    used = inputs.used
    return np.asarray(inputs.X[used] * np.where(inputs.y[used] == 1, 1.0, -1.0)[:, None])
