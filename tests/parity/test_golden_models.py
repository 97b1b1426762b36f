"""Covariances, likelihoods and criteria of every stored regression."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy.stats import norm

from osa_survey.analysis import regress
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
)
from osa_survey.models.residual_checks import pearson_dispersion
from tests.parity.golden_records import Values
from tests.parity.golden_regressions import ITERATED, LEAST_SQUARES, LOGIT_STEP, NEARLY_COLLINEAR, Floats, matrix_of

FEWER_STEPS = 1e-4
"""LOGIT_STEP of a Poisson model with an offset, where that step is further away."""
STOPPED = 0.01
"""In standard errors: polr stops early (README)."""
OPTIMISED = 1e-4
"""Relative: likelihoods of two parts, whose Hessian R computes by differences (tolerance of the golden file: 1e-3)."""
HESSIAN = 5e-3
"""Relative to both errors: covariances from such a Hessian."""


@pytest.fixture(scope="module")
def golden(load_golden: Callable[[str], dict[str, Any]]) -> Values:
    return Values(load_golden("regression"))


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
    X = matrix_of(data, expected["coef"]["rownames"])
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


@pytest.mark.parametrize(
    ("name", "family", "outcome"),
    [("logit", BinaryLogit(), "any_affair"), ("logit_factor", BinaryLogit(), "any_affair"),
     ("poisson", Poisson(), "n_affairs"), ("poisson_offset", Poisson(), "n_affairs")],
)  # fmt: skip
def test_iterated_models(name: str, family: Any, outcome: str, golden: Values, fair: pd.DataFrame) -> None:
    expected = golden[name]
    X, y = matrix_of(fair, expected["coef"]["rownames"]), fair[outcome].to_numpy()
    offset = {"offset": np.log(fair["yrs_married"].to_numpy())} if name == "poisson_offset" else {}
    fit = family.fit(y, X, **offset)
    table = np.array(expected["coef"]["data"])
    np.testing.assert_allclose(fit.coefficients, table[:, 0], rtol=ITERATED, atol=1e-8)
    step = FEWER_STEPS if name == "poisson_offset" else LOGIT_STEP
    np.testing.assert_allclose(np.sqrt(np.diag(classical_covariance(fit))), table[:, 1], rtol=step)
    _covariance(classical_covariance(fit), expected["vcov"], step)
    _criteria(fit, expected, LEAST_SQUARES)


def test_quasi_likelihood_is_the_poisson_model_times_its_dispersion(golden: Values, fair: pd.DataFrame) -> None:
    expected = golden["quasipoisson"]
    y, X = fair["n_affairs"].to_numpy(), matrix_of(fair, expected["coef"]["rownames"])
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
    X = matrix_of(fair, expected["coef"]["rownames"])
    fit = BinaryProbit().fit(fair["any_affair"].to_numpy(), X)
    _criteria(fit, expected, LEAST_SQUARES)
    # R's covariance rests on the expected information, with weights φ²/(p(1 − p)); ours on the observed one
    p = fit.family.expected(fit.parameters, X)[:, -1]
    curvature = norm.pdf(X @ fit.parameters) ** 2 / (p * (1 - p))
    _covariance(np.linalg.inv((X * curvature[:, None]).T @ X), expected["vcov"], LOGIT_STEP)


def test_negative_binomial(golden: Values, fair: pd.DataFrame) -> None:
    expected = golden["negbin"]
    y, X = fair["n_affairs"].to_numpy(), matrix_of(fair, expected["coef"]["rownames"])
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
    X = matrix_of(fair, ["(Intercept)", "rate_marriage", "age", "religious"])
    Z = X if name == "hurdle_nb" else matrix_of(fair, ["(Intercept)", "rate_marriage", "religious"])
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
    X, y = matrix_of(fair, ["(Intercept)", *names]), fair["rate_marriage"].to_numpy() - 1
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
    X = matrix_of(fair, ["(Intercept)", "age", "yrs_married", "children", "religious", "educ"])
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
    X, y = matrix_of(fair, ["(Intercept)", "age", "religious", "educ"]), fair["rate_marriage"].to_numpy() - 1
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
