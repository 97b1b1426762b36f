"""Likelihoods of counts against R, golden or computed by `models.R`, carried to the end."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm

from osa_survey.models import (
    Hurdle,
    NegativeBinomial,
    Poisson,
    ZeroInflated,
    classical_covariance,
    inverse_information,
    robust_covariance,
)
from tests.parity.golden_records import Values
from tests.parity.model_numbers import (
    FLOOR,
    ITERATED,
    NUMERIC_HESSIAN,
    OPTIMISED,
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


@pytest.fixture(scope="module")
def sharp() -> Sharp:
    return stored()


@pytest.fixture(scope="module")
def golden(load_golden: Golden) -> Values:
    return Values(load_golden("regression"))


def test_poisson(fair: pd.DataFrame, golden: Values) -> None:
    expected, X = golden["poisson"], matrix(fair, ["rate_marriage", "age", "yrs_married", "religious"])
    fit = Poisson().fit(column(fair, "n_affairs"), X)
    hold_table(fit, expected, ITERATED, ITERATED, classical_covariance(fit))
    for kind in ("HC0", "HC1", "HC3"):
        hold(errors_of(robust_covariance(fit, kind, X=X)), list(expected[kind.lower()].values()), ITERATED)


def test_poisson_with_offset(fair: pd.DataFrame, sharp: Sharp) -> None:
    expected, X = sharp["poisson_offset"], matrix(fair, ["rate_marriage", "religious"])
    fit = Poisson().fit(column(fair, "n_affairs"), X, offset=np.log(column(fair, "yrs_married")))
    hold(fit.parameters, expected["coef"], SHARP)
    hold(errors_of(classical_covariance(fit)), expected["se"], SHARP)
    assert fit.log_likelihood == pytest.approx(expected["logLik"][0], rel=SHARP)


def test_negative_binomial(fair: pd.DataFrame, golden: Values, sharp: Sharp) -> None:
    expected = sharp["negbin"]
    X = matrix(fair, ["rate_marriage", "age", "yrs_married", "religious"])
    fit = NegativeBinomial().fit(column(fair, "n_affairs"), X)
    alpha = float(np.exp(fit.parameters[-1]))
    hold(fit.coefficients, expected["coef"], ITERATED, FLOOR)
    hold(fit.coefficients, np.array(golden["negbin"]["coef"]["data"])[:, 0], ITERATED, FLOOR)
    assert 1 / alpha == pytest.approx(expected["theta"][0], rel=ITERATED)
    assert fit.log_likelihood == pytest.approx(expected["logLik"][0], rel=SHARP)
    # R's errors hold θ fixed and rest on the expected information, with weights μ/(1 + αμ).
    mean = np.exp(X @ fit.coefficients)
    hold(errors_of(np.linalg.inv((X * (mean / (1 + alpha * mean))[:, None]).T @ X)), expected["se"], ITERATED)


def test_joint_errors_of_the_negative_binomial(fair: pd.DataFrame) -> None:
    """The observed information of all parameters, as statsmodels has it (which has α in place of log α)."""
    X, y = matrix(fair, ["rate_marriage", "age", "religious"]), column(fair, "n_affairs")
    fit = NegativeBinomial().fit(y, X)
    peer = sm.NegativeBinomial(y, X).fit(start_params=np.append(fit.coefficients, np.exp(fit.parameters[-1])), disp=0)
    expected = np.append(peer.bse[:-1], peer.bse[-1] / peer.params[-1])
    hold(errors_of(inverse_information(fit)), expected, OPTIMISED)


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
    X = matrix(fair, ["rate_marriage", "age", "religious"])
    Z = X if name == "hurdle_nb" else matrix(fair, ["rate_marriage", "religious"])
    fit = family.fit(column(fair, "n_affairs"), X, Z=Z)
    assert fit.converged
    assert not fit.warnings
    tables = [np.array(expected[part]["data"]) for part in ("count", "zero")]
    if sign is not None:  # R has log θ = −log α
        tables[0][-1, 0] *= sign
    both = np.concatenate(tables)
    hold(fit.parameters, both[:, 0], NUMERIC_HESSIAN, NUMERIC_HESSIAN)
    hold(errors_of(inverse_information(fit)), both[:, 1], 5 * NUMERIC_HESSIAN)
    assert fit.log_likelihood == pytest.approx(expected["logLik"], rel=1e-7)
    assert fit.log_likelihood >= expected["logLik"] - 1e-6


def test_weighted_and_cut_off_counts(fair: pd.DataFrame, sharp: Sharp) -> None:
    X, y = matrix(fair, ["rate_marriage", "age", "religious"]), column(fair, "n_affairs")
    hurdle, expected = Hurdle(Poisson()).fit(y, X), sharp["hurdle_poisson"]
    hold(hurdle.parameters, expected["coef"], OPTIMISED, OPTIMISED)
    hold(errors_of(inverse_information(hurdle)), expected["se"], NUMERIC_HESSIAN)
    assert hurdle.log_likelihood == pytest.approx(expected["logLik"][0], rel=SHARP)
    w, Z = column(fair, "educ"), matrix(fair, ["rate_marriage", "religious"])
    fit, expected = ZeroInflated(Poisson()).fit(y, X, Z=Z, weights=w / w.mean()), sharp["zip_weights"]
    hold(fit.parameters, expected["coef"], OPTIMISED, OPTIMISED)
    assert fit.log_likelihood == pytest.approx(expected["logLik"][0], rel=SHARP)


def test_weighted_zero_inflated_negative_binomial_where_pscl_stops_short(fair: pd.DataFrame, sharp: Sharp) -> None:
    """pscl 1.5.5 leaves the weights out of the slope by log θ; at its answer that slope is not zero, at ours it is."""
    X, y = matrix(fair, ["rate_marriage", "age", "religious"]), column(fair, "n_affairs")
    w, Z = column(fair, "educ"), matrix(fair, ["rate_marriage", "religious"])
    w = w / w.mean()
    fit, expected = ZeroInflated(NegativeBinomial()).fit(y, X, Z=Z, weights=w), sharp["zinb_weights"]
    theirs = w @ fit.family.log_likelihood_of(np.array(expected["coef"]), y, X, Z)
    assert theirs == pytest.approx(expected["logLik"][0], rel=SHARP)  # the likelihoods agree
    assert fit.log_likelihood > theirs + 0.1
    assert np.abs(w @ fit.scores).max() < FLOOR
