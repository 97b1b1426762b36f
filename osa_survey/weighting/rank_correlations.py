"""Weighted rank correlations, Spearman's ρ and Kendall's τ_b, with their influence contributions."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from osa_survey.weighting.statistics import Statistics

Floats = NDArray[np.float64]
Codes = NDArray[np.int64]


def weighted_spearman(x: Floats, y: Floats, weights: Floats) -> Statistics:
    """Return Spearman's ρ of weighted respondents: the weighted correlation of their mid-ranks in the population.

    Parameters
    ----------
    x, y : ndarray of float, shape (respondents,)
        Numbers without gaps.
    weights : ndarray of float, shape (respondents,)
        Weights; 0 stands outside.

    Returns
    -------
    Statistics
        ρ, and contributions that are the weight times the derivative by it; NaN where a variable is constant.

    Notes
    -----
    A rank is the share of the weights below a value plus half of those at it, so that whole weights are repeated
    rows. The ranks move with the weights too: a respondent adds to Σw F(x)G(y)/Σw the own product, and how far the own
    weight lifts the ranks of all others (Croux & Dehon 2010, for a sample of equal weights).

    References
    ----------
    Croux, C., & Dehon, C. (2010). Influence functions of the Spearman and Kendall correlation measures. Statistical
    Methods & Applications, 19(4), 497–515. doi:10.1007/s10260-010-0142-z

    Examples
    --------
    >>> ones = np.ones(4)
    >>> weighted_spearman(np.array([1.0, 2.0, 3.0, 4.0]), np.array([1.0, 3.0, 2.0, 4.0]), ones).estimate.round(3)
    array([0.8])
    """
    share = weights / weights.sum()
    first, second = _Order.of(x), _Order.of(y)
    ranks = first.below(share) + first.at(share) / 2, second.below(share) + second.at(share) / 2
    products = [share @ (ranks[a] * ranks[b]) for a, b in ((0, 1), (0, 0), (1, 1))]

    def moves() -> tuple[Floats, Floats, Floats]:
        def lifted(order: _Order, values: Floats) -> Floats:
            mass = share * values
            return order.above(mass) + order.at(mass) / 2

        return (
            ranks[0] * ranks[1] + lifted(first, ranks[1]) + lifted(second, ranks[0]) - 3 * products[0],
            ranks[0] ** 2 + 2 * lifted(first, ranks[0]) - 3 * products[1],
            ranks[1] ** 2 + 2 * lifted(second, ranks[1]) - 3 * products[2],
        )

    between, spread_x, spread_y = (product - 0.25 for product in products)
    return _standardised(share, between, (spread_x, spread_y), moves)


def weighted_kendall(x: Floats, y: Floats, weights: Floats) -> Statistics:
    """Return Kendall's τ_b of weighted respondents.

    Parameters
    ----------
    x, y : ndarray of float, shape (respondents,)
        Numbers without gaps.
    weights : ndarray of float, shape (respondents,)
        Weights; 0 stands outside.

    Returns
    -------
    Statistics
        τ_b, and contributions that are the weight times the derivative by it; NaN where a variable is constant.

    Notes
    -----
    τ_b = Σ w_i w_j sign(x_i − x_j) sign(y_i − y_j) / √(Σ w_i w_j [x_i ≠ x_j] · Σ w_i w_j [y_i ≠ y_j]): whole weights
    are repeated rows. Concordant weight is counted by halving the order of one variable again and again, in
    n log n steps.

    References
    ----------
    Croux, C., & Dehon, C. (2010). Influence functions of the Spearman and Kendall correlation measures. Statistical
    Methods & Applications, 19(4), 497–515. doi:10.1007/s10260-010-0142-z

    Examples
    --------
    >>> ones = np.ones(4)
    >>> weighted_kendall(np.array([1.0, 2.0, 3.0, 4.0]), np.array([1.0, 3.0, 2.0, 4.0]), ones).estimate.round(3)
    array([0.667])
    """
    share = weights / weights.sum()
    first, second = _Order.of(x), _Order.of(y)
    a, b = first.codes, second.codes
    signs = np.zeros(len(x))
    for one, other, sign in ((1, 1, 1.0), (-1, -1, 1.0), (1, -1, -1.0), (-1, 1, -1.0)):
        signs += sign * lower_in_both(one * a, other * b, share)
    apart = 1.0 - first.at(share), 1.0 - second.at(share)
    score, apart_x, apart_y = float(share @ signs), float(share @ apart[0]), float(share @ apart[1])
    return _standardised(
        share,
        score,
        (apart_x, apart_y),
        lambda: (2 * (signs - score), 2 * (apart[0] - apart_x), 2 * (apart[1] - apart_y)),
    )


def _standardised(
    share: Floats,
    product: float,
    spreads: tuple[float, float],
    moves: Callable[[], tuple[Floats, Floats, Floats]],
) -> Statistics:
    """Return a product of two variables in units of their spreads; NaN where one of them has none.

    ``moves`` returns how far each respondent moves the product and both spreads, per unit of ``share``.
    """
    spread_x, spread_y = spreads
    if not (spread_x > 0 and spread_y > 0):
        return Statistics(np.array([np.nan]), lambda: np.full((len(share), 1), np.nan))
    value = product / np.sqrt(spread_x * spread_y)

    def contributions() -> Floats:
        between, of_x, of_y = moves()
        slope = between / np.sqrt(spread_x * spread_y) - value / 2 * (of_x / spread_x + of_y / spread_y)
        return np.asarray((share * slope)[:, None])

    return Statistics(np.array([value]), contributions)


def lower_in_both(a: Codes, b: Codes, mass: Floats) -> Floats:
    """Return for each respondent the mass of those who stand lower in both variables.

    Parameters
    ----------
    a, b : ndarray of int, shape (respondents,)
        Places in the order of each variable; equal places are ties.
    mass : ndarray of float, shape (respondents,)
        What is added up.

    Examples
    --------
    >>> lower_in_both(np.array([0, 1, 2]), np.array([0, 0, 1]), np.array([1.0, 2.0, 4.0])).tolist()
    [0.0, 0.0, 3.0]
    """
    order = np.lexsort((-b, a))  # among ties of a the higher b comes first, so that no tie counts
    places, mass = (b - b.min())[order], mass[order]
    found = np.zeros(len(a))
    for bit in range(int(places.max(initial=0)).bit_length()):
        block = places >> (bit + 1)
        together = np.argsort(block, kind="stable")
        upper = (places[together] >> bit & 1).astype(bool)
        running = np.cumsum(np.where(upper, 0.0, mass[together]))
        blocks = block[together]
        starts = np.flatnonzero(np.diff(blocks, prepend=-1))
        before = np.concatenate([[0.0], running])[starts]
        own = np.repeat(before, np.diff(starts, append=len(blocks)))
        found[together[upper]] += (running - own)[upper]
    result = np.empty(len(a))
    result[order] = found
    return result


class _Order:
    """The order of one variable: each respondent's place among its different values."""

    def __init__(self, codes: Codes) -> None:
        self.codes = codes

    @classmethod
    def of(cls, values: Floats) -> _Order:
        """Return the order of values."""
        return cls(np.unique(values, return_inverse=True)[1].reshape(-1).astype(np.int64))

    def at(self, mass: Floats) -> Floats:
        """Return the mass at each respondent's value."""
        return np.asarray(np.bincount(self.codes, mass)[self.codes])

    def below(self, mass: Floats) -> Floats:
        """Return the mass at lower values."""
        own = np.bincount(self.codes, mass)
        return np.asarray((np.cumsum(own) - own)[self.codes])

    def above(self, mass: Floats) -> Floats:
        """Return the mass at higher values."""
        own = np.bincount(self.codes, mass)
        return np.asarray((own.sum() - np.cumsum(own))[self.codes])
