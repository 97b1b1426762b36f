"""The rows of the tables about a whole regression model: fit, predictors, change from block to block."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from osa_survey.analysis.coefficient_tests import ModelTest, joint_test
from osa_survey.analysis.collinearity import variance_inflation
from osa_survey.analysis.design_matrices import INTERCEPT, Design
from osa_survey.analysis.fitted_models import ALL, EVENTS, OTHERS, FittedModel, first_rows
from osa_survey.analysis.linear_models import LinearFit
from osa_survey.analysis.logistic_models import likelihood_ratio
from osa_survey.analysis.size_rows import size_fields
from osa_survey.results import Rows


def fit_rows(model: FittedModel) -> Rows:
    """Return the fit of each block's model."""
    rows = first_rows(model)
    for block, fit in enumerate(model.fits, start=1):
        keys: dict[str, Any] = {
            "outcome": model.outcome.name,
            "level": model.level(block),
            "n": model.n,
            "cells": model.base_cells,
        }
        if isinstance(fit, LinearFit):
            rows.add("r2", **keys, **size_fields(fit.explained, model.conf_level))
            rows.add("adjusted_r2", estimate=fit.adjusted_r2, method="1 − (1 − R²)(n − 1) / (n − k)", **keys)
            rows.add("residual_sd", estimate=fit.residual_sd, method="√(SS_residual / (n − k))", **keys)
            warning = ""
        else:
            warning = f"{fit.separation.kind} separation" if fit.separation.kind != "none" else ""
            rows.add("mcfadden_r2", estimate=fit.mcfadden_r2, method="1 − ℓ / ℓ₀", warning=warning, **keys)
            method = "1 − exp(2(ℓ₀ − ℓ) / n)"
            rows.add("cox_snell_r2", estimate=fit.cox_snell_r2, method=method, warning=warning, **keys)
            method = "Cox–Snell R² / (1 − exp(2ℓ₀ / n))"
            rows.add("nagelkerke_r2", estimate=fit.nagelkerke_r2, method=method, warning=warning, **keys)
        method = (
            "Wald test of all predictors, robust errors"
            if model.errors != "classical"
            else ("likelihood ratio test against the intercept alone" if model.logistic else "F test of all predictors")
        )
        _add_test(rows, "model_test", fit.test, method, {**keys, "warning": warning})
        how = "natural logarithm of the likelihood"
        rows.add("log_likelihood", estimate=fit.log_likelihood, method=how, warning=warning, **keys)
        counted = "coefficients" if model.logistic else "coefficients and the residual variance"
        rows.add("aic", estimate=fit.aic, method=f"−2ℓ + 2 · parameters ({counted})", warning=warning, **keys)
        rows.add("bic", estimate=fit.bic, method=f"−2ℓ + ln(n) · parameters ({counted})", warning=warning, **keys)
    if model.logistic:
        keys = {"outcome": model.outcome.name, "n": model.n, "cells": model.base_cells, "method": "count"}
        events = float(model.y.sum())
        rows.add("count", term=EVENTS, estimate=events, **keys)
        rows.add("count", term=OTHERS, estimate=model.n - events, **keys)
    return rows


def _add_test(rows: Rows, quantity: str, test: ModelTest, method: str, keys: Mapping[str, Any]) -> None:
    words = dict(keys)
    if math.isnan(test.statistic) and not words.get("warning"):
        words["warning"] = "no joint test: the robust covariance has no inverse (fewer clusters than coefficients?)"
    values: dict[str, Any] = {"statistic_name": test.name, "df1": test.df1, "df2": test.df2, "p_value": test.p_value}
    rows.add(quantity, estimate=test.statistic, statistic=test.statistic, method=method, **values, **words)


def predictor_rows(model: FittedModel) -> Rows:
    """Return people per category, a joint test and the variance inflation of each predictor of the last model."""
    rows = first_rows(model)
    fit = model.fits[-1]
    columns = _columns_of_predictors(model.design)
    for predictor, positions in columns.items():
        keys: dict[str, Any] = {
            "outcome": model.outcome.name,
            "term": predictor,
            "n": model.n,
            "cells": model.base_cells,
        }
        covariance = fit.coefficients.covariance
        df2 = fit.df_error if isinstance(fit, LinearFit) else math.inf
        finite = np.isfinite(fit.classical_covariance[1:, 1:]).all()
        warning = "" if finite else "separation: no finite estimate"
        test = joint_test(fit.coefficients.estimate, covariance, positions, df2)
        _add_test(rows, "block_test", test, "Wald test of the whole predictor", {**keys, "warning": warning})
        vif = variance_inflation(fit.classical_covariance[1:, 1:], positions - 1) if finite else math.nan
        name = "variance inflation factor" if len(positions) == 1 else "generalised variance inflation factor"
        rows.add("vif", estimate=vif, df1=len(positions), method=name, warning=warning, **keys)
        members = model.design.categories.get(predictor, ())
        for term, _, people in members:
            rows.cell(term, people)
            counted: dict[str, Any] = {"outcome": model.outcome.name, "term": term, "n": model.n, "method": "count"}
            rows.add("count", estimate=people, cells=[ALL, term], **counted)
        if members:
            rows.total(ALL, [term for term, _, _ in members])
    return rows


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
    explained = 0.0
    likelihood = _null_log_likelihood(model)
    for block, fit in enumerate(model.fits, start=1):
        keys: dict[str, Any] = {
            "outcome": model.outcome.name,
            "level": model.level(block),
            "n": model.n,
            "cells": model.base_cells,
        }
        entered = np.array([k for k, p in enumerate(model.design.upto(block)) if model.design.terms[p].block == block])
        if isinstance(fit, LinearFit):
            test = joint_test(fit.coefficients.estimate, fit.coefficients.covariance, entered, fit.df_error)
            method = "F test of the change in R²" if model.errors == "classical" else "Wald F test, robust errors"
            rows.add("r2", estimate=fit.r2, method="1 − SS_residual / SS_total", **keys)
            values: dict[str, Any] = {"statistic_name": "F", "df1": test.df1, "df2": test.df2, "p_value": test.p_value}
            change = fit.r2 - explained
            if math.isnan(test.statistic):
                keys["warning"] = "no test: the robust covariance has no inverse (fewer clusters than coefficients?)"
            rows.add("delta_r2", estimate=change, statistic=test.statistic, method=method, **values, **keys)
            explained = fit.r2
            continue
        warning = f"{fit.separation.kind} separation" if fit.separation.kind != "none" else ""
        if model.errors == "classical" or warning:
            test = likelihood_ratio(likelihood, fit.log_likelihood, len(entered))
            method = "likelihood ratio test of the block"
        else:
            test = joint_test(fit.coefficients.estimate, fit.coefficients.covariance, entered, math.inf)
            method = "Wald test of the block, robust errors"
        rows.add("nagelkerke_r2", estimate=fit.nagelkerke_r2, method="Nagelkerke (1991)", warning=warning, **keys)
        _add_test(rows, "block_test", test, method, {**keys, "warning": warning})
        likelihood = fit.log_likelihood
    return rows


def _null_log_likelihood(model: FittedModel) -> float:
    if not model.logistic:
        return 0.0
    share = float(model.y.mean())
    return model.n * (share * math.log(share) + (1 - share) * math.log1p(-share))
