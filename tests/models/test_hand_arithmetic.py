"""Estimates that can be worked out by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest

from osa_survey.models import (
    BinaryLogit,
    BinaryProbit,
    Hurdle,
    Linear,
    Multinomial,
    NegativeBinomial,
    OrdinalLogit,
    Poisson,
    ZeroInflated,
    classical_covariance,
    inverse_information,
    penalised_interval,
    robust_covariance,
    wald,
)

EXACT = 1e-9

# 2 × 2: 12 of 20 events where x = 1, 6 of 30 where x = 0.
X = np.column_stack([np.ones(50), np.repeat([1.0, 0.0], [20, 30])])
EVENTS = np.concatenate([np.repeat([1.0, 0.0], [12, 8]), np.repeat([1.0, 0.0], [6, 24])])


def test_the_logit_of_a_table_is_its_odds_ratio() -> None:
    fit = BinaryLogit().fit(EVENTS, X)
    assert fit.parameters == pytest.approx([math.log(6 / 24), math.log(12 * 24 / (8 * 6))], rel=EXACT)
    assert classical_covariance(fit)[1, 1] == pytest.approx(1 / 12 + 1 / 8 + 1 / 6 + 1 / 24, rel=EXACT)
    expected = 12 * math.log(0.6) + 8 * math.log(0.4) + 6 * math.log(0.2) + 24 * math.log(0.8)
    assert fit.log_likelihood == pytest.approx(expected, rel=EXACT)


def test_a_quarter_of_the_events_weighted_four_times_is_the_table() -> None:
    y, x = np.array([1.0, 0.0, 1.0, 0.0]), np.column_stack([np.ones(4), [1.0, 1.0, 0.0, 0.0]])
    fit = BinaryLogit().fit(y, x, weights=np.array([12.0, 8.0, 6.0, 24.0]))
    assert fit.parameters == pytest.approx(BinaryLogit().fit(EVENTS, X).parameters, rel=EXACT)


def test_firth_adds_a_half_to_each_cell() -> None:
    """For a saturated model Firth's estimate is the odds ratio of the cells plus ½ (Firth, 1993)."""
    fit = BinaryLogit(penalty="firth").fit(EVENTS, X)
    assert fit.parameters[1] == pytest.approx(math.log(12.5 * 24.5 / (8.5 * 6.5)), rel=1e-8)
    nobody = np.where(X[:, 1] == 1, 0.0, EVENTS)  # no event where x = 1: no finite odds ratio without the penalty
    assert BinaryLogit().fit(nobody, X).separated == (1,)
    finite = BinaryLogit(penalty="firth").fit(nobody, X)
    assert finite.converged
    assert finite.parameters[1] == pytest.approx(math.log(0.5 * 24.5 / (20.5 * 6.5)), rel=1e-8)


def test_the_penalised_interval_is_where_the_profile_has_fallen() -> None:
    """Saturated 2 × 2: with a fixed log odds ratio only the intercept is left, and a fine grid finds its maximum."""
    nobody = np.where(X[:, 1] == 1, 0.0, EVENTS)
    fit = BinaryLogit(penalty="firth").fit(nobody, X)
    low, high = penalised_interval(fit, nobody, X, 1)
    assert low < fit.parameters[1] < high < 0
    intercepts = np.linspace(-3, 1, 4001)
    for end in (low, high):
        p0, p1 = 1 / (1 + np.exp(-intercepts)), 1 / (1 + np.exp(-intercepts - end))
        a, b = 30 * p0 * (1 - p0), 20 * p1 * (1 - p1)  # |X'WX| = ab
        value = 6 * np.log(p0) + 24 * np.log1p(-p0) + 20 * np.log1p(-p1) + 0.5 * np.log(a * b)
        assert 2 * (fit.log_likelihood - value.max()) == pytest.approx(3.841458820694124, abs=1e-5)


def test_the_probit_of_a_table_has_normal_quantiles() -> None:
    from statistics import NormalDist

    quantile = NormalDist().inv_cdf
    fit = BinaryProbit().fit(EVENTS, X)
    assert fit.parameters == pytest.approx([quantile(0.2), quantile(0.6) - quantile(0.2)], rel=EXACT)


def test_the_poisson_of_two_groups_has_their_rates() -> None:
    y = np.where(X[:, 1] == 1, 3.0, 1.0) + np.tile([1.0, -1.0], 25)
    years = np.where(X[:, 1] == 1, 2.0, 1.0)
    fit = Poisson().fit(y, X, offset=np.log(years))
    assert fit.parameters == pytest.approx([0.0, math.log(1.5)], abs=EXACT)  # 1 a year, 3 in two years
    assert classical_covariance(fit)[1, 1] == pytest.approx(1 / 30 + 1 / 60, rel=EXACT)


def test_multinomial_and_ordinal_without_predictors_have_the_shares() -> None:
    y = np.repeat([0.0, 1.0, 2.0], [10, 25, 15])
    one = np.ones((50, 1))
    assert Multinomial(3).fit(y, one).parameters == pytest.approx([math.log(2.5), math.log(1.5)], rel=EXACT)
    ordinal = OrdinalLogit(3).fit(y, one)
    assert ordinal.n_coefficients == 0
    assert ordinal.names == ("threshold 1|2", "threshold 2|3")
    assert ordinal.parameters == pytest.approx([math.log(0.2 / 0.8), math.log(0.7 / 0.3)], rel=EXACT)
    assert inverse_information(ordinal)[0, 0] == pytest.approx(1 / (50 * 0.2 * 0.8), rel=EXACT)


def test_least_squares_by_hand() -> None:
    x, y = np.array([1.0, 2.0, 3.0, 4.0]), np.array([1.0, 3.0, 2.0, 6.0])
    fit = Linear().fit(y, np.column_stack([np.ones(4), x]))
    # b = 7/5, a = 3 − 2.5·1.4 = −0.5; residuals 0.1, 0.7, −1.7, 0.9 with squares 4.2 in all.
    assert fit.coefficients == pytest.approx([-0.5, 1.4], rel=EXACT)
    assert math.exp(2 * fit.parameters[-1]) == pytest.approx(4.2 / 4, rel=EXACT)
    assert classical_covariance(fit)[1, 1] == pytest.approx(4.2 / 2 / 5, rel=EXACT)
    white = (1.5**2 * 0.1**2 + 0.5**2 * 0.7**2 + 0.5**2 * 1.7**2 + 1.5**2 * 0.9**2) / 25
    assert robust_covariance(fit, "HC0")[1, 1] == pytest.approx(white, rel=EXACT)
    design = np.column_stack([np.ones(4), x])
    leverage = np.array([0.7, 0.3, 0.3, 0.7])
    parts = (x - 2.5) * np.array([0.1, 0.7, -1.7, 0.9]) / (1 - leverage)
    assert robust_covariance(fit, "HC3", X=design)[1, 1] == pytest.approx((parts**2).sum() / 25, rel=EXACT)


def test_zero_inflation_without_predictors_solves_two_equations() -> None:
    """The ZIP estimates satisfy λ / (1 − e^−λ) = mean of positive counts and (1 − π)(1 − e^−λ) = share of those."""
    y = np.repeat([0.0, 1.0, 2.0, 3.0, 5.0], [40, 20, 15, 15, 10])
    one = np.ones((100, 1))
    fit = ZeroInflated(Poisson()).fit(y, one)
    rate, inflation = math.exp(fit.parameters[0]), 1 / (1 + math.exp(-fit.parameters[1]))
    assert rate / -math.expm1(-rate) == pytest.approx((20 + 30 + 45 + 50) / 60, rel=EXACT)
    assert (1 - inflation) * -math.expm1(-rate) == pytest.approx(0.6, rel=EXACT)
    hurdle = Hurdle(Poisson()).fit(y, one)  # the same likelihood, put differently
    assert hurdle.log_likelihood == pytest.approx(fit.log_likelihood, rel=EXACT)
    assert hurdle.parameters == pytest.approx([math.log(rate), math.log(0.6 / 0.4)], rel=EXACT)
    assert hurdle.names == ("nonzero: 0",)
    assert fit.names == ("zero: 0",)
    assert hurdle.family.expected(hurdle.parameters, one)[0, 0] == pytest.approx(y.mean(), rel=EXACT)


def test_the_negative_binomial_mean_is_the_mean() -> None:
    y = np.repeat([0.0, 1.0, 2.0, 9.0], [10, 8, 6, 4])
    fit = NegativeBinomial().fit(y, np.ones((28, 1)))
    assert math.exp(fit.parameters[0]) == pytest.approx(y.mean(), rel=EXACT)
    # One row at a time: Γ(y + 1/α) / (Γ(1/α) y!) · (1/(1 + αμ))^(1/α) · (αμ/(1 + αμ))^y
    alpha, mean = math.exp(fit.parameters[1]), y.mean()
    expected = (
        math.lgamma(9 + 1 / alpha)
        - math.lgamma(1 / alpha)
        - math.lgamma(10)
        - math.log1p(alpha * mean) / alpha
        + 9 * math.log(alpha * mean / (1 + alpha * mean))
    )
    found = fit.family.log_likelihood_of(fit.parameters, y, np.ones((28, 1)))
    assert found[-1] == pytest.approx(expected, rel=EXACT)


def test_wald_tests_by_hand() -> None:
    """Two independent z of 2 and 1: χ² = 5, F = 2.5; P(χ²₂ > 5) = e^−2.5, P(F₂,₁₀ > 2.5) = (1 + 2·2.5/10)^−5."""
    estimate, covariance = np.array([2.0, 3.0]), np.diag([1.0, 9.0])
    chi = wald(np.eye(2), estimate, covariance)
    assert (chi.statistic, chi.df1, chi.df2) == pytest.approx((5.0, 2, math.inf))
    assert chi.p_value == pytest.approx(math.exp(-2.5), rel=EXACT)
    ratio = wald(np.eye(2), estimate, covariance, df2=10)
    assert (ratio.statistic, ratio.p_value) == pytest.approx((2.5, 1.5**-5), rel=EXACT)
