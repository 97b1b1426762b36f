"""Factor models of weighted answers: the weighted likelihood, and what each respondent adds to its maximum."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from osa_survey.psychometrics.confirmatory.criteria import NormalTheory
from osa_survey.psychometrics.confirmatory.fits import FactorFit, fit_table, fit_to_samples
from osa_survey.psychometrics.confirmatory.normal_weights import normal_weight
from osa_survey.psychometrics.confirmatory.optimisation import hessian
from osa_survey.psychometrics.confirmatory.parameter_tables import variables_of
from osa_survey.psychometrics.confirmatory.preparation import prepared
from osa_survey.psychometrics.confirmatory.samples import GroupSample, inverted
from osa_survey.psychometrics.confirmatory.structures import lower
from osa_survey.psychometrics.confirmatory.syntax import parse_model

Floats = NDArray[np.float64]


def fit_weighted(answers: Floats, weights: Floats, names: Sequence[str], syntax: str, **conventions: Any) -> FactorFit:
    """Fit a factor model by the weighted normal likelihood (pseudo maximum likelihood).

    Parameters
    ----------
    answers : ndarray of float, shape (respondents, items)
        Complete answers.
    weights : ndarray of float, shape (respondents,)
        How many people each stands for.
    names : sequence of str
        The items' names in the syntax.
    syntax : str
        The model in lavaan's syntax.
    **conventions
        As of ``fit_factor_model``.

    Returns
    -------
    FactorFit
        Its ``inference`` takes the weighted moments for those of as many equal respondents: use ``weighted_influence``.

    References
    ----------
    Skinner, C. J., Holt, D., & Smith, T. M. F. (Eds.). (1989). Analysis of complex surveys. Wiley. (publisher recalled)
    """
    observed, _ = variables_of(parse_model(syntax))
    chosen = np.ascontiguousarray(answers[:, [list(names).index(name) for name in observed]])
    sample = prepared([chosen], observed, [""], "ML", "listwise")[0]
    return fit_to_samples((_weighted(sample, weights),), syntax, estimator="ML", **conventions)


def refit_weighted(fit: FactorFit, weights: Floats) -> Floats:
    """Return the parameters of a fitted model under other weights; NaN where the search does not converge."""
    again = fit_table(fit.table, (_weighted(fit.samples[0], weights),), "ML", fit.minimum.parameters)
    found = again.minimum.parameters
    return found if again.minimum.converged else np.full_like(found, np.nan)


def weighted_influence(fit: FactorFit, weights: Floats) -> Floats:
    """Return what each respondent adds to the parameters at first order, shape (respondents, free).

    Notes
    -----
    w/Σw · H⁻¹ s with the casewise scores s = D_μ'Σ⁻¹z + D_Σ'W vech(zz' − Σ), deviations z from the implied means, and
    the observed second derivatives H of half the discrepancy: the pieces of lavaan's sandwich under sampling weights.
    """
    sample, structure = fit.samples[0], fit.structures[0]
    assert sample.answers is not None
    matrices = structure.matrices(fit.minimum.parameters)
    jacobian = structure.jacobian(matrices)
    p = len(sample.means)
    weight = inverted(matrices.covariance)
    rows, columns = lower(p)
    centred = sample.answers - (matrices.means if structure.means else sample.means)
    moments = centred[:, rows] * centred[:, columns] - matrices.covariance[rows, columns]
    cut = p if structure.means else 0
    scores = moments @ normal_weight(weight, weight) @ jacobian[cut:]
    if structure.means:
        scores += centred @ weight @ jacobian[:cut]
    curvature = hessian(NormalTheory(fit.structures, fit.samples, "ML"), fit.minimum.parameters)
    share = weights / weights.sum()
    return np.asarray(share[:, None] * np.linalg.solve(curvature, scores.T).T)


def _weighted(sample: GroupSample, weights: Floats) -> GroupSample:
    assert sample.answers is not None
    share = weights / weights.sum()
    means = share @ sample.answers
    centred = sample.answers - means
    return replace(sample, means=means, covariance=(centred * share[:, None]).T @ centred)
