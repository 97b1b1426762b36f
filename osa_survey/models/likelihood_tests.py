"""Likelihood ratio and Wald tests on plain numbers."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from scipy.special import chdtrc, fdtrc

from osa_survey.errors import AnalysisError, Problem
from osa_survey.models.fits import Floats

DEPENDENT = 1e-10


@dataclass(frozen=True)
class Test:
    """A test statistic with its reference distribution.

    Attributes
    ----------
    statistic : float
        χ², or F where ``df2`` is finite.
    df1, df2 : float
        Degrees of freedom; ``df2`` is infinite for χ².
    p_value : float
        Chance of a statistic at least as large.
    """

    __test__ = False

    statistic: float
    df1: int
    df2: float
    p_value: float


def likelihood_ratio(smaller: float, larger: float, df: int) -> Test:
    """Return the likelihood ratio test of two nested models from their log-likelihoods.

    Parameters
    ----------
    smaller, larger : float
        Log-likelihoods of the model with fewer and with more parameters, unweighted, on the same respondents.
    df : int
        How many parameters more.

    Examples
    --------
    >>> round(likelihood_ratio(-105.0, -100.0, 2).p_value, 6)
    0.006738
    """
    statistic = max(0.0, 2 * (larger - smaller))
    return Test(statistic, df, math.inf, float(chdtrc(df, statistic)))


def wald(contrast: Floats, estimate: Floats, covariance: Floats, df2: float = math.inf) -> Test:
    """Return the Wald test that L θ = 0.

    Parameters
    ----------
    contrast : ndarray of float, shape (contrasts, parameters)
        L.
    estimate : ndarray of float, shape (parameters,)
        θ̂.
    covariance : ndarray of float, shape (parameters, parameters)
        Its covariance.
    df2 : float
        Denominator degrees of freedom: finite gives F = W / rows, infinite χ² = W.

    Raises
    ------
    AnalysisError
        If the contrasts depend on each other, or their covariance is not known.

    Examples
    --------
    >>> wald(np.eye(2), np.array([1.0, 2.0]), np.diag([0.25, 1.0])).statistic
    8.0
    """
    L = np.atleast_2d(contrast)
    difference = L @ estimate
    spread = L @ covariance @ L.T
    size = np.sqrt(np.abs(np.diag(spread)))
    known = bool(np.isfinite(spread).all() and (size > 0).all())
    if not known or np.linalg.eigvalsh(spread / np.outer(size, size))[0] < DEPENDENT:
        message = "what is tested has no regular covariance"
        raise AnalysisError(Problem("singular_contrast", message, hint="test contrasts that do not follow from others"))
    statistic = float(difference @ np.linalg.solve(spread, difference))
    df = len(L)
    if math.isinf(df2):
        return Test(statistic, df, df2, float(chdtrc(df, statistic)))
    return Test(statistic / df, df, df2, float(fdtrc(df, df2, statistic / df)))
