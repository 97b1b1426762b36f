"""Whether each item fits its own scale better than the other scales of its instrument, by tested differences."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr, ndtri

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]

TEST_LEVEL = 0.01
"""One-sided level for the whole instrument, shared out over all items and other scales. Under the right key it is
reached only where two scales measure the same; everywhere else false alarms are far rarer."""
LEAST_DIFFERENCE = 0.10
"""A smaller difference between two correlations says nothing about a key, however many respondents there are."""
FEWEST_ITEMS = 3
"""The own scale must keep two items without the one that is looked at; only then its reliability is known."""


class ScaleKey(NamedTuple):
    """Name, item positions and signs of a scale."""

    name: str
    items: tuple[int, ...]
    signs: tuple[int, ...]


@dataclass(frozen=True)
class ScaleMembership:
    """How the items of one scale fit it and the other scales.

    Attributes
    ----------
    own : ndarray of float, shape (..., items)
        Correlation of each item with what the other items of its scale have in common.
    other : ndarray of float, shape (..., items, other scales)
        Correlation of each item with what the items of another scale have in common, without its sign.
    std_error : ndarray of float, shape (..., items, other scales)
        Standard error of ``own - other``; NaN where a correlation is not defined.
    others : tuple of str
        The other scales.
    z_critical : float
        Bound of the tests.
    n : int
        Respondents.
    """

    own: Floats
    other: Floats
    std_error: Floats
    others: tuple[str, ...]
    z_critical: float
    n: int

    @property
    def difference(self) -> Floats:
        """``own - other``, positive where an item fits its own scale better."""
        return np.asarray(np.abs(self.own)[..., np.newaxis] - self.other)

    @property
    def z(self) -> Floats:
        """The difference in standard errors."""
        return np.asarray(self.difference / self.std_error)

    @property
    def misplaced(self) -> Mask:
        """Items that fit another scale better, tested; shape (..., items, other scales)."""
        return np.asarray((self.difference < -LEAST_DIFFERENCE) & (self.z < -self.z_critical))

    @property
    def power(self) -> Floats:
        """Power against one item of another scale in this one, shape (..., other scales); NaN where it is not defined.

        An item in the wrong scale is as far from it as the right items are from the other scale, so the mean difference
        in standard errors tells how often the test finds it. It is taken from these answers and varies with them.
        """
        return np.asarray(ndtr(self.z.mean(axis=-2) - self.z_critical))


def scale_memberships(
    r: Floats, n: int, scales: Sequence[ScaleKey], items: Sequence[int] | None = None
) -> dict[str, ScaleMembership | None]:
    """Return for each scale how well its items fit it and each of the others.

    Parameters
    ----------
    r : ndarray of float, shape (..., items, items)
        Correlations of the items of the instrument, not reversed; of one sample, or of several.
    n : int
        Respondents behind each of them.
    scales : sequence of ScaleKey
        The scales. Only those without a common item are compared, and of scales of the same items only the first.
    items : sequence of int, optional
        Look at these items only; the bound of the tests stays that for all.

    Returns
    -------
    dict of str to ScaleMembership or None
        None without another scale to compare with, with fewer than three items, or with none that is looked at.

    Notes
    -----
    Both correlations are freed from the unreliability of the sums, ``sum_i r_ji / sqrt(m / (m - 1) * sum_{i != l}
    r_il)`` over the ``m`` items after keying, so that a long scale has no advantage over a short one: taken literally,
    "fits its own scale best" alarms falsely wherever the own scale is the less reliable one. The difference of the two
    dependent correlations is tested by its standard error under normality, ``2 / n * tr(G R G R)`` with the gradient
    ``G`` in the covariances, one-sided at .01 shared out over all items and other scales of the instrument
    (Bonferroni). Without freeing from unreliability this is the test of Olkin and Siotani.

    References
    ----------
    Olkin, I., & Finn, J. D. (1995). Correlations redux. Psychological Bulletin, 118(1), 155-164.
    doi:10.1037/0033-2909.118.1.155
    Steiger, J. H. (1980). Tests for comparing elements of a correlation matrix. Psychological Bulletin, 87(2),
    245-251. doi:10.1037/0033-2909.87.2.245
    """
    distinct: dict[frozenset[int], ScaleKey] = {}
    for scale in scales:
        if len(scale.items) > 1:
            distinct.setdefault(frozenset(scale.items), scale)
    rivals = {
        scale.name: [other for items, other in distinct.items() if items.isdisjoint(scale.items)] for scale in scales
    }
    comparable = {scale.name for scale in scales if len(scale.items) >= FEWEST_ITEMS and rivals[scale.name]}
    tests = sum(len(scale.items) * len(rivals[scale.name]) for scale in distinct.values() if scale.name in comparable)
    z_critical = float(-ndtri(TEST_LEVEL / tests)) if tests else math.nan
    looked_at = {
        scale.name: tuple(item for item in scale.items if items is None or item in items)
        for scale in scales
        if scale.name in comparable
    }
    return {
        scale.name: _membership(r, n, scale, looked_at[scale.name], rivals[scale.name], z_critical)
        if looked_at.get(scale.name)
        else None
        for scale in scales
    }


def _membership(
    r: Floats, n: int, scale: ScaleKey, items: tuple[int, ...], rivals: list[ScaleKey], z_critical: float
) -> ScaleMembership:
    samples = r.shape[:-2]
    own = np.empty((*samples, len(items)))
    other = np.empty((*own.shape, len(rivals)))
    slopes = np.empty((*other.shape, *r.shape[-2:]))
    common = [common_part(r, np.array(rival.items), np.array(rival.signs)) for rival in rivals]
    places, signs = np.array(scale.items), np.array(scale.signs)
    for row, item in enumerate(items):
        rest = places != item
        own[..., row], own_slope = fit_of_item(r, item, common_part(r, places[rest], signs[rest]))
        own_slope *= np.copysign(1.0, own[..., row])[..., np.newaxis, np.newaxis]
        for column, theirs in enumerate(common):
            fit, slope = fit_of_item(r, item, theirs)
            other[..., row, column] = np.abs(fit)
            slopes[..., row, column, :, :] = own_slope - np.copysign(1.0, fit)[..., np.newaxis, np.newaxis] * slope
    names = tuple(rival.name for rival in rivals)
    errors = correlation_errors(r[..., np.newaxis, np.newaxis, :, :], slopes, n)
    return ScaleMembership(own, other, errors, names, z_critical, n)


class CommonPart(NamedTuple):
    """What some items have in common: their weights (signs, else 0), the variance of it, and its derivatives."""

    weights: Floats
    variance: Floats
    slope: Floats


def common_part(r: Floats, items: NDArray[np.integer], signs: NDArray[np.integer]) -> CommonPart:
    """Return what some items have in common.

    Parameters
    ----------
    r : ndarray of float, shape (..., items, items)
        Correlations, not reversed.
    items, signs : ndarray of int, shape (chosen,)
        Positions of two or more items, and -1 for the reverse-keyed ones.

    Returns
    -------
    CommonPart
        The variance is the sum of their correlations after keying times ``m / (m - 1)``, which is coefficient alpha
        times the variance of their sum.
    """
    weights = np.zeros(r.shape[-1])
    weights[items] = signs
    slope = len(items) / (len(items) - 1) * np.outer(weights, weights)
    np.fill_diagonal(slope, 0.0)
    return CommonPart(weights, np.asarray((slope * r).sum(axis=(-2, -1))), slope)


def fit_of_item(r: Floats, item: int, others: CommonPart) -> tuple[Floats, Floats]:
    """Return the correlation of an item with what other items have in common, and its gradient.

    Parameters
    ----------
    r : ndarray of float, shape (..., items, items)
        Correlations, not reversed.
    item : int
        The item.
    others : CommonPart
        Of items without this one.

    Returns
    -------
    fit : ndarray of float, shape (...,)
        NaN if the other items have nothing in common.
    gradient : ndarray of float, shape (..., items, items)
        Symmetric derivatives with regard to each correlation, both triangles together giving the whole change.

    Examples
    --------
    >>> r = np.full((4, 4), 0.36) + 0.64 * np.eye(4)
    >>> float(fit_of_item(r, 0, common_part(r, np.array([1, 2, 3]), np.array([1, 1, 1])))[0].round(4))
    0.6
    """
    variance = np.where(others.variance > 0, others.variance, np.nan)
    root = np.sqrt(variance)
    fit = np.asarray(r[..., item, :] @ others.weights / root)
    gradient = (-0.5 * fit / variance)[..., np.newaxis, np.newaxis] * others.slope
    direct = (0.5 / root)[..., np.newaxis] * others.weights
    gradient[..., item, :] += direct
    gradient[..., :, item] += direct
    return fit, gradient


def correlation_errors(r: Floats, gradients: Floats, n: int) -> Floats:
    """Return standard errors of functions of correlations of normal variables.

    Parameters
    ----------
    r : ndarray of float, shape (..., items, items)
        Correlations.
    gradients : ndarray of float, shape (..., items, items)
        Symmetric derivatives, zero on the diagonal.
    n : int
        Respondents.

    Returns
    -------
    ndarray of float, shape (...,)
        NaN where a function does not vary.

    Notes
    -----
    As a function of covariances at unit variances the diagonal of the gradient is ``-sum_j g_ij r_ij``; the variance of
    ``tr(G S)`` is ``2 / n tr(G R G R)``.

    Examples
    --------
    The standard error of one correlation is ``(1 - r^2) / sqrt(n)``:

    >>> r = np.array([[1.0, 0.5], [0.5, 1.0]])
    >>> round(float(correlation_errors(r, np.array([[0.0, 0.5], [0.5, 0.0]]), 100)), 6)
    0.075
    """
    full = gradients.copy()
    diagonal = np.arange(r.shape[-1])
    full[..., diagonal, diagonal] -= (gradients * r).sum(axis=-1)
    product = full @ r
    variance = 2.0 / n * (product * np.swapaxes(product, -1, -2)).sum(axis=(-1, -2))
    return np.sqrt(np.where(variance > 0, variance, np.nan))
