"""How large non-invariance is: in points of items and scales, and beside the difference of group means."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

from osa_survey.psychometrics.confirmatory.fits import FactorFit
from osa_survey.psychometrics.confirmatory.structures import Matrices

Floats = NDArray[np.float64]


@dataclass(frozen=True, repr=False)
class GroupShift:
    """One group against the first.

    Attributes
    ----------
    group : int
        The group.
    items : ndarray of float, shape (items,)
        Expected answer with the group's own item parameters less the one with the first group's, both for the group's
        own distribution of the factors.
    observed : ndarray of float, shape (items,)
        Difference of the mean answers.
    """

    group: int
    items: Floats
    observed: Floats


def expected_answers(matrices: Matrices, answers: tuple[Floats, ...], items: NDArray[np.int64]) -> Floats:
    """Return the expected answer to each item, in the distribution of the factors of ``matrices``.

    Parameters
    ----------
    matrices : Matrices
        Item parameters and factors.
    answers : tuple of ndarray
        The answers of each ordinal item, ascending; empty for numbers.
    items : ndarray of int, shape (thresholds,)
        The item of each threshold.

    Notes
    -----
    Numbers: ``nu + Lambda E(eta)``. Ordinal: ``v_0 + sum (v_k - v_{k-1}) Phi((mu - tau_k) / sd)`` with ``mu`` and
    ``sd`` of the answer behind the item.
    """
    if not answers:
        return matrices.means
    spread = np.sqrt(np.diag(matrices.covariance))
    above = ndtr((matrices.means[items] - matrices.thresholds) / spread[items])
    steps = np.concatenate([np.diff(values) for values in answers])
    result = np.array([values[0] for values in answers], dtype=np.float64)
    np.add.at(result, items, steps * above)
    return result


def group_shifts(fit: FactorFit, answers: tuple[Floats, ...], observed: tuple[Floats, ...]) -> tuple[GroupShift, ...]:
    """Return the shifts of every group after the first, at a model with a common scale.

    Parameters
    ----------
    fit : FactorFit
        A model in which intercepts (or thresholds and intercepts) are equal but for what was given up.
    answers : tuple of ndarray
        The answers of each ordinal item; empty for numbers.
    observed : tuple of ndarray, one for each group
        Mean answers.
    """
    matrices = [structure.matrices(fit.minimum.parameters) for structure in fit.structures]
    first, places = matrices[0], fit.structures[0].threshold_items
    found = []
    for group in range(1, len(matrices)):
        own = matrices[group]
        borrowed = _with_factors_of(first, own)
        shift = expected_answers(own, answers, places) - expected_answers(borrowed, answers, places)
        found.append(GroupShift(group, shift, observed[group] - observed[0]))
    return tuple(found)


def _with_factors_of(items: Matrices, factors: Matrices) -> Matrices:
    """Return matrices with the item parameters of one group and the factors of another."""
    from dataclasses import replace

    reach = items.loadings @ factors.inverse
    return replace(
        items,
        factors=factors.factors,
        factor_means=factors.factor_means,
        inverse=factors.inverse,
        factor_covariance=factors.factor_covariance,
        reach=reach,
        covariance=reach @ factors.factors @ reach.T + items.residuals,
        means=items.intercepts + reach @ factors.factor_means,
    )
