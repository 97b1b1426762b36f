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
    influence : ndarray of float, shape (couples, coefficients)
        What each couple adds to the coefficients at first order, its weight included.
    """

    coefficients: Floats
    covariance: Floats
    residual_variance: Floats
    residual_correlation: float
    influence: Floats


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


@dataclass(frozen=True, repr=False)
class DyadMoments:
    """Mean and covariance of all variables of both members, sums before differences, n in the denominator.

    Attributes
    ----------
    mean : ndarray of float, shape (2p,)
    covariance : ndarray of float, shape (2p, 2p)
    """

    mean: Floats
    covariance: Floats

    @property
    def exchangeable(self) -> DyadMoments:
        """The nearest moments, by likelihood, of members that can be exchanged."""
        p = len(self.mean) // 2
        covariance = np.zeros_like(self.covariance)
        covariance[:p, :p] = self.covariance[:p, :p]
        covariance[p:, p:] = self.covariance[p:, p:] + np.outer(self.mean[p:], self.mean[p:])
        return DyadMoments(np.r_[self.mean[:p], np.zeros(p)], covariance)

    def deviance(self, of: DyadMoments, couples: int) -> float:
        """Return −2 log-likelihood of these parameters, without its constant, in couples with the moments ``of``."""
        away = of.mean - self.mean
        scatter = of.covariance + np.outer(away, away)
        logs = float(np.linalg.slogdet(self.covariance)[1])
        return couples * (logs + float(np.trace(np.linalg.solve(self.covariance, scatter))))


def dyad_moments(first: Floats, second: Floats) -> DyadMoments:
    """Return the moments of members' sums and differences, each divided by √2."""
    both = np.hstack([first + second, first - second]) / math.sqrt(2)
    mean = both.mean(axis=0)
    centred = both - mean
    return DyadMoments(mean, centred.T @ centred / len(both))


def exchange_contrasts(first: Floats, second: Floats, weights: Floats) -> tuple[Floats, Floats]:
    """Return what is zero where members can be exchanged, and what each couple adds to it.

    Returns
    -------
    ndarray of float, shape (p + p²,)
        Means of the differences, and covariances of sums with differences.
    ndarray of float, shape (couples, p + p²)
        Influence, the weight included.
    """
    sums, differences = (first + second) / math.sqrt(2), (first - second) / math.sqrt(2)
    share = weights / weights.sum()
    mean = share @ differences
    plus, minus = sums - share @ sums, differences - mean
    products = (plus[:, :, None] * minus[:, None, :]).reshape(len(first), -1)
    covariances = share @ products
    influence = share[:, None] * np.hstack([minus, products - covariances])
    return np.concatenate([mean, covariances]), influence


def exchangeable_fit(first: Floats, second: Floats, weights: Floats | None = None) -> DyadFit:
    """Return actor and partner coefficients of members that cannot be told apart.

    Parameters
    ----------
    first, second : ndarray of float, shape (couples, p)
        The same variables of both members.
    weights : ndarray of float, shape (couples,), optional
        How many couples each stands for; then the maximum of the weighted likelihood.

    Notes
    -----
    The regression of the outcome's sum on the predictors' sums has the slopes actor + partner, that of the differences
    (without an intercept) actor − partner; the two are independent of each other.
    """
    root = math.sqrt(2)
    sums, differences = (first + second) / root, (first - second) / root
    own = _scaled(weights, len(first))
    plus = _least_squares(sums - np.average(sums, axis=0, weights=own), own)
    minus = _least_squares(differences, own)
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
        (np.hstack([plus[3], minus[3]]) @ change.T)[:, order],
    )


def distinguishable_fit(first: Floats, second: Floats, weights: Floats | None = None) -> DyadFit:
    """Return actor and partner coefficients of each member; their residuals may correlate.

    Parameters
    ----------
    first, second : ndarray of float, shape (couples, p)
        The same variables of both members.
    weights : ndarray of float, shape (couples,), optional
        How many couples each stands for; then the maximum of the weighted likelihood.

    Notes
    -----
    Both outcomes have the same predictors, so that the joint maximum is least squares in each equation and the
    covariance of all coefficients is Ω ⊗ (X'X)⁻¹ with the residuals' covariance Ω (n in the denominator).
    """
    n, p = first.shape
    k = p - 1
    share = _scaled(weights, n)
    X = np.hstack([first[:, :k], second[:, :k]])
    X = X - np.average(X, axis=0, weights=share)
    Y = np.column_stack([first[:, k], second[:, k]])
    Y = Y - np.average(Y, axis=0, weights=share)
    weighted = X * share[:, None]
    inverse = np.linalg.inv(weighted.T @ X)
    slopes = inverse @ weighted.T @ Y
    residual = Y - X @ slopes
    omega = (residual * share[:, None]).T @ residual / n
    scores = weighted @ inverse
    influence = np.hstack([scores * residual[:, :1], scores * residual[:, 1:]])
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
        influence[:, order],
    )


def _scaled(weights: Floats | None, n: int) -> Floats:
    return np.ones(n) if weights is None else np.asarray(weights * (n / weights.sum()), dtype=np.float64)


def _least_squares(table: Floats, weights: Floats) -> tuple[Floats, Floats, float, Floats]:
    """Return slopes of the last column on the others, their covariance, the residual variance (n), and influence."""
    X, y = table[:, :-1], table[:, -1]
    weighted = X * weights[:, None]
    inverse = np.linalg.inv(weighted.T @ X)
    slopes = inverse @ (weighted.T @ y)
    residual = y - X @ slopes
    variance = float(weights * residual @ residual) / len(y)
    return slopes, np.asarray(inverse * variance), variance, np.asarray(weighted @ inverse * residual[:, None])
