"""Categorical omega of keyed answers: when it fits, its bootstrap interval, and why it may be missing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from osa_survey.psychometrics.categorical_omega import (
    CategoricalFactor,
    CategoricalMoments,
    categorical_factors,
    categorical_moments,
    omegas_if_dropped,
)
from osa_survey.psychometrics.coefficients import Coefficient
from osa_survey.psychometrics.item_statistics import ItemMoments, cronbach_alpha, statistics_of
from osa_survey.psychometrics.ordinal.ordered_answers import MOST, Categories, categories, cross_tables
from osa_survey.psychometrics.remembered_draws import remembered_omegas
from osa_survey.psychometrics.resampling import percentile_interval

Floats = NDArray[np.float64]

MOST_ORDINAL = 7
"""Items with so many different answers at most are taken as ordered categories, not as numbers."""
NAN = float("nan")
UNKNOWN = Coefficient(NAN, NAN, NAN, NAN)


@dataclass(frozen=True)
class CategoricalPart:
    """Categorical omega and what comes with it.

    Attributes
    ----------
    omega : Coefficient
        With a bootstrap percentile interval.
    loadings : ndarray of float or None
        Standardised loadings.
    if_dropped : ndarray of float or None
        Categorical omega of the other items.
    ordinal_alpha : float
        Alpha of the polychoric correlations; NaN where they are not known.
    warning : str
        Why something is missing.
    """

    omega: Coefficient
    loadings: Floats | None
    if_dropped: Floats | None
    ordinal_alpha: float
    warning: str


def ordered_categories(values: Floats) -> Categories | None:
    """Return the answers as categories if each item has whole answers, at most seven different ones; else None."""
    try:
        found = categories(values)
    except ValueError:
        return None
    for answers in found.answers:
        if not 0 < len(answers) <= MOST_ORDINAL or np.ptp(answers) > MOST_ORDINAL * 10:
            return None
        if not (answers == np.floor(answers)).all():
            return None
    return found


def no_factor_model(listwise: ItemMoments) -> str:
    """Return why no factor model of the complete cases can be fitted, or an empty string."""
    if listwise.n_respondents <= len(listwise.covariance):
        return "not estimated: no more complete cases than items"
    if statistics_of(listwise).constant.any():
        return "not estimated: an item does not vary among the complete cases"
    return ""


def categorical_part(
    complete: Floats | Categories,
    listwise: ItemMoments,
    draws: int,
    seed: Sequence[int],
    conf_level: float,
    tables: Floats | None = None,
) -> CategoricalPart:
    """Return categorical omega of the complete cases with its bootstrap interval.

    Parameters
    ----------
    complete : ndarray of float, shape (respondents, items), or Categories
        Keyed answers without gaps to three items or more; as categories, each of which occurs.
    listwise : ItemMoments
        Their moments.
    draws : int
        Bootstrap samples; 0 for no interval.
    seed : sequence of int
        Seed of the bootstrap.
    conf_level : float
        Level of the interval.
    tables : ndarray of float, shape (items, items, categories, categories), optional
        Their cross tables, where they are known.
    """
    why = no_factor_model(listwise)
    if why:
        return CategoricalPart(UNKNOWN, None, None, NAN, why)
    try:
        answers = complete if isinstance(complete, Categories) else categories(complete)
    except ValueError:
        why = f"not estimated: an item has more than {MOST} different answers"
        return CategoricalPart(UNKNOWN, None, None, NAN, why)
    steps = answers.steps
    moments = categorical_moments((cross_tables(answers) if tables is None else tables)[None])
    model = categorical_factors(moments, steps)
    why = _categorical_warning(moments, model)
    if np.isnan(model.omega[0]):
        return CategoricalPart(UNKNOWN, None, None, _ordinal_alpha(moments), why)
    estimate = Coefficient(float(model.omega[0]), NAN, NAN, NAN)
    if draws:
        drawn = percentile_interval(remembered_omegas(answers, steps, draws, seed), conf_level)
        estimate = replace(estimate, std_error=drawn.std_error, conf_low=drawn.conf_low, conf_high=drawn.conf_high)
        if drawn.failed:
            failed = f"{drawn.failed} of {drawn.draws} bootstrap samples gave no estimate"
            why = "; ".join(filter(None, [why, failed]))
    dropped = omegas_if_dropped(moments, steps) if len(steps) > 3 else None
    return CategoricalPart(estimate, model.loadings[0], dropped, _ordinal_alpha(moments), why)


def _categorical_warning(moments: CategoricalMoments, model: CategoricalFactor) -> str:
    if not moments.known[0]:
        return "not estimated: a polychoric correlation is perfect or unknown"
    if not model.converged[0]:
        return "not estimated: the categorical one-factor model did not converge"
    if model.heywood[0]:
        return "not estimated: a standardised loading is not below one (Heywood case)"
    return "an item loads against the others: look at the key" if (model.loadings[0] < 0).any() else ""


def _ordinal_alpha(moments: CategoricalMoments) -> float:
    if not moments.known[0]:
        return NAN
    return cronbach_alpha(moments.correlations[0] + np.eye(moments.correlations.shape[1]))
