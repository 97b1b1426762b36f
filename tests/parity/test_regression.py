"""Linear and logistic regression against R: lm, glm, car, sandwich."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from osa_survey.analysis import margins, regress
from osa_survey.results import Result

LEAST_SQUARES = 1e-9
"""Relative: both solve the normal equations by QR in double precision (README of the golden folder)."""
TAIL = 200
"""A p value's relative error is about z² times that of z; the largest z here is near 14."""
SMALL_P = LEAST_SQUARES * TAIL
ITERATED = 1e-6
"""Relative: R stops iterating when the deviance changes by less than 1e-8 of itself; slopes near zero lose digits."""
RANK_ONE = 1e-6
"""Absolute, of the sr² near 1e-6 that R takes as the difference of two R² of .04."""

MAIN = ["rate_marriage", "age", "yrs_married", "children", "religious", "educ"]

Golden = Callable[[str], dict[str, Any]]


@pytest.fixture(scope="module")
def fair(golden_folder: Path) -> pd.DataFrame:
    return _read(golden_folder / "regression" / "fair_every3.csv")


def _read(path: Path) -> pd.DataFrame:
    data = pd.read_csv(path)
    text = data["occupation"].astype(int).astype(str)
    data["occupation"] = pd.Categorical(text, categories=sorted(text.unique()))
    return data


def _table(result: Result, quantity: str, names: list[str], column: str, level: str = "") -> list[float]:
    return [float(result.pick(quantity, term=name, level=level)[column]) for name in names]


def _ours(name: str) -> str:
    if name == "(Intercept)":
        return "intercept"
    if name.startswith("factor(occupation)"):
        return f"occupation[{name.removeprefix('factor(occupation)')}]"
    return {"I(age^2)": "I(age ** 2)"}.get(name, name)


def _same_coefficients(result: Result, expected: dict[str, Any], tolerance: float) -> None:
    names = [_ours(name) for name in expected["rownames"]]
    found = np.array([_table(result, "b", names, column) for column in ("estimate", "std_error", "statistic")]).T
    np.testing.assert_allclose(found, np.array(expected["data"])[:, :3], rtol=tolerance)
    p = [row[3] for row in expected["data"]]
    np.testing.assert_allclose(_table(result, "b", names, "p_value"), p, rtol=tolerance * TAIL)


def test_main_model(fair: pd.DataFrame, load_golden: Golden) -> None:
    expected = load_golden("regression")["ols_main"]["value"]
    result = regress(fair, "affairs", [MAIN])
    _same_coefficients(result, expected["coef"], LEAST_SQUARES)
    names = ["intercept", *MAIN]
    limits = np.array([_table(result, "b", names, "conf_low"), _table(result, "b", names, "conf_high")]).T
    np.testing.assert_allclose(limits, expected["ci"]["data"], rtol=LEAST_SQUARES)
    beta = [expected["std_beta"][name] for name in MAIN]
    np.testing.assert_allclose(_table(result, "beta", MAIN, "estimate"), beta, rtol=LEAST_SQUARES)
    loss = [expected["semipartial_r2"][name] for name in MAIN]
    np.testing.assert_allclose(_table(result, "semipartial_r2", MAIN, "estimate"), loss, rtol=RANK_ONE, atol=1e-12)
    inflation = [expected["vif"][name] for name in MAIN]
    np.testing.assert_allclose(
        _table(result.more["predictors"], "vif", MAIN, "estimate"), inflation, rtol=LEAST_SQUARES
    )
    fit = result.more["fit"]
    for quantity, key in (
        ("r2", "r2"),
        ("adjusted_r2", "adj_r2"),
        ("residual_sd", "sigma"),
        ("log_likelihood", "logLik"),
        ("aic", "AIC"),
        ("bic", "BIC"),
    ):
        assert fit.pick(quantity)["estimate"] == pytest.approx(expected[key], rel=LEAST_SQUARES), quantity
    test = fit.pick("model_test")
    assert test["statistic"] == pytest.approx(expected["f"]["value"], rel=LEAST_SQUARES)
    assert (test["df1"], test["df2"]) == (expected["f"]["numdf"], expected["f"]["dendf"])
    assert test["p_value"] == pytest.approx(expected["f_p"], rel=SMALL_P)
    assert result.n_used == expected["nobs"]


def test_hc3_errors(fair: pd.DataFrame, load_golden: Golden) -> None:
    expected = load_golden("regression")["ols_main"]["value"]["hc3_test"]
    _same_coefficients(regress(fair, "affairs", [MAIN], errors="HC3"), expected, LEAST_SQUARES)


def test_hc3_errors_of_a_logistic_model(fair: pd.DataFrame, load_golden: Golden) -> None:
    expected = load_golden("regression")["logit"]["value"]["hc3"]
    result = regress(fair, "any_affair", [MAIN], model="logistic", errors="HC3")
    names = ["intercept", *MAIN]
    found = _table(result, "b", names, "std_error")
    np.testing.assert_allclose(found, list(expected.values()), rtol=ITERATED)


def test_nominal_predictor(fair: pd.DataFrame, load_golden: Golden) -> None:
    expected = load_golden("regression")["ols_factor"]["value"]
    names = ["rate_marriage", "age", "religious", "occupation"]
    result = regress(fair, "affairs", [names])
    _same_coefficients(result, expected["coef"], LEAST_SQUARES)
    predictors = result.more["predictors"]
    inflation = [row[0] for row in expected["gvif"]["data"]]
    np.testing.assert_allclose(_table(predictors, "vif", names, "estimate"), inflation, rtol=LEAST_SQUARES)
    tests = expected["anova2"]["F value"][:4]
    np.testing.assert_allclose(_table(predictors, "block_test", names, "statistic"), tests, rtol=LEAST_SQUARES)
    whole = expected["anova2"]["Pr(>F)"][:4]
    np.testing.assert_allclose(_table(predictors, "block_test", names, "p_value"), whole, rtol=SMALL_P)


def test_formula_with_power_and_product(fair: pd.DataFrame, load_golden: Golden) -> None:
    expected = load_golden("regression")["ols_poly_interaction"]["value"]
    result = regress(fair, formula="affairs ~ age * religious + I(age^2)")
    _same_coefficients(result, expected["coef"], LEAST_SQUARES * 10)  # age and its square are nearly collinear


def test_all_rows(golden_folder: Path, load_golden: Golden) -> None:
    expected = load_golden("regression")["ols_full6366"]["value"]
    result = regress(_read(golden_folder / "regression" / "fair.csv"), "affairs", MAIN)
    _same_coefficients(result, expected["coef"], LEAST_SQUARES)
    assert result.n_used == expected["nobs"] == 6227


def test_hierarchical_blocks(fair: pd.DataFrame, load_golden: Golden) -> None:
    expected = load_golden("regression")["hierarchical"]["value"]
    result = regress(fair, "affairs", [["age", "educ"], ["religious", "yrs_married"], ["rate_marriage"]])
    blocks = result.more["blocks"]
    r2 = [blocks.pick("r2", level=f"block {k}")["estimate"] for k in (1, 2, 3)]
    np.testing.assert_allclose(r2, expected["r2"], rtol=LEAST_SQUARES)
    for k, (change, size) in enumerate(zip(expected["f_change"], expected["delta_r2"], strict=True), start=2):
        row = blocks.pick("delta_r2", level=f"block {k}")
        assert row["estimate"] == pytest.approx(size, rel=LEAST_SQUARES)
        assert row["statistic"] == pytest.approx(change["F"], rel=LEAST_SQUARES * 10)
        assert (row["df1"], row["df2"]) == (change["df1"], change["df2"])
        assert row["p_value"] == pytest.approx(change["p"], rel=SMALL_P)


def test_hierarchical_logistic_blocks(fair: pd.DataFrame, load_golden: Golden) -> None:
    expected = load_golden("regression")["hierarchical_logit"]["value"]
    result = regress(fair, "any_affair", [["age", "educ"], ["religious", "rate_marriage"]], model="logistic")
    row = result.more["blocks"].pick("block_test", level="block 2")
    assert row["statistic"] == pytest.approx(expected["Deviance"][1], rel=ITERATED)
    assert row["df1"] == expected["Df"][1]
    assert row["p_value"] == pytest.approx(expected["Pr(>Chi)"][1], rel=ITERATED)


def test_logistic_model(fair: pd.DataFrame, load_golden: Golden) -> None:
    expected = load_golden("regression")["logit"]["value"]
    result = regress(fair, "any_affair", [MAIN], model="logistic")
    _same_coefficients(result, expected["coef"], ITERATED)
    limits = np.array([_table(result, "b", MAIN, "conf_low"), _table(result, "b", MAIN, "conf_high")]).T
    np.testing.assert_allclose(limits, expected["ci_wald"]["data"][1:], rtol=ITERATED)
    odds = [expected["exp_coef"][name] for name in MAIN]
    np.testing.assert_allclose(_table(result, "odds_ratio", MAIN, "estimate"), odds, rtol=ITERATED)
    low = [math.exp(row[0]) for row in expected["ci_wald"]["data"][1:]]
    np.testing.assert_allclose(_table(result, "odds_ratio", MAIN, "conf_low"), low, rtol=ITERATED)
    fit = result.more["fit"]
    for quantity, key in (
        ("log_likelihood", "logLik"),
        ("aic", "AIC"),
        ("bic", "BIC"),
        ("mcfadden_r2", "mcfadden"),
        ("cox_snell_r2", "cox_snell"),
        ("nagelkerke_r2", "nagelkerke"),
    ):
        assert fit.pick(quantity)["estimate"] == pytest.approx(expected[key], rel=ITERATED), quantity
    assert fit.pick("model_test")["statistic"] == pytest.approx(expected["lr_chi2"], rel=ITERATED)
    assert fit.pick("model_test")["p_value"] == pytest.approx(expected["lr_p"], rel=ITERATED)


def test_logistic_model_with_a_nominal_predictor(fair: pd.DataFrame, load_golden: Golden) -> None:
    expected = load_golden("regression")["logit_factor"]["value"]
    result = regress(fair, "any_affair", [["rate_marriage", "religious", "occupation"]], model="logistic")
    _same_coefficients(result, expected["coef"], ITERATED)
    assert result.more["fit"].pick("aic")["estimate"] == pytest.approx(expected["AIC"], rel=ITERATED)


def test_cluster_robust_errors(fair: pd.DataFrame, load_golden: Golden) -> None:
    expected = load_golden("regression")["cluster_robust"]["value"]
    result = regress(fair, "affairs", [["rate_marriage", "age"]], errors="cluster", cluster="occupation")
    names = ["(Intercept)", "rate_marriage", "age"]
    errors = [expected[f"CR1.{name}"] for name in names]
    np.testing.assert_allclose(_table(result, "b", [_ours(n) for n in names], "std_error"), errors, rtol=LEAST_SQUARES)
    assert result.pick("b", term="age")["df1"] == 5  # six occupations


def test_average_marginal_effects(fair: pd.DataFrame, load_golden: Golden) -> None:
    """R: mean of p(1 − p) times the coefficient."""
    expected = load_golden("regression")["logit"]["value"]["ame"]
    result = margins(fair, "any_affair", [MAIN], model="logistic", slope=MAIN)
    found = [float(result.pick("average_slope", term=name)["estimate"]) for name in MAIN]
    np.testing.assert_allclose(found, [expected[name] for name in MAIN], rtol=ITERATED)


def test_adjusted_means_and_contrasts_of_emmeans(fair: pd.DataFrame, load_golden: Golden) -> None:
    expected = load_golden("regression")["emmeans_ancova"]["value"]
    data = fair.assign(occ_f=fair["occupation"])
    means, pairs = expected["emm"], expected["bonf"]
    asked = {"outcome": "affairs", "blocks": [["occ_f", "age", "religious"]], "contrast": "occ_f"}
    for reference in means["occ_f"]:
        result = margins(data, **asked, others="typical", references={"occ_f": reference})
        for name, *numbers in zip(means["occ_f"], means["emmean"], means["SE"], means["lower.CL"], means["upper.CL"],
                                  strict=True):  # fmt: skip
            row = result.pick("prediction", term=f"occ_f[{name}]")
            found = [row[column] for column in ("estimate", "std_error", "conf_low", "conf_high")]
            np.testing.assert_allclose(found, numbers, rtol=LEAST_SQUARES * 10)
        for name, number, error, t in zip(pairs["contrast"], pairs["estimate"], pairs["SE"], pairs["t.ratio"],
                                          strict=True):  # fmt: skip
            first, second = name.split(" - occ_f")
            if first != f"occ_f{reference}":
                continue
            row = result.pick("prediction_difference", contrast=f"occ_f[{second}] − occ_f[{reference}]")
            # absolute: a difference of 2e-4 between means near 0.65 keeps four digits fewer
            np.testing.assert_allclose([-row["estimate"], row["std_error"], -row["statistic"]], [number, error, t],
                                       rtol=LEAST_SQUARES * 10, atol=1e-11)  # fmt: skip
            assert row["df1"] == pairs["df"][0]
