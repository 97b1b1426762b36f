"""Linear path models with latent variables by maximum likelihood of a covariance matrix."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import stats

from osa_survey.errors import AnalysisError, Problem
from osa_survey.models.fits import Floats

MOST_STEPS = 500
DECREMENT = 1e-14
"""Squared length of a scoring step in standard errors, for each respondent, below which the search ends."""
SMALLEST_STEP = 1e-10
CURVATURE_STEP = 1e-5
"""Relative step of the central differences that give observed second derivatives."""


@dataclass(frozen=True)
class Entry:
    """A free element of A (``path``: row ← column) or of S (``covariance``); elements with one number are equal."""

    matrix: str
    row: int
    column: int
    number: int


@dataclass(frozen=True, repr=False)
class PathStructure:
    """A model Σ = F (I − A)⁻¹ S (I − A)⁻ᵀ F' of which the first p variables are observed.

    Attributes
    ----------
    A, S : ndarray of float, shape (variables, variables)
        Fixed values; free elements hold anything.
    entries : tuple of Entry
        The free elements.
    observed : int
        p.
    """

    A: Floats
    S: Floats
    entries: tuple[Entry, ...]
    observed: int

    @property
    def parameters(self) -> int:
        """How many different parameters there are."""
        return 1 + max(entry.number for entry in self.entries)


@dataclass(frozen=True, repr=False)
class PathFit:
    """A fitted path model.

    Attributes
    ----------
    parameters : ndarray of float, shape (q,)
        By number.
    covariance : ndarray of float, shape (q, q)
        From the expected information, n in the denominator.
    implied : ndarray of float, shape (variables, variables)
        Covariances of all variables, latent ones included.
    chi_squared, cfi, rmsea, srmr : float
        Fit.
    df : int
        Degrees of freedom.
    converged : bool
        Whether the search ended at a maximum.
    """

    parameters: Floats
    covariance: Floats
    implied: Floats
    chi_squared: float
    cfi: float
    rmsea: float
    srmr: float
    df: int
    converged: bool


def fit_paths(sample: Floats, n: int, structure: PathStructure, start: Sequence[float]) -> PathFit:
    """Return the maximum-likelihood fit, by Fisher scoring.

    Parameters
    ----------
    sample : ndarray of float, shape (p, p)
        Covariances with n in the denominator.
    n : int
        Respondents.
    structure : PathStructure
        The model.
    start : sequence of float
        Parameters by number, with a positive definite implied matrix.

    Raises
    ------
    AnalysisError
        ``not_identified`` where the information is singular.

    Notes
    -----
    χ² = n (log|Σ| + tr(SΣ⁻¹) − log|S| − p); CFI against independent variables, RMSEA with n, SRMR over correlations.
    """
    theta = np.array(start, dtype=np.float64)
    value = _discrepancy(sample, structure, theta)
    converged = False
    for _ in range(MOST_STEPS):
        gradient, information = _derivatives(sample, structure, theta)
        step = np.linalg.lstsq(information, -gradient, rcond=None)[0]
        decrement = float(-gradient @ step)
        if decrement <= DECREMENT:
            converged = True
            break
        fraction = 1.0
        while (there := _discrepancy(sample, structure, theta + fraction * step)) > value - 1e-4 * fraction * decrement:
            fraction /= 2
            if fraction < SMALLEST_STEP:
                break
        if fraction < SMALLEST_STEP:
            converged = decrement < 1e-9
            break
        theta, value = theta + fraction * step, there
    _, information = _derivatives(sample, structure, theta)
    size = np.sqrt(np.diag(information))
    if not (size > 0).all() or np.linalg.eigvalsh(information / np.outer(size, size))[0] < 1e-10:
        message = "the model is not identified by these data"
        hint = "use more waves, or the model without random intercepts"
        raise AnalysisError(Problem("not_identified", message, hint=hint))
    return _described(sample, n, structure, theta, 2 * np.linalg.inv(information) / n, converged)


def _filled(structure: PathStructure, theta: Floats) -> tuple[Floats, Floats]:
    A, S = structure.A.copy(), structure.S.copy()
    for entry in structure.entries:
        if entry.matrix == "path":
            A[entry.row, entry.column] = theta[entry.number]
        else:
            S[entry.row, entry.column] = S[entry.column, entry.row] = theta[entry.number]
    return A, S


def _implied(structure: PathStructure, theta: Floats) -> tuple[Floats, Floats]:
    A, S = _filled(structure, theta)
    B = np.linalg.inv(np.eye(len(A)) - A)
    return np.asarray(B, dtype=np.float64), np.asarray(B @ S @ B.T, dtype=np.float64)


def _discrepancy(sample: Floats, structure: PathStructure, theta: Floats) -> float:
    p = structure.observed
    sigma = _implied(structure, theta)[1][:p, :p]
    try:
        factor = np.linalg.cholesky(sigma)
    except np.linalg.LinAlgError:
        return math.inf
    log = 2 * float(np.log(np.diag(factor)).sum())
    return log + float(np.trace(np.linalg.solve(sigma, sample))) - float(np.linalg.slogdet(sample)[1]) - p


def path_changes(structure: PathStructure, theta: Floats) -> tuple[Floats, Floats]:
    """Return how the implied covariances of the observed change with each parameter, (q, p, p), and their inverse."""
    p = structure.observed
    B, whole = _implied(structure, theta)
    change = np.zeros((structure.parameters, p, p))
    for entry in structure.entries:
        if entry.matrix == "path":
            one = np.outer(B[:p, entry.row], whole[entry.column, :p])
        else:
            one = np.outer(B[:p, entry.row], B[:p, entry.column])
            one = one / 2 if entry.row == entry.column else one
        change[entry.number] += one + one.T
    return change, np.asarray(np.linalg.inv(whole[:p, :p]))


def _derivatives(sample: Floats, structure: PathStructure, theta: Floats) -> tuple[Floats, Floats]:
    """Return the gradient of the discrepancy and its expected second derivatives."""
    change, inverse = path_changes(structure, theta)
    weighted = inverse @ change
    residual = np.eye(structure.observed) - inverse @ sample
    gradient = np.einsum("kij,ji->k", weighted, residual)
    return gradient, np.einsum("kij,lji->kl", weighted, weighted)


def path_implied(structure: PathStructure, theta: Floats) -> Floats:
    """Return the implied covariances of all variables, latent ones included."""
    return _implied(structure, theta)[1]


def path_influence(values: Floats, weights: Floats, structure: PathStructure, theta: Floats) -> Floats:
    """Return what each respondent adds to the estimates at first order.

    Parameters
    ----------
    values : ndarray of float, shape (respondents, p)
        Answers.
    weights : ndarray of float, shape (respondents,)
        Their weights.
    structure : PathStructure
        The model.
    theta : ndarray of float, shape (q,)
        The maximum of the weighted likelihood.

    Returns
    -------
    ndarray of float, shape (respondents, q)
        w/Σw · H⁻¹ tr(Σ⁻¹ Σₖ Σ⁻¹ (zz' − S)) with deviations z, weighted covariances S, and the observed second
        derivatives H of the discrepancy (by central differences of its gradient).
    """
    share = weights / weights.sum()
    centred = values - share @ values
    sample = (centred * share[:, None]).T @ centred
    change, inverse = path_changes(structure, theta)
    slopes = inverse @ change @ inverse
    scores = np.einsum("ni,kij,nj->nk", centred, slopes, centred, optimize=True) - np.einsum(
        "kij,ij->k", slopes, sample
    )
    steps = CURVATURE_STEP * np.maximum(1.0, np.abs(theta))
    rows = []
    for number, step in enumerate(steps):
        shift = np.zeros(len(theta))
        shift[number] = step
        above, below = (_derivatives(sample, structure, theta + sign * shift)[0] for sign in (1, -1))
        rows.append((above - below) / (2 * step))
    curvature = np.array(rows)
    return np.asarray(share[:, None] * np.linalg.solve((curvature + curvature.T) / 2, scores.T).T)


def _described(
    sample: Floats, n: int, structure: PathStructure, theta: Floats, covariance: Floats, converged: bool
) -> PathFit:
    p = structure.observed
    whole = _implied(structure, theta)[1]
    df = p * (p + 1) // 2 - structure.parameters
    chi = n * max(0.0, _discrepancy(sample, structure, theta))
    size = np.sqrt(np.diag(sample))
    alone = -n * float(np.linalg.slogdet(sample / np.outer(size, size))[1])
    worst = max(alone - p * (p - 1) / 2, chi - df, 0.0)
    cfi = 1.0 if worst == 0 else 1 - max(chi - df, 0.0) / worst
    rmsea = math.sqrt(max(chi - df, 0.0) / (df * n)) if df else 0.0
    rest = (sample - whole[:p, :p]) / np.outer(size, size)
    lower = np.tril_indices(p)
    srmr = math.sqrt(float((rest[lower] ** 2).mean()))
    return PathFit(theta, covariance, whole, chi, cfi, rmsea, srmr, df, converged)


def fit_p_value(fit: PathFit) -> float:
    """Return the p value of the model's χ²; NaN without degrees of freedom."""
    return float(stats.chi2.sf(fit.chi_squared, fit.df)) if fit.df else math.nan
