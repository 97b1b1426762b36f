"""Margins of a target population: read from a table, checked against the variables of the sample."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from osa_survey.dataset import Column, ScoredData, columns_of
from osa_survey.errors import AnalysisError, Problem, nearest

Codes = NDArray[np.int64]
Margins = Mapping[str, Mapping[str, float | str]] | pd.DataFrame
"""Variable → category → share, percentage or count, with ``source``; or a table with the columns of ``TABLE``."""
TABLE = ("variable", "category", "value", "source")
CROSS = " * "
SOURCE = "source"
ROUNDED = 0.02
"""How far published shares may add up to something else than 1: two digits, several categories."""
AGREE = 1e-3
"""How far, relative, the sums of counts of two margins may differ."""


@dataclass(frozen=True, repr=False)
class Target:
    """One margin and the respondents' categories in it.

    Attributes
    ----------
    variable, title : str
        The variable, or several joined by ``" * "``, and what tables print.
    categories : tuple of str
        The categories with a target, in the declared order.
    shares : ndarray of float, shape (categories,)
        Their shares; they add up to 1.
    size : float
        People of the target population where counts were given, else NaN.
    codes : ndarray of int, shape (respondents,)
        Category of each respondent; −1 without a target: no answer, or a category that has none.
    source : str
        Where the targets come from.
    """

    variable: str
    title: str
    categories: tuple[str, ...]
    shares: NDArray[np.float64]
    size: float
    codes: Codes
    source: str

    def __repr__(self) -> str:
        return f"<Target {self.variable}: {', '.join(self.categories)}>"


def read_targets(data: ScoredData | pd.DataFrame, margins: Margins) -> tuple[Target, ...]:
    """Return the margins with the respondents' categories.

    Parameters
    ----------
    data : ScoredData or DataFrame
        The respondents.
    margins : mapping or DataFrame
        Variable → category → value, with ``source`` beside the categories; or a table with the columns ``variable``,
        ``category``, ``value`` and, if known, ``source``. Values that add up to 1 (up to rounding) are shares, to 100
        percentages, else counts. Several variables at once: ``"gender * age_band"`` with ``"man * 18-29"``.

    Raises
    ------
    AnalysisError
        With all problems: unknown variables and categories, variables without categories, values that are negative or
        missing, counts of several margins that disagree.
    """
    table = _as_mapping(margins)
    problems: list[Problem] = []
    targets: list[Target] = []
    if not table:
        problems.append(Problem("no_margins", "no margin is given", hint="give variable → category → share"))
    for variable, content in table.items():
        target, found = _target(data, variable, content)
        problems += found
        if target is not None and not found:
            targets.append(target)
    sizes = [target.size for target in targets if not math.isnan(target.size)]
    if sizes and max(sizes) > min(sizes) * (1 + AGREE):
        listed = ", ".join(f"{target.variable} {target.size:g}" for target in targets if not math.isnan(target.size))
        hint = "they should count the same population; give shares instead"
        problems.append(Problem("margins_disagree", f"the counts add up to different numbers: {listed}", hint=hint))
    if problems:
        raise AnalysisError(problems)
    return tuple(targets)


def _as_mapping(margins: Margins) -> dict[str, dict[str, float | str]]:
    if not isinstance(margins, pd.DataFrame):
        return {str(name): dict(content) for name, content in margins.items()}
    missing = [name for name in TABLE[:3] if name not in margins.columns]
    if missing:
        message = f"the table of margins lacks the columns {', '.join(missing)}"
        raise AnalysisError(Problem("margin_columns", message, hint=f"its columns are {', '.join(TABLE)}"))
    found: dict[str, dict[str, float | str]] = {}
    for row in margins.to_dict("records"):
        content = found.setdefault(str(row["variable"]), {})
        content[str(row["category"])] = float(row["value"])
        if isinstance(row.get(SOURCE), str) and row[SOURCE]:
            content[SOURCE] = row[SOURCE]
    return found


def _target(
    data: ScoredData | pd.DataFrame, variable: str, content: Mapping[str, float | str]
) -> tuple[Target | None, list[Problem]]:
    names = [name.strip() for name in variable.split(CROSS.strip())]
    try:
        columns = columns_of(data, names)
    except AnalysisError as error:
        return None, list(error.problems)
    problems = [
        Problem(
            "no_categories",
            f"'{column.info.name}' is a {column.info.type}: margins need declared categories",
            column=column.info.name,
            hint="declare bands of it as an ordinal variable in the codebook",
        )
        for column in columns
        if not column.info.is_categorical
    ]
    if problems:
        return None, problems
    values = {key: value for key, value in content.items() if key != SOURCE}
    known = crossed_labels(columns)
    for key, value in values.items():
        if key not in known:
            hint = nearest(key, known)
            problems.append(
                Problem("unknown_category", f"'{variable}' has no category '{key}'", column=variable, hint=hint)
            )
        if isinstance(value, str) or not math.isfinite(float(value)) or float(value) < 0:
            message = f"the target of '{key}' is no number from 0 up"
            problems.append(Problem("target_not_a_number", message, column=variable, key=key))
    if len(values) < 2:
        message, hint = "a margin needs two categories or more", "name all categories of the target population"
        problems.append(Problem("too_few_categories", message, column=variable, hint=hint))
    if problems:
        return None, problems
    numbers = np.array([float(values[label]) for label in known if label in values])
    categories = tuple(label for label in known if label in values)
    total = float(numbers.sum())
    if total <= 0:
        return None, [Problem("target_not_a_number", "the targets add up to 0", column=variable)]
    counted = abs(total - 1) > ROUNDED and abs(total / 100 - 1) > ROUNDED
    place = {label: position for position, label in enumerate(categories)}
    among = np.array([place.get(label, -1) for label in known])
    joint = joint_codes(columns)
    codes = np.where(joint >= 0, among[np.maximum(joint, 0)], -1)
    title = CROSS.join(column.info.title for column in columns)
    size = total if counted else math.nan
    source = str(content.get(SOURCE, ""))
    return Target(CROSS.join(names), title, categories, numbers / total, size, codes, source), []


def crossed_labels(columns: Sequence[Column]) -> list[str]:
    """Return the categories of one variable, or of several crossed, in the declared order."""
    labels = [""]
    for position, column in enumerate(columns):
        labels = [f"{before}{CROSS if position else ''}{label}" for before in labels for label in column.info.labels]
    return labels


def joint_codes(columns: Sequence[Column]) -> Codes:
    """Return the position of each respondent in ``crossed_labels``; −1 where an answer is missing."""
    joint = np.zeros(len(columns[0].values), dtype=np.int64)
    known = np.ones(len(joint), dtype=bool)
    for column in columns:
        place = np.full(len(joint), -1, dtype=np.int64)
        for position, code in enumerate(column.info.codes):
            place[column.values == code] = position
        known &= place >= 0
        joint = joint * len(column.info.codes) + np.maximum(place, 0)
    return np.where(known, joint, -1)


def sample_problems(target: Target, outside: str) -> list[Problem]:
    """Return what keeps the respondents from being weighted to a margin.

    Parameters
    ----------
    target : Target
        The margin.
    outside : {"refuse", "keep"}
        Whether respondents without a target are a problem.
    """
    people = np.bincount(target.codes[target.codes >= 0], minlength=len(target.categories))
    problems = [
        Problem(
            "empty_category",
            f"category '{label}' of '{target.variable}' has a target of {100 * share:.3g} per cent and no respondent",
            column=target.variable,
            key=label,
            hint="merge it with a neighbouring category, or leave it out of the target population and say so",
        )
        for label, n, share in zip(target.categories, people, target.shares, strict=True)
        if n == 0 and share > 0
    ]
    apart = int((target.codes < 0).sum())
    if apart and outside == "refuse":
        problems.append(
            Problem(
                "no_target",
                f"respondents have no answer to '{target.variable}', or one without a target",
                column=target.variable,
                hint='give every category a target, or set outside = "keep": they keep their share in the sample',
                count=apart,
            )
        )
    zero = [label for label, n, share in zip(target.categories, people, target.shares, strict=True) if n and share == 0]
    problems += [
        Problem(
            "target_of_zero", f"category '{label}' has respondents and a target of 0", column=target.variable, key=label
        )
        for label in zero
    ]
    return problems
