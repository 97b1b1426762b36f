"""Power, type S and type M errors, and required sizes, against closed forms and known curves."""

from __future__ import annotations

import json
import math
from pathlib import Path

import numpy as np
import pytest
from scipy import stats
from statsmodels.stats.power import TTestIndPower

from osa_survey.analysis.planning.detection_rates import (
    average_of,
    exaggeration,
    known_truth,
    power_of,
    share_of,
    wrong_sign,
)
from osa_survey.analysis.planning.required_sizes import required_size
from osa_survey.models import BinaryProbit

MC = 4.0
"""Simulated numbers may miss their value by this many standard errors; the seeds are fixed."""
FIELLER = json.loads(Path(__file__).with_name("required_sizes.json").read_text(encoding="utf-8"))
R_DIGITS = 1e-4
"""R's glm stops when the deviance changes by less than 1e-8 of itself; bounds of n then agree to this share."""


def normal_studies(delta: float, se: float, number: int = 40_000) -> tuple[np.ndarray, np.ndarray]:
    estimates = np.random.default_rng(3).normal(delta, se, number)
    return estimates, 2 * stats.norm.sf(np.abs(estimates) / se)


def test_type_s_and_type_m_have_the_closed_form_of_a_normal_estimate() -> None:
    """Gelman and Carlin (2014): true value 0.1, standard error 3.28: power .05, type S .46, exaggeration 77."""
    delta, se, z = 0.1, 3.28, float(stats.norm.ppf(0.975))
    ratio = delta / se
    power = stats.norm.sf(z - ratio) + stats.norm.cdf(-z - ratio)
    sign = stats.norm.cdf(-z - ratio) / power
    # E|x| beyond +-z se, by the truncated normal means.
    upper = delta * stats.norm.sf(z - ratio) + se * stats.norm.pdf(z - ratio)
    lower = -delta * stats.norm.cdf(-z - ratio) + se * stats.norm.pdf(-z - ratio)
    size = (upper + lower) / power / delta
    assert (round(power, 2), round(sign, 2), round(size)) == (0.05, 0.46, 77)
    estimates, p_values = normal_studies(delta, se)
    found = power_of(p_values, 0.05)
    assert found.share == pytest.approx(power, abs=MC * found.std_error)
    wrong = wrong_sign(estimates, p_values, delta, 0.05)
    assert wrong.n == found.count
    assert wrong.share == pytest.approx(sign, abs=MC * wrong.std_error)
    large = exaggeration(estimates, p_values, delta, 0.05)
    assert large.mean == pytest.approx(size, abs=MC * large.std_error)


def test_a_study_without_a_test_counts_and_detects_nothing() -> None:
    p_values = np.array([0.01, np.nan, 0.2, np.nan])
    assert power_of(p_values, 0.05).share == 0.25
    estimates = np.array([2.0, 5.0, 1.0, np.nan])
    assert exaggeration(estimates, p_values, 1.0, 0.05).mean == 2.0
    assert wrong_sign(estimates, p_values, -1.0, 0.05).share == 1.0


def test_nothing_is_said_of_sign_and_size_where_there_is_none() -> None:
    estimates, p_values = normal_studies(0.0, 1.0, 500)
    for truth in (0.0, math.nan):
        assert math.isnan(wrong_sign(estimates, p_values, truth, 0.05).share)
        assert math.isnan(exaggeration(estimates, p_values, truth, 0.05).mean)
    assert math.isnan(known_truth(average_of(estimates)))
    assert known_truth(average_of(estimates + 1)) == pytest.approx(1, abs=0.2)
    assert math.isnan(average_of(np.array([1.0])).std_error)


@pytest.mark.parametrize("d", [0.2, 0.3, 0.5])
def test_the_required_size_of_a_t_test_comes_back(d: float) -> None:
    known = 2 * TTestIndPower().solve_power(d, power=0.8, alpha=0.05)
    sizes = [round(known * share) for share in (0.3, 0.6, 0.9, 1.2, 1.6)]
    covered = 0
    for seed in range(40):
        rng = np.random.default_rng(seed)
        powers = [TTestIndPower().power(d, n / 2, 0.05) for n in sizes]
        found = required_size(sizes, [share_of(int(rng.binomial(1000, power)), 1000) for power in powers], 0.8)
        assert found.low <= found.n <= found.high
        covered += found.low - 1 <= known <= found.high + 1
    assert covered >= 33  # of 40 at 95%: P(fewer than 33) = .0003


def test_the_line_and_its_bounds_are_those_of_r() -> None:
    found = required_size(FIELLER["sizes"], [share_of(k, 1000) for k in FIELLER["detected"]], 0.8)
    X = np.column_stack([np.ones(8), np.tile(np.sqrt(FIELLER["sizes"]), 2)])
    weights = np.concatenate([FIELLER["detected"], 1000 - np.array(FIELLER["detected"])]).astype(float)
    line = BinaryProbit().fit(np.repeat([1.0, 0.0], 4), X, weights=weights).parameters
    assert line == pytest.approx(np.array(FIELLER["coefficients"]), rel=R_DIGITS)
    bounds = [FIELLER["n"], FIELLER["low"], FIELLER["high"]]
    assert [found.n, found.low, found.high] == [math.ceil(value) for value in bounds]


def test_no_number_is_given_outside_the_sizes_simulated() -> None:
    low = required_size([50, 100], [share_of(20, 100), share_of(30, 100)], 0.8)
    assert math.isnan(low.n)
    assert (low.low, low.high) == (100, math.inf)
    assert "larger" in low.warning
    high = required_size([50, 100], [share_of(95, 100), share_of(99, 100)], 0.8)
    assert math.isnan(high.n)
    assert high.high == 50
    assert "smaller" in high.warning
    steep = required_size([50, 100, 200], [share_of(2, 100), share_of(5, 100), share_of(100, 100)], 0.8)
    assert math.isnan(steep.n)
    assert (steep.low, steep.high) == (100, 200)
    near = required_size([100, 150, 200], [share_of(k, 100) for k in (50, 62, 74)], 0.8)
    assert math.isnan(near.n)
    assert "outside" in near.warning
    assert near.high > 200


def test_a_curve_that_is_no_line_is_answered_by_sizes() -> None:
    shares = [share_of(k, 2000) for k in (1200, 400, 1300, 1900)]
    found = required_size([100, 200, 300, 400], shares, 0.8)
    assert math.isnan(found.n)
    assert (found.low, found.high) == (300, 400)
