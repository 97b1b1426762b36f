"""Noncentral pivots: the bounds put the observed statistic at the two tail quantiles."""

from __future__ import annotations

import math

import pytest
from scipy import stats

from osa_survey.effects.noncentral_intervals import (
    noncentral_chi2_interval,
    noncentral_f_interval,
    noncentral_t_interval,
)

TAIL_ATOL = 1e-9  # of a probability at the root


@pytest.mark.parametrize("t", [-6.6, -0.3, 0.0, 1.5, 12.0, 40.0])
@pytest.mark.parametrize("df", [2, 10, 98.5, 2798])
@pytest.mark.parametrize("level", [0.8, 0.95])
def test_t_bounds_are_tail_quantiles(t: float, df: float, level: float) -> None:
    bounds = noncentral_t_interval(t, df, level)
    assert stats.nct.cdf(t, df, bounds.low) == pytest.approx((1 + level) / 2, abs=TAIL_ATOL)
    assert stats.nct.cdf(t, df, bounds.high) == pytest.approx((1 - level) / 2, abs=TAIL_ATOL)
    assert bounds.low < t < bounds.high


def test_t_bounds_mirror() -> None:
    one, other = noncentral_t_interval(2.2, 30), noncentral_t_interval(-2.2, 30)
    assert [one.low, one.high] == pytest.approx([-other.high, -other.low], rel=1e-8)


def test_f_and_chi2_bounds() -> None:
    bounds = noncentral_f_interval(4.0, 3, 120)
    assert stats.ncf.cdf(4.0, 3, 120, bounds.low) == pytest.approx(0.975, abs=TAIL_ATOL)
    assert stats.ncf.cdf(4.0, 3, 120, bounds.high) == pytest.approx(0.025, abs=TAIL_ATOL)
    bounds = noncentral_chi2_interval(20.0, 4)
    assert stats.ncx2.cdf(20.0, 4, bounds.low) == pytest.approx(0.975, abs=TAIL_ATOL)
    assert stats.ncx2.cdf(20.0, 4, bounds.high) == pytest.approx(0.025, abs=TAIL_ATOL)


def test_bounds_stop_at_zero() -> None:
    assert noncentral_f_interval(1.0, 4, 100).low == 0.0
    assert noncentral_chi2_interval(3.0, 4).low == 0.0
    assert noncentral_chi2_interval(0.0, 4).high == 0.0


def test_a_chi2_of_one_df_is_a_squared_normal() -> None:
    # for large λ the bounds of √λ are those of a normal mean: √x ± 1.96
    bounds = noncentral_chi2_interval(400.0, 1)
    assert math.sqrt(bounds.low) == pytest.approx(20 - 1.959964, abs=1e-5)
    assert math.sqrt(bounds.high) == pytest.approx(20 + 1.959964, abs=1e-5)


def test_no_statistic_no_bounds() -> None:
    for bounds in (
        noncentral_t_interval(math.nan, 10),
        noncentral_t_interval(1.0, 0),
        noncentral_f_interval(-1.0, 2, 10),
        noncentral_chi2_interval(math.inf, 2),
    ):
        assert math.isnan(bounds.low)
        assert math.isnan(bounds.high)
