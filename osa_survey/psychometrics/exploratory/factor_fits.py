"""How well a factor solution reproduces a correlation matrix."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq
from scipy.special import chdtrc
from scipy.stats import ncx2

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class FactorFit:
    """Fit of an exploratory solution.

    Attributes
    ----------
    objective : float
        ``tr(M^-1 R) - log det(M^-1 R) - p`` with the model's correlation matrix ``M``.
    chi_squared : float
        ``objective`` times ``n - 1 - (2p + 5)/6 - 2k/3``; a test for maximum likelihood, elsewhere a description.
    df : int
        Degrees of freedom; below one there is no test.
    p_value, rmsea, rmsea_low, rmsea_high, tli, bic : float
        As psych's ``fa``; NaN without degrees of freedom.
    rmsr : float
        Root mean square of the off-diagonal residuals.
    off_diagonal : float
        ``1 - sum r_res^2 / sum r^2`` over the off-diagonal correlations.
    """

    objective: float
    chi_squared: float
    df: int
    p_value: float
    rmsea: float
    rmsea_low: float
    rmsea_high: float
    tli: float
    bic: float
    rmsr: float
    off_diagonal: float


def factor_fit(R: Floats, loadings: Floats, phi: Floats, n: int, conf_level: float = 0.90) -> FactorFit:
    """Return how well loadings and factor correlations reproduce a correlation matrix.

    Parameters
    ----------
    R : ndarray of float, shape (items, items)
        The observed correlations.
    loadings : ndarray of float, shape (items, factors)
        The pattern.
    phi : ndarray of float, shape (factors, factors)
        Factor correlations.
    n : int
        Respondents.
    conf_level : float
        Level of the interval of the RMSEA.

    Notes
    -----
    ``RMSEA = sqrt(max(chi2 / (df n) - 1 / (n - 1), 0))`` and the Tucker–Lewis index of the objectives, as psych.

    References
    ----------
    Bartlett, M. S. (1951). doi:10.1093/biomet/38.3-4.337 (the multiplier)

    Steiger, J. H. (1990). Structural model evaluation and modification. Multivariate Behavioral Research, 25(2),
    173-180. doi:10.1207/s15327906mbr2502_4
    """
    p, k = loadings.shape
    model = loadings @ phi @ loadings.T
    residual = R - model
    np.fill_diagonal(residual, 0.0)
    np.fill_diagonal(model, 1.0)
    df = ((p - k) ** 2 - p - k) // 2
    product = np.linalg.solve(model, R)
    sign, log_det = np.linalg.slogdet(product)
    objective = float(np.trace(product) - log_det - p) if sign > 0 else float("nan")
    chi_squared = max(objective * (n - 1.0 - (2.0 * p + 5.0) / 6.0 - 2.0 * k / 3.0), 0.0)
    rmsr = float(np.sqrt((residual**2).sum() / (p * (p - 1))))
    correlated = float((R**2).sum() - (np.diag(R) ** 2).sum())
    off_diagonal = 1.0 - float((residual**2).sum()) / correlated if correlated > 0 else float("nan")
    nan = float("nan")
    if df < 1 or not np.isfinite(chi_squared):
        return FactorFit(objective, chi_squared, df, nan, nan, nan, nan, nan, nan, rmsr, off_diagonal)
    null = -float(np.linalg.slogdet(R)[1])
    by_null, by_model = 2.0 * null / (p * (p - 1)), objective / df
    tli = (by_null - by_model) / (by_null - 1.0 / (n - 1.0 - (2.0 * p + 5.0) / 6.0 - 2.0 * k / 3.0))
    tail = (1.0 - conf_level) / 2.0
    rmsea = float(np.sqrt(max(chi_squared / (df * n) - 1.0 / (n - 1.0), 0.0)))
    low, high = (
        float(np.sqrt(noncentrality(chi_squared, df, share) / ((n - 1.0) * df))) for share in (1.0 - tail, tail)
    )
    return FactorFit(
        objective,
        chi_squared,
        df,
        float(chdtrc(df, chi_squared)),
        rmsea,
        min(low, rmsea),
        max(high, rmsea),
        tli,
        chi_squared - df * float(np.log(n)),
        rmsr,
        off_diagonal,
    )


def complexities(loadings: Floats) -> Floats:
    """Return Hofmann's complexity of each item: how many factors it loads on, one for an item of one factor.

    Notes
    -----
    ``(sum l^2)^2 / sum l^4`` over the item's pattern coefficients; NaN for an item that loads on none.

    References
    ----------
    Hofmann, R. J. (1978). Complexity and simplicity as objective indices descriptive of factor solutions. Multivariate
    Behavioral Research, 13(2), 247-250. doi:10.1207/s15327906mbr1302_9

    Examples
    --------
    >>> complexities(np.array([[0.6, 0.0], [0.5, 0.5]])).tolist()
    [1.0, 2.0]
    """
    squared = loadings**2
    fourth = (squared**2).sum(axis=1)
    return np.asarray(np.divide(squared.sum(axis=1) ** 2, fourth, out=np.full(len(loadings), np.nan), where=fourth > 0))


def noncentrality(chi_squared: float, df: int, share: float) -> float:
    """Return the noncentrality under which a share of chi-squared values lies below the one observed; 0 if none.

    Examples
    --------
    >>> round(float(ncx2.cdf(50.0, 20, noncentrality(50.0, 20, 0.05))), 6)
    0.05
    """

    def away(value: float) -> float:
        return float(ncx2.cdf(chi_squared, df, value)) - share

    if float(1.0 - chdtrc(df, chi_squared)) <= share:
        return 0.0
    high = max(chi_squared, 1.0)
    while away(high) > 0:
        high *= 2.0
    return float(brentq(away, 1e-12, high, xtol=1e-10))
