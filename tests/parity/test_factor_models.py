"""Factor models against lavaan 0.6-14 and semTools 0.5-6 (see factor_models.R)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from osa_survey.psychometrics.confirmatory import (
    factor_scores,
    fit_factor_model,
    fit_measures,
    modification_indices,
    standardised,
)
from osa_survey.psychometrics.confirmatory.validity import factor_shares, htmt
from tests.parity.model_comparisons import ESTIMATE, SE, compare

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
