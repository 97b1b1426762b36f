"""Generalised estimating equations: population-averaged coefficients of people in groups."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, Literal, get_args

import numpy as np
import pandas as pd

from osa_survey.analysis.arguments import check_choices
from osa_survey.analysis.grouped.grouped_changes import wald_change
from osa_survey.analysis.grouped.grouped_designs import check_one_weight, check_whole_groups, under_plan
from osa_survey.analysis.grouped.grouped_models import GroupedData, GroupedFit, grouped_data, joined_fit
from osa_survey.analysis.grouped.grouped_rows import GroupedTables, grouped_result
from osa_survey.analysis.set_estimates import Floats, SetEstimate
from osa_survey.dataset import ScoredData
from osa_survey.dataset.imputed import ImputedData
from osa_survey.errors import AnalysisError, Problem
from osa_survey.models import separation
from osa_survey.models.estimating_equations import Correlation, GeeErrors, GeeFit, fit_gee
from osa_survey.models.weighted_equations import WeightedEquations, solve_weighted
from osa_survey.results import Result, Rows, Show

GeeFamily = Literal["linear", "logit", "poisson"]
TITLES = {"linear": "Linear", "logit": "Logistic", "poisson": "Poisson"}
ERRORS = {"robust": "robust errors", "bias_reduced": "bias-reduced robust errors"}
KINDS = {"linear": "linear", "logit": "logistic", "poisson": "poisson"}
FEW_FOR_ROBUST = 40
FEW = "fewer than 40 groups: robust errors tend to be too small, errors='bias_reduced' corrects most of it"
NOT_CONVERGED = "the estimating equations did not converge: use correlation='independence' or fewer predictors"


def gee(
    data: ScoredData | ImputedData | pd.DataFrame,
    outcome: str,
    blocks: Sequence[str] | Sequence[Sequence[str]],
    *,
    groups: str,
    family: GeeFamily = "linear",
    correlation: Correlation = "exchangeable",
    errors: GeeErrors = "robust",
    event: str | float | None = None,
    as_categories: Sequence[str] = (),
    references: Mapping[str, str] | None = None,
    conf_level: float = 0.95,
) -> Result:
    """Solve generalised estimating equations for people in groups.

    Parameters
    ----------
    data : ScoredData, ImputedData or DataFrame
        One row per respondent (or answer); completed sets are pooled by Rubin's rules.
    outcome : str
        A number, an event or a count, after ``family``.
    blocks : sequence of sequence of str
        Predictors as in ``regress``.
    groups : str
        The variable that names the group of each row.
    family : {"linear", "logit", "poisson"}
        The mean model.
    correlation : {"exchangeable", "independence"}
        The working correlation within groups; coefficients are consistent under either.
    errors : {"robust", "bias_reduced"}
        The sandwich, or its correction for few groups by Mancl and DeRouen (2001). Under a design errors follow the
        sampling plan, whose clusters are the groups if it has none of its own; "bias_reduced" is refused.
    event : str or float, optional
        The event of ``family="logit"``, as in ``regress``.
    as_categories : sequence of str
        Ordinal or numeric predictors to be dummy-coded.
    references : mapping of str to str, optional
        Predictor → reference category.
    conf_level : float
        Level of all intervals.

    Returns
    -------
    Result
        Coefficients ``b``, and exp(b) as ``odds_ratio`` or ``rate_ratio``; ``more["fit"]`` has ``groups`` and
        ``working_correlation``; of several blocks ``more["blocks"]`` has the Wald test of each later one
        (``block_test``). Fewer than 40 groups (with robust errors) and equations without an end are warnings
        of every row.

    Raises
    ------
    AnalysisError
        ``does_not_compose`` for plans whose clusters cut groups apart, for an exchangeable correlation under weights
        that differ within groups, and for bias-reduced errors under a design; ``one_group``; ``groups_of_one``;
        ``separation``; ``no_solution``; what ``regress`` refuses.

    Notes
    -----
    Σ D'V⁻¹(y − μ) = 0 over the groups, with V from the working correlation (Liang & Zeger, 1986,
    doi:10.1093/biomet/73.1.13). Tests are z tests. Coefficients describe populations, not members of one group.

    Under weights the equations of each group are weighted: with independence by the weights of its members, with an
    exchangeable correlation by the one weight of the group. Errors are linearised or come from replicate weights, and
    tests are t tests with the degrees of freedom of the design less the number of predictors.

    Examples
    --------
    >>> people = pd.DataFrame({"score": [1.0, 2.0, 2.5, 5.0, 6.5, 7.0], "age": [20.0, 25.0, 31.0, 21.0, 26.0, 30.0],
    ...                        "site": [1, 1, 1, 2, 2, 2]})
    >>> gee(people, "score", ["age"], groups="site").more["fit"].pick("groups")["estimate"]
    np.float64(2.0)
    """
    check_choices(
        ("family", family, get_args(GeeFamily)),
        ("correlation", correlation, get_args(Correlation)),
        ("errors", errors, get_args(GeeErrors)),
    )
    found = grouped_data(
        data, outcome, blocks, groups=groups, kind=KINDS[family], event=event, as_categories=as_categories,
        references=references, conf_level=conf_level,
    )  # fmt: skip
    if family == "poisson" and any((one.values() < 0).any() for one in found.sample.sets):
        message = f"{found.outcome.info.title} has negative values, so it is no count"
        raise AnalysisError(Problem("not_counts", message, column=outcome, hint="use family='linear'"))
    exchangeable = correlation == "exchangeable"
    weighted = found.sample.design is not None
    if weighted:
        found = _under_design(found, exchangeable, errors)

    def add_fit(rows: Rows, fit: GroupedFit, keys: dict[str, Any]) -> None:
        if exchangeable:
            rho = fit.mean(lambda one: one.correlation)
            rows.add("working_correlation", estimate=rho, method=f"exchangeable, by moments{found.over}", **keys)

    tables = GroupedTables(
        analysis="gee",
        name=f"{TITLES[family]} regression by estimating equations",
        method=f"Generalised estimating equations, {correlation} working correlation"
        + ("" if weighted else f", {ERRORS[errors]}"),
        add_fit=add_fit,
        change=wald_change(found, ERRORS[errors]),
        shares=("working_correlation",) if exchangeable else (),
        fit_show=(Show("working_correlation"),) if exchangeable else (),
        settings={"family": family, "correlation": correlation, "errors": errors},
        notes=("Coefficients are population-averaged; errors are robust to a wrong working correlation.",),
        references=(
            "Liang, K.-Y., & Zeger, S. L. (1986). Longitudinal data analysis using generalized linear models. "
            "Biometrika, 73, 13–22. doi:10.1093/biomet/73.1.13",
        ),
    )
    return grouped_result(found, lambda block: _block(found, block, family, correlation, errors), tables)


def _under_design(data: GroupedData, exchangeable: bool, errors: GeeErrors) -> GroupedData:
    """Return the data with a plan whose clusters hold whole groups; refuse what has no rule there."""
    found = under_plan(data, errors, "robust")
    check_whole_groups(found.sample, "estimating equations of groups have no rule")
    if exchangeable:
        check_one_weight(found.sample, data.groups, "an exchangeable correlation has no rule")
    return found


def _block(data: GroupedData, block: int, family: GeeFamily, correlation: Correlation, errors: GeeErrors) -> GroupedFit:
    positions = data.design.upto(block)
    parts = data.parts(positions)
    fits: list[GeeFit | WeightedEquations] = []
    said = []
    for y, X, groups, weights in parts:
        if family == "logit" and separation(X, y).kind != "none":
            message = "the predictors tell events from non-events without error: no finite estimates exist"
            hint = "merge categories, leave the predictor out, or use regress with penalty='firth'"
            raise AnalysisError(Problem("separation", message, column=data.outcome.info.name, hint=hint))
        if weights is None:
            fit = fit_gee(y, X, groups, family=family, correlation=correlation, errors=errors)
            fits.append(fit)
            said.append(SetEstimate(fit.coefficients, partial(np.asarray, fit.covariance)))
            continue
        solve = partial(solve_weighted, y, X, groups, family=family, exchangeable=correlation == "exchangeable")
        solved = solve(weights)
        fits.append(solved)
        said.append(_said(solved, solve))
    few = errors == "robust" and data.n_groups < FEW_FOR_ROBUST and data.sample.design is None
    warnings = [FEW] if few else []
    warnings += [NOT_CONVERGED] if not all(fit.converged for fit in fits) else []
    return joined_fit(data, block, positions, fits, said, warnings)


def _said(fit: WeightedEquations, solve: Callable[..., WeightedEquations]) -> SetEstimate:
    def refit(many: Floats) -> Floats:
        return np.array([solve(column, start=fit.coefficients).coefficients for column in many.T])

    return SetEstimate(
        fit.coefficients,
        influence=lambda: fit.contributions,
        refit=refit,
        df_lost=len(fit.coefficients) - 1,
        what="a model by estimating equations",
    )
