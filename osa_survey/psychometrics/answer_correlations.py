"""Correlations of the tendencies behind answers in ordered categories: polychoric, tetrachoric, polyserial."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import pandas as pd
from scipy.special import ndtri

from osa_survey.dataset import Column, ScoredData, columns_of
from osa_survey.errors import AnalysisError, Problem
from osa_survey.psychometrics.answer_correlation_tables import LatentPair, LatentParts, latent_result
from osa_survey.psychometrics.argument_problems import conf_level_problems, unknown_options
from osa_survey.psychometrics.item_matrices import ItemMatrix, item_matrix
from osa_survey.psychometrics.item_statistics import Missing, complete_cases
from osa_survey.psychometrics.ordinal import Categories, PolychoricMatrix, categories, polychoric_matrix
from osa_survey.psychometrics.ordinal.full_polychorics import full_polychorics, with_full_estimates
from osa_survey.psychometrics.ordinal.ordered_answers import MOST
from osa_survey.psychometrics.ordinal.pair_tests import normal_surface_tests
from osa_survey.psychometrics.ordinal.polyserials import polyserial
from osa_survey.results import Result

SAME_ANSWER = "not defined: everybody gave the same answer to an item"
NOBODY = "not defined: nobody has both"
PERFECT = "perfect as far as the table can tell: no interval"
STOPPED = "the search did not end: do not use"
CONSTANT_NUMBER = "not defined: a number does not vary, or too few people have both"


@dataclass(frozen=True)
class LatentRequest:
    """What ``polychoric`` was asked for; the names are those of its arguments."""

    scale: str | None
    numbers: tuple[str, ...]
    missing: Missing
    method: Literal["two_step", "ml"]
    conf_level: float


def plain_latent_correlations(data: ScoredData | pd.DataFrame, request: LatentRequest) -> Result:
    """Return the correlations of answer tendencies; see ``osa_survey.polychoric``.

    Parameters
    ----------
    data : ScoredData or DataFrame
        Data without weights and imputed sets.
    request : LatentRequest
        What is asked for.
    """
    conf_level, missing = request.conf_level, request.missing
    items, columns = latent_variables(data, request)
    values = np.column_stack([items.values, *(column.values for column in columns)])
    if missing == "listwise":
        values = values[complete_cases(values)]
    k = items.values.shape[1]
    answers = checked_categories(values[:, :k], items)
    found = polychoric_matrix(answers)
    full = full_polychorics(found.pairs.tables) if request.method == "ml" else None
    found = found if full is None else with_full_estimates(found, full)
    chi_squared, df = normal_surface_tests(found) if full is None else (full.chi_squared, full.df)
    pairs = [
        *_item_pairs(items, found, chi_squared, df, conf_level),
        *_mixed_pairs(items, answers, columns, values[:, k:], conf_level),
        *_number_pairs(columns, values[:, k:], conf_level),
    ]
    used = int(((~np.isnan(values)).sum(axis=1) >= 2).sum())
    parts = LatentParts(
        items=items,
        answers=answers,
        found=found,
        pairs=tuple(pairs),
        titles={**dict(zip(items.columns, items.labels, strict=True)), **{c.info.name: c.info.title for c in columns}},
        used=used,
        dropped=len(items.values) - used,
        missing=missing,
        conf_level=conf_level,
        numbers=request.numbers,
        full=full,
    )
    return latent_result(parts)


def check_latent_request(request: LatentRequest) -> None:
    """Raise an AnalysisError that names every argument that cannot be."""
    problems = unknown_options(
        ("missing", request.missing, ("pairwise", "listwise")), ("method", request.method, ("two_step", "ml"))
    )
    problems += conf_level_problems(request.conf_level)
    if problems:
        raise AnalysisError(problems)


def latent_variables(data: ScoredData | pd.DataFrame, request: LatentRequest) -> tuple[ItemMatrix, tuple[Column, ...]]:
    """Return the items and the numbers beside them, or refuse fewer than two variables."""
    columns = columns_of(data, request.numbers) if request.numbers else ()
    problems = [
        Problem("not_a_number", "categories are not a number", column=column.info.name, hint="take it out of numbers")
        for column in columns
        if column.info.type not in ("number", "count")
    ]
    if problems:
        raise AnalysisError(problems)
    if isinstance(data, pd.DataFrame):
        data = data.drop(columns=[column for column in data.columns if str(column) in request.numbers])
    items = item_matrix(data, request.scale)
    if len(items.columns) + len(columns) < 2:
        message = "one variable has no correlation: two items are needed, or one item and a number"
        raise AnalysisError(Problem("too_few_variables", message, column=items.name))
    return items, columns


def checked_categories(values: np.ndarray, items: ItemMatrix) -> Categories:
    """Return answers as categories, or an AnalysisError that names items with too many different ones."""
    try:
        return categories(values)
    except ValueError:
        problems = [
            Problem(
                "too_many_answers",
                f"more than {MOST} different answers are a number, not categories",
                column=column,
                hint="name it in numbers = […]",
            )
            for column, answers in zip(items.columns, values.T, strict=True)
            if len(np.unique(answers[~np.isnan(answers)])) > MOST
        ]
        raise AnalysisError(problems) from None


def _interval(rho: float, error: float, conf_level: float) -> tuple[float, float]:
    """Return the interval symmetric on Fisher's z scale."""
    if not (np.isfinite(error) and abs(rho) < 1):
        return np.nan, np.nan
    half = float(ndtri(0.5 + conf_level / 2.0)) * error / (1.0 - rho * rho)
    return float(np.tanh(np.arctanh(rho) - half)), float(np.tanh(np.arctanh(rho) + half))


def _pair(
    first: str, second: str, n: int, rho: float, error: float, level: float, kind: str, warning: str
) -> LatentPair:
    low, high = _interval(rho, error, level)
    return LatentPair(first, second, n, rho, error, low, high, kind, warning)


def _item_pairs(
    items: ItemMatrix, found: PolychoricMatrix, chi_squared: np.ndarray, df: np.ndarray, conf_level: float
) -> list[LatentPair]:
    pairs = []
    for place, (i, j) in enumerate(zip(found.pairs.first, found.pairs.second, strict=True)):
        n, empty = int(found.n[i, j]), int(found.empty_cells[i, j])
        warnings = []
        if (found.sizes[[i, j]] < 2).any():
            warnings.append(SAME_ANSWER)
        elif n == 0:
            warnings.append(NOBODY)
        elif found.perfect[i, j]:
            warnings.append(PERFECT)
        elif not found.converged[i, j]:
            warnings.append(STOPPED)
        if empty and n and not warnings:
            warnings.append(f"{empty} empty cell{'s' if empty > 1 else ''} in the cross table")
        kind = "tetrachoric" if (found.sizes[[i, j]] == 2).all() else "polychoric"
        rho, error = float(found.correlations[i, j]), float(found.std_errors[i, j])
        names = items.columns[i], items.columns[j]
        pair = _pair(*names, n, rho, error, conf_level, kind, "; ".join(warnings))
        pairs.append(replace(pair, chi_squared=float(chi_squared[place]), df=int(df[place])))
    return pairs


def _mixed_pairs(
    items: ItemMatrix, answers: Categories, columns: tuple[Column, ...], values: np.ndarray, conf_level: float
) -> list[LatentPair]:
    pairs = []
    for item, name in enumerate(items.columns):
        for column, number in zip(columns, values.T, strict=True):
            one = polyserial(number, answers.codes[item])
            warning = ""
            if len(answers.answers[item]) < 2:
                warning = SAME_ANSWER
            elif np.isnan(one.rho):
                warning = CONSTANT_NUMBER
            elif one.perfect or not one.converged:
                warning = PERFECT if one.perfect else STOPPED
            kind = "polyserial"
            pairs.append(_pair(name, column.info.name, one.n, one.rho, one.std_error, conf_level, kind, warning))
    return pairs


def _number_pairs(columns: tuple[Column, ...], values: np.ndarray, conf_level: float) -> list[LatentPair]:
    pairs = []
    for i, first in enumerate(columns):
        for j in range(i + 1, len(columns)):
            both = ~np.isnan(values[:, i]) & ~np.isnan(values[:, j])
            x, y = values[both, i], values[both, j]
            n = len(x)
            flat = n < 3 or not (np.ptp(x) > 0 and np.ptp(y) > 0)
            r = np.nan if flat else float(np.clip(np.corrcoef(x, y)[0, 1], -1.0, 1.0))
            error = (1.0 - r * r) / np.sqrt(n - 3) if n > 3 else np.nan
            warning = CONSTANT_NUMBER if flat else "" if n > 3 else "an interval needs four pairs of values"
            names = first.info.name, columns[j].info.name
            pairs.append(_pair(*names, n, r, error, conf_level, "Pearson", warning))
    return pairs
