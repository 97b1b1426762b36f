"""Who engages in an activity when the total is known exactly and the differences between groups are assumed."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from osa_survey.simulation.controlled_rounding import KnownSum, round_to_counts

HALVINGS = 200
"""Halvings of the interval of the intercept: more than double precision can tell apart."""


def intercept_for(log_odds: ArrayLike, total: float) -> float:
    """Return the intercept with which the chances of all people add up to a total.

    Parameters
    ----------
    log_odds : array-like of float, shape (people,)
        Everything but the intercept.
    total : float
        Between 0 and the number of people, both excluded.

    Returns
    -------
    float
        a with Σ 1/(1 + exp(−a − x_i)) = total, by halving.

    Examples
    --------
    Four people of equal odds, one engaged: a = log(1/3).

    >>> round(intercept_for([0.0, 0.0, 0.0, 0.0], 1.0), 6)
    -1.098612
    """
    from scipy.special import expit

    x = np.asarray(log_odds, dtype=np.float64)
    if not 0 < total < x.size:
        raise ValueError("the total lies between nobody and everybody")
    low, high = -float(x.max()) - 50.0, -float(x.min()) + 50.0
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        reached = float(expit(middle + x).sum())
        low, high = (middle, high) if reached < total else (low, middle)
    return (low + high) / 2


def engaged_by_cell(
    cells: ArrayLike, log_odds: ArrayLike, total: int, propensity: ArrayLike, rng: np.random.Generator
) -> NDArray[np.bool_]:
    """Return who engages: exactly ``total`` people, in each cell as many as expected up to rounding.

    Parameters
    ----------
    cells : array-like of int, shape (people,)
        The group of each person; all of a group have the same log odds.
    log_odds : array-like of float, shape (people,)
        Assumed differences between groups.
    total : int
        How many engage.
    propensity : array-like of float, shape (people,)
        Added to a logistic draw; inside a cell the highest engage, so that activities go together.
    rng : numpy.random.Generator
        The source of randomness.

    Returns
    -------
    ndarray of bool, shape (people,)
        Who engages.

    Examples
    --------
    >>> cells = np.repeat([1, 2], 50)
    >>> engaged = engaged_by_cell(cells, np.where(cells == 1, 0.0, 1.0), 30, np.zeros(100), np.random.default_rng(1))
    >>> int(engaged.sum()), int(engaged[cells == 1].sum()), int(engaged[cells == 2].sum())
    (30, 10, 20)
    """
    from scipy.special import expit

    groups, group = np.unique(np.asarray(cells), return_inverse=True)
    x = np.asarray(log_odds, dtype=np.float64)
    if total in (0, x.size):
        return np.full(x.size, total > 0)
    chance = expit(intercept_for(x, total) + x)
    expected = np.bincount(group, weights=chance)
    size = np.bincount(group)
    everyone = KnownSum(np.ones(len(groups), dtype=bool), total, total, "all")
    alone = np.eye(len(groups), dtype=bool)
    most = [KnownSum(alone[place], 0, int(size[place]), f"group {place + 1}") for place in range(len(groups))]
    wanted = round_to_counts(expected, [everyone, *most])
    latent = np.asarray(propensity, dtype=np.float64) + rng.logistic(size=x.size)
    order = np.lexsort((-latent, group))
    rank = np.empty(x.size, dtype=np.int64)
    rank[order] = np.arange(x.size) - np.repeat(np.cumsum(size) - size, size)
    return np.asarray(rank < wanted[group], dtype=np.bool_)
