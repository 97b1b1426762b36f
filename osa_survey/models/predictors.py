"""Likelihoods of a few linear predictors: one place turns derivatives by predictors into those by parameters."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from osa_survey.errors import AnalysisError, Problem
from osa_survey.models.cross_products import weighted_cross
from osa_survey.models.fits import Fit, Floats, ManyFits
from osa_survey.models.inputs import Inputs, all_rows, check_columns, checked
from osa_survey.models.newton import MOST_STEPS, Optimum, Point, maximise
from osa_survey.models.replicates import one_by_one
from osa_survey.models.separation import recession
from osa_survey.models.unreachable_maxima import (
    MANY_STEPS,
    flat_parameters,
    with_note_on_convergence,
    without_maximum,
)

Second = tuple[tuple[Floats | None, ...], ...]


@dataclass(frozen=True, repr=False)
class Pieces:
    """A log-likelihood per respondent and its derivatives by the J linear predictors.

    Attributes
    ----------
    value : ndarray of float, shape (respondents,)
        ℓᵢ.
    first : tuple of J ndarrays, shape (respondents,)
        ∂ℓᵢ/∂ηⱼ.
    second : tuple of J tuples
        Row j holds ∂²ℓᵢ/∂ηⱼ∂ηₖ for k ≤ j; None stands for zero.
    """

    value: Floats
    first: tuple[Floats, ...]
    second: Second


class PredictorFamily(ABC):
    """A family whose ℓᵢ depends on its parameters through a few linear predictors ηⱼ = Dⱼθⱼ.

    D₁ is X; constants such as log α have a column of ones. A subclass gives the likelihood's derivatives by the
    predictors; scores, information, margins and the search follow.
    """

    name: ClassVar[str]
    takes_z: ClassVar[bool] = False
    takes_offset: ClassVar[bool] = True

    @abstractmethod
    def pieces(self, y: Floats, predictors: Sequence[Floats]) -> Pieces:
        """Return the log-likelihood and its derivatives by the linear predictors."""

    @abstractmethod
    def means(self, predictors: Sequence[Floats]) -> Iterator[tuple[Floats, tuple[Floats | None, ...]]]:
        """Yield each expected value (mean, or probability of a category) and its derivatives by the predictors."""

    @abstractmethod
    def starts(self, inputs: Inputs) -> list[Floats]:
        """Return parameters from which to search; the best maximum wins."""

    @abstractmethod
    def check_outcome(self, inputs: Inputs) -> tuple[str, ...]:
        """Refuse outcomes the family cannot have; return warnings."""

    def designs(self, X: Floats, Z: Floats | None) -> tuple[Floats, ...]:
        """Return the matrix of each linear predictor."""
        return (X,)

    def extra_names(self, designs: tuple[Floats, ...]) -> tuple[str, ...]:
        """Return the names of the parameters after the coefficients."""
        return ()

    def n_coefficients(self, X: Floats) -> int:
        """Return how many parameters belong to X."""
        return int(X.shape[1])

    def rows_without_maximum(self, inputs: Inputs) -> Floats | None:
        """Return rows r such that directions γ with rγ ≥ 0 for all of them, not all zero, have no finite maximum."""
        return None

    def finished(self, fit: Fit, inputs: Inputs) -> Fit:
        """Return the fit with the family's own warnings."""
        return fit

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
        """Return the maximum of Σ wᵢℓᵢ.

        Parameters
        ----------
        y : ndarray of float, shape (respondents,)
            The outcome.
        X : ndarray of float, shape (respondents, columns)
            The design matrix, the intercept first.
        weights : ndarray of float, shape (respondents,), optional
            Sampling weights.
        start : ndarray of float, shape (parameters,), optional
            Parameters of a similar fit.
        Z : ndarray of float, shape (respondents, columns), optional
            The design matrix of a second part, for families that have one.
        offset : ndarray of float, shape (respondents,), optional
            Added to the first linear predictor.

        Raises
        ------
        AnalysisError
            Data from which the family cannot be estimated.
        """
        inputs = checked(y, X, weights, Z, offset, family=self.name, takes_z=self.takes_z,
                         takes_offset=self.takes_offset)  # fmt: skip
        used, inputs = inputs.used, inputs.with_weight()
        warnings = self.check_outcome(inputs)
        check_columns(inputs.X, inputs.weights)
        if inputs.Z is not None:
            check_columns(inputs.Z, inputs.weights, part="second part")
        designs = self.designs(inputs.X, inputs.Z)
        starts = self.starts(inputs) if start is None else [np.asarray(start, dtype=np.float64)]
        best = max((self.search(inputs, designs, begin) for begin in starts), key=_merit)
        with np.errstate(all="ignore"):
            pieces = self.pieces(inputs.y, linear_predictors(best.parameters, designs, inputs.offset))
        fit = Fit(
            family=self,
            parameters=best.parameters,
            names=self.extra_names(designs),
            n_coefficients=self.n_coefficients(inputs.X),
            log_likelihood=best.point.value,
            scores=np.concatenate([d * f[:, None] for d, f in zip(designs, pieces.first, strict=True)], axis=1),
            information=best.point.information,
            converged=best.converged,
            iterations=best.iterations,
            weight_sum=float(inputs.weights.sum()),
            n_used=int(inputs.used.sum()),
            warnings=warnings,
        )
        fit = with_note_on_convergence(self._without_maximum(self.finished(fit, inputs), inputs, designs))
        return all_rows(fit, used)

    def search(
        self, inputs: Inputs, designs: tuple[Floats, ...], start: Floats, most_steps: int = MOST_STEPS
    ) -> Optimum:
        """Return the maximum that Newton steps reach from a start."""
        w, y = inputs.weights, inputs.y

        def evaluate(parameters: Floats) -> Point | None:
            pieces = self.pieces(y, linear_predictors(parameters, designs, inputs.offset))
            value = float(w @ pieces.value)
            if not np.isfinite(value):
                return None
            gradient = np.concatenate([d.T @ (w * f) for d, f in zip(designs, pieces.first, strict=True)])
            return Point(value, gradient, _information(pieces.second, designs, w))

        return maximise(evaluate, start, float(w.mean()), most_steps=most_steps)

    def expected(self, parameters: Floats, X: Floats, Z: Floats | None = None, offset: Floats | None = None) -> Floats:
        """Return the mean, shape (respondents, 1), or the probability of each category (respondents, categories)."""
        predictors = linear_predictors(parameters, self.designs(X, Z), offset)
        return np.column_stack([value for value, _ in self.means(predictors)])

    def mean_expected(
        self, parameters: Floats, X: Floats, w: Floats, Z: Floats | None = None, offset: Floats | None = None
    ) -> tuple[Floats, Floats]:
        """Return Σ wᵢeᵢ / Σ wᵢ, shape (K,), and its derivative by the parameters, shape (K, parameters)."""
        designs = self.designs(X, Z)
        share = w / w.sum()
        values, rows = [], []
        for value, slopes in self.means(linear_predictors(parameters, designs, offset)):
            values.append(float(share @ value))
            rows.append(np.concatenate([
                np.zeros(d.shape[1]) if slope is None else d.T @ (share * slope)
                for d, slope in zip(designs, slopes, strict=True)
            ]))  # fmt: skip
        return np.array(values), np.array(rows)

    def log_likelihood_of(
        self, parameters: Floats, y: Floats, X: Floats, Z: Floats | None = None, offset: Floats | None = None
    ) -> Floats:
        """Return ℓᵢ, shape (respondents,)."""
        return self.pieces(y, linear_predictors(parameters, self.designs(X, Z), offset)).value

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
        """Return the fits under each column of weights, one after the other.

        Parameters
        ----------
        y, X, Z, offset : ndarray of float
            As in `fit`.
        weights_matrix : ndarray of float, shape (respondents, fits)
            Weights, for example of replicates or counts of a bootstrap.
        start : ndarray of float, shape (parameters,), optional
            The estimates under the full weights save two or three steps.
        """
        return one_by_one(self, y, X, weights_matrix, start, Z=Z, offset=offset)

    def _without_maximum(self, fit: Fit, inputs: Inputs, designs: tuple[Floats, ...]) -> Fit:
        """Return the fit with a warning if some parameters have no finite estimate."""
        if fit.separated:
            return fit
        flat = [position for position in flat_parameters(fit, designs, inputs.weights) if position not in fit.at_bound]
        if fit.converged and fit.iterations <= MANY_STEPS and not flat:
            return fit
        rows = self.rows_without_maximum(inputs)
        if rows is not None:
            return without_maximum(fit, recession(rows))
        lost = np.zeros(len(fit.parameters), dtype=bool)
        lost[flat] = True
        return without_maximum(fit, lost)


def linear_predictors(parameters: Floats, designs: Sequence[Floats], offset: Floats | None) -> list[Floats]:
    """Return ηⱼ = Dⱼθⱼ, the offset added to the first."""
    total = sum(d.shape[1] for d in designs)
    if len(parameters) != total:
        message = f"{len(parameters)} parameters were given, but the design matrices have {total} columns"
        raise AnalysisError(Problem("shapes_differ", message, hint="use the matrices of the fit"))
    found, begin = [], 0
    for d in designs:
        found.append(d @ parameters[begin : begin + d.shape[1]])
        begin += d.shape[1]
    if offset is not None:
        found[0] = found[0] + offset
    return found


def _merit(optimum: Optimum) -> float:
    return optimum.point.value


def _information(second: Second, designs: tuple[Floats, ...], w: Floats) -> Floats:
    ends = np.cumsum([0, *(d.shape[1] for d in designs)])
    found = np.zeros((int(ends[-1]), int(ends[-1])))
    for j, row in enumerate(second):
        for k, curvature in enumerate(row):
            if curvature is None:
                continue
            block = -weighted_cross(designs[j], w * curvature, designs[k])
            found[ends[j] : ends[j + 1], ends[k] : ends[k + 1]] = block
            if j != k:
                found[ends[k] : ends[k + 1], ends[j] : ends[j + 1]] = block.T
    return found
