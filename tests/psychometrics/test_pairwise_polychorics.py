"""Polychoric correlations of weighted respondents with gaps: equal weights, repeated rows, derivatives."""

from __future__ import annotations

import numpy as np
import pytest

from osa_survey.psychometrics.ordinal import categories, polychoric_matrix
from osa_survey.psychometrics.ordinal.full_influences import full_influences
from osa_survey.psychometrics.ordinal.full_polychorics import full_polychorics
from osa_survey.psychometrics.ordinal.pairwise_polychorics import pairwise_polychorics
from osa_survey.psychometrics.ordinal.polyserials import polyserial, weighted_polyserial
from osa_survey.psychometrics.ordinal.weighted_thresholds import threshold_contributions, weighted_thresholds

N = 240
SAME = 1e-12
SEARCHED = 1e-9
"""Where two Newton searches of the same likelihood end."""
DIFFERENCES = 1e-8
FIRST_ORDER = 0.15
"""The jackknife's second-order terms, and the outer products that stand for second derivatives."""


@pytest.fixture(scope="module")
def answers() -> np.ndarray:
    drawn = np.random.default_rng(1)
    trait = drawn.normal(size=(N, 1))
    found = np.clip(np.round(trait + drawn.normal(size=(N, 4))), -1, 2)
    found[:20, 1] = np.nan
    return found


def test_equal_weights_are_no_weights(answers: np.ndarray) -> None:
    items, ones = categories(answers), np.ones(N)
    plain, found = polychoric_matrix(items), pairwise_polychorics(items, 3 * ones)
    pairs = np.triu_indices(4, 1)
    np.testing.assert_allclose(found.pairs.rho, plain.correlations[pairs], rtol=SAME)
    np.testing.assert_allclose(weighted_thresholds(items, ones), np.concatenate(plain.thresholds), rtol=SAME)
    moved = found.correlation_contributions(items, 3 * ones)
    np.testing.assert_allclose(np.sqrt((moved**2).sum(axis=0)), plain.std_errors[pairs], rtol=SAME)


def test_whole_weights_are_repeated_rows(answers: np.ndarray) -> None:
    times = np.tile([1, 2, 3], N // 3)
    found = pairwise_polychorics(categories(answers), times.astype(float))
    repeated = polychoric_matrix(categories(np.repeat(answers, times, axis=0)))
    np.testing.assert_allclose(found.pairs.rho, repeated.correlations[np.triu_indices(4, 1)], rtol=SEARCHED)


def test_contributions_of_thresholds_are_derivatives(answers: np.ndarray) -> None:
    items, weights = categories(answers), np.random.default_rng(2).uniform(0.3, 2, N)
    found = threshold_contributions(items, weights)
    for person in range(0, N, 40):
        step = 1e-5 * (np.arange(N) == person)
        up, down = (weighted_thresholds(items, weights + sign * step) for sign in (1, -1))
        np.testing.assert_allclose(found[person], weights[person] * (up - down) / 2e-5, atol=DIFFERENCES)


def test_errors_of_correlations_are_near_the_jackknife(answers: np.ndarray) -> None:
    items, weights = categories(answers), np.random.default_rng(2).uniform(0.3, 2, N)
    moved = pairwise_polychorics(items, weights).correlation_contributions(items, weights)
    each = np.array([pairwise_polychorics(items, weights * (np.arange(N) != out)).pairs.rho for out in range(N)])
    jackknife = np.sqrt((N - 1) / N * ((each - each.mean(axis=0)) ** 2).sum(axis=0))
    np.testing.assert_allclose(np.sqrt((moved**2).sum(axis=0)), jackknife, rtol=FIRST_ORDER)


def test_full_likelihood_is_near_the_jackknife(answers: np.ndarray) -> None:
    items, weights = categories(answers), np.random.default_rng(2).uniform(0.3, 2, N)
    moved = pairwise_polychorics(items, weights).full_contributions(items, weights)
    each = np.array([
        full_polychorics(pairwise_polychorics(items, weights * (np.arange(N) % 40 != out)).pairs.tables).rho
        for out in range(40)
    ])  # fmt: skip
    jackknife = np.sqrt(39 / 40 * ((each - each.mean(axis=0)) ** 2).sum(axis=0))
    groups = np.array([moved[np.arange(N) % 40 == out].sum(axis=0) for out in range(40)])
    np.testing.assert_allclose(np.sqrt((groups**2).sum(axis=0)), jackknife, rtol=FIRST_ORDER)
    assert (moved[:20, 0] == 0).all()  # who did not answer the second item adds nothing to its correlations


def test_scores_of_a_category_nobody_chose_are_unknown() -> None:
    table = np.array([[[30.0, 0.0, 8.0], [12.0, 0.0, 25.0], [0.0, 0.0, 0.0]]])
    found = full_influences(table, full_polychorics(table))
    small = full_influences(table[:, :2][:, :, [0, 2]], full_polychorics(table[:, :2][:, :, [0, 2]]))
    np.testing.assert_allclose(found[:, :2][:, :, [0, 2]], small, rtol=SEARCHED)
    assert np.isnan(found[:, 2]).all()
    assert np.isnan(found[:, :, 1]).all()
    assert (small * table[:, :2][:, :, [0, 2]]).sum() == pytest.approx(0, abs=1e-6)  # scores add up to zero


def test_a_category_without_weight_has_no_threshold(answers: np.ndarray) -> None:
    items = categories(answers)
    lowest = answers[:, 0] == -1
    found = pairwise_polychorics(items, np.where(lowest, 0.0, 1.0))
    assert found.lacks(0)
    assert np.isnan(weighted_thresholds(items, np.where(lowest, 0.0, 1.0))[0])
    inside = polychoric_matrix(categories(answers[~lowest]))
    np.testing.assert_allclose(found.pairs.rho, inside.correlations[np.triu_indices(4, 1)], rtol=SEARCHED)


def test_weighted_polyserial(answers: np.ndarray) -> None:
    drawn = np.random.default_rng(4)
    number = answers[:, 0] + drawn.normal(size=N)
    codes = categories(answers).codes[2]
    times = np.tile([1, 2, 3], N // 3)
    found, _ = weighted_polyserial(number, codes, times.astype(float))
    repeated = polyserial(np.repeat(number, times), np.repeat(codes, times))
    assert found.rho == pytest.approx(repeated.rho, rel=SEARCHED)
    plain = polyserial(number, codes)
    _, moved = weighted_polyserial(number, codes, np.ones(N))
    assert np.sqrt((moved**2).sum()) == pytest.approx(plain.std_error, rel=SAME)
    weights = drawn.uniform(0.3, 2, N)
    _, moved = weighted_polyserial(number, codes, weights)
    each = np.array([weighted_polyserial(number, codes, weights * (np.arange(N) != out))[0].rho for out in range(N)])
    jackknife = np.sqrt((N - 1) / N * ((each - each.mean()) ** 2).sum())
    assert np.sqrt((moved**2).sum()) == pytest.approx(jackknife, rel=FIRST_ORDER)
    constant, unknown = weighted_polyserial(np.ones(N), codes, weights)
    assert np.isnan(constant.rho)
    assert np.isnan(unknown).all()
