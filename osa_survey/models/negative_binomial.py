"""Negative binomial regression (NB2): variance μ + αμ²."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np

from osa_survey.errors import AnalysisError, Problem
from osa_survey.models.counts import Poisson, constant_rate, log_factorial, rows_of_counts
from osa_survey.models.fits import Fit, Floats
from osa_survey.models.inputs import Inputs, check_counts
from osa_survey.models.predictors import Pieces, PredictorFamily
from osa_survey.models.unreachable_maxima import without_maximum

LOWEST_LOG_ALPHA = -16.0
"""Where the search for log α ends: variances differ from the Poisson's by αμ, about 1e-7 μ."""
NO_GAIN = 1e-6
"""A log-likelihood (weights of mean one) this little above the simpler model's is no gain."""
LARGEST_COUNT = 10_000_000
"""Sums up to each count are tabulated."""


@dataclass(frozen=True)
class NegativeBinomial(PredictorFamily):
    """Counts with log mean x'β (+ offset) and variance μ + αμ²; the last parameter is log α.

    Notes
    -----
    The information is that of all parameters together (observed), as in Stata and statsmodels; R's ``glm.nb`` holds
    θ = 1/α fixed when it computes standard errors. Counts that vary less than a Poisson variable have their maximum at
    α = 0: then the Poisson estimates are given with log α at its bound and a warning.
    """

    name: ClassVar[str] = "negative binomial"

    def designs(self, X: Floats, Z: Floats | None) -> tuple[Floats, ...]:
        """Return X and a column of ones for log α."""
        return (X, np.ones((len(X), 1)))

    def extra_names(self, designs: tuple[Floats, ...]) -> tuple[str, ...]:
        """Return the name of log α."""
        return ("log_alpha",)

    def pieces(self, y: Floats, predictors: Sequence[Floats]) -> Pieces:
        """Return the log-likelihood and its derivatives by log μ and log α.

        Notes
        -----
        ℓ = Σ_{j<y} log(1 + αj) + y log μ − (y + 1/α) log(1 + αμ) − log y!, without differences of log-gamma functions,
        which lose all digits for small α.
        """
        eta, log_alpha = predictors
        alpha = float(np.exp(log_alpha[0]))
        sums = _rising(alpha, y)
        mean = np.exp(eta)
        u = alpha * mean
        tail = np.log1p(u) / alpha
        slope = (alpha * y + 1.0) * mean / (1.0 + u)
        value = sums[0] + y * eta - (alpha * y + 1.0) * tail - log_factorial(y)
        bend = alpha * y * mean / (1.0 + u) - slope * u / (1.0 + u)
        return Pieces(
            value,
            (y - slope, sums[1] + tail - slope),
            ((-slope / (1.0 + u),), (-bend, sums[2] - (tail - mean / (1.0 + u)) - bend)),
        )

    def means(self, predictors: Sequence[Floats]) -> Iterator[tuple[Floats, tuple[Floats | None, ...]]]:
        """Yield the mean."""
        mean = np.exp(predictors[0])
        yield mean, (mean, None)

    def starts(self, inputs: Inputs) -> list[Floats]:
        """Return the Poisson estimates with the moment estimate of α."""
        poisson = Poisson().search(inputs, (inputs.X,), constant_rate(inputs)).parameters
        mean = np.exp(inputs.X @ poisson + (0.0 if inputs.offset is None else inputs.offset))
        w = inputs.weights
        alpha = float(w @ ((inputs.y - mean) ** 2 - inputs.y)) / float(w @ mean**2)
        return [np.append(poisson, math.log(min(max(alpha, 1e-3), 1e3)))]

    def check_outcome(self, inputs: Inputs) -> tuple[str, ...]:
        """Refuse outcomes that are not counts, or that are all zero."""
        check_counts(inputs.y, inputs.weights, self.name)
        if inputs.y.max() > LARGEST_COUNT:
            message = f"{self.name} counts up to {LARGEST_COUNT:,}"
            raise AnalysisError(Problem("counts_too_large", message, hint="model the logarithm instead"))
        return ()

    def rows_without_maximum(self, inputs: Inputs) -> Floats:
        """Return the rows for counts, with a zero for log α."""
        return np.pad(rows_of_counts(inputs.X, inputs.y, inputs.used), ((0, 0), (0, 1)))

    def finished(self, fit: Fit, inputs: Inputs) -> Fit:
        """Return the fit, or the Poisson's with log α at its bound."""
        if fit.parameters[-1] > LOWEST_LOG_ALPHA / 2:
            return fit
        poisson = Poisson().fit(inputs.y, inputs.X, weights=inputs.weights, offset=inputs.offset)
        if fit.log_likelihood > poisson.log_likelihood + NO_GAIN * fit.weight_sum / fit.n:
            return fit
        message = "bound: the counts are not overdispersed; the dispersion is at its bound of zero (Poisson)"
        return without_dispersion(fit, poisson, message)


def without_dispersion(fit: Fit, simple: Fit, message: str) -> Fit:
    """Return the fit of the Poisson variant with log α, the parameter after the coefficients, at its bound."""
    k = fit.n_coefficients
    information = np.insert(np.insert(simple.information, k, 0.0, axis=0), k, 0.0, axis=1)
    notes = [note for note in simple.warnings if not note.startswith("separation")]
    found = replace(
        fit,
        parameters=np.insert(simple.parameters, k, LOWEST_LOG_ALPHA),
        log_likelihood=simple.log_likelihood,
        scores=np.insert(simple.scores, k, 0.0, axis=1),
        information=information,
        converged=simple.converged,
        iterations=simple.iterations,
        warnings=(*notes, message),
        at_bound=(k, *(position + (position >= k) for position in simple.at_bound)),
        separated=(),
    )
    lost = np.zeros(len(found.parameters), dtype=bool)
    lost[[position + (position >= k) for position in simple.separated]] = True
    return without_maximum(found, lost)


def _rising(alpha: float, y: Floats) -> Floats:
    """Return Σ_{j<y} log(1 + αj) with its first and second derivative by log α, shape (3, respondents)."""
    whole = y.astype(np.intp)
    if not len(y):
        return np.zeros((3, 0))
    steps = alpha * np.arange(int(whole.max()), dtype=np.float64)
    table = np.zeros((3, len(steps) + 1))
    np.cumsum(np.log1p(steps), out=table[0, 1:])
    np.cumsum(steps / (1.0 + steps), out=table[1, 1:])
    np.cumsum(steps / (1.0 + steps) ** 2, out=table[2, 1:])
    return np.asarray(table[:, whole])
