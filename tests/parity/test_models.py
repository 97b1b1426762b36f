"""Likelihoods of numbers and categories against R, golden or computed by `models.R`, carried to the end."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy.stats import norm

from osa_survey.models import (
    BinaryLogit,
    BinaryProbit,
    Linear,
    Multinomial,
    OrdinalLogit,
    OrdinalProbit,
    brant_test,
    classical_covariance,
    cluster_covariance,
    generalised_test,
    information_criteria,
    inverse_information,
    likelihood_ratio,
    pseudo_r2,
    robust_covariance,
    tjur_r2,
)
from tests.parity.golden_records import Values
from tests.parity.model_numbers import (
    FLOOR,
    ITERATED,
    LEAST_SQUARES,
    NUMERIC_HESSIAN,
    SHARP,
    Golden,
    Sharp,
    column,
    errors_of,
    hold,
    hold_table,
    matrix,
    stored,
)

FISHER = 1e-8
"""SHARP where R's Fisher scoring gains digits slowly (probit)."""
MAIN = ["rate_marriage", "age", "yrs_married", "children", "religious", "educ"]


@pytest.fixture(scope="module")
def sharp() -> Sharp:
    return stored()


@pytest.fixture(scope="module")
def golden(load_golden: Golden) -> Values:
    return Values(load_golden("regression"))


def test_linear(fair: pd.DataFrame, golden: Values) -> None:
    expected, X, y = golden["ols_main"], matrix(fair, MAIN), column(fair, "affairs")
    fit = Linear().fit(y, X)
    hold_table(fit, expected, LEAST_SQUARES, LEAST_SQUARES, classical_covariance(fit))
    assert fit.log_likelihood == pytest.approx(expected["logLik"], rel=LEAST_SQUARES)
    found = information_criteria(fit.log_likelihood, len(fit.parameters), fit.n)
    assert (found.aic, found.bic) == pytest.approx((expected["AIC"], expected["BIC"]), rel=LEAST_SQUARES)
    for position, kind in enumerate(("HC0", "HC1", "HC2", "HC3", "HC4")):
        errors = errors_of(robust_covariance(fit, kind, X=X))[:-1]
        hold(errors, [row[position] for row in expected["hc"]["data"]], LEAST_SQUARES)


def test_linear_with_weights(fair: pd.DataFrame, golden: Values) -> None:
    X = matrix(fair, ["rate_marriage", "age", "religious"])
    fit = Linear().fit(column(fair, "affairs"), X, weights=column(fair, "educ"))
    hold_table(fit, golden["ols_weighted"], LEAST_SQUARES, LEAST_SQUARES, classical_covariance(fit))


def test_powers_keep_their_digits(fair: pd.DataFrame, golden: Values) -> None:
    age, religious = column(fair, "age"), column(fair, "religious")
    X = np.column_stack([np.ones(len(age)), age, religious, age**2, age * religious])
    fit = Linear().fit(column(fair, "affairs"), X)
    hold_table(fit, golden["ols_poly_interaction"], LEAST_SQUARES, LEAST_SQUARES, classical_covariance(fit))


def test_clusters(fair: pd.DataFrame, golden: Values) -> None:
    fit = Linear().fit(column(fair, "affairs"), matrix(fair, ["rate_marriage", "age"]))
    clusters = fair["occupation"].to_numpy().astype(int)
    found = [
        *errors_of(cluster_covariance(fit, clusters, correction="CR0"))[:-1],
        *errors_of(cluster_covariance(fit, clusters, correction="CR1"))[:-1],
    ]
    hold(found, list(golden["cluster_robust"].values()), LEAST_SQUARES)


def test_logit(fair: pd.DataFrame, golden: Values) -> None:
    expected, X, y = golden["logit"], matrix(fair, MAIN), column(fair, "any_affair")
    fit = BinaryLogit().fit(y, X)
    hold_table(fit, expected, ITERATED, ITERATED, classical_covariance(fit))
    assert fit.log_likelihood == pytest.approx(expected["logLik"], rel=LEAST_SQUARES)
    for kind in ("HC0", "HC1", "HC3"):
        hold(errors_of(robust_covariance(fit, kind, X=X)), list(expected[kind.lower()].values()), ITERATED)
    null = BinaryLogit().fit(y, X[:, :1]).log_likelihood
    found = pseudo_r2(fit.log_likelihood, null, fit.n, len(MAIN))
    for name in ("mcfadden", "cox_snell", "nagelkerke"):
        assert getattr(found, name) == pytest.approx(expected[name], rel=LEAST_SQUARES), name
    p = fit.family.expected(fit.parameters, X)[:, 0]
    assert tjur_r2(y, p) == pytest.approx(expected["tjur"], rel=ITERATED)
    test = likelihood_ratio(null, fit.log_likelihood, len(MAIN))
    assert (test.statistic, test.p_value) == pytest.approx((expected["lr_chi2"], expected["lr_p"]), rel=ITERATED)


def test_average_slopes(fair: pd.DataFrame, golden: Values) -> None:
    """The derivative of the mean probability by the intercept is mean p(1 − p), which times b is the average slope."""
    X = matrix(fair, MAIN)
    fit = BinaryLogit().fit(column(fair, "any_affair"), X)
    jacobian = fit.family.mean_expected(fit.parameters, X, np.ones(len(X)))[1]
    hold(jacobian[0, 0] * fit.parameters[1:], list(golden["logit"]["ame"].values()), ITERATED)


def test_probit(fair: pd.DataFrame, golden: Values, sharp: Sharp) -> None:
    X = matrix(fair, ["rate_marriage", "age", "religious"])
    fit = BinaryProbit().fit(column(fair, "any_affair"), X)
    hold(fit.parameters, np.array(golden["probit"]["coef"]["data"])[:, 0], ITERATED)
    hold(fit.parameters, sharp["probit"]["coef"], FISHER)
    assert fit.log_likelihood == pytest.approx(sharp["probit"]["logLik"][0], rel=SHARP)
    # R's errors rest on the expected information, with weights φ²/(p(1 − p)).
    p = fit.family.expected(fit.parameters, X)[:, 0]
    curvature = norm.pdf(X @ fit.parameters) ** 2 / (p * (1 - p))
    hold(errors_of(np.linalg.inv((X * curvature[:, None]).T @ X)), sharp["probit"]["se"], ITERATED)


@pytest.mark.parametrize(
    ("name", "family", "predictors"),
    [
        ("clm_logit", OrdinalLogit(5), ["age", "yrs_married", "children", "religious", "educ"]),
        ("clm_probit", OrdinalProbit(5), ["age", "religious", "educ"]),
    ],
)
def test_ordinal(
    fair: pd.DataFrame,
    golden: Values,
    name: str,
    family: OrdinalLogit | OrdinalProbit,
    predictors: list[str],
) -> None:
    expected, X, y = golden[name], matrix(fair, predictors), column(fair, "rate_marriage") - 1
    fit = family.fit(y, X)
    order = [*range(4, 4 + len(predictors)), *range(4)]  # clm has the thresholds first
    table = np.array(expected["coef"]["data"])[order]
    assert fit.converged
    hold(fit.parameters, table[:, 0], ITERATED, FLOOR)
    hold(inverse_information(fit), np.array(expected["vcov"]["data"])[np.ix_(order, order)], ITERATED, FLOOR)
    assert fit.log_likelihood == pytest.approx(expected["logLik"], rel=LEAST_SQUARES)
    chosen = family.expected(fit.parameters, X)[np.arange(20), y[:20].astype(int)]
    hold(chosen, expected["pred20"], ITERATED)


def test_proportional_odds_of_polr(fair: pd.DataFrame, golden: Values) -> None:
    X = matrix(fair, ["age", "yrs_married", "children", "religious", "educ"])
    fit = OrdinalLogit(5).fit(column(fair, "rate_marriage") - 1, X)
    table = np.array(golden["polr_logit"]["coef"]["data"])
    hold(fit.parameters, table[:, 0], NUMERIC_HESSIAN, NUMERIC_HESSIAN)
    hold(errors_of(inverse_information(fit)), table[:, 1], NUMERIC_HESSIAN)
    assert fit.log_likelihood >= golden["polr_logit"]["logLik"]


def test_parallel_lines(fair: pd.DataFrame, golden: Values, sharp: Sharp) -> None:
    """R's package brant mixes covariances of one iteration with weights of the next: its statistics are off by 1e-5,
    the one of all slopes by 1e-3; with the iterations carried to the end R gives our numbers."""
    X, y = matrix(fair, ["age", "religious", "educ"]), column(fair, "rate_marriage") - 1
    found = brant_test(y, X, 5)
    tests = [found.overall, *found.groups]
    hold([test.statistic for test in tests], sharp["brant"]["statistic"], SHARP)
    table = np.array(golden["brant"]["data"])
    hold([test.statistic for test in found.groups], table[1:, 0], 1.2e-5)
    assert [test.df1 for test in tests] == table[:, 1].tolist()
    expected = golden["clm_nominal_test"]
    freed = generalised_test(OrdinalLogit(5).fit(y, X), y, X)
    hold([test.statistic for test in freed.groups], expected["LRT"][1:], ITERATED)
    assert [test.df1 for test in freed.groups] == expected["Df"][1:]
    hold([test.p_value for test in freed.groups], expected["Pr(>Chi)"][1:], 100 * ITERATED)


def test_multinomial(fair: pd.DataFrame, golden: Values) -> None:
    expected, X = golden["multinom"], matrix(fair, ["age", "religious"])
    fit = Multinomial(5).fit(column(fair, "rate_marriage") - 1, X)
    assert fit.converged
    hold(fit.parameters, np.ravel(expected["coef"]["data"]), NUMERIC_HESSIAN)
    hold(errors_of(inverse_information(fit)), np.ravel(expected["se"]["data"]), NUMERIC_HESSIAN)
    assert -2 * fit.log_likelihood == pytest.approx(expected["deviance"], rel=1e-8)
    assert -2 * fit.log_likelihood <= expected["deviance"] + FLOOR
