"""Direct likelihood of weighted answers with gaps: repeated rows and derivatives by the weights."""

from __future__ import annotations

import numpy as np
import pytest

from osa_survey.imputation import fiml_moments
from osa_survey.imputation.fiml_influences import fiml_influence

N = 80
EM = 1e-9
"""EM ends where nothing changes by more than this."""
DIFFERENCES = 1e-7


@pytest.fixture(scope="module")
def answers() -> np.ndarray:
    drawn = np.random.default_rng(3)
    found = drawn.normal(size=(N, 1)) + drawn.normal(size=(N, 3))
    found[:10, 1] = found[5:20, 2] = np.nan
    found[30] = np.nan
    return found


def test_whole_weights_are_repeated_rows(answers: np.ndarray) -> None:
    times = np.tile([1, 2, 3, 1], N // 4)
    weighted, repeated = fiml_moments(answers, times), fiml_moments(np.repeat(answers, times, axis=0))
    np.testing.assert_allclose(weighted.covariance, repeated.covariance, atol=EM)
    np.testing.assert_allclose(weighted.mean, repeated.mean, atol=EM)
    assert weighted.n == N - 1
    assert repeated.n == int(times.sum() - times[30])


def test_equal_weights_change_nothing(answers: np.ndarray) -> None:
    one, other = fiml_moments(answers), fiml_moments(answers, np.full(N, 5.0))
    np.testing.assert_allclose(one.covariance, other.covariance, atol=EM)
    np.testing.assert_allclose(one.sampling, 5 * other.sampling, atol=EM)


def test_contributions_are_derivatives_by_the_weights(answers: np.ndarray) -> None:
    weights = np.random.default_rng(4).uniform(0.4, 2, N)
    moments = fiml_moments(answers, weights)
    found = fiml_influence(moments, answers, weights)
    rows, columns = np.tril_indices(3)
    for person in (0, 7, 15, 40, 79):
        step = 1e-3 * (np.arange(N) == person)
        up, down = fiml_moments(answers, weights + step), fiml_moments(answers, weights - step)
        moved = np.concatenate([up.mean - down.mean, (up.covariance - down.covariance)[rows, columns]])
        np.testing.assert_allclose(found[person], weights[person] * moved / 2e-3, atol=DIFFERENCES)
    assert (found[30] == 0).all()
