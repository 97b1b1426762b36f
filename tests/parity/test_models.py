"""Likelihoods against R, whose numbers are golden or computed by `models.R`, carried to the end."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from scipy.stats import norm

from osa_survey.models import (
    BinaryLogit,
    BinaryProbit,
    Fit,
    Hurdle,
    Linear,
    Multinomial,
    NegativeBinomial,
    OrdinalLogit,
    OrdinalProbit,
    Poisson,
    ZeroInflated,
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

LEAST_SQUARES = 1e-9
"""Relative: both solve the normal equations in double precision."""
ITERATED = 1e-6
"""Relative, with a floor of 1e-8: R stops iterating when the deviance changes by less than 1e-8 of itself."""
FLOOR = 1e-8
SHARP = 1e-9
"""Relative, with a floor of 1e-9: R's iterations carried to the end, by `models.R`."""
FISHER = 1e-8
"""The same where R's Fisher scoring gains digits slowly (probit)."""
OPTIMISED = 1e-5
"""The same where R has a general optimiser only, whatever its tolerance."""
NUMERIC_HESSIAN = 1e-3
"""R's zeroinfl, hurdle, multinom and polr take their Hessian, and stop, by a general optimiser."""

MAIN = ["rate_marriage", "age", "yrs_married", "children", "religious", "educ"]
Golden = Callable[[str], dict[str, Any]]
Sharp = dict[str, dict[str, list[float]]]


@pytest.fixture(scope="module")
def fair(golden_folder: Path) -> pd.DataFrame:
    return pd.read_csv(golden_folder / "regression" / "fair_every3.csv")


@pytest.fixture(scope="module")
def schools(golden_folder: Path) -> pd.DataFrame:
    return pd.read_csv(golden_folder / "weights" / "apistrat.csv")


@pytest.fixture(scope="module")
def sharp() -> Sharp:
    """What `models.R` wrote."""
    text = Path(__file__).with_name("models.json").read_text(encoding="utf-8")
    numbers: Sharp = json.loads(text)
    return numbers


@pytest.fixture(scope="module")
def golden(load_golden: Golden) -> Values:
    return Values(load_golden("regression"))


def _matrix(data: pd.DataFrame, names: list[str]) -> np.ndarray:
    return np.column_stack([np.ones(len(data)), data[names].to_numpy(np.float64)])


def _column(data: pd.DataFrame, name: str) -> np.ndarray:
    return data[name].to_numpy(np.float64)


def _errors(covariance: np.ndarray) -> np.ndarray:
    return np.sqrt(np.diag(covariance))


def _close(found: object, expected: object, rtol: float, atol: float = 0.0) -> None:
    np.testing.assert_allclose(np.asarray(found), np.asarray(expected), rtol=rtol, atol=atol)


def _same(fit: Fit, expected: dict[str, Any], rtol: float, errors: float, covariance: np.ndarray) -> None:
    table = np.array(expected["coef"]["data"])
    k = fit.n_coefficients
    assert fit.converged
    _close(fit.coefficients, table[:, 0], rtol, FLOOR)
    _close(_errors(covariance)[:k], table[:, 1], errors)


def test_linear(fair: pd.DataFrame, golden: Values) -> None:
    expected, X, y = golden["ols_main"], _matrix(fair, MAIN), _column(fair, "affairs")
    fit = Linear().fit(y, X)
    _same(fit, expected, LEAST_SQUARES, LEAST_SQUARES, classical_covariance(fit))
    assert fit.log_likelihood == pytest.approx(expected["logLik"], rel=LEAST_SQUARES)
    found = information_criteria(fit.log_likelihood, len(fit.parameters), fit.n)
    assert (found.aic, found.bic) == pytest.approx((expected["AIC"], expected["BIC"]), rel=LEAST_SQUARES)
    for position, kind in enumerate(("HC0", "HC1", "HC2", "HC3", "HC4")):
        errors = _errors(robust_covariance(fit, kind, X=X))[:-1]
        _close(errors, [row[position] for row in expected["hc"]["data"]], LEAST_SQUARES)


def test_linear_with_weights(fair: pd.DataFrame, golden: Values) -> None:
    X = _matrix(fair, ["rate_marriage", "age", "religious"])
    fit = Linear().fit(_column(fair, "affairs"), X, weights=_column(fair, "educ"))
    _same(fit, golden["ols_weighted"], LEAST_SQUARES, LEAST_SQUARES, classical_covariance(fit))


def test_powers_keep_their_digits(fair: pd.DataFrame, golden: Values) -> None:
    age, religious = _column(fair, "age"), _column(fair, "religious")
    X = np.column_stack([np.ones(len(age)), age, religious, age**2, age * religious])
    fit = Linear().fit(_column(fair, "affairs"), X)
    _same(fit, golden["ols_poly_interaction"], LEAST_SQUARES, LEAST_SQUARES, classical_covariance(fit))


def test_clusters(fair: pd.DataFrame, golden: Values) -> None:
    fit = Linear().fit(_column(fair, "affairs"), _matrix(fair, ["rate_marriage", "age"]))
    clusters = fair["occupation"].to_numpy().astype(int)
    found = [
        *_errors(cluster_covariance(fit, clusters, correction="CR0"))[:-1],
        *_errors(cluster_covariance(fit, clusters, correction="CR1"))[:-1],
    ]
    _close(found, list(golden["cluster_robust"].values()), LEAST_SQUARES)


def test_logit(fair: pd.DataFrame, golden: Values) -> None:
    expected, X, y = golden["logit"], _matrix(fair, MAIN), _column(fair, "any_affair")
    fit = BinaryLogit().fit(y, X)
    _same(fit, expected, ITERATED, ITERATED, classical_covariance(fit))
    assert fit.log_likelihood == pytest.approx(expected["logLik"], rel=LEAST_SQUARES)
    for kind in ("HC0", "HC1", "HC3"):
        _close(_errors(robust_covariance(fit, kind, X=X)), list(expected[kind.lower()].values()), ITERATED)
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
    X = _matrix(fair, MAIN)
    fit = BinaryLogit().fit(_column(fair, "any_affair"), X)
    jacobian = fit.family.mean_expected(fit.parameters, X, np.ones(len(X)))[1]
    _close(jacobian[0, 0] * fit.parameters[1:], list(golden["logit"]["ame"].values()), ITERATED)


def test_probit(fair: pd.DataFrame, golden: Values, sharp: Sharp) -> None:
    X = _matrix(fair, ["rate_marriage", "age", "religious"])
    fit = BinaryProbit().fit(_column(fair, "any_affair"), X)
    _close(fit.parameters, np.array(golden["probit"]["coef"]["data"])[:, 0], ITERATED)
    _close(fit.parameters, sharp["probit"]["coef"], FISHER)
    assert fit.log_likelihood == pytest.approx(sharp["probit"]["logLik"][0], rel=SHARP)
    # R's errors rest on the expected information, with weights φ²/(p(1 − p)).
    p = fit.family.expected(fit.parameters, X)[:, 0]
    curvature = norm.pdf(X @ fit.parameters) ** 2 / (p * (1 - p))
    _close(_errors(np.linalg.inv((X * curvature[:, None]).T @ X)), sharp["probit"]["se"], ITERATED)


def test_poisson(fair: pd.DataFrame, golden: Values) -> None:
    expected, X = golden["poisson"], _matrix(fair, ["rate_marriage", "age", "yrs_married", "religious"])
    fit = Poisson().fit(_column(fair, "n_affairs"), X)
    _same(fit, expected, ITERATED, ITERATED, classical_covariance(fit))
    for kind in ("HC0", "HC1", "HC3"):
        _close(_errors(robust_covariance(fit, kind, X=X)), list(expected[kind.lower()].values()), ITERATED)


def test_poisson_with_offset(fair: pd.DataFrame, sharp: Sharp) -> None:
    expected, X = sharp["poisson_offset"], _matrix(fair, ["rate_marriage", "religious"])
    fit = Poisson().fit(_column(fair, "n_affairs"), X, offset=np.log(_column(fair, "yrs_married")))
    _close(fit.parameters, expected["coef"], SHARP)
    _close(_errors(classical_covariance(fit)), expected["se"], SHARP)
    assert fit.log_likelihood == pytest.approx(expected["logLik"][0], rel=SHARP)


def test_negative_binomial(fair: pd.DataFrame, golden: Values, sharp: Sharp) -> None:
    expected = sharp["negbin"]
    X = _matrix(fair, ["rate_marriage", "age", "yrs_married", "religious"])
    fit = NegativeBinomial().fit(_column(fair, "n_affairs"), X)
    alpha = float(np.exp(fit.parameters[-1]))
    _close(fit.coefficients, expected["coef"], ITERATED, FLOOR)
    _close(fit.coefficients, np.array(golden["negbin"]["coef"]["data"])[:, 0], ITERATED, FLOOR)
    assert 1 / alpha == pytest.approx(expected["theta"][0], rel=ITERATED)
    assert fit.log_likelihood == pytest.approx(expected["logLik"][0], rel=SHARP)
    # R's errors hold θ fixed and rest on the expected information, with weights μ/(1 + αμ).
    mean = np.exp(X @ fit.coefficients)
    _close(_errors(np.linalg.inv((X * (mean / (1 + alpha * mean))[:, None]).T @ X)), expected["se"], ITERATED)


def test_joint_errors_of_the_negative_binomial(fair: pd.DataFrame) -> None:
    """The observed information of all parameters, as statsmodels has it (which has α in place of log α)."""
    X, y = _matrix(fair, ["rate_marriage", "age", "religious"]), _column(fair, "n_affairs")
    fit = NegativeBinomial().fit(y, X)
    peer = sm.NegativeBinomial(y, X).fit(start_params=np.append(fit.coefficients, np.exp(fit.parameters[-1])), disp=0)
    expected = np.append(peer.bse[:-1], peer.bse[-1] / peer.params[-1])
    _close(_errors(inverse_information(fit)), expected, OPTIMISED)


@pytest.mark.parametrize(
    ("name", "family", "sign"),
    [
        ("zip", ZeroInflated(Poisson()), None),
        ("zinb", ZeroInflated(NegativeBinomial()), -1.0),
        ("hurdle_nb", Hurdle(NegativeBinomial()), -1.0),
    ],
)
def test_two_part_counts(
    fair: pd.DataFrame, golden: Values, name: str, family: ZeroInflated | Hurdle, sign: float | None
) -> None:
    expected = golden[name]
    X = _matrix(fair, ["rate_marriage", "age", "religious"])
    Z = X if name == "hurdle_nb" else _matrix(fair, ["rate_marriage", "religious"])
    fit = family.fit(_column(fair, "n_affairs"), X, Z=Z)
    assert fit.converged
    assert not fit.warnings
    tables = [np.array(expected[part]["data"]) for part in ("count", "zero")]
    if sign is not None:  # R has log θ = −log α
        tables[0][-1, 0] *= sign
    both = np.concatenate(tables)
    _close(fit.parameters, both[:, 0], NUMERIC_HESSIAN, NUMERIC_HESSIAN)
    _close(_errors(inverse_information(fit)), both[:, 1], 5 * NUMERIC_HESSIAN)
    assert fit.log_likelihood == pytest.approx(expected["logLik"], rel=1e-7)
    assert fit.log_likelihood >= expected["logLik"] - 1e-6


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
    expected, X, y = golden[name], _matrix(fair, predictors), _column(fair, "rate_marriage") - 1
    fit = family.fit(y, X)
    order = [*range(4, 4 + len(predictors)), *range(4)]  # clm has the thresholds first
    table = np.array(expected["coef"]["data"])[order]
    assert fit.converged
    _close(fit.parameters, table[:, 0], ITERATED, FLOOR)
    _close(inverse_information(fit), np.array(expected["vcov"]["data"])[np.ix_(order, order)], ITERATED, FLOOR)
    assert fit.log_likelihood == pytest.approx(expected["logLik"], rel=LEAST_SQUARES)
    chosen = family.expected(fit.parameters, X)[np.arange(20), y[:20].astype(int)]
    _close(chosen, expected["pred20"], ITERATED)


def test_proportional_odds_of_polr(fair: pd.DataFrame, golden: Values) -> None:
    X = _matrix(fair, ["age", "yrs_married", "children", "religious", "educ"])
    fit = OrdinalLogit(5).fit(_column(fair, "rate_marriage") - 1, X)
    table = np.array(golden["polr_logit"]["coef"]["data"])
    _close(fit.parameters, table[:, 0], NUMERIC_HESSIAN, NUMERIC_HESSIAN)
    _close(_errors(inverse_information(fit)), table[:, 1], NUMERIC_HESSIAN)
    assert fit.log_likelihood >= golden["polr_logit"]["logLik"]


def test_parallel_lines(fair: pd.DataFrame, golden: Values, sharp: Sharp) -> None:
    """R's package brant mixes covariances of one iteration with weights of the next: its statistics are off by 1e-5,
    the one of all slopes by 1e-3; with the iterations carried to the end R gives our numbers."""
    X, y = _matrix(fair, ["age", "religious", "educ"]), _column(fair, "rate_marriage") - 1
    found = brant_test(y, X, 5)
    tests = [found.overall, *found.groups]
    _close([test.statistic for test in tests], sharp["brant"]["statistic"], SHARP)
    table = np.array(golden["brant"]["data"])
    _close([test.statistic for test in found.groups], table[1:, 0], 1.2e-5)
    assert [test.df1 for test in tests] == table[:, 1].tolist()
    expected = golden["clm_nominal_test"]
    freed = generalised_test(OrdinalLogit(5).fit(y, X), y, X)
    _close([test.statistic for test in freed.groups], expected["LRT"][1:], ITERATED)
    assert [test.df1 for test in freed.groups] == expected["Df"][1:]
    _close([test.p_value for test in freed.groups], expected["Pr(>Chi)"][1:], 100 * ITERATED)


def test_multinomial(fair: pd.DataFrame, golden: Values) -> None:
    expected, X = golden["multinom"], _matrix(fair, ["age", "religious"])
    fit = Multinomial(5).fit(_column(fair, "rate_marriage") - 1, X)
    assert fit.converged
    _close(fit.parameters, np.ravel(expected["coef"]["data"]), NUMERIC_HESSIAN)
    _close(_errors(inverse_information(fit)), np.ravel(expected["se"]["data"]), NUMERIC_HESSIAN)
    assert -2 * fit.log_likelihood == pytest.approx(expected["deviance"], rel=1e-8)
    assert -2 * fit.log_likelihood <= expected["deviance"] + FLOOR


def test_weighted_estimates_of_survey(schools: pd.DataFrame, load_golden: Golden, sharp: Sharp) -> None:
    """Point estimates; their design-based errors are a matter of the design."""
    survey = Values(load_golden("weights"))
    X, w = _matrix(schools, ["ell", "meals"]), _column(schools, "pw")
    linear = Linear().fit(_column(schools, "api00"), X, weights=w)
    _close(linear.coefficients, np.array(survey["strat_fpc_glm_gauss"]["coef"]["data"])[:, 0], LEAST_SQUARES)
    wide = (schools["sch.wide"] == "Yes").to_numpy(np.float64)
    logit = BinaryLogit().fit(wide, X, weights=w)
    _close(logit.parameters, np.array(survey["strat_fpc_glm_logit"]["coef"]["data"])[:, 0], ITERATED)
    poisson = Poisson().fit(_column(schools, "enroll"), X, weights=w)
    _close(poisson.parameters, np.array(survey["poisson_strat"]["coef"]["data"])[:, 0], ITERATED)
    ordinal = OrdinalLogit(4).fit(_bands(schools), X, weights=w)
    expected = sharp["ordinal_weights"]
    _close(ordinal.parameters, expected["coef"], SHARP)
    _close(np.ravel(inverse_information(ordinal)), expected["vcov"], ITERATED)
    assert ordinal.log_likelihood == pytest.approx(expected["logLik"][0], rel=SHARP)
    # svyolr stops early: what it reached is less likely.
    stopped = np.array(list(survey["olr_strat"]["coef"].values()))
    assert w @ ordinal.family.log_likelihood_of(stopped, _bands(schools), X) < ordinal.log_likelihood
    _close(ordinal.parameters, stopped, 1e-3)


def _bands(schools: pd.DataFrame) -> np.ndarray:
    return np.digitize(_column(schools, "api00"), [550, 650, 750], right=True).astype(np.float64)


def test_weighted_errors(fair: pd.DataFrame, sharp: Sharp) -> None:
    w = _column(fair, "educ")
    X, expected = _matrix(fair, ["rate_marriage", "age", "religious"]), sharp["linear_weights"]
    fit = Linear().fit(_column(fair, "affairs"), X, weights=w)
    for kind in ("HC0", "HC1", "HC2", "HC3", "HC4"):
        errors = _errors(robust_covariance(fit, kind, X=X, weights=w))[:-1]
        _close(errors, expected[kind.lower()], LEAST_SQUARES)
    X, expected = X[:, :3], sharp["logit_weights"]
    logit = BinaryLogit().fit(_column(fair, "any_affair"), X, weights=w)
    _close(logit.parameters, expected["coef"], SHARP)
    _close(_errors(classical_covariance(logit)), expected["se"], SHARP)
    _close(_errors(robust_covariance(logit, "HC0", weights=w)), expected["hc0"], SHARP)
    _close(_errors(robust_covariance(logit, "HC3", X=X, weights=w)), expected["hc3"], SHARP)


def test_clustered_and_leveraged_logit(fair: pd.DataFrame, sharp: Sharp) -> None:
    X, expected = _matrix(fair, ["rate_marriage", "age"]), sharp["logit_clusters"]
    fit = BinaryLogit().fit(_column(fair, "any_affair"), X)
    clusters = fair["occupation"].to_numpy().astype(int)
    _close(_errors(cluster_covariance(fit, clusters, correction="CR0")), expected["cr0"], SHARP)
    _close(_errors(cluster_covariance(fit, clusters)), expected["cr1"], SHARP)
    _close(_errors(robust_covariance(fit, "HC2", X=X)), expected["hc2"], SHARP)
    _close(_errors(robust_covariance(fit, "HC4", X=X)), expected["hc4"], SHARP)


def test_weighted_and_cut_off_counts(fair: pd.DataFrame, sharp: Sharp) -> None:
    X, y = _matrix(fair, ["rate_marriage", "age", "religious"]), _column(fair, "n_affairs")
    hurdle, expected = Hurdle(Poisson()).fit(y, X), sharp["hurdle_poisson"]
    _close(hurdle.parameters, expected["coef"], OPTIMISED, OPTIMISED)
    _close(_errors(inverse_information(hurdle)), expected["se"], NUMERIC_HESSIAN)
    assert hurdle.log_likelihood == pytest.approx(expected["logLik"][0], rel=SHARP)
    w, Z = _column(fair, "educ"), _matrix(fair, ["rate_marriage", "religious"])
    fit, expected = ZeroInflated(Poisson()).fit(y, X, Z=Z, weights=w / w.mean()), sharp["zip_weights"]
    _close(fit.parameters, expected["coef"], OPTIMISED, OPTIMISED)
    assert fit.log_likelihood == pytest.approx(expected["logLik"][0], rel=SHARP)


def test_weighted_zero_inflated_negative_binomial_where_pscl_stops_short(fair: pd.DataFrame, sharp: Sharp) -> None:
    """pscl 1.5.5 leaves the weights out of the slope by log θ; at its answer that slope is not zero, at ours it is."""
    X, y = _matrix(fair, ["rate_marriage", "age", "religious"]), _column(fair, "n_affairs")
    w, Z = _column(fair, "educ"), _matrix(fair, ["rate_marriage", "religious"])
    w = w / w.mean()
    fit, expected = ZeroInflated(NegativeBinomial()).fit(y, X, Z=Z, weights=w), sharp["zinb_weights"]
    theirs = w @ fit.family.log_likelihood_of(np.array(expected["coef"]), y, X, Z)
    assert theirs == pytest.approx(expected["logLik"][0], rel=SHARP)  # the likelihoods agree
    assert fit.log_likelihood > theirs + 0.1
    assert np.abs(w @ fit.scores).max() < FLOOR


def test_weighted_multinomial(fair: pd.DataFrame, sharp: Sharp) -> None:
    fit = Multinomial(5).fit(
        _column(fair, "rate_marriage") - 1, _matrix(fair, ["age", "religious"]), weights=_column(fair, "educ")
    )
    _close(fit.parameters, sharp["multinom_weights"]["coef"], OPTIMISED)
    assert -2 * fit.log_likelihood == pytest.approx(sharp["multinom_weights"]["deviance"][0], rel=SHARP)


def test_weights_only_errors_are_a_sandwich(golden_folder: Path, load_golden: Golden) -> None:
    """svyglm without strata and clusters: the sandwich with weighted scores, times n / (n − 1)."""
    data = pd.read_csv(golden_folder / "weights" / "apisrs.csv")
    X, w = _matrix(data, ["ell", "meals"]), _column(data, "pw")
    expected = load_golden("weights")["weights_only_glm_gauss"]["value"]["vcov"]["data"]
    fit = Linear().fit(_column(data, "api00"), X, weights=w)
    found = robust_covariance(fit, "HC0", weights=w)[:-1, :-1] * len(data) / (len(data) - 1)
    _close(found, expected, LEAST_SQUARES)


def test_replicates_of_survey(golden_folder: Path, load_golden: Golden) -> None:
    """svyglm with 80 bootstrap replicates: all fits at once, their spread about their mean."""
    folder = golden_folder / "weights"
    data, replicates = pd.read_csv(folder / "apiclus1.csv"), pd.read_csv(folder / "apiclus1_bootstrap_weights.csv")
    survey = load_golden("weights")["boot80_clus1"]["value"]
    X, w = _matrix(data, ["ell", "meals"]), _column(data, "pw")
    wide = (data["sch.wide"] == "Yes").to_numpy(np.float64)
    for family, y, name in ((Linear(), _column(data, "api00"), "glm"), (BinaryLogit(), wide, "logit")):
        fit = family.fit(y, X, weights=w)
        many = family.fit_many(y, X, replicates.to_numpy(np.float64), start=fit.parameters)
        assert many.converged.all()
        spread = many.parameters[:, :3] - many.parameters[:, :3].mean(axis=0)
        table = np.array(survey[name]["coef"]["data"])
        _close(fit.coefficients, table[:, 0], ITERATED)
        _close(np.sqrt(survey["scale"] * (spread**2).sum(axis=0)), table[:, 1], ITERATED)
