"""Differences of two ratings by the same people, in standard deviations, and by signed ranks."""

from __future__ import annotations

import math

import numpy as np
from scipy import stats

from osa_survey.effects.effects import Effect, effect, undefined
from osa_survey.effects.noncentral_intervals import noncentral_t_interval
from osa_survey.effects.spreads import Floats, small_sample_correction

CONSTANT = 1e-12
"""Differences whose SD is below this share of the ratings are constant up to rounding."""
PERFECT = 1 - 1e-6
"""From this correlation on ratings count as lying on a line: 1 − r has too few digits left for a derivative."""
NO_CHANGE = "all differences are the same: no standardised difference"
ALL_ONE_WAY = "all differences have one sign: this interval is not defined"
ON_A_LINE = "both ratings lie on a rising line: √(2(1 − r)) is zero whatever the difference"
D_Z = "mean difference / SD of the differences, noncentral t interval"
D_AV = "mean difference / √((SD₁² + SD₂²) / 2), interval of d_z times SD(d) / that root"
D_RM = "d_z · √(2(1 − r)), interval by the delta method for normal ratings"


def d_z(x: Floats, y: Floats, conf_level: float = 0.95) -> Effect:
    """Return the mean difference over the standard deviation of the differences.

    Parameters
    ----------
    x, y : ndarray of float, shape (people,)
        Both ratings of two people or more, without gaps.
    conf_level : float
        Level of the two-sided interval.

    Notes
    -----
    t = √n d_z; the bounds are those of the noncentrality of t over √n: exact for normal differences.
    """
    differences = x - y
    if _constant(x, y, differences):
        return undefined(D_Z, NO_CHANGE)
    estimate = float(differences.mean() / differences.std(ddof=1))
    root = math.sqrt(len(x))
    bounds = noncentral_t_interval(estimate * root, len(x) - 1, conf_level)
    return effect(estimate, (bounds.low / root, bounds.high / root), D_Z)


def g_z(x: Floats, y: Floats, conf_level: float = 0.95) -> Effect:
    """Return d_z corrected for its bias in small samples (Hedges' J with n − 1 degrees of freedom)."""
    found, factor = d_z(x, y, conf_level), small_sample_correction(len(x) - 1)
    method = f"Hedges' J (n − 1) times d_z: {D_Z}"
    if math.isnan(factor) or math.isnan(found.estimate):
        return undefined(method, found.warning or "two pairs are too few for the correction")
    return effect(found.estimate * factor, (found.low * factor, found.high * factor), method)


def d_av(x: Floats, y: Floats, conf_level: float = 0.95) -> Effect:
    """Return the mean difference over the root of the mean of both variances.

    Notes
    -----
    d_av = M(d)/√((s₁² + s₂²)/2); its bounds are those of d_z times SD(d)/√((s₁² + s₂²)/2).

    References
    ----------
    Algina, J., & Keselman, H. J. (2003). Approximate confidence intervals for effect sizes. Educational and
    Psychological Measurement, 63, 537–553. doi:10.1177/0013164403256358
    """
    found = d_z(x, y, conf_level)
    if math.isnan(found.estimate):
        return undefined(D_AV, NO_CHANGE)
    spread = float((x - y).std(ddof=1))
    average = math.sqrt((float(x.std(ddof=1)) ** 2 + float(y.std(ddof=1)) ** 2) / 2)
    low, high = (bound * spread / average for bound in (found.low, found.high))
    return effect(found.estimate * spread / average, (low, high), D_AV)


def d_rm(x: Floats, y: Floats, conf_level: float = 0.95) -> Effect:
    """Return the repeated-measures d: d_z · √(2(1 − r)), with a delta-method interval.

    Notes
    -----
    r is the correlation of the ratings. With v the variance of the differences, c the covariance and r = c/(s₁ s₂):
    Var(d_rm) = 2(1 − r)/n + d_rm² ∇'Σ∇, where ∇ = (½ (r/(2s₁²)/(1 − r) − 1/v), ½ (r/(2s₂²)/(1 − r) − 1/v),
    1/v − 1/(2 s₁ s₂ (1 − r))) and Σ is the covariance of (s₁², s₂², c) in normal samples. The interval is
    d_rm ± t(n − 1) · SE. Intervals that scale d_z by √(2(1 − r)) take r as known and are too narrow.

    References
    ----------
    Lakens, D. (2013). Calculating and reporting effect sizes to facilitate cumulative science. Frontiers in
    Psychology, 4, 863. doi:10.3389/fpsyg.2013.00863
    """
    differences = x - y
    if len(x) < 3:
        return undefined(D_RM, "three pairs are needed")
    if _constant(x, y, differences):
        return undefined(D_RM, NO_CHANGE)
    s11, s12, s22 = (float(value) for value in np.cov(x, y)[[0, 0, 1], [0, 1, 1]])
    if s11 <= 0 or s22 <= 0:
        return undefined(D_RM, "a rating is constant: its correlation with the other is not defined")
    if on_a_rising_line(x, y):
        return undefined(D_RM, ON_A_LINE)
    r = s12 / math.sqrt(s11 * s22)
    v = s11 + s22 - 2 * s12
    estimate = float(differences.mean()) / math.sqrt(v) * math.sqrt(2 * (1 - r))
    gradient = np.array(
        [
            0.5 * (r / (2 * s11) / (1 - r) - 1 / v),
            0.5 * (r / (2 * s22) / (1 - r) - 1 / v),
            1 / v - 0.5 / math.sqrt(s11 * s22) / (1 - r),
        ]
    )
    moments = np.array(
        [
            [2 * s11**2, 2 * s12**2, 2 * s11 * s12],
            [2 * s12**2, 2 * s22**2, 2 * s22 * s12],
            [2 * s11 * s12, 2 * s22 * s12, s11 * s22 + s12**2],
        ]
    ) / (len(x) - 1)
    std_error = math.sqrt(2 * (1 - r) / len(x) + estimate**2 * float(gradient @ moments @ gradient))
    half = float(stats.t.ppf((1 + conf_level) / 2, len(x) - 1)) * std_error
    return effect(estimate, (estimate - half, estimate + half), D_RM, std_error=std_error)


def matched_rank_biserial(x: Floats, y: Floats, conf_level: float = 0.95) -> Effect:
    """Return the matched-pairs rank-biserial correlation: the rank sum of rises minus that of falls, as a share.

    Notes
    -----
    Pairs without a difference are left out. The interval is tanh(atanh r ± z s) with
    s = √((2n³ + 3n² + n)/6) / ((n² + n)/2), the standard error of equal distributions, as in effectsize; where all
    differences have one sign effectsize gives an interval of no width, here it is left out.

    References
    ----------
    Kerby, D. S. (2014). The simple difference formula: An approach to teaching nonparametric correlation.
    Comprehensive Psychology, 3, 11.IT.3.1. doi:10.2466/11.IT.3.1
    """
    method = "signed-rank sums as a share of all ranks, Fisher's z interval"
    differences = x - y
    differences = differences[differences != 0]
    n = len(differences)
    if n == 0:
        return undefined(method, "nobody's ratings differ")
    ranks = stats.rankdata(np.abs(differences))
    estimate = float((np.sign(differences) * ranks).sum() / ranks.sum())
    if abs(estimate) >= 1 - 1e-12:
        return effect(math.copysign(1.0, estimate), (math.nan, math.nan), method, missing=ALL_ONE_WAY)
    spread = math.sqrt((2 * n**3 + 3 * n**2 + n) / 6) / ((n**2 + n) / 2)
    half = float(stats.norm.ppf((1 + conf_level) / 2)) * spread
    centre = math.atanh(estimate)
    return effect(estimate, (math.tanh(centre - half), math.tanh(centre + half)), method)


def on_a_rising_line(x: Floats, y: Floats) -> bool:
    """Tell whether two ratings, neither of them constant, correlate by one.

    Examples
    --------
    >>> on_a_rising_line(np.array([1.0, 2, 4]), np.array([1.0, 3, 7]))
    True
    """
    return bool(np.corrcoef(x, y)[0, 1] >= PERFECT)


def _constant(x: Floats, y: Floats, differences: Floats) -> bool:
    largest = float(max(np.abs(x).max(), np.abs(y).max()))
    return float(differences.std(ddof=1)) <= CONSTANT * largest
