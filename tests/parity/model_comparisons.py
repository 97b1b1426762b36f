"""Holding a fitted factor model to the numbers of lavaan: estimates, tests of parameters, indices of fit."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy.stats import norm

from osa_survey.psychometrics.confirmatory import FactorFit, fit_measures, standardised
from osa_survey.psychometrics.confirmatory.baselines import baseline_fit
from osa_survey.psychometrics.confirmatory.fit_measures import CLOSE, LEVEL
from osa_survey.psychometrics.confirmatory.further_measures import NOT_CLOSE, FurtherMeasures, further_measures

ESTIMATE = 1e-4
"""Relative to one plus size: lavaan's optimiser stops at about 1e-5."""
SE = 1e-4
SE_ORDINAL_GROUPS = 1e-3
"""With several groups of ordinal items lavaan mixes the divisors n and n - 1."""
CHI_SQUARED = 1e-4
SCALED = 1e-3
INDEX = 1e-4
INTERVAL = 1e-3
"""lavaan's bounds of RMSEA come from uniroot with a tolerance of 1.2e-4."""
INDICES = {
    "cfi": "cfi", "tli": "tli", "cfi.scaled": "cfi_scaled", "tli.scaled": "tli_scaled", "cfi.robust": "cfi_robust",
    "tli.robust": "tli_robust", "srmr": "srmr", "srmr_bentler_nomean": "srmr_covariances", "aic": "aic", "bic": "bic",
    "bic2": "bic_adjusted", "baseline.chisq": "baseline_chi_squared", "baseline.chisq.scaled": "baseline_scaled",
    "baseline.df": "baseline_df",
}  # fmt: skip
SETTINGS = {"rmsea.close.h0": CLOSE, "rmsea.notclose.h0": NOT_CLOSE, "rmsea.ci.level": LEVEL}
OWN_BASELINE = {"cfi.robust", "tli.robust"}
"""With several groups of ordinal items these differ on purpose: see ``robust_corrections.categorical_correction``."""


def compare(fit: FactorFit, value: dict[str, Any]) -> None:
    """Hold estimates, standard errors, tests and indices to the reference."""
    reference = value["estimates"]
    several = len(fit.samples) > 1
    place = {
        (lhs, op, rhs, reference["group"][i] - 1 if several else 0): i
        for i, (lhs, op, rhs) in enumerate(zip(reference["lhs"], reference["op"], reference["rhs"], strict=True))
    }
    rows = fit.table.rows
    found = [place.get((r.lhs, r.op, r.rhs, r.group), place.get((r.rhs, r.op, r.lhs, r.group), -1)) for r in rows]
    assert min(found) >= 0
    estimate = np.array([reference["est"][i] for i in found], dtype=float)
    sign = signs(fit, estimate)
    assert np.abs(fit.estimates * sign - estimate).max() < ESTIMATE * (1 + np.abs(estimate).max())
    error = np.array([reference["se"][i] for i in found], dtype=float)
    ordinal_groups = several and fit.table.ordered
    tolerance = SE_ORDINAL_GROUPS if ordinal_groups else SE
    np.testing.assert_allclose(fit.std_errors, error, rtol=tolerance, atol=1e-6)
    compare_tests_of_parameters(fit, reference, found, sign, tolerance)
    if "std.all" in reference:

        def column(name: str) -> np.ndarray:
            return np.array([reference[name][i] for i in found], dtype=float)

        complete = column("std.all")
        np.testing.assert_allclose(standardised(fit).estimates * sign, complete, atol=ESTIMATE)
        np.testing.assert_allclose(by_factors(fit) * sign, column("std.lv"), atol=ESTIMATE)
        # every item is endogenous, so that nothing is left unstandardised
        np.testing.assert_allclose(column("std.nox"), complete, atol=1e-12)
    compare_fit(fit, value["fit"])


def by_factors(fit: FactorFit) -> np.ndarray:
    """Return the estimates with factors of variance one, items as they are."""
    names = fit.table.latent
    result = []
    matrices = [structure.matrices(fit.minimum.parameters) for structure in fit.structures]
    for row, value in zip(fit.table.rows, fit.estimates, strict=True):
        spread = dict(zip(names, np.sqrt(np.diag(matrices[row.group].factor_covariance)), strict=True))
        one, two = spread.get(row.lhs, 1.0), spread.get(row.rhs, 1.0)
        up, down = {"=~": (one, two), "~~": (1.0, one * two), "~": (two, one), "~1": (1.0, one)}.get(row.op, (1, 1))
        result.append(value * up / down)
    return np.array(result)


def compare_tests_of_parameters(
    fit: FactorFit, reference: dict[str, Any], found: list[int], sign: np.ndarray, tolerance: float
) -> None:
    """Hold Wald tests and intervals, which follow from estimates and standard errors, to the reference."""
    z, p, low, high = (
        np.array([reference[name][i] for i in found], dtype=float) for name in ("z", "pvalue", "ci.lower", "ci.upper")
    )
    tested = np.isfinite(z)
    own = fit.estimates * sign
    spread = fit.std_errors
    np.testing.assert_allclose(own[tested] / spread[tested], z[tested], rtol=tolerance, atol=INDEX)
    np.testing.assert_allclose(2 * norm.sf(np.abs(own[tested] / spread[tested])), p[tested], atol=INDEX)
    np.testing.assert_allclose((own - norm.isf(0.025) * spread)[tested], low[tested], atol=tolerance)
    np.testing.assert_allclose((own + norm.isf(0.025) * spread)[tested], high[tested], atol=tolerance)


def signs(fit: FactorFit, estimate: np.ndarray) -> np.ndarray:
    """The direction of a factor of fixed variance is arbitrary; the reference's is taken."""
    rows = fit.table.rows
    turned = {}
    for own, theirs, row in zip(fit.estimates, estimate, rows, strict=True):
        if row.op == "=~":
            turned.setdefault((row.lhs, row.group), np.sign(own) * np.sign(theirs) or 1.0)
    result = np.ones(len(rows))
    for index, row in enumerate(rows):
        for name in {row.lhs, row.rhs} if row.op in ("~~", "=~", "~1") else set():
            if row.op == "~~" and row.lhs == row.rhs:
                continue
            result[index] *= turned.get((name, row.group), 1.0)
    return result


def compare_fit(fit: FactorFit, reference: dict[str, Any]) -> None:
    test, measures = fit.inference.chi_squared, fit_measures(fit)
    assert fit.minimum.converged
    assert fit.table.n_free == reference["npar"]
    assert test.df == reference["df"]
    assert test.value == pytest.approx(reference["chisq"], rel=CHI_SQUARED)
    people = sum(sample.n for sample in fit.samples)
    assert people == reference.get("ntotal", people)
    # lavaan 0.6-14 gives p of least squares for the unscaled value too; it follows no chi-squared distribution
    if np.isfinite(test.p_value):
        assert test.p_value == pytest.approx(reference["pvalue"], rel=SCALED, abs=1e-12)
    if reference.get("chisq.scaled") is not None:
        assert test.scaled_p == pytest.approx(reference["pvalue.scaled"], rel=10 * SCALED, abs=1e-12)
        assert (test.df, measures.baseline_df) == (reference["df.scaled"], reference["baseline.df.scaled"])
        assert test.scaled == pytest.approx(reference["chisq.scaled"], rel=SCALED)
        assert test.factor == pytest.approx(reference["chisq.scaling.factor"], rel=SCALED)
    else:
        assert np.isnan(test.scaled)
    if reference.get("logl") is not None:
        assert fit.log_likelihood == pytest.approx(reference["logl"], rel=1e-7)
        assert fit.saturated_log_likelihood == pytest.approx(reference["unrestricted.logl"], rel=1e-7)
    skipped = OWN_BASELINE if len(fit.samples) > 1 and fit.table.ordered else set()
    for name, own in INDICES.items():
        if reference.get(name) is not None and name not in skipped:
            assert getattr(measures, own) == pytest.approx(reference[name], rel=INDEX, abs=INDEX), name
    compare_further(fit, reference)
    for suffix, own in (("", measures.rmsea), (".scaled", measures.rmsea_scaled), (".robust", measures.rmsea_robust)):
        if reference.get(f"rmsea{suffix}") is not None:
            assert own.value == pytest.approx(reference[f"rmsea{suffix}"], abs=INDEX)
            assert own.low == pytest.approx(reference[f"rmsea.ci.lower{suffix}"], abs=INTERVAL)
            assert own.high == pytest.approx(reference[f"rmsea.ci.upper{suffix}"], abs=INTERVAL)
            assert own.close_p == pytest.approx(reference[f"rmsea.pvalue{suffix}"], abs=INDEX)


def further(found: FurtherMeasures) -> dict[str, float]:
    """Return the further indices by lavaan's names."""
    residuals = found.residuals
    by_name = {
        "fmin": found.discrepancy, "baseline.pvalue": found.baseline_p,
        "baseline.pvalue.scaled": found.baseline_p_scaled,
        "gfi": found.gfi, "agfi": found.agfi, "pgfi": found.pgfi, "mfi": found.mcdonald,
        "ecvi": found.cross_validation, "cn_05": found.critical_n_05, "cn_01": found.critical_n_01,
        "wrmr": found.wrmr, "rmsea.notclose.pvalue": found.not_close,
        "rmsea.notclose.pvalue.scaled": found.not_close_scaled,
        "rmsea.notclose.pvalue.robust": found.not_close_robust, "rni.robust": found.robust.rni,
        "rmr": residuals.rmr, "rmr_nomean": residuals.rmr_covariances, "srmr_bentler": residuals.srmr,
        "srmr_bentler_nomean": residuals.srmr_covariances, "crmr": residuals.crmr,
        "crmr_nomean": residuals.crmr_covariances, "srmr_mplus": residuals.srmr_mplus,
        "srmr_mplus_nomean": residuals.srmr_mplus_covariances,
    }  # fmt: skip
    for suffix, against in (("", found.plain), (".scaled", found.scaled)):
        by_name |= {f"{name}{suffix}": getattr(against, name) for name in ("nfi", "rfi", "pnfi", "ifi", "rni")}
    return by_name


def compare_further(fit: FactorFit, reference: dict[str, Any]) -> None:
    """Hold what other programs print beside the usual indices to the reference."""
    measures = fit_measures(fit)
    found = further(further_measures(fit, measures))
    found |= {"nnfi": measures.tli, "nnfi.scaled": measures.tli_scaled, "nnfi.robust": measures.tli_robust}
    own_baseline = len(fit.samples) > 1 and fit.table.ordered
    for name, value in found.items():
        if name not in reference or (own_baseline and name in ("rni.robust", "nnfi.robust")):
            continue
        expected = reference[name]
        if any(sample.patterns is not None for sample in fit.samples) and name in ("gfi", "agfi", "pgfi"):
            continue  # lavaan takes pairwise moments there: see test_goodness_of_fit_with_gaps
        assert value == pytest.approx(np.nan if expected is None else expected, rel=INDEX, abs=INDEX, nan_ok=True), name
    if "baseline.chisq.scaling.factor" in reference:
        factor = baseline_fit(fit).inference.chi_squared.factor
        assert factor == pytest.approx(reference["baseline.chisq.scaling.factor"], rel=SCALED)
    for name in ("rmsea.close.h0", "rmsea.notclose.h0", "rmsea.ci.level"):
        assert reference.get(name, SETTINGS[name]) == SETTINGS[name]
