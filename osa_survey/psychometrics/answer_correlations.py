"""Correlations of the tendencies behind answers in ordered categories: polychoric, tetrachoric, polyserial."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Literal

import numpy as np
import pandas as pd
from scipy.special import ndtri

from osa_survey.dataset import Column, ScoredData, columns_of, refuse_design, refuse_imputed
from osa_survey.errors import AnalysisError, Problem, nearest
from osa_survey.psychometrics.answer_correlation_tables import LatentPair, LatentParts, latent_result
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


def polychoric(
    data: ScoredData | pd.DataFrame,
    scale: str | None = None,
    *,
    numbers: Sequence[str] = (),
    missing: Missing = "pairwise",
    method: Literal["two_step", "ml"] = "two_step",
    conf_level: float = 0.95,
) -> Result:
    """Correlate the tendencies behind the answers to the items of a scale.

    Parameters
    ----------
    data : ScoredData or DataFrame
        Scored data, or a data frame whose columns are items with ordered answers.
    scale : str, optional
        With scored data the scored column whose items are meant; may be left out if there is only one. With a data
        frame, what print calls the items.
    numbers : sequence of str
        Numbers or scores to correlate with the items too (polyserial) and with each other (Pearson).
    missing : {"pairwise", "listwise"}
        Each correlation from everybody who has both, or all from those who have everything.
    method : {"two_step", "ml"}
        Of pairs of items: thresholds from the margins, then the correlation (as lavaan and Mplus); or both by full
        maximum likelihood, so that each pair has thresholds of its own (as ``polycor::polychor(ML = TRUE)``).
    conf_level : float
        Level of the intervals.

    Returns
    -------
    Result
        One row ``latent_r`` for each pair: ``term`` is named first, ``outcome`` later; ``method`` says whether it is
        polychoric, tetrachoric (two answers each), polyserial or Pearson; χ² and p test whether normal tendencies fit
        the cross table. ``more["thresholds"]`` holds where on the normal tendency one answer gives way to the next,
        with ``method="ml"`` for each pair (``outcome`` is the item, ``term`` the other one). ``engine`` is the
        `PolychoricMatrix` of the items.

    Raises
    ------
    AnalysisError
        If there are fewer than two variables, an item has more than 100 different answers, or a number is unknown.

    Notes
    -----
    Two-step maximum likelihood as in lavaan: thresholds from the margins, then each correlation from its cross table,
    nothing added to empty cells (but see `polychoric_matrix` for two by two tables). Standard errors count the
    thresholds as estimated; the interval is symmetric on Fisher's z scale. Full maximum likelihood maximises over
    thresholds and correlation together, standard errors from the observed information; polyserial correlations take
    two steps with either method. The coefficients rest on the assumption
    that two normal tendencies lie behind two answers.

    References
    ----------
    Olsson, U. (1979). Maximum likelihood estimation of the polychoric correlation coefficient. Psychometrika, 44(4),
    443-460. doi:10.1007/BF02296207

    Examples
    --------
    >>> answers = np.repeat([[0, 0], [0, 1], [1, 0], [1, 1]], [40, 20, 20, 40], axis=0)
    >>> items = pd.DataFrame(answers, columns=["a", "b"])
    >>> float(polychoric(items).pick("latent_r")["estimate"].round(3))
    0.5
    """
    refuse_imputed(data, "polychoric")
    refuse_design(data, "polychoric")
    check_latent_options(conf_level, missing, method)
    names = [numbers] if isinstance(numbers, str) else list(numbers)
    items, columns = latent_variables(data, scale, names)
    values = np.column_stack([items.values, *(column.values for column in columns)])
    if values.shape[1] < 2:
        message = "one variable has no correlation: two items are needed, or one item and a number"
        raise AnalysisError(Problem("too_few_variables", message, column=items.name))
    if missing == "listwise":
        values = values[complete_cases(values)]
    k = items.values.shape[1]
    answers = checked_categories(values[:, :k], items)
    found = polychoric_matrix(answers)
    full = full_polychorics(found.pairs.tables) if method == "ml" else None
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
        numbers=tuple(names),
        full=full,
    )
    return latent_result(parts)


def check_latent_options(conf_level: float, missing: str, method: str) -> None:
    """Raise an AnalysisError that names every argument that cannot be."""
    problems = []
    for name, value, known in (
        ("missing", missing, ("pairwise", "listwise")),
        ("method", method, ("two_step", "ml")),
    ):
        if value not in known:
            hint = nearest(str(value), known)
            problems.append(Problem("unknown_option", f"{name} cannot be '{value}'", hint=hint))
    if not 0 < conf_level < 1:
        problems.append(Problem("conf_level", "conf_level must lie between 0 and 1", hint="conf_level = 0.95"))
    if problems:
        raise AnalysisError(problems)


def latent_variables(
    data: ScoredData | pd.DataFrame, scale: str | None, names: list[str]
) -> tuple[ItemMatrix, tuple[Column, ...]]:
    """Return the items and the numbers beside them."""
    columns = columns_of(data, names) if names else ()
    problems = [
        Problem("not_a_number", "categories are not a number", column=column.info.name, hint="take it out of numbers")
        for column in columns
        if column.info.type not in ("number", "count")
    ]
    if problems:
        raise AnalysisError(problems)
    if isinstance(data, pd.DataFrame):
        data = data.drop(columns=[column for column in data.columns if str(column) in names])
    return item_matrix(data, scale), columns


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
