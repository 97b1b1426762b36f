"""Alpha and omega as smooth functions of the items' covariances: on their scale of inference, with gradients."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from osa_survey.psychometrics.categorical_omega import categorical_factors, categorical_moments
from osa_survey.psychometrics.one_factor import derivatives, one_factor
from osa_survey.psychometrics.ordinal.ordered_answers import categories

Floats = NDArray[np.float64]
PERFECT = 1e-12
"""One minus alpha below this is rounding: the items agree perfectly, and the logarithm has no meaning."""
BLOCK = 1 << 22
"""Numbers of the weighted indicator matrix held at once."""


@dataclass(frozen=True, repr=False)
class SmoothCoefficient:
    """A coefficient on its scale of inference.

    Attributes
    ----------
    value : float
        log(1 − α), or logit ω; NaN where it is not defined.
    gradient : ndarray of float, shape (items, items)
        Symmetric G with d value = tr(G dS) for a change dS of the covariance matrix.
    warning : str
        Why it is not defined.
    """

    value: float
    gradient: Floats
    warning: str = ""

    def influence(self, values: Floats, weights: Floats) -> Floats:
        """Return what each respondent adds at first order, weight included, shape (respondents, 1).

        Notes
        -----
        wᵢ/Σw · (zᵢ' G zᵢ − tr(G S)) with the centred answers zᵢ: with equal weights the distribution-free errors of
        Maydeu-Olivares, Coffman and Hartmann (2007, doi:10.1037/1082-989X.12.2.157).
        """
        share = weights / weights.sum()
        centred = values - share @ values
        each = np.einsum("ij,ij->i", centred @ self.gradient, centred)
        return np.asarray((share * (each - share @ each))[:, None])


def weighted_covariance(values: Floats, weights: Floats) -> Floats:
    """Return the weighted covariances of complete answers, divisor Σw.

    Parameters
    ----------
    values : ndarray of float, shape (respondents, items)
        Answers without gaps.
    weights : ndarray of float, shape (respondents,)
        Weights; where all are 0 nothing is defined.
    """
    total = float(weights.sum())
    if not total > 0:
        return np.full((values.shape[1],) * 2, np.nan)
    share = weights / total
    centred = values - share @ values
    return np.asarray((centred * share[:, None]).T @ centred)


def pairwise_covariance(values: Floats, weights: Floats) -> Floats:
    """Return weighted covariances of everybody who answered both items of a pair, with n/(n − 1) of their number.

    Parameters
    ----------
    values : ndarray of float, shape (respondents, items)
        Answers, NaN for gaps.
    weights : ndarray of float, shape (respondents,)
        Weights; with equal ones the result is that of ``item_moments(values, "pairwise")``.
    """
    return _pairwise(values, weights)[0]


def pairwise_influence(coefficient: SmoothCoefficient, values: Floats, weights: Floats) -> Floats:
    """Return what each respondent adds to a coefficient of pairwise covariances, weight included, (respondents, 1).

    Notes
    -----
    Σ_ij G_ij of the influences w (x_i − m_ij)(x_j − m_ji)/Σw − S_ij of the covariances, each of those who answered
    both, with the means m_ij of item i among them.
    """
    covariance, total, means, factor = _pairwise(values, weights)
    answered = ~np.isnan(values)
    marks, filled = answered.astype(np.float64), np.where(answered, values, 0.0)
    with np.errstate(divide="ignore", invalid="ignore"):
        H = np.where(total > 0, coefficient.gradient * factor / total, 0.0)
        rest = np.where(factor > 0, covariance / factor, 0.0)
    each = np.einsum("ij,ij->i", filled @ H, filled)
    each -= 2 * np.einsum("ij,ij->i", filled @ (H * means.T), marks)
    each += np.einsum("ij,ij->i", marks @ (H * (means * means.T - rest)), marks)
    return np.asarray((weights * each)[:, None])


def _pairwise(values: Floats, weights: Floats) -> tuple[Floats, Floats, Floats, Floats]:
    """Return covariances, weights of the pairs, means of the row's item among those of the pair, and n/(n − 1)."""
    answered = ~np.isnan(values) & (weights > 0)[:, None]
    marks, filled = answered.astype(np.float64), np.where(answered, values, 0.0)
    people = marks.T @ marks
    total = (marks * weights[:, None]).T @ marks
    with np.errstate(divide="ignore", invalid="ignore"):
        means = (filled * weights[:, None]).T @ marks / total
        raw = (filled * weights[:, None]).T @ filled / total - means * means.T
        factor = np.where(people > 1, people / (people - 1), np.nan)
    return np.asarray(raw * factor), total, means, factor


def log_alpha(covariance: Floats) -> SmoothCoefficient:
    """Return log(1 − α) with its gradient.

    Notes
    -----
    With trace T and sum V of the k × k covariances 1 − α = (k T/V − 1)/(k − 1), so that
    d log(1 − α) = (k T/V)/(k T/V − 1) · (dT/T − dV/V).

    Examples
    --------
    >>> round(1 - float(np.exp(log_alpha(np.array([[1.0, 0.5], [0.5, 1.0]])).value)), 4)
    0.6667
    """
    k = len(covariance)
    trace, total = float(np.trace(covariance)), float(covariance.sum())
    nothing = np.full((k, k), np.nan)
    if not total > PERFECT * trace:
        return SmoothCoefficient(math.nan, nothing, "not defined: the sum of the items does not vary")
    ratio = k * trace / total
    if ratio - 1 < PERFECT * k:
        return SmoothCoefficient(math.nan, nothing, "no interval: alpha is 1")
    slope = ratio / (ratio - 1)
    gradient = slope * (np.eye(k) / trace - np.ones((k, k)) / total)
    return SmoothCoefficient(math.log((ratio - 1) / (k - 1)), gradient)


def logit_omega(covariance: Floats) -> SmoothCoefficient:
    """Return the logit of McDonald's omega of the one-factor maximum likelihood model, with its gradient.

    Notes
    -----
    The model's parameters follow from the covariances by ∂F/∂θ = 0, so dθ = H⁻¹ tr(W Σ_a W dS) with W = Σ⁻¹, the
    derivatives Σ_a of Σ and the Hessian H of the discrepancy F (exact second derivatives). Errors built from this
    gradient hold although the model does not (the sandwich).
    """
    k = len(covariance)
    nothing = np.full((k, k), np.nan)
    try:
        model = one_factor(covariance, 1 << 30)  # the divisor n or n − 1 of a covariance does not change omega
    except ValueError:
        return SmoothCoefficient(math.nan, nothing, "not estimated: an item follows exactly from the others")
    if not model.converged:
        return SmoothCoefficient(math.nan, nothing, "not estimated: the one-factor model did not converge")
    loadings, residuals = model.loadings, model.residual_variances
    common, unique = float(loadings.sum()), float(residuals.sum())
    if model.heywood or not unique > 0 or common == 0:
        return SmoothCoefficient(math.nan, nothing, "not estimated: a residual variance is negative (Heywood case)")
    _, hessian = derivatives(np.concatenate([loadings, residuals]), covariance)
    slope = np.concatenate([np.full(k, 2 / common), np.full(k, -1 / unique)])
    try:
        moved = np.linalg.solve(hessian, slope)
    except np.linalg.LinAlgError:
        return SmoothCoefficient(math.nan, nothing, "no interval: the information matrix is singular")
    along = np.outer(moved[:k], loadings)
    direction = along + along.T + np.diag(moved[k:])
    inverse = np.linalg.inv(np.outer(loadings, loadings) + np.diag(residuals))
    return SmoothCoefficient(math.log(common**2 / unique), inverse @ direction @ inverse)


def omegas_under_weights(values: Floats, weights: Floats) -> Floats:
    """Return categorical omega under each of several sets of weights.

    Parameters
    ----------
    values : ndarray of float, shape (respondents, items)
        Whole answers without gaps to three items or more.
    weights : ndarray of float, shape (respondents, replicates)
        Weights, or how often each respondent is in a bootstrap sample.

    Returns
    -------
    ndarray of float, shape (replicates,)
        NaN where a model has no proper solution.
    """
    answers = categories(values)
    k, n = answers.codes.shape
    width = int(answers.sizes.max())
    steps = answers.steps
    marks = (answers.codes.T[:, :, None] == np.arange(width)).reshape(n, k * width).astype(np.float64)
    totals = weights.sum(axis=0)
    nobody = totals <= 0
    scaled = np.where(nobody, 1.0, weights * (n / np.where(nobody, 1.0, totals)))
    found = []
    step = max(BLOCK // (k * width) ** 2, 1)
    for start in range(0, weights.shape[1], step):
        columns = scaled[:, start : start + step].T
        crossed = np.array([marks.T @ (marks * column[:, None]) for column in columns])
        tables = crossed.reshape(-1, k, width, k, width).transpose(0, 1, 3, 2, 4)
        found.append(categorical_factors(categorical_moments(np.ascontiguousarray(tables)), steps).omega)
    return np.where(nobody, np.nan, np.concatenate(found))
