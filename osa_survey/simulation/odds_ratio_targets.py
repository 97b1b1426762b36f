"""Yes/no answers whose logistic regression has published odds ratios, with predictors that give their intervals."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from osa_survey.errors import AnalysisError, Problem
from osa_survey.simulation.activity_allocation import intercept_for

NORMAL_95 = 1.959963984540054
ROUNDS = 60
"""Rounds of the search for spreads."""
CLOSE = 1e-8
"""Spreads that change by less than this share in a round are found."""
STEEPEST = 20.0
"""Standardised log odds ratios beyond this separate the outcome: no spread gives the interval."""
INTEGRATION = 4000
"""Draws over which the information of the model is averaged."""


@dataclass(frozen=True)
class OddsRatio:
    """A published odds ratio.

    Attributes
    ----------
    name : str
        The predictor.
    ratio, low, high : float
        The odds ratio and its interval.
    share : float, optional
        For a yes/no predictor the published or assumed share of yes; its spread then follows.
    conf_level_z : float
        The normal quantile of the interval.
    """

    name: str
    ratio: float
    low: float
    high: float
    share: float | None = None
    conf_level_z: float = NORMAL_95

    @property
    def slope(self) -> float:
        """The log odds ratio."""
        return float(np.log(self.ratio))

    @property
    def std_error(self) -> float:
        """The standard error on the log scale that the interval tells: (ln high − ln low)/(2 z)."""
        return float((np.log(self.high) - np.log(self.low)) / (2 * self.conf_level_z))


def predictor_spreads(ratios: tuple[OddsRatio, ...], n: int, share: float, *, seed: int = 1) -> NDArray[np.float64]:
    """Return the standard deviations of independent predictors with which the published intervals come out.

    Parameters
    ----------
    ratios : tuple of OddsRatio
        The published model.
    n : int
        People.
    share : float
        Share of yes in the outcome.
    seed : int
        Seed of the draws over which the information is averaged; the spreads depend on it in the third digit only.

    Returns
    -------
    ndarray of float, shape (predictors,)
        Spreads of the numeric predictors; for yes/no predictors √(q(1 − q)) of their share. These are assumptions: a
        publication that prints odds ratios without the spread of its predictors leaves them open.

    Raises
    ------
    AnalysisError
        If no spreads give these intervals.

    Notes
    -----
    The standard error of slope j is the root of the j-th diagonal entry of (n E[w x x'])⁻¹ with w = p(1 − p). A
    predictor with the slope b and spread s has the standardised slope b s; s is adjusted in turn by the ratio of found
    and wanted error until nothing changes.
    """
    from scipy.special import expit

    rng = np.random.default_rng(seed)
    base = rng.standard_normal((INTEGRATION, len(ratios)))
    base = np.concatenate([base, -base])
    fixed = np.array([entry.share is not None for entry in ratios])
    for place, entry in enumerate(ratios):
        if entry.share is not None:
            yes = np.argsort(np.argsort(base[:, place])) >= round((1 - entry.share) * len(base))
            base[:, place] = yes - entry.share
    wanted = np.array([entry.std_error for entry in ratios])
    slopes = np.array([entry.slope for entry in ratios])
    spreads = np.where(fixed, 1.0, 1 / (wanted * np.sqrt(n * share * (1 - share))))
    for _ in range(ROUNDS):
        x = base * spreads
        linear = x @ slopes
        if np.abs(spreads * slopes).max() > STEEPEST:
            break
        p = expit(linear + intercept_for(linear, share * len(x)))
        design = np.column_stack([np.ones(len(x)), x])
        information = n * (design * (p * (1 - p))[:, np.newaxis]).T @ design / len(x)
        found = np.sqrt(np.diag(np.linalg.inv(information)))[1:]
        factor = np.where(fixed, 1.0, found / wanted)
        spreads = spreads * factor
        if np.abs(factor - 1).max() < CLOSE:
            shares = np.array([0.0 if entry.share is None else entry.share for entry in ratios])
            return np.where(fixed, np.sqrt(shares * (1 - shares)), spreads)
    message = "no spreads of the predictors give the published intervals"
    raise AnalysisError(Problem("spreads_not_found", message, hint="check the printed intervals"))


def logistic_answers(
    predictors: ArrayLike, slopes: ArrayLike, total: int, rng: np.random.Generator
) -> NDArray[np.bool_]:
    """Return yes/no answers with exactly ``total`` yes whose log odds have given slopes.

    Parameters
    ----------
    predictors : array-like of float, shape (people, predictors)
        The predictors.
    slopes : array-like of float, shape (predictors,)
        Log odds ratios.
    total : int
        How many answers are yes.
    rng : numpy.random.Generator
        The source of randomness.

    Returns
    -------
    ndarray of bool, shape (people,)
        Yes where a latent variable with a logistic error is among the ``total`` highest.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> int(logistic_answers(rng.standard_normal((100, 2)), [0.5, 0.0], 40, rng).sum())
    40
    """
    x = np.asarray(predictors, dtype=np.float64)
    latent = x @ np.asarray(slopes, dtype=np.float64) + rng.logistic(size=len(x))
    chosen = np.zeros(len(x), dtype=bool)
    chosen[np.argsort(-latent, kind="stable")[:total]] = True
    return chosen
