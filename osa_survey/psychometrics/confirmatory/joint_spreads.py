"""Inference where moments have a joint covariance of their own: under weights, clusters, imputed answers."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from osa_survey.psychometrics.confirmatory.criteria import Criterion, shares
from osa_survey.psychometrics.confirmatory.inference import ChiSquared, Inference, inverse, upper_tail
from osa_survey.psychometrics.confirmatory.normal_weights import normal_weight
from osa_survey.psychometrics.confirmatory.optimisation import Minimum, hessian
from osa_survey.psychometrics.confirmatory.samples import GroupSample, inverted
from osa_survey.psychometrics.confirmatory.structures import Structure, lower

Floats = NDArray[np.float64]


def joint_inference(
    criterion: Criterion,
    structures: tuple[Structure, ...],
    samples: tuple[GroupSample, ...],
    weights: tuple[Floats, ...],
    minimum: Minimum,
    df: int,
    estimator: str,
) -> Inference:
    """Return standard errors and test of a model fitted to moments with a joint covariance.

    Notes
    -----
    With ``G`` n times that covariance and ``g`` the derivative of the discrepancy's gradient by the moments, the
    estimates have covariance ``H^-1 g' G g H^-1 / n``. The discrepancy has the expected value ``tr(U G)``: MLR takes
    ``tr(A G) - tr(H^-1 g' G g)`` with ``A`` the saturated information at the sample's moments and ``H`` the observed
    information (Yuan & Bentler, 2000, as Mplus and lavaan compute it); MLM the expected information and ``A`` at the
    model's moments (Satorra & Bentler, 1994); WLSMV and ULSMV scale and shift. The value itself follows no χ²
    distribution, so it has no p value.

    References
    ----------
    Oberski, D. (2014). lavaan.survey: An R package for complex survey analysis of structural equation models. Journal
    of Statistical Software, 57(1), 1-27. doi:10.18637/jss.v057.i01
    """
    n = sum(sample.n for sample in samples)
    value = 2.0 * n * max(minimum.value, 0.0)
    plain = ChiSquared(value, df, np.nan, trace=float(df))
    robust = estimator == "MLR"
    bread = inverse(hessian(criterion, minimum.parameters) if robust else minimum.information)
    if bread is None:
        return Inference(None, plain)
    if weights:
        return _least_squares(structures, samples, weights, minimum, bread, value, df)
    part = shares(samples)
    pulls, expected = [], 0.0
    for structure, sample, share in zip(structures, samples, part, strict=True):
        pull, own = _normal_pull(structure, sample, minimum.parameters, observed=robust)
        pulls.append(np.sqrt(share) * pull)
        assert sample.asymptotic is not None
        expected += float((own * sample.asymptotic).sum())
    reach = bread @ np.vstack([np.sqrt(share) * pull for share, pull in zip(part, pulls, strict=True)]).T
    meat = crossed(samples, pulls)
    trace = expected - float((meat * bread).sum())
    covariance = bread @ meat @ bread / n
    if df <= 0 or not trace > 0:
        return Inference(covariance, plain, reach)
    scaled = value * df / trace
    test = ChiSquared(value, df, np.nan, scaled, upper_tail(scaled, df), trace / df, trace=trace)
    return Inference(covariance, test, reach)


def crossed(samples: Sequence[GroupSample], pulls: Sequence[Floats]) -> Floats:
    """Return ``sum_gh P_g' G_gh P_h`` with G n times the covariance of the moments.

    Parameters
    ----------
    samples : sequence of GroupSample
        Groups; without a joint covariance they are unrelated.
    pulls : sequence of ndarray of float, shape (moments, q)
        One for each group.
    """
    joint = samples[0].joint
    if joint is not None:
        whole = np.vstack(list(pulls))
        return np.asarray(whole.T @ joint @ whole)
    total = np.zeros((pulls[0].shape[1],) * 2)
    for sample, pull in zip(samples, pulls, strict=True):
        assert sample.asymptotic is not None
        total += pull.T @ sample.asymptotic @ pull
    return total


def _normal_pull(
    structure: Structure, sample: GroupSample, parameters: Floats, *, observed: bool
) -> tuple[Floats, Floats]:
    """Return the derivative of a group's gradient by its moments, and the saturated information of a respondent."""
    if not structure.means:
        raise ValueError("a joint covariance of moments holds means: fit them")
    matrices = structure.matrices(parameters)
    p = len(sample.means)
    jacobian = structure.jacobian(matrices)
    weight = inverted(matrices.covariance)
    spread = normal_weight(weight, weight) @ jacobian[p:]
    pull = np.vstack([weight @ jacobian[:p], spread])
    if not observed:
        own = _blocks(weight)
        return pull, own
    rows, columns = lower(p)
    deviation = sample.means - matrices.means
    moved = np.zeros((len(rows), p))  # the derivative of vech(d d') by d
    at = np.arange(len(rows))
    np.add.at(moved, (at, rows), deviation[columns])
    np.add.at(moved, (at, columns), deviation[rows])
    pull[:p] += moved.T @ spread
    return pull, _blocks(inverted(sample.covariance))


def _blocks(weight: Floats) -> Floats:
    """Return the information about means and covariances at the inverse of a covariance matrix."""
    p = len(weight)
    spread = normal_weight(weight, weight)
    whole = np.zeros((p + len(spread),) * 2)
    whole[:p, :p] = weight
    whole[p:, p:] = spread
    return whole


def _least_squares(
    structures: tuple[Structure, ...],
    samples: tuple[GroupSample, ...],
    weights: tuple[Floats, ...],
    minimum: Minimum,
    bread: Floats,
    value: float,
    df: int,
) -> Inference:
    """Return standard errors and the scaled and shifted test; see ``weighted_inference`` for unrelated groups."""
    n = sum(sample.n for sample in samples)
    part = shares(samples, least_squares=True)
    weight = np.concatenate(weights)
    jacobians = [structure.jacobian(structure.matrices(minimum.parameters)) for structure in structures]
    jacobian = np.vstack([np.sqrt(share) * own for share, own in zip(part, jacobians, strict=True)])
    reach = bread @ (np.vstack([share * own for share, own in zip(part, jacobians, strict=True)]) * weight[:, None]).T
    joint = samples[0].joint
    assert joint is not None
    pull = weight[:, None] * jacobian
    product = joint @ pull
    meat = pull.T @ product
    covariance = bread @ meat @ bread / n
    plain = ChiSquared(value, df, np.nan, trace=float(df))
    if df <= 0:
        return Inference(covariance, plain, reach)
    core = bread @ meat
    both = weight[:, None] * joint
    trace = float(weight @ np.diag(joint)) - float(np.trace(core))
    third = product.T @ (weight[:, None] * product)
    square = float((both * both.T).sum()) - 2.0 * float((bread * third).sum()) + float((core * core.T).sum())
    if not square > 0:
        return Inference(covariance, plain, reach)
    a = np.sqrt(df / square)
    shift = df - a * trace
    scaled = a * value + shift
    test = ChiSquared(value, df, np.nan, scaled, upper_tail(scaled, df), 1.0 / a, shift, trace=trace)
    return Inference(covariance, test, reach)
