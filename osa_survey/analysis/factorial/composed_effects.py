"""The effects of an analysis of variance under weights and over imputed sets: Wald's F of each hypothesis."""

from __future__ import annotations

import itertools
import math
from dataclasses import replace

import numpy as np
from scipy import stats

from osa_survey.analysis.coefficient_tests import ModelTest
from osa_survey.analysis.estimates import Estimates
from osa_survey.analysis.factorial.anova_effects import NO_VARIANCE, TIMES, AnovaEffect, within_contrasts
from osa_survey.analysis.factorial.composed_designs import ComposedDesign
from osa_survey.analysis.factorial.factors import Factor, Floats
from osa_survey.analysis.factorial.linear_hypotheses import LinearTerm
from osa_survey.analysis.factorial.weighted_models import Places

NO_RESIDUE = 1e-12
"""Residual variance below this share of all of it is rounding."""
NO_INVERSE = "too few people, clusters or replicates for a test of so many contrasts at once"


def composed_effects(design: ComposedDesign, type_: int) -> tuple[AnovaEffect, ...]:
    """Return all effects, covariates first, then factors between, within, and their interactions.

    Parameters
    ----------
    design : ComposedDesign
        The design.
    type_ : {2, 3}
        The hypothesis of a term between people: its (effect-coded) coefficients are zero in the model of all terms
        (III), or in the model without the terms that contain it (II).

    Notes
    -----
    The hypothesis of term T between and factors S within is L B P = 0, with L the rows of T and P the orthonormal
    contrasts of S; all its k = df_T q numbers are tested at once by ``hypothesis_test``, so that nothing is assumed on
    the covariances of answers of one person. ``ss`` and ``ss_error`` are NaN.
    """
    found = []
    for size in range(len(design.within) + 1):
        for chosen in itertools.combinations(design.within, size):
            p = within_contrasts(design.within, {one.name for one in chosen})
            for term in design.terms:
                if term.factors or chosen:
                    found.append(_effect(design, term, chosen, p, type_))
    return tuple(sorted(found, key=lambda one: len(one.factors)))


def _effect(design: ComposedDesign, term: LinearTerm, chosen: tuple[Factor, ...], p: Floats, type_: int) -> AnovaEffect:
    within = tuple(one.name for one in chosen)
    factors = (*term.factors, *within)
    test, missing = hypothesis_test(design, term, p, type_)
    return AnovaEffect(
        TIMES.join(factors), factors, within, test.statistic, float(test.df1), test.df2, 1.0, "", test.p_value,
        math.nan, math.nan, None, method_of(design), missing,
    )  # fmt: skip


def method_of(design: ComposedDesign) -> str:
    """Return what the test of an effect is called."""
    return "Wald's F" + (", pooled by D1" if design.sample.imputed else "")


def columns_of_type(terms: tuple[LinearTerm, ...], term: LinearTerm, type_: int) -> Places:
    """Return the columns of the model a term is tested in: all, or for type II those of terms not containing it."""
    own = set(term.factors)
    kept = [one.columns for one in terms if type_ == 3 or one is term or not own <= set(one.factors)]
    return np.sort(np.concatenate(kept))


def hypothesis_test(design: ComposedDesign, term: LinearTerm, p: Floats, type_: int) -> tuple[ModelTest, str]:
    """Return the test of one term on contrasts of the outcomes, and why it may not be defined.

    Parameters
    ----------
    design : ComposedDesign
        The design.
    term : LinearTerm
        A term between people.
    p : ndarray of float, shape (w, q)
        Contrasts of the outcomes.
    type_ : {2, 3}
        Which model the term is tested in.

    Notes
    -----
    Under a design: Wald's F = θ'V⁻¹θ/k on k and df(design) less the coefficients beyond the intercept, as
    ``regTermTest`` of R's survey. Over sets it becomes D1 (Li, Raghunathan & Rubin, 1991) with Reiter's (2007) degrees
    of freedom; a single number has its own t² with Barnard and Rubin's. Without a design θ'V⁻¹θ is df_e times Hotelling
    and Lawley's trace; D1 is therefore multiplied by c/(df_e s) and its complete-data degrees of freedom are
    c = s(df_e − q − 1) + 2, s = min(q, df_T), so that sets without gaps give the F of that trace (exact for s = 1).

    References
    ----------
    Li, K. H., Raghunathan, T. E., & Rubin, D. B. (1991). Large-sample significance levels from multiply imputed data
    using moment-based statistics and an F reference distribution. Journal of the American Statistical Association,
    86(416), 1065–1073. doi:10.1080/01621459.1991.10475152
    Reiter, J. P. (2007). Small-sample degrees of freedom for multi-component significance tests with multiple
    imputation for missing data. Biometrika, 94(2), 502–508. doi:10.1093/biomet/asm028
    """
    columns = columns_of_type(design.terms, term, type_)
    rows = np.eye(len(columns))[np.searchsorted(columns, term.columns)]
    q, k = p.shape[1], len(term.columns) * p.shape[1]
    undefined = ModelTest(math.nan, k, math.nan, math.nan, "F")
    if _without_residue(design, p):
        return undefined, NO_VARIANCE
    found = design.of(columns).combined(np.asarray(np.kron(rows, p.T), dtype=np.float64))
    if design.sample.design is not None:
        test = _wald(found, k)
        return test, NO_INVERSE
    s = min(q, len(term.columns))
    c = s * (design.df_error - q - 1) + 2
    if design.df_error < q or c <= 0:
        return undefined, NO_INVERSE
    test = _wald(replace(found, df_complete=float(c)), k)
    f = test.statistic * c / (design.df_error * s)
    return replace(test, statistic=f, p_value=float(stats.f.sf(f, k, test.df2))), NO_INVERSE


def _wald(found: Estimates, k: int) -> ModelTest:
    if k == 1 and found.pooled:
        f = float(found.statistic()[0]) ** 2
        return ModelTest(f, 1, float(found.df[0]), float(found.p_value()[0]), "F")
    return found.test(range(k))


def _without_residue(design: ComposedDesign, p: Floats) -> bool:
    for one in design.models:
        rest, whole = (
            float(one.weights @ ((part @ p) ** 2).sum(axis=1)) for part in (one.residuals(design.columns), one.y)
        )
        if rest <= NO_RESIDUE * whole:
            return True
    return False
