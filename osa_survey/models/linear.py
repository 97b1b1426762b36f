"""Linear regression: normal errors, by (weighted) least squares."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from scipy.linalg import lapack

from osa_survey.errors import AnalysisError, Problem
from osa_survey.models.cross_products import row_blocks, weighted_cross
from osa_survey.models.fits import Fit, Floats, ManyFits
from osa_survey.models.inputs import Inputs, all_rows, check_columns, checked
from osa_survey.models.predictors import Pieces, PredictorFamily
from osa_survey.models.replicates import many_least_squares

HALF_LOG_TWO_PI = 0.5 * math.log(2 * math.pi)
PERFECT = 1e-24
"""A residual variance below this share of the outcome's mean square is rounding."""


@dataclass(frozen=True)
class Linear(PredictorFamily):
    """Normal outcome with mean x'β and one standard deviation σ; the last parameter is log σ.

    Notes
    -----
    Estimates are maximum likelihood: σ̂² = Σ w r² / Σ w. At the maximum X'Wr = 0, so that the observed information of
    β and log σ is zero: (−∂²ℓ)⁻¹ for β is σ̂²(X'WX)⁻¹, and every sandwich made of `scores` and `information` is the
    usual one, σ̂² cancelling. ``sandwiches.classical_covariance`` multiplies by Σw / (n − k) to give the covariance
    with the unbiased variance Σ w r² / (n − k), as R's ``lm`` prints it.
    """

    name: ClassVar[str] = "linear"

    def designs(self, X: Floats, Z: Floats | None) -> tuple[Floats, ...]:
        """Return X and a column of ones for log σ."""
        return (X, np.ones((len(X), 1)))

    def extra_names(self, designs: tuple[Floats, ...]) -> tuple[str, ...]:
        """Return the name of log σ."""
        return ("log_sigma",)

    def pieces(self, y: Floats, predictors: Sequence[Floats]) -> Pieces:
        """Return −½ log 2π − log σ − ½ r²/σ² and its derivatives by the mean and log σ."""
        mean, log_sigma = predictors
        precision = np.exp(-2 * log_sigma)
        residual = y - mean
        square = residual**2 * precision
        slope = residual * precision
        return Pieces(
            -HALF_LOG_TWO_PI - log_sigma - 0.5 * square,
            (slope, square - 1.0),
            ((-precision,), (-2 * slope, -2 * square)),
        )

    def means(self, predictors: Sequence[Floats]) -> Iterator[tuple[Floats, tuple[Floats | None, ...]]]:
        """Yield the mean."""
        yield predictors[0], (np.ones(len(predictors[0])), None)

    def starts(self, inputs: Inputs) -> list[Floats]:
        """Return the least-squares solution: the maximum itself."""
        return [self._solve(inputs, weighted_cross(inputs.X, inputs.weights))[0]]

    def check_outcome(self, inputs: Inputs) -> tuple[str, ...]:
        """Refuse an outcome that is the same for everybody."""
        if np.ptp(inputs.y[inputs.used]) == 0:
            message = "the outcome is the same for everybody"
            raise AnalysisError(Problem("constant_outcome", message, hint="there is nothing to explain"))
        return ()

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
        """Return the least-squares fit; see `PredictorFamily.fit`. A start is not needed and changes nothing."""
        inputs = checked(y, X, weights, Z, offset, family=self.name)
        used, inputs = inputs.used, inputs.with_weight()
        self.check_outcome(inputs)
        w = inputs.weights
        cross = inputs.X.T @ inputs.X if weights is None else weighted_cross(inputs.X, w)
        check_columns(inputs.X, w, cross)
        parameters, residual = self._solve(inputs, cross)
        total = float(w.sum())
        precision = math.exp(-2 * parameters[-1])
        k = inputs.X.shape[1]
        scores = np.empty((len(w), k + 1))
        slope = residual * precision
        for rows in row_blocks(len(w)):
            np.multiply(inputs.X[rows], slope[rows, None], out=scores[rows, :k])
        scores[:, k] = residual * slope - 1.0
        information = np.zeros((k + 1, k + 1))
        information[:k, :k] = cross * precision
        information[k, :k] = information[:k, k] = 2 * precision * (inputs.X.T @ (w * residual))
        information[k, k] = 2 * total
        fit = Fit(
            family=self,
            parameters=parameters,
            names=("log_sigma",),
            n_coefficients=k,
            log_likelihood=-total * (HALF_LOG_TWO_PI + float(parameters[-1]) + 0.5),
            scores=scores,
            information=information,
            converged=True,
            iterations=1,
            weight_sum=total,
            n_used=len(w),
        )
        return all_rows(fit, used)

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
        """Return the fits under each column of weights; see `replicates.many_least_squares`."""
        inputs = checked(y, X, None, Z, offset, family=self.name)
        outcome = inputs.y if inputs.offset is None else inputs.y - inputs.offset
        return many_least_squares(outcome, inputs.X, weights_matrix)

    @staticmethod
    def _solve(inputs: Inputs, cross: Floats) -> tuple[Floats, Floats]:
        """Return β with log σ, and residuals: normal equations, and a refinement that gives back their lost digits."""
        X, w = inputs.X, inputs.weights
        y = inputs.y if inputs.offset is None else inputs.y - inputs.offset
        length = np.sqrt(np.diag(cross))
        factor, _ = lapack.dpotrf(cross / np.outer(length, length), lower=1)
        coefficients = np.zeros(X.shape[1])
        residual = y
        for _ in range(2):
            coefficients = coefficients + lapack.dpotrs(factor, (X.T @ (w * residual)) / length, lower=1)[0] / length
            residual = y - X @ coefficients
        variance = float(w @ residual**2) / float(w.sum())
        if variance <= PERFECT * float(w @ inputs.y**2) / float(w.sum()):
            message = "the predictors reproduce the outcome exactly"
            raise AnalysisError(Problem("perfect_fit", message, hint="is the outcome among the predictors?"))
        return np.append(coefficients, 0.5 * math.log(variance)), residual
