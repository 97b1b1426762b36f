"""Partial and semi-partial correlations of two arrays given others, with intervals; contributions for weights."""

from __future__ import annotations

import math
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from osa_survey.analysis.correlating.associations import Correlation
from osa_survey.weighting import Statistics

Floats = NDArray[np.float64]
PartialKind = Literal["partial", "semipartial"]
FLAT = 1e-12
"""A residual sum of squares below this share of the sum of squares is zero but for rounding."""


def partial_statistics(x: Floats, y: Floats, controls: Floats, weights: Floats, kind: PartialKind) -> Statistics:
    """Return a weighted partial or semi-partial correlation with what each respondent adds to it at first order.

    Parameters
    ----------
    x, y : ndarray of float, shape (n,)
        The two variables. The controls are taken out of both, or (semi-partial) out of ``x`` alone.
    controls : ndarray of float, shape (n, k + 1)
        The controls, the intercept first.
    weights : ndarray of float, shape (n,)
        Weights; 0 stands outside.
    kind : {"partial", "semipartial"}
        Which of the two.

    Notes
    -----
    With residuals e of the weighted regressions on the controls, r = S(e_x, e_y)/√(S(e_x, e_x) S(v, v)), where v is
    e_y or the centred y. To first order the coefficients of the controls add nothing, because residuals and controls
    are orthogonal; contributions are share · (e_x e_y/√(S_xx S_vv) − r(e_x²/S_xx + v²/S_vv)/2).
    """
    share = weights / weights.sum()
    root = np.sqrt(share)[:, None]
    basis = root * controls
    both = np.column_stack([x, y])
    residuals = both - controls @ np.linalg.lstsq(basis, root * both, rcond=None)[0]
    first, second = residuals.T
    whole = second if kind == "partial" else y - share @ y
    spreads = [float(share @ one**2) for one in (first, second, whole)]
    limits = [FLAT * float(share @ (one - share @ one) ** 2) for one in (x, y, y)]
    if any(spread <= limit for spread, limit in zip(spreads, limits, strict=True)):
        return Statistics(np.array([math.nan]), lambda: np.full((len(x), 1), math.nan))
    scale = math.sqrt(spreads[0] * spreads[2])
    product = first * second / scale
    r = float(share @ product)
    squares = first**2 / spreads[0] + whole**2 / spreads[2]
    return Statistics(np.array([r]), lambda: (share * (product - r * squares / 2))[:, None])


def variance_of_z(r: float, explained: float, n: int, controls: int) -> float:
    """Return the variance of Fisher's z of a partial or semi-partial correlation of normal variables.

    Parameters
    ----------
    r : float
        The correlation.
    explained : float
        Share of the variance of y that the controls explain; 0 for a partial correlation.
    n, controls : int
        People, and columns of the controls without the intercept.

    Notes
    -----
    1/(n − k − 3) for a partial correlation. For a semi-partial one with a² = ``explained`` and s² = 1 − r² − a² the
    delta method under normality gives V = r²(1 − r²)²/2 + s²(1 − r²)² + r²(a⁴ + s⁴)/2 + r⁴a² + r²a²s², divided by
    (1 − r²)²(n − k − 3); without controls V = (1 − r²)².
    """
    left = max(1 - r**2 - explained, 0.0)
    whole = (1 - r**2) ** 2
    spread = (
        r**2 * whole / 2
        + left * whole
        + r**2 * (explained**2 + left**2) / 2
        + r**4 * explained
        + r**2 * explained * left
    )
    return spread / whole / (n - controls - 3)


def partial_correlation(
    x: Floats, y: Floats, controls: Floats, kind: PartialKind = "partial", conf_level: float = 0.95
) -> Correlation:
    """Return a partial or semi-partial correlation with its interval and test.

    Parameters
    ----------
    x, y, controls, kind
        As in ``partial_statistics``.
    conf_level : float
        Level of the interval.

    Notes
    -----
    The interval is tanh(atanh r ± z √variance), see ``variance_of_z``. The test is that of the partial correlation p,
    t = p √(df/(1 − p²)) with df = n − k − 2: the test of the coefficient of x in the regression of y on x and the
    controls, for both kinds.

    References
    ----------
    Fisher, R. A. (1924). The distribution of the partial correlation coefficient. Metron, 3, 329–332. (recalled)

    Examples
    --------
    >>> x, y = np.array([1.0, 2.0, 3.0, 4.0, 5.0, 6.0]), np.array([2.0, 1.0, 4.0, 3.0, 6.0, 5.0])
    >>> found = partial_correlation(x, y, np.ones((6, 1)))
    >>> round(found.estimate, 4), found.df
    (0.8286, 4.0)
    """
    n, k = len(x), controls.shape[1] - 1
    df = float(n - k - 2)
    even = np.ones(n)
    r = float(partial_statistics(x, y, controls, even, kind).estimate[0]) if df > 0 else math.nan
    if math.isnan(r):
        return Correlation(n, math.nan, math.nan, math.nan, math.nan, df, math.nan)
    partial = float(partial_statistics(x, y, controls, even, "partial").estimate[0])
    if abs(partial) >= 1 or abs(r) >= 1:
        return Correlation(n, r, math.nan, math.nan, math.nan, df, math.nan)
    t = partial * math.sqrt(df / (1 - partial**2))
    p = 2 * float(stats.t.sf(abs(t), df))
    if n - k < 4:
        return Correlation(n, r, math.nan, math.nan, t, df, p)
    variance = variance_of_z(r, explained_by(controls, y) if kind == "semipartial" else 0.0, n, k)
    half = float(stats.norm.ppf((1 + conf_level) / 2)) * math.sqrt(variance)
    return Correlation(n, r, math.tanh(math.atanh(r) - half), math.tanh(math.atanh(r) + half), t, df, p)


def explained_by(controls: Floats, y: Floats) -> float:
    """Return the share of the variance of y that the controls explain."""
    residual = y - controls @ np.linalg.lstsq(controls, y, rcond=None)[0]
    return 1 - float(residual @ residual) / float(((y - y.mean()) ** 2).sum())
