"""From answers to the samples a model is fitted to, or why there are none."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from osa_survey.errors import AnalysisError, Problem, nearest
from osa_survey.psychometrics.confirmatory.samples import (
    GroupSample,
    complete_rows,
    complete_sample,
    sample_with_gaps,
)
from osa_survey.psychometrics.ordinal import asymptotic_covariance, categories, polychoric_matrix

Floats = NDArray[np.float64]
Estimator = Literal["ML", "MLR", "MLM", "ULS", "GLS", "DWLS", "WLSMV", "ULSMV"]
ESTIMATORS: tuple[str, ...] = ("ML", "MLR", "MLM", "ULS", "GLS", "DWLS", "WLSMV", "ULSMV")
FIRST = 1_024
"""Rows looked at first for columns that vary."""
MOST_CATEGORIES = 20
"""More different answers than this have no thresholds worth estimating."""
ORDINAL: tuple[str, ...] = ("DWLS", "WLSMV", "ULSMV")


def check_estimator(estimator: str, missing: str) -> None:
    """Raise an error for an estimator that is unknown or cannot handle gaps as asked."""
    if estimator not in ESTIMATORS:
        raise AnalysisError(
            Problem("unknown_option", f"estimator cannot be '{estimator}'", hint=nearest(estimator, ESTIMATORS))
        )
    if missing not in ("listwise", "fiml"):
        raise AnalysisError(
            Problem("unknown_option", f"missing cannot be '{missing}'", hint=nearest(missing, ("listwise", "fiml")))
        )
    if missing == "fiml" and estimator not in ("ML", "MLR"):
        message = f"{estimator} cannot use partly answered records"
        raise AnalysisError(Problem("does_not_compose", message, hint='estimator = "MLR", or missing = "listwise"'))


def prepared(
    groups: Sequence[Floats], names: Sequence[str], labels: Sequence[str], estimator: str, missing: str
) -> tuple[GroupSample, ...]:
    """Return the samples of all groups, or say why there are none."""
    problems: list[Problem] = []
    samples: list[GroupSample] = []
    found: list[tuple[float, ...]] | None = None
    for group, label in zip(groups, labels, strict=True):
        where = f" in group '{label}'" if label else ""
        problems += answer_problems(group, names, where, missing, estimator)
        if problems:
            continue
        if estimator in ORDINAL:
            sample, answers = ordinal_sample(group, label)
            if found is not None and answers != found:
                problems += different_categories(found, answers, names, where)
            found = found or answers
        else:
            unbiased = estimator in ("GLS", "ULS")
            sample = (
                sample_with_gaps(group, label)
                if missing == "fiml"
                else complete_sample(group, label, unbiased=unbiased)
            )
        problems += matrix_problems(sample, names, where, estimator)
        samples.append(sample)
    if problems:
        raise AnalysisError(problems)
    return tuple(samples)


def answer_problems(group: Floats, names: Sequence[str], where: str, missing: str, estimator: str) -> list[Problem]:
    """Return why the answers of one group cannot be used."""
    whole = complete_rows(group)
    used = whole if missing == "listwise" else group[~np.isnan(group).all(axis=1)]
    k = group.shape[1]
    problems = []
    if len(used) and len(whole) == len(used):
        flat = _constant(used)
        silent = [False] * k
    else:
        silent = [bool(np.isnan(column).all()) for column in group.T]
        high, low = np.where(np.isnan(used), -np.inf, used), np.where(np.isnan(used), np.inf, used)
        flat = _same(high.max(axis=0, initial=-np.inf), low.min(axis=0, initial=np.inf))
    for index, name in enumerate(names):
        if silent[index]:
            problems.append(Problem("nobody_answered", f"nobody answered '{name}'{where}", column=name))
        elif flat[index]:
            message = f"'{name}' does not vary{where}"
            problems.append(Problem("constant_item", message, column=name, hint="leave the item out"))
    if problems:
        return problems
    if len(used) <= (k if estimator not in ORDINAL else 10):
        what = "respondents answered all items" if missing == "listwise" else "respondents answered an item"
        message = f"only {len(used)} {what}{where}; {k} items need more"
        hint = 'missing = "fiml" uses partly answered records' if missing == "listwise" else "fewer items, or more data"
        problems.append(Problem("too_few_respondents", message, hint=hint))
    return problems


def _constant(answers: Floats) -> list[bool]:
    """Return which columns hold one value only; most show in the first rows that they do not."""
    flat = (answers[:FIRST] == answers[0]).all(axis=0)
    for column in np.flatnonzero(flat):
        flat[column] = bool((answers[:, column] == answers[0, column]).all())
    return [bool(one) for one in flat]


def _same(first: Floats, second: Floats) -> list[bool]:
    return [bool(a == b) for a, b in zip(first, second, strict=True)]


def matrix_problems(sample: GroupSample, names: Sequence[str], where: str, estimator: str) -> list[Problem]:
    """Return why moments cannot be modelled: items that follow exactly from others, or are never answered together."""
    if not np.isfinite(sample.covariance).all():
        return [Problem("no_covariance", f"some pair of items has no answers in common{where}")]
    if estimator in ORDINAL:
        return []
    scale = np.sqrt(np.diag(sample.covariance))
    if np.linalg.eigvalsh(sample.covariance / np.outer(scale, scale))[0] < 1e-10:
        message = f"an item follows exactly from the others{where}"
        return [
            Problem("singular_covariance", message, hint="look for repeated or summed items: " + ", ".join(names[:6]))
        ]
    return []


def ordinal_sample(answers: Floats, label: str) -> tuple[GroupSample, list[tuple[float, ...]]]:
    """Return thresholds, polychoric correlations and their asymptotic covariance of complete respondents."""
    whole = complete_rows(answers)
    most = max(len(np.unique(column)) for column in whole.T)
    if most > MOST_CATEGORIES:
        message = f"an item has {most} different answers: it is a number, not a set of ordered categories"
        raise AnalysisError(Problem("not_ordinal", message, hint='estimator = "MLR"'))
    items = categories(whole)
    matrix = polychoric_matrix(items)
    found = [tuple(float(value) for value in each) for each in items.answers]
    if matrix.perfect.any():
        raise AnalysisError(
            Problem("perfect_correlation", "two items are perfectly correlated", hint="leave one of them out")
        )
    n = len(whole)
    sample = GroupSample(
        label=label,
        n=n,
        means=np.zeros(answers.shape[1]),
        covariance=matrix.correlations,
        thresholds=np.concatenate(matrix.thresholds),
        counts=tuple(len(each) for each in matrix.thresholds),
        asymptotic=asymptotic_covariance(items, matrix) * n,
    )
    return sample, found


def different_categories(
    first: list[tuple[float, ...]], second: list[tuple[float, ...]], names: Sequence[str], where: str
) -> list[Problem]:
    """Return which items have answers nobody of a group gave."""
    return [
        Problem(
            "empty_category",
            f"'{name}': not every answer that other groups gave occurs{where}",
            column=name,
            hint="join categories until every group uses all of them, or leave the small group out",
        )
        for name, a, b in zip(names, first, second, strict=True)
        if a != b
    ]
