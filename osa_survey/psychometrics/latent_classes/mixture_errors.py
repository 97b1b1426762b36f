"""Standard errors of what a mixture estimates."""

from __future__ import annotations

import numpy as np

from osa_survey.psychometrics.latent_classes.measurements import Categorical, Floats, Measurement
from osa_survey.psychometrics.latent_classes.mixtures import Mixture

BOUND = 1e-5
"""A probability this close to 0 or 1 stands at its bound and has no standard error."""


def theta_errors(mixture: Mixture, measurement: Measurement) -> Floats:
    """Return the standard errors of ``theta``, NaN for probabilities at their bound."""
    J = measurement.jacobian(mixture.theta)
    at = mixture.coefficients.size
    V = mixture.covariance[at:, at:]
    errors = np.sqrt(np.maximum(np.einsum("ij,jk,ik->i", J, V, J), 0.0)).reshape(mixture.classes, -1).T
    if isinstance(measurement, Categorical):
        return np.where((mixture.theta < BOUND) | (mixture.theta > 1 - BOUND), np.nan, errors)
    return np.asarray(errors)


def share_errors(mixture: Mixture) -> Floats:
    """Return the standard errors of the class sizes, without covariates."""
    K = mixture.classes
    J = (np.diag(mixture.shares) - np.outer(mixture.shares, mixture.shares))[:, 1:]
    V = mixture.covariance[: K - 1, : K - 1]
    return np.sqrt(np.maximum(np.einsum("ij,jk,ik->i", J, V, J), 0.0)) if K > 1 else np.zeros(1)
