"""Multinomial logistic regression."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from scipy.special import logsumexp

from osa_survey.models.fits import Floats
from osa_survey.models.inputs import Inputs, check_categories
from osa_survey.models.predictors import Pieces, PredictorFamily, Second


@dataclass(frozen=True)
class Multinomial(PredictorFamily):
    """Categories 0 … k − 1 without order; log odds against category 0 are x'β₁ … x'βₖ₋₁, equation by equation.

    Parameters
    ----------
    k : int
        How many categories.
    """

    k: int
    name: ClassVar[str] = "multinomial logit"
    takes_offset: ClassVar[bool] = False

    def designs(self, X: Floats, Z: Floats | None) -> tuple[Floats, ...]:
        """Return X once for each equation."""
        return (X,) * (self.k - 1)

    def n_coefficients(self, X: Floats) -> int:
        """Return the coefficients of all equations."""
        return int(X.shape[1]) * (self.k - 1)

    def pieces(self, y: Floats, predictors: Sequence[Floats]) -> Pieces:
        """Return the log-likelihood and its derivatives by the k − 1 log odds."""
        log_p = _log_probabilities(predictors)
        p = np.exp(log_p)
        whole = y.astype(np.intp)
        value = np.take_along_axis(log_p, whole[None], axis=0)[0]
        first = tuple((whole == c) - p[c] for c in range(1, self.k))
        second: Second = tuple(
            tuple(-p[c] * ((c == d) - p[d]) for d in range(1, c + 1)) for c in range(1, self.k)
        )  # fmt: skip
        return Pieces(value, first, second)

    def means(self, predictors: Sequence[Floats]) -> Iterator[tuple[Floats, tuple[Floats | None, ...]]]:
        """Yield the probability of each category."""
        p = np.exp(_log_probabilities(predictors))
        for c in range(self.k):
            yield p[c], tuple(p[c] * ((c == d) - p[d]) for d in range(1, self.k))

    def starts(self, inputs: Inputs) -> list[Floats]:
        """Return zeros: the likelihood is concave."""
        return [np.zeros(self.n_coefficients(inputs.X))]

    def check_outcome(self, inputs: Inputs) -> tuple[str, ...]:
        """Refuse outcomes that are not categories, and categories nobody is in."""
        return check_categories(inputs.y, inputs.weights, self.k, self.name)

    def rows_without_maximum(self, inputs: Inputs) -> Floats:
        """Return rows by which the observed category's log odds against each other one may not fall."""
        X, y = inputs.X[inputs.used], inputs.y[inputs.used].astype(np.intp)
        columns = X.shape[1]
        found = []
        for own in range(self.k):
            x = X[y == own]
            for other in range(self.k):
                if other == own:
                    continue
                rows = np.zeros((len(x), self.k * columns))
                rows[:, own * columns : (own + 1) * columns] = x
                rows[:, other * columns : (other + 1) * columns] = -x
                found.append(rows[:, columns:])
        return np.concatenate(found)


def _log_probabilities(predictors: Sequence[Floats]) -> Floats:
    """Return log probabilities, shape (categories, respondents)."""
    eta = np.vstack([np.zeros(len(predictors[0])), *predictors])
    return np.asarray(eta - logsumexp(eta, axis=0))
