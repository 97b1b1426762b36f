"""Predictors as the formula engine takes them: numbers, and categories in a known order, the reference first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from osa_survey.dataset import Column
from osa_survey.errors import AnalysisError, Problem


def predictor_frames(
    sets: Sequence[Sequence[Column]],
    used: Sequence[NDArray[np.bool_]],
    as_categories: Sequence[str],
    references: Mapping[str, str],
) -> tuple[list[pd.DataFrame], dict[str, list[tuple[str, int]]]]:
    """Return the predictors of every completed set as v0, v1, … with categories c0, c1, ….

    Returns
    -------
    frames : list of DataFrame
        One for each set, the respondents used.
    nominal : dict of str to list of (str, int)
        For each predictor with categories its labels, the reference first, and people in the first set. A category
        belongs to the model if anybody is in it in any set.

    Raises
    ------
    AnalysisError
        Constant predictors, empty reference categories, values that are no declared category.
    """
    problems: list[Problem] = []
    series: list[dict[str, Any]] = [{} for _ in sets]
    nominal: dict[str, list[tuple[str, int]]] = {}
    for number, column in enumerate(sets[0]):
        info, short = column.info, f"v{number}"
        each = [columns[number].values[mask] for columns, mask in zip(sets, used, strict=True)]
        if info.type != "nominal" and info.name not in as_categories:
            if any(np.ptp(values) == 0 for values in each):
                hint = "leave it out, or see who is left after dropping gaps"
                message = f"{info.title} has one value only among the respondents used"
                problems.append(Problem("constant_predictor", message, column=info.name, hint=hint))
            for found, values in zip(series, each, strict=True):
                found[short] = values
            continue
        codes = info.codes or tuple(float(value) for value in np.unique(np.concatenate(each)))
        labels = info.labels or tuple(f"{value:g}" for value in codes)
        reference = references.get(info.name, info.reference or labels[0])
        people = {
            label: [int((values == code).sum()) for values in each] for label, code in zip(labels, codes, strict=True)
        }
        if not all(people.get(reference, [0])):
            others = ", ".join(label for label, counts in people.items() if all(counts))
            hint = f"name another: references = {{'{info.name}': …}}; {others}"
            message = f"nobody among the respondents used is in the reference category '{reference}' of {info.title}"
            problems.append(Problem("empty_reference", message, column=info.name, hint=hint))
            continue
        order = [reference, *(label for label, counts in people.items() if any(counts) and label != reference)]
        if len(order) < 2:
            message = f"all respondents used are in one category of {info.title}"
            problems.append(Problem("constant_predictor", message, column=info.name, hint="leave it out"))
            continue
        code_of = dict(zip(labels, codes, strict=True))
        wanted = np.array([code_of[label] for label in order])
        if not all(np.isin(values, wanted).all() for values in each):
            message = f"{info.title} holds values that are none of its categories"
            problems.append(Problem("undeclared_value", message, column=info.name, hint="declare them in the codebook"))
            continue
        called = pd.Index([f"c{position}" for position in range(len(order))])
        for found, values in zip(series, each, strict=True):
            which: NDArray[np.int64] = np.argmax(values[:, None] == wanted, axis=1).astype(np.int64)
            found[short] = pd.Categorical.from_codes(which, called)
        nominal[short] = [(label, people[label][0]) for label in order]
    if problems:
        raise AnalysisError(problems)
    return [pd.DataFrame(found) for found in series], nominal
