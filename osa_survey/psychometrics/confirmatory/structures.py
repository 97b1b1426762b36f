"""Model matrices: what a model implies for means, covariances, thresholds and correlations, with derivatives."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from osa_survey.psychometrics.confirmatory.conventions import Parameter
from osa_survey.psychometrics.confirmatory.parameter_tables import ParameterTable
from osa_survey.psychometrics.confirmatory.samples import inverted

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

LOADING, REGRESSION, FACTOR, RESIDUAL, INTERCEPT, FACTOR_MEAN, THRESHOLD, SCALE = range(8)


@dataclass(frozen=True, repr=False)
class Matrices:
    """The matrices of one group at given parameters.

    ``y* = nu + Lambda eta + eps``, ``eta = alpha + B eta + zeta``, ``Sigma = Lambda E Lambda' + Theta`` with
    ``A = (I - B)^-1`` and ``E = A Psi A'``; ``reach = Lambda A``.
    """

    loadings: Floats
    regressions: Floats
    factors: Floats
    residuals: Floats
    intercepts: Floats
    factor_means: Floats
    thresholds: Floats
    scales: Floats
    inverse: Floats
    factor_covariance: Floats
    reach: Floats
    covariance: Floats
    means: Floats


@dataclass(frozen=True, repr=False)
class Structure:
    """Where the parameters of one group stand in its matrices.

    Attributes
    ----------
    kinds, rows, columns : ndarray of int, shape (entries,)
        Matrix and place of each parameter; an ordered pair for (co)variances.
    positions : ndarray of int, shape (entries,)
        Place among the free parameters, -1 = fixed.
    values : ndarray of float, shape (entries,)
        Values of fixed entries.
    n_observed, n_latent, n_free : int
        Sizes.
    threshold_items : ndarray of int, shape (thresholds,)
        The item of each threshold.
    ordered : bool
        Whether the moments are thresholds and correlations.
    theta : bool
        Whether residual variances, not total variances, set the scale of ordinal items.
    means : bool
        Whether means are among the moments of continuous items.
    """

    kinds: Ints
    rows: Ints
    columns: Ints
    positions: Ints
    values: Floats
    n_observed: int
    n_latent: int
    n_free: int
    threshold_items: Ints
    ordered: bool
    theta: bool
    means: bool

    @cached_property
    def free_entries(self) -> Ints:
        """The numbers of the entries that are free."""
        return np.flatnonzero(self.positions >= 0)

    @cached_property
    def by_kind(self) -> tuple[tuple[Ints, Ints, Ints], ...]:
        """For each matrix its entries, their rows and columns."""
        found = [np.flatnonzero(self.kinds == kind) for kind in range(SCALE + 1)]
        return tuple((entries, self.rows[entries], self.columns[entries]) for entries in found)

    @cached_property
    def gathering(self) -> Floats | None:
        """The matrix that adds up entries of one free parameter; None where entries are the parameters, in order."""
        positions = self.positions[self.free_entries]
        if len(positions) == self.n_free and (positions == np.arange(self.n_free)).all():
            return None
        matrix = np.zeros((self.n_free, len(positions)))
        matrix[positions, np.arange(len(positions))] = 1.0
        return matrix

    def entry_values(self, parameters: Floats) -> Floats:
        """Return the value of every entry."""
        if not len(parameters):
            return self.values.copy()
        return np.where(self.positions >= 0, parameters[self.positions], self.values)

    def matrices(self, parameters: Floats) -> Matrices:
        """Return the matrices at free parameters."""
        values = self.entry_values(parameters)
        p, m = self.n_observed, self.n_latent

        def filled(kind: int, shape: tuple[int, int], symmetric: bool = False) -> Floats:
            matrix = np.zeros(shape)
            entries, rows, columns = self.by_kind[kind]
            if len(entries):
                matrix[rows, columns] = values[entries]
                if symmetric:
                    matrix[columns, rows] = values[entries]
            return matrix

        loadings = filled(LOADING, (p, m))
        regressions = filled(REGRESSION, (m, m))
        factors = filled(FACTOR, (m, m), symmetric=True)
        residuals = filled(RESIDUAL, (p, p), symmetric=True)
        intercepts = filled(INTERCEPT, (p, 1))[:, 0]
        factor_means = filled(FACTOR_MEAN, (m, 1))[:, 0]
        thresholds = filled(THRESHOLD, (len(self.threshold_items), 1))[:, 0]
        scales = filled(SCALE, (p, 1))[:, 0]
        inverse = inverted(np.eye(m) - regressions) if regressions.any() else np.eye(m)
        factor_covariance = inverse @ factors @ inverse.T
        reach = loadings @ inverse
        common = reach @ factors @ reach.T
        if self.ordered and not self.theta:
            np.fill_diagonal(residuals, 1.0 / scales**2 - np.diag(common))
        covariance = common + residuals
        if self.ordered and self.theta:
            with np.errstate(invalid="ignore", divide="ignore"):
                scales = 1.0 / np.sqrt(np.diag(covariance))
        means = intercepts + reach @ factor_means
        return Matrices(
            loadings, regressions, factors, residuals, intercepts, factor_means, thresholds, scales,
            inverse, factor_covariance, reach, covariance, means,
        )  # fmt: skip

    def derivative_pairs(self, matrices: Matrices) -> tuple[Floats, Floats, Floats]:
        """Return vectors with ``dSigma = u v' + v u'`` and ``dmu`` for each free entry."""
        entries = self.free_entries
        p = self.n_observed
        u, v, d_means = np.zeros((len(entries), p)), np.zeros((len(entries), p)), np.zeros((len(entries), p))
        spread = matrices.factor_covariance @ matrices.loadings.T
        eta = matrices.inverse @ matrices.factor_means
        kinds, rows, columns = self.kinds[entries], self.rows[entries], self.columns[entries]
        identity = np.eye(p)
        at = np.flatnonzero(kinds == LOADING)
        u[at], v[at] = identity[rows[at]], spread[columns[at]]
        d_means[at] = identity[rows[at]] * eta[columns[at], None]
        at = np.flatnonzero(kinds == REGRESSION)
        u[at], v[at] = matrices.reach.T[rows[at]], spread[columns[at]]
        d_means[at] = matrices.reach.T[rows[at]] * eta[columns[at], None]
        at = np.flatnonzero(kinds == FACTOR)
        half = np.where(rows[at] == columns[at], 0.5, 1.0)[:, None]
        u[at], v[at] = matrices.reach.T[rows[at]] * half, matrices.reach.T[columns[at]]
        at = np.flatnonzero(kinds == RESIDUAL)
        half = np.where(rows[at] == columns[at], 0.5, 1.0)[:, None]
        u[at], v[at] = identity[rows[at]] * half, identity[columns[at]]
        at = np.flatnonzero(kinds == INTERCEPT)
        d_means[at] = identity[rows[at]]
        at = np.flatnonzero(kinds == FACTOR_MEAN)
        d_means[at] = matrices.reach.T[rows[at]]
        return u, v, d_means

    def gathered(self, by_entry: Floats) -> Floats:
        """Add up rows of free entries that are one free parameter: shape (free, …)."""
        return by_entry if self.gathering is None else np.asarray(self.gathering @ by_entry)

    def moments(self, matrices: Matrices) -> Floats:
        """Return the implied moments: means and lower triangle, or thresholds and correlations below the diagonal.

        Triangles run column by column.
        """
        if not self.ordered:
            rows, columns = lower(self.n_observed)
            sigma = matrices.covariance[rows, columns]
            return np.concatenate([matrices.means, sigma]) if self.means else sigma
        rows, columns = lower(self.n_observed, -1)
        items = self.threshold_items
        thresholds = (matrices.thresholds - matrices.means[items]) * matrices.scales[items]
        correlations = matrices.covariance[rows, columns] * matrices.scales[rows] * matrices.scales[columns]
        return np.concatenate([thresholds, correlations])

    def jacobian(self, matrices: Matrices) -> Floats:
        """Return the derivative of the moments by the free parameters, shape (moments, free)."""
        u, v, d_means = self.derivative_pairs(matrices)
        entries = self.free_entries
        if not self.ordered:
            rows, columns = lower(self.n_observed)
            d_sigma = u[:, rows] * v[:, columns] + v[:, rows] * u[:, columns]
            both = np.hstack([d_means, d_sigma]) if self.means else d_sigma
            return self.gathered(both).T
        rows, columns = lower(self.n_observed, -1)
        items, scales = self.threshold_items, matrices.scales
        d_sigma = u[:, rows] * v[:, columns] + v[:, rows] * u[:, columns]
        d_scales = np.zeros_like(u)
        if self.theta:
            d_scales = -(u * v) * scales**3  # dSigma_ii = 2 u_i v_i; d(s) = -s^3 dSigma_ii / 2
        else:
            at = np.flatnonzero(self.kinds[entries] == SCALE)
            d_scales[at, self.rows[entries][at]] = 1.0
        sigma = matrices.covariance[rows, columns]
        d_correlations = d_sigma * (scales[rows] * scales[columns]) + sigma * (
            d_scales[:, rows] * scales[columns] + d_scales[:, columns] * scales[rows]
        )
        distance = matrices.thresholds - matrices.means[items]
        d_thresholds = -d_means[:, items] * scales[items] + distance * d_scales[:, items]
        at = np.flatnonzero(self.kinds[entries] == THRESHOLD)
        place = self.rows[entries][at]
        d_thresholds[at, place] += scales[items[place]]
        return self.gathered(np.hstack([d_thresholds, d_correlations])).T


def lower(size: int, offset: int = 0) -> tuple[Ints, Ints]:
    """Return rows and columns of the lower triangle, column by column (``offset=-1`` leaves out the diagonal)."""
    columns, rows = np.triu_indices(size, -offset)
    return rows, columns


def structures(table: ParameterTable) -> tuple[Structure, ...]:
    """Return the structure of every group."""
    observed = {name: index for index, name in enumerate(table.observed)}
    latent = {name: index for index, name in enumerate(table.latent)}
    return tuple(
        _structure([row for row in table.rows if row.group == group], table, observed, latent)
        for group in range(table.n_groups)
    )


def _structure(
    rows: list[Parameter], table: ParameterTable, observed: dict[str, int], latent: dict[str, int]
) -> Structure:
    thresholds = [row for row in rows if row.op == "|"]
    thresholds.sort(key=lambda row: (observed[row.lhs], int(row.rhs[1:])))
    number = {(row.lhs, row.rhs): index for index, row in enumerate(thresholds)}
    places = [place_of(row.lhs, row.op, row.rhs, observed, latent, number) for row in rows]
    return Structure(
        kinds=np.array([place[0] for place in places], dtype=np.int64),
        rows=np.array([place[1] for place in places], dtype=np.int64),
        columns=np.array([place[2] for place in places], dtype=np.int64),
        positions=np.array([row.position for row in rows], dtype=np.int64),
        values=np.array([row.value if row.position < 0 else 0.0 for row in rows]),
        n_observed=len(observed),
        n_latent=len(latent),
        n_free=table.n_free,
        threshold_items=np.array([observed[row.lhs] for row in thresholds], dtype=np.int64),
        ordered=table.ordered,
        theta=table.parameterisation == "theta",
        means=table.means,
    )


def place_of(
    lhs: str, op: str, rhs: str, observed: dict[str, int], latent: dict[str, int], number: dict[tuple[str, str], int]
) -> tuple[int, int, int]:
    """Return matrix, row and column of a parameter."""
    if op == "=~":
        return (REGRESSION, latent[rhs], latent[lhs]) if rhs in latent else (LOADING, observed[rhs], latent[lhs])
    if op == "~":
        return REGRESSION, latent[lhs], latent[rhs]
    if op == "~~":
        return (FACTOR, latent[lhs], latent[rhs]) if lhs in latent else (RESIDUAL, observed[lhs], observed[rhs])
    if op == "~1":
        return (FACTOR_MEAN, latent[lhs], 0) if lhs in latent else (INTERCEPT, observed[lhs], 0)
    if op == "|":
        return THRESHOLD, number[lhs, rhs], 0
    return SCALE, observed[lhs], 0
