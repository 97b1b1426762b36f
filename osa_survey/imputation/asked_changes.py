"""What the caller of an imputation asks for, checked and brought to single variables and items."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from osa_survey.dataset import ScoredData
from osa_survey.errors import AnalysisError, Problem, nearest
from osa_survey.imputation.model_columns import ModelColumn, ModelScale
from osa_survey.instruments.reasons import REASON_CODES

Floats = NDArray[np.float64]


def interacting_threes(interactions: Sequence[Sequence[str]], known: Sequence[str]) -> list[tuple[str, str, str]]:
    """Return the interactions as triples of names.

    Raises
    ------
    AnalysisError
        ``three_variables`` or ``unknown_variable``; all together.
    """
    problems, threes = [], []
    for names in interactions:
        if isinstance(names, str) or len(set(names)) != 3:
            message = "an interaction names three different variables: outcome, predictor, moderator"
            problems.append(Problem("three_variables", message, hint='interactions = [["y", "x", "z"]]'))
            continue
        unknown = [name for name in names if name not in known]
        problems += [
            Problem(
                "unknown_variable", f"'{name}' takes no part in the imputation", column=name, hint=nearest(name, known)
            )
            for name in unknown
        ]
        if not unknown:
            first, second, third = names
            threes.append((first, second, third))
    if problems:
        raise AnalysisError(problems)
    return threes


def for_columns(
    given: Mapping[str, str], scales: Mapping[str, ModelScale], known: Sequence[str], argument: str
) -> dict[str, str]:
    """Return what was given for variables and scales, item by item.

    Raises
    ------
    AnalysisError
        ``unknown_variable``, with the nearest names.
    """
    names = [*known, *scales]
    problems = [
        Problem(
            "unknown_variable",
            f"{argument} names '{name}', which takes no part",
            column=name,
            hint=nearest(name, names),
        )
        for name in given
        if name not in names
    ]
    if problems:
        raise AnalysisError(problems)
    chosen: dict[str, str] = {}
    for name, what in given.items():
        for column in scales[name].items if name in scales else (name,):
            chosen[column] = what
    return chosen


def shifts_of(
    delta: Mapping[str, float],
    delta_reasons: Sequence[str],
    imputed_reasons: Sequence[str],
    scales: Mapping[str, ModelScale],
    columns: Sequence[ModelColumn],
) -> dict[str, tuple[float, NDArray[np.bool_]]]:
    """Return for each variable and item how far its imputed values are shifted, and for which respondents.

    Parameters
    ----------
    delta : mapping of str to float
        Variable or scored column → shift; that of a mean score is each item's, that of a sum is divided by its items.
    delta_reasons : sequence of str
        Only gaps with these reasons are shifted; none named means all.
    imputed_reasons : sequence of str
        The reasons whose gaps are filled.
    scales : mapping of str to ModelScale
        Scored columns.
    columns : sequence of ModelColumn
        Variables and items.

    Raises
    ------
    AnalysisError
        ``unknown_variable``, ``bad_delta``, ``no_shift``; ``not_imputed`` for reasons whose gaps are not filled.
    """
    left_out = [reason for reason in delta_reasons if reason not in imputed_reasons]
    if left_out:
        message = f"delta_reasons names {', '.join(left_out)}, but gaps with these reasons are not imputed"
        raise AnalysisError(Problem("not_imputed", message, hint="name refused or dont_know in impute_reasons too"))
    by_name = {column.name: column for column in columns}
    for_columns(dict.fromkeys(delta, ""), scales, list(by_name), "delta")
    codes = [REASON_CODES[reason] for reason in delta_reasons]
    shifts: dict[str, tuple[float, NDArray[np.bool_]]] = {}
    for name, size in delta.items():
        if not np.isfinite(size):
            message = f"the shift of '{name}' is not finite"
            raise AnalysisError(
                Problem("bad_delta", message, column=name, hint="give a number on the variable's scale")
            )
        parts = {name: float(size)}
        if name in scales:
            scale = scales[name]
            if scale.score == "count":
                message = f"'{name}' counts items: a shift of its score is no shift of its items"
                raise AnalysisError(Problem("no_shift", message, column=name, hint="shift single items instead"))
            each = size / scale.times / (1 if scale.score == "mean" else len(scale.items))
            parts = {item: sign * each for item, sign in zip(scale.items, scale.signs, strict=True)}
        for item, value in parts.items():
            column = by_name[item]
            who = np.isin(column.reasons, codes) if codes else np.ones(len(column.values), dtype=bool)
            shifts[item] = (value, who)
    return shifts


def declared_weights(scored: ScoredData) -> tuple[str, ...]:
    """Return the variables that the codebook declares to be survey weights."""
    entries = scored.responses.codebook.variables
    return tuple(name for name, entry in entries.items() if entry.weight and name in scored.frame)


def survey_weights(scored: ScoredData, name: str) -> Floats | None:
    """Return the survey weights named, or those of the design, or None.

    Raises
    ------
    AnalysisError
        ``unknown_variable``; ``bad_weights`` where one is missing, negative or infinite, or all are zero.
    """
    design = getattr(scored, "design", None)
    if not name and design is None:
        name = next(iter(declared_weights(scored)), "")
    if name:
        if name not in scored.frame:
            hint = nearest(name, list(scored.variables))
            raise AnalysisError(Problem("unknown_variable", f"there is no variable '{name}'", column=name, hint=hint))
        values = scored.frame[name].to_numpy(dtype=np.float64, na_value=np.nan)
    elif design is not None:
        values = np.asarray(design.weights, dtype=np.float64)
    else:
        return None
    bad = int((~(values >= 0) | np.isinf(values)).sum())
    if bad or not (values > 0).any():
        message = f"{bad} weights are missing, negative or infinite"
        raise AnalysisError(Problem("bad_weights", message, column=name, hint="a weight is a number of 0 or more"))
    return values
