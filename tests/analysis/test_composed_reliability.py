"""Reliability and screening shares under weights, over imputed sets, and from all answers."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from osa_survey.analysis import reliability, screening_shares
from osa_survey.dataset import ScoredData, SurveyDesign
from osa_survey.dataset.imputed import ImputedData
from osa_survey.errors import AnalysisError
from osa_survey.imputation import impute
from osa_survey.psychometrics import reliability as plain_reliability
from osa_survey.psychometrics.reliability_gradients import omegas_under_weights
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
        plain = plain_reliability(repeated, draws=0)
        np.testing.assert_allclose(estimates(weighted), estimates(plain), rtol=EXACT)
        assert weighted.n_used == N - 1

    def test_the_jackknife_drops_one_town_at_a_time(self, scored: ScoredData) -> None:
        towns = np.arange(N) // 12
        plan = survey_design(pd.DataFrame({"town": towns * 1.0}), sample="quota", clusters="town")
        result = reliability(replace(scored, design=replicated_design(plan, "JK1")), "c_total")
        answers = items(scored)
        each = np.array([estimates(plain_reliability(answers.loc[towns != town], draws=0)) for town in range(10)])
        whole = estimates(plain_reliability(answers, draws=0))
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

    def test_weights_are_refused(self, scored: ScoredData) -> None:
        with pytest.raises(AnalysisError) as caught:
            reliability(with_weights(scored, np.ones(N)), "c_total", missing="fiml")
        assert caught.value.problems[0].code == "does_not_compose"


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
