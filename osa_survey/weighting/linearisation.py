"""Covariances from influence contributions, by the sampling plan (Taylor linearisation)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from osa_survey.dataset import Calibration, Stage, SurveyDesign
from osa_survey.errors import AnalysisError, Problem

Floats = NDArray[np.float64]
Codes = NDArray[np.int64]


def linearised_covariance(U: Floats, design: SurveyDesign) -> Floats:
    """Return the covariance of several statistics from their influence contributions.

    Parameters
    ----------
    U : ndarray of float, shape (respondents, p)
        What each respondent adds to each statistic at first order, the weight included: w(y − ȳ)/Σw for a mean, wy for
        a total, w s I⁻¹ for a model with scores s and information I. Rows outside the domain are zero; a domain keeps
        the strata and clusters of the whole sample.
    design : SurveyDesign
        The sampling plan. Its weights are not used here.

    Returns
    -------
    ndarray of float, shape (p, p)
        The covariance.

    Raises
    ------
    AnalysisError
        ``lonely_stratum`` if a stratum has one cluster and the design refuses that.

    Notes
    -----
    With cluster sums z of stratum h, n_h sampled of N_h clusters, and d = z − z̄_h:
    V = Σ_h (1 − n_h/N_h) n_h/(n_h − 1) Σ d dᵀ.
    Later stages add their own sum times the sampling fractions of the stages above, where population sizes are known;
    otherwise the first stage stands for all (with replacement). After calibration U is replaced by the residual of
    U/w on the auxiliary variables, regressed with the weights before calibration, times w (Deville & Särndal). R's
    ``survey`` regresses without weights after raking; both agree when the weights before raking are equal.

    References
    ----------
    Binder, D. A. (1983). On the variances of asymptotically normal estimators from complex surveys.
    doi:10.2307/1402588
    Deville, J.-C., & Särndal, C.-E. (1992). Calibration estimators in survey sampling.
    doi:10.1080/01621459.1992.10475217

    Examples
    --------
    >>> from osa_survey.dataset import SurveyDesign
    >>> y = np.array([1.0, 2.0, 3.0, 6.0])
    >>> covariance = linearised_covariance((y - y.mean()) / 4, SurveyDesign("opt-in", np.ones(4)))
    >>> round(float(covariance[0, 0]), 6)
    1.166667
    """
    U = U[:, None] if U.ndim == 1 else U
    for calibration in design.calibrations:
        U = calibration_residuals(U, calibration)
    if not design.stages:
        return _stage_covariance(U, np.ones(1), np.zeros(1), np.zeros(len(U), dtype=np.int64), design.lonely)
    total = np.zeros((U.shape[1], U.shape[1]))
    share = np.ones(int(design.stages[0].strata.max(initial=0)) + 1)
    for number, stage in enumerate(design.stages):
        sums, stratum = _cluster_sums(U, stage)
        sampled = np.bincount(stratum, minlength=len(share)).astype(float)
        fraction = np.zeros(len(share)) if stage.population is None else sampled / stage.population
        total += _stage_covariance(sums, share, fraction, stratum, design.lonely)
        if stage.population is None or number + 1 == len(design.stages):
            break
        following = design.stages[number + 1].strata
        above = np.zeros(int(following.max(initial=0)) + 1)
        above[following] = (share * fraction)[stage.strata]
        share = above
    return total


def calibration_residuals(U: Floats, calibration: Calibration) -> Floats:
    """Return the contributions that are left after calibration.

    Parameters
    ----------
    U : ndarray of float, shape (respondents, p)
        Influence contributions.
    calibration : Calibration
        One calibration of the weights.
    """
    cells, X = calibration.cells, calibration.auxiliary
    after = np.where(calibration.after > 0, calibration.after, 1.0)
    per_weight = U / after[:, None]
    base = np.bincount(cells, calibration.before, minlength=len(X))
    sums = _sums(per_weight * calibration.before[:, None], cells, len(X))
    slopes = np.linalg.pinv(X.T @ (X * base[:, None]), hermitian=True) @ (X.T @ sums)
    fitted = X @ slopes
    return U - fitted[cells] * calibration.after[:, None]


def _stage_covariance(sums: Floats, share: Floats, fraction: Floats, stratum: Codes, lonely: str) -> Floats:
    """Return one stage's part: ``sums`` of clusters, ``share`` and sampled ``fraction`` of each stratum."""
    n = np.bincount(stratum, minlength=len(share)).astype(float)
    if len(share) == 1:
        centred = sums - sums.mean(axis=0)
    else:
        means = _sums(sums, stratum, len(share)) / np.maximum(n, 1)[:, None]
        centred = sums - means[stratum]
    kept = np.maximum(1 - fraction, 0)
    alone = (n == 1) & (kept > 0)
    if alone.any():
        if lonely == "refuse":
            raise AnalysisError(lonely_problem(int(alone.sum())))
        if lonely == "adjust":
            own = alone[stratum]
            centred[own] = sums[own]
    factor = share * kept * np.where(n > 1, n / np.maximum(n - 1, 1), 1.0)
    covariance: Floats = centred.T @ (centred * factor[stratum][:, None])
    return covariance


def lonely_problem(number: int) -> Problem:
    """Return the problem of strata with one cluster."""
    return Problem(
        "lonely_stratum",
        "a stratum has a single cluster, so its variance cannot be estimated",
        hint='merge such strata, or set lonely = "adjust" (distance from the mean of all) or "remove" (adds nothing)',
        count=number,
    )


def _cluster_sums(U: Floats, stage: Stage) -> tuple[Floats, Codes]:
    clusters = int(stage.clusters.max(initial=0)) + 1
    stratum = np.zeros(clusters, dtype=np.int64)
    stratum[stage.clusters] = stage.strata
    if clusters == len(U):
        sums = np.empty_like(U)
        sums[stage.clusters] = U
        return sums, stratum
    return _sums(U, stage.clusters, clusters), stratum


def _sums(values: Floats, codes: Codes, number: int) -> Floats:
    """Return the column sums of the rows of each code, shape (number, columns)."""
    if values.flags.f_contiguous:
        return np.stack([np.bincount(codes, column, minlength=number) for column in values.T], axis=1)
    indicators = sparse.csr_array((np.ones(len(codes)), codes, np.arange(len(codes) + 1)), shape=(len(codes), number))
    sums: Floats = indicators.T @ values
    return sums
