"""The one-factor model: closed forms, numeric derivatives, planted truth, and cases that must not pass silently."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from osa_survey.psychometrics import feldt_interval, item_moments, omega, one_factor
from osa_survey.psychometrics.one_factor import derivatives, discrepancy, expected_information

EXACT = 1e-7
"""The fit stops where the gradient is below 1e-9; loadings are then good to about its square root's better half."""
NUMERIC = 1e-5
"""Central differences with a step of 1e-5 in double precision."""
STEP = 1e-5
SEEDS = st.integers(0, 10_000)
LOADINGS = np.array([0.8, 0.7, 0.6, 0.5, 0.4])


def structure(loadings: np.ndarray, residuals: np.ndarray) -> np.ndarray:
    return np.outer(loadings, loadings) + np.diag(residuals)


def sample(seed: int, n: int, loadings: np.ndarray = LOADINGS) -> np.ndarray:
    generator = np.random.default_rng(seed)
    noise = generator.normal(size=(n, len(loadings))) * np.sqrt(1 - loadings**2)
    return generator.normal(size=(n, 1)) * loadings + noise


def test_a_perfect_structure_comes_back() -> None:
    loadings, residuals = np.array([1.2, 0.9, 2.0, 0.4]), np.array([0.5, 1.0, 3.0, 0.2])
    n = 200
    model = one_factor(structure(loadings, residuals) * n / (n - 1), n)
    assert model.converged
    assert model.loadings == pytest.approx(loadings, rel=EXACT)
    assert model.residual_variances == pytest.approx(residuals, rel=EXACT)
    assert model.chi_squared == pytest.approx(0.0, abs=EXACT)
    assert model.df == 2
    assert model.p_value == pytest.approx(1.0)
    # omega by hand: (1.2 + .9 + 2 + .4)^2 = 20.25; 20.25 / (20.25 + 4.7)
    assert omega(model).estimate == pytest.approx(20.25 / 24.95, rel=EXACT)


def test_three_items_have_a_closed_form() -> None:
    r = np.array([[1.0, 0.42, 0.35], [0.42, 1.0, 0.30], [0.35, 0.30, 1.0]])
    model = one_factor(r, 100)
    # l1^2 = r12 r13 / r23 = .42 * .35 / .30 = .49, so .7; l2 = .42 / .7 = .6; l3 = .35 / .7 = .5
    assert model.standardised_loadings == pytest.approx([0.7, 0.6, 0.5], rel=EXACT)
    assert model.df == 0
    assert math.isnan(model.p_value)


@given(seed=SEEDS)
def test_gradient_and_hessian_against_differences(seed: int) -> None:
    generator = np.random.default_rng(seed)
    r = np.corrcoef(sample(seed, 80), rowvar=False)
    at = np.concatenate([generator.uniform(0.2, 0.9, 5), generator.uniform(0.3, 0.9, 5)])
    gradient, hessian = derivatives(at, r)
    steps = STEP * np.eye(10)
    slopes = [(discrepancy(at + e, r) - discrepancy(at - e, r)) / (2 * STEP) for e in steps]
    bends = [(derivatives(at + e, r)[0] - derivatives(at - e, r)[0]) / (2 * STEP) for e in steps]
    assert gradient == pytest.approx(np.array(slopes), rel=NUMERIC, abs=NUMERIC)
    assert hessian == pytest.approx(np.array(bends), rel=NUMERIC, abs=NUMERIC)


def test_expected_information_is_the_hessian_where_the_model_holds() -> None:
    residuals = 1 - LOADINGS**2
    _, hessian = derivatives(np.concatenate([LOADINGS, residuals]), structure(LOADINGS, residuals))
    assert expected_information(LOADINGS, residuals) == pytest.approx(hessian, rel=1e-10, abs=1e-10)


@given(seed=SEEDS)
def test_the_unit_of_an_item_changes_only_its_own_loading(seed: int) -> None:
    covariance = item_moments(sample(seed, 300)).covariance
    units = np.array([1.0, 10.0, 0.1, 3.0, 1.0])
    one, other = one_factor(covariance, 300), one_factor(covariance * np.outer(units, units), 300)
    assert one.converged
    assert other.loadings == pytest.approx(one.loadings * units, rel=EXACT)
    assert other.chi_squared == pytest.approx(one.chi_squared, rel=1e-6, abs=1e-9)


def test_omega_of_parallel_items_is_alpha() -> None:
    # k = 4, r = .36: alpha = 4 * .36 / (1 + 3 * .36) = 1.44 / 2.08
    model = one_factor(np.full((4, 4), 0.36) + 0.64 * np.eye(4), 150)
    assert omega(model).estimate == pytest.approx(1.44 / 2.08, rel=EXACT)


def test_the_delta_method_against_a_numeric_gradient() -> None:
    model = one_factor(item_moments(sample(5, 400)).covariance, 400)

    def coefficient(at: np.ndarray) -> float:
        return float(at[:5].sum() ** 2 / (at[:5].sum() ** 2 + at[5:].sum()))

    at = np.concatenate([model.loadings, model.residual_variances])
    gradient = np.array([(coefficient(at + e) - coefficient(at - e)) / (2 * STEP) for e in STEP * np.eye(10)])
    expected = math.sqrt(gradient @ model.parameter_covariance @ gradient)
    found = omega(model)
    assert found.std_error == pytest.approx(expected, rel=NUMERIC)
    # the interval is symmetric for log(omega / (1 - omega))
    low, middle, high = (math.log(x / (1 - x)) for x in (found.conf_low, found.estimate, found.conf_high))
    assert middle - low == pytest.approx(high - middle, rel=1e-9)
    assert high - middle == pytest.approx(1.959963985 * expected / (found.estimate * (1 - found.estimate)), rel=NUMERIC)


def test_intervals_cover_the_planted_coefficients() -> None:
    n, replications = 150, 500
    parallel = np.full(5, 0.7)
    true_omega = LOADINGS.sum() ** 2 / (LOADINGS.sum() ** 2 + (1 - LOADINGS**2).sum())
    true_alpha = 5 * 0.49 / (1 + 4 * 0.49)
    covered = np.zeros(2)
    for seed in range(replications):
        found = omega(one_factor(item_moments(sample(seed, n)).covariance, n))
        covered[0] += found.conf_low <= true_omega <= found.conf_high
        covariance = item_moments(sample(seed, n, parallel)).covariance
        alpha = 5 / 4 * (1 - np.trace(covariance) / covariance.sum())
        low, high = feldt_interval(alpha, n, 5)
        covered[1] += low <= true_alpha <= high
    # two cells, Bonferroni z for .05 two-sided: 2.24
    band = 0.01 + 2.24 * math.sqrt(0.95 * 0.05 / replications)
    assert np.abs(covered / replications - 0.95) == pytest.approx(0.0, abs=band)


def test_a_heywood_case_shows() -> None:
    # l1^2 = .8 * .8 / .5 = 1.28: a residual variance of -.28
    r = np.array([[1.0, 0.8, 0.8], [0.8, 1.0, 0.5], [0.8, 0.5, 1.0]])
    assert np.linalg.eigvalsh(r)[0] > 0
    model = one_factor(r, 500)
    assert model.heywood
    assert model.residual_variances[0] * 500 / 499 == pytest.approx(-0.28, rel=1e-6)
    assert math.isnan(omega(model).conf_low)


def test_what_cannot_be_fitted_is_refused() -> None:
    with pytest.raises(ValueError, match="three items"):
        one_factor(np.eye(2), 100)
    with pytest.raises(ValueError, match="positive definite"):
        one_factor(np.ones((3, 3)), 100)
    with pytest.raises(ValueError, match="positive definite"):
        one_factor(np.full((3, 3), np.nan), 100)


def test_items_without_correlations_do_not_pass_for_a_factor() -> None:
    model = one_factor(np.eye(4), 100)
    found = omega(model)
    assert not model.converged or found.estimate < 0.05 or math.isnan(found.conf_low)
