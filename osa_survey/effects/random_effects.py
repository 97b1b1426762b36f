"""Random-effects pooling of estimates: the mean, how far true effects differ, where a further one may lie."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq
from scipy.special import chdtrc, chdtri, ndtri, stdtrit

Spread = Literal["reml", "dersimonian_laird"]
Floats = NDArray[np.float64]

STEPS = 200
SETTLED = 1e-10
"""Fisher scoring stops when the variance moves by less than this share of the typical sampling variance."""
FEWEST = 2


@dataclass(frozen=True)
class RandomEffects:
    """Estimates of several groups or studies, pooled.

    Attributes
    ----------
    estimate, std_error, low, high : float
        The mean of the true effects.
    statistic, df : float
        Estimate over standard error; degrees of freedom of its t distribution (infinite: normal).
    prediction_low, prediction_high : float
        Where the true effect of one further group is expected.
    tau_squared, tau_low, tau_high : float
        Variance of the true effects, with its Q-profile interval.
    q, q_df, q_p : float
        Cochran's test that all true effects are alike.
    i_squared : float
        Share of the spread of estimates that is not sampling error.
    weights : ndarray of float, shape (groups,)
        Shares of the pooled estimate; they add up to 1.
    """

    estimate: float
    std_error: float
    low: float
    high: float
    statistic: float
    df: float
    prediction_low: float
    prediction_high: float
    tau_squared: float
    tau_low: float
    tau_high: float
    q: float
    q_df: int
    q_p: float
    i_squared: float
    weights: Floats


def random_effects(
    estimates: Floats,
    variances: Floats,
    *,
    spread: Spread = "reml",
    knapp_hartung: bool = True,
    conf_level: float = 0.95,
) -> RandomEffects:
    """Pool estimates whose true values differ.

    Parameters
    ----------
    estimates, variances : ndarray of float, shape (groups,)
        One estimate for each group and its sampling variance, above 0.
    spread : {"reml", "dersimonian_laird"}
        How the variance of the true effects is estimated.
    knapp_hartung : bool
        Whether the standard error takes the spread of the estimates into account, with a t distribution.
    conf_level : float
        Level of all intervals.

    Returns
    -------
    RandomEffects
        With fewer than two groups everything that needs a spread is NaN, and the estimate is that of the group.

    Notes
    -----
    With w_i = 1 / (v_i + τ²): μ = Σ w y / Σ w, SE² = 1 / Σ w, times Σ w (y − μ)² / (k − 1) under Knapp and Hartung's
    rule. REML solves Σ w² (y − μ)² − Σ w + Σ w² / Σ w = 0 by Fisher scoring with τ² ≥ 0. The interval of τ² holds
    the values at which Q(τ²) = Σ w (y − μ)² is a plausible χ² value with k − 1 degrees of freedom. The prediction
    interval is μ ± q √(SE² + τ²). I² = τ² / (τ² + s²) with Higgins and Thompson's typical sampling variance s².

    References
    ----------
    Viechtbauer, W. (2005). Bias and efficiency of meta-analytic variance estimators in the random-effects model.
    Journal of Educational and Behavioral Statistics, 30(3), 261-293. doi:10.3102/10769986030003261

    Knapp, G., & Hartung, J. (2003). Improved tests for a random effects meta-regression with a single covariate.
    Statistics in Medicine, 22(17), 2693-2710. doi:10.1002/sim.1482

    Higgins, J. P. T., Thompson, S. G., & Spiegelhalter, D. J. (2009). A re-evaluation of random-effects meta-analysis.
    Journal of the Royal Statistical Society A, 172(1), 137-159. doi:10.1111/j.1467-985X.2008.00552.x

    Examples
    --------
    >>> found = random_effects(np.array([0.2, 0.4, 0.6]), np.array([0.01, 0.01, 0.01]))
    >>> round(found.estimate, 3), round(found.tau_squared, 3), round(found.i_squared, 2)
    (0.4, 0.03, 0.75)
    """
    groups = len(estimates)
    fixed = 1.0 / variances
    if groups < FEWEST:
        return _alone(float(estimates[0]), float(variances[0]), conf_level)
    df = groups - 1
    q = _q(0.0, estimates, variances)
    typical = df * fixed.sum() / (fixed.sum() ** 2 - (fixed**2).sum())
    first = max(0.0, float(q - df) * float(typical) / df)
    tau = float(first) if spread == "dersimonian_laird" else _reml(estimates, variances, first, typical)
    weights = 1.0 / (variances + tau)
    mean = float(weights @ estimates / weights.sum())
    variance = 1.0 / weights.sum()
    if knapp_hartung:
        variance *= float(weights @ (estimates - mean) ** 2) / df
    freedom = float(df) if knapp_hartung else math.inf
    quantile = float(stdtrit(df, 0.5 + conf_level / 2) if knapp_hartung else ndtri(0.5 + conf_level / 2))
    error = math.sqrt(variance)
    away = quantile * math.sqrt(variance + tau)
    tau_low, tau_high = _profile(estimates, variances, conf_level)
    return RandomEffects(
        estimate=mean,
        std_error=error,
        low=mean - quantile * error,
        high=mean + quantile * error,
        statistic=mean / error if error > 0 else math.nan,
        df=freedom,
        prediction_low=mean - away,
        prediction_high=mean + away,
        tau_squared=tau,
        tau_low=tau_low,
        tau_high=tau_high,
        q=q,
        q_df=df,
        q_p=float(chdtrc(df, q)),
        i_squared=float(tau / (tau + typical)),
        weights=weights / weights.sum(),
    )


def _alone(estimate: float, variance: float, conf_level: float) -> RandomEffects:
    error = math.sqrt(variance)
    half = float(ndtri(0.5 + conf_level / 2)) * error
    gap = math.nan
    return RandomEffects(
        estimate, error, estimate - half, estimate + half, estimate / error, math.inf, gap, gap, gap, gap, gap, gap, 0,
        gap, gap, np.ones(1),
    )  # fmt: skip


def _q(tau: float, estimates: Floats, variances: Floats) -> float:
    weights = 1.0 / (variances + tau)
    mean = weights @ estimates / weights.sum()
    return float(weights @ (estimates - mean) ** 2)


def _reml(estimates: Floats, variances: Floats, start: float, typical: float) -> float:
    """Return the REML variance of the true effects by Fisher scoring with step halving at 0."""
    tau = start
    for _ in range(STEPS):
        weights = 1.0 / (variances + tau)
        total = weights.sum()
        mean = weights @ estimates / total
        squares = weights**2
        trace = squares.sum() / total
        score = float(squares @ (estimates - mean) ** 2 - weights.sum() + trace)
        information = float(squares.sum() - 2 * (weights**3).sum() / total + trace**2)
        step = score / information
        moved = max(0.0, tau + step)
        if abs(moved - tau) <= SETTLED * typical:
            return float(moved)
        tau = moved
    return tau


def _profile(estimates: Floats, variances: Floats, conf_level: float) -> tuple[float, float]:
    """Return the Q-profile interval of the variance of the true effects."""
    df = len(estimates) - 1
    tail = (1 - conf_level) / 2
    upper, lower = float(chdtri(df, tail)), float(chdtri(df, 1 - tail))
    at_zero = _q(0.0, estimates, variances)
    return _crossing(estimates, variances, upper, at_zero), _crossing(estimates, variances, lower, at_zero)


def _crossing(estimates: Floats, variances: Floats, target: float, at_zero: float) -> float:
    """Return the variance at which Q falls to the target; 0 where it is below the target from the start."""
    if at_zero <= target:
        return 0.0
    high = float(variances.max() + np.ptp(estimates) ** 2)
    while _q(high, estimates, variances) > target:
        high *= 4
    return float(brentq(lambda tau: _q(tau, estimates, variances) - target, 0.0, high, xtol=1e-14, rtol=1e-12))
