"""Tests of whole distributions: two groups against each other, and numbers against a normal distribution."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from osa_survey.models.residual_checks import MOST_SHAPIRO, shapiro_of

Floats = NDArray[np.float64]
EXACT_PRODUCT = 10_000
"""n₁ · n₂ below which p is exact where no values are tied, as in R's ``ks.test``."""
FEWEST_SHAPIRO = 3
WARNING_RANGE = f"the Shapiro–Wilk test is for 3 to {MOST_SHAPIRO:,} people whose answers differ"


@dataclass(frozen=True)
class DistributionTest:
    """A statistic of distributions with its p value; both NaN where the test is not defined.

    Attributes
    ----------
    statistic, p_value : float
        D or W, and p.
    exact : bool
        Whether p comes from the exact distribution.
    """

    statistic: float
    p_value: float
    exact: bool = False


def kolmogorov_smirnov(x: Floats, y: Floats) -> DistributionTest:
    """Return the two-sided Kolmogorov–Smirnov test of two groups.

    Parameters
    ----------
    x, y : ndarray of float, shapes (n₁,) and (n₂,)
        The groups.

    Notes
    -----
    D is the largest distance of the two empirical distribution functions. p is exact for small groups without ties,
    otherwise 2 Σ (−1)^(k−1) exp(−2k²D²n₁n₂/(n₁ + n₂)), which is too large where values are tied.

    References
    ----------
    Smirnov, N. (1948). Table for estimating the goodness of fit of empirical distributions. The Annals of Mathematical
    Statistics, 19(2), 279–281. doi:10.1214/aoms/1177730256

    Examples
    --------
    >>> kolmogorov_smirnov(np.array([1.0, 2.0, 3.0]), np.array([2.5, 4.0, 5.0])).statistic
    0.6666666666666667
    """
    n1, n2 = len(x), len(y)
    together = np.unique(np.concatenate([x, y]))
    below = [np.searchsorted(np.sort(group), together, side="right") / len(group) for group in (x, y)]
    distance = float(np.abs(below[0] - below[1]).max())
    if n1 * n2 < EXACT_PRODUCT and len(together) == n1 + n2:
        return DistributionTest(distance, float(stats.ks_2samp(x, y, method="exact").pvalue), exact=True)
    return DistributionTest(distance, float(stats.kstwobign.sf(distance * math.sqrt(n1 * n2 / (n1 + n2)))))


def shapiro_wilk(values: Floats) -> DistributionTest:
    """Return the Shapiro–Wilk test that numbers come from a normal distribution.

    Parameters
    ----------
    values : ndarray of float, shape (n,)
        Numbers, 3 to 5,000; NaN is returned for others and where all are the same.

    References
    ----------
    Royston, P. (1995). Remark AS R94: A remark on algorithm AS 181: The W-test for normality. Journal of the Royal
    Statistical Society C, 44(4), 547–551. doi:10.2307/2986146
    """
    if not FEWEST_SHAPIRO <= len(values) <= MOST_SHAPIRO or np.ptp(values) == 0:
        return DistributionTest(math.nan, math.nan)
    return DistributionTest(*shapiro_of(values))
