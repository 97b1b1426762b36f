"""What stands beside stored regressions in R's output: tests of terms, fit, slopes, contrasts, mediation."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest

from osa_survey.analysis import margins, mediate, regress, simple_slopes
from osa_survey.analysis.multiplicity import adjusted_p_values
from osa_survey.analysis.studentised_ranges import StudentisedRange
from osa_survey.effects.roc_areas import roc_areas
from osa_survey.models import (
    BinaryLogit,
    NegativeBinomial,
    Poisson,
    likelihood_ratio,
)
from osa_survey.models.residual_checks import pearson_dispersion, shapiro_wilk
from tests.parity.golden_records import Values
from tests.parity.golden_regressions import (
    CHANCE,
    ITERATED,
    LEAST_SQUARES,
    LOGIT_STEP,
    MAIN,
    NEARLY_COLLINEAR,
    column_of,
    matrix_of,
)

RESAMPLED = 0.03
"""Share of an interval's width: bootstrap intervals are random (note of the golden file)."""


@pytest.fixture(scope="module")
def golden(load_golden: Callable[[str], dict[str, Any]]) -> Values:
    return Values(load_golden("regression"))


def test_tests_of_predictors_and_of_residuals(golden: Values, fair: pd.DataFrame) -> None:
    expected = golden["ols_main"]
    result = regress(fair, "affairs", [MAIN])
    anova = expected["anova2"]
    variance = result.more["fit"].pick("residual_sd")["estimate"] ** 2
    for place, name in enumerate(MAIN):
        row = result.more["predictors"].pick("block_test", term=name)
        assert row["statistic"] == pytest.approx(anova["F value"][place], rel=NEARLY_COLLINEAR)
        assert row["p_value"] == pytest.approx(anova["Pr(>F)"][place], rel=CHANCE)
        assert row["df1"] == anova["Df"][place]
        assert row["statistic"] * row["df1"] * variance == pytest.approx(anova["Sum Sq"][place], rel=NEARLY_COLLINEAR)
    assert variance * row["df2"] == pytest.approx(anova["Sum Sq"][-1], rel=LEAST_SQUARES)
    X = matrix_of(fair, ["(Intercept)", *MAIN])
    assert shapiro_wilk(fair["affairs"].to_numpy(), X)[1] == pytest.approx(expected["shapiro"]["p"], rel=1e-3)


def test_tests_of_a_nominal_predictor(golden: Values, fair: pd.DataFrame) -> None:
    expected = golden["ols_factor"]
    names = ["rate_marriage", "age", "religious", "occupation"]
    data = fair.assign(occupation=pd.Categorical(fair["occupation"].astype(int).astype(str)))
    result = regress(data, "affairs", [names])
    fit, predictors = result.more["fit"], result.more["predictors"]
    assert fit.pick("r2")["estimate"] == pytest.approx(expected["r2"], rel=LEAST_SQUARES)
    variance = fit.pick("residual_sd")["estimate"] ** 2
    # without interactions the sums of squares of types II and III are the same; type III has the intercept first
    second, third = expected["anova2"], expected["anova3_sum"]
    for place, name in enumerate(names):
        row = predictors.pick("block_test", term=name)
        assert [row["df1"]] * 2 == [second["Df"][place], third["Df"][place + 1]]
        ours = [row["statistic"], row["statistic"] * row["df1"] * variance, row["p_value"]]
        for key, value, tolerance in (("F value", ours[0], NEARLY_COLLINEAR), ("Sum Sq", ours[1], NEARLY_COLLINEAR),
                                      ("Pr(>F)", ours[2], CHANCE)):  # fmt: skip
            assert value == pytest.approx(third[key][place + 1], rel=tolerance), (name, key)
        assert ours[1] == pytest.approx(second["Sum Sq"][place], rel=NEARLY_COLLINEAR)


def test_deviances_and_fit_of_the_logistic_model(golden: Values, fair: pd.DataFrame) -> None:
    expected = golden["logit"]
    result = regress(fair, "any_affair", [MAIN], model="logistic")
    log_likelihood = result.more["fit"].pick("log_likelihood")["estimate"]
    test = result.more["fit"].pick("model_test")["statistic"]
    assert -2 * log_likelihood == pytest.approx(expected["deviance"], rel=LEAST_SQUARES)
    assert test - 2 * log_likelihood == pytest.approx(expected["null_deviance"], rel=LEAST_SQUARES)
    X, y = matrix_of(fair, ["(Intercept)", *MAIN]), fair["any_affair"].to_numpy()
    fit = BinaryLogit().fit(y, X)
    p = fit.family.expected(fit.parameters, X)[:, -1]
    assert roc_areas(p[:, None], y == 1).areas[0] == pytest.approx(expected["auc"], rel=ITERATED)
    assert np.exp(result.pick("b", term="intercept")["estimate"]) == pytest.approx(
        expected["exp_coef"]["(Intercept)"], rel=ITERATED
    )
    anova = expected["anova_LR"]
    for place, name in enumerate(MAIN):
        row = result.more["predictors"].pick("block_test", term=name)
        less = BinaryLogit().fit(y, np.delete(X, place + 1, axis=1))
        ratio = 2 * (fit.log_likelihood - less.log_likelihood)
        assert ratio == pytest.approx(anova["LR Chisq"][place], rel=ITERATED)
        assert likelihood_ratio(less.log_likelihood, fit.log_likelihood, 1).p_value == pytest.approx(
            anova["Pr(>Chisq)"][place], rel=LOGIT_STEP
        )
        assert row["df1"] == anova["Df"][place]
    pearson = pearson_dispersion(y, p, p * (1 - p), X.shape[1]) * (len(y) - X.shape[1])
    assert pearson == pytest.approx(expected["pearson_chi2"], rel=ITERATED)
    assert expected["nobs"] == result.n_used


def test_poisson_in_print(golden: Values, fair: pd.DataFrame) -> None:
    expected = golden["poisson"]
    names = ["rate_marriage", "age", "yrs_married", "religious"]
    result = regress(fair, "n_affairs", [names], model="poisson")
    rows = [result.pick("b", term=name) for name in ["intercept", *names]]
    bounds = [[row["conf_low"], row["conf_high"]] for row in rows]
    np.testing.assert_allclose(bounds, expected["ci_wald"]["data"], rtol=LOGIT_STEP, atol=1e-7)
    ratios = [float(result.pick("rate_ratio", term=name)["estimate"]) for name in names]
    np.testing.assert_allclose(ratios, [expected["exp_coef"][name] for name in names], rtol=ITERATED)
    assert np.exp(rows[0]["estimate"]) == pytest.approx(expected["exp_coef"]["(Intercept)"], rel=ITERATED)
    fit = result.more["fit"]
    test = fit.pick("model_test")
    assert test["statistic"] == pytest.approx(expected["lr_chi2"], rel=LEAST_SQUARES)
    assert test["p_value"] == pytest.approx(expected["lr_p"], rel=CHANCE, abs=1e-300)
    for quantity, key in (("mcfadden_r2", "mcfadden"), ("cox_snell_r2", "cox_snell"),
                          ("nagelkerke_r2", "nagelkerke")):  # fmt: skip
        assert fit.pick(quantity)["estimate"] == pytest.approx(expected[key], rel=LEAST_SQUARES), quantity
    y, X = fair["n_affairs"].to_numpy(), matrix_of(fair, ["(Intercept)", *names])
    poisson = Poisson().fit(y, X)
    mean = poisson.family.expected(poisson.parameters, X)[:, 0]
    saturated = np.where(y > 0, y * np.log(np.where(y > 0, y, 1)) - y, 0.0).sum()
    fitted = (y * np.log(mean) - mean).sum()
    assert 2 * (saturated - fitted) == pytest.approx(expected["deviance"], rel=ITERATED)
    assert 2 * (saturated - fitted) + test["statistic"] == pytest.approx(expected["null_deviance"], rel=ITERATED)
    anova = expected["anova_LR"]
    for place in range(len(names)):
        less = Poisson().fit(y, np.delete(X, place + 1, axis=1))
        ratio = 2 * (poisson.log_likelihood - less.log_likelihood)
        # the difference of two deviances near 2e4
        assert ratio == pytest.approx(anova["LR Chisq"][place], rel=ITERATED, abs=1e-6)
        p = likelihood_ratio(less.log_likelihood, poisson.log_likelihood, 1).p_value
        assert (anova["Df"][place], p) == (1, pytest.approx(anova["Pr(>Chisq)"][place], rel=1e-4))  # of 700: ln p
    wider = NegativeBinomial().fit(y, X).log_likelihood - poisson.log_likelihood
    assert 2 * wider == pytest.approx(expected["odtest_lr"], rel=ITERATED)
    dispersion = pearson_dispersion(y, mean, mean, X.shape[1])
    assert dispersion * (len(y) - X.shape[1]) == pytest.approx(expected["pearson_chi2"], rel=ITERATED)


@pytest.mark.parametrize(
    ("name", "predictor", "moderator"),
    [("moderation", "rate_marriage", "religious"), ("moderation_centred", "rm_c", "rel_c")],
)
def test_moderation(name: str, predictor: str, moderator: str, golden: Values, fair: pd.DataFrame) -> None:
    expected = golden[name]
    data = fair.assign(rm_c=column_of(fair, "rm_c"), rel_c=column_of(fair, "rel_c"))
    simple = [predictor, moderator, "age", "educ"]
    blocks = regress(data, "affairs", [simple, [f"{predictor}:{moderator}"]]).more["blocks"]
    assert blocks.pick("r2", level="block 2")["estimate"] == pytest.approx(expected["r2"], rel=LEAST_SQUARES)
    rise = blocks.pick("delta_r2", level="block 2")["estimate"]
    assert rise == pytest.approx(expected["delta_r2_interaction"], rel=NEARLY_COLLINEAR)
    formula = [f"{predictor}*{moderator}", "age", "educ"]
    slopes = simple_slopes(data, "affairs", formula, predictor=predictor, moderator=moderator).table
    slopes = slopes.loc[slopes["quantity"] == "simple_slope"]
    trends = expected["emtrends"]
    np.testing.assert_allclose(slopes["level"].astype(float), trends[moderator], rtol=1e-5, atol=1e-5)
    np.testing.assert_allclose(slopes["conf_low"], trends["lower.CL"], rtol=CHANCE)
    np.testing.assert_allclose(slopes["conf_high"], trends["upper.CL"], rtol=CHANCE)
    np.testing.assert_allclose(slopes["p_value"], trends["p.value"], rtol=1e-5)  # emtrends takes slopes by differences


def test_contrasts_adjusted_by_holm(golden: Values, fair: pd.DataFrame) -> None:
    """All fifteen pairs of emmeans, with the p values of Tukey and of Holm, from one analysis of covariance."""
    expected = golden["emmeans_ancova"]
    names = expected["emm"]["occ_f"]
    data = fair.assign(occ_f=pd.Categorical(fair["occupation"].astype(int).astype(str), categories=names))
    plain, pairs = expected["pairs"], expected["bonf"]
    unadjusted = []
    for place, contrast in enumerate(pairs["contrast"]):
        first, second = contrast.removeprefix("occ_f").split(" - occ_f")
        result = margins(data, "affairs", [["occ_f", "age", "religious"]], contrast="occ_f", others="typical",
                         references={"occ_f": first})  # fmt: skip
        row = result.pick("prediction_difference", contrast=f"occ_f[{second}] − occ_f[{first}]")
        numbers = [-row["estimate"], row["std_error"], -row["statistic"], row["df1"]]
        theirs = [plain[key][place] for key in ("estimate", "SE", "t.ratio", "df")]
        np.testing.assert_allclose(numbers, theirs, rtol=NEARLY_COLLINEAR, atol=1e-11)
        unadjusted.append(row["p_value"])
    assert [expected["emm"]["df"][0]] == [plain["df"][0]]
    holm = adjusted_p_values(np.array(unadjusted), "holm")
    np.testing.assert_allclose(holm, pairs["p.value"], rtol=CHANCE)
    t, df = np.abs(np.array(plain["t.ratio"])), np.full(len(unadjusted), plain["df"][0])
    tukey = StudentisedRange(6).survival(t * np.sqrt(2), df)
    np.testing.assert_allclose(tukey, plain["p.value"], atol=ITERATED)  # R's ptukey (README of effects: 1e-6)


def test_mediation(golden: Values, fair: pd.DataFrame) -> None:
    expected = golden["mediation"]
    arguments: dict[str, Any] = {"x": "religious", "mediators": "rate_marriage", "y": "affairs",
                                 "covariates": ["age", "educ"]}  # fmt: skip
    result = mediate(fair, **arguments, interval="percentile", draws=5000)
    for quantity, key in (("indirect", "ab"), ("direct", "c_direct"), ("total", "c_total")):
        found = result.table.loc[result.table["quantity"] == quantity, "estimate"].iloc[0]
        assert found == pytest.approx(expected[key], rel=NEARLY_COLLINEAR), quantity
    paths = regress(fair, "rate_marriage", [["religious", "age", "educ"]]).pick("b", term="religious")
    ours = [paths["estimate"], paths["std_error"]]
    assert ours == pytest.approx([expected["a"], expected["se_a"]], rel=LEAST_SQUARES)
    second = regress(fair, "affairs", [["religious", "rate_marriage", "age", "educ"]]).pick("b", term="rate_marriage")
    ours = [second["estimate"], second["std_error"]]
    assert ours == pytest.approx([expected["b"], expected["se_b"]], rel=LEAST_SQUARES)
    row = result.table.loc[result.table["quantity"] == "indirect"].iloc[0]
    low, high = expected["boot_R5000"]["percentile"]
    assert [row["conf_low"], row["conf_high"]] == pytest.approx([low, high], abs=RESAMPLED * (high - low))
    assert row["std_error"] == pytest.approx(expected["boot_R5000"]["se"], rel=RESAMPLED)
    peer = expected["mediate_boot1000"]
    assert row["estimate"] == pytest.approx(peer["acme"], rel=NEARLY_COLLINEAR)
    assert result.pick("direct")["estimate"] == pytest.approx(peer["ade"], rel=NEARLY_COLLINEAR)
    assert result.pick("total")["estimate"] == pytest.approx(peer["total"], rel=NEARLY_COLLINEAR)
    standardised = result.table.loc[result.table["quantity"] == "indirect_standardised", "estimate"]
    assert standardised.iloc[0] == pytest.approx(expected["fully_standardised_ab"], rel=NEARLY_COLLINEAR)
