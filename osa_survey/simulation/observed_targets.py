"""Latent and observed effects kept apart: what a latent difference or correlation looks like in scores, and back."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from osa_survey.simulation.latent_items import LatentItems, score_moments

LARGEST_D = 8.0


def attenuated(effect: float, *reliabilities: float) -> float:
    """Return what is left of a latent effect in scores with measurement error.

    Parameters
    ----------
    effect : float
        A standardised difference d or a correlation r of latent variables.
    *reliabilities : float
        Of the score; for a correlation of both scores.

    Returns
    -------
    float
        effect · √(product of the reliabilities), Spearman's attenuation.

    References
    ----------
    Spearman, C. (1904). The proof and measurement of association between two things. American Journal of Psychology,
    15(1), 72-101. doi:10.2307/1412159

    Examples
    --------
    >>> round(attenuated(0.50, 0.70), 2), round(attenuated(0.50, 0.70, 0.80), 2)
    (0.42, 0.37)
    """
    return effect * float(np.sqrt(np.prod(reliabilities)))


def observed_d(items: LatentItems, d: float, share: float) -> float:
    """Return Cohen's d of the score for two groups whose latent means are ``d`` apart.

    Parameters
    ----------
    items : LatentItems
        The items; their loadings hold in both groups together.
    d : float
        Difference of the latent means in SDs within groups.
    share : float
        Share of the group that is higher by ``d``.

    Notes
    -----
    The latent variance of both together is 1, so that the SD within is σ = 1/√(1 + p(1 − p) d²). Means and variances
    of the score in either group are integrals; the SD is pooled with the shares as weights.
    """
    within = 1 / np.sqrt(1 + share * (1 - share) * d**2)
    higher = score_moments(items, (1 - share) * d * within, within)
    lower = score_moments(items, -share * d * within, within)
    pooled = np.sqrt(share * higher.sd**2 + (1 - share) * lower.sd**2)
    return float((higher.mean - lower.mean) / pooled)


def latent_d(items: LatentItems, d: float, share: float) -> float:
    """Return the latent difference that shows as ``d`` in the score; NaN if none does."""
    from scipy.optimize import brentq

    def missed(latent: float) -> float:
        return observed_d(items, latent, share) - d

    if missed(-LARGEST_D) * missed(LARGEST_D) > 0:
        return float("nan")
    return float(brentq(missed, -LARGEST_D, LARGEST_D, xtol=1e-10))


def observed_r(first: NDArray[np.float64], second: NDArray[np.float64], r: float) -> float:
    """Return the correlation of two transformed normal variables, Σ_k a_k b_k r^k.

    Parameters
    ----------
    first, second : ndarray of float
        Coefficients on normalised Hermite polynomials from degree 1, of ``latent_items``.
    r : float
        The correlation of the normal variables.

    Examples
    --------
    >>> observed_r(np.array([0.8, 0.0]), np.array([0.5, 0.2]), 0.5)
    0.2
    """
    powers = r ** np.arange(1, len(first) + 1)
    return float(np.sum(first * second * powers))


def latent_r(first: NDArray[np.float64], second: NDArray[np.float64], r: float) -> float:
    """Return the correlation of the normal variables that shows as ``r``; NaN if none does."""
    from scipy.optimize import brentq

    limit = 0.9999

    def missed(latent: float) -> float:
        return observed_r(first, second, latent) - r

    if missed(-limit) * missed(limit) > 0:
        return float("nan")
    return float(brentq(missed, -limit, limit, xtol=1e-10))
