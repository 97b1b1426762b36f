"""Polychoric correlations with the thresholds of both items estimated along, all pairs at once, from cross tables."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from osa_survey.psychometrics.ordinal.bivariate_normals import FAR
from osa_survey.psychometrics.ordinal.cell_probabilities import cell_shapes
from osa_survey.psychometrics.ordinal.chosen_categories import packed, unpacked
from osa_survey.psychometrics.ordinal.influences import threshold_slopes
from osa_survey.psychometrics.ordinal.ordered_answers import thresholds
from osa_survey.psychometrics.ordinal.polychoric_records import PolychoricMatrix
from osa_survey.psychometrics.ordinal.polychorics import BOUND, square_of, starting_correlations, two_by_two

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

STEPS = 200
CLOSE = 1e-8
"""Length of a step, in standard errors, below which the search ends."""
ROUNDING = 1e-13
"""A fall of the log-likelihood by this share of it is rounding."""
LONGEST = 1.0
"""Longest step of the correlation on Fisher's z scale."""
HALVINGS = 30
DIFFERENCE = 1e-4
"""Step of the differences of gradients that give the observed information."""


@dataclass(frozen=True, repr=False)
class FullPolychorics:
    """Polychoric correlations of pairs, each with thresholds of its own.

    Attributes
    ----------
    rho, std_errors : ndarray of float, shape (pairs,)
        Correlations; NaN without a respondent who answered both, or with an item of fewer than two answers. Standard
        errors come from the observed information; NaN at a perfect correlation.
    first_thresholds, second_thresholds : ndarray of float, shape (pairs, categories - 1)
        Thresholds of the two items, NaN where an item has no such category among the pair's respondents.
    first_errors, second_errors : ndarray of float, shape (pairs, categories - 1)
        Their standard errors.
    chi_squared : ndarray of float, shape (pairs,)
        The likelihood-ratio test of the normal surface against the table; NaN without degrees of freedom.
    df : ndarray of int, shape (pairs,)
        Its degrees of freedom.
    perfect, converged : ndarray of bool, shape (pairs,)
        Whether the correlation lies at the bound, and whether the search ended.
    """

    rho: Floats
    std_errors: Floats
    first_thresholds: Floats
    second_thresholds: Floats
    first_errors: Floats
    second_errors: Floats
    chi_squared: Floats
    df: NDArray[np.int64]
    perfect: Flags
    converged: Flags


@dataclass(repr=False)
class _Search:
    """Tables without empty margins, and the parameters: Fisher's z of the correlation, then both items' thresholds."""

    tables: Floats
    parameters: Floats
    free: Flags

    @property
    def edges(self) -> int:
        return int(self.tables.shape[-1]) - 1

    def place(self, parameters: Floats) -> tuple[Floats, Floats, Floats]:
        """Return thresholds and correlation of a stack of parameters."""
        e = self.edges
        return parameters[:, 1 : 1 + e], parameters[:, 1 + e :], np.tanh(parameters[:, 0])

    def value(self, parameters: Floats, which: NDArray[np.int64]) -> Floats:
        """Return the log-likelihood; minus infinity where thresholds are out of order."""
        first, second, _ = self.place(parameters)
        low = np.minimum(
            np.diff(first, axis=1, prepend=-np.inf).min(axis=1), np.diff(second, axis=1, prepend=-np.inf).min(axis=1)
        )
        ordered = (low >= 0) & np.isfinite(parameters).all(axis=1)
        safe = np.where(ordered[:, None], parameters, self.parameters[which])
        probability = cell_shapes(*self.place(safe)).probability
        found = (self.tables[which] * np.log(probability)).sum(axis=(1, 2))
        return np.where(ordered, found, -np.inf)

    def slopes(self, parameters: Floats, which: NDArray[np.int64]) -> tuple[Floats, Floats]:
        """Return the gradient of the log-likelihood and the expected information."""
        first, second, rho = self.place(parameters)
        shapes = cell_shapes(first, second, rho)
        pairs, width, e = len(rho), self.edges + 1, self.edges
        jacobian = np.zeros((pairs, 1 + 2 * e, width, width))
        jacobian[:, 0] = shapes.slope * (1.0 - rho * rho)[:, None, None]
        by_row, by_column = threshold_slopes(first, second, rho), threshold_slopes(second, first, rho)
        for edge in range(e):
            jacobian[:, 1 + edge, edge, :] = by_row[:, edge]
            jacobian[:, 1 + edge, edge + 1, :] = -by_row[:, edge]
            jacobian[:, 1 + e + edge, :, edge] = by_column[:, edge]
            jacobian[:, 1 + e + edge, :, edge + 1] = -by_column[:, edge]
        flat = jacobian.reshape(pairs, 1 + 2 * e, -1)
        weight = (1.0 / shapes.probability).reshape(pairs, -1)
        tables = self.tables[which].reshape(pairs, -1)
        gradient = np.einsum("pqc,pc->pq", flat, tables * weight)
        information = (flat * (weight * tables.sum(axis=1, keepdims=True))[:, None, :]) @ flat.swapaxes(1, 2)
        fixed = ~self.free[which]
        gradient[fixed] = 0.0
        at = np.arange(1 + 2 * e)
        information[:, at, at] += fixed
        return gradient, information


def full_polychorics(tables: Floats) -> FullPolychorics:
    """Return maximum likelihood estimates of polychoric correlations, each with the thresholds of both items.

    Parameters
    ----------
    tables : ndarray of float, shape (pairs, categories, categories)
        Cross tables, padded with zeros.

    Returns
    -------
    FullPolychorics
        Estimates, standard errors and tests.

    Notes
    -----
    Fisher scoring on Fisher's z of the correlation and the thresholds, all pairs together, each step halved until
    ``sum n_ab log p_ab`` rises. A category that none of the pair's respondents chose has no threshold. A two by two
    table with exactly one empty cell takes half a respondent from each neighbour, as in `polychoric_matrix`.

    References
    ----------
    Olsson, U. (1979). Maximum likelihood estimation of the polychoric correlation coefficient. Psychometrika, 44(4),
    443-460. doi:10.1007/BF02296207

    Examples
    --------
    >>> found = full_polychorics(np.array([[[40.0, 20.0], [20.0, 40.0]]]))
    >>> float(found.rho[0].round(4)), (found.first_thresholds.round(4) + 0.0).tolist()
    (0.5, [[0.0]])
    """
    pairs, width, _ = tables.shape
    rows, columns = tables.sum(axis=2) > 0, tables.sum(axis=1) > 0
    chosen = packed(tables, rows, columns)
    sizes = rows.sum(axis=1), columns.sum(axis=1)
    adjusted, known = two_by_two(chosen, *sizes)
    usable = (sizes[0] > 1) & (sizes[1] > 1)
    solvable = usable & np.isnan(known)
    search = _start(adjusted[solvable], (sizes[0][solvable], sizes[1][solvable]))
    converged = _climb(search)
    first, second, rho_found = search.place(search.parameters)
    perfect_found = np.abs(rho_found) >= BOUND
    errors = _errors(search, converged & ~perfect_found)
    e = width - 1
    rho = np.where(usable, known, np.nan)
    rho[solvable] = np.where(perfect_found, np.sign(rho_found) * BOUND, rho_found)
    whole = np.full((pairs, 1 + 2 * e), np.nan)
    whole[solvable] = np.hstack([rho[solvable, None], first, second])
    spread = np.full((pairs, 1 + 2 * e), np.nan)
    spread[solvable] = errors
    free = np.zeros((pairs, 1 + 2 * e), dtype=bool)
    free[solvable] = search.free
    whole, spread = np.where(free, whole, np.nan), np.where(free, spread, np.nan)
    df = (sizes[0] - 1) * (sizes[1] - 1) - 1
    chi_squared = np.full(pairs, np.nan)
    probability = cell_shapes(first, second, rho_found).probability
    chi_squared[solvable] = np.where(perfect_found, np.nan, deviances(adjusted[solvable], probability))
    done = usable.copy()
    done[solvable] = converged
    return FullPolychorics(
        rho=rho,
        std_errors=spread[:, 0],
        first_thresholds=unpacked(whole[:, 1 : 1 + e], rows),
        second_thresholds=unpacked(whole[:, 1 + e :], columns),
        first_errors=unpacked(spread[:, 1 : 1 + e], rows),
        second_errors=unpacked(spread[:, 1 + e :], columns),
        chi_squared=np.where(df > 0, chi_squared, np.nan),
        df=df,
        perfect=usable & (np.abs(rho) >= BOUND),
        converged=done,
    )


def with_full_estimates(found: PolychoricMatrix, full: FullPolychorics) -> PolychoricMatrix:
    """Return the matrix with correlations and standard errors of full maximum likelihood; thresholds are the margins'.

    Parameters
    ----------
    found : PolychoricMatrix
        By two steps.
    full : FullPolychorics
        Of its pairs.
    """
    k = len(found.sizes)
    return replace(
        found,
        correlations=square_of(full.rho, k, 1.0),
        std_errors=square_of(full.std_errors, k, 0.0),
        perfect=square_of(full.perfect, k, False),
        converged=square_of(full.converged, k, True),
        pairs=replace(found.pairs, rho=full.rho, converged=full.converged),
    )


def deviances(tables: Floats, probability: Floats) -> Floats:
    """Return ``2 sum n log(n / (N p))`` of each table."""
    n = tables.sum(axis=(-2, -1), keepdims=True)
    ratio = np.where(tables > 0, tables / (np.maximum(n, 1.0) * probability), 1.0)
    return np.asarray(2.0 * (tables * np.log(ratio)).sum(axis=(-2, -1)))


def _start(tables: Floats, sizes: tuple[NDArray[np.int64], NDArray[np.int64]]) -> _Search:
    """Return the parameters of margins and category numbers."""
    pairs, width, _ = tables.shape
    e = width - 1
    parameters = np.full((pairs, 1 + 2 * e), FAR)
    parameters[:, 0] = np.arctanh(starting_correlations(tables))
    free = np.ones((pairs, 1 + 2 * e), dtype=bool)
    for at, (own, axis) in enumerate(zip(sizes, (2, 1), strict=True)):
        margins = tables.sum(axis=axis)
        inside = np.arange(e) < (own - 1)[:, None]
        for pair, size in enumerate(own):
            parameters[pair, 1 + at * e : at * e + size] = thresholds(margins[pair, :size])
        free[:, 1 + at * e : 1 + (at + 1) * e] = inside
    return _Search(tables, parameters, free)


def _climb(search: _Search) -> Flags:
    """Move the parameters to the maximum and return which pairs got there."""
    still = np.arange(len(search.tables))
    value = search.value(search.parameters, still)
    converged = np.zeros(len(still), dtype=bool)
    limit = float(np.arctanh(BOUND))
    for _ in range(STEPS):
        if not len(still):
            break
        here = search.parameters[still]
        gradient, information = search.slopes(here, still)
        step = np.linalg.solve(information, gradient[:, :, None])[:, :, 0]
        ended = (gradient * step).sum(axis=1) < CLOSE**2
        at_bound = (np.abs(here[:, 0]) >= limit) & (np.sign(here[:, 0]) == np.sign(gradient[:, 0]))
        converged[still[ended | at_bound]] = True
        length = np.minimum(1.0, LONGEST / np.maximum(np.abs(step[:, 0]), 1e-300))
        waiting = ~(ended | at_bound)
        for _ in range(HALVINGS):
            at = np.flatnonzero(waiting)
            if not len(at):
                break
            trial = here[at] + length[at, None] * step[at]
            trial[:, 0] = np.clip(trial[:, 0], -limit, limit)
            found = search.value(trial, still[at])
            better = found >= value[still[at]] - ROUNDING * np.abs(value[still[at]])
            took = at[better]
            search.parameters[still[took]], value[still[took]] = trial[better], found[better]
            waiting[took] = False
            length[at[~better]] /= 2.0
        still = still[~(ended | at_bound | waiting)]
    return converged


def _errors(search: _Search, known: Flags) -> Floats:
    """Return standard errors by the observed information: of the correlation itself, then of the thresholds."""
    which = np.flatnonzero(known)
    here = search.parameters[which]
    q = here.shape[1]
    errors = np.full(search.parameters.shape, np.nan)
    if not len(which):
        return errors
    information = np.empty((len(which), q, q))
    for at in range(q):
        shift = np.zeros(q)
        shift[at] = DIFFERENCE
        up, down = (search.slopes(here + sign * shift, which)[0] for sign in (1.0, -1.0))
        information[:, at] = (down - up) / (2.0 * DIFFERENCE)
    free = search.free[which]
    information *= free[:, :, None] & free[:, None, :]
    diagonal = np.arange(q)
    information[:, diagonal, diagonal] += ~free
    information = (information + information.swapaxes(1, 2)) / 2.0
    proper = np.linalg.eigvalsh(information)[:, 0] > 0
    variance = np.full((len(which), q), np.nan)
    variance[proper] = np.diagonal(np.linalg.inv(information[proper]), axis1=1, axis2=2)
    errors[which] = np.sqrt(variance)
    errors[which, 0] *= 1.0 - np.tanh(here[:, 0]) ** 2
    return errors
