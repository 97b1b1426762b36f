"""Everything reliability says of one set of keyed items, as numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from osa_survey.errors import AnalysisError, Problem
from osa_survey.psychometrics.categorical_reliability import (
    NAN,
    UNKNOWN,
    CategoricalPart,
    categorical_part,
    no_factor_model,
    ordered_categories,
)
from osa_survey.psychometrics.coefficients import Coefficient, feldt_interval, omega
from osa_survey.psychometrics.counted_moments import counted_moments
from osa_survey.psychometrics.dropped_items import omegas_without
from osa_survey.psychometrics.hierarchical_reliability import HierarchicalPart, hierarchical_part
from osa_survey.psychometrics.item_matrices import ItemMatrix
from osa_survey.psychometrics.item_statistics import (
    ItemMoments,
    ItemStatistics,
    Missing,
    complete_cases,
    item_moments,
    statistics_of,
)
from osa_survey.psychometrics.one_factor import OneFactor, one_factor
from osa_survey.psychometrics.ordinal.ordered_answers import cross_tables
from osa_survey.psychometrics.resampling import percentile_interval, resampled_alphas

Floats = NDArray[np.float64]
CoefficientName = Literal["omega_categorical", "omega", "alpha"]

SMALLEST_SAMPLE = 3


@dataclass(frozen=True)
class Options:
    """What changes the numbers.

    Attributes
    ----------
    conf_level : float
        Level of the intervals.
    missing : {"listwise", "pairwise"}
        Respondents behind alpha and item statistics.
    draws : int
        Bootstrap samples; 0 for none.
    seed : sequence of int
        Seed of the bootstrap.
    categorical : bool or None
        Whether to estimate categorical omega; None where the items have at most seven answers each.
    ordinal_alpha : bool
        Whether to give alpha of the polychoric correlations.
    details : bool
        Whether to give bootstrap intervals of alpha.
    factors : int
        Group factors of omega hierarchical; 1 for none.
    """

    conf_level: float
    missing: Missing
    draws: int
    seed: Sequence[int]
    categorical: bool | None = None
    ordinal_alpha: bool = False
    details: bool = False
    factors: int = 1


@dataclass(frozen=True)
class Estimates:
    """The reliability of one set of items among one set of respondents.

    ``as_categories`` says whether categorical omega is one of the coefficients; ``complete`` counts the respondents
    behind the factor models.
    """

    items: ItemMatrix
    options: Options
    as_categories: bool
    statistics: ItemStatistics
    complete: int
    omega: Coefficient | None
    model: OneFactor | None
    omega_warning: str
    omega_if_dropped: Floats | None
    categorical: CategoricalPart | None
    alpha: Coefficient
    alpha_bootstrap: Coefficient | None
    standardised_bootstrap: Coefficient | None
    hierarchical: HierarchicalPart | None

    @property
    def n(self) -> int:
        """Respondents behind alpha."""
        return self.statistics.moments.n_respondents

    def coefficient(self, name: str) -> Coefficient:
        """Return one of the three coefficients; unknown parts are NaN."""
        found = {
            "alpha": self.alpha,
            "omega": self.omega,
            "omega_categorical": self.categorical.omega if self.categorical else None,
        }
        return found[name] or UNKNOWN


def estimate_reliability(items: ItemMatrix, options: Options) -> Estimates:
    """Return all coefficients of one set of items.

    Raises
    ------
    AnalysisError
        With fewer than two items, too few respondents, or a sum that does not vary.
    """
    k = items.values.shape[1]
    if k < 2:
        message = f"'{items.name}' has one item: internal consistency needs at least two"
        raise AnalysisError(Problem("one_item", message, column=items.name))
    ordered = ordered_categories(items.values)
    wanted = ordered is not None if options.categorical is None else options.categorical
    categorical = k > 2 and (wanted or options.ordinal_alpha)
    everybody = complete_cases(items.values) if ordered is None else ordered.complete
    no_gaps = bool(everybody.all())
    complete = items.values if no_gaps else items.values[everybody]
    tables = counted = None
    if categorical and ordered is not None and no_gaps and len(complete) > 1:
        tables = cross_tables(ordered)
        counted = counted_moments(tables, ordered.answers)
    statistics = _statistics(items, counted or item_moments(items.values, options.missing), options.missing)
    listwise = statistics.moments if no_gaps or options.missing == "listwise" else item_moments(complete, "listwise")
    model, warning = _model(listwise)
    part = None
    if categorical:
        answers = complete if ordered is None or not no_gaps else ordered
        part = categorical_part(answers, listwise, options.draws, options.seed, options.conf_level, tables)
    low, high = feldt_interval(statistics.alpha, statistics.moments.n_respondents, k, options.conf_level)
    raw = standardised = None
    if options.details and options.draws:
        raw, standardised = _alpha_bootstrap(items.values, complete, statistics, options)
    return Estimates(
        items=items,
        options=options,
        as_categories=wanted,
        statistics=statistics,
        complete=len(complete),
        omega=omega(model, options.conf_level) if model is not None else None,
        model=model,
        omega_warning=warning,
        omega_if_dropped=omegas_without(listwise.covariance, model) if model is not None and k > 3 else None,
        categorical=part,
        alpha=Coefficient(statistics.alpha, NAN, low, high),
        alpha_bootstrap=raw,
        standardised_bootstrap=standardised,
        hierarchical=hierarchical_part(listwise, options.factors) if options.factors > 1 and k > 2 else None,
    )


def _statistics(items: ItemMatrix, moments: ItemMoments, missing: Missing) -> ItemStatistics:
    """Return the item statistics, or say why there are none."""
    if (moments.smallest_pair if missing == "pairwise" else moments.n_respondents) < SMALLEST_SAMPLE:
        behind = "both answers of some pair of items" if missing == "pairwise" else "answers to all items"
        hint = 'missing = "pairwise" uses partly answered scales' if missing == "listwise" else ""
        message = f"'{items.name}': fewer than {SMALLEST_SAMPLE} respondents gave {behind}"
        raise AnalysisError(Problem("too_few_respondents", message, column=items.name, hint=hint))
    statistics = statistics_of(moments)
    if np.isnan(statistics.alpha):
        message = f"'{items.name}': the sum of the items does not vary"
        hint = "look at the answers with describe, and at the key with keying"
        raise AnalysisError(Problem("no_variance", message, column=items.name, hint=hint))
    return statistics


def _model(listwise: ItemMoments) -> tuple[OneFactor | None, str]:
    """Return the one-factor maximum likelihood model of the complete cases, and a warning."""
    n, k = listwise.n_respondents, len(listwise.covariance)
    why = "" if k < 3 else no_factor_model(listwise)
    if k < 3 or why:
        return None, why
    try:
        model = one_factor(listwise.covariance, n)
    except ValueError:
        return None, "not estimated: an item follows exactly from the others"
    if not model.converged:
        return None, "not estimated: the one-factor model did not converge"
    warnings = []
    if model.heywood:
        warnings.append("a residual variance is negative (Heywood case), so there is no interval")
    elif np.isnan(omega(model).conf_low):
        warnings.append("no interval: the information matrix is singular")
    if (model.loadings < 0).any():
        warnings.append("an item loads against the others: look at the key")
    return model, "; ".join(warnings)


def _alpha_bootstrap(
    values: Floats, complete: Floats, statistics: ItemStatistics, options: Options
) -> tuple[Coefficient, Coefficient]:
    """Return alpha and standardised alpha with bootstrap percentile intervals."""
    people = complete if options.missing == "listwise" else values[~np.isnan(values).all(axis=1)]
    found = []
    estimates = (statistics.alpha, statistics.alpha_standardised)
    for estimate, drawn in zip(estimates, resampled_alphas(people, options.draws, options.seed), strict=True):
        interval = percentile_interval(drawn, options.conf_level)
        found.append(Coefficient(estimate, interval.std_error, interval.conf_low, interval.conf_high))
    return found[0], found[1]
