"""Dominance: sums and means of amounts that give away what their largest contributors gave."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

MOST_KEPT = 5
"""More of the largest amounts than any profile's n are not kept."""


@dataclass(frozen=True, repr=False)
class Contributions:
    """What the gate must know of amounts that were added up. Never shown, never written.

    Attributes
    ----------
    total : float
        The sum of all amounts.
    largest : tuple of float
        The largest amounts, in falling order.
    """

    total: float
    largest: tuple[float, ...]

    def share_of_largest(self, n: int) -> float:
        """Return the share of the n largest in the total; 1 where the total is nothing."""
        return sum(self.largest[:n]) / self.total if self.total > 0 else 1.0

    def rest_to_largest(self) -> float:
        """Return all but the two largest amounts in units of the largest; 0 where there is nothing."""
        if not self.largest or self.largest[0] <= 0:
            return 0.0
        return (self.total - sum(self.largest[:2])) / self.largest[0]

    def dominated(self, dominance: tuple[int, float] | None, p_ratio: float) -> bool:
        """Tell whether the (n, k) rule or the p-ratio rule of a profile is broken."""
        by_share = dominance is not None and self.share_of_largest(dominance[0]) >= dominance[1]
        return by_share or (p_ratio > 0 and self.rest_to_largest() < p_ratio)


def contributions(amounts: NDArray[np.float64]) -> Contributions:
    """Return the contributions of amounts, negative ones by their size.

    Examples
    --------
    >>> found = contributions(np.array([900.0, 50.0, 30.0, 20.0]))
    >>> round(found.share_of_largest(2), 2), round(found.rest_to_largest(), 4)
    (0.95, 0.0556)
    >>> found.dominated((2, 0.9), 0.1)
    True
    """
    sizes = np.sort(np.abs(np.asarray(amounts, dtype=float)))[::-1]
    return Contributions(float(sizes.sum()), tuple(float(size) for size in sizes[:MOST_KEPT]))
