"""Item statistics: hand arithmetic, pandas as an independent reference, and relations that hold for any answers."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from osa_survey.psychometrics import ItemStatistics, cronbach_alpha, item_moments, item_statistics
from osa_survey.psychometrics.counted_moments import counted_moments
from osa_survey.psychometrics.ordinal import categories
from osa_survey.psychometrics.ordinal.ordered_answers import cross_tables

EXACT = 1e-12
"""Both sides are the same formula in double precision."""
RELATION = 1e-9
"""A relation between two computations whose sums round differently."""
SEEDS = st.integers(0, 10_000)


def answers(seed: int, n: int = 60, k: int = 5, *, gaps: float = 0.0) -> np.ndarray:
    generator = np.random.default_rng(seed)
    trait = generator.normal(size=(n, 1))
    values = np.clip(np.round(3 + 0.8 * trait + generator.normal(size=(n, k))), 1, 5)
    values[generator.random(values.shape) < gaps] = np.nan
    return values


def test_alpha_and_item_rest_by_hand() -> None:
    values = np.array([[1.0, 2.0, 1.0], [2.0, 1.0, 3.0], [3.0, 3.0, 2.0], [4.0, 4.0, 4.0]])
    # deviations: a -1.5 -.5 .5 1.5; b -.5 -1.5 .5 1.5; c -1.5 .5 -.5 1.5. Sums of squares 5 each: variances 5/3.
    # ab = .75 + .75 + .25 + 2.25 = 4; ac = 2.25 - .25 - .25 + 2.25 = 4; bc = .75 - .75 - .25 + 2.25 = 2; each over 3.
    # total variance (15 + 2 * 10) / 3 = 35/3; alpha = 3/2 * (1 - (15/3) / (35/3)) = 3/2 * 20/35 = 6/7.
    # item a with b + c: cov 8/3, var(b + c) = (5 + 5 + 4)/3 = 14/3: r = 8 / sqrt(5 * 14).
    # item b (and c) with the others: cov 6/3, var (5 + 5 + 8)/3: r = 6 / sqrt(5 * 18).
    # alpha without a: r = 2/5, 2 * .4 / 1.4 = 4/7; without b: r = 4/5, 1.6 / 1.8 = 8/9.
    found = item_statistics(values)
    assert found.alpha == pytest.approx(6 / 7, rel=EXACT)
    assert found.item_rest == pytest.approx([8 / math.sqrt(70), 6 / math.sqrt(90), 6 / math.sqrt(90)], rel=EXACT)
    assert found.alpha_if_dropped == pytest.approx([4 / 7, 8 / 9, 8 / 9], rel=EXACT)
    assert found.mean_inter_item_r == pytest.approx((0.8 + 0.8 + 0.4) / 3, rel=EXACT)
    # equal variances: standardised and raw alpha are the same
    assert found.alpha_standardised == pytest.approx(6 / 7, rel=EXACT)
    assert found.moments.mean == pytest.approx([2.5, 2.5, 2.5], rel=EXACT)
    assert found.sd == pytest.approx([math.sqrt(5 / 3)] * 3, rel=EXACT)


@given(seed=SEEDS, gaps=st.sampled_from([0.0, 0.05, 0.3, 0.6]))
def test_pairwise_moments_are_those_of_pandas(seed: int, gaps: float) -> None:
    values = answers(seed, gaps=gaps)
    found = item_moments(values, "pairwise")
    frame = pd.DataFrame(values)
    # two items that nobody answered both have no covariance, here and there
    assert found.covariance == pytest.approx(frame.cov().to_numpy(), rel=RELATION, abs=RELATION, nan_ok=True)
    assert found.mean == pytest.approx(frame.mean().to_numpy(), rel=EXACT)
    assert found.n.tolist() == frame.notna().sum().tolist()
    assert found.n_respondents == int(frame.notna().any(axis=1).sum())
    present = frame.notna().to_numpy().astype(int)
    assert found.smallest_pair == (present.T @ present).min()


@given(seed=SEEDS)
def test_listwise_moments_are_those_of_the_complete_rows(seed: int) -> None:
    values = answers(seed, gaps=0.1)
    frame = pd.DataFrame(values).dropna()
    found = item_moments(values)
    assert found.n_respondents == len(frame)
    assert found.covariance == pytest.approx(frame.cov().to_numpy(), rel=RELATION, abs=RELATION)


@given(seed=SEEDS)
def test_item_rest_is_the_correlation_with_the_sum_of_the_others(seed: int) -> None:
    values = answers(seed)
    expected = [np.corrcoef(values[:, i], np.delete(values, i, 1).sum(axis=1))[0, 1] for i in range(5)]
    assert item_statistics(values).item_rest == pytest.approx(expected, rel=RELATION)


def same(one: ItemStatistics, other: ItemStatistics) -> None:
    assert one.alpha == pytest.approx(other.alpha, rel=RELATION, abs=RELATION)
    assert one.alpha_standardised == pytest.approx(other.alpha_standardised, rel=RELATION, abs=RELATION)
    assert one.item_rest == pytest.approx(other.item_rest, rel=RELATION, abs=RELATION)


@given(seed=SEEDS, constant=st.floats(-100, 100), gaps=st.sampled_from([0.0, 0.1]))
def test_alpha_does_not_see_constants_direction_unit_or_order(seed: int, constant: float, gaps: float) -> None:
    values = answers(seed, gaps=gaps)
    for missing in ("listwise", "pairwise"):
        found = item_statistics(values, missing)
        same(found, item_statistics(values + constant, missing))
        same(found, item_statistics(6 - values, missing))
        same(found, item_statistics(values * 2.5, missing))
        same(found, item_statistics(values[::-1], missing))


@given(seed=SEEDS)
def test_without_gaps_both_ways_agree(seed: int) -> None:
    values = answers(seed)
    same(item_statistics(values), item_statistics(values, "pairwise"))


def test_the_input_is_unchanged() -> None:
    values = answers(1, gaps=0.2)
    before = values.copy()
    item_statistics(values, "pairwise")
    item_statistics(values)
    np.testing.assert_array_equal(values, before)


def test_identical_items_have_alpha_one_and_opposite_ones_a_negative_one() -> None:
    line = np.array([1.0, 2.0, 3.0, 5.0])
    assert item_statistics(np.column_stack([line, line, line])).alpha == pytest.approx(1.0, rel=EXACT)
    # r = -.5: 2 * (1 - 2 / (2 - 1)) = -2
    assert cronbach_alpha(np.array([[1.0, -0.5], [-0.5, 1.0]])) == pytest.approx(-2.0, rel=EXACT)


def test_a_constant_item_leaves_raw_alpha_and_says_so() -> None:
    values = answers(3, k=3)
    values[:, 1] = 2.0
    found = item_statistics(values)
    assert found.constant.tolist() == [False, True, False]
    assert np.isnan(found.item_rest[1])
    assert not np.isnan(found.item_rest[[0, 2]]).any()
    assert np.isnan(found.alpha_standardised)
    # alpha = k / (k - 1) * 2c / total with the same c and total: 3/2 with the constant item, 2 without, 3/4 of it
    assert found.alpha == pytest.approx(0.75 * item_statistics(values[:, [0, 2]]).alpha, rel=RELATION)


def test_no_variance_gives_no_alpha() -> None:
    assert math.isnan(item_statistics(np.full((10, 3), 2.0)).alpha)
    assert math.isnan(item_statistics(np.full((10, 3), np.nan)).alpha)
    assert item_moments(np.full((10, 3), np.nan), "pairwise").n_respondents == 0


@given(SEEDS, st.integers(2, 9))
def test_moments_counted_from_cross_tables_are_those_of_the_answers(seed: int, k: int) -> None:
    values = answers(seed, n=40, k=k)
    values[:, 0] = 1000.0 + 3.0 * values[:, 0]  # other steps, far from zero
    values[:, -1] = np.minimum(values[:, -1], 3.0)  # fewer categories
    items = categories(values)
    found = counted_moments(cross_tables(items), items.answers)
    assert found.n_respondents == found.smallest_pair == 40
    assert found.mean == pytest.approx(values.mean(axis=0), rel=EXACT)
    assert found.covariance == pytest.approx(np.cov(values.T), abs=RELATION)
