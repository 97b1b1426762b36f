"""What is minimised: value, gradient and expected information of each estimator's function."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from osa_survey.psychometrics.confirmatory.normal_weights import pattern_moments, saturated_information
from osa_survey.psychometrics.confirmatory.samples import GroupSample, inverted, padded_inverse
from osa_survey.psychometrics.confirmatory.structures import Structure, lower

Floats = NDArray[np.float64]


@dataclass(frozen=True, repr=False)
class Evaluation:
    """Half the discrepancy at some parameters, its gradient, and the expected information of one respondent."""

    value: float
    gradient: Floats
    information: Floats


class Criterion(Protocol):
    """A discrepancy of model and sample."""

    def value(self, parameters: Floats) -> float:
        """Return half the discrepancy; infinite where it is not defined."""

    def gradient(self, parameters: Floats) -> Floats:
        """Return its derivative."""

    def evaluate(self, parameters: Floats) -> Evaluation:
        """Return value, gradient and expected information."""


def shares(samples: tuple[GroupSample, ...], *, least_squares: bool = False) -> Floats:
    """Return each group's share of the respondents; least squares count one respondent less in each, as lavaan does."""
    n = np.array([float(sample.n) if sample.mass is None else sample.mass for sample in samples])
    return np.asarray((n - 1.0 if least_squares else n) / n.sum())


class _Summed(ABC):
    """A sum over groups, weighted by their shares of the respondents."""

    def __init__(
        self, structures: tuple[Structure, ...], samples: tuple[GroupSample, ...], *, least_squares: bool = False
    ) -> None:
        self.structures, self.samples = structures, samples
        self.shares = shares(samples, least_squares=least_squares)

    def value(self, parameters: Floats) -> float:
        values = [self.contribution(index, parameters, 0)[0] for index in range(len(self.samples))]
        return float(self.shares @ np.array(values))

    def gradient(self, parameters: Floats) -> Floats:
        total = np.zeros(len(parameters))
        for index, share in enumerate(self.shares):
            total += share * self.contribution(index, parameters, 1)[1]
        return total

    def evaluate(self, parameters: Floats) -> Evaluation:
        q = len(parameters)
        value, gradient, information = 0.0, np.zeros(q), np.zeros((q, q))
        for index, share in enumerate(self.shares):
            part, slope, curvature = self.contribution(index, parameters, 2)
            value += share * part
            gradient += share * slope
            information += share * curvature
        return Evaluation(value, gradient, information)

    @abstractmethod
    def contribution(self, index: int, parameters: Floats, order: int) -> tuple[float, Floats, Floats]:
        """Return what one group contributes, up to an order of derivatives."""


NOTHING = np.empty(0)


class NormalTheory(_Summed):
    """Maximum likelihood, generalised or unweighted least squares on means and covariances without gaps."""

    def __init__(self, structures: tuple[Structure, ...], samples: tuple[GroupSample, ...], kind: str) -> None:
        super().__init__(structures, samples, least_squares=kind != "ML")
        self.kind = kind
        self.fixed = [inverted(sample.covariance) if kind == "GLS" else np.eye(len(sample.means)) for sample in samples]
        self.logs = [float(np.linalg.slogdet(sample.covariance)[1]) for sample in samples]

    def contribution(self, index: int, parameters: Floats, order: int) -> tuple[float, Floats, Floats]:
        """Return value, gradient and information of one group, as far as ``order`` asks."""
        structure, sample = self.structures[index], self.samples[index]
        matrices = structure.matrices(parameters)
        deviation = sample.means - matrices.means if structure.means else np.zeros_like(sample.means)
        if self.kind == "ML":
            try:
                root = np.linalg.cholesky(matrices.covariance)
            except np.linalg.LinAlgError:
                return np.inf, np.full(structure.n_free, np.nan), NOTHING
            weight = inverted(matrices.covariance)
            spread = sample.covariance + np.outer(deviation, deviation)
            log = 2.0 * float(np.log(np.diag(root)).sum())
            value = 0.5 * (log - self.logs[index] + float((weight * spread).sum()) - len(deviation))
            pull = weight @ (spread - matrices.covariance) @ weight
        else:
            weight = self.fixed[index]
            pull = weight @ (sample.covariance - matrices.covariance) @ weight
            value = 0.25 * float((pull * (sample.covariance - matrices.covariance)).sum())
            value += 0.5 * float(deviation @ weight @ deviation)
        if order == 0:
            return value, NOTHING, NOTHING
        u, v, d_means = structure.derivative_pairs(matrices)
        by_entry = -((u @ pull) * v).sum(axis=1)
        if structure.means:
            by_entry -= d_means @ (weight @ deviation)
        gradient = structure.gathered(by_entry)
        if order == 1:
            return value, gradient, NOTHING
        uw, vw = u @ weight, v @ weight
        cross = uw @ v.T
        gram = (uw @ u.T) * (vw @ v.T) + cross * cross.T
        if structure.means:
            gram += d_means @ weight @ d_means.T
        return value, gradient, structure.gathered(structure.gathered(gram).T)


class MissingAtRandom(_Summed):
    """Maximum likelihood from every answer there is."""

    def contribution(self, index: int, parameters: Floats, order: int) -> tuple[float, Floats, Floats]:
        """Return value, gradient and information of one group, as far as ``order`` asks."""
        structure, sample = self.structures[index], self.samples[index]
        matrices = structure.matrices(parameters)
        mask, share, average, spread = pattern_moments(sample)
        try:
            inverse, logs = padded_inverse(matrices.covariance, mask)
        except np.linalg.LinAlgError:
            return np.inf, np.full(structure.n_free, np.nan), NOTHING
        deviation = (average - matrices.means) * mask
        s = spread + deviation[:, :, None] * deviation[:, None, :]
        value = 0.5 * float(share @ (logs + (inverse * s).sum(axis=(1, 2))))
        if order == 0:
            return value, NOTHING, NOTHING
        u, v, d_means = structure.derivative_pairs(matrices)
        pull = np.einsum("k,kij->ij", share, inverse @ s @ inverse - inverse)
        towards = np.einsum("k,kij,kj->i", share, inverse, deviation)
        gradient = structure.gathered(-((u @ pull) * v).sum(axis=1) - d_means @ towards)
        if order == 1:
            return value, gradient, NOTHING
        information = saturated_information(
            sample, matrices.means, matrices.covariance, observed=False, with_means=True
        )
        jacobian = structure.jacobian(matrices)
        return value, gradient, jacobian.T @ information @ jacobian


class WeightedMoments(_Summed):
    """Diagonally weighted or unweighted least squares on thresholds and polychoric correlations."""

    def __init__(
        self, structures: tuple[Structure, ...], samples: tuple[GroupSample, ...], weights: tuple[Floats, ...]
    ) -> None:
        super().__init__(structures, samples, least_squares=True)
        self.weights = weights
        self.moments = [sample_moments(sample) for sample in samples]

    def contribution(self, index: int, parameters: Floats, order: int) -> tuple[float, Floats, Floats]:
        """Return value, gradient and information of one group, as far as ``order`` asks."""
        structure = self.structures[index]
        matrices = structure.matrices(parameters)
        residual = self.moments[index] - structure.moments(matrices)
        if not np.isfinite(residual).all():
            return np.inf, np.full(structure.n_free, np.nan), NOTHING
        weight = self.weights[index]
        value = 0.5 * float(weight @ residual**2)
        if order == 0:
            return value, NOTHING, NOTHING
        jacobian = structure.jacobian(matrices)
        gradient = -jacobian.T @ (weight * residual)
        if order == 1:
            return value, gradient, NOTHING
        return value, gradient, jacobian.T @ (weight[:, None] * jacobian)


def sample_moments(sample: GroupSample) -> Floats:
    """Return thresholds and correlations below the diagonal of ordinal items, as ``Structure.moments`` orders them."""
    return np.concatenate([sample.thresholds, sample.covariance[lower(len(sample.covariance), -1)]])
