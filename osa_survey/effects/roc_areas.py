"""Areas under ROC curves of one or several scores of the same people, with the covariance of DeLong."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from osa_survey.effects.effects import Effect, effect, undefined
from osa_survey.effects.spreads import Floats

METHOD = "area under the ROC curve, DeLong interval"
FEW = "an area needs two people of each kind"
PERFECT = "the scores separate all cases: no interval"


@dataclass(frozen=True)
class RocAreas:
    """Areas of several scores with their covariance.

    Attributes
    ----------
    areas : ndarray of float, shape (scores,)
        Each is the chance that a case scores above a non-case, ties counted half.
    covariance : ndarray of float, shape (scores, scores)
        NaN where one kind has fewer than two people.
    """

    areas: Floats
    covariance: Floats


@dataclass(frozen=True)
class AreaTest:
    """The difference of two areas of the same people and its z test."""

    difference: Effect
    z: float
    p_value: float


def roc_areas(scores: Floats, cases: NDArray[np.bool_]) -> RocAreas:
    """Return the areas under the curves of scores and the covariance of the areas.

    Parameters
    ----------
    scores : ndarray of float, shape (respondents, scores)
        Higher speaks for a case.
    cases : ndarray of bool, shape (respondents,)
        Who is a case by the reference.

    Notes
    -----
    With mid-ranks R of a case among everybody and R₁ among the m cases, its placement is (R − R₁)/n among the n
    non-cases; the area is the mean placement. The covariance is S₁/m + S₀/n, with S₁ and S₀ the covariances of the
    placements of cases and non-cases. Time grows with n log n.

    References
    ----------
    DeLong, E. R., DeLong, D. M., & Clarke-Pearson, D. L. (1988). Comparing the areas under two or more correlated
    receiver operating characteristic curves. Biometrics, 44(3), 837–845. doi:10.2307/2531595
    Sun, X., & Xu, W. (2014). Fast implementation of DeLong's algorithm. IEEE Signal Processing Letters, 21(11),
    1389–1393. doi:10.1109/LSP.2014.2337313

    Examples
    --------
    >>> roc_areas(np.array([[1.0], [2.0], [3.0], [2.0]]), np.array([False, False, True, True])).areas
    array([0.875])
    """
    m, n = int(cases.sum()), int((~cases).sum())
    ranks = stats.rankdata(scores, axis=0)
    of_cases = (ranks[cases] - stats.rankdata(scores[cases], axis=0)) / n
    of_others = 1 - (ranks[~cases] - stats.rankdata(scores[~cases], axis=0)) / m
    k = scores.shape[1]
    if min(m, n) < 2:
        return RocAreas(of_cases.mean(axis=0), np.full((k, k), np.nan))
    inner = np.cov(of_cases, rowvar=False).reshape(k, k) / m
    return RocAreas(of_cases.mean(axis=0), inner + np.cov(of_others, rowvar=False).reshape(k, k) / n)


def area_under_curve(found: RocAreas, position: int, conf_level: float = 0.95) -> Effect:
    """Return one area with its interval, area ± z SE, kept within 0 and 1."""
    area, std_error = float(found.areas[position]), math.sqrt(found.covariance[position, position])
    if math.isnan(std_error):
        return undefined(METHOD, FEW)
    if std_error == 0:
        return effect(area, (math.nan, math.nan), METHOD, std_error=0.0, missing=PERFECT)
    half = float(stats.norm.ppf((1 + conf_level) / 2)) * std_error
    return effect(area, (max(0.0, area - half), min(1.0, area + half)), METHOD, std_error=std_error)


def area_difference(found: RocAreas, first: int, second: int, conf_level: float = 0.95) -> AreaTest:
    """Return the difference of two areas of the same people: z = difference/SE, SE from the covariance of both."""
    method = "difference of two areas of the same people, DeLong's covariance"
    weights = np.zeros(len(found.areas))
    weights[first], weights[second] = 1.0, -1.0
    difference = float(weights @ found.areas)
    variance = float(weights @ found.covariance @ weights)
    if not variance > 1e-15:
        reason = FEW if math.isnan(variance) else "both scores order the people alike: no interval"
        return AreaTest(effect(difference, (math.nan, math.nan), method, missing=reason), math.nan, math.nan)
    std_error = math.sqrt(variance)
    half = float(stats.norm.ppf((1 + conf_level) / 2)) * std_error
    z = difference / std_error
    size = effect(difference, (difference - half, difference + half), method, std_error=std_error)
    return AreaTest(size, z, 2 * float(stats.norm.sf(abs(z))))
