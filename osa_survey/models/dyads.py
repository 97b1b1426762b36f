"""Actor–partner interdependence of couples with complete answers: closed-form maximum likelihood on plain arrays.

Both partners are described by the same p variables, predictors first and the outcome last.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from scipy import stats

from osa_survey.models.fits import Floats


@dataclass(frozen=True, repr=False)
class DyadFit:
    """Actor and partner coefficients.

    Attributes
    ----------
    coefficients : ndarray of float, shape (2k,) or (4k,)
        Actor then partner coefficient of each of k predictors; of distinguishable partners those for the first member's
        outcome, then those for the second's.
    covariance : ndarray of float
        Their covariance, from the expected information.
    residual_variance : ndarray of float, shape (1,) or (2,)
        Of the outcome given both partners' predictors.
    residual_correlation : float
        Of the two partners' residuals.
    """

    coefficients: Floats
    covariance: Floats
    residual_variance: Floats
    residual_correlation: float


@dataclass(frozen=True)
class OmnibusTest:
    """The likelihood-ratio test that members can be exchanged in every mean, variance and covariance."""

    statistic: float
    df: int
    p_value: float


def distinguishability(first: Floats, second: Floats) -> OmnibusTest:
    """Return the omnibus test of distinguishability.

    Parameters
    ----------
    first, second : ndarray of float, shape (couples, p)
        The same variables of both members.

    Notes
    -----
    Exchangeable members have Σ₁₁ = Σ₂₂, Σ₁₂ symmetric and equal means: p + p² constraints. Sums and differences of the
    members are then uncorrelated and differences have mean zero, so that the constrained maximum is closed:
    χ² = n (log|S_sum| + log|D'D/n| − log|S_both|) (Olsen & Kenny, 2006, doi:10.1037/1082-989X.11.2.127).
    """
    n, p = first.shape
    sums, differences = (first + second) / math.sqrt(2), (first - second) / math.sqrt(2)
    centred = sums - sums.mean(axis=0)
    both = np.hstack([sums, differences])
    both = both - both.mean(axis=0)
    logs = [np.linalg.slogdet(part.T @ part / n)[1] for part in (centred, differences, both)]
    statistic = max(0.0, float(n * (logs[0] + logs[1] - logs[2])))
    df = p + p * p
    return OmnibusTest(statistic, df, float(stats.chi2.sf(statistic, df)))


def exchangeable_fit(first: Floats, second: Floats) -> DyadFit:
    """Return actor and partner coefficients of members that cannot be told apart.

    Notes
    -----
    The regression of the outcome's sum on the predictors' sums has the slopes actor + partner, that of the differences
    (without an intercept) actor − partner; the two are independent of each other.
    """
    root = math.sqrt(2)
    sums, differences = (first + second) / root, (first - second) / root
    plus = _least_squares(sums - sums.mean(axis=0))
    minus = _least_squares(differences)
    k = first.shape[1] - 1
    half = np.eye(k) / 2
    change = np.block([[half, half], [half, -half]])
    order = np.arange(2 * k).reshape(2, k).T.ravel()
    slopes = np.concatenate([plus[0], minus[0]])
    zero = np.zeros((k, k))
    spread = np.block([[plus[1], zero], [zero, minus[1]]])
    variance = (plus[2] + minus[2]) / 2
    return DyadFit(
        (change @ slopes)[order],
        (change @ spread @ change.T)[np.ix_(order, order)],
        np.array([variance]),
        (plus[2] - minus[2]) / (plus[2] + minus[2]),
    )


def distinguishable_fit(first: Floats, second: Floats) -> DyadFit:
    """Return actor and partner coefficients of each member; their residuals may correlate.

    Notes
    -----
    Both outcomes have the same predictors, so that the joint maximum is least squares in each equation and the
    covariance of all coefficients is Ω ⊗ (X'X)⁻¹ with the residuals' covariance Ω (n in the denominator).
    """
    n, p = first.shape
    k = p - 1
    X = np.hstack([first[:, :k], second[:, :k]])
    X = X - X.mean(axis=0)
    Y = np.column_stack([first[:, k], second[:, k]])
    Y = Y - Y.mean(axis=0)
    inverse = np.linalg.inv(X.T @ X)
    slopes = inverse @ X.T @ Y
    residual = Y - X @ slopes
    omega = residual.T @ residual / n
    whole = np.kron(omega, inverse)
    own = np.arange(2 * k).reshape(2, k).T.ravel()
    swapped = np.arange(2 * k).reshape(2, k)[::-1].T.ravel()
    order = np.concatenate([own, 2 * k + swapped])
    stacked = slopes.T.ravel()
    return DyadFit(
        stacked[order],
        whole[np.ix_(order, order)],
        np.diag(omega).copy(),
        float(omega[0, 1] / math.sqrt(omega[0, 0] * omega[1, 1])),
    )


def _least_squares(table: Floats) -> tuple[Floats, Floats, float]:
    """Return slopes of the last column on the others, their covariance, and the residual variance (n)."""
    X, y = table[:, :-1], table[:, -1]
    inverse = np.linalg.inv(X.T @ X)
    slopes = inverse @ (X.T @ y)
    residual = y - X @ slopes
    variance = float(residual @ residual) / len(y)
    return slopes, np.asarray(inverse * variance, dtype=np.float64), variance
