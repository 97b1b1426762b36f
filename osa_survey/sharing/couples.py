"""Couples: nothing may let one partner read the other's answer."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def copied_answers(own: Floats, other: Floats, twin_own: Floats, twin_other: Floats) -> int:
    """Return how many people would read their partner's answer off a synthetic twin.

    Parameters
    ----------
    own, other : ndarray of float, shape (couples,)
        The answers of one partner and of the other; NaN for gaps.
    twin_own, twin_other : ndarray of float, shape (synthetic couples,)
        The same two variables of the twin.

    Returns
    -------
    int
        People for whom all synthetic couples with their own answer have one and the same other answer, and for whom
        that is what the partners of everybody with this answer said.

    Examples
    --------
    >>> yes, mixed = np.array([1.0, 1.0, 0.0, 0.0]), np.array([1.0, 1.0, 0.0, 1.0])
    >>> copied_answers(yes, mixed, yes, mixed), copied_answers(yes, mixed, yes, np.array([1.0, 0.0, 0.0, 1.0]))
    (2, 0)
    """
    number = 0
    for answer in np.unique(own[~np.isnan(own)]):
        real = other[(own == answer) & ~np.isnan(other)]
        made = twin_other[(twin_own == answer) & ~np.isnan(twin_other)]
        if len(real) and len(made) and np.ptp(real) == 0 and np.ptp(made) == 0 and real[0] == made[0]:
            number += len(real)
    return number


def shared_by_both(answers: Floats, partner: NDArray[np.intp]) -> bool:
    """Tell whether a variable is one of the couple: both partners always have the same value, and couples differ.

    By such a value one partner would find the other's record.

    Examples
    --------
    >>> years = np.array([2.0, 2.0, 9.0, 9.0])
    >>> shared_by_both(years, partner_rows(np.array([1.0, 1.0, 2.0, 2.0])))
    True
    """
    have = partner >= 0
    first, second = answers[have], answers[partner[have]]
    both = ~np.isnan(first) & ~np.isnan(second)
    return bool(both.any() and (first[both] == second[both]).all() and np.ptp(first[both]) > 0)


def decided_by(known: Floats, answers: Floats) -> bool:
    """Tell whether known numbers decide every answer once the coefficients of a linear model are published.

    Parameters
    ----------
    known : ndarray of float, shape (couples, variables)
        What one partner knows.
    answers : ndarray of float, shape (couples,)
        The other partner's answers.

    Notes
    -----
    No residual is larger than √RSS, RSS being the residual sum of squares of the least-squares fit. Where that is less
    than half the smallest step between two answers, rounding the fitted value gives each answer with certainty. Rows
    with a gap are left out. A single answer that everybody gave is decided without any model.

    Examples
    --------
    >>> own = np.array([[1.0], [2.0], [3.0], [4.0], [2.0], [3.0]])
    >>> decided_by(own, 5 - own[:, 0]), decided_by(own, np.array([1.0, 2.0, 2.0, 4.0, 4.0, 1.0]))
    (True, False)
    """
    complete = ~np.isnan(answers) & ~np.isnan(known).any(axis=1)
    given = np.unique(answers[~np.isnan(answers)])
    if len(given) == 1:
        return True
    if not len(given) or not complete.any():
        return False
    design = np.column_stack([np.ones(int(complete.sum())), known[complete]])
    target = answers[complete]
    coefficients, *_ = np.linalg.lstsq(design, target, rcond=None)
    largest = math.sqrt(float(((target - design @ coefficients) ** 2).sum()))
    return largest < float(np.diff(given).min()) / 2


def same_but_one(answers: Floats, fewest: int) -> bool:
    """Tell whether all answers are the same, or all but one where at least ``fewest`` people answered.

    Mean and standard deviation of such a group tell the one who deviates what every other member answered, the
    partner among them.

    Examples
    --------
    >>> same_but_one(np.array([3.0, 3.0, 3.0, 3.0, 1.0]), 5), same_but_one(np.array([3.0, 3.0, 1.0, 1.0, 3.0]), 5)
    (True, False)
    """
    given = answers[~np.isnan(answers)]
    if not len(given):
        return False
    most = int(np.unique(given, return_counts=True)[1].max())
    return most == len(given) or (len(given) >= fewest and most == len(given) - 1)


def at_an_end(answers: Floats, of_all: Floats) -> bool:
    """Tell whether a group gave one answer, the lowest or the highest of all: its mean alone then says so.

    Examples
    --------
    >>> every = np.array([1.0, 3.0, 5.0, 5.0])
    >>> at_an_end(every[2:], every), at_an_end(every[1:2], every)
    (True, False)
    """
    given = answers[~np.isnan(answers)]
    return bool(len(given) and (given.min() == np.nanmax(of_all) or given.max() == np.nanmin(of_all)))


def partner_rows(couples: Floats) -> NDArray[np.intp]:
    """Return for each person the row of the partner, −1 where the couple has no second or more than two members.

    Parameters
    ----------
    couples : ndarray of float, shape (people,)
        The number of the couple; NaN where it is not known.

    Examples
    --------
    >>> partner_rows(np.array([7.0, 8.0, 7.0, np.nan])).tolist()
    [2, -1, 0, -1]
    """
    found = np.full(len(couples), -1, dtype=np.intp)
    known = np.flatnonzero(~np.isnan(couples))
    _, inverse, number = np.unique(couples[known], return_inverse=True, return_counts=True)
    inverse = inverse.ravel()
    order = np.argsort(inverse, kind="stable")
    starts = np.cumsum(number) - number
    two = np.flatnonzero(number == 2)
    one, other = known[order[starts[two]]], known[order[starts[two] + 1]]
    found[one], found[other] = other, one
    return found
