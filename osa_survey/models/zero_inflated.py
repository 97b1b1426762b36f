"""Zero-inflated counts: some zeros come from people for whom the count cannot be anything else."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy.special import expit, log_expit

from osa_survey.models.counts import Poisson
from osa_survey.models.fits import Fit, Floats
from osa_survey.models.fractions import Fractional
from osa_survey.models.inputs import Inputs
from osa_survey.models.negative_binomial import LOWEST_LOG_ALPHA, NO_GAIN, NegativeBinomial, without_dispersion
from osa_survey.models.predictors import Pieces, PredictorFamily, Second

SHARES = (0.1, 0.5, 0.9)
"""Of the zeros that are structural, in the starts of the search."""
EM_STEPS = 15
ENOUGH = 4_000
SAME = 1e-4
STEPS_INSIDE = 2
LOWEST_LOG_ODDS = -36.0
"""Of a structural zero, where there are none: a chance of 2e-16."""


@dataclass(frozen=True)
class ZeroInflated(PredictorFamily):
    """With probability π a zero, else a count: logit π = z'γ; Z defaults to X.

    Parameters
    ----------
    count : Poisson or NegativeBinomial
        The distribution of the counts.

    Notes
    -----
    Parameters are those of the counts (coefficients, log α), then γ; γ > 0 means more structural zeros, as in R's
    ``zeroinfl``. The likelihood may have several maxima: the search begins at several shares of structural zeros, from
    each with a few steps of the EM algorithm, and the best maximum is kept. It is never below the model without
    inflation; where it is not above it, or the chance of a structural zero vanishes for everybody, a warning says so.

    References
    ----------
    Lambert, D. (1992). Zero-inflated Poisson regression, with an application to defects in manufacturing.
    Technometrics, 34, 1–14. doi:10.1080/00401706.1992.10485228
    """

    count: Poisson | NegativeBinomial
    takes_z = True

    @property
    def name(self) -> str:  # type: ignore[override]
        """What the family is called in tables."""
        return f"zero-inflated {self.count.name}"

    def designs(self, X: Floats, Z: Floats | None) -> tuple[Floats, ...]:
        """Return the matrices of the counts and of the zeros."""
        return (*self.count.designs(X, None), X if Z is None else Z)

    def extra_names(self, designs: tuple[Floats, ...]) -> tuple[str, ...]:
        """Return the names of log α and of the zero part."""
        zero = tuple(f"zero: {column}" for column in range(designs[-1].shape[1]))
        return (*self.count.extra_names(designs[:-1]), *zero)

    def pieces(self, y: Floats, predictors: Sequence[Floats]) -> Pieces:
        """Return the log-likelihood and its derivatives: of zeros log(π + (1 − π)f(0)), else log(1 − π) + log f(y)."""
        zeta = predictors[-1]
        count = self.count.pieces(y, predictors[:-1])
        chance = expit(zeta)
        zero = y == 0
        # Chance that a zero is structural; its log odds are ζ − log f(0).
        share = np.where(zero, expit(zeta - count.value), 0.0)
        value = log_expit(-zeta) + np.where(zero, np.logaddexp(zeta, count.value), count.value)
        spread = share * (1 - share)
        first = (*(np.where(zero, 1 - share, 1.0) * f for f in count.first), share - chance)
        second: Second = tuple(
            tuple(
                spread * count.first[j] * count.first[k]
                + (0.0 if curvature is None else (1 - share) * curvature)
                for k, curvature in enumerate(row)
            )
            for j, row in enumerate(count.second)
        )  # fmt: skip
        last = (*(-spread * f for f in count.first), spread - chance * (1 - chance))
        return Pieces(value, first, (*second, last))

    def means(self, predictors: Sequence[Floats]) -> Iterator[tuple[Floats, tuple[Floats | None, ...]]]:
        """Yield (1 − π)μ."""
        chance = expit(predictors[-1])
        for mean, slopes in self.count.means(predictors[:-1]):
            inner = tuple(None if slope is None else (1 - chance) * slope for slope in slopes)
            yield (1 - chance) * mean, (*inner, -chance * (1 - chance) * mean)

    def starts(self, inputs: Inputs) -> list[Floats]:
        """Return the different places that the search reaches from several shares of structural zeros.

        With many respondents every so many of them show the way.
        """
        every = slice(None, None, max(1, len(inputs.y) // ENOUGH))
        Z, offset = inputs.Z, inputs.offset
        some = Inputs(
            inputs.y[every],
            inputs.X[every],
            inputs.weights[every],
            None if Z is None else Z[every],
            None if offset is None else offset[every],
        )
        if not some.y[some.used].any() or (some.y[some.used] > 0).all():
            some = inputs
        designs = self.designs(some.X, some.Z)
        found: list[Floats] = []
        for share in SHARES:
            begin = self._expectation_maximisation(some, share)
            reached = self.search(some, designs, begin).parameters
            if not any(np.allclose(reached, other, rtol=SAME, atol=SAME) for other in found):
                found.append(reached)
        return found

    def check_outcome(self, inputs: Inputs) -> tuple[str, ...]:
        """Refuse outcomes that are not counts; warn if there is no zero."""
        warnings = self.count.check_outcome(inputs)
        if (inputs.y[inputs.used] > 0).all():
            return (*warnings, "bound: nobody has a zero, so that there is nothing to inflate")
        return warnings

    def rows_without_maximum(self, inputs: Inputs) -> None:
        """Return None: structural zeros hide what a zero says about the counts."""
        return

    def finished(self, fit: Fit, inputs: Inputs) -> Fit:
        """Return the fit, or that of a simpler model where inflation or overdispersion gains nothing."""
        no_gain = NO_GAIN * fit.weight_sum / fit.n
        simple = self.count.fit(inputs.y, inputs.X, weights=inputs.weights, offset=inputs.offset)
        if fit.log_likelihood <= simple.log_likelihood + no_gain:
            return self._without_inflation(fit, simple, inputs)
        low = fit.parameters[fit.n_coefficients] < LOWEST_LOG_ALPHA / 2
        if isinstance(self.count, NegativeBinomial) and (low or not fit.converged):
            poisson = ZeroInflated(Poisson()).fit(
                inputs.y, inputs.X, weights=inputs.weights, Z=inputs.Z, offset=inputs.offset
            )
            if fit.log_likelihood <= poisson.log_likelihood + no_gain:
                message = "bound: the counts are not overdispersed; a zero-inflated Poisson model fits as well"
                return without_dispersion(fit, poisson, message)
        return fit

    def _without_inflation(self, fit: Fit, simple: Fit, inputs: Inputs) -> Fit:
        """Return the fit without inflation, with structural zeros as good as impossible."""
        Z = self.designs(inputs.X, inputs.Z)[-1]
        k, p = Z.shape[1], len(fit.parameters)
        gamma = np.linalg.lstsq(Z, np.full(len(Z), LOWEST_LOG_ODDS), rcond=None)[0]
        message = f"bound: no structural zeros; the {self.count.name} model fits as well"
        return replace(
            fit,
            parameters=np.concatenate([simple.parameters, gamma]),
            log_likelihood=simple.log_likelihood,
            scores=np.pad(simple.scores, ((0, 0), (0, k))),
            information=np.pad(simple.information, (0, k)),
            converged=simple.converged,
            iterations=simple.iterations,
            warnings=(*fit.warnings, *simple.warnings, message),
            separated=simple.separated,
            at_bound=(*simple.at_bound, *range(p - k, p)),
        )

    def _expectation_maximisation(self, inputs: Inputs, share: float) -> Floats:
        """Return parameters after a few steps in which zeros count as structural with their present chance."""
        count_designs = self.count.designs(inputs.X, None)
        Z = self.designs(inputs.X, inputs.Z)[-1]
        structural = np.where(inputs.y == 0, share, 0.0)
        count, gamma = self.count.starts(inputs)[0], np.zeros(Z.shape[1])
        sizes = sum(d.shape[1] for d in count_designs)
        for _ in range(EM_STEPS):
            zeros = Inputs(structural, Z, inputs.weights, None, None)
            gamma = Fractional().search(zeros, (Z,), gamma, STEPS_INSIDE).parameters
            rest = replace(inputs, weights=inputs.weights * (1 - structural))
            count = self.count.search(rest, count_designs, count, STEPS_INSIDE).parameters
            with np.errstate(all="ignore"):
                predictors = [inputs.X @ count[: inputs.X.shape[1]]]
                if inputs.offset is not None:
                    predictors[0] = predictors[0] + inputs.offset
                if sizes > inputs.X.shape[1]:
                    predictors.append(np.full(len(Z), count[-1]))
                nothing = self.count.pieces(np.zeros(len(Z)), predictors).value
                structural = np.where(inputs.y == 0, expit(Z @ gamma - nothing), 0.0)
        return np.concatenate([count, gamma])
