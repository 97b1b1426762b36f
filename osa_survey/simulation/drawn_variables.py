"""Values of a variable from a standard normal one: categories by thresholds, numbers by their quantiles."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
ALMOST_ONE = 1 - 1e-12


@dataclass(frozen=True, repr=False)
class Categories:
    """A variable with categories.

    Attributes
    ----------
    codes : ndarray of float, shape (categories,)
        In the order of the labels.
    shares : ndarray of float, shape (categories,)
        They add up to 1.
    yes : int
        For two categories the position that "yes" has, the one that is not the reference; else −1.
    """

    codes: Array
    shares: Array
    yes: int = -1
    cuts: Array = field(init=False)

    def __post_init__(self) -> None:
        from scipy.special import ndtri

        below = np.clip(np.cumsum(self.shares)[:-1], 0.0, 1.0)
        object.__setattr__(self, "cuts", np.asarray(ndtri(below), dtype=np.float64))

    def values(self, z: Array) -> Array:
        """Return the codes of standard normal values, in the order of the categories."""
        return np.asarray(self.codes[self.positions(z)], dtype=np.float64)

    def positions(self, z: Array) -> NDArray[np.int64]:
        """Return the positions of the categories of standard normal values."""
        return np.asarray(np.searchsorted(self.cuts, z, side="right"), dtype=np.int64)

    def decided(self, z: Array, chance: Array) -> Array:
        """Return the codes of a yes-or-no variable where each value has its own chance of yes."""
        from scipy.special import ndtr

        # A high z is the second category, whether that is the yes or the no.
        second = chance if self.yes == 1 else 1 - chance
        return np.asarray(self.codes[(ndtr(z) > 1 - second).astype(np.int64)], dtype=np.float64)


@dataclass(frozen=True)
class Numbers:
    """A number or count.

    Attributes
    ----------
    distribution : str
        normal, uniform, lognormal, poisson or negative_binomial.
    mean, sd : float
        Of the distribution before limits and rounding.
    low, high : float
        Limits, infinite where there are none; the distribution is truncated there, counts are cut.
    decimals : int
        To which values are rounded.
    """

    distribution: str
    mean: float
    sd: float
    low: float
    high: float
    decimals: int = 0

    def values(self, z: Array) -> Array:
        """Return the numbers of standard normal values."""
        from scipy.special import ndtr, ndtri

        share = ndtr(z)
        # Whole numbers are rounded, so that half a unit beyond either limit belongs to it.
        half = 0.5 * 10.0**-self.decimals
        if self.distribution == "uniform":
            drawn = self.low - half + share * (self.high - self.low + 2 * half)
        elif self.distribution in ("poisson", "negative_binomial"):
            drawn = self._counts(np.minimum(share, ALMOST_ONE))
        else:
            mean, sd, low, high = self._normal(half)
            below, above = ndtr((low - mean) / sd), ndtr((high - mean) / sd)
            drawn = mean + sd * ndtri(np.clip(below + share * (above - below), 1e-300, ALMOST_ONE))
            drawn = np.exp(drawn) if self.distribution == "lognormal" else drawn
        return np.asarray(np.clip(np.round(drawn, self.decimals), self.low, self.high), dtype=np.float64)

    def _normal(self, half: float) -> tuple[float, float, float, float]:
        if self.distribution == "normal":
            return self.mean, self.sd, self.low - half, self.high + half
        variance = float(np.log1p((self.sd / self.mean) ** 2))
        low = -np.inf if self.low <= 0 else float(np.log(self.low))
        high = np.inf if np.isinf(self.high) else float(np.log(self.high))
        return float(np.log(self.mean)) - variance / 2, float(np.sqrt(variance)), low, high

    def _counts(self, share: Array) -> Array:
        from scipy import stats

        excess = self.sd**2 - self.mean
        if self.distribution == "poisson" or excess <= 0:
            return np.asarray(stats.poisson.ppf(share, self.mean), dtype=np.float64)
        size = self.mean**2 / excess
        return np.asarray(stats.nbinom.ppf(share, size, size / (size + self.mean)), dtype=np.float64)


Drawn = Categories | Numbers
