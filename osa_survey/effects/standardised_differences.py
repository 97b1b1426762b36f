"""Differences of two independent means in standard deviations."""

from __future__ import annotations

import math

from osa_survey.effects.effects import Effect, effect, undefined
from osa_survey.effects.noncentral_intervals import noncentral_t_interval
from osa_survey.effects.spreads import Floats, average_sd, pooled_sd, small_sample_correction, variance, welch_df

POOLED = "pooled SD, noncentral t interval"
AVERAGE = "SD = root of the mean of both variances, noncentral t interval with Welch's df"
TOO_FEW = "too few members for the correction"


def cohens_d(x: Floats, y: Floats, conf_level: float = 0.95) -> Effect:
    """Return the difference of means over the pooled standard deviation, with a noncentral t interval.

    Parameters
    ----------
    x, y : ndarray of float, shape (members,)
        Two groups of two members or more, without gaps.
    conf_level : float
        Level of the two-sided interval.

    Notes
    -----
    d = (m₁ − m₂)/s_pooled and t = d/√(1/n₁ + 1/n₂); the bounds are those of the noncentrality of t, times
    √(1/n₁ + 1/n₂). Exact for normal outcomes with equal variances.

    References
    ----------
    Steiger, J. H. (2004). Beyond the F test. Psychological Methods, 9(2), 164–182. doi:10.1037/1082-989X.9.2.164
    """
    return _standardised(x, y, pooled_sd(x, y), 1 / len(x) + 1 / len(y), len(x) + len(y) - 2.0, conf_level, "Cohen's d")


def hedges_g(x: Floats, y: Floats, conf_level: float = 0.95) -> Effect:
    """Return Cohen's d corrected for its bias in small samples; the bounds are corrected alike.

    Notes
    -----
    g = J d with J = Γ(df/2) / (√(df/2) Γ((df − 1)/2)) and df = n₁ + n₂ − 2.

    References
    ----------
    Hedges, L. V. (1981). Distribution theory for Glass's estimator of effect size. Journal of Educational Statistics,
    6(2), 107–128. doi:10.3102/10769986006002107
    """
    return _corrected(cohens_d(x, y, conf_level), len(x) + len(y) - 2.0, f"Hedges' g, {POOLED}")


def cohens_d_unequal(x: Floats, y: Floats, conf_level: float = 0.95) -> Effect:
    """Return the difference of means over the average standard deviation, which does not pool unequal variances.

    Notes
    -----
    d = (m₁ − m₂)/√((s₁² + s₂²)/2). The noncentrality of Welch's t is bounded with Welch's degrees of freedom and
    multiplied by √(2 (n₂ s₁² + n₁ s₂²)/(n₁ n₂ (s₁² + s₂²))), as the R package effectsize does with
    ``pooled_sd = FALSE``.

    References
    ----------
    Delacre, M., Lakens, D., Ley, C., Liu, L., & Leys, C. (2021). Why Hedges' g*s based on the non-pooled standard
    deviation should be reported with Welch's t-test. PsyArXiv. doi:10.31234/osf.io/tu6mp
    """
    first, second = variance(x), variance(y)
    name = "Cohen's d of unequal variances"
    if first + second == 0:
        return undefined(f"{name}, {AVERAGE}")
    factor = 2 * (len(y) * first + len(x) * second) / (len(x) * len(y) * (first + second))
    return _standardised(x, y, average_sd(x, y), factor, welch_df(x, y), conf_level, name, AVERAGE)


def hedges_g_unequal(x: Floats, y: Floats, conf_level: float = 0.95) -> Effect:
    """Return ``cohens_d_unequal`` corrected for its bias in small samples; the bounds are corrected alike.

    Notes
    -----
    The degrees of freedom of J are those of the average variance,
    (n₁ − 1)(n₂ − 1)(s₁² + s₂²)² / ((n₂ − 1) s₁⁴ + (n₁ − 1) s₂⁴) (Delacre et al., 2021). effectsize 0.8.3 takes
    Welch's, which belong to the error of the difference and not to the average variance.
    """
    first, second, n1, n2 = variance(x), variance(y), len(x), len(y)
    name = f"Hedges' g of unequal variances, {AVERAGE}"
    if first + second == 0:
        return undefined(name)
    df = (n1 - 1) * (n2 - 1) * (first + second) ** 2 / ((n2 - 1) * first**2 + (n1 - 1) * second**2)
    return _corrected(cohens_d_unequal(x, y, conf_level), df, name)


def glass_delta(x: Floats, y: Floats, conf_level: float = 0.95) -> Effect:
    """Return the difference of means over the standard deviation of the second group.

    Notes
    -----
    Δ = (m₁ − m₂)/s₂. The noncentrality of t = Δ/√(1/n₂ + s₁²/(n₁ s₂²)) is bounded with n₂ − 1 degrees of freedom.

    References
    ----------
    Glass, G. V. (1976). Primary, secondary, and meta-analysis of research. Educational Researcher, 5(10), 3–8.
    doi:10.3102/0013189X005010003
    """
    method = "SD of the second group, noncentral t interval"
    spread = variance(y)
    if spread == 0:
        return undefined(f"Glass's Δ, {method}", "the second group has no variance: this size is not defined")
    factor = 1 / len(y) + variance(x) / (len(x) * spread)
    return _standardised(x, y, math.sqrt(spread), factor, len(y) - 1.0, conf_level, "Glass's Δ", method)


def _standardised(
    x: Floats, y: Floats, spread: float, factor: float, df: float, conf_level: float, name: str, how: str = POOLED
) -> Effect:
    method = f"{name}, {how}"
    if spread == 0:
        return undefined(method)
    estimate = float(x.mean() - y.mean()) / spread
    scale = math.sqrt(factor)
    bounds = noncentral_t_interval(estimate / scale, df, conf_level)
    return effect(estimate, (bounds.low * scale, bounds.high * scale), method)


def _corrected(found: Effect, df: float, method: str) -> Effect:
    factor = small_sample_correction(df)
    if math.isnan(found.estimate) or math.isnan(factor):
        return undefined(method, found.warning or TOO_FEW)
    return Effect(found.estimate * factor, found.low * factor, found.high * factor, method, found.warning)
