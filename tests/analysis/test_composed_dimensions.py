"""Factors and dimensions under weights and over imputed sets: relations and refits."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from osa_survey.analysis import dimensionality, efa
from osa_survey.dataset import ScoredData, SurveyDesign
from osa_survey.psychometrics.exploratory import extract, rotate
from osa_survey.weighting import survey_design
from tests.analysis.composed_items import (
    DIVISOR,
    EXACT,
    SEARCHED,
    N,
    complete,
    differing_sets,
    items,
    jackknifed,
    numbers,
    same_sets,
    with_weights,
)
from tests.made_up_studies import screened

SLOPES = 1e-4
"""Relative: slopes of a rotated solution against differences of solutions."""


@pytest.fixture(scope="module")
def scored() -> ScoredData:
    return complete(screened(N, 6, related=True))


class TestFactors:
    @pytest.mark.parametrize("kind", ["pearson", "polychoric"])
    def test_equal_weights_are_no_weights(self, scored: ScoredData, kind: Any) -> None:
        plain = efa(scored, factors=1, correlation=kind)
        equal = efa(with_weights(scored, np.full(N, 2.0)), factors=1, correlation=kind)
        one, other = plain.more["loadings"], equal.more["loadings"]
        np.testing.assert_allclose(numbers(other, "loading"), numbers(one, "loading"), rtol=SEARCHED)
        errors = numbers(one, "loading", "std_error") * DIVISOR
        np.testing.assert_allclose(numbers(other, "loading", "std_error"), errors, rtol=SEARCHED)
        assert equal.pick("factors")["n"] == N
        assert "rmsea" not in set(equal.table["quantity"])
        assert any("likelihood" in note for note in equal.notes)

    def test_whole_weights_are_repeated_rows(self, scored: ScoredData) -> None:
        times = np.tile([1, 2, 3], N // 3)
        weighted = efa(with_weights(scored, times * 1.0), factors=1)
        repeated = items(scored).loc[np.repeat(np.arange(N), times)].reset_index(drop=True)
        plain = efa(repeated, factors=1)
        one, other = plain.more["loadings"], weighted.more["loadings"]
        np.testing.assert_allclose(numbers(other, "loading"), numbers(one, "loading"), rtol=SEARCHED)

    def test_errors_follow_from_the_covariance_of_the_correlations(self, scored: ScoredData) -> None:
        weights = np.random.default_rng(3).uniform(0.5, 2, N)
        found = efa(jackknifed(scored, weights), factors=1)
        values, towns = items(scored).to_numpy(), np.arange(N) // 6
        pairs = np.triu_indices(3, 1)

        def correlations(w: np.ndarray) -> np.ndarray:
            S = np.cov(values.T, aweights=w)
            return (S / np.sqrt(np.outer(np.diag(S), np.diag(S))))[pairs]

        def loadings(r: np.ndarray) -> np.ndarray:
            R = np.eye(3)
            R[pairs] = R.T[pairs] = r
            return rotate(extract(R, 1).loadings, "oblimin").loadings[:, 0]

        whole = correlations(weights)
        theta = np.array([correlations(np.where(towns == town, 0.0, weights)) for town in range(20)])
        away = theta - theta.mean(axis=0)
        covariance = 19 / 20 * away.T @ away
        step = 1e-5 * np.eye(3)
        slopes = np.array([(loadings(whole + one) - loadings(whole - one)) / 2e-5 for one in step]).T
        errors = np.sqrt(np.diag(slopes @ covariance @ slopes.T))
        own = found.more["loadings"]
        np.testing.assert_allclose(numbers(own, "loading"), loadings(whole), rtol=SEARCHED)
        np.testing.assert_allclose(numbers(own, "loading", "std_error"), errors, rtol=SLOPES)
        row = own.table.iloc[0]
        half = stats.t.ppf(0.975, 19) * row["std_error"]
        assert row["conf_high"] == pytest.approx(row["estimate"] + half, rel=EXACT)

    def test_sets_are_factored_once_from_their_mean(self, scored: ScoredData) -> None:
        sets = differing_sets(scored)
        found = efa(sets, factors=1)
        R = np.mean([np.corrcoef(items(one).to_numpy().T) for one in sets.completed], axis=0)
        expected = rotate(extract(R, 1).loadings, "oblimin").loadings[:, 0]
        np.testing.assert_allclose(numbers(found.more["loadings"], "loading"), expected, rtol=SEARCHED)
        alone = efa(sets.completed[0], factors=1).more["loadings"]
        assert numbers(found.more["loadings"], "loading", "std_error")[1] > numbers(alone, "loading", "std_error")[1]
        assert any("mean of the correlation matrices" in note for note in found.notes)

    def test_promax_has_no_errors_here_either(self) -> None:
        drawn = np.random.default_rng(9)
        wide = pd.DataFrame(drawn.normal(size=(N, 6)) + np.repeat(drawn.normal(size=(N, 2)), 3, axis=1))
        assert efa(wide, factors=2, rotation="promax").more["loadings"].table["std_error"].isna().all()


class TestDimensions:
    def test_equal_weights_are_no_weights(self, scored: ScoredData) -> None:
        plain = dimensionality(scored, draws=20)
        equal = dimensionality(with_weights(scored, np.full(N, 2.0)), draws=20)
        assert equal.pick("effective_n")["estimate"] == N
        for quantity in ("kmo", "factors"):
            np.testing.assert_allclose(numbers(equal, quantity), numbers(plain, quantity), rtol=EXACT)
        one, other = plain.more["eigenvalues"], equal.more["eigenvalues"]
        np.testing.assert_allclose(numbers(other, "random_eigenvalue"), numbers(one, "random_eigenvalue"), rtol=EXACT)

    def test_weights_that_say_nothing_cost_kishs_share(self) -> None:
        drawn = np.random.default_rng(12)
        many = 6000
        weights = drawn.uniform(0.2, 2, many)
        whole = screened(many, 6, related=True)
        found = dimensionality(replace(whole, design=SurveyDesign("opt-in", weights)), draws=20)
        kish = weights.sum() ** 2 / (weights**2).sum()
        assert found.pick("effective_n")["estimate"] == pytest.approx(kish, rel=0.05)  # 3 correlations of 6,000
        assert kish < 0.9 * many

    def test_sets_that_differ_know_less(self, scored: ScoredData) -> None:
        assert dimensionality(same_sets(scored), draws=20).pick("effective_n")["estimate"] == N
        found = dimensionality(differing_sets(scored), draws=20)
        assert found.pick("effective_n")["estimate"] < N
        assert found.pick("sphericity")["statistic_name"] == "F"
        assert "D1" in found.pick("sphericity")["method"]

    def test_more_correlations_than_degrees_of_freedom_are_not_tested(self, scored: ScoredData) -> None:
        frame = pd.DataFrame({"town": np.arange(N) // 40 * 1.0})
        plan = survey_design(frame, sample="quota", clusters="town")
        row = dimensionality(replace(scored, design=plan), draws=20).pick("sphericity")
        assert np.isnan(row["statistic"])
        assert row["warning"]

    def test_random_polychorics_have_the_weighted_shares(self, scored: ScoredData) -> None:
        weighted = with_weights(scored, np.linspace(0.5, 2, N))
        one, other = (dimensionality(weighted, correlation="polychoric", draws=20, seed=4) for _ in range(2))
        pd.testing.assert_frame_equal(one.more["eigenvalues"].table, other.more["eigenvalues"].table)
        random = numbers(one.more["eigenvalues"], "random_eigenvalue")
        assert 1 < random.max() < 2
