"""What would change if a fixed parameter were free, or an equality were given up: score tests."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from osa_survey.psychometrics.confirmatory.conventions import Parameter
from osa_survey.psychometrics.confirmatory.fits import FactorFit, criterion_of, moment_weights
from osa_survey.psychometrics.confirmatory.inference import inverse
from osa_survey.psychometrics.confirmatory.parameter_tables import ParameterTable
from osa_survey.psychometrics.confirmatory.preparation import ORDINAL
from osa_survey.psychometrics.confirmatory.structures import structures

Floats = NDArray[np.float64]
SMALLEST_CURVATURE = 1e-5


@dataclass(frozen=True)
class Release:
    """One parameter that could be freed.

    Attributes
    ----------
    lhs, op, rhs : str
        The parameter.
    group : int
        Its group.
    index : float
        The modification index: the expected fall of chi-squared; NaN where it cannot be told.
    change : float
        The expected parameter change.
    """

    lhs: str
    op: str
    rhs: str
    group: int
    index: float
    change: float


def modification_indices(fit: FactorFit) -> tuple[Release, ...]:
    """Return the modification indices of loadings, covariances and residual covariances that are not in the model.

    Notes
    -----
    ``MI = N g^2 / V`` and ``EPC = -g / V`` with g the gradient of half the discrepancy by the added parameter and V its
    expected information given the free parameters.

    References
    ----------
    Sörbom, D. (1989). Model modification. Psychometrika, 54(3), 371-384. doi:10.1007/BF02294623
    """
    table = fit.table
    there = {(row.lhs, row.op, row.rhs, row.group) for row in table.rows}
    there |= {(row.rhs, row.op, row.lhs, row.group) for row in table.rows if row.op == "~~"}
    higher = {row.rhs for row in table.rows if row.op in ("=~",) and row.rhs in table.latent}
    pairs = [
        (a, "~~", b) for names in (table.observed, table.latent) for i, a in enumerate(names) for b in names[i + 1 :]
    ]
    wanted = [(factor, "=~", item) for factor in table.latent for item in table.observed]
    wanted += [pair for pair in pairs if pair[0] not in higher or pair[2] not in higher or pair[0] in table.observed]
    added = [
        Parameter(*key, group, table.n_free + index, np.nan, "")
        for index, (key, group) in enumerate(
            (key, group) for group in range(table.n_groups) for key in wanted if (*key, group) not in there
        )
    ]
    if not added:
        return ()
    rows = tuple(sorted((*table.rows, *added), key=lambda row: row.group))
    extended = replace(table, rows=rows, n_free=table.n_free + len(added))
    gradient, information = _evaluated(fit, extended, np.concatenate([fit.minimum.parameters, np.zeros(len(added))]))
    return _tests(fit, added, gradient, information)


def equality_releases(fit: FactorFit) -> tuple[Release, ...]:
    """Return for each parameter that groups (or waves) share what giving up the equality in one of them would bring."""
    table = fit.table
    seen: set[int] = set()
    rows: list[Parameter] = []
    added: list[Parameter] = []
    back: list[int] = []
    for row in table.rows:
        if row.position in seen:
            free = replace(row, position=table.n_free + len(added))
            added.append(free)
            back.append(row.position)
            rows.append(free)
        else:
            rows.append(row)
        if row.position >= 0:
            seen.add(row.position)
    if not added:
        return ()
    extended = replace(table, rows=tuple(rows), n_free=table.n_free + len(added))
    parameters = np.concatenate([fit.minimum.parameters, fit.minimum.parameters[back]])
    gradient, information = _evaluated(fit, extended, parameters)
    # separate values = shared value + difference
    change = np.eye(extended.n_free)
    change[table.n_free + np.arange(len(added)), back] = 1.0
    return _tests(fit, added, change.T @ gradient, change.T @ information @ change)


def _evaluated(fit: FactorFit, table: ParameterTable, parameters: Floats) -> tuple[Floats, Floats]:
    found = structures(table)
    weights = tuple(moment_weights(sample, fit.estimator) for sample in fit.samples) if fit.estimator in ORDINAL else ()
    here = criterion_of(found, fit.samples, fit.estimator, weights).evaluate(parameters)
    return here.gradient, here.information


def _tests(fit: FactorFit, added: list[Parameter], gradient: Floats, information: Floats) -> tuple[Release, ...]:
    q = fit.table.n_free
    bread = inverse(information[:q, :q])
    cross = information[q:, :q]
    curvature = np.diag(information)[q:].copy()
    curvature = np.full(len(added), np.nan) if bread is None else curvature - ((cross @ bread) * cross).sum(axis=1)
    curvature[curvature < SMALLEST_CURVATURE] = np.nan
    slope, n = gradient[q:], fit.n
    # Least squares: the criterion's shares count one respondent less, so n itself multiplies.
    return tuple(
        Release(row.lhs, row.op, row.rhs, row.group, float(n * g**2 / v), float(-g / v))
        for row, g, v in zip(added, slope, curvature, strict=True)
    )


def fixed_releases(fit: FactorFit, kind: str, later: Collection[str] = ()) -> tuple[Release, ...]:
    """Return what freeing fixed intercepts or residual variances of the groups after the first would bring.

    Parameters
    ----------
    fit : FactorFit
        A model of several groups or waves.
    kind : {"intercepts", "residuals"}
        Which parameters.
    later : collection of str
        Items whose parameters are freed in the first group too: those of later waves.
    """
    table = fit.table
    rows: list[Parameter] = []
    added: list[Parameter] = []
    for row in table.rows:
        wanted = row.op == "~1" if kind == "intercepts" else row.op == "~~" and row.lhs == row.rhs
        beyond = row.group > 0 or row.lhs in later
        if wanted and row.position < 0 and beyond and row.lhs in table.observed:
            free = replace(row, position=table.n_free + len(added))
            added.append(free)
            rows.append(free)
        else:
            rows.append(row)
    if not added:
        return ()
    extended = replace(table, rows=tuple(rows), n_free=table.n_free + len(added))
    parameters = np.concatenate([fit.minimum.parameters, np.array([row.value for row in added])])
    gradient, information = _evaluated(fit, extended, parameters)
    return _tests(fit, added, gradient, information)
