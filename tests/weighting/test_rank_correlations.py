"""Weighted Spearman and Kendall: repeated rows, derivatives by the weights, constants."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from scipy import stats

from osa_survey.weighting import Statistics, weighted_kendall, weighted_spearman
from osa_survey.weighting.rank_correlations import lower_in_both

EXACT = 1e-12
DIFFERENCES = 1e-8
"""Central differences of a step of 1e-5."""
N = 40
Rank = Callable[[np.ndarray, np.ndarray, np.ndarray], Statistics]
RANKS = [(weighted_spearman, stats.spearmanr), (weighted_kendall, stats.kendalltau)]


def answers(tied: bool) -> tuple[np.ndarray, np.ndarray]:
    drawn = np.random.default_rng(3)
    x = drawn.normal(size=N)
    y = x + drawn.normal(size=N)
    return (np.round(x), np.round(y)) if tied else (x, y)


@pytest.mark.parametrize("tied", [False, True])
@pytest.mark.parametrize(("rank", "plain"), RANKS)
def test_whole_weights_are_repeated_rows(rank: Rank, plain: Callable[..., tuple[float, float]], tied: bool) -> None:
    x, y = answers(tied)
    times = np.tile([1, 2, 3, 1], N // 4)
    expected = plain(np.repeat(x, times), np.repeat(y, times))[0]
    assert rank(x, y, times.astype(float)).estimate[0] == pytest.approx(expected, rel=EXACT)
    assert rank(x, y, np.full(N, 7.0)).estimate[0] == pytest.approx(plain(x, y)[0], rel=EXACT)


@pytest.mark.parametrize("tied", [False, True])
@pytest.mark.parametrize("rank", [weighted_spearman, weighted_kendall])
def test_contributions_are_derivatives_by_the_weights(rank: Rank, tied: bool) -> None:
    x, y = answers(tied)
    weights = np.random.default_rng(5).uniform(0.3, 2, N)
    step = 1e-5 * np.eye(N)
    slopes = [(rank(x, y, weights + one).estimate[0] - rank(x, y, weights - one).estimate[0]) / 2e-5 for one in step]
    found = rank(x, y, weights).influence[:, 0]
    np.testing.assert_allclose(found, weights * np.array(slopes), atol=DIFFERENCES)
    assert found.sum() == pytest.approx(0, abs=EXACT)  # only ratios of weights count


def test_people_without_weight_stand_outside() -> None:
    x, y = answers(True)
    weights = np.where(np.arange(N) < 30, 1.0, 0.0)
    for rank in (weighted_spearman, weighted_kendall):
        inside = rank(x[:30], y[:30], np.ones(30)).estimate[0]
        assert rank(x, y, weights).estimate[0] == pytest.approx(inside, rel=EXACT)


def test_a_constant_has_no_rank_correlation() -> None:
    for rank in (weighted_spearman, weighted_kendall):
        found = rank(np.ones(5), np.arange(5.0), np.ones(5))
        assert np.isnan(found.estimate).all()
        assert np.isnan(found.influence).all()


def test_mass_below_in_both_by_all_pairs() -> None:
    drawn = np.random.default_rng(8)
    a, b, mass = drawn.integers(-3, 9, 60), drawn.integers(0, 4, 60), drawn.random(60)
    expected = [mass[(a < one) & (b < other)].sum() for one, other in zip(a, b, strict=True)]
    np.testing.assert_allclose(lower_in_both(a, b, mass), expected, atol=EXACT)
