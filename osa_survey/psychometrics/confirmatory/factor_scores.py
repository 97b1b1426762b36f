"""Factor scores of respondents."""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

from osa_survey.errors import AnalysisError, Problem
from osa_survey.psychometrics.confirmatory.fits import FactorFit
from osa_survey.psychometrics.confirmatory.samples import padded_inverse, patterns_of
from osa_survey.psychometrics.confirmatory.structures import Matrices

Floats = NDArray[np.float64]
Method = Literal["regression", "bartlett", "eap", "ebm"]
POINTS = 41
WIDEST = 5.0
MOST_FACTORS = 3
STEPS = 60
SMALLEST_PROBABILITY = 1e-300


def factor_scores(fit: FactorFit, answers: Floats, *, group: int = 0, method: Method = "regression") -> Floats:
    """Return factor scores.

    Parameters
    ----------
    fit : FactorFit
        The model.
    answers : ndarray of float, shape (respondents, items)
        Answers in the order of ``fit.table.observed``; ordinal items as numbered categories 0, 1, …
    group : int
        The group whose parameters hold.
    method : {"regression", "bartlett", "eap", "ebm"}
        Of numbers: regression or Bartlett scores. Of ordinal items: the mean (EAP, up to three factors) or the mode
        (EBM) of the factors given the answers.

    Returns
    -------
    ndarray of float, shape (respondents, factors)
        NaN where nothing is answered (Bartlett: where too little is answered to tell the factors apart).

    Raises
    ------
    AnalysisError
        If the method does not fit the items.

    References
    ----------
    Bartlett, M. S. (1937). The statistical conception of mental factors. British Journal of Psychology, 28(1), 97-104.
    doi:10.1111/j.2044-8295.1937.tb00863.x
    """
    ordinal = fit.table.ordered
    if (method in ("eap", "ebm")) != ordinal:
        kind = "ordinal items" if ordinal else "items taken as numbers"
        hint = 'method = "eap" or "ebm"' if ordinal else 'method = "regression" or "bartlett"'
        raise AnalysisError(Problem("does_not_compose", f"'{method}' scores do not exist for {kind}", hint=hint))
    structure = fit.structures[group]
    matrices = structure.matrices(fit.minimum.parameters)
    if not structure.means and not ordinal:
        matrices = _with_means(matrices, fit.samples[group].means)
    if not ordinal:
        return _linear(matrices, answers, method)
    if method == "eap" and structure.n_latent > MOST_FACTORS:
        message = f"EAP scores of {structure.n_latent} factors would need too many points"
        raise AnalysisError(Problem("does_not_compose", message, hint='method = "ebm"'))
    if np.count_nonzero(matrices.residuals - np.diag(np.diag(matrices.residuals))):
        message = "scores of ordinal items need unrelated residuals"
        raise AnalysisError(Problem("does_not_compose", message, hint="leave residual covariances out"))
    codes = np.where(np.isnan(answers), -1, answers).astype(np.int64)
    distinct, back = np.unique(codes, axis=0, return_inverse=True)
    bounds = _bounds(matrices, structure.threshold_items)
    found = _expected(matrices, bounds, distinct) if method == "eap" else _modes(matrices, bounds, distinct)
    found[(distinct < 0).all(axis=1)] = np.nan
    return found[back.reshape(-1)]


def _with_means(matrices: Matrices, means: Floats) -> Matrices:
    from dataclasses import replace

    return replace(matrices, means=means)


def _linear(matrices: Matrices, answers: Floats, method: str) -> Floats:
    """Return regression or Bartlett scores, by pattern of gaps."""
    eta = matrices.inverse @ matrices.factor_means
    result = np.full((len(answers), len(eta)), np.nan)
    some = ~np.isnan(answers).all(axis=1)
    if not some.any():
        return result
    rows = answers[some]
    patterns = patterns_of(rows)
    mask = patterns.answered.astype(np.float64)
    deviation = np.where(np.isnan(rows), 0.0, rows - matrices.means)
    if method == "regression":
        inverse = padded_inverse(matrices.covariance, mask)[0]
        weights = matrices.factor_covariance @ matrices.loadings.T @ inverse
    else:
        try:
            inverse = padded_inverse(matrices.residuals, mask)[0]
        except np.linalg.LinAlgError:
            message = "Bartlett scores need positive residual variances"
            raise AnalysisError(Problem("improper", message, hint='method = "regression"')) from None
        towards = matrices.loadings.T @ inverse
        precision = towards @ matrices.loadings
        lost = np.linalg.cond(precision) > 1e10
        precision[lost] = np.eye(len(eta))
        weights = np.asarray(np.linalg.solve(precision, towards), dtype=np.float64)
        weights[lost] = np.nan
    scores = np.empty((len(rows), len(eta)))
    order = np.argsort(patterns.numbers, kind="stable")
    edges = np.searchsorted(patterns.numbers[order], np.arange(len(mask) + 1))
    for pattern, weight in enumerate(weights):
        members = order[edges[pattern] : edges[pattern + 1]]
        scores[members] = eta + deviation[members] @ weight.T
    result[some] = scores
    return result


def _bounds(matrices: Matrices, items: NDArray[np.int64]) -> list[Floats]:
    """Return the category bounds of each item, ends included."""
    return [
        np.concatenate([[-np.inf], matrices.thresholds[items == item] - matrices.intercepts[item], [np.inf]])
        for item in range(len(matrices.intercepts))
    ]


def _expected(matrices: Matrices, bounds: list[Floats], codes: NDArray[np.int64]) -> Floats:
    """Return the mean of the factors given each pattern, by quadrature on a grid."""
    m = matrices.loadings.shape[1]
    count = POINTS if m == 1 else (POINTS if m == 2 else 21)
    axis = np.linspace(-WIDEST, WIDEST, count)
    grid = np.stack(np.meshgrid(*[axis] * m, indexing="ij"), axis=-1).reshape(-1, m)
    weight = np.exp(-0.5 * (grid**2).sum(axis=1))
    root = np.linalg.cholesky(matrices.factor_covariance)
    eta = matrices.inverse @ matrices.factor_means + grid @ root.T
    spread = np.sqrt(np.diag(matrices.residuals))
    predicted = eta @ matrices.loadings.T
    logs = np.zeros((len(codes), len(grid)))
    for item, edges in enumerate(bounds):
        below = ndtr((edges[None, :] - predicted[:, item, None]) / spread[item])
        table = np.log(np.maximum(np.diff(below, axis=1), SMALLEST_PROBABILITY))
        padded = np.column_stack([table, np.zeros(len(grid))])  # -1, a gap, takes the last column: no information
        logs += padded.T[codes[:, item]]
    logs += np.log(weight)
    share = np.exp(logs - logs.max(axis=1, keepdims=True))
    return np.asarray(share @ eta / share.sum(axis=1, keepdims=True))


def _modes(matrices: Matrices, bounds: list[Floats], codes: NDArray[np.int64]) -> Floats:
    """Return the mode of the factors given each pattern, by damped scoring steps on all patterns at once."""
    mean = matrices.inverse @ matrices.factor_means
    prior = np.linalg.inv(matrices.factor_covariance)
    spread = np.sqrt(np.diag(matrices.residuals))
    slopes = matrices.loadings / spread[:, None]
    width = max(len(edges) for edges in bounds)
    edges = np.full((len(bounds), width), np.inf)
    for item, own in enumerate(bounds):
        edges[item, : len(own)] = own / spread[item]
    answered = codes >= 0
    places = np.maximum(codes, 0)
    items = np.arange(len(bounds))
    low, high = edges[items, places], edges[items, places + 1]
    eta = np.tile(mean, (len(codes), 1))
    for _ in range(STEPS):
        predicted = eta @ slopes.T
        a, b = low - predicted, high - predicted
        probability = np.maximum(ndtr(b) - ndtr(a), 1e-12)
        da, db = _density(a), _density(b)
        slope = np.where(answered, (db - da) / probability, 0.0)
        curve = np.where(answered, slope**2 - (_times(a, da) - _times(b, db)) / probability, 0.0)
        gradient = slope @ slopes + (eta - mean) @ prior
        hessian = np.einsum("np,pi,pj->nij", np.maximum(curve, 0.0), slopes, slopes) + prior
        step = np.linalg.solve(hessian, gradient[:, :, None])[:, :, 0]
        eta = eta - np.clip(step, -1.0, 1.0)
        if np.abs(step).max(initial=0.0) < 1e-9:
            break
    return np.asarray(eta)


def _density(x: Floats) -> Floats:
    return np.asarray(np.exp(-0.5 * x * x) / np.sqrt(2.0 * np.pi))


def _times(x: Floats, density: Floats) -> Floats:
    return np.where(np.isfinite(x), x, 0.0) * density
