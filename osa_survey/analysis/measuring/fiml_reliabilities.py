"""Reliability from the covariances that make all answers most likely (FIML), under whatever design there is."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from osa_survey.analysis.coefficients import Coefficient
from osa_survey.analysis.estimates import Estimates, estimated
from osa_survey.analysis.measuring.item_samples import answers_of
from osa_survey.analysis.measuring.reliability_numbers import SMOOTH, ReliabilityNumbers, back_transformed
from osa_survey.analysis.samples import CompletedSet, Sample
from osa_survey.analysis.set_estimates import SetEstimate
from osa_survey.imputation import fiml_moments
from osa_survey.imputation.fiml_estimates import FimlMoments
from osa_survey.imputation.fiml_influences import fiml_influence
from osa_survey.psychometrics import ItemMoments, statistics_of

Floats = NDArray[np.float64]
Smooth = Callable[[Floats], tuple[Floats, Floats]]
"""From covariances to numbers, shape (p,), and their derivatives by the lower triangle, shape (p, q(q + 1)/2)."""
HOW = "observed information"


def direct_reliability(sample: Sample, k: int, names: Sequence[str], conf_level: float) -> ReliabilityNumbers:
    """Return alpha and omega of the covariances that maximise the likelihood of all answers.

    Parameters
    ----------
    sample : Sample
        Items of everybody with an answer; not imputed.
    k : int
        Items.
    names : sequence of str
        ``alpha``, ``omega``.
    conf_level : float
        Level of the intervals: by the delta method from the observed information, under a design linearised from the
        scores of the weighted likelihood or from replicate weights.
    """
    one = sample.first
    values = answers_of(one, k)
    moments = fiml_moments(values, one.weights)
    found = {}
    for name in names:
        coefficient = SMOOTH[name](moments.covariance)
        if not math.isfinite(coefficient.value):
            found[name] = Coefficient(math.nan, warning=coefficient.warning)
            continue

        def smooth(covariance: Floats, of: str = name) -> tuple[Floats, Floats]:
            own = SMOOTH[of](covariance)
            rows, columns = np.tril_indices(k)
            slope = own.gradient[rows, columns] * np.where(rows == columns, 1.0, 2.0)
            return np.array([own.value]), slope[None, :]

        result = back_transformed(sample, lambda each, f=smooth: _said(each, values, moments, f), name, conf_level)  # type: ignore[misc]
        found[name] = replace(result, method=result.method.replace(", ", ", FIML covariances, ", 1))
    n, answered = len(values), (~np.isnan(values)).sum(axis=0)
    own = ItemMoments(n, answered, n, moments.mean, moments.covariance * n / (n - 1))
    return ReliabilityNumbers(n, found, (statistics_of(own),), n, (moments.covariance,))


def direct_correlations(sample: Sample, k: int) -> Estimates:
    """Return the correlations of all pairs by FIML, below the diagonal, column by column."""
    values = answers_of(sample.first, k)
    moments = fiml_moments(values, sample.first.weights)
    first, second = np.triu_indices(k, 1)
    rows, columns = np.tril_indices(k)
    place = np.empty((k, k), dtype=np.intp)
    place[rows, columns] = place[columns, rows] = np.arange(len(rows))

    def smooth(covariance: Floats) -> tuple[Floats, Floats]:
        spread = np.sqrt(np.diag(covariance))
        r = covariance[first, second] / (spread[first] * spread[second])
        slopes = np.zeros((len(r), len(rows)))
        at = np.arange(len(r))
        slopes[at, place[first, second]] = 1 / (spread[first] * spread[second])
        slopes[at, place[first, first]] = -r / (2 * covariance[first, first])
        slopes[at, place[second, second]] = -r / (2 * covariance[second, second])
        return r, slopes

    found = estimated(sample, lambda one: _said(one, values, moments, smooth))
    return replace(found, how=f"FIML covariances, {found.how}")


def _said(one: CompletedSet, values: Floats, moments: FimlMoments, smooth: Smooth) -> SetEstimate:
    k = values.shape[1]
    numbers, slopes = smooth(moments.covariance)

    def again(weights: Floats) -> Floats:
        kept = weights > 0
        return smooth(fiml_moments(values[kept], weights[kept]).covariance)[0]

    def influence() -> Floats:
        assert one.weights is not None
        return np.asarray(fiml_influence(moments, values, one.weights)[:, k:] @ slopes.T)

    return SetEstimate(
        numbers,
        covariance=lambda: np.asarray(slopes @ moments.sampling[k:, k:] @ slopes.T),
        influence=influence,
        refit=lambda many: np.stack([again(column) for column in many.T]),
        how=HOW,
        what="direct likelihood",
    )
