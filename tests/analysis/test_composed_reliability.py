"""Reliability and screening shares under weights, over imputed sets, and from all answers."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from osa_survey.analysis import reliability, screening_shares
from osa_survey.analysis.measuring.further_reliabilities import further_numbers
from osa_survey.analysis.samples import CompletedSet, Sample
from osa_survey.dataset import ScoredData, SurveyDesign, columns_of
from osa_survey.dataset.imputed import ImputedData
from osa_survey.errors import AnalysisError
from osa_survey.imputation import impute
from osa_survey.psychometrics.hierarchical_omega import schmid_leiman
from osa_survey.psychometrics.hierarchical_slopes import hierarchical_slopes
from osa_survey.psychometrics.reliability_gradients import (
    log_alpha,
    omegas_under_weights,
    pairwise_covariance,
    pairwise_influence,
)
from osa_survey.results import Result
from osa_survey.scoring import score
from osa_survey.weighting import survey_design
from osa_survey.weighting.replicating import replicated_design
from tests.made_up_studies import screened

N = 120
EXACT = 1e-8
"""Relative: the same formula on the same numbers, or two searches for one maximum."""
COEFFICIENTS = ("omega_categorical", "omega", "alpha")


@pytest.fixture(scope="module")
def scored() -> ScoredData:
    return screened(N, 6, related=True)


@pytest.fixture(scope="module")
def sets(scored: ScoredData) -> ImputedData:
    gappy = scored.responses.codes.copy()
    gappy.loc[5:30, "c_02"] = np.nan
    reasons = scored.responses.reasons.copy()
    reasons.loc[5:30, "c_02"] = reasons["c_01"].max()
    return impute(score(replace(scored.responses, codes=gappy, reasons=reasons)), seed=4, m=3, iterations=3,
                  variables=["c_total"])  # fmt: skip


def items(scored: ScoredData) -> pd.DataFrame:
    """Return the keyed answers: the second item runs the other way, from 1 to 5."""
    codes = scored.responses.codes[["c_01", "c_02", "c_03"]].astype(float)
    return codes.assign(c_02=6 - codes["c_02"])


def with_weights(scored: ScoredData, weights: np.ndarray) -> ScoredData:
    return replace(scored, design=SurveyDesign("opt-in", weights))


def estimates(result: Result, column: str = "estimate") -> np.ndarray:
    return np.array([result.pick(name)[column] for name in COEFFICIENTS], dtype=float)


class TestWeights:
    def test_weights_of_one_change_no_coefficient(self, scored: ScoredData) -> None:
        weighted = reliability(with_weights(scored, np.ones(N)), "c_total", draws=100)
        plain = reliability(scored, "c_total", draws=0)
        np.testing.assert_allclose(estimates(weighted), estimates(plain), rtol=EXACT)
        both = zip(weighted.more["items"].table["estimate"], plain.more["items"].table["estimate"], strict=False)
        assert weighted.pick("inter_item_r")["estimate"] == pytest.approx(plain.pick("inter_item_r")["estimate"])
        assert next(iter(both))[0] == pytest.approx(plain.more["items"].table["estimate"].iloc[0])

    def test_integer_weights_are_repeated_rows(self, scored: ScoredData) -> None:
        times = np.tile([1, 2, 3], N // 3)
        weighted = reliability(with_weights(scored, times.astype(float)), "c_total", draws=100)
        repeated = items(scored).loc[np.repeat(np.arange(N), times)].reset_index(drop=True)
        plain = reliability(repeated, draws=0)
        np.testing.assert_allclose(estimates(weighted), estimates(plain), rtol=EXACT)
        assert weighted.n_used == N - 1

    def test_the_jackknife_drops_one_town_at_a_time(self, scored: ScoredData) -> None:
        towns = np.arange(N) // 12
        plan = survey_design(pd.DataFrame({"town": towns * 1.0}), sample="quota", clusters="town")
        result = reliability(replace(scored, design=replicated_design(plan, "JK1")), "c_total")
        answers = items(scored)
        each = np.array([estimates(reliability(answers.loc[towns != town], draws=0)) for town in range(10)])
        whole = estimates(reliability(answers, draws=0))
        scales = (lambda e: np.log(e / (1 - e)), lambda e: np.log(e / (1 - e)), lambda e: np.log(1 - e))
        for column, scale in enumerate(scales):
            theta = scale(each[:, column])
            error = math.sqrt(9 / 10 * float(((theta - theta.mean()) ** 2).sum()))
            slope = whole[column] * (1 - whole[column]) if column < 2 else 1 - whole[column]
            assert estimates(result, "std_error")[column] == pytest.approx(error * slope, rel=EXACT)

    def test_linearised_errors_are_near_those_of_the_jackknife(self, scored: ScoredData) -> None:
        plan = survey_design(pd.DataFrame({"town": np.arange(N) // 3 * 1.0}), sample="quota", clusters="town")
        one = reliability(replace(scored, design=plan), "c_total", draws=400)
        other = reliability(replace(scored, design=replicated_design(plan, "JK1")), "c_total")
        near = 0.15  # two first-order errors of 40 towns; the bootstrap of 400 draws adds 4 % of its own
        np.testing.assert_allclose(estimates(one, "std_error"), estimates(other, "std_error"), rtol=near)
        assert "linearised" in one.pick("alpha")["method"]
        assert "bootstrap" in one.pick("omega_categorical")["method"]

    def test_groups_are_domains(self, scored: ScoredData) -> None:
        weighted = reliability(with_weights(scored, np.ones(N)), "c_total", by="gender", draws=100)
        plain = reliability(scored, "c_total", by="gender", draws=0)
        for group in ("man", "woman"):
            one, other = (whole.more["groups"].pick("alpha", group=group) for whole in (weighted, plain))
            assert one["estimate"] == pytest.approx(other["estimate"], rel=EXACT)
            assert one["n"] == other["n"]


class TestImputation:
    def test_rubins_rules_on_the_scale_of_inference(self, sets: ImputedData) -> None:
        pooled = reliability(sets, "c_total", draws=0).pick("alpha")
        each = [reliability(with_weights(one, np.ones(N)), "c_total", draws=0).pick("alpha") for one in sets.completed]
        values = np.log(1 - np.array([one["estimate"] for one in each]))
        within = np.mean([(one["std_error"] / (1 - one["estimate"])) ** 2 for one in each])
        total = within + (1 + 1 / 3) * values.var(ddof=1)
        alpha = 1 - math.exp(values.mean())
        assert pooled["estimate"] == pytest.approx(alpha, rel=EXACT)
        assert pooled["std_error"] == pytest.approx(math.sqrt(total) * (1 - alpha), rel=EXACT)
        assert values.var(ddof=1) > 0

    def test_categorical_omega_is_bootstrapped_in_each_set(self, sets: ImputedData) -> None:
        one = reliability(sets, "c_total", draws=200).pick("omega_categorical")
        again = reliability(sets, "c_total", draws=200).pick("omega_categorical")
        assert one["std_error"] == again["std_error"]
        assert "bootstrap covariance (200 samples)" in one["method"]
        omega = reliability(sets, "c_total", draws=0).pick("omega")
        assert one["std_error"] == pytest.approx(omega["std_error"], rel=0.3)  # two models of the same answers

    def test_one_set_is_refused(self, sets: ImputedData) -> None:
        with pytest.raises(AnalysisError) as caught:
            reliability(replace(sets, completed=sets.completed[:1]), "c_total")
        assert caught.value.problems[0].code == "one_completed_set"


class TestAllAnswers:
    def test_without_gaps_it_is_the_plain_coefficient(self, scored: ScoredData) -> None:
        answers = items(scored).dropna()
        direct, plain = reliability(answers, missing="fiml"), reliability(answers, draws=0)
        for name in ("alpha", "omega"):
            assert direct.pick(name)["estimate"] == pytest.approx(plain.pick(name)["estimate"], rel=1e-6)  # EM's end
        assert direct.n_used == len(answers)

    def test_everybody_with_an_answer_counts(self, scored: ScoredData) -> None:
        answers = items(scored).mask(np.random.default_rng(1).random((N, 3)) < 0.2)
        result = reliability(answers, missing="fiml")
        assert result.n_used == int(answers.notna().any(axis=1).sum())
        assert any("missing at random" in note for note in result.notes)

    def test_categorical_omega_is_refused(self, scored: ScoredData) -> None:
        with pytest.raises(AnalysisError):
            reliability(items(scored), missing="fiml", coefficient="omega_categorical")

    def test_whole_weights_are_repeated_rows(self, scored: ScoredData) -> None:
        times = np.tile([1, 2, 3], N // 3)
        weighted = reliability(with_weights(scored, times * 1.0), "c_total", missing="fiml", details=True)
        repeated = items(scored).loc[np.repeat(np.arange(N), times)].reset_index(drop=True)
        plain = reliability(repeated, missing="fiml")
        for name in ("alpha", "omega"):
            assert weighted.pick(name)["estimate"] == pytest.approx(plain.pick(name)["estimate"], rel=1e-6)  # EM's end
            assert "FIML covariances, linearised" in weighted.pick(name)["method"]
        assert weighted.n_used == N
        assert "split_half" in weighted.more

    def test_equal_weights_have_the_robust_errors(self, scored: ScoredData) -> None:
        complete = with_weights(scored, np.ones(N))
        one = reliability(complete, "c_total", missing="fiml").pick("alpha")
        other = reliability(items(scored).dropna(), missing="listwise", draws=0).pick("alpha")
        assert one["estimate"] == pytest.approx(other["estimate"], rel=0.01)  # one gap among 120 people
        linear = reliability(complete, "c_total", draws=0).pick("alpha")
        assert one["std_error"] == pytest.approx(linear["std_error"], rel=0.05)

    def test_several_factors_from_all_answers(self) -> None:
        answers = many_items()
        gappy = answers.mask(np.random.default_rng(4).random(answers.shape) < 0.05)
        whole = reliability(answers, factors=3, draws=0)
        direct = reliability(gappy, factors=3, missing="fiml")
        for name in ("omega_hierarchical", "omega_total"):
            found = direct.pick(name)
            assert found["estimate"] == pytest.approx(whole.pick(name)["estimate"], abs=0.05)  # 5 % gaps
            assert found["conf_low"] < found["estimate"] < found["conf_high"]

    def test_ordinal_alpha_and_completed_sets_are_refused(self, scored: ScoredData, sets: ImputedData) -> None:
        for given, more in ((scored, {"ordinal_alpha": True}), (sets, {})):
            with pytest.raises(AnalysisError) as caught:
                reliability(given, "c_total", missing="fiml", **more)  # type: ignore[arg-type]
            assert caught.value.problems[0].code == "does_not_compose"


class TestFurther:
    def test_weights_of_one_change_no_coefficient(self, scored: ScoredData) -> None:
        options: dict[str, Any] = {"ordinal_alpha": True, "details": True, "draws": 0}
        plain, equal = (reliability(one, "c_total", **options) for one in (scored, with_weights(scored, np.ones(N))))
        assert equal.pick("alpha_ordinal")["estimate"] == pytest.approx(
            plain.pick("alpha_ordinal")["estimate"], rel=EXACT
        )
        halves = [one.more["split_half"].table["estimate"] for one in (plain, equal)]
        np.testing.assert_allclose(*halves, rtol=EXACT)
        assert equal.pick("alpha_ordinal")["conf_low"] < equal.pick("alpha_ordinal")["estimate"]
        assert any("Chalmers" in note for note in equal.notes)

    def test_ordinal_alpha_drops_one_town_at_a_time(self, scored: ScoredData) -> None:
        towns = np.arange(N) // 6
        plan = survey_design(pd.DataFrame({"town": towns * 1.0}), sample="quota", clusters="town")
        row = reliability(replace(scored, design=replicated_design(plan, "JK1")), "c_total", ordinal_alpha=True).pick(
            "alpha_ordinal"
        )
        answers = items(scored)
        each = [
            reliability(answers.loc[towns != town], ordinal_alpha=True, draws=0).pick("alpha_ordinal")["estimate"]
            for town in range(20)
        ]
        theta = np.log(1 - np.array(each))
        error = math.sqrt(19 / 20 * float(((theta - theta.mean()) ** 2).sum())) * (1 - row["estimate"])
        near = 0.05  # the delta method from the jackknifed correlations against the jackknife itself
        assert row["std_error"] == pytest.approx(error, rel=near)
        assert row["df1"] == 19

    def test_hierarchical_omegas(self) -> None:
        answers = many_items()
        weighted = instrument(answers)
        plain = reliability(answers, factors=3, draws=0)
        found = further_numbers(weighted, 9, ordinal_alpha=False, factors=3, conf_level=0.95)
        for name in ("omega_hierarchical", "omega_total"):
            one = found.coefficients[name]
            assert one.estimate == pytest.approx(plain.pick(name)["estimate"], rel=1e-6)  # searches of rotations
            assert one.low < one.estimate < one.high
        assert found.hierarchical is not None

    def test_slopes_of_hierarchical_omegas(self) -> None:
        # where the factors fit exactly no second derivative of the correlations is left out
        pattern = np.kron(np.eye(3), np.ones((3, 1))) * np.linspace(0.5, 0.85, 9)[:, None]
        R = pattern @ np.array([[1.0, 0.4, 0.3], [0.4, 1.0, 0.5], [0.3, 0.5, 1.0]]) @ pattern.T
        np.fill_diagonal(R, 1.0)
        found = hierarchical_slopes(R, 3)
        assert found is not None
        whole = schmid_leiman(R, 3)
        values = np.array([whole.omega_hierarchical, whole.omega_total])
        np.testing.assert_allclose(1 / (1 + np.exp(-found.logits)), values, rtol=1e-6)
        first, second = np.triu_indices(9, 1)
        pair = 10  # one of 36: a search so near a perfect fit takes the most steps there are
        up, down = (moved(R, first[pair], second[pair], step) for step in (1e-4, -1e-4))
        slope = (up - down) / 2e-4 / (values * (1 - values))
        np.testing.assert_allclose(found.slopes[:, pair], slope, atol=1e-4)  # differences of searches

    def test_further_coefficients_of_sets_are_those_of_the_mean_matrix(self, sets: ImputedData) -> None:
        pooled = reliability(sets, "c_total", ordinal_alpha=True, details=True, draws=0)
        each = [reliability(one, "c_total", ordinal_alpha=True, draws=0) for one in sets.completed]
        mean = np.mean([one.pick("alpha_ordinal")["estimate"] for one in each])
        assert pooled.pick("alpha_ordinal")["estimate"] == pytest.approx(mean, abs=0.005)  # nearly linear so close
        assert "mean correlation matrix" in pooled.pick("alpha_ordinal")["method"]
        assert "mean covariances" in pooled.more["split_half"].notes[-1]


class TestPairwise:
    def test_equal_weights_are_no_weights(self, scored: ScoredData) -> None:
        plain, equal = (
            reliability(one, "c_total", missing="pairwise", draws=0)
            for one in (scored, with_weights(scored, np.full(N, 2.0)))
        )
        for name in ("alpha", "omega", "alpha_standardised", "inter_item_r"):
            assert equal.pick(name)["estimate"] == pytest.approx(plain.pick(name)["estimate"], rel=EXACT)
            assert equal.pick(name)["n"] == plain.pick(name)["n"]
        one, other = (each.more["items"].table.set_index(["term", "quantity"])["estimate"] for each in (equal, plain))
        shared = one.index.intersection(other.index)
        shared = shared[shared.get_level_values("quantity") != "loading"]  # those of plain data are of categories
        np.testing.assert_allclose(one[shared], other[shared], rtol=1e-6)

    def test_contributions_are_derivatives_by_the_weights(self) -> None:
        answers = many_items().iloc[:60, :4]
        values = answers.mask(np.random.default_rng(6).random(answers.shape) < 0.2).to_numpy()
        weights = np.random.default_rng(7).uniform(0.4, 2, 60)
        found = pairwise_influence(log_alpha(pairwise_covariance(values, weights)), values, weights)[:, 0]
        for person in range(0, 60, 7):
            step = 1e-5 * (np.arange(60) == person)
            up, down = (log_alpha(pairwise_covariance(values, weights + sign * step)).value for sign in (1, -1))
            assert found[person] == pytest.approx(weights[person] * (up - down) / 2e-5, abs=1e-8)


def many_items() -> pd.DataFrame:
    """Return nine items of a general and three group factors."""
    drawn = np.random.default_rng(1)
    general, groups = drawn.normal(size=(400, 1)), np.repeat(drawn.normal(size=(400, 3)), 3, axis=1)
    values = 0.6 * general + 0.6 * groups + drawn.normal(size=(400, 9))
    return pd.DataFrame(values, columns=[f"i{n}" for n in range(9)])


def instrument(answers: pd.DataFrame) -> Sample:
    """Return items as a weighted sample."""
    design = SurveyDesign("opt-in", np.ones(len(answers)))
    everybody = np.ones(len(answers), dtype=bool)
    return Sample((CompletedSet(columns_of(answers, list(answers)), everybody, design),), imputed=False)


def moved(R: np.ndarray, i: int, j: int, step: float) -> np.ndarray:
    """Return both omegas where one correlation is another."""
    other = R.copy()
    other[i, j] = other[j, i] = R[i, j] + step
    found = schmid_leiman(other, 3)
    return np.array([found.omega_hierarchical, found.omega_total])


class TestDegenerate:
    def test_perfect_agreement(self) -> None:
        answers = pd.DataFrame({name: np.arange(40.0) for name in "abc"})
        with pytest.raises(AnalysisError) as caught:
            reliability(answers, missing="fiml")
        assert caught.value.problems[0].code == "collinear_variables"

    def test_omega_under_weights_of_a_constant_item(self) -> None:
        values = np.column_stack([np.tile([1.0, 2.0], 20), np.repeat([1.0, 2.0], 20), np.ones(40)])
        assert np.isnan(omegas_under_weights(values, np.ones((40, 2)))).all()


class TestScreeningShares:
    def test_weights_by_hand(self, scored: ScoredData) -> None:
        weights = np.tile([1.0, 2.0, 3.0], N // 3)
        result = screening_shares(with_weights(scored, weights))
        frame = scored.frame
        men = (frame["gender"] == 1).to_numpy() & frame["c_total"].notna().to_numpy()
        expected = np.average(frame["c_total"].to_numpy()[men] >= 10, weights=weights[men])
        row = result.pick("proportion", group="man")
        assert row["estimate"] == pytest.approx(expected, rel=EXACT)
        assert row["n"] == men.sum()
        assert 0 < row["conf_low"] < row["estimate"] < row["conf_high"] < 1

    def test_sets_are_pooled_on_the_log_odds(self, sets: ImputedData) -> None:
        row = screening_shares(sets).pick("proportion", group="man")
        shares = []
        for one in sets.completed:
            men = (one.frame["gender"] == 1).to_numpy() & one.frame["c_total"].notna().to_numpy()
            shares.append(float((one.frame["c_total"].to_numpy()[men] >= 10).mean()))
        logit = np.log(np.array(shares) / (1 - np.array(shares))).mean()
        assert row["estimate"] == pytest.approx(1 / (1 + math.exp(-logit)), rel=EXACT)
        assert "Rubin" in screening_shares(sets).method

    def test_a_group_in_one_cluster_has_no_interval(self, scored: ScoredData) -> None:
        towns = (scored.frame["gender"].to_numpy() == 3) * 100 + np.arange(N) // 10
        towns = np.where(towns >= 100, 100, towns)
        plan = survey_design(pd.DataFrame({"town": towns * 1.0}), sample="quota", clusters="town")
        row = screening_shares(replace(scored, design=plan)).pick("proportion", group="another gender")
        assert math.isnan(row["conf_low"])
        assert "one cluster" in row["warning"]
