"""Multiple imputation by chained equations: from scored answers with gaps to completed sets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from osa_survey.dataset import ImputationRecord, ImputedData, ScoredData
from osa_survey.errors import AnalysisError, Problem
from osa_survey.imputation.asked_changes import (
    declared_weights,
    for_columns,
    interacting_threes,
    shifts_of,
    survey_weights,
)
from osa_survey.imputation.chain_plans import METHOD_TITLES, ChainPlan
from osa_survey.imputation.chains import run_chains, traces
from osa_survey.imputation.completed_sets import completed_set
from osa_survey.imputation.features import feature_table
from osa_survey.imputation.model_columns import ModelColumn, ModelScale, model_columns, reasons_to_impute
from osa_survey.imputation.predictor_choices import PredictorChoice, choose_predictors
from osa_survey.imputation.target_models import set_aside, targets_of

DONORS = 5
Floats = NDArray[np.float64]


def chain_plan(
    columns: Sequence[ModelColumn],
    scales: Sequence[ModelScale] = (),
    *,
    interactions: Sequence[tuple[str, str, str]] = (),
    weights: Floats | None = None,
    min_correlation: float = 0.0,
    methods: Mapping[str, str] | None = None,
    shifts: Mapping[str, tuple[float, NDArray[np.bool_]]] | None = None,
    donors: int = DONORS,
) -> tuple[ChainPlan, PredictorChoice]:
    """Return what the chains need, and which predictors were chosen; arguments as in ``impute``, item by item."""
    table = feature_table(columns, scales, interactions, weights)
    choice = choose_predictors(columns, scales, table, interactions, min_correlation)
    targets = targets_of(columns, table, choice, methods or {}, shifts or {}, interactions)
    return ChainPlan(table.design, targets, table.derived, donors), choice


@dataclass(frozen=True, repr=False)
class _Prepared:
    """Everything known before the first random number."""

    plan: ChainPlan
    columns: tuple[ModelColumn, ...]
    predictors: dict[str, tuple[str, ...]]
    rules: tuple[str, ...]


def impute(
    scored: ScoredData,
    *,
    seed: int,
    variables: Sequence[str] | None = None,
    m: int = 20,
    iterations: int = 10,
    methods: Mapping[str, str] | None = None,
    impute_reasons: Sequence[str] = (),
    interactions: Sequence[Sequence[str]] = (),
    min_correlation: float = 0.0,
    weights: str = "",
    delta: Mapping[str, float] | None = None,
    delta_reasons: Sequence[str] = (),
    donors: int = DONORS,
    workers: int | None = None,
) -> ImputedData:
    """Fill gaps several times by chained equations, so that analyses can carry the uncertainty of not knowing.

    Parameters
    ----------
    scored : ScoredData
        Scored answers.
    seed : int
        The seed. Set k depends on the seed and k only, not on the number of workers.
    variables : sequence of str, optional
        Variables, items, or scored columns (which stand for their items) that take part; by default all. Complete
        ones predict. Whatever an analysis will use belongs here.
    m : int
        Completed sets, two or more.
    iterations : int
        Rounds of each chain; look at ``convergence``.
    methods : mapping of str to str, optional
        Variable or scored column → ``"pmm"``, ``"normal"``, ``"logistic"``, ``"ordinal"``, ``"multinomial"`` or
        ``"poisson"``, where the usual method is not wanted. The usual ones: predictive mean matching for numbers,
        counts and items, ordinal logit for ordinal variables, logistic for two and multinomial for more categories.
    impute_reasons : sequence of str
        ``"refused"`` and ``"dont_know"`` gaps are filled only where named here. Questions that were not shown or not
        applicable and withdrawn answers are never filled. All other reasons always are.
    interactions : sequence of three names each
        An outcome and the two variables that interact in its model, such as ``("swls", "age", "gender")``.
    min_correlation : float
        Predictors with smaller correlations are left out (quick selection); 0 keeps all.
    weights : str
        A variable that holds survey weights: it predicts every variable and is never imputed. Where nothing is named,
        the weights of ``scored.design`` are taken, else the variable the codebook declares with ``weight = true``.
    delta : mapping of str to float, optional
        Variable or scored column → what is added to its imputed values: a departure from missing at random. For
        categories and counts it is added to the log odds or the log of the expected count. For a scale it is on the
        scale's score and is shared evenly by its imputed items.
    delta_reasons : sequence of str
        Only gaps with these reasons are shifted; by default all.
    donors : int
        Donors of predictive mean matching.
    workers : int, optional
        Processes; by default those of ``joblib.parallel_config``, else one.

    Returns
    -------
    ImputedData
        The original, the completed sets, and the record of how they were made.

    Raises
    ------
    AnalysisError
        ``one_completed_set``, ``too_few_iterations``, ``unknown_variable``, ``nothing_observed``, ``never_imputed``,
        ``unknown_method``, ``method_does_not_fit``, ``three_variables``, ``bad_weights``, ``no_shift`` and others,
        each with what to do.

    Notes
    -----
    Scales are imputed item by item and scored again in each completed set. Interactions are passive: products are
    formed anew from the completed values in every round, so that the completed product is the product of the completed
    values, which "just another variable" does not keep. The product of the two predictors predicts the outcome. A
    number that interacts in the model of a numeric outcome is drawn from the product of its own model and the outcome's
    linear model, which is again normal: imputation then agrees with the analysis (Bartlett, Seaman, White & Carpenter
    2015, doi:10.1177/0962280214521348); where predictive mean matching is its method, the nearest given answer is
    taken. In all other cases the product of the other two predicts each of the three (Tilling et al. 2016,
    doi:10.1016/j.jclinepi.2016.07.004).

    A gap that stays has no value to predict with. It stands in the models of other variables as the mean together with
    a mark of being such a gap, so "not applicable" is one more group, not a missing answer.

    References
    ----------
    van Buuren, S., & Groothuis-Oudshoorn, K. (2011). mice: Multivariate imputation by chained equations in R. Journal
    of Statistical Software, 45(3), 1–67. doi:10.18637/jss.v045.i03
    """
    if m < 2:
        message = f"m is {m}: from one completed set the uncertainty due to missing answers cannot be known"
        raise AnalysisError(Problem("one_completed_set", message, hint="use m = 20 or more"))
    if iterations < 1 or donors < 1:
        message = f"iterations is {iterations} and donors is {donors}: both must be 1 or more"
        raise AnalysisError(Problem("too_few_iterations", message, hint="iterations = 10, donors = 5"))
    prepared = _prepare(
        scored, variables, methods or {}, impute_reasons, interactions, min_correlation, weights, delta or {},
        delta_reasons, donors,
    )  # fmt: skip
    plan = prepared.plan
    outcomes = run_chains(plan, m, iterations, seed, workers)
    rows = {target.name: target.missing for target in plan.targets}
    by_name = {column.name: column for column in prepared.columns}
    completed = []
    for outcome in outcomes:
        values = {name: by_name[name].as_codes(found) for name, found in zip(rows, outcome.values, strict=True)}
        completed.append(completed_set(scored, values, rows))
    followed = {target.name: traces(outcomes, at) for at, target in enumerate(plan.targets)}
    record = ImputationRecord(
        m=m,
        iterations=iterations,
        seed=seed,
        methods={target.name: METHOD_TITLES[target.method] for target in plan.targets},
        imputed={target.name: len(target.missing) for target in plan.targets},
        kept={column.name: column.kept_reasons() for column in prepared.columns if column.kept.any()},
        predictors=prepared.predictors,
        rules=prepared.rules,
        trace_means={name: pair[0] for name, pair in followed.items()},
        trace_sds={name: pair[1] for name, pair in followed.items()},
    )
    return ImputedData(scored, tuple(completed), record)


def _prepare(
    scored: ScoredData,
    variables: Sequence[str] | None,
    methods: Mapping[str, str],
    impute_reasons: Sequence[str],
    interactions: Sequence[Sequence[str]],
    min_correlation: float,
    weights: str,
    delta: Mapping[str, float],
    delta_reasons: Sequence[str],
    donors: int,
) -> _Prepared:
    reasons = reasons_to_impute(impute_reasons)
    columns, scales = model_columns(scored, variables, reasons)
    declared = declared_weights(scored)
    columns = tuple(column for column in columns if column.name not in {weights, *declared})
    columns, constant = set_aside(columns)
    known = [column.name for column in columns]
    threes = interacting_threes(interactions, known)
    by_scale = {scale.name: scale for scale in scales}
    chosen = for_columns(methods, by_scale, known, "methods")
    shifts = shifts_of(delta, delta_reasons, reasons, by_scale, columns)
    of_weights = survey_weights(scored, weights)
    plan, choice = chain_plan(
        columns, scales, interactions=threes, weights=of_weights, min_correlation=min_correlation, methods=chosen,
        shifts=shifts, donors=donors,
    )  # fmt: skip
    rules = [f"Imputed: gaps with the reasons {', '.join(reason.replace('_', ' ') for reason in reasons)}."]
    if any(column.kept.any() for column in columns):
        rules.append(
            "Gaps with other reasons stay gaps in every set; as predictors they stand as the mean, with a mark."
        )
    if not plan.targets:
        rules.append("There is no gap to fill: all sets are alike.")
    rules += [*constant, *choice.rules]
    if of_weights is not None:
        rules.append("The survey weight is a predictor in every imputation model.")
    rules += [
        f"The interaction of {first} and {second} in the model of {outcome} is kept; products are passive."
        for outcome, first, second in threes
    ]
    where = f" with the reasons {', '.join(delta_reasons)}" if delta_reasons else ""
    rules += [f"Imputed values of {name}{where} are shifted by {size:g}." for name, size in delta.items()]
    return _Prepared(plan, columns, choice.names, tuple(rules))
