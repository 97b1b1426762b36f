"""Ordinal regression: cumulative logit and probit models with parallel lines."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray
from scipy.special import logit, ndtri

from osa_survey.errors import AnalysisError, Problem
from osa_survey.models.cross_products import weighted_cross
from osa_survey.models.cumulative_links import DENSITY, ENDS, SHARE, Ends, Link
from osa_survey.models.fits import Fit, Floats, ManyFits
from osa_survey.models.inputs import Inputs, all_rows, check_categories, check_columns, checked
from osa_survey.models.newton import Point, maximise
from osa_survey.models.replicates import one_by_one
from osa_survey.models.separation import recession
from osa_survey.models.unreachable_maxima import (
    MANY_STEPS,
    flat_directions,
    with_note_on_convergence,
    without_maximum,
)


@dataclass(frozen=True)
class Ordinal:
    """Ordered categories 0 … k − 1 with P(Y ≤ j) = F(τⱼ − x'β).

    X has the intercept first, as everywhere; the thresholds take its place and its column is dropped. Parameters are β
    (larger: higher categories), then the k − 1 thresholds, which increase strictly.

    Parameters
    ----------
    k : int
        How many categories.

    References
    ----------
    McCullagh, P. (1980). Regression models for ordinal data. Journal of the Royal Statistical Society B, 42, 109–142.
    doi:10.1111/j.2517-6161.1980.tb01109.x
    """

    k: int
    link: Link = field(init=False)
    name: ClassVar[str] = "ordinal"

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
        """Return the maximum of Σ wᵢℓᵢ; see `PredictorFamily.fit`.

        y holds categories numbered from 0, none of them empty; Z and an offset are refused.
        """
        inputs = checked(y, X, weights, Z, offset, family=self.name, takes_offset=False)
        used, inputs = inputs.used, inputs.with_weight()
        warnings = check_categories(inputs.y, inputs.weights, self.k, self.name)
        if (inputs.X[:, 0] != 1.0).any():
            message = "the first column of the design matrix is not the intercept"
            raise AnalysisError(Problem("no_intercept", message, hint="put a column of ones first"))
        check_columns(inputs.X, inputs.weights)
        order = np.argsort(inputs.y, kind="stable")
        rows, w = np.ascontiguousarray(inputs.X[order, 1:]), inputs.weights[order]
        bounds = np.concatenate([[0], np.cumsum(np.bincount(inputs.y.astype(np.intp), minlength=self.k))])
        best = maximise(
            lambda parameters: self._point(parameters, rows, w, bounds),
            self._start(inputs) if start is None else np.asarray(start, dtype=np.float64),
            float(w.mean()),
        )
        q = rows.shape[1]
        with np.errstate(all="ignore"):
            ends = self._ends(best.parameters, inputs.X[:, 1:], inputs.y.astype(np.intp))
        fit = Fit(
            family=self,
            parameters=best.parameters,
            names=tuple(f"threshold {j}|{j + 1}" for j in range(1, self.k)),
            n_coefficients=q,
            log_likelihood=best.point.value,
            scores=_scores(ends, inputs.X[:, 1:], inputs.y.astype(np.intp), self.k),
            information=best.point.information,
            converged=best.converged,
            iterations=best.iterations,
            weight_sum=float(w.sum()),
            n_used=int(inputs.used.sum()),
            warnings=warnings,
        )
        if not fit.converged or fit.iterations > MANY_STEPS or _too_wide(fit, inputs):
            fit = without_maximum(fit, recession(self._rows_without_maximum(inputs)))
        return all_rows(with_note_on_convergence(fit), used)

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
        """Return the fits under each column of weights, one after the other; see `replicates.one_by_one`."""
        return one_by_one(self, y, X, weights_matrix, start, Z=Z, offset=offset)

    def expected(self, parameters: Floats, X: Floats, Z: Floats | None = None, offset: Floats | None = None) -> Floats:
        """Return the probability of each category, shape (respondents, categories)."""
        shares = SHARE[self.link](self._distances(parameters, X))
        return np.diff(shares, axis=1, prepend=0.0, append=1.0)

    def mean_expected(
        self, parameters: Floats, X: Floats, w: Floats, Z: Floats | None = None, offset: Floats | None = None
    ) -> tuple[Floats, Floats]:
        """Return the weighted mean probabilities, shape (K,), and their derivatives, shape (K, parameters)."""
        share = w / w.sum()
        distances = self._distances(parameters, X)
        below = share @ SHARE[self.link](distances)
        density = share[:, None] * DENSITY[self.link](distances)
        by_threshold = np.diag(density.sum(axis=0))
        cumulative = np.hstack([-(density.T @ X[:, 1:]), by_threshold])
        edge = np.zeros((1, cumulative.shape[1]))
        return np.diff(below, prepend=0.0, append=1.0), np.diff(np.vstack([edge, cumulative, edge]), axis=0)

    def log_likelihood_of(
        self, parameters: Floats, y: Floats, X: Floats, Z: Floats | None = None, offset: Floats | None = None
    ) -> Floats:
        """Return ℓᵢ, shape (respondents,)."""
        with np.errstate(over="ignore"):  # the outer ends are infinite
            return self._ends(parameters, X[:, 1:], np.asarray(y).astype(np.intp)).value

    def _distances(self, parameters: Floats, X: Floats) -> Floats:
        """Return τⱼ − x'β, shape (respondents, thresholds)."""
        q = X.shape[1] - 1
        return np.asarray(parameters[q:] - (X[:, 1:] @ parameters[:q])[:, None])

    def _ends(self, parameters: Floats, rows: Floats, y: NDArray[np.intp]) -> Ends:
        q = rows.shape[1]
        eta = rows @ parameters[:q]
        edges = np.concatenate([[-np.inf], parameters[q:], [np.inf]])
        return ENDS[self.link](edges[y + 1] - eta, edges[y] - eta)

    def _point(self, parameters: Floats, rows: Floats, w: Floats, bounds: NDArray[np.intp]) -> Point | None:
        """Return value, gradient and information; rows are sorted by category, `bounds` says where each begins."""
        q, k = rows.shape[1], self.k
        edges = np.concatenate([[-np.inf], parameters[q:], [np.inf]])
        if not (np.diff(edges) > 0).all():
            return None
        eta = rows @ parameters[:q]
        counts = np.diff(bounds)
        ends = ENDS[self.link](np.repeat(edges[1:], counts) - eta, np.repeat(edges[:-1], counts) - eta)
        value = float(w @ ends.value)
        if not np.isfinite(value):
            return None
        upper, lower = w * ends.upper, w * ends.lower
        by_upper = w * (ends.upper_upper + ends.upper_lower)
        by_lower = w * (ends.lower_lower + ends.upper_lower)

        def by_category(values: Floats) -> Floats:
            return np.asarray(np.add.reduceat(values, bounds[:-1]))

        gradient = np.concatenate([
            -(rows.T @ (upper + lower)),
            by_category(upper)[:-1] + by_category(lower)[1:],
        ])  # fmt: skip
        information = np.zeros((q + k - 1, q + k - 1))
        information[:q, :q] = -weighted_cross(rows, by_upper + by_lower)
        for j in range(k - 1):
            own, above = slice(bounds[j], bounds[j + 1]), slice(bounds[j + 1], bounds[j + 2])
            information[:q, q + j] = rows[own].T @ by_upper[own] + rows[above].T @ by_lower[above]
        information[q:, :q] = information[:q, q:].T
        inner = np.arange(q, q + k - 1)
        information[inner, inner] = -by_category(w * ends.upper_upper)[:-1] - by_category(w * ends.lower_lower)[1:]
        beside = -by_category(w * ends.upper_lower)[1:-1]
        information[inner[1:], inner[:-1]] = information[inner[:-1], inner[1:]] = beside
        return Point(value, gradient, information)

    def _start(self, inputs: Inputs) -> Floats:
        """Return slopes of zero and the thresholds of the shares."""
        shares = np.bincount(inputs.y.astype(np.intp), inputs.weights, minlength=self.k) / inputs.weights.sum()
        quantile = logit if self.link == "logit" else ndtri
        return np.concatenate([np.zeros(inputs.X.shape[1] - 1), quantile(np.cumsum(shares)[:-1])])

    def _rows_without_maximum(self, inputs: Inputs) -> Floats:
        """Return rows by which no upper end may fall and no lower end rise."""
        rows, y = inputs.X[inputs.used, 1:], inputs.y[inputs.used].astype(np.intp)
        unit = np.eye(self.k - 1)
        up, down = y < self.k - 1, y > 0
        return np.concatenate([np.hstack([-rows[up], unit[y[up]]]), np.hstack([rows[down], -unit[y[down] - 1]])])


@dataclass(frozen=True)
class OrdinalLogit(Ordinal):
    """Proportional odds: F is the logistic distribution; see `Ordinal`."""

    link: Link = field(init=False, default="logit")
    name: ClassVar[str] = "ordinal logit"


@dataclass(frozen=True)
class OrdinalProbit(Ordinal):
    """F is the normal distribution; see `Ordinal`."""

    link: Link = field(init=False, default="probit")
    name: ClassVar[str] = "ordinal probit"


def _scores(ends: Ends, rows: Floats, y: NDArray[np.intp], k: int) -> Floats:
    q, n = rows.shape[1], len(y)
    found = np.zeros((n, q + k + 1))
    np.multiply(rows, -(ends.upper + ends.lower)[:, None], out=found[:, :q])
    position = np.arange(n)
    found[position, q + y] = ends.lower  # the first and the last of these columns belong to the infinite ends
    found[position, q + y + 1] = ends.upper
    return np.delete(found, [q, q + k], axis=1)


def _too_wide(fit: Fit, inputs: Inputs) -> bool:
    """Tell whether the data say so little about some direction of the slopes that the maximum may be far away."""
    q = fit.n_coefficients
    if not q:
        return False
    slopes, mixed = fit.information[:q, :q], fit.information[:q, q:]
    profiled = slopes - mixed @ np.linalg.lstsq(fit.information[q:, q:], mixed.T, rcond=None)[0]
    share = inputs.weights / inputs.weights.sum()
    centred = inputs.X[:, 1:] - share @ inputs.X[:, 1:]
    return bool(flat_directions(profiled, centred, inputs.weights).size)
