"""Beta regression for proportions strictly between 0 and 1."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from scipy.special import digamma, expit, gammaln, logit, polygamma

from osa_survey.models.fits import Fit, Floats
from osa_survey.models.fractions import check_proportions
from osa_survey.models.inputs import Inputs
from osa_survey.models.predictors import Pieces, PredictorFamily


def squeezed(y: Floats, n: int | None = None) -> Floats:
    """Return (y(n − 1) + ½) / n: proportions moved off 0 and 1; n defaults to the length of y.

    References
    ----------
    Smithson, M., & Verkuilen, J. (2006). A better lemon squeezer? Maximum-likelihood regression with beta-distributed
    dependent variables. Psychological Methods, 11, 54–71. doi:10.1037/1082-989X.11.1.54

    Examples
    --------
    >>> squeezed(np.array([0.0, 0.5, 1.0, 0.5])).tolist()
    [0.125, 0.5, 0.875, 0.5]
    """
    n = len(y) if n is None else n
    return np.asarray((y * (n - 1) + 0.5) / n)


@dataclass(frozen=True)
class Beta(PredictorFamily):
    """Proportion with logit mean x'β and log precision z'γ; Z defaults to a column of ones.

    Parameters
    ----------
    squeeze : bool
        Move outcomes by `squeezed` first, n being those with weight. Without it 0 and 1 are refused.
        ``log_likelihood_of`` takes outcomes as they are after the move.

    Notes
    -----
    The outcome has density y^(μφ − 1) (1 − y)^((1 − μ)φ − 1) / B(μφ, (1 − μ)φ) and variance μ(1 − μ) / (1 + φ).

    References
    ----------
    Ferrari, S., & Cribari-Neto, F. (2004). Beta regression for modelling rates and proportions. Journal of Applied
    Statistics, 31, 799–815. doi:10.1080/0266476042000214501
    """

    squeeze: bool = False
    name: ClassVar[str] = "beta"
    takes_z: ClassVar[bool] = True

    def designs(self, X: Floats, Z: Floats | None) -> tuple[Floats, ...]:
        """Return X and the matrix of the precision."""
        return (X, np.ones((len(X), 1)) if Z is None else Z)

    def extra_names(self, designs: tuple[Floats, ...]) -> tuple[str, ...]:
        """Return the names of the parameters of the log precision."""
        columns = designs[1].shape[1]
        return ("log_precision",) if columns == 1 else tuple(f"log_precision: {c}" for c in range(columns))

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
        """Return the maximum of Σ wᵢℓᵢ; see `PredictorFamily.fit`."""
        outcome = np.asarray(y, dtype=np.float64)
        if self.squeeze and ((outcome >= 0) & (outcome <= 1)).all():
            outcome = squeezed(outcome, None if weights is None else int((np.asarray(weights) > 0).sum()))
        return super().fit(outcome, X, weights=weights, start=start, Z=Z, offset=offset)

    def pieces(self, y: Floats, predictors: Sequence[Floats]) -> Pieces:
        """Return the log-likelihood and its derivatives by the logit of the mean and the log precision."""
        mean, precision = expit(predictors[0]), np.exp(predictors[1])
        rest = 1.0 - mean
        a, b = mean * precision, rest * precision
        log_y, log_rest = np.log(y), np.log1p(-y)
        value = gammaln(precision) - gammaln(a) - gammaln(b) + (a - 1.0) * log_y + (b - 1.0) * log_rest
        away = log_y - log_rest - (digamma(a) - digamma(b))
        by_precision = mean * away + digamma(precision) - digamma(b) + log_rest
        tri_a, tri_b = polygamma(1, a), polygamma(1, b)
        spread = mean * rest
        slope = precision * away * spread
        bend = -(precision**2) * (tri_a + tri_b) * spread**2 + slope * (1.0 - 2.0 * mean)
        mixed = (away - precision * (mean * tri_a - rest * tri_b)) * spread * precision
        own = polygamma(1, precision) - mean**2 * tri_a - rest**2 * tri_b
        last = by_precision * precision
        return Pieces(value, (slope, last), ((bend,), (mixed, own * precision**2 + last)))

    def means(self, predictors: Sequence[Floats]) -> Iterator[tuple[Floats, tuple[Floats | None, ...]]]:
        """Yield the mean."""
        p = expit(predictors[0])
        yield p, (p * (1 - p), None)

    def starts(self, inputs: Inputs) -> list[Floats]:
        """Return least squares of the logits, with the precision their residuals suggest."""
        X, y, w = inputs.X, inputs.y, inputs.weights
        shifted = logit(y) - (0.0 if inputs.offset is None else inputs.offset)
        root = np.sqrt(w)
        beta = np.linalg.lstsq(X * root[:, None], shifted * root, rcond=None)[0]
        mean = expit(X @ beta + (0.0 if inputs.offset is None else inputs.offset))
        variance = float(w @ (y - mean) ** 2) / float(w.sum())
        precision = max(float(w @ (mean * (1 - mean))) / float(w.sum()) / variance - 1.0, 0.5)
        Z = self.designs(X, inputs.Z)[1]
        gamma = np.linalg.lstsq(Z, np.full(len(Z), np.log(precision)), rcond=None)[0]
        return [np.concatenate([beta, gamma])]

    def check_outcome(self, inputs: Inputs) -> tuple[str, ...]:
        """Refuse outcomes that are not strictly between 0 and 1."""
        check_proportions(inputs, self.name, open_interval=True)
        return ()
