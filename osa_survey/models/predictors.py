"""Likelihoods of a few linear predictors: one place turns derivatives by predictors into those by parameters."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from osa_survey.errors import AnalysisError, Problem
from osa_survey.models.batches import ManyFits, one_by_one
from osa_survey.models.cross_products import weighted_cross
from osa_survey.models.fits import Fit, Floats
from osa_survey.models.inputs import Inputs, check_columns, checked
from osa_survey.models.newton import MOST_STEPS, Optimum, Point, maximise
from osa_survey.models.separation import recession

MANY_STEPS = 12
"""Newton needs fewer steps to a finite maximum; to an infinite one it goes about one unit of a predictor a step."""
WIDE = 30.0
"""A standard error that moves a predictor by this much (root mean square) asks for the exact check."""
PART = 0.01
"""A parameter with less than this share of the largest weight in such a direction takes no part in it."""

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
            warnings=warnings,
        )
        return with_note_on_convergence(self._without_maximum(self.finished(fit, inputs), inputs, designs))

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
        self, y: Floats, X: Floats, weights_matrix: Floats, *, start: Floats | None = None, offset: Floats | None = None
    ) -> ManyFits:
        """Return the fits under each column of weights, one after the other.

        Parameters
        ----------
        y, X, offset : ndarray of float
            As in `fit`.
        weights_matrix : ndarray of float, shape (respondents, fits)
            Weights, for example of replicates or counts of a bootstrap.
        start : ndarray of float, shape (parameters,), optional
            The estimates under the full weights save two or three steps.
        """
        return one_by_one(self, y, X, weights_matrix, start, offset=offset)

    def _without_maximum(self, fit: Fit, inputs: Inputs, designs: tuple[Floats, ...]) -> Fit:
        """Return the fit with a warning if some parameters have no finite estimate."""
        if fit.separated:
            return fit
        flat = _flat_parameters(fit, designs, inputs.weights)
        if fit.converged and fit.iterations <= MANY_STEPS and not flat:
            return fit
        rows = self.rows_without_maximum(inputs)
        if rows is not None:
            return without_maximum(fit, recession(rows))
        lost = np.zeros(len(fit.parameters), dtype=bool)
        lost[[position for position in flat if position not in fit.at_bound]] = True
        return without_maximum(fit, lost)


def without_maximum(fit: Fit, lost: NDArray[np.bool_]) -> Fit:
    """Return the fit with a warning if some parameters have no finite estimate."""
    positions = tuple(map(int, np.flatnonzero(lost)))
    if not positions:
        return fit
    named = ", ".join(map(str, positions))
    message = f"separation: no finite estimate of parameters {named} (counted from 0)"
    return replace(fit, warnings=(*fit.warnings, message), separated=positions, converged=False)


def with_note_on_convergence(fit: Fit) -> Fit:
    """Return the fit with a warning if it did not converge and no other warning says why."""
    if fit.converged or any(note.startswith(("separation", "bound")) for note in fit.warnings):
        return fit
    message = f"not converged: no maximum was reached in {fit.iterations} steps"
    return replace(fit, warnings=(*fit.warnings, message))


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


def flat_directions(information: Floats, design: Floats, w: Floats) -> Floats:
    """Return directions of the coefficients about which the data say next to nothing, shape (coefficients, directions).

    A direction γ counts if the standard error of xγ, with x'γ of mean square one, exceeds `WIDE` (weights of mean one).
    """
    share = w / w.sum()
    cross = weighted_cross(design, share)
    size = np.sqrt(np.diag(cross))
    half = np.linalg.inv(np.linalg.cholesky(cross / np.outer(size, size))) / size
    roots, vectors = np.linalg.eigh(half @ information @ half.T / w.mean())
    return np.asarray((half.T @ vectors[:, roots * WIDE**2 < 1.0]) * size[:, None])


def _flat_parameters(fit: Fit, designs: tuple[Floats, ...], w: Floats) -> list[int]:
    """Return positions of parameters with a part in a direction about which the data say next to nothing."""
    begin, found = 0, []
    for j, d in enumerate(designs):
        block = slice(begin, begin + d.shape[1])
        if j == 0 or d.shape[1] > 1:  # others are constants such as log α
            directions = flat_directions(fit.information[block, block], d, w)
            part = np.abs(directions).max(axis=1, initial=0.0)
            found += [begin + int(position) for position in np.flatnonzero(part > PART * part.max(initial=0.0))]
        begin += d.shape[1]
    return found
