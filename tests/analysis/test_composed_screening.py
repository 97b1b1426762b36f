"""Scenarios, targets, attrition and pooled groups under weights and over completed sets."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy import special, stats

from osa_survey import (
    attrition,
    compare_groups,
    compare_with_target,
    meta_analysis,
    misclassification_scenario,
    regress,
)
from osa_survey.dataset import ScoredData, SurveyDesign
from osa_survey.disclosure import JOURNAL
from osa_survey.effects.misclassifications import Accuracy, true_prevalence
from osa_survey.errors import AnalysisError
from osa_survey.imputation import pool, pool_proportion
from osa_survey.results import Result, release
from osa_survey.weighting import survey_design
from osa_survey.weighting.replicating import replicated_design
from tests.made_up_regressions import as_imputed, as_scored

N, SETS, TOWNS = 160, 3, 16
EXACT = 1e-9
DIFFERENCES = 1e-6
"""Central differences of smooth functions of means."""
ACCURATE: dict[str, Any] = {
    "sensitivity": {"estimate": 0.9, "n": 120}, "specificity": {"estimate": 0.85, "n": 250},
    "reference_standard": "interview",
}  # fmt: skip
KNOWN = (Accuracy(0.9, 120), Accuracy(0.85, 250))


def people() -> pd.DataFrame:
    rng = np.random.default_rng(31)
    gender = rng.integers(0, 2, N)
    later = rng.normal(size=N)
    later[rng.random(N) < 0.2 + 0.2 * gender] = np.nan
    return pd.DataFrame(
        {
            "score": np.round(rng.normal(20 + 2 * gender, 5)),
            "gender": pd.Categorical.from_codes(gender, ["man", "woman"]),
            "place": pd.Categorical.from_codes(rng.integers(0, 3, N), ["city", "town", "village"]),
            "later": later,
        }
    )


def completed() -> list[pd.DataFrame]:
    """Return sets that differ in the scores and genders of the first people, and have no gap in the later wave."""
    found = []
    for seed in range(SETS):
        rng, one = np.random.default_rng(seed), people()
        one.loc[:29, "score"] = np.round(rng.normal(21, 5, 30))
        one.loc[:19, "gender"] = rng.choice(["man", "woman"], 20)
        one["later"] = one["later"].fillna(0.0)
        found.append(one)
    return found


def towns() -> np.ndarray:
    return np.arange(N) // (N // TOWNS)


def weights() -> np.ndarray:
    return np.random.default_rng(6).uniform(0.4, 2.2, N)


def plan(w: np.ndarray | None = None) -> SurveyDesign:
    frame = pd.DataFrame({"w": weights() if w is None else w, "town": towns() * 1.0})
    return survey_design(frame, sample="quota", weights="w", clusters="town")


def variance_by_towns(influence: np.ndarray) -> float:
    sums = np.bincount(towns(), influence)
    return float(TOWNS / (TOWNS - 1) * ((sums - sums.mean()) ** 2).sum())


def numbers(result: Result, quantity: str, columns: tuple[str, ...], **where: str) -> list[float]:
    row = result.pick(quantity, **where)
    return [float(row[name]) for name in columns]


class TestScenarios:
    def test_the_variance_of_a_weighted_share_makes_the_effective_n(self) -> None:
        found = misclassification_scenario(as_scored(people(), plan()), "score", 22, **ACCURATE)
        w, above = weights(), (people()["score"] >= 22).to_numpy() * 1.0
        q = float(w @ above / w.sum())
        v = variance_by_towns(w * (above - q) / w.sum())
        n = q * (1 - q) / v * (stats.norm.ppf(0.975) / stats.t.ppf(0.975, TOWNS - 1)) ** 2
        assert found.pick("effective_n")["estimate"] == pytest.approx(n, rel=EXACT)
        expected = true_prevalence(q * n, n, *KNOWN)
        columns = ("estimate", "conf_low", "conf_high")
        assert numbers(found, "true_prevalence", columns) == pytest.approx(
            [expected.estimate, expected.low, expected.high], rel=EXACT
        )
        half = stats.t.ppf(0.975, TOWNS - 1) * np.sqrt(v) / (q * (1 - q))
        logit = special.expit([special.logit(q), special.logit(q) - half, special.logit(q) + half])
        assert numbers(found, "apparent_prevalence", columns) == pytest.approx(list(logit), rel=EXACT)
        assert "weight" in " ".join(found.notes)

    def test_replicates_are_a_loop_over_towns(self) -> None:
        found = misclassification_scenario(
            as_scored(people(), replicated_design(plan(), "JK1")), "score", 22, **ACCURATE
        )
        w, above = weights(), (people()["score"] >= 22).to_numpy() * 1.0
        each = np.array([w[towns() != t] @ above[towns() != t] / w[towns() != t].sum() for t in range(TOWNS)])
        v = (TOWNS - 1) / TOWNS * ((each - each.mean()) ** 2).sum()
        q = w @ above / w.sum()
        n = q * (1 - q) / v * (stats.norm.ppf(0.975) / stats.t.ppf(0.975, TOWNS - 1)) ** 2
        assert found.pick("effective_n")["estimate"] == pytest.approx(n, rel=1e-6)  # the centre may be the full value

    def test_sets_alike_are_one_set_and_others_are_pooled_by_hand(self) -> None:
        plain = misclassification_scenario(people(), "score", 22, **ACCURATE)
        alike = misclassification_scenario(as_imputed(people(), [people()] * SETS), "score", 22, **ACCURATE)
        columns = ("estimate", "conf_low", "conf_high")
        assert numbers(alike, "true_prevalence", columns) == pytest.approx(
            numbers(plain, "true_prevalence", columns), rel=EXACT
        )
        assert alike.pick("effective_n")["estimate"] == pytest.approx(N, rel=EXACT)
        found = misclassification_scenario(as_imputed(people(), completed()), "score", 22, **ACCURATE)
        q = np.array([float((one["score"] >= 22).mean()) for one in completed()])
        pooled = pool(q, q * (1 - q) / N)
        share, v = float(pooled.estimate[0]), float(pooled.covariance[0, 0])
        n = share * (1 - share) / v * (stats.norm.ppf(0.975) / stats.t.ppf(0.975, pooled.df[0])) ** 2
        assert found.pick("effective_n")["estimate"] == pytest.approx(n, rel=EXACT)
        assert found.pick("fmi")["estimate"] == pytest.approx(float(pooled.fmi[0]), rel=EXACT)
        expected = true_prevalence(share * n, n, *KNOWN)
        assert numbers(found, "true_prevalence", columns) == pytest.approx(
            [expected.estimate, expected.low, expected.high], rel=EXACT
        )

    def test_where_everybody_is_positive_respondents_stand_for_the_effective_n(self) -> None:
        found = misclassification_scenario(as_scored(people(), plan()), "score", -100, **ACCURATE)
        assert found.pick("effective_n")["estimate"] == N
        assert found.pick("apparent_prevalence")["estimate"] == 1

    def test_a_few_positives_are_hidden(self) -> None:
        rare = people().assign(score=np.where(np.arange(N) < 3, 99.0, 5.0))
        shown = release(misclassification_scenario(as_scored(rare, plan()), "score", 50, **ACCURATE), JOURNAL)
        assert shown.table.loc[shown.table["quantity"] == "true_prevalence", "estimate"].isna().all()


TARGETS = {"gender": {"man": 0.5, "woman": 0.5}, "place": {"city": 0.4, "town": 0.3, "village": 0.3}}


class TestTargets:
    def test_shares_of_sets_are_pooled_on_the_logit(self) -> None:
        found = compare_with_target(as_imputed(people(), completed()), TARGETS)
        shares = [float((one["gender"] == "woman").mean()) for one in completed()]
        expected = pool_proportion(shares, [N] * SETS, N - 1.0)
        columns = ("estimate", "conf_low", "conf_high")
        assert numbers(found, "unweighted_proportion", columns, level="woman") == pytest.approx(
            [expected.estimate, expected.low, expected.high], rel=EXACT
        )
        counts = [float((one["gender"] == "woman").sum()) for one in completed()]
        assert found.pick("count", level="woman")["estimate"] == pytest.approx(np.mean(counts))
        assert found.pick("target_difference", level="woman")["estimate"] == pytest.approx(expected.estimate - 0.5)

    def test_a_variable_without_gaps_is_said_to_be_unchanged(self) -> None:
        found = compare_with_target(as_imputed(people(), completed()), TARGETS)
        plain = compare_with_target(people(), TARGETS)
        said = [note for note in found.notes if note.startswith("No gap of")]
        assert said == ["No gap of place was filled, so that its shares are those of the answers as they came in."]
        for label in TARGETS["place"]:
            for quantity in ("count", "unweighted_proportion", "target_difference"):
                one, other = (result.pick(quantity, level=label)["estimate"] for result in (found, plain))
                assert one == pytest.approx(other, rel=EXACT)

    def test_weighted_shares_of_sets_are_pooled_from_those_of_each(self) -> None:
        found = compare_with_target(as_imputed(people(), completed(), plan()), TARGETS)
        each = [compare_with_target(as_scored(one, plan()), TARGETS) for one in completed()]
        rows = [one.pick("weighted_proportion", level="woman") for one in each]
        p, se = (np.array([float(row[name]) for row in rows]) for name in ("estimate", "std_error"))
        pooled = pool(special.logit(p), (se / (p * (1 - p))) ** 2, TOWNS - 1)
        low, high = (float(special.expit(bound[0])) for bound in pooled.interval())
        assert numbers(found, "weighted_proportion", ("estimate", "conf_low", "conf_high"), level="woman") == (
            pytest.approx([float(special.expit(pooled.estimate[0])), low, high], rel=EXACT)
        )


class TestAttrition:
    def test_differences_under_weights_are_those_of_compare_groups(self) -> None:
        frame = people()
        stayed = np.where(frame["later"].notna(), "returned", "did not return")
        frame["status"] = pd.Categorical(stayed, categories=["did not return", "returned"])
        for data in (as_scored(frame, plan()), as_scored(frame, replicated_design(plan(), "JK1"))):
            found = attrition(data, ["score", "gender"], "later")
            other = compare_groups(data, "score", "status")
            for quantity, columns in (
                ("mean_difference", ("estimate", "std_error", "conf_low", "conf_high", "p_value")),
                ("hedges_g", ("estimate", "std_error", "conf_low", "conf_high")),
            ):
                assert numbers(found, quantity, columns) == pytest.approx(numbers(other, quantity, columns), rel=EXACT)

    def test_shares_under_weights_by_hand(self) -> None:
        found = attrition(as_scored(people(), plan()), ["score", "gender"], "later")
        w, back = weights(), people()["later"].notna().to_numpy()
        share = float(w @ back / w.sum())
        error = np.sqrt(variance_by_towns(w * (back - share) / w.sum()))
        assert numbers(found, "proportion", ("estimate", "std_error")) == pytest.approx([share, error], rel=EXACT)
        woman = (people()["gender"] == "woman").to_numpy() * 1.0
        parts, influence = [], np.zeros(N)
        for sign, who in ((1, ~back), (-1, back)):
            p = float(w[who] @ woman[who] / w[who].sum())
            parts.append(p)
            influence += sign * np.where(who, w * (woman - p) / w[who].sum(), 0.0)
        assert numbers(found, "risk_difference", ("estimate", "std_error"), level="woman") == pytest.approx(
            [parts[0] - parts[1], np.sqrt(variance_by_towns(influence))], rel=DIFFERENCES
        )

    def test_who_returned_is_never_imputed_and_differences_are_pooled(self) -> None:
        found = attrition(as_imputed(people(), completed()), ["score", "gender"], "later")
        back = people()["later"].notna().to_numpy()
        assert found.pick("proportion")["estimate"] == pytest.approx(back.mean(), rel=EXACT)
        assert any("never imputed" in note for note in found.notes)
        gaps, spreads = [], []
        for one in completed():
            gone, came = (one["score"].to_numpy()[who] for who in (~back, back))
            gaps.append(gone.mean() - came.mean())
            spreads.append(gone.var(ddof=1) / len(gone) + came.var(ddof=1) / len(came))
        pooled = pool(gaps, spreads)
        assert numbers(found, "mean_difference", ("estimate", "std_error")) == pytest.approx(
            [float(pooled.estimate[0]), float(pooled.std_error[0])], rel=EXACT
        )
        shares = [(one["gender"] == "woman").to_numpy() for one in completed()]
        apart = np.mean([one[~back].mean() - one[back].mean() for one in shares])
        assert found.pick("risk_difference", level="woman")["estimate"] == pytest.approx(apart, rel=EXACT)

    def test_the_model_of_staying_is_the_regression_of_having_returned(self) -> None:
        back = np.where(people()["later"].notna(), "yes", "no")
        columns = ["estimate", "std_error", "conf_low", "conf_high", "p_value"]
        for sets in (False, True):
            plain, filled = people(), completed()
            data = as_imputed(plain, filled, plan()) if sets else as_scored(plain, plan())
            model = attrition(data, ["score", "gender"], "later", model=True).more["model"]
            for one in (plain, *filled):
                one["back"] = pd.Categorical(back, categories=["no", "yes"])
            same = as_imputed(plain, filled, plan()) if sets else as_scored(plain, plan())
            other = regress(same, "back", [["score", "gender"]], model="logistic")
            np.testing.assert_allclose(model.table[columns], other.table[columns], rtol=EXACT)

    def test_small_cells_stay_hidden(self) -> None:
        few = people().assign(later=lambda rows: np.where(np.arange(N) < 3, np.nan, 1.0))
        shown = release(attrition(as_scored(few, plan()), "score", "later"), JOURNAL)
        assert shown.table["estimate"].isna().all()


class TestPooledGroups:
    def groups(self, one: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
        values = [one.loc[one["place"] == name, "score"].to_numpy() for name in ("city", "town", "village")]
        return np.array([v.mean() for v in values]), np.array([v.var(ddof=1) / len(v) for v in values])

    def test_means_are_pooled_within_groups_before_groups_are(self) -> None:
        found = meta_analysis(as_imputed(people(), completed()), "score", "place")
        parts = [self.groups(one) for one in completed()]
        rows = found.table.loc[found.table["quantity"] == "mean"]
        means, total = [], []
        for place in range(3):
            pooled = pool([mean[place] for mean, _ in parts], [variance[place] for _, variance in parts])
            means.append(float(pooled.estimate[0]))
            total.append(float(pooled.std_error[0]))
        np.testing.assert_allclose(rows["estimate"], means, rtol=EXACT)
        np.testing.assert_allclose(rows["std_error"], total, rtol=EXACT)
        given = pd.DataFrame({"study": pd.Categorical(["city", "town", "village"]), "d": means, "se": total})
        again = meta_analysis(given, "d", "study", std_error="se").more["pooled"]
        pooled_row, other = found.more["pooled"].pick("pooled_mean", level=""), again.pick("pooled_estimate", level="")
        for column in ("estimate", "std_error", "conf_low", "conf_high"):
            assert pooled_row[column] == pytest.approx(other[column], rel=EXACT)

    def test_sets_alike_are_one_set(self) -> None:
        plain = meta_analysis(people(), "gender", "place", yes="woman")
        alike = meta_analysis(as_imputed(people(), [people()] * SETS), "gender", "place", yes="woman")
        for column in ("estimate", "std_error", "conf_low", "conf_high"):
            np.testing.assert_allclose(alike.table[column], plain.table[column], rtol=EXACT)

    def test_a_group_without_variance_is_left_out_and_named(self) -> None:
        one_kind = people()
        one_kind.loc[one_kind["place"] == "city", "gender"] = "man"
        found = meta_analysis(as_scored(one_kind, plan()), "gender", "place", yes="woman")
        assert any(note.startswith("Left out") and "city" in note for note in found.notes)
        assert set(found.table.loc[found.table["quantity"] == "proportion", "group"]) == {"town", "village"}

    def test_given_estimates_have_no_weights(self) -> None:
        studies = pd.DataFrame({"study": pd.Categorical(["a", "b"]), "d": [0.2, 0.3], "se": [0.1, 0.1]})
        data: ScoredData = as_scored(studies, SurveyDesign("opt-in", np.ones(2)))
        with pytest.raises(AnalysisError) as caught:
            meta_analysis(data, "d", "study", std_error="se")
        assert [problem.code for problem in caught.value.problems] == ["does_not_compose"]
