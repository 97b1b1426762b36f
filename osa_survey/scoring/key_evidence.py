"""What keyed answers say about a key: item-rest correlations, the first component, and whether they can tell at all."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import chdtrc, ndtri

from osa_survey.psychometrics import ItemMoments, ItemStatistics, correlations, item_moments, statistics_of
from osa_survey.scoring.expected_correlations import WANTED_POWER

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]

TEST_LEVEL = 0.001
"""One-sided level of the tests of one scale; for alarms it is shared out over its items (Bonferroni)."""
NEAR_ZERO = 0.10
"""A correlation smaller than this says nothing about a key, however many respondents there are."""
FEWEST = 4


@dataclass(frozen=True)
class KeyEvidence:
    """Evidence from the answers to one scale.

    Attributes
    ----------
    statistics : ItemStatistics
        Alpha and item-rest correlations after keying.
    n : int
        Complete cases; or, if these are fewer than ``n_needed``, the smallest number behind any pair of items.
    n_needed : float
        Respondents with which an item keyed the wrong way is found with power .95, by what the definition lets one
        expect.
    varies : ndarray of bool, shape (items,)
        Items to which not everybody gave the same answer. All others below are about these items.
    z_critical : float
        Bound of the tests of item-rest correlations below zero.
    loadings : ndarray of float, shape (items,)
        Loadings on the first principal component, its sign chosen so that their sum is positive; NaN for an item that
        does not vary.
    component_share : float
        Share of the variance the first component holds.
    opposite : ndarray of bool, shape (items,)
        The smaller group of items that the sign of the loadings sets against the others; nobody if all agree.
    opposite_r : float
        Correlation between the sums of the two groups; NaN without a second group.
    splits : bool
        Whether that correlation is negative beyond what the best of all splits gives by chance.
    even_split : bool
        Whether the two groups are equally large.
    correlated : bool
        Whether the items correlate at all.
    """

    statistics: ItemStatistics
    n: int
    n_needed: float
    varies: Mask
    z_critical: float
    loadings: Floats
    component_share: float
    opposite: Mask
    opposite_r: float
    splits: bool
    even_split: bool
    correlated: bool

    @property
    def z(self) -> Floats:
        """Fisher's z of the item-rest correlations, in standard errors."""
        bounded = np.clip(self.statistics.item_rest, -1 + 1e-12, 1 - 1e-12)
        return np.asarray(np.arctanh(bounded) * np.sqrt(max(self.n - 3, 0)))

    @property
    def against(self) -> Mask:
        """Items whose item-rest correlation is below zero, tested."""
        return np.asarray((self.z < -self.z_critical) & (self.statistics.item_rest < -NEAR_ZERO))

    @property
    def supported(self) -> Mask:
        """Items whose item-rest correlation is above zero, tested each by itself: no alarm hangs on it."""
        return np.asarray((self.z > float(-ndtri(TEST_LEVEL))) & (self.statistics.item_rest > NEAR_ZERO))

    @property
    def can_tell(self) -> bool:
        """Whether any item keyed the wrong way would have been found with power .95.

        Either enough people answered for what the definition lets one expect; or the correlations found are so high
        that even at the lower end of their 95 % intervals the test would have that power.
        """
        at_least = self.z - float(ndtri(0.975)) - self.z_critical
        return self.n >= self.n_needed or bool((at_least > float(ndtri(WANTED_POWER))).all())


def critical_z(k: int) -> float:
    """Return the bound of the tests of ``k`` item-rest correlations, in standard errors.

    Examples
    --------
    >>> round(critical_z(10), 3)
    3.719
    """
    return float(-ndtri(TEST_LEVEL / k))


def key_evidence(
    values: NDArray[np.floating], n_needed: float, complete: ItemMoments | None = None
) -> KeyEvidence | None:
    """Return what the keyed answers say about the key.

    Parameters
    ----------
    values : ndarray of float, shape (respondents, items)
        Keyed answers, NaN for gaps.
    n_needed : float
        Complete cases with which the answers can tell; with fewer, every pair of answers is used.
    complete : ItemMoments, optional
        Means and covariances of the complete cases, where they are known from another scale of the same items.

    Returns
    -------
    KeyEvidence or None
        None with fewer than two items that vary, or fewer than four respondents.

    Notes
    -----
    Item-rest correlations are tested by Fisher's z, one-sided: below zero at .001 shared out over the items, above zero
    at .001 for each item. The split by the
    signs of the first component is chosen from the data, so its correlation is tested at .001 shared out over all
    ``2^(k-1)`` splits. Whether items correlate at all is tested by ``n`` times the sum of squared correlations against
    chi-squared with ``k (k - 1) / 2`` degrees of freedom.
    """
    k = values.shape[1]
    if k < 2:
        return None
    moments = complete or item_moments(values)
    n = moments.n_respondents
    if n < n_needed:
        moments = item_moments(values, "pairwise")
        n = moments.smallest_pair
    if n < FEWEST:
        return None
    statistics = statistics_of(moments)
    varies = ~statistics.constant
    if varies.sum() < 2:
        return None
    r = correlations(moments.covariance[np.ix_(varies, varies)])
    roots, vectors = np.linalg.eigh(r)
    first = vectors[:, -1] * np.sqrt(max(roots[-1], 0.0))
    first = first if first.sum() >= 0 else -first
    loadings = np.full(k, np.nan)
    loadings[varies] = first
    opposite, opposite_r = _split(first, r)
    among = np.zeros(k, dtype=bool)
    among[np.flatnonzero(varies)[opposite]] = True
    pairs = r[np.triu_indices(len(r), 1)]
    chance = float(chdtrc(len(pairs), n * float((pairs**2).sum())))
    return KeyEvidence(
        statistics=statistics,
        n=n,
        n_needed=n_needed,
        varies=varies,
        z_critical=critical_z(k),
        loadings=loadings,
        component_share=float(roots[-1] / len(r)),
        opposite=among,
        opposite_r=opposite_r,
        splits=_is_split(opposite_r, n, len(r)),
        even_split=bool(2 * opposite.sum() == len(r)),
        correlated=chance < TEST_LEVEL and float(np.sqrt((pairs**2).mean())) > NEAR_ZERO,
    )


def _split(loadings: Floats, r: Floats) -> tuple[Mask, float]:
    """Return the smaller group of the two signs and the correlation between the sums of both groups."""
    negative = loadings < 0
    if 2 * negative.sum() > len(r):
        negative = ~negative
    if not negative.any() or negative.all():
        return np.zeros(len(r), dtype=bool), float("nan")
    one, other = negative.astype(float), (~negative).astype(float)
    variance = (one @ r @ one) * (other @ r @ other)
    return negative, float(one @ r @ other / np.sqrt(variance)) if variance > 0 else float("nan")


def _is_split(group_r: float, n: int, k: int) -> bool:
    """Tell whether a negative correlation between two groups exceeds what the best split gives by chance."""
    if np.isnan(group_r) or group_r > -NEAR_ZERO or n <= 3:
        return False
    critical = float(-ndtri(TEST_LEVEL / 2.0 ** (k - 1)))
    return bool(np.arctanh(max(group_r, -1 + 1e-12)) * np.sqrt(n - 3) < -critical)
