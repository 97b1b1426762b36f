"""Generalised estimating equations under sampling weights, with what each respondent adds to the solution."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

from osa_survey.errors import AnalysisError, Problem
from osa_survey.models.cross_products import weighted_cross
from osa_survey.models.fits import Floats
from osa_survey.models.grouping import group_sums

MOST_STEPS = 200
SMALL = 1e-10
"""A step below this share of the coefficients (or of one, if they are smaller) ends the search."""
HIGHEST = 0.999
"""A working correlation is kept below this, and above what would make its matrix lose its inverse."""


@dataclass(frozen=True, repr=False)
class WeightedEquations:
    """Solved estimating equations.

    Attributes
    ----------
    coefficients : ndarray, shape (p,)
        Of the columns of X.
    contributions : ndarray, shape (n, p)
        What each row adds to the coefficients at first order, weight included; sums over groups are what counts.
    correlation : float
        Of two people of one group; 0 for independence.
    converged : bool
        Whether the steps became small.
    """

    coefficients: Floats
    contributions: Floats
    correlation: float
    converged: bool


def solve_weighted(
    y: Floats,
    X: Floats,
    groups: NDArray[np.intp],
    weights: Floats,
    *,
    family: str = "linear",
    exchangeable: bool = True,
    correlation: float | None = None,
    start: Floats | None = None,
) -> WeightedEquations:
    """Solve Σ w D'V⁻¹(y − μ) = 0 over groups, with one weight for all rows of a group unless they count as independent.

    Parameters
    ----------
    y : ndarray, shape (n,)
        Outcome.
    X : ndarray, shape (n, p)
        Design matrix, the intercept first.
    groups : ndarray of int, shape (n,)
        The group of each row.
    weights : ndarray, shape (n,)
        Sampling weights; rows of weight 0 take no part.
    family : {"linear", "logit", "poisson"}
        Gaussian, binomial or Poisson with its canonical link.
    exchangeable : bool
        Whether two people of one group have a correlation of their own, or none.
    correlation : float, optional
        The working correlation, where it is not to be estimated.
    start : ndarray, shape (p,), optional
        Coefficients of a similar solution.

    Raises
    ------
    AnalysisError
        ``no_solution`` if the equations give no finite numbers.

    Notes
    -----
    With e = (y − μ) / √v, rows z = √v x and ρ the working correlation, a row of a group of m adds
    w z (e − ρ / (1 + (m − 1)ρ) Σe) / (1 − ρ). ρ is the weighted moment estimate with the corrections of statsmodels,
    with which the solution agrees where all weights are the same.

    References
    ----------
    Liang, K.-Y., & Zeger, S. L. (1986). Longitudinal data analysis using generalized linear models. Biometrika, 73,
    13–22. doi:10.1093/biomet/73.1.13
    """
    used = weights > 0
    y, X, w = y[used], X[used], weights[used]
    own = np.unique(groups[used], return_inverse=True)[1].astype(np.intp)
    size = np.bincount(own)[own].astype(np.float64)
    beta = np.zeros(X.shape[1]) if start is None else np.array(start, dtype=np.float64)
    if start is None:
        beta[0] = _link(float(w @ y / w.sum()), family)
    rho = 0.0 if correlation is None else correlation
    converged = False
    bread: Floats = np.eye(len(beta))
    added: Floats = np.zeros_like(X)
    with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
        for _ in range(MOST_STEPS):
            mean, variance = _mean_and_variance(X @ beta, family)
            root = np.sqrt(variance)
            e, z = (y - mean) / root, X * root[:, None]
            c = (rho / (1 + (size - 1) * rho))[:, None]
            sums: Floats = group_sums(np.column_stack([z, e]), own)[own]
            added = (w / (1 - rho))[:, None] * z * (e[:, None] - c * sums[:, -1:])
            curvature = weighted_cross(z, w / (1 - rho)) - (z * (w / (1 - rho))[:, None]).T @ (c * sums[:, :-1])
            if not (np.isfinite(curvature).all() and np.isfinite(added).all()):
                raise AnalysisError(_no_solution())
            try:
                bread = np.asarray(np.linalg.inv(curvature), dtype=np.float64)
            except np.linalg.LinAlgError as error:
                raise AnalysisError(_no_solution()) from error
            step = bread @ added.sum(axis=0)
            if converged and np.abs(step).max() <= SMALL * max(1.0, float(np.abs(beta).max())):
                break
            beta = beta + step
            before = rho
            if exchangeable and correlation is None:
                rho = _moment_correlation(y, X, own, w, beta, family)
            converged = bool(
                np.abs(step).max() <= SMALL * max(1.0, float(np.abs(beta).max())) and abs(rho - before) <= SMALL
            )
    contributions = np.zeros((len(used), X.shape[1]))
    contributions[used] = added @ bread
    return WeightedEquations(beta, contributions, rho, converged)


def _moment_correlation(y: Floats, X: Floats, groups: NDArray[np.intp], w: Floats, beta: Floats, family: str) -> float:
    """Return the weighted mean product of residuals of pairs of one group, over their variance."""
    n, p = X.shape
    mean, variance = _mean_and_variance(X @ beta, family)
    e = (y - mean) / np.sqrt(variance)
    scale = float(w @ e**2) / (float(w.sum()) * (n - p) / n)
    size = np.bincount(groups).astype(np.float64)
    weight = np.bincount(groups, w) / size
    pairs = size * (size - 1) / 2
    products = (np.bincount(groups, e) ** 2 - np.bincount(groups, e**2)) / 2
    number = float(pairs.sum())
    if number <= p:
        return 0.0
    rho = float(weight @ products) / scale / (float(weight @ pairs) * (number - p) / number)
    lowest = -1.0 / max(float(size.max()) - 1.0, 1.0)
    return float(min(max(rho, lowest * HIGHEST), HIGHEST))


def _mean_and_variance(eta: Floats, family: str) -> tuple[Floats, Floats]:
    if family == "logit":
        p = expit(eta)
        return p, p * (1 - p)
    if family == "poisson":
        rate = np.exp(eta)
        return rate, rate
    return eta, np.ones_like(eta)


def _link(mean: float, family: str) -> float:
    if family == "logit":
        return float(np.log(mean / (1 - mean))) if 0 < mean < 1 else 0.0
    if family == "poisson":
        return float(np.log(mean)) if mean > 0 else 0.0
    return mean


def _no_solution() -> Problem:
    hint = "use correlation='independence', or fewer predictors"
    return Problem("no_solution", "the estimating equations have no finite solution", hint=hint)
