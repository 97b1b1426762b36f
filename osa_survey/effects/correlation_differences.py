"""Two correlations compared: of independent samples, or of the same people with one variable or none in common."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from osa_survey.effects.effects import Effect, effect, undefined

Floats = NDArray[np.float64]
PERFECT = "a perfect correlation has no Fisher's z"
ZOU = "difference of correlations, Zou's interval"


@dataclass(frozen=True)
class CorrelationTest:
    """The test that two correlations are the same: t (``df`` finite) or z, with its two-sided p."""

    statistic: float
    df: float
    p_value: float


def cohens_q(r1: float, n1: int, r2: float, n2: int, conf_level: float = 0.95) -> Effect:
    """Return Cohen's q = atanh r₁ − atanh r₂ of two independent samples.

    Parameters
    ----------
    r1, r2 : float
        Pearson correlations between −1 and 1.
    n1, n2 : int
        People behind each.
    conf_level : float
        Level of the two-sided interval q ± z √(1/(n₁ − 3) + 1/(n₂ − 3)).

    References
    ----------
    Cohen, J. (1988). Statistical power analysis for the behavioral sciences (2nd ed.). doi:10.4324/9780203771587

    Examples
    --------
    >>> round(cohens_q(0.35, 200, 0.15, 180).estimate, 4)
    0.2143
    """
    method = "difference of Fisher's z, normal interval"
    if not (abs(r1) < 1 and abs(r2) < 1):
        return undefined(method, PERFECT)
    estimate = math.atanh(r1) - math.atanh(r2)
    if min(n1, n2) < 4:
        return effect(estimate, (math.nan, math.nan), method, missing="an interval needs four people in each group")
    std_error = math.sqrt(1 / (n1 - 3) + 1 / (n2 - 3))
    half = float(stats.norm.ppf((1 + conf_level) / 2)) * std_error
    return effect(estimate, (estimate - half, estimate + half), method, std_error=std_error)


def correlation_of_correlations(R: Floats, first: tuple[int, int], second: tuple[int, int]) -> float:
    """Return how two correlations of the same people go together over samples of normal variables.

    Parameters
    ----------
    R : ndarray of float, shape (k, k)
        Correlations of the variables.
    first, second : tuple of int
        The two variables of each correlation; they may share one.

    Notes
    -----
    c = ψ/((1 − r_jk²)(1 − r_hm²)) with ψ = r_jk r_hm (r_jh² + r_jm² + r_kh² + r_km²)/2 + r_jh r_km + r_jm r_kh
    − (r_jk r_jh r_jm + r_jk r_kh r_km + r_jh r_kh r_hm + r_jm r_km r_hm). It is that of their Fisher's z too.

    References
    ----------
    Steiger, J. H. (1980). Tests for comparing elements of a correlation matrix. Psychological Bulletin, 87(2), 245–251.
    doi:10.1037/0033-2909.87.2.245
    """
    (j, k), (h, m) = first, second
    jk, hm, jh, jm, kh, km = (float(R[pair]) for pair in ((j, k), (h, m), (j, h), (j, m), (k, h), (k, m)))
    psi = (
        jk * hm * (jh**2 + jm**2 + kh**2 + km**2) / 2
        + jh * km
        + jm * kh
        - (jk * jh * jm + jk * kh * km + jh * kh * hm + jm * km * hm)
    )
    return psi / ((1 - jk**2) * (1 - hm**2))


def williams_t(r12: float, r13: float, r23: float, n: int) -> CorrelationTest:
    """Return Williams's test that variable 1 correlates as highly with 2 as with 3.

    Notes
    -----
    t = (r₁₂ − r₁₃) √[(n − 1)(1 + r₂₃)/(2 |R| (n − 1)/(n − 3) + r̄²(1 − r₂₃)³)] with r̄ the mean of r₁₂ and r₁₃, on
    n − 3 degrees of freedom, as psych's ``r.test``.

    References
    ----------
    Williams, E. J. (1959). The comparison of regression variables. Journal of the Royal Statistical Society B, 21(2),
    396–399. doi:10.1111/j.2517-6161.1959.tb00346.x (recalled)

    Examples
    --------
    >>> round(williams_t(0.5, 0.3, 0.2, 100).statistic, 3)
    1.798
    """
    determinant = 1 - r12**2 - r13**2 - r23**2 + 2 * r12 * r13 * r23
    mean = (r12 + r13) / 2
    below = 2 * determinant * (n - 1) / (n - 3) + mean**2 * (1 - r23) ** 3
    t = (r12 - r13) * math.sqrt((n - 1) * (1 + r23) / below)
    return CorrelationTest(t, n - 3.0, 2 * float(stats.t.sf(abs(t), n - 3)))


def steiger_z(R: Floats, n: int) -> CorrelationTest:
    """Return Steiger's test that variables 1 and 2 correlate as highly as 3 and 4.

    Parameters
    ----------
    R : ndarray of float, shape (4, 4)
        Correlations of the four variables.
    n : int
        People.

    Notes
    -----
    z = (z₁₂ − z₃₄) √(n − 3)/√(2 − 2c), with c of ``correlation_of_correlations`` where r₁₂ and r₃₄ are replaced by
    their mean.

    References
    ----------
    Steiger, J. H. (1980). Tests for comparing elements of a correlation matrix. Psychological Bulletin, 87(2), 245–251.
    doi:10.1037/0033-2909.87.2.245
    """
    pooled = R.copy()
    mean = (R[0, 1] + R[2, 3]) / 2
    pooled[[0, 1, 2, 3], [1, 0, 3, 2]] = mean
    c = correlation_of_correlations(pooled, (0, 1), (2, 3))
    z = (math.atanh(R[0, 1]) - math.atanh(R[2, 3])) * math.sqrt(n - 3) / math.sqrt(2 - 2 * c)
    return CorrelationTest(z, math.inf, 2 * float(stats.norm.sf(abs(z))))


def zou_difference(
    r1: float, r2: float, bounds: tuple[tuple[float, float], tuple[float, float]], c: float = 0.0
) -> Effect:
    """Return the difference of two correlations with Zou's interval.

    Parameters
    ----------
    r1, r2 : float
        The correlations.
    bounds : tuple of (float, float)
        The interval of each, by Fisher's z.
    c : float
        How the two go together over samples: 0 for independent samples, else ``correlation_of_correlations``.

    Notes
    -----
    L = r₁ − r₂ − √[(r₁ − l₁)² + (u₂ − r₂)² − 2c(r₁ − l₁)(u₂ − r₂)], and U accordingly.

    References
    ----------
    Zou, G. Y. (2007). Toward using confidence intervals to compare correlations. Psychological Methods, 12(4), 399–413.
    doi:10.1037/1082-989X.12.4.399

    Examples
    --------
    >>> found = zou_difference(0.5, 0.3, ((0.4, 0.59), (0.18, 0.41)))
    >>> round(found.low, 4), round(found.high, 4)  # .2 − √(.01 + .0121), .2 + √(.0081 + .0144)
    (0.0513, 0.35)
    """
    (low1, high1), (low2, high2) = bounds
    below, above = r1 - low1, high2 - r2
    low = r1 - r2 - math.sqrt(below**2 + above**2 - 2 * c * below * above)
    above, below = high1 - r1, r2 - low2
    high = r1 - r2 + math.sqrt(above**2 + below**2 - 2 * c * above * below)
    return effect(r1 - r2, (low, high), ZOU)
