"""What an unmeasured common cause of mediator and outcome would do to an indirect association."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import ndtr

from osa_survey.models.fits import Floats


def confounded_slope(b: Floats, sigma_m: Floats, sigma_y: Floats | float, rho: float) -> Floats:
    """Return the mediator's coefficient for a linear outcome if the errors of both equations correlate by ρ.

    Parameters
    ----------
    b : ndarray of float
        The coefficient of the mediator for the outcome, at a value of the moderator where there is one.
    sigma_m, sigma_y : ndarray of float
        Standard deviations of the errors of both equations.
    rho : float
        The supposed correlation.

    Notes
    -----
    The regression of y finds b + λ, λ = ρ σ₁/σ₂ with σ₁ the standard deviation of the outcome's error before the
    mediator's is known, and leaves σ_y = σ₁ √(1 − ρ²): b − ρ/√(1 − ρ²) σ_y/σ_m. Without a moderator this is the formula
    of Imai, Keele and Yamamoto (2010, doi:10.1214/10-STS321). A moderator of the mediator's coefficient leaves λ alone,
    as long as every predictor of the mediator is one of the outcome.

    Examples
    --------
    >>> float(confounded_slope(np.array(0.4), np.array(2.0), np.array(1.0), 0.6).round(12))
    0.025
    """
    return np.asarray(b - rho / np.sqrt(1 - rho**2) * sigma_y / sigma_m)


def rho_at_zero(b: Floats, sigma_m: Floats, sigma_y: Floats | float) -> Floats:
    """Return the correlation of the errors at which the mediator's coefficient would be zero.

    Notes
    -----
    q/√(1 + q²) with q = b σ_m/σ_y: of a linear outcome the correlation of both errors given the other predictors. Of a
    probit outcome σ_y is 1.

    Examples
    --------
    >>> zero = rho_at_zero(np.array(0.4), np.array(2.0), 1.0)
    >>> float(np.round(confounded_slope(np.array(0.4), np.array(2.0), 1.0, float(zero)), 12))
    0.0
    """
    q = b * sigma_m / sigma_y
    return np.asarray(q / np.sqrt(1 + q**2))


@dataclass(frozen=True, repr=False)
class ProbitPaths:
    """A linear mediator and a probit outcome at two values of x, in many draws.

    Attributes
    ----------
    b, sigma_m : ndarray of float, shape (draws,)
        The probit's coefficient of the mediator, and the standard deviation of the mediator's error.
    index : ndarray of float, shape (draws, patterns)
        The probit's index at the higher x, without the mediator's part, for each pattern of covariates.
    low, high : ndarray of float, shape (draws, patterns)
        Means of the mediator at both values of x.
    weights : ndarray of float, shape (draws, patterns)
        How often each pattern occurs.
    """

    b: Floats
    sigma_m: Floats
    index: Floats
    low: Floats
    high: Floats
    weights: Floats


def confounded_probit_indirect(paths: ProbitPaths, rho: float) -> Floats:
    """Return the natural indirect effect on the chance of the event if the errors correlate by ρ, shape (draws,).

    Parameters
    ----------
    paths : ProbitPaths
        The estimates.
    rho : float
        The supposed correlation of the mediator's error and the latent one of the outcome.

    Notes
    -----
    The probit finds, for the latent outcome A + b m + e with variance 1 of e, the index (A + b m + ρ (m − μ)/σ)/k with
    k = √(1 − ρ²). So b = k β − ρ/σ and A = k α + ρ μ/σ, and with the mediator's mean μ' at the other x the chance is
    Φ((A + b μ')/√(1 + b²σ² + 2 b ρ σ)), where the root is k √(1 + β²σ²) (Imai, Keele & Yamamoto, 2010,
    doi:10.1214/10-STS321).
    """
    k = np.sqrt(1 - rho**2)
    sigma = paths.sigma_m[:, None]
    b = k * paths.b[:, None] - rho / sigma
    start = k * paths.index + rho * paths.high / sigma
    root = k * np.sqrt(1 + (paths.b[:, None] * sigma) ** 2)
    changed = ndtr((start + b * paths.high) / root) - ndtr((start + b * paths.low) / root)
    return np.asarray((changed * paths.weights).sum(axis=1) / paths.weights.sum(axis=1))
