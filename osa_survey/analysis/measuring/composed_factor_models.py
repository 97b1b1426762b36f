"""Factor models under weights or pooled over completed sets: parameters, standardised values, test of the model."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from osa_survey.analysis.coefficient_tests import ModelTest
from osa_survey.analysis.estimates import Estimates, Floats, Sample, SetEstimate, joined_sets
from osa_survey.errors import AnalysisError, Problem
from osa_survey.imputation import d2
from osa_survey.psychometrics.confirmatory.fit_measures import standardised_residual
from osa_survey.psychometrics.confirmatory.fits import FactorFit, fit_factor_model
from osa_survey.psychometrics.confirmatory.parameter_tables import ParameterTable
from osa_survey.psychometrics.confirmatory.standardised import standardised_derivatives
from osa_survey.psychometrics.confirmatory.weighted_fits import fit_weighted, refit_weighted, weighted_influence

FIXED = 1e-8
"""A standardised value whose derivatives are all below this is fixed."""
PSEUDO = "under weights the likelihood ratio follows no χ² distribution: not tested"
EXACT = "no degrees of freedom: the model fits by construction, fit is not tested"


@dataclass(frozen=True, repr=False)
class ComposedFactors:
    """A factor model of one or several sets.

    Attributes
    ----------
    table : ParameterTable
        The rows of the model.
    raw : Estimates
        The free parameters by position.
    standard : Estimates
        Standardised values of the rows in ``moving``.
    moving : sequence of int
        Rows whose standardised value is not fixed.
    fixed : ndarray of float, shape (rows,)
        Standardised values in the first set: what those are that do not move.
    test : ModelTest
        χ² of the model, or F pooled by D2; NaN where not known.
    warning : str
        Why the test is not known.
    srmr : float
        Mean over the sets.
    """

    table: ParameterTable
    raw: Estimates
    standard: Estimates
    moving: Sequence[int]
    fixed: Floats
    test: ModelTest
    warning: str
    srmr: float


def composed_factors(
    sample: Sample, answers: Sequence[Floats], names: Sequence[str], syntax: str, estimator: str, **conventions: Any
) -> ComposedFactors:
    """Return a factor model with the covariance its data ask for.

    Parameters
    ----------
    sample : Sample
        The respondents used.
    answers : sequence of ndarray of float, shape (respondents used, items)
        Of each set, without gaps.
    names, syntax, estimator, **conventions
        As of ``fit_factor_model``.

    Raises
    ------
    AnalysisError
        ``not_converged`` where a set has no proper maximum, so that nothing can be pooled.

    Notes
    -----
    Standardised values are pooled as they are, with delta-method covariances in each set. The test is D2 of the sets'
    (scaled, where the estimator has it) χ², an approximation (Li, Meng, Raghunathan & Rubin, 1991).
    """
    fits: list[FactorFit] = []
    said: list[SetEstimate] = []
    for one, values in zip(sample.sets, answers, strict=True):
        if one.weights is None:
            fit = fit_factor_model(values, names, syntax, estimator=estimator, **conventions)  # type: ignore[arg-type]
        else:
            fit = fit_weighted(values, one.weights, names, syntax, **conventions)
        if not fit.minimum.converged or fit.inference.covariance is None:
            message = "the search for estimates did not end at a proper maximum" + (
                " in a completed set" if sample.imputed else ""
            )
            hint = "simplify the model, fix factor variances (std_lv = true), or drop items that hardly vary"
            raise AnalysisError(Problem("not_converged", message, hint=hint))
        fits.append(fit)
        said.append(_said(fit, fit.inference.covariance, one.weights))
    raw = joined_sets(sample, said)
    parts = [standardised_derivatives(fit) for fit in fits]
    moving = np.flatnonzero(np.max([np.abs(slopes).max(axis=1) for _, slopes in parts], axis=0) > FIXED)
    standard = raw.transformed(
        np.array([values[moving] for values, _ in parts]), np.array([slopes[moving] for _, slopes in parts])
    )
    test, warning = _test(sample, fits)
    srmr = float(np.mean([standardised_residual(fit)[0] for fit in fits]))
    return ComposedFactors(fits[0].table, raw, standard, moving.tolist(), parts[0][0], test, warning, srmr)


def _said(fit: FactorFit, covariance: Floats, weights: Floats | None) -> SetEstimate:
    what = "a factor model"
    if weights is None:
        return SetEstimate(fit.minimum.parameters, lambda: covariance, how=fit.estimator, what=what)
    return SetEstimate(
        fit.minimum.parameters,
        influence=lambda: weighted_influence(fit, weights),
        refit=lambda many: np.stack([refit_weighted(fit, column) for column in many.T]),
        what=what,
    )


def _test(sample: Sample, fits: Sequence[FactorFit]) -> tuple[ModelTest, str]:
    tests = [fit.inference.chi_squared for fit in fits]
    df = tests[0].df
    if not df:
        return ModelTest(0.0, df, math.nan, math.nan, "χ²"), EXACT
    if sample.design is not None:
        return ModelTest(math.nan, df, math.nan, math.nan, "χ²"), PSEUDO
    found = d2([one.scaled if math.isfinite(one.scaled) else one.value for one in tests], df)
    return ModelTest(found.statistic, df, found.df2, found.p_value, "F"), ""
