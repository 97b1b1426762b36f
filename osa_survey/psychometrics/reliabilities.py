"""The reliability of a scale from answers that count alike: omega, alpha, and the statistics of its items."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from osa_survey.dataset import Column, ScoredData
from osa_survey.errors import AnalysisError
from osa_survey.psychometrics.item_matrices import ItemMatrix, item_matrix
from osa_survey.psychometrics.reliability_estimates import Estimates, Options, estimate_reliability
from osa_survey.psychometrics.reliability_groups import Group, groups_result
from osa_survey.psychometrics.reliability_requests import ReliabilityRequest, grouping_column
from osa_survey.psychometrics.reliability_tables import COEFFICIENTS, reliability_result
from osa_survey.psychometrics.score_precision import ScoreMetric
from osa_survey.results import Result


def plain_reliability(data: ScoredData | pd.DataFrame, request: ReliabilityRequest) -> Result:
    """Return the reliability of a scale; see ``osa_survey.reliability``.

    Parameters
    ----------
    data : ScoredData or DataFrame
        Data without weights and imputed sets.
    request : ReliabilityRequest
        What is asked for; not FIML.
    """
    by = request.by
    column = None if by is None else grouping_column(data, by)
    if by is not None and isinstance(data, pd.DataFrame):
        data = data.drop(columns=[name for name in data.columns if str(name) == by])
    items = item_matrix(data, request.scale)
    estimates = estimate_reliability(items, request.options)
    order = _order(estimates, request.coefficient)
    result = reliability_result(estimates, order, ScoreMetric.of(data, items.name))
    if column is not None:
        own = replace(request.options, categorical=estimates.as_categories)
        groups = groups_result(_groups(items, column, own), order, items, column.info.title)
        result = replace(result, more={**result.more, "groups": groups}, settings={**result.settings, "by": by})
    return result


def _order(estimates: Estimates, coefficient: str | None) -> tuple[str, ...]:
    """Return the coefficients there are, the one asked for first."""
    several = estimates.items.values.shape[1] > 2
    there = {"omega_categorical": several and estimates.as_categories, "omega": several, "alpha": True}
    names = (coefficient, *COEFFICIENTS) if coefficient else COEFFICIENTS
    return tuple(dict.fromkeys(name for name in names if there[name]))


def _groups(items: ItemMatrix, column: Column, options: Options) -> list[Group]:
    """Return the estimates of each group, or why there are none."""
    groups = []
    for number, (label, mask) in enumerate(column.categories(), start=1):
        own = replace(items, values=items.values[mask])
        try:
            estimates = estimate_reliability(own, replace(options, seed=(*options.seed, number)))
            groups.append(Group(label, own, estimates, ""))
        except AnalysisError as error:
            why = error.problems[0].message.partition(": ")[2] or error.problems[0].message
            groups.append(Group(label, own, None, f"not estimated: {why}"))
    return groups
