"""Statistics that robust fit indices stand on: with gaps, and with ordinal items."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from osa_survey.psychometrics.confirmatory.criteria import shares
from osa_survey.psychometrics.confirmatory.fits import FactorFit, moment_weights
from osa_survey.psychometrics.confirmatory.normal_weights import normal_weight, saturated_information, score_products
from osa_survey.psychometrics.confirmatory.samples import inverted
from osa_survey.psychometrics.confirmatory.structures import lower

Floats = NDArray[np.float64]
LARGEST_MOMENTS = 1_500
"""With more moments in a group the correction for gaps would need matrices beyond a laptop's memory and is left out."""


@dataclass(frozen=True)
class Corrected:
    """A statistic with its inflation, and the baseline's.

    Attributes
    ----------
    value, factor, scaled : float
        The statistic, its expectation over df, and their ratio.
    baseline, baseline_factor : float
        The same of the baseline model.
    """

    value: float
    factor: float
    scaled: float
    baseline: float
    baseline_factor: float


def gap_correction(fit: FactorFit, base: FactorFit) -> Corrected | None:
    """Return the statistics of the saturated moments taken as complete data (FIML-C, V3 with MLR, V6 with ML).

    Notes
    -----
    ``Wm`` is the observed information of the saturated model given the gaps, ``Jm`` its first-order information, ``Wc``
    what complete data would give, ``U = Wm - Wm D (D' Wm D)^-1 D' Wm``. The inflation is
    ``tr(U Wm^-1 Wc Wm^-1 U Wm^-1 Jm Wm^-1)`` (V3) or ``tr(Wc Wm^-1 U Wm^-1)`` (V6), over df.
    """
    p = len(fit.table.observed)
    if p + p * (p + 1) // 2 > LARGEST_MOMENTS:
        return None
    pieces = []
    for sample in fit.samples:
        with_gaps = saturated_information(sample, sample.means, sample.covariance, observed=True, with_means=True)
        weight = inverted(sample.covariance)
        complete = np.zeros_like(with_gaps)
        complete[:p, :p] = weight
        complete[p:, p:] = normal_weight(weight, weight)
        first = (
            score_products(sample, sample.means, sample.covariance, None, with_means=True)
            if fit.estimator == "MLR"
            else None
        )
        pieces.append((with_gaps, complete, first))
    statistics = []
    for model in (fit, base):
        df = model.inference.chi_squared.df
        try:
            trace = _gap_trace(model, pieces)
        except np.linalg.LinAlgError:  # items that nobody answered together
            return None
        statistics.append((_complete_value(model), trace / df))
    (value, factor), (baseline, baseline_factor) = statistics
    if not (factor > 0 and baseline_factor > 0):
        return None
    return Corrected(value, factor, value / factor, baseline, baseline_factor)


def _gap_trace(fit: FactorFit, pieces: list[tuple[Floats, Floats, Floats | None]]) -> float:
    """Return the trace of the correction, group by group, without building matrices over all groups."""
    part = shares(fit.samples)
    jacobians = [structure.jacobian(structure.matrices(fit.minimum.parameters)) for structure in fit.structures]
    information = sum(
        share * jacobian.T @ piece[0] @ jacobian for share, jacobian, piece in zip(part, jacobians, pieces, strict=True)
    )
    bread = inverted(np.asarray(information))
    # Q = Wm^-1 U = I - D E^-1 D' Wm over all groups; blocks Q_gh = [g = h] I - D_g E^-1 D_h' Wm_h f_h.
    q = bread.shape[0]
    inner = np.zeros((q, q))  # sum f_g D' Wc D
    for share, jacobian, (_, complete, _) in zip(part, jacobians, pieces, strict=True):
        inner += share * jacobian.T @ complete @ jacobian
    total = 0.0
    for share, jacobian, (with_gaps, complete, first) in zip(part, jacobians, pieces, strict=True):
        inverse = inverted(with_gaps)
        # variance of the moments, n times: Wm^-1 Jm Wm^-1 (V3) or Wm^-1 (V6), over the group's share
        spread = inverse if first is None else inverse @ first @ inverse
        towards = with_gaps @ jacobian @ bread
        # tr(Q' Wc Q spread), with Q' Wc Q = Wc - Wc D E^-1 D' Wm - (…)' + Wm D E^-1 (D' Wc D) E^-1 D' Wm
        total += float((complete * spread).sum())
        total -= 2.0 * share * float(((complete @ jacobian) * (spread @ towards)).sum())
        total += share * float((towards.T @ spread @ towards * inner).sum())
    return total


def _complete_value(fit: FactorFit) -> float:
    """Return the likelihood-ratio statistic of the saturated moments taken as complete data."""
    total = 0.0
    for structure, sample in zip(fit.structures, fit.samples, strict=True):
        matrices = structure.matrices(fit.minimum.parameters)
        weight = inverted(matrices.covariance)
        deviation = sample.means - matrices.means
        log = float(np.linalg.slogdet(matrices.covariance)[1] - np.linalg.slogdet(sample.covariance)[1])
        trace = float((weight * sample.covariance).sum()) - len(deviation)
        total += sample.n * (log + trace + float(deviation @ weight @ deviation))
    return total


def categorical_correction(fit: FactorFit) -> Corrected | None:
    """Return the normal likelihood of the polychoric correlations at the model's estimates, with its inflation.

    The baseline's inflation is ``tr(V Gamma)`` with the groups' shares in both factors, where they cancel; lavaan
    0.6-14 leaves the shares out of V there, so that with several groups its robust CFI and TLI differ from these.

    None where thresholds are equated (the statistic of the correlations alone is then no test of the model), a matrix
    of correlations is not positive definite, or groups share clusters.
    """
    if fit.samples[0].joint is not None and len(fit.samples) > 1:
        return None
    thresholds = [row for row in fit.table.rows if row.op == "|"]
    if len({row.position for row in thresholds}) < len(thresholds):
        return None
    part = shares(fit.samples)
    value, baseline, trace, baseline_trace, baseline_df = 0.0, 0.0, 0.0, 0.0, 0
    information = np.zeros((len(fit.minimum.parameters),) * 2)
    for index, (share, sample) in enumerate(zip(part, fit.samples, strict=True)):
        information += share * (1.0 - 1.0 / sample.n) * _crossed(fit, index)
    bread = inverted(information)
    pieces = []
    for structure, sample in zip(fit.structures, fit.samples, strict=True):
        p = len(sample.means)
        roots = np.linalg.eigvalsh(sample.covariance)
        if roots[0] < 1e-8 or sample.asymptotic is None:
            return None
        matrices = structure.matrices(fit.minimum.parameters)
        rows, columns = lower(p, -1)
        implied = np.eye(p)
        implied[rows, columns] = structure.moments(matrices)[len(sample.thresholds) :]
        implied[columns, rows] = implied[rows, columns]
        try:
            np.linalg.cholesky(implied)
        except np.linalg.LinAlgError:
            return None
        weight = inverted(implied)
        log_sample = float(np.linalg.slogdet(sample.covariance)[1])
        log = float(np.linalg.slogdet(implied)[1]) - log_sample
        value += sample.n * (log + float((weight * sample.covariance).sum()) - p)
        baseline -= sample.n * log_sample
        baseline_df += p * (p - 1) // 2
        i, j = lower(p)
        off = i != j
        v = normal_weight(weight, weight)[np.ix_(off, off)]
        cut = len(sample.thresholds)
        gamma = sample.asymptotic[cut:, cut:]
        jacobian = structure.jacobian(matrices)[cut:]
        own = moment_weights(sample, fit.estimator)[cut:]
        pieces.append((v, gamma, jacobian, own))
        baseline_trace += float(np.trace(gamma))
    inner = sum(share * d.T @ v @ d for share, (v, _, d, _) in zip(part, pieces, strict=True))
    for share, (v, gamma, jacobian, own) in zip(part, pieces, strict=True):
        towards = own[:, None] * (jacobian @ bread)
        trace += float((v * gamma).sum())
        trace -= 2.0 * share * float(((v @ jacobian) * (gamma @ towards)).sum())
        trace += share * float(((towards.T @ gamma @ towards) * inner).sum())
    df = fit.inference.chi_squared.df
    factor = trace / df
    return Corrected(value, factor, value / factor, baseline, baseline_trace / baseline_df)


def _crossed(fit: FactorFit, index: int) -> Floats:
    """Return ``D' W D`` of one group over all its moments."""
    structure, sample = fit.structures[index], fit.samples[index]
    jacobian = structure.jacobian(structure.matrices(fit.minimum.parameters))
    weight = moment_weights(sample, fit.estimator)
    return np.asarray(jacobian.T @ (weight[:, None] * jacobian))
