"""Pooling on the scale where an estimate is nearly normal: correlations, R² and proportions."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import stats

from osa_survey.errors import AnalysisError, Problem
from osa_survey.imputation.pooling import Pooled, pool

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class PooledQuantity:
    """One number pooled on another scale and brought back.

    Attributes
    ----------
    estimate, low, high : float
        On the original scale.
    std_error : float
        On the scale on which it was pooled (``scale``).
    df, fmi, riv : float
        As in ``Pooled``.
    p_value : float
        Against zero on the scale on which it was pooled; NaN for R² and proportions.
    scale : str
        ``"Fisher's z"`` or ``"logit"``.
    m : int
        The number of sets.
    """

    estimate: float
    low: float
    high: float
    std_error: float
    df: float
    fmi: float
    riv: float
    p_value: float
    scale: str
    m: int


def pool_r(r: ArrayLike, n: float, df_complete: float = math.inf, conf_level: float = 0.95) -> PooledQuantity:
    """Pool correlations on Fisher's z with variance 1 / (n − 3).

    Parameters
    ----------
    r : array, shape (m,)
        The correlation in each completed set.
    n : float
        Pairs of values.
    df_complete : float
        Degrees of freedom without missing answers, such as n − 2.
    conf_level : float
        Level of the interval, which uses the t distribution with the pooled degrees of freedom.

    Returns
    -------
    PooledQuantity
        The correlation with its interval.

    Raises
    ------
    AnalysisError
        ``perfect_correlation`` where a set has r = ±1, ``too_few_people`` with n below 4.
    """
    values = np.asarray(r, dtype=np.float64)
    if n < 4:
        raise AnalysisError(Problem("too_few_people", f"Fisher's z needs 4 pairs of values, there are {n:g}"))
    if (np.abs(values) >= 1).any():
        message = "the correlation is perfect in a completed set: Fisher's z is not defined"
        raise AnalysisError(Problem("perfect_correlation", message, hint="take one of the two variables out"))
    pooled = pool(np.arctanh(values), np.full(len(values), 1 / (n - 3)), df_complete)
    low, high = pooled.interval(conf_level)
    return _quantity(pooled, math.tanh, float(low[0]), float(high[0]), "Fisher's z", float(pooled.p_value()[0]))


def pool_r2(r2: ArrayLike, n: float, conf_level: float = 0.95) -> PooledQuantity:
    """Pool R² as the square of a correlation on Fisher's z (Harel 2009).

    Parameters
    ----------
    r2 : array, shape (m,)
        R² or adjusted R² of each completed set; a negative adjusted R² counts as zero.
    n : float
        Respondents of the model.
    conf_level : float
        Level of the interval.

    Returns
    -------
    PooledQuantity
        R² with its interval; the lower bound is 0 where the interval of R reaches zero.

    Notes
    -----
    mice takes ±1.96 for the interval and squares a negative lower bound; here the t distribution with Rubin's degrees
    of freedom is used, and R² is never below zero.

    References
    ----------
    Harel, O. (2009). The estimation of R² and adjusted R² in incomplete data sets using multiple imputation. Journal
    of Applied Statistics, 36(10), 1109–1118. doi:10.1080/02664760802553000
    """
    values = np.sqrt(np.clip(np.asarray(r2, dtype=np.float64), 0.0, None))
    if (values >= 1).any() or n < 4:
        message = "R² is pooled on Fisher's z: it must be below 1, with 4 respondents or more"
        raise AnalysisError(Problem("perfect_fit", message, hint="a perfect fit needs no inference"))
    pooled = pool(np.arctanh(values), np.full(len(values), 1 / (n - 3)))
    low, high = pooled.interval(conf_level)
    bounds = max(0.0, float(low[0])), max(0.0, float(high[0]))
    return _quantity(pooled, lambda z: math.tanh(z) ** 2, *bounds, "Fisher's z", math.nan)


def pool_proportion(
    proportions: ArrayLike, n: ArrayLike, df_complete: float = math.inf, conf_level: float = 0.95
) -> PooledQuantity:
    """Pool proportions on the logit scale with variance 1 / (n p (1 − p)).

    Parameters
    ----------
    proportions : array, shape (m,)
        The share in each completed set.
    n : float or array of shape (m,)
        Respondents (or effective respondents) behind it.
    df_complete : float
        Degrees of freedom without missing answers, such as n − 1.
    conf_level : float
        Level of the interval.

    Returns
    -------
    PooledQuantity
        The share; its interval stays between 0 and 1.

    Notes
    -----
    Where all sets have 0 or all have 1, nothing varies between them: the estimate is returned with the exact
    (Clopper–Pearson) bound of the smallest n. Where only some sets have 0 or 1, their logit does not exist; then half
    a respondent is added to each side in every set.
    """
    shares = np.asarray(proportions, dtype=np.float64)
    people = np.broadcast_to(np.asarray(n, dtype=np.float64), shares.shape)
    if (shares == shares[0]).all() and shares[0] in (0.0, 1.0) and len(shares) > 1:
        edge = float(1 - ((1 - conf_level) / 2) ** (1 / people.min()))
        low, high = (0.0, edge) if shares[0] == 0 else (1 - edge, 1.0)
        return PooledQuantity(
            float(shares[0]), low, high, math.nan, df_complete, 0.0, 0.0, math.nan, "logit", len(shares)
        )
    if ((shares <= 0) | (shares >= 1)).any():
        shares, people = (shares * people + 0.5) / (people + 1), people + 1
    logits = np.log(shares / (1 - shares))
    pooled = pool(logits, 1 / (people * shares * (1 - shares)), df_complete)
    bounds = pooled.interval(conf_level)
    return _quantity(pooled, _expit, float(bounds[0][0]), float(bounds[1][0]), "logit", math.nan)


def _expit(x: float) -> float:
    return float(stats.logistic.cdf(x))


def _quantity(
    pooled: Pooled, back: Callable[[float], float], low: float, high: float, scale: str, p: float
) -> PooledQuantity:
    return PooledQuantity(
        estimate=float(back(float(pooled.estimate[0]))),
        low=float(back(low)),
        high=float(back(high)),
        std_error=float(pooled.std_error[0]),
        df=float(pooled.df[0]),
        fmi=float(pooled.fmi[0]),
        riv=float(pooled.riv[0]),
        p_value=p,
        scale=scale,
        m=pooled.m,
    )
