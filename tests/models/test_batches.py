"""Many fits at once give what one fit after the other gives."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from osa_survey.errors import AnalysisError
from osa_survey.models import BinaryLogit, batches, fit_each_logit

SAME = 1e-8
"""Relative and absolute: the same maximum by other steps."""


@pytest.fixture
def matrix() -> np.ndarray:
    """Weights of a bootstrap."""
    rng = np.random.default_rng(5)
    n = 300
    return rng.multinomial(n, np.full(n, 1 / n), size=12).T.astype(float)


def test_replicates(case: Any, matrix: np.ndarray) -> None:
    more = case.more
    if len(case.fit().names) > 1:  # families of two parts take their time
        matrix = matrix[:, :2]
    start = case.family.fit(case.y, case.X, **more).parameters
    many = case.family.fit_many(case.y, case.X, matrix, start=start, **more)
    assert many.converged.all()
    for column in range(matrix.shape[1]):
        one = case.family.fit(case.y, case.X, weights=matrix[:, column], start=start, **more)
        np.testing.assert_allclose(many.parameters[column], one.parameters, rtol=SAME, atol=SAME)
        np.testing.assert_allclose(many.information[column], one.information, rtol=1e-6, atol=1e-6)
        assert many.log_likelihood[column] == pytest.approx(one.log_likelihood, rel=1e-10)


def test_neighbours_do_not_matter(cases: dict[str, Any], matrix: np.ndarray, monkeypatch: pytest.MonkeyPatch) -> None:
    case = cases["logit"]
    together = BinaryLogit().fit_many(case.y, case.X, matrix)
    monkeypatch.setattr(batches, "AT_ONCE", 1)
    alone = BinaryLogit().fit_many(case.y, case.X, matrix)
    np.testing.assert_allclose(together.parameters, alone.parameters, rtol=1e-12, atol=1e-13)


def test_data_sets_of_one_shape() -> None:
    rng = np.random.default_rng(8)
    X = np.concatenate([np.ones((40, 80, 1)), rng.normal(size=(40, 80, 2))], axis=2)
    y = (rng.random((40, 80)) < 1 / (1 + np.exp(-X @ [-1.0, 0.5, 1.0]))).astype(float)
    y[3] = (X[3, :, 1] > 0).astype(float)  # separated
    y[4] = 0.0
    many = fit_each_logit(y, X)
    assert np.flatnonzero(~many.converged).tolist() == [3, 4]
    assert np.isnan(many.parameters[[3, 4]]).all()
    for number in (0, 1, 39):
        one = BinaryLogit().fit(y[number], X[number])
        np.testing.assert_allclose(many.parameters[number], one.parameters, rtol=SAME, atol=SAME)
        np.testing.assert_allclose(many.information[number], one.information, rtol=SAME, atol=SAME)
        assert many.log_likelihood[number] == pytest.approx(one.log_likelihood)


def test_replicates_without_a_finite_estimate_are_marked(cases: dict[str, Any], matrix: np.ndarray) -> None:
    for name in ("logit", "probit", "ordinal logit"):
        case = cases[name]
        weights = matrix.copy()
        weights[:, 2] = np.where(case.y == case.y[0], 1.0, 0.0)  # one outcome only
        many = case.family.fit_many(case.y, case.X, weights)
        assert np.flatnonzero(~many.converged).tolist() == [2]
        assert np.isnan(many.parameters[2]).all()
        assert np.isfinite(many.parameters[3]).all()
    case = cases["linear"]
    weights = matrix.copy()
    weights[:, 1] = case.X[:, 2]  # the third column is then a second intercept
    assert np.flatnonzero(~case.family.fit_many(case.y, case.X, weights).converged).tolist() == [1]


def test_weights_that_do_not_fit(cases: dict[str, Any], matrix: np.ndarray) -> None:
    for name in ("logit", "linear", "Poisson"):
        case = cases[name]
        for weights in (matrix[:5], matrix[:, :0], -matrix, matrix[:, 0]):
            with pytest.raises(AnalysisError):
                case.family.fit_many(case.y, case.X, weights)
