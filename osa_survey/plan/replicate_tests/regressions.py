"""A coefficient of a regression, study by study: the design matrix is built once for all of them."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr, stdtr

from osa_survey.analysis.regressing.block_fits import parameters_of, set_estimate_of
from osa_survey.analysis.regressing.design_matrices import INTERCEPT, design_matrix
from osa_survey.analysis.regressing.model_outcomes import outcome_of
from osa_survey.analysis.regressing.model_requests import ModelRequest, checked_kind, model_terms
from osa_survey.analysis.samples import sample_of
from osa_survey.dataset import ScoredData
from osa_survey.errors import OsaSurveyError
from osa_survey.plan.tested_rows import Tested, TestedRow

RATIOS = ("odds_ratio", "rate_ratio", "relative_risk_ratio")


def quick_coefficient(
    scored: ScoredData, arguments: Mapping[str, Any], row: TestedRow
) -> Callable[[slice], Tested | None] | None:
    """Return a coefficient of the last block with its Wald test.

    Notes
    -----
    Models with functions of predictors are left to the analysis, because these learn from the data, and so are models
    with clusters and with two parts.
    """
    asked = ModelRequest(**arguments)
    quantity, _, term, contrast, _, level = row.keys
    kind = checked_kind(asked)
    if quantity not in ("b", *RATIOS) or asked.cluster or kind.second:
        return None
    name, terms = model_terms(asked)
    if any("(" in block for block in terms.blocks) or level not in ("", f"block {len(terms.blocks)}"):
        return None
    sample = sample_of(scored, [name, *terms.variables])
    one = sample.first
    outcome = outcome_of(kind, sample.sets, asked.event, (asked.references or {}).get(name))
    last = 1 + len(terms.variables)
    references = {key: label for key, label in (asked.references or {}).items() if key != name}
    design = design_matrix(
        terms, [one.columns[1:last]], [one.used], as_categories=asked.as_categories, references=references
    )
    matrix, y = np.ascontiguousarray(design.matrix), outcome.values(one.values())
    before = np.concatenate([[0], np.cumsum(one.used)])
    names = [column.name for column in design.terms]
    categories = len(outcome.categories)

    def fitted(rows: slice) -> Tested | None:
        used = slice(int(before[rows.start]), int(before[rows.stop]))
        X, own = matrix[used], y[used]
        if not _whole(X, own, categories):
            return None
        fit = outcome.family.fit(own, X)
        if fit.separated:
            return None
        said = set_estimate_of(fit, own, X, None, None, asked.errors, None)
        parameters = parameters_of(outcome, names, fit, names)
        position = next(
            (k for k, found in enumerate(parameters) if found.name == term and found.equation == contrast), None
        )
        if position is None or said.covariance is None:
            return None
        error = math.sqrt(float(said.covariance()[position, position]))
        estimate = float(said.estimate[position])
        size = -abs(estimate / error)
        return Tested(estimate, 2 * float(ndtr(size) if math.isinf(said.df) else stdtr(said.df, size)))

    def test(rows: slice) -> Tested | None:
        try:
            return fitted(rows)
        except OsaSurveyError:
            return None

    return test if term != INTERCEPT else None


def _whole(X: NDArray[np.float64], y: NDArray[np.float64], categories: int) -> bool:
    """Return whether a study has everything the studies together have: categories, and predictors that vary."""
    if len(X) <= X.shape[1] or (X.max(axis=0) == X.min(axis=0))[1:].any() or y.max() == y.min():
        return False
    return not categories or bool(np.bincount(y.astype(np.intp), minlength=categories).all())
