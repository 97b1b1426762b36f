"""Factor models against lavaan 0.6-14 and semTools 0.5-6 (see factor_models.R)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy.stats import norm

from osa_survey.psychometrics.confirmatory import (
    FactorFit,
    factor_scores,
    fit_factor_model,
    fit_measures,
    modification_indices,
    standardised,
)
from osa_survey.psychometrics.confirmatory.validity import factor_shares, htmt

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
HS = "visual =~ x1 + x2 + x3\ntextual =~ x4 + x5 + x6\nspeed =~ x7 + x8 + x9"
OM = "agree =~ A1 + A2 + A3 + A4 + A5\nneuro =~ N1 + N2 + N3 + N4 + N5"
X = [f"x{n}" for n in range(1, 10)]
AN = [f"{letter}{n}" for letter in "AN" for n in range(1, 6)]
ACN = [*AN, *(f"C{n}" for n in range(1, 6))]
EQUAL = {
    "configural": (),
    "metric": ("loadings",),
    "scalar": ("loadings", "intercepts"),
    "strict": ("loadings", "intercepts", "residuals"),
}
INDICES = {
    "cfi": "cfi", "tli": "tli", "cfi.scaled": "cfi_scaled", "tli.scaled": "tli_scaled", "cfi.robust": "cfi_robust",
    "tli.robust": "tli_robust", "srmr": "srmr", "srmr_bentler_nomean": "srmr_covariances", "aic": "aic", "bic": "bic",
    "bic2": "bic_adjusted", "baseline.chisq": "baseline_chi_squared", "baseline.chisq.scaled": "baseline_scaled",
    "baseline.df": "baseline_df",
}  # fmt: skip
OWN_BASELINE = {"cfi.robust", "tli.robust"}
"""With several groups of ordinal items these differ on purpose: see ``robust_corrections.categorical_correction``."""

CASES: dict[str, tuple[str, str, dict[str, Any]]] = {
    "hs_ml": ("hs", HS, {}),
    "hs_ml_stdlv": ("hs", HS, {"std_lv": True}),
    "hs_ml_meanstructure": ("hs", HS, {"means": True}),
    "hs_mlr": ("hs", HS, {"estimator": "MLR"}),
    "hs_mlm": ("hs", HS, {"estimator": "MLM"}),
    "hs_uls": ("hs", HS, {"estimator": "ULS"}),
    "hs_gls": ("hs", HS, {"estimator": "GLS"}),
    "hs_orthogonal": ("hs", HS, {"orthogonal": True}),
    "hs_1factor": ("hs", "g =~ " + " + ".join(X), {}),
    "hs_higher_order": ("hs", HS + "\ng =~ visual + textual + speed", {}),
    "hs_corr_residual": ("hs", HS + "\nx7 ~~ x8", {}),
    "hsmiss_fiml": ("hsmiss", HS, {"missing": "fiml"}),
    "hsmiss_mlr_fiml": ("hsmiss", HS, {"missing": "fiml", "estimator": "MLR"}),
    "hsmiss_listwise": ("hsmiss", HS, {}),
    "hs_school_partial_scalar": (
        "school", HS, {"group_equal": ("loadings", "intercepts"), "group_partial": ("x3~1", "x7~1")}
    ),
    "bfi_an_wlsmv": ("an", OM, {"estimator": "WLSMV"}),
    "bfi_an_wlsmv_stdlv_theta": ("an", OM, {"estimator": "WLSMV", "std_lv": True, "parameterisation": "theta"}),
    "bfi_an_dwls": ("an", OM, {"estimator": "DWLS"}),
    "bfi_an_ulsmv": ("an", OM, {"estimator": "ULSMV"}),
    "bfi_an_mlr_continuous": ("an", OM, {"estimator": "MLR"}),
    "bfi_agree_wlsmv_1f": ("an", "agree =~ A1 + A2 + A3 + A4 + A5", {"estimator": "WLSMV"}),
    "bfi_an_wlsmv_gender_configural": ("gender", OM, {"estimator": "WLSMV"}),
    "bfi_an_wlsmv_gender_thresholds_loadings": (
        "gender", OM, {"estimator": "WLSMV", "group_equal": ("thresholds", "loadings")}
    ),
    "bfi_acn_ml_missing_fiml_6": ("acn", OM + "\nconsc =~ C1 + C2 + C3 + C4 + C5", {"missing": "fiml"}),
    **{
        f"hs_school_{estimator.lower()}_{step}": ("school", HS, {"estimator": estimator, "group_equal": equal})
        for estimator in ("ML", "MLR")
        for step, equal in EQUAL.items()
    },
}  # fmt: skip
SCS_ITEMS = [f"Q{n}" for n in range(1, 11)]
SCS_ONE = "scs =~ " + " + ".join(SCS_ITEMS)
SCS_CASES: dict[str, tuple[str, dict[str, Any]]] = {
    "scs_odd_cfa1_ml": (SCS_ONE, {}),
    "scs_odd_cfa1_mlr": (SCS_ONE, {"estimator": "MLR"}),
    "scs_odd_cfa1_fiml": (SCS_ONE, {"missing": "fiml"}),
    "scs_odd_cfa1_wlsmv": (SCS_ONE, {"estimator": "WLSMV"}),
    "scs_odd_cfa2_wlsmv": ("interfere =~ Q1+Q2+Q3+Q4+Q7\ncontrol =~ Q5+Q6+Q8+Q9+Q10", {"estimator": "WLSMV"}),
}
Answers = tuple[list[np.ndarray], list[str]]
Load = Callable[[str], dict[str, Any]]


@pytest.fixture(scope="module")
def answers(golden_folder: Path) -> Callable[[str], Answers]:
    """A function from the name of a data set to its groups of answers and item names."""

    @cache
    def of(name: str) -> Answers:
        folder = golden_folder / "cfa"
        if name in ("hs", "hsmiss", "school"):
            frame = pd.read_csv(folder / ("hs1939_missing.csv" if name == "hsmiss" else "hs1939.csv"))
            groups = [g for _, g in frame.groupby("school", sort=False)] if name == "school" else [frame]
            return [group[X].to_numpy(dtype=float) for group in groups], X
        frame = pd.read_csv(folder / "bfi_acn.csv")
        if name == "acn":
            return [frame[ACN].to_numpy(dtype=float)], ACN
        frame = frame.dropna(subset=[*AN, "gender"])
        groups = [frame.loc[frame["gender"] == code] for code in (1, 2)] if name == "gender" else [frame]
        return [group[AN].to_numpy(dtype=float) for group in groups], AN

    return of


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
        complete = np.array([reference["std.all"][i] for i in found], dtype=float)
        np.testing.assert_allclose(standardised(fit).estimates * sign, complete, atol=ESTIMATE)
    compare_fit(fit, value["fit"])


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
    for suffix, own in (("", measures.rmsea), (".scaled", measures.rmsea_scaled), (".robust", measures.rmsea_robust)):
        if reference.get(f"rmsea{suffix}") is not None:
            assert own.value == pytest.approx(reference[f"rmsea{suffix}"], abs=INDEX)
            assert own.low == pytest.approx(reference[f"rmsea.ci.lower{suffix}"], abs=INTERVAL)
            assert own.high == pytest.approx(reference[f"rmsea.ci.upper{suffix}"], abs=INTERVAL)
            assert own.close_p == pytest.approx(reference[f"rmsea.pvalue{suffix}"], abs=INDEX)


@pytest.mark.parametrize("name", CASES)
def test_models(name: str, answers: Callable[[str], Answers], load_golden: Load) -> None:
    data, syntax, options = CASES[name]
    groups, items = answers(data)
    fit = fit_factor_model(groups, items, syntax, **options)
    value = load_golden("cfa")[name]["value"]
    compare(fit, value)
    assert sum(sample.n for sample in fit.samples) == np.sum(value["nobs"])


def test_baseline(answers: Callable[[str], Answers], load_golden: Load) -> None:
    value = load_golden("cfa")["hs_baseline"]["value"]
    (values,), items = answers("hs")
    measures = fit_measures(fit_factor_model(values, items, HS))
    assert measures.baseline_chi_squared == pytest.approx(value["baseline.chisq"], rel=1e-10)
    assert measures.baseline_df == value["baseline.df"]


@pytest.mark.parametrize("name", SCS_CASES)
def test_scs_models(name: str, golden_folder: Path, load_golden: Load) -> None:
    frame = pd.read_csv(golden_folder / "scs" / "scs_data.csv").iloc[::2][SCS_ITEMS].replace(0, np.nan)
    syntax, options = SCS_CASES[name]
    fit = fit_factor_model(frame.to_numpy(dtype=float), SCS_ITEMS, syntax, **options)
    compare(fit, load_golden("scs")[name]["value"])


def test_scores_indices_and_residuals(answers: Callable[[str], Answers], load_golden: Load) -> None:
    reference = load_golden("cfa")["hs_ml_extra"]["value"]
    (values,), items = answers("hs")
    fit = fit_factor_model(values, items, HS)
    matrices = fit.structures[0].matrices(fit.minimum.parameters)
    np.testing.assert_allclose(matrices.covariance, reference["implied_cov"]["data"], atol=ESTIMATE)

    def correlation(matrix: np.ndarray) -> np.ndarray:
        return matrix / np.sqrt(np.outer(np.diag(matrix), np.diag(matrix)))

    residual = correlation(fit.samples[0].covariance) - correlation(matrices.covariance)
    np.testing.assert_allclose(residual, reference["resid_cor"]["data"], atol=ESTIMATE)
    np.testing.assert_allclose(factor_scores(fit, values)[:20], reference["fscores20"]["data"], atol=ESTIMATE)
    largest = sorted(modification_indices(fit), key=lambda one: -one.index)[:10]
    theirs = reference["mi"]
    assert [(o.lhs, o.op, o.rhs) for o in largest] == list(zip(theirs["lhs"], theirs["op"], theirs["rhs"], strict=True))
    np.testing.assert_allclose([o.index for o in largest], theirs["mi"], rtol=ESTIMATE)
    np.testing.assert_allclose([o.change for o in largest], theirs["epc"], rtol=ESTIMATE)
    share = 1 - np.diag(matrices.residuals) / np.diag(matrices.covariance)
    np.testing.assert_allclose(share, list(reference["r2"].values()), atol=ESTIMATE)
    np.testing.assert_allclose(correlation(matrices.factors), reference["lv_cor"]["data"], atol=ESTIMATE)


def test_reliability_and_validity(answers: Callable[[str], Answers], load_golden: Load) -> None:
    golden = load_golden("cfa")
    (values,), items = answers("hs")
    fit = fit_factor_model(values, items, HS)
    reference = golden["hs_reliability_semTools"]["value"]
    table = dict(zip(reference["rownames"], reference["data"], strict=True))
    shares = factor_shares(fit)
    np.testing.assert_allclose([share.omega for share in shares], table["omega"], atol=ESTIMATE)
    np.testing.assert_allclose([share.average_variance for share in shares], table["avevar"], atol=ESTIMATE)
    blocks = {name: tuple(range(3 * i, 3 * i + 3)) for i, name in enumerate(("visual", "textual", "speed"))}
    ratios = htmt(np.corrcoef(values.T), blocks)
    np.testing.assert_allclose(ratios, golden["hs_htmt"]["value"]["data"], atol=1e-9)
    (ordinal,), names = answers("an")
    one = fit_factor_model(ordinal, names, "agree =~ A1 + A2 + A3 + A4 + A5", estimator="WLSMV")
    reference = golden["bfi_agree_ordinal_omega"]["value"]
    table = dict(zip(reference["rownames"], reference["data"], strict=True))
    assert factor_shares(one)[0].average_variance == pytest.approx(table["avevar"][0], abs=ESTIMATE)


def test_thresholds_and_asymptotic_covariance(answers: Callable[[str], Answers], load_golden: Load) -> None:
    reference = load_golden("cfa")["bfi_an_wlsmv_thresholds_polychoric"]["value"]
    (values,), items = answers("an")
    sample = fit_factor_model(values, items, OM, estimator="WLSMV").samples[0]
    np.testing.assert_allclose(sample.thresholds, list(reference["th"].values()), atol=1e-6)
    np.testing.assert_allclose(sample.covariance, reference["polychoric"]["data"], atol=ESTIMATE)
    assert sample.asymptotic is not None
    np.testing.assert_allclose(np.diag(sample.asymptotic), reference["gamma_diag"], rtol=ESTIMATE)


STANDARDISED_SE = {
    "visual": (0.0549727, 0.0596191, 0.0551393),
    "textual": (0.0225431, 0.0223412, 0.0233552),
    "speed": (0.0531549, 0.0505306, 0.0510943),
}
"""standardizedSolution(hs_ml)$se of the loadings, from factor_models.R."""


def test_standard_errors_of_standardised_loadings(answers: Callable[[str], Answers]) -> None:
    (values,), items = answers("hs")
    fit = fit_factor_model(values, items, HS)
    errors = standardised(fit).std_errors[:9]
    expected: Sequence[float] = [value for factor in STANDARDISED_SE.values() for value in factor]
    np.testing.assert_allclose(errors, expected, rtol=SE)
