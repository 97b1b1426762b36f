"""The studentised range for many pairs of groups at once: one table of the range, one integral over the spread."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray
from scipy.interpolate import CubicSpline
from scipy.special import gammaln, ndtr

Floats = NDArray[np.float64]

Z_REACH, Z_NODES = 8.5, 200
"""Beyond 8.5 standard deviations the density of the largest value is below 1e-16."""
WIDEST, STEP = 22.0, 0.005
"""Ranges of normal values are tabulated up to here; the cubic between two steps is exact to about 1e-12."""
SPREAD_NODES = 160
SPREADS = 12.0
"""The integral over the standard deviation reaches so many of its own standard errors, from 0 on."""
NEWTON_STEPS = 60
SETTLED = 1e-12


class StudentisedRange:
    """The distribution of the range of ``groups`` means over an independent standard error.

    Parameters
    ----------
    groups : int
        How many means, at least 2.

    Notes
    -----
    P(Q ≤ q) = ∫ W(q s) f(s) ds with W(w) = k ∫ φ(z) [Φ(z) − Φ(z − w)]^(k−1) dz and f the density of s = √(χ²_v / v),
    both by Gauss and Legendre's rule. W does not depend on the degrees of freedom, so one table of it serves all pairs.

    References
    ----------
    Copenhaver, M. D., & Holland, B. (1988). Computation of the distribution of the maximum studentized range statistic
    with application to multiple significance testing of simple effects. Journal of Statistical Computation and
    Simulation, 30(1), 1-15. doi:10.1080/00949658808811082

    Examples
    --------
    >>> round(float(StudentisedRange(3).quantile(0.95, np.array([10.0]))[0]), 4)
    3.8768
    """

    def __init__(self, groups: int) -> None:
        nodes, weights = np.polynomial.legendre.leggauss(Z_NODES)
        z, weight = Z_REACH * nodes, Z_REACH * weights * np.exp(-0.5 * (Z_REACH * nodes) ** 2) / math.sqrt(2 * math.pi)
        w = np.arange(0.0, WIDEST + STEP, STEP)
        between = ndtr(z) - ndtr(z - w[:, None])
        self._table = CubicSpline(w, groups * (between ** (groups - 1)) @ weight)
        self._slope = self._table.derivative()
        self._nodes = np.polynomial.legendre.leggauss(SPREAD_NODES)

    def cdf(self, q: Floats, df: Floats) -> Floats:
        """Return P(Q ≤ q) for each q with its degrees of freedom; NaN stays NaN."""
        s, mass = self._spread(df)
        return self._at(q, s, mass)

    def survival(self, q: Floats, df: Floats) -> Floats:
        """Return P(Q > q)."""
        return np.clip(1.0 - self.cdf(q, df), 0.0, 1.0)

    def quantile(self, p: float, df: Floats) -> Floats:
        """Return the q with P(Q ≤ q) = p for each number of degrees of freedom."""
        s, mass = self._spread(df)
        low, high = np.zeros(len(df)), np.full(len(df), 4.0)
        while (short := self._at(high, s, mass) < p).any():
            high = np.where(short, 2 * high, high)
        q = 0.5 * (low + high)
        for _ in range(NEWTON_STEPS):
            off = self._at(q, s, mass) - p
            low, high = np.where(off < 0, q, low), np.where(off < 0, high, q)
            density = np.nansum(self._slope(np.minimum(q[:, None] * s, WIDEST)) * s * mass, axis=1)
            with np.errstate(divide="ignore", invalid="ignore"):
                step = q - off / density
            moved = np.where((step > low) & (step < high), step, 0.5 * (low + high))
            done = np.abs(moved - q) <= SETTLED * q
            q = moved
            if (done | np.isnan(df)).all():
                break
        return np.where(np.isnan(df), np.nan, q)

    def _at(self, q: Floats, s: Floats, mass: Floats) -> Floats:
        reached = np.minimum(np.asarray(q, dtype=np.float64)[:, None] * s, WIDEST)
        found: Floats = np.sum(self._table(reached) * mass, axis=1)
        return found

    def _spread(self, df: Floats) -> tuple[Floats, Floats]:
        """Return places of s and the probability at each, shape (pairs, nodes)."""
        v = np.asarray(df, dtype=np.float64)[:, None]
        error = 1 / np.sqrt(2 * v)
        low, high = np.sqrt(np.maximum(1 - SPREADS * error, 0.0)), np.sqrt(1 + SPREADS * error)
        nodes, weights = self._nodes
        # s = u², so that the density is smooth at 0 for every number of degrees of freedom from 1 on.
        u = 0.5 * (low + high) + 0.5 * (high - low) * nodes
        s = u**2
        log_density = math.log(2) + 0.5 * v * np.log(0.5 * v) - gammaln(0.5 * v) + (v - 1) * np.log(s) - 0.5 * v * s**2
        mass = np.exp(log_density) * u * (high - low) * weights
        return s, mass / mass.sum(axis=1, keepdims=True)
