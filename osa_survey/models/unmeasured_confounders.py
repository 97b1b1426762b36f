"""What an unmeasured confounder of mediator and outcome would do to an indirect association of linear models."""

from __future__ import annotations

import numpy as np

from osa_survey.models.fits import Floats


def confounded_indirect(a: Floats, b: Floats, reverse: Floats, rho: float) -> Floats:
    """Return the indirect association if the errors of mediator and outcome correlate by ρ.

    Parameters
    ----------
    a : ndarray of float
        The coefficient of x for the mediator.
    b : ndarray of float
        The coefficient of the mediator for the outcome, given x and covariates.
    reverse : ndarray of float
        The coefficient of the outcome for the mediator, given x and covariates.
    rho : float
        The supposed correlation.

    Notes
    -----
    Imai, Keele and Yamamoto (2010, doi:10.1214/10-STS321): a (σ₁/σ₂)(ρ̃ − ρ √((1 − ρ̃²)/(1 − ρ²))), where σ₁, σ₂ and ρ̃
    are the standard deviations and the correlation of the errors of outcome and mediator given x and covariates.
    b = ρ̃ σ₁/σ₂ and the reverse coefficient ρ̃ σ₂/σ₁, so that ρ̃² is their product and (σ₁/σ₂)² their ratio.

    Examples
    --------
    >>> float(confounded_indirect(np.array(0.5), np.array(0.4), np.array(0.4), 0.0).round(12))
    0.2
    """
    observed = error_correlation(b, reverse)
    with np.errstate(divide="ignore", invalid="ignore"):
        scale = np.sqrt(b / reverse)
    return np.asarray(a * scale * (observed - rho * np.sqrt((1 - observed**2) / (1 - rho**2))))


def error_correlation(b: Floats, reverse: Floats) -> Floats:
    """Return the correlation of the errors: the ρ at which the indirect association would be zero."""
    return np.asarray(np.sign(b) * np.sqrt(np.maximum(b * reverse, 0.0)))
