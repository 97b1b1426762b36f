"""Scores, information and margins against numeric derivatives; weights against repeated rows: every family."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from osa_survey.models import BinaryLogit

DIFFERENCES = 1e-6
"""Central differences with a step of 1e-5 are good for about 1e-9 of values near 1 to 100."""
VANISHED = 1e-8
ROUNDING = 1e-10

Slopes = Callable[[Callable[[np.ndarray], Any], np.ndarray], np.ndarray]


def test_scores_are_slopes_of_the_log_likelihood(case: Any, weights: np.ndarray, slopes_of: Slopes) -> None:
    fit = case.fit(weights=weights)
    found = slopes_of(lambda at: case.family.log_likelihood_of(at, case.y, case.X, **case.more), fit.parameters)
    found[weights == 0] = 0.0  # they take no part
    np.testing.assert_allclose(fit.scores, found, atol=DIFFERENCES, rtol=DIFFERENCES)
    assert np.abs(weights @ fit.scores).max() < VANISHED
    values = case.family.log_likelihood_of(fit.parameters, case.y, case.X, **case.more)
    assert fit.log_likelihood == pytest.approx(weights @ values, rel=ROUNDING)
    assert fit.converged
    assert not fit.warnings
    assert len(fit.names) == len(fit.parameters) - fit.n_coefficients
    assert fit.weight_sum == pytest.approx(weights.sum())


def test_information_is_the_slope_of_the_weighted_scores(case: Any, weights: np.ndarray, slopes_of: Slopes) -> None:
    """The gradient at other parameters comes from numeric slopes of the log-likelihood; nothing analytic is shared."""
    fit = case.fit(weights=weights)

    def value(at: np.ndarray) -> float:
        return float(weights @ case.family.log_likelihood_of(at, case.y, case.X, **case.more))

    step, p = 1e-3, len(fit.parameters)
    moves = step * np.eye(p)
    found = np.empty((p, p))
    for i in range(p):
        for j in range(p):
            corners = [
                signs[0] * signs[1] * value(fit.parameters + signs[0] * moves[i] + signs[1] * moves[j])
                for signs in ((1, 1), (1, -1), (-1, 1), (-1, -1))
            ]
            found[i, j] = -sum(corners) / (4 * step**2)
    size = np.sqrt(np.outer(np.diag(fit.information), np.diag(fit.information)))
    np.testing.assert_allclose(
        fit.information / size, found / size, atol=1e-4
    )  # the error of the step is of order 1e-6


def test_margins_and_their_slopes(case: Any, weights: np.ndarray, slopes_of: Slopes) -> None:
    fit = case.fit(weights=weights)

    def mean(at: np.ndarray) -> np.ndarray:
        expected: np.ndarray = case.family.expected(at, case.X, **case.more)
        return np.average(expected, axis=0, weights=weights)

    values, jacobian = case.family.mean_expected(fit.parameters, case.X, weights, **case.more)
    np.testing.assert_allclose(values, mean(fit.parameters), rtol=ROUNDING)
    np.testing.assert_allclose(jacobian, slopes_of(mean, fit.parameters), atol=DIFFERENCES)


def test_whole_weights_are_repeated_rows(case: Any) -> None:
    counts = np.random.default_rng(3).integers(0, 3, len(case.y))
    rows = np.repeat(np.arange(len(case.y)), counts)
    weighted = case.fit(weights=counts.astype(float))
    repeated = case.family.fit(case.y[rows], case.X[rows], **{name: a[rows] for name, a in case.more.items()})
    np.testing.assert_allclose(weighted.parameters, repeated.parameters, rtol=1e-7, atol=1e-7)
    np.testing.assert_allclose(weighted.information, repeated.information, rtol=1e-6, atol=1e-6)
    assert weighted.log_likelihood == pytest.approx(repeated.log_likelihood, rel=ROUNDING)


def test_the_unit_of_weights_does_not_matter(case: Any, weights: np.ndarray) -> None:
    one, other = case.fit(weights=weights), case.fit(weights=weights * 1e-6)
    np.testing.assert_allclose(one.parameters, other.parameters, rtol=1e-7, atol=1e-8)
    np.testing.assert_allclose(one.information * 1e-6, other.information, rtol=1e-6, atol=1e-12)


def test_a_start_changes_steps_and_not_estimates(case: Any, weights: np.ndarray) -> None:
    first = case.fit()
    again = case.fit(weights=weights, start=first.parameters)
    cold = case.fit(weights=weights)
    np.testing.assert_allclose(again.parameters, cold.parameters, rtol=1e-7, atol=1e-8)
    assert case.fit(start=first.parameters).iterations <= 2


def test_probabilities_add_up(cases: dict[str, Any]) -> None:
    for name in ("ordinal logit", "ordinal probit", "multinomial"):
        case = cases[name]
        fit = case.fit()
        expected = case.family.expected(fit.parameters, case.X)
        np.testing.assert_allclose(expected.sum(axis=1), 1.0, rtol=ROUNDING)
        chosen = expected[np.arange(len(case.y)), case.y.astype(int)]
        found = case.family.log_likelihood_of(fit.parameters, case.y, case.X)
        np.testing.assert_allclose(np.log(chosen), found, rtol=1e-8)


def test_two_categories_are_a_binary_model(cases: dict[str, Any]) -> None:
    from osa_survey.models import BinaryProbit, Multinomial, OrdinalLogit, OrdinalProbit

    case = cases["probit"]
    for ordinal, binary in ((OrdinalLogit(2), BinaryLogit()), (OrdinalProbit(2), BinaryProbit())):
        one, other = ordinal.fit(case.y, case.X), binary.fit(case.y, case.X)
        np.testing.assert_allclose(one.parameters, np.append(other.parameters[1:], -other.parameters[0]), rtol=1e-8)
        assert one.log_likelihood == pytest.approx(other.log_likelihood, rel=ROUNDING)
    multinomial = Multinomial(2).fit(case.y, case.X)
    np.testing.assert_allclose(multinomial.parameters, BinaryLogit().fit(case.y, case.X).parameters, rtol=1e-9)


def test_firth_maximises_the_penalised_likelihood(
    cases: dict[str, Any], weights: np.ndarray, slopes_of: Slopes
) -> None:
    case = cases["logit"]
    offset = case.more["offset"]
    fit = BinaryLogit(penalty="firth").fit(case.y, case.X, weights=weights, offset=offset)

    def penalised(at: np.ndarray) -> float:
        p = fit.family.expected(at, case.X, None, offset)[:, 0]
        information = (case.X * (weights * p * (1 - p))[:, None]).T @ case.X
        value = weights @ fit.family.log_likelihood_of(at, case.y, case.X, None, offset)
        return float(value + 0.5 * np.linalg.slogdet(information)[1])

    assert fit.log_likelihood == pytest.approx(penalised(fit.parameters), rel=ROUNDING)
    np.testing.assert_allclose(slopes_of(penalised, fit.parameters), 0.0, atol=DIFFERENCES)
    np.testing.assert_allclose(weights @ fit.scores, 0.0, atol=VANISHED)
