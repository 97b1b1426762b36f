"""Covariances: respondents without weight count for nothing; a bootstrap agrees."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from osa_survey.models import (
    BinaryLogit,
    Linear,
    classical_covariance,
    cluster_covariance,
    inverse_information,
    leverages,
    robust_covariance,
)

SAME = 1e-9


def test_respondents_without_weight_change_nothing(case: Any, weights: np.ndarray) -> None:
    """As if they were not there: estimates, errors of every kind, degrees of freedom."""
    clusters = np.arange(len(weights)) // 7
    kept = weights > 0
    more = {name: array[kept] for name, array in case.more.items()}
    whole, rest = case.fit(weights=weights), case.family.fit(case.y[kept], case.X[kept], weights=weights[kept], **more)
    assert whole.n_used == rest.n_used == kept.sum()
    for one, other in (
        (inverse_information(whole), inverse_information(rest)),
        (robust_covariance(whole, "HC1", weights=weights), robust_covariance(rest, "HC1", weights=weights[kept])),
        (
            cluster_covariance(whole, clusters, weights=weights),
            cluster_covariance(rest, clusters[kept], weights=weights[kept]),
        ),
    ):
        np.testing.assert_allclose(one, other, rtol=1e-6, atol=1e-9)


def test_what_respondents_without_weight_have_does_not_matter(case: Any, weights: np.ndarray) -> None:
    """Not even a value at which everything overflows."""
    far = case.X.copy()
    far[weights == 0, 1] = 1e6
    one, other = case.fit(weights=weights), case.family.fit(case.y, far, weights=weights, **case.more)
    np.testing.assert_allclose(one.parameters, other.parameters, rtol=1e-9, atol=1e-10)
    np.testing.assert_allclose(one.scores, other.scores, rtol=1e-6, atol=1e-8)
    if case.family.name in {"linear", "binary logit", "Poisson"}:
        found = [
            robust_covariance(fit, "HC3", X=X, weights=weights, offset=case.more["offset"])
            for fit, X in ((one, case.X), (other, far))
        ]
        np.testing.assert_allclose(*found, rtol=1e-8)


def test_leverages_add_up_to_the_columns(cases: dict[str, Any], weights: np.ndarray) -> None:
    for name in ("linear", "logit", "probit", "Poisson", "fractional"):
        case = cases[name]
        fit = case.fit(weights=weights)
        found = leverages(fit, case.X, weights, case.more.get("offset"))
        assert found.sum() == pytest.approx(case.X.shape[1], rel=SAME)
        assert (found[weights == 0] == 0).all()


def test_leverages_of_a_linear_model_are_its_hat_matrix(cases: dict[str, Any]) -> None:
    case = cases["linear"]
    hat = case.X @ np.linalg.inv(case.X.T @ case.X) @ case.X.T
    np.testing.assert_allclose(leverages(case.fit(), case.X), np.diag(hat), rtol=SAME)


def test_clusters_of_one_are_no_clusters(cases: dict[str, Any], weights: np.ndarray) -> None:
    for name in ("ordinal logit", "ZIP", "multinomial"):
        fit = cases[name].fit(weights=weights)
        alone = cluster_covariance(fit, np.arange(fit.n), weights=weights, correction="CR0")
        np.testing.assert_allclose(alone, robust_covariance(fit, "HC0", weights=weights), rtol=SAME, atol=1e-14)


def test_a_bootstrap_gives_the_sandwich() -> None:
    """2,000 resamples of 800 respondents: standard errors within four standard errors of a standard error."""
    rng = np.random.default_rng(12)
    n, draws = 800, 2000
    x = rng.normal(size=n)
    X = np.column_stack([np.ones(n), x])
    y = 1 + x + rng.normal(size=n) * (0.3 + np.abs(x))  # unequal variances: the classical errors are wrong
    weights = rng.multinomial(n, np.full(n, 1 / n), size=draws).T.astype(float)
    bootstrap = Linear().fit_many(y, X, weights).parameters[:, :2].std(axis=0)
    fit = Linear().fit(y, X)
    sandwich = np.sqrt(np.diag(robust_covariance(fit, "HC0")))[:2]
    assert np.abs(bootstrap / sandwich - 1).max() < 4 / np.sqrt(2 * draws) + 2 / n * 4
    assert sandwich[1] > 1.2 * np.sqrt(np.diag(classical_covariance(fit)))[1]
    b = (rng.random(n) < 1 / (1 + np.exp(-0.5 - x))).astype(float)
    spread = BinaryLogit().fit_many(b, X, weights).parameters.std(axis=0)
    logit = np.sqrt(np.diag(robust_covariance(BinaryLogit().fit(b, X), "HC0")))
    assert np.abs(spread / logit - 1).max() < 4 / np.sqrt(2 * draws) + 2 / n * 4
