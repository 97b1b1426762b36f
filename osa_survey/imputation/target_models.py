"""The model of each incomplete variable: its method by type, its shift, and what cannot be imputed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from osa_survey.errors import AnalysisError, Problem, nearest
from osa_survey.imputation.chain_plans import LINEAR_METHODS, METHODS, InteractionModel, Products, Target
from osa_survey.imputation.features import FeatureTable
from osa_survey.imputation.model_columns import ModelColumn
from osa_survey.imputation.predictor_choices import PredictorChoice

Floats = NDArray[np.float64]

MOST_LEVELS = 12
"""An ordinal variable with more categories is imputed by predictive mean matching."""

ALLOWED: dict[str, tuple[str, ...]] = {
    "number": ("pmm", "normal", "poisson"),
    "count": ("pmm", "normal", "poisson"),
    "ordinal": ("pmm", "normal", "ordinal", "multinomial"),
    "nominal": ("multinomial",),
    "binary": ("logistic", "pmm", "multinomial"),
}


def set_aside(columns: Sequence[ModelColumn]) -> tuple[tuple[ModelColumn, ...], tuple[str, ...]]:
    """Return the columns with constant ones not imputed, and what was decided in words.

    Raises
    ------
    AnalysisError
        ``nothing_observed`` where a column with gaps to fill has no answer at all.
    """
    empty = [column for column in columns if column.missing.any() and not column.observed.any()]
    if empty:
        raise AnalysisError(
            Problem(
                "nothing_observed",
                f"nobody answered '{column.name}': there is nothing to impute from",
                column=column.name,
                hint="leave it out of variables = […]",
            )
            for column in empty
        )
    kept, rules = [], []
    for column in columns:
        answers = column.values[column.observed]
        if column.missing.any() and (answers == answers[0]).all():
            rules.append(f"{column.info.title}: everyone who answered gave the same answer; its gaps are not imputed.")
            kept.append(column.with_kept())
        else:
            kept.append(column)
    return tuple(kept), tuple(rules)


def method_of(column: ModelColumn) -> str:
    """Return the usual method of a column.

    Predictive mean matching for numbers, counts and items; ordinal logit for ordinal variables; logistic for two
    categories, multinomial for more.
    """
    if column.info.type == "nominal":
        return "logistic" if _kind(column) == "binary" else "multinomial"
    if column.info.type == "ordinal" and not column.block:
        return "ordinal" if len(np.unique(column.values[column.observed])) <= MOST_LEVELS else "pmm"
    return "pmm"


def targets_of(
    columns: Sequence[ModelColumn],
    table: FeatureTable,
    choice: PredictorChoice,
    methods: Mapping[str, str],
    shifts: Mapping[str, tuple[float, NDArray[np.bool_]]],
    interactions: Sequence[tuple[str, str, str]] = (),
) -> tuple[Target, ...]:
    """Return the incomplete variables with their models, those with the fewest gaps first.

    Parameters
    ----------
    columns : sequence of ModelColumn
        Variables and items.
    table : FeatureTable
        The design matrix.
    choice : PredictorChoice
        Their predictors.
    methods : mapping of str to str
        Variable → a method other than the usual one.
    shifts : mapping of str to (float, ndarray of bool)
        Variable → what is added to its imputed values, and for which respondents.
    interactions : sequence of (str, str, str)
        An outcome and the two variables that interact in its model.

    Raises
    ------
    AnalysisError
        ``unknown_method``, ``method_does_not_fit``, ``negative_count``, ``no_shift``; all together.
    """
    problems = [problem for column in columns for problem in _problems(column, methods.get(column.name, ""), shifts)]
    if problems:
        raise AnalysisError(problems)
    incomplete = [column for column in columns if column.missing.any()]
    incomplete.sort(key=lambda column: int(column.missing.sum()))
    by_name = {column.name: column for column in columns}
    targets = [_target(column, table, choice, methods, shifts) for column in incomplete]
    return tuple(_with_outcomes(target, by_name, table, choice, interactions) for target in targets)


def _with_outcomes(
    target: Target,
    columns: Mapping[str, ModelColumn],
    table: FeatureTable,
    choice: PredictorChoice,
    interactions: Sequence[tuple[str, str, str]],
) -> Target:
    """Return a number that interacts in the model of a numeric outcome with that model instead of products."""
    models, left_out = [], set[int]()
    for outcome, *pair in interactions:
        numeric = columns[outcome].info.type in ("number", "count")
        if target.name not in pair or target.method not in LINEAR_METHODS or not numeric:
            continue
        (product,) = (feature for feature in table.features if feature.kind == "product" and feature.parts == set(pair))
        derived = next(one for one in table.derived if one.columns is product.columns)
        assert isinstance(derived, Products)
        own = int(target.coding.columns[0])
        models.append(
            InteractionModel(
                outcome=int(table.codings[outcome].columns[0]),
                predictors=choice.columns[outcome],
                kept=np.flatnonzero(columns[outcome].kept),
                products=derived.columns,
                partners=np.where(derived.left == own, derived.right, derived.left),
            )
        )
        for feature in table.features:
            if outcome in feature.parts:
                left_out |= set(feature.columns.tolist())
    if not models:
        return target
    kept = np.array([column for column in target.predictors.tolist() if column not in left_out], dtype=np.intp)
    return replace(target, predictors=kept, interactions=tuple(models))


def _target(
    column: ModelColumn,
    table: FeatureTable,
    choice: PredictorChoice,
    methods: Mapping[str, str],
    shifts: Mapping[str, tuple[float, NDArray[np.bool_]]],
) -> Target:
    method = methods.get(column.name) or method_of(column)
    observed = np.flatnonzero(column.observed)
    missing = np.flatnonzero(column.missing)
    answers = column.values[observed]
    levels = np.unique(answers) if method in ("logistic", "ordinal", "multinomial") else np.empty(0)
    shift: Floats | float = 0.0
    if column.name in shifts:
        size, who = shifts[column.name]
        shift = np.where(who[missing], size, 0.0)
    low, high = column.info.range or (-np.inf, np.inf)
    traced = np.nan
    if column.info.type == "nominal":
        codes, people = np.unique(answers, return_counts=True)
        traced = float(codes[np.argmax(people)])
    return Target(
        name=column.name,
        method=method,
        coding=table.codings[column.name],
        missing=missing,
        kept=np.flatnonzero(column.kept),
        observed=observed,
        observed_values=answers,
        levels=levels,
        predictors=choice.columns[column.name],
        derived=table.derived_of[column.name],
        shift=shift,
        low=low,
        high=high,
        traced=traced,
    )


def _kind(column: ModelColumn) -> str:
    if column.info.type == "nominal" and len(np.unique(column.values[column.observed])) == 2:
        return "binary"
    return column.info.type


def _problems(column: ModelColumn, method: str, shifts: Mapping[str, tuple[float, NDArray[np.bool_]]]) -> list[Problem]:
    problems = []
    allowed = ALLOWED[_kind(column)]
    if method and method not in METHODS:
        message = f"there is no imputation method '{method}'"
        problems.append(Problem("unknown_method", message, column=column.name, hint=nearest(method, METHODS)))
    elif method and method not in allowed:
        message = f"'{column.name}' is {_kind(column)}: '{method}' cannot impute it"
        problems.append(Problem("method_does_not_fit", message, column=column.name, hint=f"use {' or '.join(allowed)}"))
    used = method or method_of(column)
    if column.ranked and (used == "normal" or (used == "pmm" and column.name in shifts)):
        message = f"the codes of '{column.name}' are not in the order of its categories: they are no quantities"
        problems.append(Problem("method_does_not_fit", message, column=column.name, hint="use ordinal"))
    answers = column.values[column.observed]
    if method == "poisson" and ((answers < 0) | (answers != np.round(answers))).any():
        message = f"'{column.name}' holds negative or fractional numbers: a Poisson model needs counts"
        problems.append(Problem("negative_count", message, column=column.name, hint="use pmm"))
    if column.name in shifts and used == "multinomial":
        message = f"the categories of '{column.name}' have no order: a shift has no direction"
        problems.append(
            Problem("no_shift", message, column=column.name, hint="declare it ordinal, or use two categories")
        )
    return problems
