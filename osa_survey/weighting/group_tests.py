"""Design-based tests of groups: t and F of means, rank tests."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from osa_survey.dataset import SurveyDesign
from osa_survey.weighting.means import group_means
from osa_survey.weighting.second_moments import weighted_ranks
from osa_survey.weighting.statistics import DesignEstimate, under_design

Floats = NDArray[np.float64]
Codes = NDArray[np.int64]


@dataclass(frozen=True)
class DesignTest:
    """A design-based test.

    Attributes
    ----------
    estimate, std_error : float
        The difference of two groups, second minus first; NaN with more groups.
    statistic, statistic_name : float and str
        t of two groups, else F (Wald's statistic over df1).
    df1, df2 : float
        Degrees of freedom: df of t with NaN, or both of F.
    p_value : float
        Two-sided.
    """

    estimate: float
    std_error: float
    statistic: float
    statistic_name: str
    df1: float
    df2: float
    p_value: float


def means_test(values: Floats, groups: Codes, number: int, design: SurveyDesign) -> DesignTest:
    """Test whether groups have equal means.

    Parameters
    ----------
    values : ndarray of float, shape (respondents,)
        Numbers; NaN stands outside.
    groups : ndarray of int, shape (respondents,)
        Group from 0; −1 stands outside.
    number : int
        Groups; each needs someone.
    design : SurveyDesign
        The design, or a domain of it.

    Returns
    -------
    DesignTest
        Two groups: t with df(design) − 1. More: F = d'V⁻¹d/(k − 1) with k − 1 and df(design) − k + 1.
    """
    design = design.within((groups >= 0) & ~np.isnan(values))
    return _test(under_design(lambda w: group_means(values, groups, number, w), design), number)


def ranks_test(values: Floats, groups: Codes, number: int, design: SurveyDesign) -> DesignTest:
    """Test whether groups have equal mean ranks: Wilcoxon's test of two groups, Kruskal & Wallis' of more.

    Parameters
    ----------
    values, groups, number, design
        As for ``means_test``.

    Returns
    -------
    DesignTest
        The difference is that of the mean estimated population ranks (shares). Ranks are those under the full
        weights, also within replicates.

    References
    ----------
    Lumley, T., & Scott, A. J. (2013). Two-sample rank tests under complex sampling. doi:10.1093/biomet/ast027
    """
    design = design.within((groups >= 0) & ~np.isnan(values))
    return means_test(weighted_ranks(values, design.weights), groups, number, design)


def _test(means: DesignEstimate, number: int) -> DesignTest:
    contrasts = np.hstack([-np.ones((number - 1, 1)), np.eye(number - 1)])
    difference = contrasts @ means.estimate
    covariance = contrasts @ means.covariance @ contrasts.T
    if number == 2:
        error = math.sqrt(max(float(covariance[0, 0]), 0.0)) if covariance[0, 0] == covariance[0, 0] else math.nan
        df = means.df - 1
        t = float(difference[0]) / error if error > 0 else math.nan
        p = 2 * float(stats.t.sf(abs(t), df)) if df > 0 else math.nan
        return DesignTest(float(difference[0]), error, t, "t", df, math.nan, p)
    df1, df2 = number - 1, means.df - number + 1
    nothing = DesignTest(math.nan, math.nan, math.nan, "F", df1, df2, math.nan)
    if df2 <= 0 or not np.isfinite(covariance).all() or np.linalg.matrix_rank(covariance) < df1:
        return nothing
    F = float(difference @ np.linalg.solve(covariance, difference)) / df1
    return DesignTest(math.nan, math.nan, F, "F", df1, df2, float(stats.f.sf(F, df1, df2)))
