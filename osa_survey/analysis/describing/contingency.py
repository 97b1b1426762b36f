"""Two-way tables of counts: the chi-squared test and residuals."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import stats


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
