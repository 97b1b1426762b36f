"""Data from which something cannot be estimated: an error that says what, or a warning in the fit; never a bare NaN."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from osa_survey.errors import AnalysisError
from osa_survey.models import (
    Beta,
    BinaryLogit,
    BinaryProbit,
    Fit,
    Fractional,
    Hurdle,
    Linear,
    Multinomial,
    NegativeBinomial,
    OrdinalLogit,
    OrdinalProbit,
    Poisson,
    ZeroInflated,
    brant_test,
    classical_covariance,
    cluster_covariance,
    inverse_information,
    robust_covariance,
    wald,
)

N = 60
RNG = np.random.default_rng(1)
NUMBER = RNG.normal(size=N)
GROUP = (np.arange(N) < 8).astype(float)
X = np.column_stack([np.ones(N), NUMBER, RNG.normal(size=N)])
GROUPED = np.column_stack([np.ones(N), GROUP, NUMBER])
HALF = (RNG.random(N) < 0.5).astype(float)
COUNTS = RNG.poisson(2.0, N).astype(float)
THREE = RNG.integers(0, 3, N).astype(float)


def _sound(fit: Fit) -> None:
    for array in (fit.parameters, fit.scores, fit.information):
        assert np.isfinite(array).all()


def _codes(family: Any, y: np.ndarray, X: np.ndarray, **more: Any) -> set[str]:
    with pytest.raises(AnalysisError) as caught:
        family.fit(y, X, **more)
    assert all(problem.message for problem in caught.value.problems)
    return {problem.code for problem in caught.value.problems}


@pytest.mark.parametrize(
    ("family", "y"),
    [
        (BinaryLogit(), (NUMBER > 0).astype(float)),
        (BinaryProbit(), (NUMBER > 0).astype(float)),
        (OrdinalLogit(4), np.digitize(NUMBER, [-1, 0, 1]).astype(float)),
        (OrdinalProbit(4), np.digitize(NUMBER, [-1, 0, 1]).astype(float)),
        (Multinomial(4), np.digitize(NUMBER, [-1, 0, 1]).astype(float)),
    ],
)
def test_complete_separation(family: Any, y: np.ndarray) -> None:
    fit = family.fit(y, X)
    _sound(fit)
    assert not fit.converged
    assert fit.separated == tuple(range(len(fit.parameters)))
    assert [note.split(":")[0] for note in fit.warnings] == ["separation"]


@pytest.mark.parametrize(
    ("family", "y", "lost"),
    [
        (BinaryLogit(), np.where(GROUP == 1, 0.0, HALF), (1,)),
        (BinaryProbit(), np.where(GROUP == 1, 0.0, HALF), (1,)),
        (Fractional(), np.where(GROUP == 1, 0.0, np.round(0.5 + 0.4 * np.sin(NUMBER), 2)), (1,)),
        (OrdinalLogit(3), np.where(GROUP == 1, 0.0, THREE), (0,)),
        (OrdinalProbit(3), np.where(GROUP == 1, 2.0, THREE), (0,)),
        (Multinomial(3), np.where(GROUP == 1, 0.0, THREE), (1, 4)),
        (Poisson(), np.where(GROUP == 1, 0.0, COUNTS), (1,)),
        (NegativeBinomial(), np.where(GROUP == 1, 0.0, COUNTS * (1 + 4 * HALF)), (1,)),
    ],
)
def test_a_group_without_variation_has_no_finite_coefficient(family: Any, y: np.ndarray, lost: tuple[int, ...]) -> None:
    """The others are those of the respondents outside the group."""
    fit = family.fit(y, GROUPED)
    _sound(fit)
    assert fit.separated == lost
    assert not fit.converged
    errors = np.sqrt(np.diag(inverse_information(fit)))
    assert np.isnan(errors[list(lost)]).all()
    rest = family.fit(y[GROUP == 0], GROUPED[GROUP == 0][:, [0, 2]])
    kept = np.setdiff1d(np.arange(len(fit.parameters)), lost)
    np.testing.assert_allclose(fit.parameters[kept], rest.parameters, rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(errors[kept], np.sqrt(np.diag(inverse_information(rest))), rtol=1e-5)


def test_separation_is_not_called_where_predictors_are_far_from_zero() -> None:
    years = 2000.0 + RNG.integers(0, 25, N)
    for family, y in ((BinaryLogit(), HALF), (OrdinalLogit(3), THREE), (Poisson(), COUNTS)):
        fit = family.fit(y, np.column_stack([np.ones(N), years]))
        assert fit.converged
        assert not fit.warnings


def test_one_case_in_a_category_is_said() -> None:
    y = THREE.copy()
    y[0] = 3
    for family in (OrdinalLogit(4), OrdinalProbit(4), Multinomial(4)):
        fit = family.fit(y, X)
        assert fit.converged
        assert fit.warnings == ("sparse category: one respondent only in category 4 of 4",)


@pytest.mark.parametrize("family", [OrdinalLogit(4), OrdinalProbit(4), Multinomial(4)])
def test_an_empty_category_is_refused(family: Any) -> None:
    assert _codes(family, THREE, X) == {"empty_category"}
    weights = np.where(THREE == 1, 0.0, 1.0)
    assert _codes(type(family)(3), THREE, X, weights=weights) == {"empty_category"}


@pytest.mark.parametrize(
    "family",
    [Linear(), BinaryLogit(), BinaryLogit(penalty="firth"), OrdinalLogit(2), Multinomial(2), Poisson(),
     NegativeBinomial(), ZeroInflated(Poisson()), Hurdle(Poisson())],
)  # fmt: skip
def test_what_every_family_refuses(family: Any) -> None:
    constant, double = np.column_stack([X, np.full(N, 3.0)]), np.column_stack([X, X[:, 1] - 2 * X[:, 2]])
    assert _codes(family, HALF, constant) == {"constant_predictor"}
    assert _codes(family, HALF, double) == {"perfect_collinearity"}
    assert _codes(family, np.zeros(N), X) <= {"constant_outcome", "empty_category"}
    assert _codes(family, np.where(GROUP == 1, np.nan, HALF), X) == {"not_finite"}
    assert _codes(family, HALF, X, weights=-np.ones(N)) == {"negative_weights"}
    assert _codes(family, HALF, X, weights=np.zeros(N)) == {"no_weight"}
    assert _codes(family, HALF, X, weights=np.ones(3)) == {"shapes_differ"}
    assert _codes(family, HALF[:2], X) == {"shapes_differ"}
    assert _codes(family, HALF[:3], X[:3]) <= {"too_few_respondents", "constant_outcome", "empty_category"}


def test_nothing_is_ignored() -> None:
    assert _codes(Linear(), NUMBER, GROUPED[:, :2], Z=X) == {"no_second_part"}
    assert _codes(BinaryLogit(), HALF, X, Z=X) == {"no_second_part"}
    assert _codes(OrdinalLogit(3), THREE, X, Z=X, offset=NUMBER) == {"no_second_part", "no_offset"}
    assert _codes(Multinomial(3), THREE, X, offset=NUMBER) == {"no_offset"}
    assert _codes(OrdinalLogit(3), THREE, X[:, 1:]) == {"no_intercept"}
    assert _codes(BinaryLogit(), HALF, X, start=np.zeros(2)) == {"shapes_differ"}
    assert _codes(OrdinalLogit(3), THREE, X, start=np.array([0.0, 0.0, 1.0, -1.0])) == {"impossible_start"}


def test_outcomes_a_family_cannot_have() -> None:
    assert _codes(BinaryLogit(), THREE, X) == {"not_binary"}
    for family in (Poisson(), NegativeBinomial(), ZeroInflated(Poisson()), Hurdle(NegativeBinomial())):
        assert _codes(family, COUNTS + 0.5, X) == {"not_counts"}
        assert _codes(family, COUNTS - 5, X) == {"not_counts"}
        assert _codes(family, np.zeros(N), X) == {"constant_outcome"}
    assert _codes(Hurdle(Poisson()), COUNTS + 1, X) == {"constant_outcome"}
    assert _codes(NegativeBinomial(), COUNTS * 1e9, X) == {"counts_too_large"}
    assert _codes(OrdinalLogit(3), THREE + 0.5, X) == {"not_categories"}
    assert _codes(Beta(), HALF, X) == {"not_proportions"}
    assert _codes(Beta(squeeze=True), HALF + 1, X) == {"not_proportions"}
    assert Beta(squeeze=True).fit(HALF, X).converged
    assert _codes(Fractional(), THREE, X) == {"not_proportions"}
    assert _codes(Linear(), 2 * NUMBER + 1, X) == {"perfect_fit"}


def test_the_squeeze_counts_those_with_weight() -> None:
    weights = np.where(np.arange(N) < 20, 0.0, 1.0)
    moved = Beta(squeeze=True).fit(HALF, X, weights=weights)
    by_hand = Beta().fit((HALF * (N - 20 - 1) + 0.5) / (N - 20), X, weights=weights)
    np.testing.assert_allclose(moved.parameters, by_hand.parameters, rtol=1e-12)


def test_counts_that_are_not_overdispersed() -> None:
    y = np.clip(np.round(2 + 0.4 * RNG.normal(size=N)), 0, None)
    fit, poisson = NegativeBinomial().fit(y, X), Poisson().fit(y, X)
    _sound(fit)
    assert fit.at_bound == (3,)
    assert fit.warnings[0].startswith("bound")
    np.testing.assert_allclose(fit.coefficients, poisson.parameters, rtol=1e-9)
    np.testing.assert_allclose(inverse_information(fit)[:3, :3], classical_covariance(poisson), rtol=1e-9)
    assert fit.log_likelihood == pytest.approx(poisson.log_likelihood)


def test_two_part_counts_that_are_not_overdispersed() -> None:
    """The Poisson variants, with log α at its bound in its place."""
    rng = np.random.default_rng(9)
    n = 400
    x = np.column_stack([np.ones(n), rng.normal(size=n)])
    y = np.where(rng.random(n) < 0.3, 0.0, 2.0 + (rng.random(n) < 0.5))
    for family in (ZeroInflated, Hurdle):
        fit, simple = family(NegativeBinomial()).fit(y, x), family(Poisson()).fit(y, x)
        _sound(fit)
        assert fit.converged
        assert fit.at_bound == (2,)
        assert len(fit.warnings) == 1
        assert "not overdispersed" in fit.warnings[0]
        kept = [0, 1, 3, 4]
        np.testing.assert_allclose(fit.parameters[kept], simple.parameters, rtol=1e-12)
        np.testing.assert_allclose(inverse_information(fit)[np.ix_(kept, kept)], inverse_information(simple), rtol=1e-9)
        assert (inverse_information(fit)[2] == 0).all()


def test_inflation_that_is_not_there() -> None:
    for count in (Poisson(), NegativeBinomial()):
        simple = count.fit(COUNTS + 1, X)
        fit = ZeroInflated(count).fit(COUNTS + 1, X)
        _sound(fit)
        assert any("no structural zeros" in note for note in fit.warnings)
        assert set(fit.at_bound) >= set(range(len(fit.parameters) - 3, len(fit.parameters)))
        np.testing.assert_allclose(fit.coefficients, simple.coefficients, rtol=1e-4, atol=1e-5)
        assert np.isfinite(inverse_information(fit)).all()


def test_a_zero_part_that_runs_away_is_said() -> None:
    fit = ZeroInflated(Poisson()).fit(HALF, X)
    _sound(fit)
    assert not fit.converged
    assert set(fit.separated) <= {3, 4, 5}
    assert fit.separated


def test_positive_counts_that_are_all_one() -> None:
    fit = Hurdle(Poisson()).fit(HALF, X)
    _sound(fit)
    assert fit.separated == (0, 1, 2)
    hurdle = BinaryLogit().fit(HALF, X)
    np.testing.assert_allclose(fit.parameters[3:], hurdle.parameters, rtol=1e-8)


def test_robust_errors_that_cannot_be_had() -> None:
    alone = np.column_stack([X, (np.arange(N) == 0).astype(float)])
    fit = Linear().fit(COUNTS, alone)
    for run, code in (
        (lambda: robust_covariance(fit, "HC3", X=alone), "leverage_of_one"),
        (lambda: robust_covariance(fit, "HC3"), "no_design_matrix"),
        (lambda: cluster_covariance(fit, np.zeros(N, dtype=int)), "one_cluster"),
        (lambda: robust_covariance(NegativeBinomial().fit(COUNTS * (1 + HALF), X), "HC2", X=X), "no_leverage"),
        (lambda: classical_covariance(Fractional().fit(HALF, X)), "quasi_likelihood"),
        (lambda: wald(np.ones((2, 3)), np.ones(3), np.eye(3)), "singular_contrast"),
        (lambda: brant_test(HALF, X, 2), "too_few_categories"),
        (lambda: brant_test(np.where(GROUP == 1, 2.0, THREE), GROUPED, 3), "separation"),
    ):
        with pytest.raises(AnalysisError) as caught:
            run()
        assert caught.value.problems[0].code == code
    assert np.isfinite(robust_covariance(fit, "HC1")).all()


def test_columns_that_are_nearly_dependent_are_refused_or_fitted_as_well_as_centred_ones() -> None:
    """Powers of years keep too few digits from the third on; powers of ages and single years do not."""
    rng = np.random.default_rng(4)
    n = 200
    year, age = 2000.0 + rng.integers(0, 25, n), rng.integers(18, 80, n).astype(float)
    y = (rng.random(n) < 0.4).astype(float)
    for columns in ([year, year**2, year**3], [1e9 + age]):
        near = np.column_stack([np.ones(n), *columns])
        for family in (Linear(), BinaryLogit(), OrdinalLogit(2)):
            assert _codes(family, y, near) == {"near_collinearity"}
    for columns in ([year, year**2], [age, age**2, age**3, age**4]):
        raw = np.column_stack([np.ones(n), *columns])
        rotated = np.linalg.qr(raw)[0] * np.sqrt(n)
        rotated[:, 0] = 1.0
        for family in (Linear(), BinaryLogit(), OrdinalLogit(2), Poisson()):
            one, other = family.fit(y, raw), family.fit(y, rotated)
            assert one.converged
            assert one.log_likelihood == pytest.approx(other.log_likelihood, abs=1e-8)
