"""The paired t test with its standardised differences, on plain arrays."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from osa_survey.effects.effects import Effect
from osa_survey.effects.paired_differences import CONSTANT, d_av, d_z


@dataclass(frozen=True)
class PairedComparison:
    """Two ratings by the same n people.

    Attributes
    ----------
    n : int
        People with both.
    means, sds : tuple of float
        Of the first and the second rating.
    difference, sd_difference, std_error, low, high : float
        The mean difference, the SD of the differences, and the interval of the mean.
    t, df, p_value : float
        The paired t test; NaN if the differences are constant.
    d_z, d_av : Effect
        The standardised differences.
    """

    n: int
    means: tuple[float, float]
    sds: tuple[float, float]
    difference: float
    sd_difference: float
    std_error: float
    low: float
    high: float
    t: float
    df: float
    p_value: float
    d_z: Effect
    d_av: Effect


@dataclass(frozen=True)
class PairedTest:
    """The paired t test.

    Attributes
    ----------
    difference, sd_difference, std_error : float
        Mean and SD of the differences, and the standard error of the mean.
    t, df, p_value : float
        The two-sided test of a mean of zero; NaN where all differences are the same.
    """

    difference: float
    sd_difference: float
    std_error: float
    t: float
    df: float
    p_value: float


def paired_test(x: NDArray[np.float64], y: NDArray[np.float64]) -> PairedTest:
    """Return the paired t test of two ratings by the same people.

    Parameters
    ----------
    x, y : ndarray of float, shape (people,)
        Both ratings; at least two people, no gaps.
    """
    n = len(x)
    differences = x - y
    mean, spread = float(differences.mean()), float(differences.std(ddof=1))
    largest = float(max(np.abs(x).max(), np.abs(y).max()))
    if spread <= CONSTANT * largest:
        return PairedTest(mean, 0.0, math.nan, math.nan, n - 1.0, math.nan)
    std_error = spread / math.sqrt(n)
    t = mean / std_error
    return PairedTest(mean, spread, std_error, t, n - 1.0, float(2 * stats.t.sf(abs(t), n - 1)))


def paired_comparison(x: NDArray[np.float64], y: NDArray[np.float64], conf_level: float) -> PairedComparison:
    """Return the comparison of two ratings by the same people.

    Parameters
    ----------
    x, y : ndarray of float, shape (people,)
        Both ratings; at least two people, no gaps.
    conf_level : float
        Level of the intervals.
    """
    n = len(x)
    found = paired_test(x, y)
    sds = (float(x.std(ddof=1)), float(y.std(ddof=1)))
    means = (float(x.mean()), float(y.mean()))
    sizes = (d_z(x, y, conf_level), d_av(x, y, conf_level))
    half = float(stats.t.ppf(0.5 + conf_level / 2, n - 1)) * found.std_error
    return PairedComparison(
        n=n,
        means=means,
        sds=sds,
        difference=found.difference,
        sd_difference=found.sd_difference,
        std_error=found.std_error,
        low=found.difference - half,
        high=found.difference + half,
        t=found.t,
        df=found.df,
        p_value=found.p_value,
        d_z=sizes[0],
        d_av=sizes[1],
    )
