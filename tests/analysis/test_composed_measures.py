"""Retest, agreement and polychorics under weights and over imputed sets: relations and refits."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from osa_survey.analysis import correlate, dimensionality, efa, polychoric, retest
from osa_survey.analysis.correlating.intraclass_numbers import intraclass_statistics
from osa_survey.dataset import ScoredData, SurveyDesign
from osa_survey.errors import AnalysisError
from osa_survey.imputation import d2
from tests.analysis.composed_items import (
    DIVISOR,
    EXACT,
    SEARCHED,
    N,
    answers,
    complete,
    differing_sets,
    items,
    jackknifed,
    numbers,
    same_sets,
    with_weights,
)
from tests.made_up_regressions import as_imputed, as_scored
from tests.made_up_studies import screened


@pytest.fixture(scope="module")
def scored() -> ScoredData:
    return complete(screened(N, 6, related=True))


class TestAgreement:
    def test_equal_weights_are_no_weights(self) -> None:
        names = ["first", "second", "third"]
        plain = correlate(answers(), names, effect_sizes=["icc", "kendalls_w"])
        equal = correlate(as_scored(answers(), SurveyDesign("opt-in", np.full(N, 2.0))), names,
                          effect_sizes=["icc", "kendalls_w"])  # fmt: skip
        np.testing.assert_allclose(numbers(equal, "icc"), numbers(plain, "icc"), rtol=EXACT)
        np.testing.assert_allclose(numbers(equal, "kendalls_w"), numbers(plain, "kendalls_w"), rtol=EXACT)

    def test_the_interval_of_concordance_is_near_that_of_the_bootstrap(self) -> None:
        ranked = answers().assign(second=lambda rows: rows["second"] + 1, third=lambda rows: rows["third"] + 2)
        plain = correlate(ranked, list(ranked), effect_sizes=["kendalls_w"]).pick("kendalls_w")
        weighted = as_scored(ranked, SurveyDesign("opt-in", np.ones(N)))
        equal = correlate(weighted, list(ranked), effect_sizes=["kendalls_w"]).pick("kendalls_w")
        near = 0.02  # percentiles of a bootstrap and a symmetric interval of the logit
        for column in ("std_error", "conf_low", "conf_high"):
            assert equal[column] == pytest.approx(plain[column], abs=near)

    def test_whole_weights_are_repeated_rows(self) -> None:
        times = np.tile([1, 2, 3], N // 3)
        names = ["first", "second", "third"]
        weighted = correlate(as_scored(answers(), SurveyDesign("opt-in", times * 1.0)), names,
                             effect_sizes=["kendalls_w"])  # fmt: skip
        repeated = answers().loc[np.repeat(np.arange(N), times)].reset_index(drop=True)
        plain = correlate(repeated, names, effect_sizes=["kendalls_w"])
        np.testing.assert_allclose(numbers(weighted, "kendalls_w"), numbers(plain, "kendalls_w"), rtol=EXACT)

    def test_contributions_are_derivatives_by_the_weights(self) -> None:
        ratings, weights = answers().to_numpy(), np.random.default_rng(5).uniform(0.3, 2, N)
        found = intraclass_statistics(ratings, weights, N).influence
        for person in range(0, N, 24):
            step = 1e-5 * (np.arange(N) == person)
            up, down = (intraclass_statistics(ratings, weights + sign * step, N).estimate for sign in (1, -1))
            np.testing.assert_allclose(found[person], weights[person] * (up - down) / 2e-5, atol=1e-8)

    def test_the_mean_of_raters_has_the_z_of_one(self) -> None:
        weighted = as_scored(answers(), SurveyDesign("opt-in", np.linspace(0.5, 2, N)))
        result = correlate(weighted, ["first", "second", "third"], effect_sizes=["icc"])
        one, mean = (result.pick("icc", level=f"ICC(3,{k})") for k in ("1", "k"))
        for bound in ("estimate", "conf_low", "conf_high"):
            assert mean[bound] == pytest.approx(3 * one[bound] / (1 + 2 * one[bound]), rel=EXACT)

    def test_ratings_without_disagreement_have_no_interval(self) -> None:
        same = answers().assign(second=lambda rows: rows["first"], third=lambda rows: rows["first"])
        weighted = as_scored(same, SurveyDesign("opt-in", np.linspace(0.5, 2, N)))
        with pytest.raises(AnalysisError, match="perfect"):
            correlate(weighted, list(same), effect_sizes=["icc"])
        result = retest(as_scored(same, SurveyDesign("opt-in", np.ones(N))), "first", "second")
        assert result.table.loc[lambda rows: rows["quantity"].isin(["icc", "r"]), "warning"].ne("").all()
        constant = as_scored(same.assign(first=1.0), SurveyDesign("opt-in", np.ones(N)))
        flat = retest(constant, "first", "second").pick("icc", level="ICC(2,1)")
        assert np.isnan(flat["estimate"])
        assert "does not vary" in flat["warning"]


class TestRetest:
    def test_equal_weights_are_no_weights(self) -> None:
        plain = retest(answers(), "first", "second")
        equal = retest(as_scored(answers(), SurveyDesign("opt-in", np.full(N, 2.0))), "first", "second")
        pd.testing.assert_series_equal(plain.table["estimate"], equal.table["estimate"], rtol=EXACT)
        assert list(plain.table["quantity"]) == list(equal.table["quantity"])

    def test_whole_weights_are_repeated_rows_but_for_n(self) -> None:
        times = np.tile([1, 2, 3], N // 3)
        weighted = retest(as_scored(answers(), SurveyDesign("opt-in", times * 1.0)), "first", "second")
        repeated = answers().loc[np.repeat(np.arange(N), times)].reset_index(drop=True)
        plain = retest(repeated, "first", "second")
        for quantity in ("r", "mean", "mean_difference"):
            np.testing.assert_allclose(numbers(weighted, quantity), numbers(plain, quantity), rtol=EXACT)
        many = times.sum()
        factor = np.sqrt(N / (N - 1) * (many - 1) / many)
        for quantity in ("sd", "sem", "reliable_change"):
            np.testing.assert_allclose(numbers(weighted, quantity), factor * numbers(plain, quantity), rtol=EXACT)
        consistency = weighted.pick("icc", level="ICC(3,1)")["estimate"]
        assert consistency == pytest.approx(plain.pick("icc", level="ICC(3,1)")["estimate"], rel=EXACT)

    def test_the_reliable_change_of_sets_is_that_of_their_mean_square(self) -> None:
        sets = [answers().assign(second=lambda rows, k=k: rows["second"] * k) for k in (1.0, 1.2, 1.4)]
        pooled = retest(as_imputed(answers(), sets), "first", "second")
        squares = [((one["second"] - one["first"]).var(ddof=1)) / 2 for one in sets]
        sem = float(np.sqrt(np.mean(squares)))
        assert pooled.pick("sem")["estimate"] == pytest.approx(sem, rel=EXACT)
        change = stats.norm.ppf(0.975) * np.sqrt(2) * sem
        assert pooled.pick("reliable_change")["estimate"] == pytest.approx(change, rel=EXACT)
        assert "Rubin's rules" in pooled.method


class TestPolychoric:
    def test_equal_weights_are_no_weights(self, scored: ScoredData) -> None:
        plain, equal = polychoric(scored), polychoric(with_weights(scored, np.full(N, 3.0)))
        np.testing.assert_allclose(numbers(equal, "latent_r"), numbers(plain, "latent_r"), rtol=SEARCHED)
        errors = numbers(plain, "latent_r", "std_error") * DIVISOR
        np.testing.assert_allclose(numbers(equal, "latent_r", "std_error"), errors, rtol=SEARCHED)
        one, other = plain.more["thresholds"], equal.more["thresholds"]
        np.testing.assert_allclose(numbers(other, "threshold"), numbers(one, "threshold"), rtol=SEARCHED)

    @pytest.mark.parametrize("method", ["two_step", "ml"])
    def test_the_jackknife_drops_one_town_at_a_time(self, scored: ScoredData, method: Any) -> None:
        weights = np.random.default_rng(3).uniform(0.5, 2, N)
        found = polychoric(jackknifed(scored, weights), method=method)
        whole, towns = numbers(found, "latent_r"), np.arange(N) // 6
        each = []
        for town in range(20):
            kept = with_weights(scored, np.where(towns == town, 0.0, weights))
            each.append(numbers(polychoric(kept), "latent_r") if method == "two_step" else full(scored, kept))
        theta = np.arctanh(np.array(each))
        error = np.sqrt(19 / 20 * ((theta - theta.mean(axis=0)) ** 2).sum(axis=0)) * (1 - whole**2)
        np.testing.assert_allclose(numbers(found, "latent_r", "std_error"), error, rtol=1e-5)

    def test_same_sets_are_one_set(self, scored: ScoredData) -> None:
        plain, pooled = polychoric(scored), polychoric(same_sets(scored))
        np.testing.assert_allclose(numbers(pooled, "latent_r"), numbers(plain, "latent_r"), rtol=SEARCHED)
        errors = numbers(plain, "latent_r", "std_error") * DIVISOR
        np.testing.assert_allclose(numbers(pooled, "latent_r", "std_error"), errors, rtol=SEARCHED)

    def test_rubins_rules_on_fishers_z_and_d2(self, scored: ScoredData) -> None:
        sets = differing_sets(scored)
        row = polychoric(sets).pick("latent_r", term="c_01", outcome="c_02")
        each = [polychoric(one).pick("latent_r", term="c_01", outcome="c_02") for one in sets.completed]
        z = np.arctanh([one["estimate"] for one in each])
        within = np.mean([(one["std_error"] / (1 - one["estimate"] ** 2)) ** 2 for one in each]) * DIVISOR**2
        total = within + (1 + 1 / 3) * z.var(ddof=1)
        value = np.tanh(z.mean())
        assert row["estimate"] == pytest.approx(value, rel=SEARCHED)
        assert row["std_error"] == pytest.approx(np.sqrt(total) * (1 - value**2), rel=SEARCHED)
        test = d2([one["statistic"] for one in each], int(row["df1"]))
        assert row["statistic"] == pytest.approx(test.statistic, rel=SEARCHED)
        assert row["statistic_name"] == "F"

    def test_numbers_beside_items(self, scored: ScoredData) -> None:
        plain = polychoric(scored, numbers=["c_total"])
        equal = polychoric(with_weights(scored, np.ones(N)), numbers=["c_total"])
        np.testing.assert_allclose(numbers(equal, "latent_r"), numbers(plain, "latent_r"), rtol=SEARCHED)
        assert equal.sentences("de") != equal.sentences("en")

    def test_full_likelihood_has_its_own_scores(self, scored: ScoredData) -> None:
        plain, equal = (polychoric(one, method="ml") for one in (scored, with_weights(scored, np.full(N, 2.0))))
        np.testing.assert_allclose(numbers(equal, "latent_r"), numbers(plain, "latent_r"), rtol=SEARCHED)
        near = 0.15  # expected information and its sandwich against the observed information, 120 people
        errors = numbers(plain, "latent_r", "std_error")
        np.testing.assert_allclose(numbers(equal, "latent_r", "std_error"), errors, rtol=near)
        assert "full maximum likelihood" in equal.method

    def test_an_answer_that_a_set_lacks_has_no_threshold(self, scored: ScoredData) -> None:
        sets = differing_sets(scored)
        codes = sets.completed[1].responses.codes.copy()
        codes["c_03"] = codes["c_03"].clip(lower=2)
        second = replace(sets.completed[1], responses=replace(sets.completed[1].responses, codes=codes))
        result = polychoric(replace(sets, completed=(sets.completed[0], second, sets.completed[2])))
        rows = result.more["thresholds"].table.loc[lambda table: table["outcome"] == "c_03"]
        assert rows["warning"].iloc[0] != ""
        assert np.isnan(rows["estimate"].iloc[0])
        assert np.isfinite(rows["estimate"].iloc[1:]).all()
        assert np.isfinite(numbers(result, "latent_r")).all()


def full(scored: ScoredData, kept: ScoredData) -> np.ndarray:
    """Return full maximum likelihood correlations under weights, from the tables."""
    from osa_survey.psychometrics.ordinal import categories
    from osa_survey.psychometrics.ordinal.full_polychorics import full_polychorics
    from osa_survey.psychometrics.ordinal.pairwise_polychorics import pairwise_polychorics

    assert kept.design is not None
    own = categories(items(scored).to_numpy())
    return full_polychorics(pairwise_polychorics(own, kept.design.weights).pairs.tables).rho


class TestDegenerate:
    @pytest.mark.parametrize("verb", [efa, dimensionality])
    def test_an_item_that_does_not_vary_cannot_be_factored(self, scored: ScoredData, verb: Any) -> None:
        codes = scored.responses.codes.assign(c_01=3)
        constant = with_weights(replace(scored, responses=replace(scored.responses, codes=codes)), np.ones(N))
        with pytest.raises(AnalysisError) as caught:
            verb(constant)
        assert caught.value.problems[0].code == "constant_item"
        table = polychoric(constant).table
        assert table["estimate"].isna().sum() == 2
        assert table.loc[table["estimate"].isna(), "warning"].ne("").all()

    def test_a_perfect_pair_is_flagged(self, scored: ScoredData) -> None:
        codes = scored.responses.codes.assign(c_03=scored.responses.codes["c_01"])
        perfect = with_weights(replace(scored, responses=replace(scored.responses, codes=codes)), np.ones(N))
        row = polychoric(perfect).pick("latent_r", term="c_01", outcome="c_03")
        assert row["estimate"] > 0.999
        assert np.isnan(row["conf_low"])
        assert "perfect" in row["warning"]
        with pytest.raises(AnalysisError) as caught:
            efa(perfect, correlation="polychoric")
        assert caught.value.problems[0].code == "perfect_correlation"

    @pytest.mark.parametrize("verb", [efa, dimensionality, polychoric])
    def test_one_set_cannot_be_pooled(self, scored: ScoredData, verb: Any) -> None:
        with pytest.raises(AnalysisError) as caught:
            verb(replace(same_sets(scored), completed=(scored,)))
        assert caught.value.problems[0].code == "one_completed_set"

    def test_people_without_weight_are_not_there(self, scored: ScoredData) -> None:
        few = with_weights(scored, np.r_[np.ones(3), np.zeros(N - 3)])
        with pytest.raises(AnalysisError) as caught:
            efa(few, factors=1)
        assert caught.value.problems[0].code == "too_few_respondents"

    def test_pairs_of_answers_are_enough(self, scored: ScoredData) -> None:
        gap = screened(N, 6, related=True)
        listwise, pairwise = (
            efa(with_weights(gap, np.ones(N)), factors=1, missing=missing)  # type: ignore[arg-type]
            for missing in ("listwise", "pairwise")
        )
        one, other = (result.more["loadings"].table for result in (listwise, pairwise))
        np.testing.assert_allclose(one["estimate"], other["estimate"], rtol=0.02)  # one gap among 120 people
        assert other["std_error"].notna().all()
