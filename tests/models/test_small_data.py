"""Small, odd data of every kind: an error with a hint, a warning in the fit, or a maximum; never a numpy warning."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from osa_survey.errors import AnalysisError
from osa_survey.models import (
    Beta,
    BinaryLogit,
    BinaryProbit,
    Fractional,
    Hurdle,
    Linear,
    Multinomial,
    NegativeBinomial,
    OrdinalLogit,
    OrdinalProbit,
    Poisson,
    ZeroInflated,
    inverse_information,
)

NEARLY_ZERO = 1e-8
"""Of the squared distance, in standard errors, of a converged fit from its maximum."""


def _data(seed: int) -> tuple[np.ndarray, np.ndarray | None, list[tuple[Any, np.ndarray]]]:
    rng = np.random.default_rng(seed)
    n, columns = int(rng.integers(8, 50)), int(rng.integers(0, 4))
    predictors = [
        rng.normal(size=n) * 10.0 ** rng.integers(-2, 3) if rng.random() < 0.5 else rng.integers(0, 3, n)
        for _ in range(columns)
    ]
    X = np.column_stack([np.ones(n), *predictors]).astype(float)
    eta = rng.normal() + rng.choice([0.5, 2.0, 5.0]) * (
        (X[:, 1:] - X[:, 1:].mean(axis=0)) / np.maximum(X[:, 1:].std(axis=0), 1e-9) @ rng.normal(size=columns)
    )
    weights = (None, rng.gamma(1.0, size=n), rng.integers(0, 3, n).astype(float))[int(rng.integers(0, 3))]
    k = int(rng.integers(2, 5))
    binary = (rng.random(n) < 1 / (1 + np.exp(-eta))).astype(float)
    ordered = np.digitize(eta + rng.logistic(size=n), np.sort(rng.normal(size=k - 1))).astype(float)
    counts = rng.poisson(np.exp(np.clip(eta, -4, 5)) * (rng.gamma(1.0, size=n) if rng.random() < 0.6 else 1)).astype(
        float
    )
    zeros = counts * (rng.random(n) < rng.random())
    share = np.clip(rng.beta(*(rng.gamma(1.0, size=2) + 0.05), size=n), 1e-6, 1 - 1e-6)
    return X, weights, [
        (Linear(), eta + rng.normal(size=n)),
        (BinaryLogit(), binary),
        (BinaryLogit(penalty="firth"), binary),
        (BinaryProbit(), binary),
        (OrdinalLogit(k), ordered),
        (OrdinalProbit(k), ordered),
        (Multinomial(k), ordered),
        (Poisson(), counts),
        (NegativeBinomial(), counts),
        (ZeroInflated(Poisson()), zeros),
        (ZeroInflated(NegativeBinomial()), zeros),
        (Hurdle(Poisson()), zeros),
        (Hurdle(NegativeBinomial()), zeros),
        (Beta(), share),
        (Fractional(), np.round(share, 1)),
    ]  # fmt: skip


@pytest.mark.parametrize("seed", range(12))
def test_small_data(seed: int) -> None:
    X, weights, outcomes = _data(seed)
    fitted = 0
    for family, y in outcomes:
        try:
            fit = family.fit(y, X, weights=weights)
        except AnalysisError as error:
            assert all(problem.code and problem.message for problem in error.problems)
            continue
        fitted += 1
        for array in (fit.parameters, fit.scores, fit.information):
            assert np.isfinite(array).all(), family.name
        assert fit.converged or fit.warnings, family.name
        covariance = inverse_information(fit)
        known = np.setdiff1d(np.arange(len(fit.parameters)), fit.separated)
        assert np.isfinite(covariance[np.ix_(known, known)]).all(), family.name
        if fit.converged:
            w = np.ones(len(y)) if weights is None else weights
            slope = w @ fit.scores
            slope[list(fit.at_bound)] = 0.0
            assert slope @ covariance @ slope < NEARLY_ZERO * w.mean(), family.name
    assert fitted >= 3
