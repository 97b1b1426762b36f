"""Covariances, likelihoods and criteria of every stored regression, and what stands beside them in R's output."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy.stats import norm

from osa_survey.analysis import margins, mediate, regress, simple_slopes
from osa_survey.analysis.multiplicity import adjusted_p_values
from osa_survey.analysis.studentised_ranges import StudentisedRange
from osa_survey.effects.roc_areas import roc_areas
from osa_survey.models import (
    BinaryLogit,
    BinaryProbit,
    Fit,
    Hurdle,
    Linear,
    NegativeBinomial,
    OrdinalLogit,
    OrdinalProbit,
    Poisson,
    ZeroInflated,
    classical_covariance,
    information_criteria,
    inverse_information,
    likelihood_ratio,
)
from osa_survey.models.residual_checks import pearson_dispersion, shapiro_wilk
from tests.parity.golden_records import Values

LEAST_SQUARES = 1e-9
"""Relative: both solve the normal equations in double precision (README of the golden folder)."""
NEARLY_COLLINEAR = 1e-8
"""The same with age and its square, which lose a digit."""
ITERATED = 1e-6
"""Relative: R stops iterating when the deviance changes by less than 1e-8 of itself."""
LOGIT_STEP = 1e-5
"""Relative, of covariances: R takes their weights from the step before the last."""
FEWER_STEPS = 1e-4
"""The same of a Poisson model with an offset, where that step is further away."""
STOPPED = 0.01
"""In standard errors: polr stops early (README)."""
OPTIMISED = 1e-4
"""Relative: likelihoods of two parts, whose Hessian R computes by differences (tolerance of the golden file: 1e-3)."""
HESSIAN = 5e-3
"""Relative to both errors: covariances from such a Hessian."""
CHANCE = 1e-7
"""Relative, of small p values."""
RESAMPLED = 0.03
"""Share of an interval's width: bootstrap intervals are random (note of the golden file)."""
MAIN = ["rate_marriage", "age", "yrs_married", "children", "religious", "educ"]
Floats = np.ndarray


@pytest.fixture(scope="module")
def golden(load_golden: Callable[[str], dict[str, Any]]) -> Values:
    return Values(load_golden("regression"))


@pytest.fixture(scope="module")
def fair(golden_folder: Path) -> pd.DataFrame:
    return pd.read_csv(golden_folder / "regression" / "fair_every3.csv").astype(float)


def _column(data: pd.DataFrame, name: str) -> Floats:
    """Return the column of a design matrix that R calls so."""
    if name == "(Intercept)":
        return np.ones(len(data))
    if ":" in name:
        first, second = name.split(":")
        return _column(data, first) * _column(data, second)
    if name == "I(age^2)":
        return data["age"].to_numpy() ** 2
    for head in ("factor(occupation)", "occ_f"):
        if name.startswith(head):
            return (data["occupation"] == float(name.removeprefix(head))).to_numpy(dtype=float)
    if name in ("rm_c", "rel_c"):
        own = data[{"rm_c": "rate_marriage", "rel_c": "religious"}[name]]
        return (own - own.mean()).to_numpy()
    return data[name].to_numpy()


def _matrix(data: pd.DataFrame, names: Sequence[str]) -> Floats:
    return np.column_stack([_column(data, name) for name in names])


def _covariance(found: Floats, expected: dict[str, Any], tolerance: float) -> None:
    theirs = np.array(expected["data"])
    scale = np.sqrt(np.outer(np.diag(theirs), np.diag(theirs)))
    np.testing.assert_allclose(found / scale, theirs / scale, atol=tolerance)


def _criteria(fit: Fit, expected: dict[str, Any], tolerance: float) -> None:
    assert fit.log_likelihood == pytest.approx(expected["logLik"], rel=tolerance)
    found = information_criteria(fit.log_likelihood, len(fit.parameters), fit.n)
    assert [found.aic, found.bic] == pytest.approx([expected["AIC"], expected["BIC"]], rel=tolerance)
    assert fit.n == expected["nobs"]
    assert fit.n - fit.n_coefficients == expected["df_residual"]


@pytest.mark.parametrize(
    ("name", "tolerance"),
    [
        ("ols_main", LEAST_SQUARES),
        ("ols_factor", LEAST_SQUARES),
        ("ols_poly_interaction", NEARLY_COLLINEAR),
        ("ols_full6366", LEAST_SQUARES),
        ("ols_weighted", LEAST_SQUARES),
        ("moderation", LEAST_SQUARES),
        ("moderation_centred", LEAST_SQUARES),
    ],
)
def test_least_squares(name: str, tolerance: float, golden: Values, fair: pd.DataFrame, golden_folder: Path) -> None:
    expected = golden[name]["model"] if name.startswith("moderation") else golden[name]
    whole = golden_folder / "regression" / "fair.csv"
    data = pd.read_csv(whole).astype(float) if name == "ols_full6366" else fair
    weights = data["educ"].to_numpy() if name == "ols_weighted" else None
    X = _matrix(data, expected["coef"]["rownames"])
    fit = Linear().fit(data["affairs"].to_numpy(), X, weights=weights)
    np.testing.assert_allclose(fit.coefficients, np.array(expected["coef"]["data"])[:, 0], rtol=tolerance * 10)
    _covariance(classical_covariance(fit)[:-1, :-1], expected["vcov"], tolerance * 10)
    if weights is None:
        _criteria(fit, expected, tolerance)
        return
    # R's likelihood of a weighted model takes weights as precisions: Σ log w / 2 is not in ours, whose weights count
    # people; the residual sum of squares is the same
    residual = data["affairs"].to_numpy() - X @ fit.coefficients
    n, squares = len(data), float(weights @ residual**2)
    likelihood = 0.5 * (np.log(weights).sum() - n * (np.log(2 * np.pi) + 1 - np.log(n) + np.log(squares)))
    assert likelihood == pytest.approx(expected["logLik"], rel=tolerance)
    k = X.shape[1] + 1
    found = [-2 * likelihood + 2 * k, -2 * likelihood + np.log(n) * k]
    assert found == pytest.approx([expected["AIC"], expected["BIC"]], rel=tolerance)
    assert (n, n - k + 1) == (expected["nobs"], expected["df_residual"])


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
    X = _matrix(fair, ["(Intercept)", *MAIN])
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


@pytest.mark.parametrize(
    ("name", "family", "outcome"),
    [("logit", BinaryLogit(), "any_affair"), ("logit_factor", BinaryLogit(), "any_affair"),
     ("poisson", Poisson(), "n_affairs"), ("poisson_offset", Poisson(), "n_affairs")],
)  # fmt: skip
def test_iterated_models(name: str, family: Any, outcome: str, golden: Values, fair: pd.DataFrame) -> None:
    expected = golden[name]
    X, y = _matrix(fair, expected["coef"]["rownames"]), fair[outcome].to_numpy()
    offset = {"offset": np.log(fair["yrs_married"].to_numpy())} if name == "poisson_offset" else {}
    fit = family.fit(y, X, **offset)
    table = np.array(expected["coef"]["data"])
    np.testing.assert_allclose(fit.coefficients, table[:, 0], rtol=ITERATED, atol=1e-8)
    step = FEWER_STEPS if name == "poisson_offset" else LOGIT_STEP
    np.testing.assert_allclose(np.sqrt(np.diag(classical_covariance(fit))), table[:, 1], rtol=step)
    _covariance(classical_covariance(fit), expected["vcov"], step)
    _criteria(fit, expected, LEAST_SQUARES)


def test_deviances_and_fit_of_the_logistic_model(golden: Values, fair: pd.DataFrame) -> None:
    expected = golden["logit"]
    result = regress(fair, "any_affair", [MAIN], model="logistic")
    log_likelihood = result.more["fit"].pick("log_likelihood")["estimate"]
    test = result.more["fit"].pick("model_test")["statistic"]
    assert -2 * log_likelihood == pytest.approx(expected["deviance"], rel=LEAST_SQUARES)
    assert test - 2 * log_likelihood == pytest.approx(expected["null_deviance"], rel=LEAST_SQUARES)
    X, y = _matrix(fair, ["(Intercept)", *MAIN]), fair["any_affair"].to_numpy()
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
    y, X = fair["n_affairs"].to_numpy(), _matrix(fair, ["(Intercept)", *names])
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


def test_quasi_likelihood_is_the_poisson_model_times_its_dispersion(golden: Values, fair: pd.DataFrame) -> None:
    expected = golden["quasipoisson"]
    y, X = fair["n_affairs"].to_numpy(), _matrix(fair, expected["coef"]["rownames"])
    fit = Poisson().fit(y, X)
    mean = fit.family.expected(fit.parameters, X)[:, 0]
    dispersion = pearson_dispersion(y, mean, mean, X.shape[1])
    table = np.array(expected["coef"]["data"])
    np.testing.assert_allclose(fit.coefficients, table[:, 0], rtol=ITERATED, atol=1e-8)
    covariance = dispersion * classical_covariance(fit)
    np.testing.assert_allclose(np.sqrt(np.diag(covariance)), table[:, 1], rtol=LOGIT_STEP)
    _covariance(covariance, expected["vcov"], LOGIT_STEP)
    assert (fit.n, fit.n - X.shape[1]) == (expected["nobs"], expected["df_residual"])


def test_probit(golden: Values, fair: pd.DataFrame) -> None:
    expected = golden["probit"]
    X = _matrix(fair, expected["coef"]["rownames"])
    fit = BinaryProbit().fit(fair["any_affair"].to_numpy(), X)
    _criteria(fit, expected, LEAST_SQUARES)
    # R's covariance rests on the expected information, with weights φ²/(p(1 − p)); ours on the observed one
    p = fit.family.expected(fit.parameters, X)[:, -1]
    curvature = norm.pdf(X @ fit.parameters) ** 2 / (p * (1 - p))
    _covariance(np.linalg.inv((X * curvature[:, None]).T @ X), expected["vcov"], LOGIT_STEP)


def test_negative_binomial(golden: Values, fair: pd.DataFrame) -> None:
    expected = golden["negbin"]
    y, X = fair["n_affairs"].to_numpy(), _matrix(fair, expected["coef"]["rownames"])
    fit = NegativeBinomial().fit(y, X)
    alpha = float(np.exp(fit.parameters[-1]))
    assert [1 / alpha, alpha] == pytest.approx([expected["theta"], expected["alpha"]], rel=LOGIT_STEP)
    _criteria(fit, expected, LEAST_SQUARES * 10)
    # R holds θ fixed and takes the expected information; ours is joint and observed
    mean = np.exp(X @ fit.coefficients)
    _covariance(np.linalg.inv((X * (mean / (1 + alpha * mean))[:, None]).T @ X), expected["vcov"], LOGIT_STEP)


@pytest.mark.parametrize(
    ("name", "family"),
    [("zip", ZeroInflated(Poisson())), ("zinb", ZeroInflated(NegativeBinomial())),
     ("hurdle_nb", Hurdle(NegativeBinomial()))],
)  # fmt: skip
def test_counts_of_two_parts(name: str, family: Any, golden: Values, fair: pd.DataFrame) -> None:
    expected = golden[name]
    X = _matrix(fair, ["(Intercept)", "rate_marriage", "age", "religious"])
    Z = X if name == "hurdle_nb" else _matrix(fair, ["(Intercept)", "rate_marriage", "religious"])
    fit = family.fit(fair["n_affairs"].to_numpy(), X, Z=Z)
    found = information_criteria(fit.log_likelihood, len(fit.parameters), fit.n)
    assert found.aic == pytest.approx(expected["AIC"], rel=ITERATED)
    if name != "zip":  # ours has log α = −log θ among the parameters, R's covariance leaves it out
        theta = expected["theta"]["count"] if name == "hurdle_nb" else expected["theta"]
        error = expected["SE_logtheta"]["count"] if name == "hurdle_nb" else expected["SE_logtheta"]
        place = X.shape[1]
        assert np.exp(-fit.parameters[place]) == pytest.approx(theta, rel=OPTIMISED)
        assert np.sqrt(inverse_information(fit)[place, place]) == pytest.approx(error, rel=HESSIAN)
    keep = [k for k in range(len(fit.parameters)) if name == "zip" or k != X.shape[1]]
    _covariance(inverse_information(fit)[np.ix_(keep, keep)], expected["vcov"], HESSIAN)


@pytest.mark.parametrize(
    ("name", "family", "names"),
    [("clm_logit", OrdinalLogit(5), ["age", "yrs_married", "children", "religious", "educ"]),
     ("clm_probit", OrdinalProbit(5), ["age", "religious", "educ"]),
     ("clm_factor", OrdinalLogit(5), ["religious", "occ_f2", "occ_f3", "occ_f4", "occ_f5", "occ_f6"])],
)  # fmt: skip
def test_ordinal(name: str, family: Any, names: list[str], golden: Values, fair: pd.DataFrame) -> None:
    expected = golden[name]
    X, y = _matrix(fair, ["(Intercept)", *names]), fair["rate_marriage"].to_numpy() - 1
    fit = family.fit(y, X)
    order = [*range(4, 4 + len(names)), *range(4)]  # clm has the thresholds first
    table = np.array(expected["coef"]["data"])[order]
    np.testing.assert_allclose(fit.parameters, table[:, 0], rtol=ITERATED, atol=1e-8)
    found = inverse_information(fit)
    np.testing.assert_allclose(np.sqrt(np.diag(found)), table[:, 1], rtol=ITERATED)
    theirs = {"data": np.array(expected["vcov"]["data"])[np.ix_(order, order)]}
    _covariance(found, theirs, LOGIT_STEP)
    criteria = information_criteria(fit.log_likelihood, len(fit.parameters), fit.n)
    assert [fit.log_likelihood, criteria.aic] == pytest.approx([expected["logLik"], expected["AIC"]], rel=LEAST_SQUARES)
    chosen = family.expected(fit.parameters, X)[np.arange(20), y[:20].astype(int)]
    np.testing.assert_allclose(chosen, expected["pred20"], rtol=ITERATED)


def test_thresholds_of_polr(golden: Values, fair: pd.DataFrame) -> None:
    expected = golden["polr_logit"]
    X = _matrix(fair, ["(Intercept)", "age", "yrs_married", "children", "religious", "educ"])
    fit = OrdinalLogit(5).fit(fair["rate_marriage"].to_numpy() - 1, X)
    cuts = [expected["zeta"][name] for name in ("1|2", "2|3", "3|4", "4|5")]
    errors = np.sqrt(np.diag(inverse_information(fit)))[5:]
    np.testing.assert_allclose((fit.parameters[5:] - np.array(cuts)) / errors, 0, atol=STOPPED)
    _covariance(inverse_information(fit), expected["vcov"], HESSIAN)
    assert -2 * fit.log_likelihood == pytest.approx(expected["deviance"], rel=ITERATED)
    assert -2 * fit.log_likelihood + 2 * 9 == pytest.approx(expected["AIC"], rel=ITERATED)
    assert fit.n == expected["nobs"]


def test_criteria_of_parallel_lines_and_of_categories(golden: Values, fair: pd.DataFrame) -> None:
    expected = golden["clm_nominal_test"]
    X, y = _matrix(fair, ["(Intercept)", "age", "religious", "educ"]), fair["rate_marriage"].to_numpy() - 1
    fit = OrdinalLogit(5).fit(y, X)
    assert fit.log_likelihood == pytest.approx(expected["logLik"][0], rel=LEAST_SQUARES)
    for k in range(1, 4):  # each predictor freed in turn: the likelihood ratio and three parameters more
        freed = fit.log_likelihood + expected["LRT"][k] / 2
        assert freed == pytest.approx(expected["logLik"][k], rel=LEAST_SQUARES)
        assert expected["AIC"][k] == pytest.approx(-2 * freed + 2 * (7 + 3), rel=LEAST_SQUARES)
    data = fair.assign(rate=pd.Categorical(fair["rate_marriage"].astype(int).astype(str)))
    result = regress(data, "rate", [["age", "religious"]], model="multinomial")
    # nnet stops a little below the maximum
    assert result.more["fit"].pick("aic")["estimate"] == pytest.approx(golden["multinom"]["AIC"], rel=1e-8)


@pytest.mark.parametrize(
    ("name", "predictor", "moderator"),
    [("moderation", "rate_marriage", "religious"), ("moderation_centred", "rm_c", "rel_c")],
)
def test_moderation(name: str, predictor: str, moderator: str, golden: Values, fair: pd.DataFrame) -> None:
    expected = golden[name]
    data = fair.assign(rm_c=_column(fair, "rm_c"), rel_c=_column(fair, "rel_c"))
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
