"""Tests of several parameters at once over completed sets: Wald (D1, D2) and likelihood ratio (D3, D4)."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import stats

from osa_survey.errors import AnalysisError, Problem
from osa_survey.imputation.pooling import require_sets

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class PooledTest:
    """An F test pooled over completed sets.

    Attributes
    ----------
    statistic : float
        F; may be negative for D2 and D3, where it means no evidence at all.
    df1, df2 : float
        Degrees of freedom.
    p_value : float
        Upper tail.
    riv : float
        Average relative increase in variance due to missing answers.
    name : str
        ``"D1"``, ``"D2"``, ``"D3"`` or ``"D4"``.
    """

    statistic: float
    df1: float
    df2: float
    p_value: float
    riv: float
    name: str


def d1(estimates: ArrayLike, covariances: ArrayLike, df_complete: float = math.inf) -> PooledTest:
    """Test that several parameters are all zero, from their estimates and covariances (Li, Raghunathan & Rubin 1991).

    Parameters
    ----------
    estimates : array, shape (m, k)
        The parameters tested, in each completed set.
    covariances : array, shape (m, k, k)
        Their covariances.
    df_complete : float
        Degrees of freedom without missing answers; a finite number gives those of Reiter (2007).

    Returns
    -------
    PooledTest
        F = q̄' ū⁻¹ q̄ / (k (1 + r)), r = (1 + 1/m) tr(b ū⁻¹) / k. Reiter's degrees of freedom need k (m − 1) > 4; with
        fewer sets those of Li, Raghunathan and Rubin are taken, which know nothing of a small sample or sampling plan,
        but not more than ``df_complete``.

    Raises
    ------
    AnalysisError
        ``one_completed_set``; ``singular_covariance`` where the parameters tested depend on each other.

    References
    ----------
    Li, K. H., Raghunathan, T. E., & Rubin, D. B. (1991). Large-sample significance levels from multiply imputed data
    using moment-based statistics and an F reference distribution. Journal of the American Statistical Association,
    86(416), 1065–1073. doi:10.1080/01621459.1991.10475152
    Reiter, J. P. (2007). Small-sample degrees of freedom for multi-component significance tests with multiple
    imputation for missing data. Biometrika, 94(2), 502–508. doi:10.1093/biomet/asm028
    """
    q = np.asarray(estimates, dtype=np.float64)
    u = np.asarray(covariances, dtype=np.float64)
    require_sets(len(q))
    m, k = q.shape
    center, within = q.mean(axis=0), u.mean(axis=0)
    between = np.atleast_2d(np.cov(q, rowvar=False))
    inverse = _inverse(within)
    r = (1 + 1 / m) * float(np.trace(between @ inverse)) / k
    statistic = float(center @ inverse @ center) / (k * (1 + r))
    t = k * (m - 1)
    df2 = _reiter_df(r, t, df_complete) if math.isfinite(df_complete) and t > 4 else min(_li_df(r, t, k), df_complete)
    return _test("D1", statistic, k, df2, r)


def d2(statistics: ArrayLike, k: int) -> PooledTest:
    """Pool χ² statistics of the completed sets (Li, Meng, Raghunathan & Rubin 1991); the weakest of these rules.

    Parameters
    ----------
    statistics : array, shape (m,)
        Wald or likelihood-ratio χ² of each set, each with ``k`` degrees of freedom.
    k : int
        Their degrees of freedom.

    Returns
    -------
    PooledTest
        F = (d̄ / k − (m + 1) / (m − 1) r) / (1 + r), r = (1 + 1/m) var(√d).

    References
    ----------
    Li, K. H., Meng, X. L., Raghunathan, T. E., & Rubin, D. B. (1991). Significance levels from repeated p-values with
    multiply-imputed data. Statistica Sinica, 1(1), 65–92.
    """
    d = np.asarray(statistics, dtype=np.float64)
    m = len(d)
    require_sets(m)
    r = (1 + 1 / m) * float(np.var(np.sqrt(np.maximum(d, 0.0)), ddof=1))
    statistic = (float(d.mean()) / k - (m + 1) / (m - 1) * r) / (1 + r)
    df2 = k ** (-3 / m) * (m - 1) * (1 + 1 / r) ** 2 if r > 0 else math.inf
    return _test("D2", statistic, k, df2, r)


def wald_statistics(estimates: ArrayLike, covariances: ArrayLike) -> Floats:
    """Return q' u⁻¹ q for each completed set, shape (m,): what ``d2`` takes."""
    q = np.asarray(estimates, dtype=np.float64)
    u = np.asarray(covariances, dtype=np.float64)
    return np.array([float(one @ _inverse(covariance) @ one) for one, covariance in zip(q, u, strict=True)])


def d3(ratios: ArrayLike, ratios_at_pooled: ArrayLike, k: int) -> PooledTest:
    """Pool likelihood-ratio tests (Meng & Rubin 1992).

    Parameters
    ----------
    ratios : array, shape (m,)
        Twice the log-likelihood difference of the two models, in each completed set at its own estimates.
    ratios_at_pooled : array, shape (m,)
        The same at the pooled estimates of each model.
    k : int
        How many parameters the models differ by.

    Returns
    -------
    PooledTest
        F = d̃ / (k (1 + r)), r = (m + 1) / (k (m − 1)) (d̄ − d̃).

    References
    ----------
    Meng, X. L., & Rubin, D. B. (1992). Performing likelihood ratio tests with multiply-imputed data sets. Biometrika,
    79(1), 103–111. doi:10.1093/biomet/79.1.103
    """
    own = np.asarray(ratios, dtype=np.float64)
    m = len(own)
    require_sets(m)
    at_pooled = float(np.mean(np.asarray(ratios_at_pooled, dtype=np.float64)))
    r = (m + 1) / (k * (m - 1)) * (float(own.mean()) - at_pooled)
    return _test("D3", at_pooled / (k * (1 + r)), k, _li_df(r, k * (m - 1), k), r)


def d4(ratios: ArrayLike, stacked_ratio: float, k: int) -> PooledTest:
    """Pool likelihood-ratio tests by the stacked sets (Chan & Meng 2022); needs no pooled estimates.

    Parameters
    ----------
    ratios : array, shape (m,)
        Twice the log-likelihood difference of the two models in each completed set.
    stacked_ratio : float
        The same on all sets put below each other, divided by m.
    k : int
        How many parameters the models differ by.

    Returns
    -------
    PooledTest
        F = d̂ / (k (1 + r)), r = (m + 1) / (k (m − 1)) (d̄ − d̂), never below 0.

    References
    ----------
    Chan, K. W., & Meng, X. L. (2022). Multiple improvements of multiple imputation likelihood ratio tests. Statistica
    Sinica, 32, 1489–1514. doi:10.5705/ss.202019.0314
    """
    own = np.asarray(ratios, dtype=np.float64)
    m = len(own)
    require_sets(m)
    r = max(0.0, (m + 1) / (k * (m - 1)) * (float(own.mean()) - stacked_ratio))
    df2 = k * (m - 1) * (1 + 1 / r) ** 2 if r > 0 else math.inf
    return _test("D4", stacked_ratio / (k * (1 + r)), k, df2, r)


def _test(name: str, statistic: float, df1: float, df2: float, riv: float) -> PooledTest:
    p = float(stats.f.sf(statistic, df1, df2)) if math.isfinite(df2) else float(stats.chi2.sf(df1 * statistic, df1))
    return PooledTest(statistic, float(df1), df2, p, riv, name)


def _li_df(r: float, t: float, k: int) -> float:
    if r == 0:
        return math.inf
    if t > 4:
        return 4 + (t - 4) * (1 + (1 - 2 / t) / r) ** 2
    return t * (1 + 1 / k) * (1 + 1 / r) ** 2 / 2


def _reiter_df(r: float, t: float, df_complete: float) -> float:
    a = r * t / (t - 2)
    v = (df_complete + 1) / (df_complete + 3) * df_complete
    c0, c1, c2 = 1 / (t - 4), v - 2 * (1 + a), v - 4 * (1 + a)
    z = (
        1 / c2
        + c0 * (a**2 * c1 / ((1 + a) ** 2 * c2))
        + c0 * (8 * a**2 * c1 / ((1 + a) * c2**2) + 4 * a**2 / ((1 + a) * c2))
        + c0 * (4 * a**2 / (c2 * c1) + 16 * a**2 * c1 / c2**3)
        + c0 * (8 * a**2 / c2**2)
    )
    return 4 + 1 / z


def _inverse(matrix: Floats) -> Floats:
    try:
        root = np.linalg.cholesky(matrix)
    except np.linalg.LinAlgError:
        message = "the parameters tested together depend on each other: their covariance has no inverse"
        raise AnalysisError(Problem("singular_covariance", message, hint="test fewer parameters at once")) from None
    half = np.linalg.inv(root)
    return np.asarray(half.T @ half)
