"""Covariances from replicate weights: the statistic computed again under each of them."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from osa_survey.dataset import ReplicateWeights

Floats = NDArray[np.float64]


def replicate_covariance(theta: Floats, theta_full: Floats, replicates: ReplicateWeights) -> Floats:
    """Return the covariance of statistics from their values under replicate weights.

    Parameters
    ----------
    theta : ndarray of float, shape (replicates, p)
        The statistics under each replicate's weights.
    theta_full : ndarray of float, shape (p,)
        The statistics under the full weights; the centre where the replicates say ``mse``.
    replicates : ReplicateWeights
        Scale and factors.

    Returns
    -------
    ndarray of float, shape (p, p)
        V = scale · Σ_r rscale_r (θ_r − c)(θ_r − c)ᵀ. A statistic that is not defined in some replicate has NaN in its
        row and column: leaving such replicates out would make the variance too small without saying so.

    References
    ----------
    Wolter, K. M. (2007). Introduction to variance estimation (2nd ed.). doi:10.1007/978-0-387-35099-8
    """
    centre = theta_full if replicates.mse else theta[replicates.rscales > 0].mean(axis=0)
    deviations = theta - centre
    covariance: Floats = replicates.scale * (deviations.T @ (deviations * replicates.rscales[:, None]))
    return covariance


def replicated(statistic: Callable[[Floats], Floats], replicates: ReplicateWeights) -> Floats:
    """Return a statistic under each replicate's weights.

    Parameters
    ----------
    statistic : callable
        From weights, shape (respondents,), to numbers, shape (p,).
    replicates : ReplicateWeights
        The weights.

    Returns
    -------
    ndarray of float, shape (replicates, p)
        One row each.
    """
    rows = np.ascontiguousarray(replicates.weights.T)
    return np.stack([np.atleast_1d(statistic(weights)) for weights in rows])


def undefined_replicates(theta: Floats) -> int:
    """Return in how many replicates a statistic is not defined."""
    return int((~np.isfinite(theta)).any(axis=1).sum())
