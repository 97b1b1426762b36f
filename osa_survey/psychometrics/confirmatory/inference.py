"""Standard errors and scaled test statistics of a fitted structure."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import chdtrc

from osa_survey.psychometrics.confirmatory.criteria import Criterion, shares
from osa_survey.psychometrics.confirmatory.normal_weights import (
    pattern_moments,
    saturated_information,
    score_products,
)
from osa_survey.psychometrics.confirmatory.optimisation import Minimum, hessian
from osa_survey.psychometrics.confirmatory.samples import GroupSample, inverted, padded_inverse
from osa_survey.psychometrics.confirmatory.structures import Structure

Floats = NDArray[np.float64]
ROWS_AT_ONCE = 4_096
"""Rows whose scores are held at once: few enough to stay in a processor's cache."""


@dataclass(frozen=True)
class ChiSquared:
    """A test of a model against the saturated one.

    Attributes
    ----------
    value : float
        ``2 N`` times half the discrepancy.
    df : int
        Degrees of freedom.
    p_value : float
        NaN where the value follows no chi-squared distribution (least squares), or without degrees of freedom.
    scaled, scaled_p : float
        The scaled statistic; NaN for estimators without one.
    factor, shift : float
        ``scaled = value / factor + shift``.
    trace : float
        ``tr(U Gamma)``, the expected value of ``value`` where the model holds; df without scaling.
    """

    value: float
    df: int
    p_value: float
    scaled: float = np.nan
    scaled_p: float = np.nan
    factor: float = 1.0
    shift: float = 0.0
    trace: float = np.nan


@dataclass(frozen=True, repr=False)
class Inference:
    """Covariance of the estimates (None where the information is singular), and the test.

    ``reach``, shape (free, moments): how much moments with a joint covariance move the estimates at first order.
    """

    covariance: Floats | None
    chi_squared: ChiSquared
    reach: Floats | None = None


def upper_tail(value: float, df: float) -> float:
    """Return the upper tail of the chi-squared distribution; NaN without degrees of freedom."""
    return float(chdtrc(df, max(value, 0.0))) if df > 0 and np.isfinite(value) else float("nan")


def inverse(matrix: Floats) -> Floats | None:
    """Return the inverse of a symmetric positive definite matrix, or None."""
    scale = np.sqrt(np.abs(np.diag(matrix)))
    if len(matrix) == 0:
        return matrix
    if not np.isfinite(matrix).all() or (scale <= 0).any():
        return None
    scaled = matrix / np.outer(scale, scale)
    if np.linalg.eigvalsh(scaled)[0] < 1e-10:
        return None
    return np.asarray(inverted(scaled) / np.outer(scale, scale))


def saturated_traces(samples: tuple[GroupSample, ...], with_means: bool) -> float:
    """Return ``tr(A^-1 B)`` of the saturated model over the groups: its observed against its first-order information.

    Notes
    -----
    Without gaps it is half of Mardia's kurtosis minus its smallest part, ``(mean d^4 - p) / 2`` (and p for means), with
    d the Mahalanobis distance. NaN where the saturated model is not identified.
    """
    total = 0.0
    for sample in samples:
        p = len(sample.means)
        if sample.patterns is None and sample.answers is not None:
            fourth = squared_distances(sample, inverted(sample.covariance))
            total += (fourth - p) / 2.0 + (p if with_means else 0)
            continue
        a = saturated_information(sample, sample.means, sample.covariance, observed=True, with_means=True)
        b = score_products(sample, sample.means, sample.covariance, None, with_means=True)
        try:
            total += float(np.trace(np.linalg.solve(a, b)))
        except np.linalg.LinAlgError:  # items that nobody answered together
            return float("nan")
    return total


def squared_distances(sample: GroupSample, weight: Floats) -> float:
    """Return the mean of ``d^4`` with ``d^2 = (y - m)' W (y - m)``."""
    assert sample.answers is not None
    total = 0.0
    for start in range(0, sample.n, ROWS_AT_ONCE):
        centred = sample.answers[start : start + ROWS_AT_ONCE] - sample.means
        total += float((((centred @ weight) * centred).sum(axis=1) ** 2).sum())
    return total / sample.n


def parameter_products(
    structures: tuple[Structure, ...], samples: tuple[GroupSample, ...], parameters: Floats, *, with_means: bool
) -> Floats:
    """Return the mean cross-products of the scores of the free parameters."""
    total = np.zeros((len(parameters), len(parameters)))
    for structure, sample, share in zip(structures, samples, shares(samples), strict=True):
        matrices = structure.matrices(parameters)
        means = matrices.means if with_means else sample.means
        if sample.patterns is None and sample.answers is not None:
            total += share * _complete_products(structure, sample, parameters, means)
            continue
        jacobian = structure.jacobian(matrices)
        total += share * score_products(sample, means, matrices.covariance, jacobian, with_means=with_means)
    return total


def _complete_products(structure: Structure, sample: GroupSample, parameters: Floats, means: Floats) -> Floats:
    """Return the cross-products of scores by products of thin matrices: score = (u W y)(v W y) - u W v + dmu W y."""
    assert sample.answers is not None
    matrices = structure.matrices(parameters)
    u, v, d_means = structure.derivative_pairs(matrices)
    weight = inverted(matrices.covariance)
    constant = np.einsum("ep,ep->e", u @ weight, v)
    sums = np.zeros((structure.n_free, structure.n_free))
    for start in range(0, sample.n, ROWS_AT_ONCE):
        pull = (sample.answers[start : start + ROWS_AT_ONCE] - means) @ weight
        scores = (pull @ u.T) * (pull @ v.T) - constant
        if structure.means:
            scores += pull @ d_means.T
        if structure.gathering is not None:
            scores = scores @ structure.gathering.T
        sums += scores.T @ scores
    return sums / sample.n


def normal_theory_inference(
    criterion: Criterion,
    structures: tuple[Structure, ...],
    samples: tuple[GroupSample, ...],
    minimum: Minimum,
    df: int,
    estimator: str,
) -> Inference:
    """Return standard errors and test of ML, MLR, MLM, GLS and ULS."""
    n = sum(sample.n for sample in samples)
    gaps = any(sample.patterns is not None for sample in samples)
    with_means = structures[0].means
    parameters = minimum.parameters
    information = minimum.information
    unrelated = structures[0].n_latent == 0 and not gaps  # observed and expected information are the same there
    if (estimator == "MLR" and not unrelated) or (gaps and estimator == "ML"):
        information = hessian(criterion, parameters)
    bread = inverse(information)
    value = 2.0 * n * discrepancy_value(minimum, samples, gaps)
    plain = ChiSquared(value, df, upper_tail(value, df), trace=float(df))
    if bread is None:
        return Inference(None, plain)
    if estimator in ("ML", "GLS"):
        return Inference(bread / n, plain)
    if estimator == "ULS":
        plain = ChiSquared(value, df, np.nan, trace=float(df))
        unweighted = inverse(_unweighted_information(structures, samples, parameters))
        return Inference(None if unweighted is None else unweighted / n, plain)
    products = parameter_products(structures, samples, parameters, with_means=with_means)
    covariance = bread @ products @ bread / n
    if estimator == "MLR":
        trace = saturated_traces(samples, with_means) - float((products * bread).sum())
    else:
        trace = _browne_trace(structures, samples, parameters) - float((products * bread).sum())
    return Inference(covariance, mean_scaled(value, df, trace))


def _unweighted_information(
    structures: tuple[Structure, ...], samples: tuple[GroupSample, ...], parameters: Floats
) -> Floats:
    """Return ``D' D``: what lavaan takes for the standard errors of unweighted least squares."""
    total = np.zeros((len(parameters), len(parameters)))
    for structure, share in zip(structures, shares(samples, least_squares=True), strict=True):
        jacobian = structure.jacobian(structure.matrices(parameters))
        total += share * jacobian.T @ jacobian
    return total


def discrepancy_value(minimum: Minimum, samples: tuple[GroupSample, ...], gaps: bool) -> float:
    """Return half the discrepancy, with the saturated model's part where the criterion does not hold it."""
    if not gaps:
        return max(minimum.value, 0.0)
    return max(minimum.value - saturated_half_deviance(samples), 0.0)


def saturated_half_deviance(samples: tuple[GroupSample, ...]) -> float:
    """Return half the mean of ``log|S| + tr`` over patterns at the saturated moments."""
    total = 0.0
    for sample, share in zip(samples, shares(samples), strict=True):
        mask, weights, average, spread = pattern_moments(sample)
        inverse_, logs = padded_inverse(sample.covariance, mask)
        deviation = (average - sample.means) * mask
        s = spread + deviation[:, :, None] * deviation[:, None, :]
        total += share * 0.5 * float(weights @ (logs + (inverse_ * s).sum(axis=(1, 2))))
    return total


def mean_scaled(value: float, df: int, trace: float) -> ChiSquared:
    """Return a test divided by its expected inflation ``trace / df``."""
    if df <= 0 or not np.isfinite(trace) or trace <= 0:
        return ChiSquared(value, df, upper_tail(value, df), trace=trace)
    factor = trace / df
    return ChiSquared(
        value, df, upper_tail(value, df), value / factor, upper_tail(value / factor, df), factor, trace=trace
    )


def _browne_trace(structures: tuple[Structure, ...], samples: tuple[GroupSample, ...], parameters: Floats) -> float:
    """Return ``tr(W Gamma)`` with the normal-theory weight at the model's covariances."""
    total = 0.0
    for structure, sample in zip(structures, samples, strict=True):
        assert sample.answers is not None
        matrices = structure.matrices(parameters)
        weight = inverted(matrices.covariance)
        product = weight @ sample.covariance
        total += (squared_distances(sample, weight) - float((product * product.T).sum())) / 2.0
        if structure.means:
            total += float(np.trace(product))
    return total


def weighted_inference(
    structures: tuple[Structure, ...],
    samples: tuple[GroupSample, ...],
    weights: tuple[Floats, ...],
    minimum: Minimum,
    df: int,
    *,
    robust: bool,
    chi_squared: bool,
) -> Inference:
    """Return standard errors and test of DWLS, WLSMV and ULSMV.

    Notes
    -----
    With ``W`` the weights, ``G`` the asymptotic covariance of the moments, ``D`` their Jacobian and ``E = D' W D``:
    the covariance of the estimates is ``E^-1 D' W G W D E^-1 / N``, and with ``U = W - W D E^-1 D' W`` the scaled and
    shifted statistic is ``a T + df - a tr(U G)``, ``a = sqrt(df / tr(U G U G))``.

    References
    ----------
    Asparouhov, T., & Muthén, B. (2010). Simple second order chi-square correction. Mplus technical appendix.
    """
    n = sum(sample.n for sample in samples)
    value = 2.0 * n * max(minimum.value, 0.0)
    plain = ChiSquared(value, df, upper_tail(value, df) if chi_squared else np.nan, trace=float(df))
    bread = inverse(minimum.information)
    if bread is None:
        return Inference(None, plain)
    if not robust:
        return Inference(bread / n, plain)
    q = len(minimum.parameters)
    meat, third, first, second = np.zeros((q, q)), np.zeros((q, q)), 0.0, 0.0
    for structure, sample, weight, share in zip(
        structures, samples, weights, shares(samples, least_squares=True), strict=True
    ):
        assert sample.asymptotic is not None
        jacobian = structure.jacobian(structure.matrices(minimum.parameters))
        weighted = weight[:, None] * jacobian
        product = sample.asymptotic @ weighted
        meat += share * weighted.T @ product
        third += share * product.T @ (weight[:, None] * product)
        first += float(weight @ np.diag(sample.asymptotic))
        both = weight[:, None] * sample.asymptotic
        second += float((both * both.T).sum())
    covariance = bread @ meat @ bread / n
    if df <= 0:
        return Inference(covariance, plain)
    core = bread @ meat
    trace = first - float(np.trace(core))
    square = second - 2.0 * float((bread * third).sum()) + float((core * core.T).sum())
    a = np.sqrt(df / square)
    shift = df - a * trace
    scaled = a * value + shift
    test = ChiSquared(value, df, plain.p_value, scaled, upper_tail(scaled, df), 1.0 / a, shift, trace=trace)
    return Inference(covariance, test)
