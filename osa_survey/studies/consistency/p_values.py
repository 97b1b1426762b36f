"""p values recomputed from their printed test, as statcheck does."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from osa_survey.studies.consistency.means import SLACK

STATISTICS = ("t", "F", "chi2", "r", "z")
P_VERDICTS = ("consistent", "error", "decision error")
RELATIONS = ("=", "<", ">")


def recomputed_p(
    statistic: str, value: ArrayLike, df1: ArrayLike = np.nan, df2: ArrayLike = np.nan, *, one_tailed: bool = False
) -> NDArray[np.float64]:
    """Return the p value of a printed test.

    Parameters
    ----------
    statistic : {"t", "F", "chi2", "r", "z"}
        Which test.
    value : array-like of float
        The statistic.
    df1, df2 : array-like of float
        Degrees of freedom: ``df1`` for t, χ² and r (n − 2), both for F, none for z.
    one_tailed : bool
        Halve the two-tailed p of t, r and z.

    Returns
    -------
    ndarray of float
        Two-tailed for t, r and z, upper tail for F and χ².

    Raises
    ------
    ValueError
        If the statistic is unknown.

    Examples
    --------
    >>> recomputed_p("t", [2.2], 28).round(4).tolist(), recomputed_p("chi2", [3.84], 1).round(3).tolist()
    ([0.0362], [0.05])
    """
    from scipy import stats

    x = np.asarray(value, dtype=np.float64)
    first, second = np.asarray(df1, dtype=np.float64), np.asarray(df2, dtype=np.float64)
    if statistic == "F":
        return np.asarray(stats.f.sf(x, first, second), dtype=np.float64)
    if statistic == "chi2":
        return np.asarray(stats.chi2.sf(x, first), dtype=np.float64)
    if statistic == "z":
        p = 2 * stats.norm.sf(np.abs(x))
    elif statistic == "t":
        p = 2 * stats.t.sf(np.abs(x), first)
    elif statistic == "r":
        inside = np.clip(np.abs(x), 0, 1)
        with np.errstate(divide="ignore"):
            t = inside * np.sqrt(first / (1 - inside**2))
        p = 2 * stats.t.sf(t, first)
    else:
        raise ValueError(f"'{statistic}' is none of {', '.join(STATISTICS)}")
    return np.asarray(p / 2 if one_tailed else p, dtype=np.float64)


def p_verdicts(
    statistic: str,
    value: ArrayLike,
    p: ArrayLike,
    relation: ArrayLike = "=",
    df1: ArrayLike = np.nan,
    df2: ArrayLike = np.nan,
    *,
    decimals: ArrayLike = 2,
    p_decimals: ArrayLike = 3,
    one_tailed: bool = False,
    significant_below: float = 0.05,
) -> NDArray[np.str_]:
    """Return whether printed p values fit their printed tests.

    Parameters
    ----------
    statistic, value, df1, df2, one_tailed
        As in :func:`recomputed_p`.
    p : array-like of float
        Printed p values, or the bounds of "< .001" and "> .05".
    relation : array-like of {"=", "<", ">"}
        How they are printed.
    decimals, p_decimals : array-like of int
        Printed decimals of the statistic and of p.
    significant_below : float
        The level of significance; p equal to it counts as significant.

    Returns
    -------
    ndarray of str
        ``consistent`` where some statistic that is printed like this has a p printed like that; ``decision error``
        where printed and recomputed p lie on different sides of the level; else ``error``. A printed p of zero is an
        error, as no p is zero.

    References
    ----------
    Nuijten, M. B., Hartgerink, C. H. J., van Assen, M. A. L. M., Epskamp, S., & Wicherts, J. M. (2016). The prevalence
    of statistical reporting errors in psychology (1985–2013). Behavior Research Methods, 48, 1205–1226.
    doi:10.3758/s13428-015-0664-2

    Examples
    --------
    t(28) = 2.20 has p = .036: "< .05" and "= .04" fit, "= .02" does not, "= .06" also changes the decision.

    >>> p_verdicts("t", [2.2] * 4, [0.05, 0.04, 0.02, 0.06], ["<", "=", "=", "="], 28, p_decimals=2).tolist()
    ['consistent', 'consistent', 'error', 'decision error']
    """
    x, printed = np.asarray(value, dtype=np.float64), np.asarray(p, dtype=np.float64)
    sign = np.asarray(relation)
    half = 0.5 * 10.0 ** -np.asarray(decimals, dtype=np.float64)
    p_half = 0.5 * 10.0 ** -np.asarray(p_decimals, dtype=np.float64)
    least = recomputed_p(statistic, np.abs(x) + half, df1, df2, one_tailed=one_tailed)
    most = recomputed_p(statistic, np.maximum(0.0, np.abs(x) - half), df1, df2, one_tailed=one_tailed)
    equal = (least <= printed + p_half + SLACK) & (most >= printed - p_half - SLACK) & (printed > 0)
    fits = np.where(sign == "<", least < printed, np.where(sign == ">", most > printed, equal))
    own = recomputed_p(statistic, x, df1, df2, one_tailed=one_tailed)
    said = np.where(sign == ">", printed < significant_below, printed <= significant_below)
    undecided = ((sign == "<") & (printed > significant_below)) | ((sign == ">") & (printed < significant_below))
    changed = (said != (own <= significant_below)) & ~undecided
    return np.asarray(np.where(fits, P_VERDICTS[0], np.where(changed, P_VERDICTS[2], P_VERDICTS[1])), dtype=np.str_)
