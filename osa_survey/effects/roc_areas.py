"""Areas under ROC curves of one or several scores of the same people, with the covariance of DeLong."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from osa_survey.effects.effects import Effect, effect, undefined
from osa_survey.effects.spreads import Floats
from osa_survey.weighting import Statistics

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


def weighted_roc_areas(scores: Floats, cases: NDArray[np.bool_], weights: Floats) -> Statistics:
    """Return the areas under the curves of scores among weighted people.

    Parameters
    ----------
    scores : ndarray of float, shape (respondents, scores)
        Higher speaks for a case.
    cases : ndarray of bool, shape (respondents,)
        Who is a case by the reference.
    weights : ndarray of float, shape (respondents,)
        How many people each stands for.

    Returns
    -------
    Statistics
        The area is the weighted chance that a case scores above a non-case, ties counted half. With placements v among
        the other kind, a person adds w(v − area)/Σw, Σw over the own kind: DeLong's placements, linearised.

    References
    ----------
    Yao, W., Li, Z., & Graubard, B. I. (2015). Estimation of ROC curve with complex survey data. Statistics in Medicine,
    34(8), 1293–1303. doi:10.1002/sim.6405 (recalled)

    Examples
    --------
    >>> scores, cases = np.array([[1.0], [2.0], [3.0], [2.0]]), np.array([False, False, True, True])
    >>> weighted_roc_areas(scores, cases, np.ones(4)).estimate
    array([0.875])
    """
    of_cases, of_others = np.where(cases, weights, 0.0), np.where(cases, 0.0, weights)
    areas, placements = [], []
    for score in scores.T:
        values, place = np.unique(score, return_inverse=True)
        mass, other = (np.bincount(place, own, len(values)) / own.sum() for own in (of_cases, of_others))
        below, above = np.cumsum(other) - other / 2, 1 - np.cumsum(mass) + mass / 2
        areas.append(float(mass @ below))
        placements.append(np.where(cases, below[place], above[place]))
    estimate = np.array(areas)
    share = of_cases / of_cases.sum() + of_others / of_others.sum()
    return Statistics(estimate, lambda: share[:, None] * (np.column_stack(placements) - estimate))


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
