"""Simulated answers of every kind, and numeric derivatives."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pytest

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
)

RESPONDENTS = 300
SEED = 20
STEP = 1e-5


@dataclass(frozen=True, repr=False)
class Case:
    """A family with data it can be fitted to."""

    family: Any
    y: np.ndarray
    X: np.ndarray
    more: dict[str, np.ndarray] = field(default_factory=dict)

    def fit(self, **options: Any) -> Any:
        return self.family.fit(self.y, self.X, **self.more, **options)


def _cases() -> dict[str, Case]:
    rng = np.random.default_rng(SEED)
    n = RESPONDENTS
    X = np.column_stack([np.ones(n), rng.normal(size=n), rng.integers(0, 2, n)]).astype(float)
    Z, offset = X[:, :2], 0.2 * rng.normal(size=n)
    eta = X @ [0.4, 0.5, -0.4]
    binary = (rng.random(n) < 1 / (1 + np.exp(-eta))).astype(float)
    ordered = np.digitize(eta + rng.logistic(size=n), [-1.0, 0.3, 1.5]).astype(float)
    counts = rng.negative_binomial(1.5, 1.5 / (1.5 + np.exp(eta))).astype(float)
    zeros = np.where(rng.random(n) < 1 / (1 + np.exp(0.5 - Z[:, 1])), 0.0, rng.poisson(np.exp(eta + 1)))
    many = np.where(rng.random(n) < 0.3, 0.0, rng.negative_binomial(2.0, 2 / (2 + np.exp(eta + 1)))).astype(float)
    share = rng.beta(3 / (1 + np.exp(-eta)), 3 / (1 + np.exp(eta)))
    return {
        "linear": Case(Linear(), eta + rng.normal(size=n), X, {"offset": offset}),
        "logit": Case(BinaryLogit(), binary, X, {"offset": offset}),
        "probit": Case(BinaryProbit(), binary, X),
        "ordinal logit": Case(OrdinalLogit(4), ordered, X),
        "ordinal probit": Case(OrdinalProbit(4), ordered, X),
        "multinomial": Case(Multinomial(4), ordered, X),
        "Poisson": Case(Poisson(), counts, X, {"offset": offset}),
        "negative binomial": Case(NegativeBinomial(), counts, X, {"offset": offset}),
        "ZIP": Case(ZeroInflated(Poisson()), zeros, X, {"Z": Z}),
        "ZINB": Case(ZeroInflated(NegativeBinomial()), many, X, {"Z": Z[:, :1], "offset": offset}),
        "hurdle Poisson": Case(Hurdle(Poisson()), zeros, X),
        "hurdle NB": Case(Hurdle(NegativeBinomial()), many, X, {"Z": Z, "offset": offset}),
        "beta": Case(Beta(), share, X, {"Z": Z}),
        "fractional": Case(Fractional(), np.round(share, 1), X),
    }


CASES = _cases()


@pytest.fixture(params=list(CASES))
def case(request: pytest.FixtureRequest) -> Case:
    """One of all families, with data."""
    return CASES[request.param]


@pytest.fixture
def cases() -> dict[str, Case]:
    """All families, with data."""
    return CASES


@pytest.fixture
def weights() -> np.ndarray:
    """Weights of respondents; a few are zero."""
    rng = np.random.default_rng(SEED + 1)
    return np.where(rng.random(RESPONDENTS) < 0.05, 0.0, rng.gamma(2.0, size=RESPONDENTS))


@pytest.fixture
def slopes_of() -> Callable[[Callable[[np.ndarray], Any], np.ndarray], np.ndarray]:
    """A function that differentiates another one by central differences, parameters last."""

    def differentiate(function: Callable[[np.ndarray], Any], at: np.ndarray) -> np.ndarray:
        moves = STEP * np.eye(len(at))
        found = [(np.asarray(function(at + move)) - np.asarray(function(at - move))) / (2 * STEP) for move in moves]
        return np.stack(found, axis=-1)

    return differentiate
