"""Generalised estimating equations: population-averaged coefficients of people in groups."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal

import numpy as np
import pandas as pd

from osa_survey.analysis.grouped_models import GroupedData, GroupedFit, check_choice, grouped_data, joined_fit
from osa_survey.analysis.grouped_rows import GroupedTables, fit_rows, grouped_result
from osa_survey.dataset import ScoredData
from osa_survey.dataset.imputed import ImputedData
from osa_survey.errors import AnalysisError, Problem
from osa_survey.models import separation
from osa_survey.models.estimating_equations import Correlation, GeeErrors, fit_gee
from osa_survey.results import Result, Show

GeeFamily = Literal["linear", "logit", "poisson"]
KINDS = {"linear": "linear", "logit": "logistic", "poisson": "poisson"}
FEW_FOR_ROBUST = 40
FEW = "fewer than 40 groups: robust errors tend to be too small, errors='bias_reduced' corrects most of it"
NOT_CONVERGED = "the estimating equations did not converge: use correlation='independence' or fewer predictors"
WAY_OUT = "use regress, whose errors follow the sampling plan when the groups are declared as its clusters"


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
        The sandwich, or its correction for few groups by Mancl and DeRouen (2001).
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
        ``working_correlation``. Fewer than 40 groups (with robust errors) and equations without an end are warnings
        of every row.

    Raises
    ------
    AnalysisError
        ``does_not_compose`` for data with weights or a sampling plan; ``one_group``; ``groups_of_one``;
        ``separation``; ``no_solution``; what ``regress`` refuses.

    Notes
    -----
    Σ D'V⁻¹(y − μ) = 0 over the groups, with V from the working correlation (Liang & Zeger, 1986,
    doi:10.1093/biomet/73.1.13). Tests are z tests. Coefficients describe populations, not members of one group.

    Examples
    --------
    >>> people = pd.DataFrame({"score": [1.0, 2.0, 2.5, 5.0, 6.5, 7.0], "age": [20.0, 25.0, 31.0, 21.0, 26.0, 30.0],
    ...                        "site": [1, 1, 1, 2, 2, 2]})
    >>> gee(people, "score", ["age"], groups="site").more["fit"].pick("groups")["estimate"]
    np.float64(2.0)
    """
    check_choice("family", family, GeeFamily)
    check_choice("correlation", correlation, Correlation)
    check_choice("errors", errors, GeeErrors)
    found = grouped_data(
        data, outcome, blocks, groups=groups, what="generalised estimating equations", way_out=WAY_OUT,
        kind=KINDS[family], event=event, as_categories=as_categories, references=references, conf_level=conf_level,
    )  # fmt: skip
    if family == "poisson" and any((one.values() < 0).any() for one in found.sample.sets):
        message = f"{found.outcome.info.title} has negative values, so it is no count"
        raise AnalysisError(Problem("not_counts", message, column=outcome, hint="use family='linear'"))
    fits = [_block(found, block, family, correlation, errors) for block in range(1, found.design.n_blocks + 1)]
    rows, shared = fit_rows(found, fits)
    over = "; mean over completed sets" if found.sample.imputed else ""
    exchangeable = correlation == "exchangeable"
    if exchangeable:
        for fit, keys in zip(fits, shared, strict=True):
            rho = fit.mean(lambda one: one.correlation)
            rows.add("working_correlation", estimate=rho, method=f"exchangeable, by moments{over}", **keys)
    title = {"linear": "Linear", "logit": "Logistic", "poisson": "Poisson"}[family]
    tables = GroupedTables(
        analysis="gee",
        name=f"{title} regression by estimating equations",
        method=f"Generalised estimating equations, {correlation} working correlation, "
        f"{'robust' if errors == 'robust' else 'bias-reduced robust'} errors",
        fit=rows,
        shares=("working_correlation",) if exchangeable else (),
        fit_show=(Show("working_correlation"),) if exchangeable else (),
        settings={"family": family, "correlation": correlation, "errors": errors},
        notes=("Coefficients are population-averaged; errors are robust to a wrong working correlation.",),
        references=(
            "Liang, K.-Y., & Zeger, S. L. (1986). Longitudinal data analysis using generalized linear models. "
            "Biometrika, 73, 13–22. doi:10.1093/biomet/73.1.13",
        ),
        more={},
    )
    return grouped_result(found, fits, tables)


def _block(data: GroupedData, block: int, family: GeeFamily, correlation: Correlation, errors: GeeErrors) -> GroupedFit:
    positions = data.design.upto(block)
    fits = []
    for one, matrix, groups in zip(data.sample.sets, data.design.matrices, data.groups, strict=True):
        X, y = np.ascontiguousarray(matrix[:, positions]), data.outcome.values(one.values())
        if family == "logit" and separation(X, y).kind != "none":
            message = "the predictors tell events from non-events without error: no finite estimates exist"
            hint = "merge categories, leave the predictor out, or use regress with penalty='firth'"
            raise AnalysisError(Problem("separation", message, column=data.outcome.info.name, hint=hint))
        fits.append(fit_gee(y, X, groups, family=family, correlation=correlation, errors=errors))
    warnings = [FEW] if errors == "robust" and data.n_groups < FEW_FOR_ROBUST else []
    warnings += [NOT_CONVERGED] if not all(fit.converged for fit in fits) else []
    df = np.full(len(positions), np.inf)
    return joined_fit(data, block, list(map(int, positions)), fits, [fit.covariance for fit in fits], df, warnings)
