"""Rubin's rules by hand, by relations, and at their edges."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from osa_survey.errors import AnalysisError
from osa_survey.imputation import d1, d2, d3, d4, pool, pool_proportion, pool_r, pool_r2, wald_statistics

EXACT = 1e-12
"""Relative; rounding only."""


def test_by_hand() -> None:
    # q = 1, 2, 3: mean 2, b = 1; u = 1; t = 1 + 4/3 = 7/3; riv 4/3; lambda 4/7; old df = 2 / (16/49) = 6.125
    pooled = pool([1.0, 2.0, 3.0], [1.0, 1.0, 1.0], 10)
    assert pooled.estimate[0] == pytest.approx(2)
    assert pooled.covariance[0, 0] == pytest.approx(7 / 3, rel=EXACT)
    assert pooled.riv[0] == pytest.approx(4 / 3, rel=EXACT)
    assert pooled.share_missing[0] == pytest.approx(4 / 7, rel=EXACT)
    observed = 11 / 13 * 10 * 3 / 7
    df = 1 / (1 / 6.125 + 1 / observed)
    assert pooled.df[0] == pytest.approx(df, rel=EXACT)
    assert pooled.fmi[0] == pytest.approx((4 / 3 + 2 / (df + 3)) / (7 / 3), rel=EXACT)
    assert pooled.fmi_large_sample[0] == pytest.approx((4 / 3 + 2 / 9.125) / (7 / 3), rel=EXACT)


def test_sets_that_agree_give_the_complete_data_answer() -> None:
    pooled = pool(np.ones((5, 2)), np.tile(np.diag([4.0, 9.0]), (5, 1, 1)), 20)
    assert pooled.std_error.tolist() == [2, 3]
    assert pooled.riv.tolist() == [0, 0]
    assert pooled.df.tolist() == pytest.approx([21 / 23 * 20] * 2)  # the limit of Barnard and Rubin, not mice's floor
    assert pool(np.ones(5), np.ones(5)).df[0] == math.inf


@given(st.integers(2, 8), st.floats(0.1, 50), st.floats(1, 500))
def test_more_disagreement_costs_degrees_of_freedom(m: int, spread: float, complete: float) -> None:
    q = np.arange(m, dtype=float)
    calm, wild = pool(q, np.ones(m), complete), pool(q * (1 + spread), np.ones(m), complete)
    assert wild.df[0] <= calm.df[0] <= complete
    assert wild.fmi[0] >= calm.share_missing[0]
    assert (wild.covariance >= calm.covariance).all()


@pytest.mark.parametrize("m", [0, 1])
def test_one_set_is_refused(m: int) -> None:
    for work in (
        lambda: pool(np.ones((m, 2)), np.ones((m, 2, 2))),
        lambda: d1(np.ones((m, 2)), np.ones((m, 2, 2))),
        lambda: d2(np.ones(m), 2),
        lambda: d3(np.ones(m), np.ones(m), 2),
        lambda: d4(np.ones(m), 1.0, 2),
    ):
        with pytest.raises(AnalysisError, match="one_completed_set"):
            work()


def test_a_set_without_a_finite_number_is_named_and_shapes_are_checked() -> None:
    with pytest.raises(AnalysisError, match="1 of 3"):
        pool([1.0, np.nan, 2.0], [1.0, 1.0, 1.0])
    with pytest.raises(AnalysisError, match="wrong_shape"):
        pool(np.ones((3, 2)), np.ones((3, 3, 3)))


def test_without_missing_information_all_tests_are_the_wald_test() -> None:
    q, u = np.tile([1.0, 2.0], (4, 1)), np.tile(np.eye(2), (4, 1, 1))
    wald = 5.0  # 1² + 2²
    assert wald_statistics(q, u).tolist() == [wald] * 4
    assert d1(q, u).statistic == pytest.approx(wald / 2)
    assert d2([wald] * 4, 2).statistic == pytest.approx(wald / 2)
    assert d3([wald] * 4, [wald] * 4, 2).statistic == pytest.approx(wald / 2)
    assert d4([wald] * 4, wald, 2).p_value == pytest.approx(math.exp(-wald / 2))  # upper tail of chi squared with 2 df
    assert d1(q, u).df2 == math.inf


def test_a_test_of_one_parameter_is_the_square_of_its_t() -> None:
    generator = np.random.default_rng(3)
    q, u = generator.normal(1, 0.2, 30), generator.uniform(0.1, 0.2, 30)
    pooled, test = pool(q, u), d1(q[:, None], u[:, None, None])
    assert test.statistic == pytest.approx(float(pooled.estimate[0] / pooled.std_error[0]) ** 2, rel=1e-10)


def test_parameters_that_depend_on_each_other_are_refused() -> None:
    with pytest.raises(AnalysisError, match="singular_covariance"):
        d1(np.ones((3, 2)), np.ones((3, 2, 2)))


def test_correlations_proportions_and_r2_stay_in_their_range() -> None:
    r = pool_r([0.99, 0.995, 0.98], 10, 8)
    assert -1 < r.low < r.estimate < r.high < 1
    share = pool_proportion([0.01, 0.03, 0.02], 100)
    assert 0 < share.low < share.estimate < share.high < 1
    weak = pool_r2([0.0, 0.01, -0.01], 50)
    assert weak.low == 0
    assert 0 <= weak.estimate < weak.high
    with pytest.raises(AnalysisError, match="perfect_correlation"):
        pool_r([1.0, 0.9], 10)


def test_shares_of_nobody_and_everybody() -> None:
    nobody = pool_proportion([0.0, 0.0, 0.0], 30)
    assert (nobody.estimate, nobody.low) == (0, 0)
    assert nobody.high == pytest.approx(1 - 0.025 ** (1 / 30))  # the exact bound for 0 of 30
    everybody = pool_proportion([1.0, 1.0], 30)
    assert (everybody.low, everybody.high) == pytest.approx((0.025 ** (1 / 30), 1))
    some = pool_proportion([0.0, 1 / 30], 30)
    assert 0 < some.low < some.estimate < some.high < 1


def test_few_sets_do_not_add_degrees_of_freedom_to_a_small_plan() -> None:
    """With k (m − 1) = 4 D1 has those of large samples, 3 (1 + 1/r)², here not above those of complete data."""
    q = np.array([[1.0, 2.0], [1.1, 2.0], [0.9, 2.1]])
    u = np.tile(np.eye(2), (3, 1, 1))
    large, small = d1(q, u), d1(q, u, 5)
    r = 4 / 3 * (np.var(q[:, 0], ddof=1) + np.var(q[:, 1], ddof=1)) / 2
    assert large.df2 == pytest.approx(3 * (1 + 1 / r) ** 2, rel=EXACT)
    assert (small.df2, small.statistic) == (5, large.statistic)
    assert small.p_value > large.p_value
