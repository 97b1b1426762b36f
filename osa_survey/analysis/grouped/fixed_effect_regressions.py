"""Fixed effects: slopes within groups, every group with an intercept of its own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from operator import attrgetter
from typing import Any, Literal, get_args

import numpy as np
import pandas as pd

from osa_survey.analysis.arguments import check_choices
from osa_survey.analysis.grouped.grouped_changes import wald_change
from osa_survey.analysis.grouped.grouped_designs import under_plan
from osa_survey.analysis.grouped.grouped_models import (
    GroupedData,
    GroupedFit,
    Part,
    grouped_data,
    joined_fit,
)
from osa_survey.analysis.grouped.grouped_rows import FEW_GROUPS, GroupedTables, grouped_result
from osa_survey.analysis.regressing.collinearity import check_rank
from osa_survey.analysis.set_estimates import Floats, SetEstimate
from osa_survey.dataset import ScoredData
from osa_survey.dataset.imputed import ImputedData
from osa_survey.errors import AnalysisError, Problem
from osa_survey.models.grouping import within_groups
from osa_survey.models.mixed import constant_within
from osa_survey.models.within import WithinFit, fit_within
from osa_survey.results import Result, Rows, Show

WithinErrors = Literal["cluster", "classical"]
ERRORS = {"cluster": "cluster-robust errors", "classical": "classical errors"}
FEW = "fewer than five groups: errors robust to clusters tend to be much too small, see errors='classical'"


def fixed_effects(
    data: ScoredData | ImputedData | pd.DataFrame,
    outcome: str,
    blocks: Sequence[str] | Sequence[Sequence[str]],
    *,
    groups: str,
    errors: WithinErrors = "cluster",
    as_categories: Sequence[str] = (),
    references: Mapping[str, str] | None = None,
    conf_level: float = 0.95,
) -> Result:
    """Regress an outcome on predictors within groups.

    Parameters
    ----------
    data : ScoredData, ImputedData or DataFrame
        One row per respondent (or answer); completed sets are pooled by Rubin's rules.
    outcome : str
        A number.
    blocks : sequence of sequence of str
        Predictors as in ``regress``; each must vary within some group.
    groups : str
        The variable that names the group of each row.
    errors : {"cluster", "classical"}
        Robust to any dependence within groups, with t on G − 1 degrees of freedom; or of one residual variance, with
        n − G − k. Under a design errors follow the sampling plan, whose clusters are the groups if it has none of its
        own; "classical" is refused.
    as_categories : sequence of str
        Ordinal or numeric predictors to be dummy-coded.
    references : mapping of str to str, optional
        Predictor → reference category.
    conf_level : float
        Level of all intervals.

    Returns
    -------
    Result
        Coefficients ``b``; ``more["fit"]`` has ``groups``, ``within_r2`` and ``residual_sd``; of several
        blocks ``more["blocks"]`` has the Wald test of each later one (``block_test``).

    Raises
    ------
    AnalysisError
        ``does_not_compose`` for classical errors under a design; ``one_group``; ``groups_of_one``;
        ``constant_within_groups`` with the names of predictors that differ between groups only; what ``regress``
        refuses.

    Notes
    -----
    Least squares on deviations from the means of groups, which gives the slopes of the regression with a dummy for
    each group. The clustered covariance does not count these dummies as parameters (Cameron & Miller, 2015,
    doi:10.3368/jhr.50.2.317), so that its errors are smaller than those of ``regress(errors="cluster")`` with dummies,
    by √((n − G − k) / (n − k − 1)).

    Under weights deviations are from weighted means: slopes and linearised errors are those of the weighted regression
    with dummies. Degrees of freedom are those of the design less the number of slopes; the intercepts of groups are
    not counted.

    Examples
    --------
    >>> people = pd.DataFrame({"score": [1.0, 2.0, 3.0, 5.0, 6.0, 8.0], "age": [20.0, 25.0, 30.0, 20.0, 25.0, 30.0],
    ...                        "site": [1, 1, 1, 2, 2, 2]})
    >>> float(fixed_effects(people, "score", ["age"], groups="site").pick("b", term="age")["estimate"])
    0.25
    """
    check_choices(("errors", errors, get_args(WithinErrors)))
    found = grouped_data(
        data, outcome, blocks, groups=groups, as_categories=as_categories, references=references, conf_level=conf_level
    )
    found = under_plan(found, errors, "cluster")

    def add_fit(rows: Rows, fit: GroupedFit, keys: dict[str, Any]) -> None:
        rows.add("within_r2", estimate=fit.mean(attrgetter("within_r2")),
                 method=f"share of the variance within groups{found.over}", **keys)  # fmt: skip
        rows.add("residual_sd", estimate=fit.mean(lambda one: one.residual_variance**0.5),
                 method=f"√(SS_residual / (n − G − k)){found.over}", **keys)  # fmt: skip

    tables = GroupedTables(
        analysis="fixed_effects",
        name="Fixed-effects regression",
        method="Least squares within groups (fixed effects)"
        + ("" if found.sample.design is not None else f", {ERRORS[errors]}"),
        add_fit=add_fit,
        change=wald_change(found, ERRORS[errors]),
        shares=("within_r2",),
        fit_show=(Show("within_r2"), Show("residual_sd")),
        settings={"errors": errors},
        notes=("Every group has its own intercept: what differs between groups only is held constant.",),
        references=(
            "Cameron, A. C., & Miller, D. L. (2015). A practitioner's guide to cluster-robust inference. Journal of "
            "Human Resources, 50, 317–372. doi:10.3368/jhr.50.2.317",
        ),
    )
    return grouped_result(found, lambda block: _block(found, block, errors), tables)


def _block(data: GroupedData, block: int, errors: WithinErrors) -> GroupedFit:
    positions = data.design.upto(block)[1:]
    names = [data.design.terms[int(position)].name for position in positions]
    parts = data.parts(positions)
    for part in parts:
        _check_within(data, part, names)
    fits = [fit_within(part.y, part.X, part.groups, weights=part.weights) for part in parts]
    cluster = errors == "cluster"
    df = min(fit.cluster_df if cluster else fit.df for fit in fits)
    few = cluster and data.n_groups < FEW_GROUPS and data.sample.design is None
    said = [_said(fit, part, cluster, df) for fit, part in zip(fits, parts, strict=True)]
    return joined_fit(data, block, positions, fits, said, [FEW] if few else [])


def _said(fit: WithinFit, part: Part, cluster: bool, df: float) -> SetEstimate:
    def refit(many: Floats) -> Floats:
        return np.array([fit_within(part.y, part.X, part.groups, weights=column).coefficients for column in many.T])

    return SetEstimate(
        fit.coefficients,
        covariance=lambda: fit.clustered if cluster else fit.classical,
        influence=lambda: fit.contributions,
        refit=refit,
        df=df,
        df_lost=part.X.shape[1],
        what="a fixed-effects model",
    )


def _check_within(data: GroupedData, part: Part, names: list[str]) -> None:
    """Refuse predictors and outcomes that do not differ within groups, and too few rows."""
    X, groups = part.X, part.groups
    still = [name for name, constant in zip(names, constant_within(X, groups), strict=True) if constant]
    if still:
        message = f"within the groups of {data.group_title} these never differ: {', '.join(still)}"
        hint = "leave them out, or use mixed_model, which compares groups too"
        raise AnalysisError(Problem("constant_within_groups", message, key="blocks", hint=hint))
    number = int(groups.max()) + 1
    if len(X) - number - X.shape[1] < 1:
        message = f"{len(X)} rows in {number} groups are too few for {X.shape[1]} predictors"
        raise AnalysisError(Problem("too_few_rows", message, key="blocks", hint="use fewer predictors"))
    check_rank(within_groups(X, groups, part.weights), [f"{name} (within groups)" for name in names])
    if not within_groups(part.y[:, None], groups).any():
        message = f"within the groups of {data.group_title} the outcome never differs"
        raise AnalysisError(Problem("constant_outcome", message, hint="use mixed_model, or other groups"))
