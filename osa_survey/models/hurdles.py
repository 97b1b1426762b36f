"""Hurdle models: whether there is anything to count, and how much where there is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy.special import expit, log_expit

from osa_survey.errors import AnalysisError, Problem
from osa_survey.models.counts import Poisson, rows_of_counts
from osa_survey.models.fits import Fit, Floats
from osa_survey.models.inputs import Inputs, check_columns
from osa_survey.models.negative_binomial import NO_GAIN, NegativeBinomial, without_dispersion
from osa_survey.models.predictors import Pieces, PredictorFamily, Second

STARTS_OF_LOG_ALPHA = (-2.0, 1.0)


@dataclass(frozen=True)
class Hurdle(PredictorFamily):
    """P(Y > 0) has log odds z'γ; positive counts follow a distribution cut off at zero. Z defaults to X.

    Parameters
    ----------
    count : Poisson or NegativeBinomial
        The distribution that is cut off.

    Notes
    -----
    Parameters are those of the counts (coefficients, log α), then γ, named ``"nonzero: …"``: γ > 0 means more people
    with anything to count, as in R's ``hurdle`` and opposite to `ZeroInflated`. The two parts share nothing.

    References
    ----------
    Mullahy, J. (1986). Specification and testing of some modified count data models. Journal of Econometrics, 33,
    341–365. doi:10.1016/0304-4076(86)90002-3
    """

    count: Poisson | NegativeBinomial
    takes_z = True

    @property
    def name(self) -> str:  # type: ignore[override]
        """What the family is called in tables."""
        return f"hurdle {self.count.name}"

    def designs(self, X: Floats, Z: Floats | None) -> tuple[Floats, ...]:
        """Return the matrices of the counts and of the hurdle."""
        return (*self.count.designs(X, None), X if Z is None else Z)

    def extra_names(self, designs: tuple[Floats, ...]) -> tuple[str, ...]:
        """Return the names of log α and of the hurdle's coefficients."""
        hurdle = tuple(f"nonzero: {column}" for column in range(designs[-1].shape[1]))
        return (*self.count.extra_names(designs[:-1]), *hurdle)

    def pieces(self, y: Floats, predictors: Sequence[Floats]) -> Pieces:
        """Return the log-likelihood and its derivatives: log(1 − π) of zeros, else log π + log f(y) − log(1 − f(0))."""
        zeta = predictors[-1]
        positive = y > 0
        chance = expit(zeta)
        value = np.where(positive, log_expit(zeta), log_expit(-zeta))
        count = self.count.pieces(y, predictors[:-1])
        nothing = self.count.pieces(np.zeros(len(y)), predictors[:-1])
        odds = _odds(nothing.value)
        value = value + np.where(positive, count.value - np.log(-np.expm1(nothing.value)), 0.0)
        first = [np.where(positive, f + odds * g, 0.0) for f, g in zip(count.first, nothing.first, strict=True)]
        rows: list[tuple[Floats | None, ...]] = []
        for j, row in enumerate(count.second):
            found = []
            for k, curvature in enumerate(row):
                other = nothing.second[j][k]
                bent = odds * (1 + odds) * nothing.first[j] * nothing.first[k]
                bent = bent + (0.0 if curvature is None else curvature) + (0.0 if other is None else odds * other)
                found.append(np.where(positive, bent, 0.0))
            rows.append(tuple(found))
        last: tuple[Floats | None, ...] = (*(None for _ in count.first), -chance * (1 - chance))
        second: Second = (*rows, last)
        return Pieces(value, (*first, positive - chance), second)

    def means(self, predictors: Sequence[Floats]) -> Iterator[tuple[Floats, tuple[Floats | None, ...]]]:
        """Yield π μ / (1 − f(0))."""
        chance = expit(predictors[-1])
        nothing = self.count.pieces(np.zeros(len(chance)), predictors[:-1])
        odds = _odds(nothing.value)
        for mean, slopes in self.count.means(predictors[:-1]):
            whole = chance * mean * (1 + odds)
            inner = tuple(
                (0.0 if slope is None else chance * slope * (1 + odds)) + whole * odds * by
                for slope, by in zip(slopes, nothing.first, strict=True)
            )
            yield whole, (*inner, (1 - chance) * whole)

    def starts(self, inputs: Inputs) -> list[Floats]:
        """Return the estimates without the cut for positive counts, from several values of α."""
        positive = replace(inputs, weights=np.where(inputs.y > 0, inputs.weights, 0.0))
        begin = self.count.starts(positive)[0]
        gamma = np.zeros(self.designs(inputs.X, inputs.Z)[-1].shape[1])
        if isinstance(self.count, Poisson):
            return [np.concatenate([begin, gamma])]
        return [np.concatenate([begin[:-1], [log_alpha], gamma]) for log_alpha in STARTS_OF_LOG_ALPHA]

    def check_outcome(self, inputs: Inputs) -> tuple[str, ...]:
        """Refuse outcomes that are not counts or have no zero, and columns that positive counts cannot tell apart."""
        warnings = self.count.check_outcome(inputs)
        if (inputs.y[inputs.used] > 0).all():
            message = "nobody has a zero, so that there is no hurdle"
            raise AnalysisError(Problem("constant_outcome", message, hint="use a count model"))
        check_columns(inputs.X, np.where(inputs.y > 0, inputs.weights, 0.0), part="part for positive counts")
        return warnings

    def rows_without_maximum(self, inputs: Inputs) -> Floats:
        """Return the rows of the two parts."""
        positive = inputs.used & (inputs.y > 0)
        counts = rows_of_counts(inputs.X, inputs.y, positive, least=1)
        Z = self.designs(inputs.X, inputs.Z)[-1][inputs.used]
        signed = Z * np.where(inputs.y[inputs.used] > 0, 1.0, -1.0)[:, None]
        extra = len(self.count.extra_names(self.count.designs(inputs.X[:1], None)))
        return np.concatenate([
            np.pad(counts, ((0, 0), (0, extra + Z.shape[1]))),
            np.pad(signed, ((0, 0), (inputs.X.shape[1] + extra, 0))),
        ])  # fmt: skip

    def finished(self, fit: Fit, inputs: Inputs) -> Fit:
        """Return the fit with a warning where α is at its bound."""
        if isinstance(self.count, Poisson):
            return fit
        poisson = Hurdle(Poisson()).fit(inputs.y, inputs.X, weights=inputs.weights, Z=inputs.Z, offset=inputs.offset)
        if fit.log_likelihood > poisson.log_likelihood + NO_GAIN * fit.weight_sum / fit.n:
            return fit
        message = "bound: the positive counts are not overdispersed; a hurdle Poisson model fits as well"
        return without_dispersion(fit, poisson, message)


def _odds(log_nothing: Floats) -> Floats:
    """Return f(0) / (1 − f(0)) from log f(0)."""
    return np.asarray(1.0 / np.expm1(-log_nothing))
