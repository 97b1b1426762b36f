"""Root mean square residuals in the metrics that programs differ in."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from osa_survey.psychometrics.confirmatory.criteria import shares
from osa_survey.psychometrics.confirmatory.fits import FactorFit
from osa_survey.psychometrics.confirmatory.samples import GroupSample
from osa_survey.psychometrics.confirmatory.structures import Structure, lower

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class ResidualMeasures:
    """Root mean square residuals: of all moments, and of (co)variances alone; groups weigh by their respondents.

    Attributes
    ----------
    rmr, rmr_covariances : float
        Of raw residuals.
    srmr, srmr_covariances : float
        Of residuals over the observed standard deviations (Bentler); with ordinal items ``srmr`` counts thresholds.
    crmr, crmr_covariances : float
        Of correlations, each matrix by its own standard deviations, without the diagonal (Bollen); means by the
        observed ones.
    srmr_mplus, srmr_mplus_covariances : float
        As Mplus has it: correlations as for ``crmr``, and relative residuals of variances; NaN for ordinal items.
    """

    rmr: float
    rmr_covariances: float
    srmr: float
    srmr_covariances: float
    crmr: float
    crmr_covariances: float
    srmr_mplus: float
    srmr_mplus_covariances: float


def residual_measures(fit: FactorFit) -> ResidualMeasures:
    """Return root mean square residuals of a model.

    References
    ----------
    Maydeu-Olivares, A. (2017). Assessing the size of model misfit in structural equation models. Psychometrika, 82(3),
    533-558. doi:10.1007/s11336-016-9552-7
    """
    of = _ordinal if fit.table.ordered else _continuous
    found = [of(s, sample, fit.minimum.parameters) for s, sample in zip(fit.structures, fit.samples, strict=True)]
    values = np.array([[getattr(one, name) for name in ResidualMeasures.__annotations__] for one in found])
    return ResidualMeasures(*(float(value) for value in shares(fit.samples) @ values))


def _continuous(structure: Structure, sample: GroupSample, parameters: Floats) -> ResidualMeasures:
    matrices = structure.matrices(parameters)
    p = len(sample.means)
    i, j = lower(p)
    off = i != j
    own, other = np.sqrt(np.diag(sample.covariance)), np.sqrt(np.diag(matrices.covariance))
    raw = (sample.covariance - matrices.covariance)[i, j]
    scaled = raw / (own[i] * own[j])
    turned = (sample.covariance / np.outer(own, own) - matrices.covariance / np.outer(other, other))[i, j]
    variances = 1.0 - (other / own) ** 2
    with_means = structure.means
    shift = sample.means - matrices.means if with_means else np.zeros(0)
    scaled_shift = shift / own if with_means else shift
    turned_shift = sample.means / own - matrices.means / other if with_means else shift

    def root(squares: float, count: int) -> float:
        return float(np.sqrt(squares / count)) if count else 0.0

    def both(parts: Floats, means: Floats, less: int = 0) -> tuple[float, float]:
        squares, count = float((parts**2).sum()), len(i) - less
        return root(squares + float((means**2).sum()), count + len(means)), root(squares, count)

    mixed = np.where(off, turned, 0.0)
    mixed[~off] = variances
    return ResidualMeasures(
        *both(raw, shift), *both(scaled, scaled_shift), *both(turned, scaled_shift, p), *both(mixed, turned_shift)
    )


def _ordinal(structure: Structure, sample: GroupSample, parameters: Floats) -> ResidualMeasures:
    matrices = structure.matrices(parameters)
    p, cuts = len(sample.covariance), len(sample.thresholds)
    i, j = lower(p, -1)
    implied = structure.moments(matrices)
    squares = float(((sample.covariance[i, j] - implied[cuts:]) ** 2).sum())
    whole = squares + float(((sample.thresholds - implied[:cuts]) ** 2).sum())
    scaled = float(np.sqrt(whole / (len(i) + p + cuts))), float(np.sqrt(squares / (len(i) + p)))
    turned = float(np.sqrt(whole / (len(i) + cuts))), float(np.sqrt(squares / len(i)))
    return ResidualMeasures(*scaled, *scaled, *turned, np.nan, np.nan)
