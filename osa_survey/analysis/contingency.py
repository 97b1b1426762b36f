"""Two-way tables of counts: the chi-squared test, residuals and Cramér's V."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from osa_survey.analysis.noncentral_intervals import noncentral_chi2_interval


@dataclass(frozen=True, repr=False)
class ChiSquared:
    """Pearson's chi-squared test of independence.

    Attributes
    ----------
    chi2, df, p_value : float
        The test, without continuity correction.
    n : float
        The sum of the table.
    expected : ndarray of float, shape (rows, columns)
        Counts expected under independence.
    residuals : ndarray of float, shape (rows, columns)
        Standardised (adjusted) residuals: standard normal under independence.
    """

    chi2: float
    df: float
    p_value: float
    n: float
    expected: NDArray[np.float64]
    residuals: NDArray[np.float64]


@dataclass(frozen=True)
class CramersV:
    """Cramér's V with its interval.

    Attributes
    ----------
    estimate, low, high : float
        V without correction for bias, and its two-sided interval.
    """

    estimate: float
    low: float
    high: float


def chi_squared(table: NDArray[np.float64]) -> ChiSquared:
    """Return the chi-squared test of a table whose rows and columns all hold somebody.

    Notes
    -----
    With e = (row sum × column sum)/n: χ² = Σ(o − e)²/e, df = (rows − 1)(columns − 1), and the standardised residual
    of a cell is (o − e)/√(e (1 − row share)(1 − column share)), as ``chisq.test()$stdres`` in R.

    References
    ----------
    Haberman, S. J. (1973). The analysis of residuals in cross-classified tables. Biometrics, 29(1), 205–220.
    doi:10.2307/2529686
    """
    table = np.asarray(table, dtype=float)
    n = float(table.sum())
    rows, columns = table.sum(axis=1, keepdims=True), table.sum(axis=0, keepdims=True)
    expected = rows * columns / n
    chi2 = float(((table - expected) ** 2 / expected).sum())
    df = (table.shape[0] - 1.0) * (table.shape[1] - 1.0)
    residuals = (table - expected) / np.sqrt(expected * (1 - rows / n) * (1 - columns / n))
    return ChiSquared(chi2, df, float(stats.chi2.sf(chi2, df)), n, expected, residuals)


def cramers_v(test: ChiSquared, conf_level: float = 0.95) -> CramersV:
    """Return Cramér's V of a test with a two-sided interval.

    Notes
    -----
    V = √(χ²/(n (m − 1))) with m the smaller number of rows and columns; the interval bounds the noncentrality λ of
    χ² and gives √(λ/(n (m − 1))), not above 1. V has no value below zero and is biased upwards: with χ² far below its
    df it lies above its interval.

    References
    ----------
    Cramér, H. (1946). Mathematical methods of statistics. Princeton University Press.
    Steiger, J. H. (2004). Beyond the F test. Psychological Methods, 9(2), 164–182. doi:10.1037/1082-989X.9.2.164
    """
    scale = test.n * (min(test.expected.shape) - 1)
    bounds = noncentral_chi2_interval(test.chi2, test.df, conf_level)
    low, high = (min(1.0, math.sqrt(bound / scale)) for bound in (bounds.low, bounds.high))
    return CramersV(min(1.0, math.sqrt(test.chi2 / scale)), low, high)
