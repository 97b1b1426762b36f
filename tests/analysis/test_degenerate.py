"""Data from which something cannot be told: a clear error, or a row that says why it has no number."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest

from osa_survey.analysis import compare_groups, correlate, crosstab, describe, margins, paired, prevalence, regress
from osa_survey.dataset import ImputedData, ScoredData, SurveyDesign
from osa_survey.errors import AnalysisError
from osa_survey.results import Result
from osa_survey.weighting import declare_design, survey_design
from tests.made_up_regressions import OUTCOME_OF, as_imputed, as_scored, people

GRID = 1e-6
"""Absolute: a grid of 1e-4 misses the maximum of a curve of bend 5 by 1e-8, doubled."""
N = 120
WEIGHTS = np.tile([1.0, 2.0, 0.5], N // 3)
DESIGN = SurveyDesign("opt-in", WEIGHTS)
SMALL_SET_SIZE = 2
PLANS: dict[str, Callable[[pd.DataFrame], Any]] = {
    "plain": lambda data: data,
    "weighted": lambda data: as_scored(data, DESIGN),
    "imputed": lambda data: as_imputed(data, [data] * SMALL_SET_SIZE),
    "weighted and imputed": lambda data: as_imputed(data, [data] * SMALL_SET_SIZE, DESIGN),
}
CATEGORICAL = ("logistic", "probit", "ordinal_logit", "ordinal_probit", "multinomial")
HURDLES = {"hurdle_poisson", "hurdle_negative_binomial"}
plans = pytest.mark.parametrize("plan", PLANS)


def codes(work: Callable[[], object]) -> set[str]:
    """Return the codes of the problems a piece of work ends with; each says what and what next or where."""
    with pytest.raises(AnalysisError) as caught:
        work()
    assert all(problem.message for problem in caught.value.problems)
    return {problem.code for problem in caught.value.problems}


def unsaid(result: Result) -> pd.DataFrame:
    """Return the rows without a number that do not say why; reference categories have none by nature."""
    table = result.table
    return table.loc[table["estimate"].isna() & table["warning"].eq("") & ~table["method"].str.startswith("reference")]


def separated() -> pd.DataFrame:
    data = people(N)
    x = data["x"]
    return data.assign(
        event=pd.Categorical(np.where(x > 0, "yes", "no"), categories=["no", "yes"]),
        band=pd.Categorical.from_codes(np.digitize(x, [-1, 0, 1]), ["never", "rarely", "often", "daily"], ordered=True),
        kind=pd.Categorical.from_codes(np.digitize(x, [-0.5, 0.5]), ["none", "text", "image"]),
    )


def with_one_case() -> pd.DataFrame:
    data = people(N)
    group = data["group"].cat.codes.to_numpy().copy()
    group[group == 2] = 1
    group[0] = 2
    return data.assign(group=pd.Categorical.from_codes(group, ["one", "two", "three"]))


def hopeless() -> pd.DataFrame:
    return people(N).assign(same=1.0, double=lambda rows: 2 * rows["x"] + 1, empty=np.nan)


@pytest.mark.parametrize("model", CATEGORICAL)
class TestCompleteSeparation:
    @pytest.mark.parametrize("plan", ["plain", "weighted"])
    def test_rows_say_it(self, model: str, plan: str) -> None:
        result = regress(PLANS[plan](separated()), OUTCOME_OF[model], ["x"], model=model)
        slopes = result.table.loc[result.table["quantity"].eq("b") & result.table["term"].eq("x")]
        assert len(slopes)
        assert slopes["estimate"].isna().all()
        assert slopes["warning"].str.contains("separation").all()
        assert unsaid(result).empty

    @pytest.mark.parametrize("plan", ["imputed", "weighted and imputed"])
    def test_sets_are_not_pooled(self, model: str, plan: str) -> None:
        data = PLANS[plan](separated())
        assert codes(lambda: regress(data, OUTCOME_OF[model], ["x"], model=model)) == {"separation"}

    @plans
    def test_margins_are_refused(self, model: str, plan: str) -> None:
        data = PLANS[plan](separated())
        assert codes(lambda: margins(data, OUTCOME_OF[model], ["x"], model=model)) == {"separation"}


def test_firths_penalty_has_finite_estimates_under_complete_separation() -> None:
    result = regress(separated(), "event", ["x"], model="logistic", penalty="firth")
    row = result.pick("b", term="x")
    assert np.isfinite(row["estimate"])
    assert row["estimate"] > 0


def test_firths_intervals_and_tests_are_profiles() -> None:
    """Saturated 2 × 2 without events where x = 1: a grid over the intercept finds the profile at any log odds ratio."""
    x = np.repeat([0.0, 1.0], [30, 20])
    y = np.where(np.arange(50) < 6, 1.0, 0.0)
    result = regress(pd.DataFrame({"y": y, "x": x}), "y", ["x"], model="logistic", penalty="firth", adjust="holm")
    row, ratio = result.pick("b", term="x"), result.pick("odds_ratio", term="x")

    def profile(slope: float) -> float:
        intercepts = np.linspace(-3, 1, 40_001)
        p0, p1 = 1 / (1 + np.exp(-intercepts)), 1 / (1 + np.exp(-intercepts - slope))
        penalty = 0.5 * np.log(600 * p0 * (1 - p0) * p1 * (1 - p1))  # |X'WX| of the table
        return float((6 * np.log(p0) + 24 * np.log1p(-p0) + 20 * np.log1p(-p1) + penalty).max())

    top = profile(np.log(0.5 * 24.5 / (20.5 * 6.5)))
    for end in (row["conf_low"], row["conf_high"]):
        assert 2 * (top - profile(end)) == pytest.approx(3.841458820694124, abs=GRID)
    assert row["statistic"] == pytest.approx(2 * (top - profile(0.0)), abs=GRID)
    assert row["statistic_name"] == "χ²"
    assert row["p_value"] == row["p_adjusted"] < 0.05
    assert ratio["conf_low"] == pytest.approx(np.exp(row["conf_low"]), rel=1e-12)
    assert "profile" in ratio["method"]
    assert any("profiles of the penalised likelihood" in note for note in result.notes)
    robust = regress(pd.DataFrame({"y": y, "x": x}), "y", ["x"], model="logistic", penalty="firth", errors="HC0")
    assert any("Wald type" in note for note in robust.notes)
    assert "χ²(1)" in result.sentences("en")[0]


class TestOneCaseInACategory:
    @pytest.mark.parametrize("model", sorted(set(OUTCOME_OF) - HURDLES))
    def test_its_coefficient_is_flagged(self, model: str) -> None:
        errors = "HC0" if model == "fractional" else "classical"
        result = regress(with_one_case(), OUTCOME_OF[model], ["x", "group"], model=model, errors=errors)
        rows = result.table.loc[result.table["quantity"].eq("b") & result.table["term"].eq("group[three]")]
        assert rows["warning"].str.contains("this category is one person").any()
        assert unsaid(result).empty

    @pytest.mark.parametrize("model", sorted(HURDLES))
    def test_a_part_without_that_person_is_refused(self, model: str) -> None:
        data = with_one_case()
        data.loc[0, "count"] = 0.0
        assert codes(lambda: regress(data, "count", ["x", "group"], model=model)) == {"constant_predictor"}

    def test_hc3_is_refused(self) -> None:
        found = codes(lambda: regress(with_one_case(), "score", ["x", "group"], errors="HC3"))
        assert found == {"leverage_of_one"}

    @plans
    def test_other_tables_have_no_bare_gap(self, plan: str) -> None:
        data = PLANS[plan](with_one_case())
        for result in (
            describe(data, ["score"], by="group"),
            prevalence(data, ["event"], by=["group"], base="answered"),
            crosstab(data, "group", "event"),
            compare_groups(data, outcome="score", by="group"),
        ):
            assert unsaid(result).empty
        mean = describe(data, ["score"], by="group").pick("mean", group="three")
        assert np.isnan(mean["std_error"])
        assert mean["warning"]


@plans
class TestNothingToTell:
    @pytest.mark.parametrize("verb", [regress, margins])
    def test_a_constant_predictor(self, plan: str, verb: Callable[..., Result]) -> None:
        data = PLANS[plan](hopeless())
        assert codes(lambda: verb(data, "score", ["x", "same"])) == {"constant_predictor"}

    @pytest.mark.parametrize("verb", [regress, margins])
    @pytest.mark.parametrize("model", ["linear", "logistic", "ordinal_logit", "negative_binomial"])
    def test_perfect_collinearity(self, plan: str, verb: Callable[..., Result], model: str) -> None:
        data = PLANS[plan](hopeless())
        assert codes(lambda: verb(data, OUTCOME_OF[model], ["x", "double"], model=model)) == {"perfect_collinearity"}

    @pytest.mark.parametrize("verb", [regress, margins])
    def test_an_outcome_nobody_answered(self, plan: str, verb: Callable[..., Result]) -> None:
        data = PLANS[plan](hopeless())
        assert codes(lambda: verb(data, "empty", ["x"])) == {"no_respondents"}

    def test_a_variable_nobody_answered(self, plan: str) -> None:
        data = PLANS[plan](hopeless())
        assert codes(lambda: compare_groups(data, outcome="empty", by="group")) <= {"too_few_groups", "no_respondents"}
        assert codes(lambda: paired(data, [["x", "empty"]])) == {"too_few_pairs"}
        described = describe(data, ["empty"])
        assert described.pick("count")["warning"] == "nobody answered"
        assert unsaid(described).empty
        assert "three pairs" in correlate(data, ["x", "empty"]).pick("r")["warning"]

    def test_a_correlation_with_a_constant(self, plan: str) -> None:
        row = correlate(PLANS[plan](hopeless()), ["x", "same"]).pick("r")
        assert np.isnan(row["estimate"])
        assert "constant" in row["warning"]

    def test_groups_without_variance(self, plan: str) -> None:
        result = compare_groups(PLANS[plan](hopeless()), outcome="same", by="group")
        assert "no variance" in result.pick("welch_anova")["warning"]
        assert unsaid(result).empty


class TestDesigns:
    @pytest.mark.parametrize(
        ("bad", "code"),
        [(0.0, "weight_zero"), (-1.0, "weight_negative"), (np.nan, "weight_missing"), (np.inf, "weight_infinite")],
    )
    def test_weights_that_are_none(self, bad: float, code: str) -> None:
        scored = as_scored(people(N).assign(w=np.r_[bad, WEIGHTS[1:]]))
        assert codes(lambda: declare_design(scored, sample="quota", weights="w")) == {code}

    def test_all_problems_of_weights_at_once(self) -> None:
        scored = as_scored(people(N).assign(w=np.r_[0.0, -1.0, WEIGHTS[2:]]))
        assert codes(lambda: declare_design(scored, sample="quota", weights="w")) == {"weight_zero", "weight_negative"}

    def test_one_cluster(self) -> None:
        data = people(N).assign(town=1.0)
        assert codes(lambda: declare_design(as_scored(data), sample="quota", clusters="town")) == {"one_cluster"}
        found = codes(lambda: regress(data, "score", ["x"], errors="cluster", cluster="town"))
        assert found == {"one_cluster"}

    def test_fewer_clusters_than_coefficients(self) -> None:
        plan = survey_design(people(N).assign(town=np.arange(N) // 60 * 1.0), sample="quota", clusters="town")
        found = codes(lambda: regress(as_scored(people(N), plan), "score", ["x", "group"]))
        assert found == {"does_not_compose"}


@pytest.mark.parametrize(
    ("verb", "arguments"),
    [
        (regress, {"outcome": "score", "blocks": ["x"]}),
        (margins, {"outcome": "score", "blocks": ["x"]}),
        (describe, {"variables": ["score"]}),
        (correlate, {"variables": ["x", "score"]}),
        (compare_groups, {"outcome": "score", "by": "group"}),
        (paired, {"pairs": [["x", "score"]]}),
        (crosstab, {"row": "group", "column": "event"}),
        (prevalence, {"activities": ["event"], "base": "answered"}),
    ],
)
@pytest.mark.parametrize("sets", [0, 1])
def test_fewer_than_two_completed_sets(verb: Callable[..., Result], arguments: dict[str, Any], sets: int) -> None:
    original: ScoredData = as_scored(people(N))
    data = ImputedData(original, (original,) * sets, None)  # type: ignore[arg-type]
    assert codes(lambda: verb(data, **arguments)) == {"one_completed_set"}
