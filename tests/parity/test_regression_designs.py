"""Regressions under weights, replicate weights and imputation against R: survey, mice, MASS, pscl, ordinal, nnet."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from osa_survey.analysis import regress
from osa_survey.dataset.imputed import ImputedData
from osa_survey.results import Result
from osa_survey.weighting import replicated_design, survey_design
from tests.made_up_regressions import as_imputed

LEAST_SQUARES = 1e-9
"""Relative: sums and normal equations in double precision (README of the golden folder)."""
ITERATED = 1e-6
"""Relative: R stops iterating when the deviance changes by less than 1e-8 of itself."""
POLR = 1e-3
"""Relative: svyolr stops early; what it reached is less likely than ours (tests of the likelihoods)."""
STEP_BEFORE = 1e-3
"""Relative: glm takes its standard errors from the weights of the step before the last; 25 people are few."""
Golden = Callable[[str], dict[str, Any]]
ORDER = ["(Intercept)", "ell", "meals"]
TERMS = ["intercept", "ell", "meals"]


def _api(folder: Path, name: str) -> pd.DataFrame:
    data = pd.read_csv(folder / "weights" / f"{name}.csv")
    for text in ("stype", "sch.wide", "awards"):
        data[text] = pd.Categorical(data[text])
    return data


PLANS: dict[str, tuple[str, dict[str, Any]]] = {
    "strat_fpc": ("apistrat", {"strata": "stype", "fpc": "fpc"}),
    "strat_nofpc": ("apistrat", {"strata": "stype"}),
    "clus1": ("apiclus1", {"clusters": "dnum", "fpc": "fpc"}),
    "weights_only": ("apisrs", {}),
}


def _same(result: Result, expected: dict[str, Any], tolerance: float, terms: list[str] = TERMS) -> None:
    table = np.array(expected["coef"]["data"])
    for column, number in (("estimate", 0), ("std_error", 1), ("statistic", 2)):
        found = [float(result.pick("b", term=term)[column]) for term in terms]
        np.testing.assert_allclose(found, table[:, number], rtol=tolerance, err_msg=column)
    assert float(result.pick("b", term=terms[1])["df1"]) == expected["df_residual"]
    found = [float(result.pick("b", term=term)["p_value"]) for term in terms[1:]]
    np.testing.assert_allclose(found, table[1:, 3], rtol=tolerance * 200)


@pytest.mark.parametrize("name", PLANS)
def test_weighted_linear_model(name: str, golden_folder: Path, load_golden: Golden) -> None:
    file, plan = PLANS[name]
    data = _api(golden_folder, file)
    design = survey_design(data, sample="probability", weights="pw", **plan)
    results = load_golden("weights")
    result = regress(data, "api00", [["ell", "meals"]], design=design)
    _same(result, results[f"{name}_glm_gauss"]["value"], LEAST_SQUARES)
    test = results[f"{name}_glm_wald"]["value"]
    row = result.more["predictors"].pick("block_test", term="ell")
    assert row["statistic"] == pytest.approx(test["F"]["data"][0][0], rel=LEAST_SQUARES)
    assert (row["df1"], row["df2"]) == (test["df"], test["ddf"])
    assert row["p_value"] == pytest.approx(test["p"]["data"][0][0], rel=LEAST_SQUARES * 100)


@pytest.mark.parametrize("name", PLANS)
def test_weighted_logistic_model(name: str, golden_folder: Path, load_golden: Golden) -> None:
    file, plan = PLANS[name]
    data = _api(golden_folder, file)
    design = survey_design(data, sample="probability", weights="pw", **plan)
    expected = load_golden("weights")[f"{name}_glm_logit"]
    result = regress(data, "sch.wide", [["ell", "meals"]], model="logit", event="Yes", design=design)
    _same(result, expected["value"], ITERATED)


def test_jackknife(golden_folder: Path, load_golden: Golden) -> None:
    data = _api(golden_folder, "apiclus1")
    plan = survey_design(data, sample="probability", weights="pw", clusters="dnum")
    expected = load_golden("weights")["jk1_clus1"]["value"]["glm"]
    result = regress(data, "api00", [["ell", "meals"]], design=replicated_design(plan, "JK1"))
    _same(result, expected, LEAST_SQUARES)
    assert "JK1" in result.method


def test_ordinal_model_under_strata(golden_folder: Path, load_golden: Golden) -> None:
    data = _api(golden_folder, "apistrat")
    labels = ["low", "middle", "high", "top"]
    data["band"] = pd.cut(data["api00"], [0, 550, 650, 750, 1000], labels=labels, ordered=True)
    design = survey_design(data, sample="probability", weights="pw", strata="stype")
    expected = load_golden("weights")["olr_strat"]["value"]
    result = regress(data, "band", [["ell", "meals"]], model="ordinal_logit", design=design)
    for term in ("ell", "meals"):
        assert result.pick("b", term=term)["estimate"] == pytest.approx(expected["coef"][term], rel=POLR)
    for name, ours in (("1|2", "low|middle"), ("2|3", "middle|high"), ("3|4", "high|top")):
        row = result.pick("threshold", term=f"threshold {ours}")
        assert row["estimate"] == pytest.approx(expected["zeta"][name], rel=POLR)
    errors = np.sqrt(np.diag(np.array(expected["vcov"]["data"])))
    assert result.pick("b", term="ell")["std_error"] == pytest.approx(errors[0], rel=POLR)


def test_poisson_model_under_strata(golden_folder: Path, load_golden: Golden) -> None:
    data = _api(golden_folder, "apistrat")
    design = survey_design(data, sample="probability", weights="pw", strata="stype")
    expected = load_golden("weights")["poisson_strat"]["value"]
    result = regress(data, "enroll", [["ell", "meals"]], model="poisson", design=design)
    _same(result, expected, ITERATED)


@pytest.fixture(scope="module")
def nhanes(golden_folder: Path) -> ImputedData:
    data = pd.read_csv(golden_folder / "mi" / "nhanes_imputed_m5.csv")
    sets = [group.drop(columns=["imp", "row"]).reset_index(drop=True) for _, group in data.groupby("imp")]
    return as_imputed(sets[0], sets[1:])


def _same_pooled(result: Result, expected: dict[str, Any], names: list[str], tolerance: float) -> None:
    pooled, summary = expected["pooled"], expected["summary"]
    for column, values in (("estimate", pooled["estimate"]), ("std_error", summary["std.error"]), ("df1", pooled["df"]),
                           ("p_value", summary["p.value"])):  # fmt: skip
        found = [float(result.pick("b", term=name)[column]) for name in names]
        np.testing.assert_allclose(found, values, rtol=tolerance, err_msg=column)
    found = [float(result.pick("fmi", term=name)["estimate"]) for name in names]
    np.testing.assert_allclose(found, pooled["fmi"], rtol=tolerance)


def test_pooled_linear_model(nhanes: ImputedData, load_golden: Golden) -> None:
    golden = load_golden("mi")
    result = regress(nhanes, "chl", [["age", "bmi"]])
    _same_pooled(result, golden["nhanes_m5_lm_pool"]["value"], ["intercept", "age", "bmi"], LEAST_SQUARES)
    for quantity, name in (("r2", "nhanes_m5_lm_pool_r2"), ("adjusted_r2", "nhanes_m5_lm_pool_r2adj")):
        expected = golden[name]["value"]["data"][0][0]
        assert result.more["fit"].pick(quantity)["estimate"] == pytest.approx(expected, rel=LEAST_SQUARES)


def test_pooled_change_test_is_d1(nhanes: ImputedData, load_golden: Golden) -> None:
    expected = load_golden("mi")["nhanes_m5_lm_D1"]["value"]["result"]["data"][0]
    result = regress(nhanes, "chl", [["age"], ["bmi", "hyp"]])
    row = result.more["blocks"].pick("delta_r2", level="block 2")
    found = [row["statistic"], row["df1"], row["df2"], row["p_value"]]
    np.testing.assert_allclose(found[:2], expected[:2], rtol=1e-8)
    assert "D1" in row["method"]


def test_pooled_logistic_model(nhanes: ImputedData, load_golden: Golden) -> None:
    # mice takes the residual degrees of freedom of glm as those of the complete data; a logistic model has z tests
    # without missing answers, so that our degrees of freedom are those of Rubin (1987).
    expected = load_golden("mi")["nhanes_m5_logit_pool"]["value"]["pooled"]
    result = regress(nhanes, "hyp", [["age", "bmi"]], model="logit", event=2.0)
    names = ["intercept", "age", "bmi"]
    found = [float(result.pick("b", term=name)["estimate"]) for name in names]
    np.testing.assert_allclose(found, expected["estimate"], rtol=ITERATED)
    errors = [float(result.pick("b", term=name)["std_error"]) for name in names]
    np.testing.assert_allclose(errors, np.sqrt(expected["t"]), rtol=STEP_BEFORE)
    rubin = [4 / share**2 for share in expected["lambda"]]
    np.testing.assert_allclose([float(result.pick("b", term=name)["df1"]) for name in names], rubin, rtol=STEP_BEFORE)


@pytest.fixture(scope="module")
def fair(golden_folder: Path) -> pd.DataFrame:
    data = pd.read_csv(golden_folder / "regression" / "fair_every3.csv")
    data["rate_f"] = pd.Categorical(data["rate_marriage"], ordered=True)
    return data


def test_poisson_and_probit(fair: pd.DataFrame, load_golden: Golden) -> None:
    # R takes the expected information of a probit model, so that only its estimates are compared.
    golden = load_golden("regression")
    for model, outcome, predictors, columns in (
        ("probit", "any_affair", ["rate_marriage", "age", "religious"], ("estimate",)),
        ("poisson", "n_affairs", ["rate_marriage", "age", "yrs_married", "religious"], ("estimate", "std_error")),
    ):
        expected = golden[model]["value"]
        table = np.array(expected.get("coef", expected)["data"])
        result = regress(fair, outcome, [predictors], model=model)  # type: ignore[arg-type]
        for number, column in enumerate(columns):
            found = [float(result.pick("b", term=term)[column]) for term in ["intercept", *predictors]]
            np.testing.assert_allclose(found, table[:, number], rtol=ITERATED, err_msg=model)
