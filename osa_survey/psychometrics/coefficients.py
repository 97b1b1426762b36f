"""Reliability coefficients with intervals: alpha by Feldt, omega of a one-factor model by the delta method."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import fdtri, ndtri

from osa_survey.psychometrics.item_statistics import cronbach_alpha
from osa_survey.psychometrics.one_factor import OneFactor


@dataclass(frozen=True)
class Coefficient:
    """A coefficient with its interval; unknown parts are NaN.

    Attributes
    ----------
    estimate, std_error, conf_low, conf_high : float
        The coefficient.
    """

    estimate: float
    std_error: float
    conf_low: float
    conf_high: float


def feldt_interval(alpha: float, n: int, k: int, conf_level: float = 0.95) -> tuple[float, float]:
    """Return the interval of Cronbach's alpha.

    Parameters
    ----------
    alpha : float
        The coefficient.
    n : int
        Respondents behind it, counted after those with gaps were left out.
    k : int
        Items.
    conf_level : float
        Level of the interval.

    Returns
    -------
    tuple of float
        Lower and upper bound.

    Notes
    -----
    ``1 - (1 - alpha) F`` with the quantiles of the F distribution with ``n - 1`` and ``(n - 1)(k - 1)`` degrees of
    freedom. It assumes essentially tau-equivalent, normally distributed items.

    References
    ----------
    Feldt, L. S. (1965). The approximate sampling distribution of Kuder-Richardson reliability coefficient twenty.
    Psychometrika, 30(3), 357-370. doi:10.1007/BF02289499

    Examples
    --------
    >>> [round(bound, 4) for bound in feldt_interval(0.85, 20, 4)]
    [0.7035, 0.9341]
    """
    tail = (1.0 - conf_level) / 2.0
    df1, df2 = n - 1, (n - 1) * (k - 1)
    return (
        1.0 - (1.0 - alpha) * float(fdtri(df1, df2, 1.0 - tail)),
        1.0 - (1.0 - alpha) * float(fdtri(df1, df2, tail)),
    )


def duhachek_interval(covariance: NDArray[np.float64], n: int, conf_level: float = 0.95) -> Coefficient:
    """Return Cronbach's alpha with the standard error of Duhachek and Iacobucci and its symmetric interval.

    Parameters
    ----------
    covariance : ndarray of float, shape (items, items)
        Covariances of at least two items whose sum varies.
    n : int
        Respondents behind them.
    conf_level : float
        Level of the interval.

    Returns
    -------
    Coefficient
        Alpha, its standard error, and alpha plus and minus the normal quantile times it.

    Notes
    -----
    With the sum ``s`` and the trace ``t`` of the covariances ``C`` of ``k`` items the standard error is
    ``sqrt(2 k^2 / ((k - 1)^2 s^3) (s (tr(C^2) + t^2) - 2 t sum(C^2)) / n)`` with the matrix product ``C^2``. It needs
    normal items but not equal covariances, as Feldt's interval does. psych takes 1.96 for the quantile.

    References
    ----------
    Duhachek, A., & Iacobucci, D. (2004). Alpha's standard error (ASE): An accurate and precise confidence interval
    estimate. Journal of Applied Psychology, 89(5), 792-808. doi:10.1037/0021-9010.89.5.792

    Examples
    --------
    >>> found = duhachek_interval(np.array([[1.0, 0.5], [0.5, 1.0]]), 100)
    >>> round(found.estimate, 4), round(found.std_error, 4)
    (0.6667, 0.0667)
    """
    k = len(covariance)
    square = covariance @ covariance
    total, trace = float(covariance.sum()), float(np.trace(covariance))
    spread = total * (float(np.trace(square)) + trace**2) - 2.0 * trace * float(square.sum())
    error = float(np.sqrt(max(2.0 * k**2 / ((k - 1) ** 2 * total**3) * spread / n, 0.0)))
    alpha = cronbach_alpha(covariance)
    half = float(ndtri(0.5 + conf_level / 2.0)) * error
    return Coefficient(alpha, error, alpha - half, alpha + half)


def alpha_errors_without(covariance: NDArray[np.float64], n: int) -> NDArray[np.float64]:
    """Return Duhachek and Iacobucci's standard error of the alpha of the other items, for each item.

    NaN with fewer than three items, or where the other items' sum does not vary.
    """
    k = len(covariance)
    errors = np.full(k, np.nan)
    for item in range(k if k > 2 else 0):
        rest = np.delete(np.arange(k), item)
        others = covariance[np.ix_(rest, rest)]
        if not np.isnan(cronbach_alpha(others)):
            errors[item] = duhachek_interval(others, n).std_error
    return errors


def omega(model: OneFactor, conf_level: float = 0.95) -> Coefficient:
    """Return McDonald's omega of a one-factor model with a delta-method interval.

    Parameters
    ----------
    model : OneFactor
        A fitted model.
    conf_level : float
        Level of the interval.

    Returns
    -------
    Coefficient
        ``(sum l)^2 / ((sum l)^2 + sum theta)``. In a Heywood case, or where the information is singular, the interval
        is NaN.

    Notes
    -----
    The standard error is ``sqrt(g' V g)`` with the gradient ``g`` of omega and the inverse expected information ``V``.
    The interval is built for ``log(omega / (1 - omega))`` and turned back, so that it stays between 0 and 1.

    References
    ----------
    McDonald, R. P. (1999). Test theory: A unified treatment. Erlbaum.

    Kelley, K., & Pornprasertmanit, S. (2016). Confidence intervals for population reliability coefficients.
    Psychological Methods, 21(1), 69-92. doi:10.1037/a0040086
    """
    common = float(model.loadings.sum())
    unique = float(model.residual_variances.sum())
    total = common**2 + unique
    estimate = common**2 / total
    k = len(model.loadings)
    gradient = np.concatenate([np.full(k, 2.0 * common * unique), np.full(k, -(common**2))]) / total**2
    variance = float(gradient @ model.parameter_covariance @ gradient)
    if model.heywood or not np.isfinite(variance) or variance <= 0 or not 0 < estimate < 1:
        return Coefficient(estimate, float("nan"), float("nan"), float("nan"))
    std_error = float(np.sqrt(variance))
    half = float(ndtri(0.5 + conf_level / 2.0)) * std_error / (estimate * (1.0 - estimate))
    centre = np.log(estimate / (1.0 - estimate))
    low, high = (float(1.0 / (1.0 + np.exp(-bound))) for bound in (centre - half, centre + half))
    return Coefficient(estimate, std_error, low, high)
