"""Intervals from resampled values: percentile, basic, bias-corrected and accelerated, studentised."""

from __future__ import annotations

from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from osa_survey.errors import AnalysisError, Problem, nearest

Floats = NDArray[np.float64]
Kind = Literal["percentile", "basic", "bca", "studentised"]

KIND_NAMES: dict[Kind, str] = {
    "percentile": "percentile bootstrap",
    "basic": "basic bootstrap",
    "bca": "bias-corrected and accelerated bootstrap",
    "studentised": "studentised bootstrap",
}


def bootstrap_interval(
    estimate: Floats,
    replicates: Floats,
    *,
    kind: Kind = "percentile",
    conf_level: float = 0.95,
    influences: Floats | None = None,
    std_error: Floats | None = None,
    std_errors: Floats | None = None,
) -> tuple[Floats, Floats]:
    """Return lower and upper bounds, shape (numbers,) each.

    Parameters
    ----------
    estimate : ndarray of float, shape (numbers,)
        The statistic of the sample.
    replicates : ndarray of float, shape (draws, numbers)
        Of the resamples; undefined (NaN) ones are left out.
    kind : {"percentile", "basic", "bca", "studentised"}
        The kind of interval.
    conf_level : float
        Two-sided level.
    influences : ndarray of float, optional
        For "bca": of ``bootstraps.influences``; the acceleration is Σ l³ / (6 (Σ l²)^1.5).
    std_error : ndarray of float, shape (numbers,), optional
        For "studentised": the standard error of the sample.
    std_errors : ndarray of float, shape (draws, numbers), optional
        For "studentised": those of the resamples.

    Returns
    -------
    tuple of ndarray of float
        NaN where fewer than half of the resamples are defined, or for "bca" where all lie on one side of the estimate.

    Notes
    -----
    Quantiles are the (R + 1)p-th of R ordered values, linear between them, as Davison and Hinkley advise.

    References
    ----------
    Davison, A. C., & Hinkley, D. V. (1997). Bootstrap methods and their application. doi:10.1017/CBO9780511802843
    Efron, B. (1987). Better bootstrap confidence intervals. Journal of the American Statistical Association, 82(397),
    171–185. doi:10.1080/01621459.1987.10478410
    """
    if kind not in KIND_NAMES:
        hint = nearest(kind, get_args(Kind))
        raise AnalysisError(
            Problem("unknown_choice", f"there is no bootstrap interval '{kind}'", key="kind", hint=hint)
        )
    tail = (1 - conf_level) / 2
    low, high = np.full(len(estimate), np.nan), np.full(len(estimate), np.nan)
    for position, value in enumerate(estimate):
        column = replicates[:, position]
        kept = np.isfinite(column)
        if not np.isfinite(value) or 2 * kept.sum() < len(column):
            continue
        drawn = column[kept]
        if kind == "percentile":
            low[position], high[position] = _quantiles(drawn, tail, 1 - tail)
        elif kind == "basic":
            upper, lower = _quantiles(drawn, tail, 1 - tail)
            low[position], high[position] = 2 * value - lower, 2 * value - upper
        elif kind == "studentised":
            own, others = _errors(std_error, std_errors)
            upper, lower = _quantiles((drawn - value) / others[kept, position], tail, 1 - tail)
            low[position], high[position] = value - lower * own[position], value - upper * own[position]
        else:
            low[position], high[position] = _bca(value, drawn, influences, position, tail)
    return low, high


def expanded_level(conf_level: float, df: float) -> float:
    """Return the level at which a percentile interval is as much wider as a t interval is than a normal one.

    Parameters
    ----------
    conf_level : float
        The level that is wanted.
    df : float
        Degrees of freedom of the t interval; infinite for none the wider.

    Notes
    -----
    2Φ(t) − 1 with t the quantile of t at (1 + level)/2: the expanded percentile interval.

    References
    ----------
    Hesterberg, T. C. (2015). What teachers should know about the bootstrap: Resampling in the undergraduate statistics
    curriculum. The American Statistician, 69(4), 371–386. doi:10.1080/00031305.2015.1089789 (issue and DOI recalled)

    Examples
    --------
    >>> round(expanded_level(0.95, 20), 4), round(expanded_level(0.95, np.inf), 4)
    (0.963, 0.95)
    """
    return float(2 * stats.norm.cdf(stats.t.ppf((1 + conf_level) / 2, df)) - 1)


def _bca(value: float, drawn: Floats, influences: Floats | None, position: int, tail: float) -> tuple[float, float]:
    if influences is None:
        raise AnalysisError(Problem("no_influences", "a BCa interval needs the influences of the respondents"))
    parts = influences[:, position]
    squares = float((parts**2).sum())
    acceleration = float((parts**3).sum()) / (6 * squares**1.5) if squares > 0 else 0.0
    share = (float((drawn < value).sum()) + 0.5 * float((drawn == value).sum())) / len(drawn)
    if not 0 < share < 1:
        return np.nan, np.nan
    bias = float(stats.norm.ppf(share))
    ends = []
    for z in (float(stats.norm.ppf(tail)), float(stats.norm.ppf(1 - tail))):
        ends.append(float(stats.norm.cdf(bias + (bias + z) / (1 - acceleration * (bias + z)))))
    return _quantiles(drawn, *ends)


def _quantiles(values: Floats, lower: float, upper: float) -> tuple[float, float]:
    found = np.quantile(values, [lower, upper], method="weibull")
    return float(found[0]), float(found[1])


def _errors(std_error: Floats | None, std_errors: Floats | None) -> tuple[Floats, Floats]:
    if std_error is None or std_errors is None:
        message = "a studentised interval needs the standard errors of the sample and of every resample"
        raise AnalysisError(Problem("no_standard_errors", message, hint="kind='percentile' needs none"))
    return std_error, std_errors
