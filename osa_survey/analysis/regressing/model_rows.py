"""The rows of the tables about a whole regression model: fit, predictors, change from block to block."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from osa_survey.analysis.coefficient_tests import ModelTest
from osa_survey.analysis.regressing.block_fits import BlockFit
from osa_survey.analysis.regressing.category_cells import cells_of_test, model_cells
from osa_survey.analysis.regressing.change_tests import by_likelihood, change_test
from osa_survey.analysis.regressing.collinearity import variance_inflation
from osa_survey.analysis.regressing.design_matrices import INTERCEPT, Design
from osa_survey.analysis.regressing.explained_variance import explained
from osa_survey.analysis.regressing.fitted_models import ALL, FittedModel, first_rows
from osa_survey.analysis.regressing.profile_intervals import is_penalised
from osa_survey.analysis.size_rows import size_fields
from osa_survey.models import Fractional, classical_covariance, information_criteria, pseudo_r2
from osa_survey.results import Rows

SINGULAR = "no joint test: the robust covariance has no inverse (fewer clusters than coefficients?)"
SINGULAR_CHANGE = "no test: the robust covariance has no inverse (fewer clusters than coefficients?)"
MEAN_OF_SETS = "; mean over completed sets"


def fit_rows(model: FittedModel) -> Rows:
    """Return the fit of each block's model."""
    rows = first_rows(model)
    for number, block in enumerate(model.blocks, start=1):
        keys: dict[str, Any] = {
            "outcome": model.outcome.info.name,
            "level": model.level(number),
            "n": model.n,
            "cells": model_cells(rows, model, number),
        }
        warning = model.warning(block)
        if model.linear:
            found = explained(model.sample, model.outcomes, block, model.conf_level)
            rows.add("r2", **keys, **size_fields(found.r2, model.conf_level))
            rows.add("adjusted_r2", **keys, **size_fields(found.adjusted_r2, model.conf_level))
            rows.add("residual_sd", estimate=found.residual_sd, method="√(SS_residual / (n − k))", **keys)
        elif has_likelihood(model):
            _add_pseudo_r2(rows, model, number, {**keys, "warning": warning})
        entered = model.entered(number, from_start=True)
        test, how = change_test(model.sample, model.outcome, model.null, block, entered, model.errors)
        method = how.replace("Wald F test", "Wald test").replace("Wald test", "Wald test of all predictors")
        method = method.replace("likelihood ratio test", "likelihood ratio test against the intercept alone")
        method = method.replace("F test", "F test of all predictors")
        _add_test(rows, "model_test", test, method, {**keys, "warning": warning})
        if model.sample.design is None and has_likelihood(model):
            _add_likelihood(rows, model, block, {**keys, "warning": warning})
    for group, people in model.groups:
        cells = (ALL, group) if not model.binary else model.base_cells
        rows.add("count", term=group, estimate=people, outcome=model.outcome.info.name, n=model.n, cells=cells,
                 method="count" + (" in the first completed set" if model.sample.imputed else ""))  # fmt: skip
    return rows


def has_likelihood(model: FittedModel) -> bool:
    """Tell whether a log-likelihood says how well a model fits: not of a quasi-likelihood, not of a penalised one."""
    return not isinstance(model.outcome.family, Fractional) and not is_penalised(model)


def _add_pseudo_r2(rows: Rows, model: FittedModel, number: int, keys: Mapping[str, Any]) -> None:
    block = model.blocks[number - 1]
    added = len(model.entered(number, from_start=True))
    found = [
        pseudo_r2(fit.log_likelihood, null.log_likelihood, fit.weight_sum, added)
        for fit, null in zip(block.fits, model.null.fits, strict=True)
    ]
    tail = MEAN_OF_SETS if model.sample.imputed else ""
    tail += "; pseudo-likelihood" if model.sample.design is not None else ""
    words = [("mcfadden_r2", "mcfadden", "1 − ℓ / ℓ₀"), ("cox_snell_r2", "cox_snell", "1 − exp(2(ℓ₀ − ℓ) / n)")]
    if model.outcome.kind.outcome != "share":
        words.append(("nagelkerke_r2", "nagelkerke", "Cox–Snell R² / (1 − exp(2ℓ₀ / n))"))
    else:
        words = []  # log densities have either sign: ratios of them say nothing
    for quantity, name, how in words:
        rows.add(quantity, estimate=float(np.mean([getattr(one, name) for one in found])), method=how + tail, **keys)


def _add_likelihood(rows: Rows, model: FittedModel, block: BlockFit, keys: Mapping[str, Any]) -> None:
    tail = MEAN_OF_SETS if model.sample.imputed else ""
    how = "natural logarithm of the likelihood"
    rows.add("log_likelihood", estimate=block.log_likelihood, method=how + tail, **keys)
    counted = {
        "number": "coefficients and the residual variance",
        "binary": "coefficients",
    }.get(model.outcome.kind.outcome, "all parameters")
    criteria = [information_criteria(fit.log_likelihood, len(fit.parameters), model.n) for fit in block.fits]
    aic, bic = (float(np.mean([getattr(one, name) for one in criteria])) for name in ("aic", "bic"))
    rows.add("aic", estimate=aic, method=f"−2ℓ + 2 · parameters ({counted}){tail}", **keys)
    rows.add("bic", estimate=bic, method=f"−2ℓ + ln(n) · parameters ({counted}){tail}", **keys)


def _add_test(rows: Rows, quantity: str, test: ModelTest, method: str, keys: Mapping[str, Any]) -> None:
    words = dict(keys)
    if math.isnan(test.statistic) and not words.get("warning"):
        words["warning"] = SINGULAR
    values: dict[str, Any] = {"statistic_name": test.name, "df1": test.df1, "df2": test.df2, "p_value": test.p_value}
    rows.add(quantity, estimate=test.statistic, statistic=test.statistic, method=method, **values, **words)


def predictor_rows(model: FittedModel) -> Rows:
    """Return people per category, a joint test and the variance inflation of each predictor of the last model."""
    rows = first_rows(model)
    block = model.blocks[-1]
    spread = _covariance_of_columns(model, block)
    for predictor, positions in _columns_of_predictors(model.design).items():
        keys: dict[str, Any] = {
            "outcome": model.outcome.info.name,
            "term": predictor,
            "n": model.n,
            "cells": cells_of_test(rows, model, len(model.blocks), [predictor]),
        }
        finite = spread is not None
        warning = "" if finite else "separation: no finite estimate"
        test = block.estimates.test(block.of_column(positions))
        pooled = ", pooled over completed sets (D1)" if model.sample.imputed else ""
        method = f"Wald test of the whole predictor{pooled}"
        _add_test(rows, "block_test", test, method, {**keys, "warning": warning})
        vif = variance_inflation(spread, positions - 1) if spread is not None else math.nan
        name = "variance inflation factor" if len(positions) == 1 else "generalised variance inflation factor"
        rows.add("vif", estimate=vif, df1=len(positions), method=name, warning=warning, **keys)
        members = model.design.categories.get(predictor, ())
        where = " in the first completed set" if model.sample.imputed else ""
        dummies = {found.name: model.design.matrix[:, k] == 1 for k, found in enumerate(model.design.terms)}
        others = [dummies[term] for term, _, _ in members if term in dummies]
        for term, _, people in members:
            who = dummies[term] if term in dummies else ~np.logical_or.reduce(others)
            rows.cell(term, model.sample.among_all(who, people))
            counted: dict[str, Any] = {
                "outcome": keys["outcome"],
                "term": term,
                "n": model.n,
                "method": "count" + where,
            }
            rows.add("count", estimate=people, cells=[ALL, term], **counted)
        if members:
            rows.total(ALL, [term for term, _, _ in members])
    return rows


def _covariance_of_columns(model: FittedModel, block: BlockFit) -> NDArray[np.float64] | None:
    """Return the model-based covariance of the columns but the intercept, of models of one equation; else (X'WX)⁻¹."""
    if block.separated:
        return None
    single = model.outcome.kind.outcome in ("number", "binary", "ordered") and has_likelihood(model)
    if not single:
        X = block.matrices[0]
        w = model.sample.first.weights
        return np.asarray(np.linalg.inv(X.T @ (X if w is None else X * w[:, None]))[1:, 1:], dtype=np.float64)
    where = [k for k in block.coefficients if block.parameters[k].column > 0]
    found = np.mean([classical_covariance(fit) for fit in block.fits], axis=0)[np.ix_(where, where)]
    return np.asarray(found)


def _columns_of_predictors(design: Design) -> dict[str, NDArray[np.intp]]:
    """Return the positions of the columns of each predictor, in order."""
    found: dict[str, list[int]] = {}
    for position, term in enumerate(design.terms):
        if term.name != INTERCEPT:
            found.setdefault(term.predictor, []).append(position)
    return {name: np.array(positions, dtype=np.intp) for name, positions in found.items()}


def block_rows(model: FittedModel) -> Rows:
    """Return the change from block to block."""
    rows = first_rows(model)
    before, smaller = 0.0, model.null
    for number, block in enumerate(model.blocks, start=1):
        keys: dict[str, Any] = {
            "outcome": model.outcome.info.name,
            "level": model.level(number),
            "n": model.n,
            "cells": _cells_of_change(rows, model, number),
        }
        entered = model.entered(number)
        test, how = change_test(model.sample, model.outcome, smaller, block, entered, model.errors)
        smaller = block
        if model.linear:
            found = explained(model.sample, model.outcomes, block, model.conf_level).r2
            rows.add("r2", estimate=found.estimate, method=found.method, **keys)
            values: dict[str, Any] = {
                "statistic_name": test.name, "df1": test.df1, "df2": test.df2, "p_value": test.p_value,
            }  # fmt: skip
            if math.isnan(test.statistic):
                keys["warning"] = SINGULAR_CHANGE
            method = how.replace("F test", "F test of the change in R²") if how.startswith("F test") else how
            rows.add("delta_r2", estimate=found.estimate - before, statistic=test.statistic, method=method, **values,
                     **keys)  # fmt: skip
            before = found.estimate
            continue
        keys["warning"] = model.warning(block)
        if has_likelihood(model) and model.outcome.kind.outcome != "share":
            likelihoods = zip(block.fits, model.null.fits, strict=True)
            shares = [pseudo_r2(a.log_likelihood, b.log_likelihood, a.weight_sum, 1).nagelkerke for a, b in likelihoods]
            tail = MEAN_OF_SETS if model.sample.imputed else ""
            rows.add("nagelkerke_r2", estimate=float(np.mean(shares)), method=f"Nagelkerke (1991){tail}", **keys)
        tested = "likelihood ratio test of the block" if how == "likelihood ratio test" else how
        if not by_likelihood(model.sample, model.outcome, model.errors):
            tested = how.replace("Wald test", "Wald test of the block")
        _add_test(rows, "block_test", test, tested, keys)
    return rows


def _cells_of_change(rows: Rows, model: FittedModel, block: int) -> tuple[str, ...]:
    """Return the cells that the change by a block would give away: both models', and categories it alone brings."""
    own = [term for term in model.design.terms if term.block == block]
    compared = {term.predictor for term in own} if all(term.people for term in own) else set()
    before = model_cells(rows, model, block - 1) if block > 1 else ()
    return tuple(dict.fromkeys([*before, *cells_of_test(rows, model, block, compared)]))
