"""Correlations of answer tendencies: hand arithmetic, an independent likelihood, simulated truth, edges."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.integrate import quad
from scipy.optimize import minimize_scalar
from scipy.stats import multivariate_normal, norm

from osa_survey.psychometrics.ordinal import (
    asymptotic_covariance,
    bivariate_normal_cdf,
    bivariate_normal_density,
    categories,
    cross_tables,
    polychoric_matrix,
    thresholds,
)
from osa_survey.psychometrics.ordinal.polychorics import BOUND
from osa_survey.psychometrics.ordinal.polyserials import polyserial

EXACT = 1e-12
CDF = 1e-12
"""The reference, numerical integration of one conditional distribution, is good for this."""
SEARCH = 1e-6
"""A bounded scalar search of scipy stops here."""
MONTE_CARLO = 3.5
"""Standard errors of simulated means a planted value may be away."""


def answers(seed: int, n: int, rho: float, cuts: tuple[list[float], ...]) -> np.ndarray:
    generator = np.random.default_rng(seed)
    shared = generator.normal(size=(n, 1))
    latent = math.sqrt(rho) * shared + math.sqrt(1 - rho) * generator.normal(size=(n, len(cuts)))
    return np.column_stack([np.digitize(latent[:, i], edges) + 1.0 for i, edges in enumerate(cuts)])


class TestBivariateNormal:
    @pytest.mark.parametrize("rho", [-0.9999, -0.99, -0.925, -0.6, -0.2, 0.0, 0.3, 0.5, 0.9, 0.93, 0.999])
    def test_against_numerical_integration(self, rho: float) -> None:
        generator = np.random.default_rng(3)
        first, second = generator.normal(size=(2, 6)) * 1.5
        second[:3] = first[:3] * np.sign(rho or 1.0) + 0.01  # near the ridge, where a sharp edge must be met
        spread = math.sqrt(1 - rho * rho)
        found = bivariate_normal_cdf(first, second, np.full(6, rho))
        for h, k, value in zip(first, second, found, strict=True):
            edge = [k / rho] if rho and -9 < k / rho < h else None
            expected, _ = quad(
                lambda t, k=k: norm.pdf(t) * norm.cdf((k - rho * t) / spread),
                -9,
                h,
                points=edge,
                epsabs=1e-13,
                limit=400,
            )
            assert value == pytest.approx(expected, abs=CDF)

    def test_against_scipy_and_at_infinity(self) -> None:
        found = bivariate_normal_cdf(np.array([0.3]), np.array([-0.4]), np.array([0.55]))
        assert found[0] == pytest.approx(multivariate_normal.cdf([0.3, -0.4], cov=[[1, 0.55], [0.55, 1]]), abs=1e-7)
        ends = np.array([np.inf, -np.inf])
        for rho in (-0.95, 0.4, 0.97):
            value = bivariate_normal_cdf(ends, np.array([0.7, 0.7]), np.array(rho))
            assert value == pytest.approx([norm.cdf(0.7), 0.0], abs=EXACT)

    @given(rho=st.floats(-0.99, 0.99), h=st.floats(-4, 4), k=st.floats(-4, 4))
    def test_relations(self, rho: float, h: float, k: float) -> None:
        a, b, r = np.array(h), np.array(k), np.array(rho)
        value = float(bivariate_normal_cdf(a, b, r))
        assert value == pytest.approx(float(bivariate_normal_cdf(b, a, r)), abs=EXACT)
        assert value + float(bivariate_normal_cdf(a, -b, -r)) == pytest.approx(norm.cdf(h), abs=1e-11)
        assert -EXACT <= value <= min(norm.cdf(h), norm.cdf(k)) + EXACT

    def test_the_density_is_the_derivative_in_rho(self) -> None:
        h, k, step = np.array(0.4), np.array(-0.8), 1e-5
        slope = (
            bivariate_normal_cdf(h, k, np.array(0.6 + step)) - bivariate_normal_cdf(h, k, np.array(0.6 - step))
        ) / (2 * step)
        assert float(slope) == pytest.approx(float(bivariate_normal_density(h, k, np.array(0.6))), rel=1e-8)


class TestCategories:
    def test_gaps_halves_and_declared_answers(self) -> None:
        values = np.array([[1.5, 2.0], [np.nan, 4.0], [0.5, np.nan]])
        found = categories(values)
        assert found.codes.tolist() == [[1, 255, 0], [0, 1, 255]]
        assert [counts.tolist() for counts in found.counts] == [[1, 1], [1, 1]]
        assert found.complete.tolist() == [True, False, False]
        declared = categories(values[:, 1:], [np.array([1.0, 2.0, 3.0, 4.0])])
        assert declared.codes.tolist() == [[1, 3, 255]]
        assert declared.counts[0].tolist() == [0, 1, 0, 1]
        with pytest.raises(ValueError, match="nobody chose"):
            polychoric_matrix(declared)

    def test_what_is_no_category(self) -> None:
        with pytest.raises(ValueError, match="that is a number"):
            categories(np.arange(101.0)[:, None])
        with pytest.raises(ValueError, match="none of its categories"):
            categories(np.array([[1.0], [7.0]]), [np.array([1.0, 2.0])])

    def test_cross_tables_are_pandas_cross_tables(self) -> None:
        generator = np.random.default_rng(1)
        values = generator.integers(1, 4, size=(200, 3)).astype(float)
        values[generator.random(values.shape) < 0.1] = np.nan
        tables = cross_tables(categories(values))
        for i in range(3):
            for j in range(3):
                both = ~np.isnan(values[:, [i, j]]).any(axis=1)
                expected = np.zeros((3, 3))
                np.add.at(expected, (values[both, i].astype(int) - 1, values[both, j].astype(int) - 1), 1)
                assert tables[i, j].tolist() == expected.tolist()

    def test_thresholds_by_hand(self) -> None:
        assert thresholds(np.array([25, 50, 25])) == pytest.approx([-norm.ppf(0.75), norm.ppf(0.75)], rel=EXACT)


class TestPolychoricMatrix:
    def test_equal_margins_of_two_by_two_by_hand(self) -> None:
        """With medians as thresholds P(low, low) = 1/4 + asin(rho) / (2 pi), so 40 of 120 give rho = sin(pi / 6)."""
        table = np.repeat([[0, 0], [0, 1], [1, 0], [1, 1]], [40, 20, 20, 40], axis=0).astype(float)
        assert polychoric_matrix(categories(table)).correlations[0, 1] == pytest.approx(0.5, abs=1e-9)

    @pytest.mark.parametrize("seed", range(4))
    def test_it_is_the_maximum_of_the_likelihood_written_out(self, seed: int) -> None:
        data = answers(seed, 150, 0.2 + 0.15 * seed, ([-0.5, 0.4], [-1.0, 0.0, 0.9]))
        found = polychoric_matrix(categories(data))
        edges = [np.array([-9.0, *tau, 9.0]) for tau in found.thresholds]

        def minus_log_likelihood(rho: float) -> float:
            cov = [[1, rho], [rho, 1]]
            total = 0.0
            for a in range(3):
                for b in range(4):
                    n = ((data[:, 0] == a + 1) & (data[:, 1] == b + 1)).sum()
                    upper, lower = [edges[0][a + 1], edges[1][b + 1]], [edges[0][a], edges[1][b]]
                    p = multivariate_normal.cdf(upper, cov=cov, lower_limit=lower)
                    total -= n * math.log(max(p, 1e-12))
            return total

        expected = minimize_scalar(
            minus_log_likelihood, bounds=(-0.95, 0.95), method="bounded", options={"xatol": 1e-8}
        )
        assert found.correlations[0, 1] == pytest.approx(expected.x, abs=1e-4)
        assert found.converged.all()

    def test_the_order_of_items_and_the_direction_of_answers(self) -> None:
        data = answers(8, 300, 0.4, ([-0.5, 0.4], [0.0], [-1.0, 0.0, 0.9]))
        found = polychoric_matrix(categories(data)).correlations
        assert polychoric_matrix(categories(data[:, ::-1])).correlations == pytest.approx(found[::-1, ::-1], abs=1e-9)
        turned = data.copy()
        turned[:, 1] = 3 - turned[:, 1]
        signs = np.array([1.0, -1.0, 1.0])
        assert polychoric_matrix(categories(turned)).correlations == pytest.approx(
            found * np.outer(signs, signs), abs=1e-9
        )

    def test_standard_errors_are_the_spread_over_samples_and_intervals_cover(self) -> None:
        cuts = ([-0.6, 0.3, 1.1],) * 4
        rho, error = [], []
        for seed in range(150):
            found = polychoric_matrix(categories(answers(seed, 400, 0.45, cuts)))
            rho.append(found.correlations[np.triu_indices(4, 1)])
            error.append(found.std_errors[np.triu_indices(4, 1)])
        spread = np.std(rho, axis=0, ddof=1)
        assert np.mean(error, axis=0) == pytest.approx(spread, rel=0.15)
        bias = (np.mean(rho, axis=0) - 0.45) / (spread / math.sqrt(len(rho)))
        assert np.abs(bias).max() < MONTE_CARLO
        covered = np.abs(np.array(rho) - 0.45) < 1.96 * np.array(error)
        assert 0.92 < covered.mean() < 0.98

    def test_the_joint_covariance_with_gaps_is_the_spread_over_samples(self) -> None:
        estimates, expected = [], []
        for seed in range(200):
            data = answers(seed, 400, 0.5, ([-0.6, 0.5], [0.2], [-0.3, 0.8]))
            data[np.random.default_rng(seed + 10_000).random(data.shape) < 0.15] = np.nan
            items = categories(data)
            found = polychoric_matrix(items)
            estimates.append(np.concatenate([*found.thresholds, found.correlations[np.triu_indices(3, 1)]]))
            expected.append(asymptotic_covariance(items, found))
        seen, told = np.cov(np.array(estimates).T), np.mean(expected, axis=0)
        scale = np.sqrt(np.outer(np.diag(told), np.diag(told)))
        assert np.abs((seen - told) / scale).max() < 4 * math.sqrt(2 / 200)

    def test_the_covariance_does_not_depend_on_how_respondents_are_blocked(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        items = categories(answers(4, 500, 0.5, ([-0.6, 0.5], [0.2], [-0.3, 0.8])))
        found = polychoric_matrix(items)
        whole = asymptotic_covariance(items, found)
        monkeypatch.setattr("osa_survey.psychometrics.ordinal.influences.BLOCK", 64)
        monkeypatch.setattr("osa_survey.psychometrics.ordinal.ordered_answers.BLOCK", 64)
        assert asymptotic_covariance(items, found) == pytest.approx(whole, rel=1e-9, abs=1e-15)
        assert cross_tables(items).tolist() == found_tables(items)

    def test_perfect_unknown_and_constant(self) -> None:
        data = np.array([[1, 1, 2, np.nan], [2, 2, 2, np.nan], [3, 3, 2, 1], [1, 1, 2, 1], [2, 2, 2, 2]], dtype=float)
        data[3:, 3] = np.nan
        data = np.vstack([data, [[np.nan, np.nan, 2.0, 2.0]]])
        items = categories(data)
        found = polychoric_matrix(items)
        assert found.perfect[0, 1]
        assert found.correlations[0, 1] == BOUND
        assert np.isnan(found.std_errors[0, 1])
        assert np.isnan(found.correlations[0, 2])
        with pytest.raises(ValueError, match="not known or perfect"):
            asymptotic_covariance(items, found)

    def test_two_by_two_with_an_empty_diagonal_is_perfect(self) -> None:
        same = np.repeat([[0.0, 0.0], [1.0, 1.0]], 20, axis=0)
        assert polychoric_matrix(categories(same)).correlations[0, 1] == BOUND
        same[:, 1] = 1 - same[:, 1]
        assert polychoric_matrix(categories(same)).correlations[0, 1] == -BOUND

    def test_items_nobody_answered_together(self) -> None:
        data = np.array([[1, np.nan], [2, np.nan], [np.nan, 1], [np.nan, 2]])
        found = polychoric_matrix(categories(data))
        assert np.isnan(found.correlations[0, 1])
        assert found.n.tolist() == [[2, 0], [0, 2]]


def found_tables(items: object) -> list[object]:
    """Cross tables counted one respondent at a time."""
    codes = items.codes  # type: ignore[attr-defined]
    k, n = codes.shape
    width = int(max(items.sizes))  # type: ignore[attr-defined]
    tables = np.zeros((k, k, width, width))
    for person in range(n):
        for i in range(k):
            for j in range(k):
                tables[i, j, codes[i, person], codes[j, person]] += 1
    return tables.tolist()


class TestPolyserial:
    def test_it_is_the_maximum_of_the_likelihood_written_out(self) -> None:
        generator = np.random.default_rng(2)
        x = generator.normal(5, 2, 300)
        y = np.digitize(0.5 * (x - 5) / 2 + math.sqrt(0.75) * generator.normal(size=300), [-0.4, 0.8])
        found = polyserial(x, y.astype(np.uint8))
        z = (x - x.mean()) / x.std()
        edges = np.array([-40.0, *thresholds(np.bincount(y)), 40.0])

        def minus_log_likelihood(rho: float) -> float:
            s = math.sqrt(1 - rho**2)
            upper, lower = norm.cdf((edges[y + 1] - rho * z) / s), norm.cdf((edges[y] - rho * z) / s)
            return -float(np.log(upper - lower).sum())

        best = minimize_scalar(minus_log_likelihood, bounds=(-0.9, 0.9), method="bounded", options={"xatol": 1e-9})
        assert found.rho == pytest.approx(best.x, abs=SEARCH)
        bend = (minus_log_likelihood(best.x + 1e-4) + minus_log_likelihood(best.x - 1e-4) - 2 * best.fun) / 1e-8
        assert found.conditional_error == pytest.approx(1 / math.sqrt(bend), rel=1e-4)

    def test_the_standard_error_is_the_spread_over_samples(self) -> None:
        rho, error = [], []
        for seed in range(200):
            generator = np.random.default_rng(seed)
            x = generator.normal(size=300)
            y = np.digitize(0.6 * x + 0.8 * generator.normal(size=300), [-0.5, 0.5])
            found = polyserial(np.where(generator.random(300) < 0.1, np.nan, x), y.astype(np.uint8))
            rho.append(found.rho)
            error.append(found.std_error)
        assert np.mean(error) == pytest.approx(np.std(rho, ddof=1), rel=0.15)
        assert abs(np.mean(rho) - 0.6) < MONTE_CARLO * np.std(rho) / math.sqrt(200)

    def test_edges(self) -> None:
        x = np.arange(40.0)
        perfect = polyserial(x, (x > 19).astype(np.uint8))
        assert perfect.perfect
        assert math.isnan(perfect.std_error)
        assert math.isnan(polyserial(np.full(40, 3.0), (x > 19).astype(np.uint8)).rho)
        assert math.isnan(polyserial(x, np.zeros(40, dtype=np.uint8)).rho)
        assert polyserial(np.full(40, np.nan), (x > 19).astype(np.uint8)).n == 0
