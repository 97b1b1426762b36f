"""Analyses under weights and over imputed sets: exact cases that must agree with plain data, or a refusal."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest

import osa_survey
from osa_survey.dataset import ScoredData, SurveyDesign, columns_of
from osa_survey.dataset.imputed import ImputedData
from osa_survey.errors import AnalysisError
from osa_survey.results import Result
from tests.contract.test_analyses import ARGUMENTS, data

SAME = 1e-9
"""Sums in another order."""
ANALYSES = ("describe", "prevalence", "paired", "crosstab", "correlate", "compare_groups", "multiple_responses")
POINTS = ("mean", "sd", "proportion", "r", "row_proportion", "column_proportion", "d_z", "d_av", "hedges_g",
          "cramers_v", "case_proportion", "response_proportion", "risk_difference")  # fmt: skip
KEYS = ["quantity", "outcome", "term", "contrast", "group", "level"]


def as_scored(people: pd.DataFrame) -> ScoredData:
    """Return made-up answers as scored data."""
    columns = columns_of(people, list(people.columns))
    values = pd.DataFrame({column.info.name: column.values for column in columns})
    reasons = pd.DataFrame({column.info.name: column.reasons for column in columns})
    return ScoredData(values, reasons, {column.info.name: column.info for column in columns}, None)  # type: ignore[arg-type]


def plain(name: str) -> ScoredData:
    return as_scored(data(name))


def weighted(scored: ScoredData, weights: np.ndarray) -> ScoredData:
    return replace(scored, design=SurveyDesign("opt-in", np.asarray(weights, dtype=float)))


def run(name: str, scored: Any) -> Result:
    return getattr(osa_survey, name)(scored, **ARGUMENTS[name])


def estimates(result: Result) -> pd.Series:
    table = result.table.loc[lambda rows: rows["quantity"].isin(POINTS)]
    return table.set_index(KEYS)["estimate"].sort_index()


@pytest.mark.parametrize("name", ANALYSES)
def test_weights_of_ones_give_the_numbers_of_plain_data(name: str) -> None:
    scored = plain(name)
    pd.testing.assert_series_equal(
        estimates(run(name, weighted(scored, np.ones(len(scored))))), estimates(run(name, scored)), rtol=SAME
    )


@pytest.mark.parametrize("name", ANALYSES)
def test_equal_sets_give_the_numbers_of_plain_data(name: str) -> None:
    scored = plain(name)
    pd.testing.assert_series_equal(
        estimates(run(name, ImputedData(scored, (scored,) * 3, None))),  # type: ignore[arg-type]
        estimates(run(name, scored)),
        rtol=SAME,
    )


@pytest.mark.parametrize("name", ["describe", "prevalence", "crosstab", "correlate"])
def test_whole_weights_are_repeated_people(name: str) -> None:
    scored = plain(name)
    times = np.random.default_rng(3).integers(1, 4, len(scored))
    rows = np.repeat(np.arange(len(scored)), times)
    frame, reasons = (one.iloc[rows].reset_index(drop=True) for one in (scored.frame, scored.reasons))
    found = estimates(run(name, weighted(scored, times)))
    expected = estimates(run(name, replace(scored, frame=frame, reasons=reasons)))
    kept = found.index.get_level_values("quantity") != "sd"  # n/(n − 1) counts people, not weights
    pd.testing.assert_series_equal(found[kept], expected[kept], rtol=SAME)


@pytest.mark.parametrize("name", ANALYSES)
def test_one_completed_set_is_refused(name: str) -> None:
    scored = plain(name)
    with pytest.raises(AnalysisError) as caught:
        run(name, ImputedData(scored, (scored,), None))  # type: ignore[arg-type]
    assert {problem.code for problem in caught.value.problems} == {"one_completed_set"}


@pytest.mark.parametrize("name", ANALYSES)
def test_outside_probability_samples_the_assumption_stands_under_the_table(name: str) -> None:
    scored = plain(name)
    notes = " ".join(run(name, weighted(scored, np.linspace(0.5, 2, len(scored)))).notes)
    assert "model-based" in notes
    assert "margin of error" not in notes
    assert "representative" not in notes


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("prevalence", {"interval": "wilson"}),
        ("compare_groups", {"effect_sizes": ["hodges_lehmann"]}),
        ("crosstab", {"further_tests": ["fisher_exact"]}),
    ],
)
def test_what_has_no_rule_is_refused(name: str, options: dict[str, Any]) -> None:
    scored = weighted(plain(name), np.linspace(0.5, 2, len(data(name))))
    with pytest.raises(AnalysisError) as caught:
        getattr(osa_survey, name)(scored, **{**ARGUMENTS[name], **options})
    assert {problem.code for problem in caught.value.problems} == {"does_not_compose"}


def test_medians_of_imputed_data_are_flagged() -> None:
    scored = plain("describe")
    result = run("describe", ImputedData(scored, (scored,) * 2, None))  # type: ignore[arg-type]
    medians = result.table.loc[lambda rows: rows["quantity"] == "median"]
    assert len(medians)
    assert medians["estimate"].isna().all()
    assert (medians["warning"] != "").all()


def test_rank_tests_of_imputed_data_are_pooled() -> None:
    people = data("compare_groups").loc[lambda rows: rows["gender"] != "another gender"]
    scored = as_scored(people.reset_index(drop=True))
    result = run("compare_groups", ImputedData(scored, (scored,) * 2, None))  # type: ignore[arg-type]
    plain = osa_survey.compare_groups(scored, **{**ARGUMENTS["compare_groups"], "correction": False})
    assert result.pick("rank_sum")["p_value"] == pytest.approx(plain.pick("rank_sum")["p_value"], rel=1e-6)
    for field in ("estimate", "conf_low", "conf_high"):
        assert result.pick("rank_biserial")[field] == pytest.approx(plain.pick("rank_biserial")[field], rel=1e-6)


def test_correlations_of_two_groups_stand_above_and_below_the_diagonal() -> None:
    people = data("correlate")
    result = osa_survey.correlate(
        people, ["score", "age", "positive"], by="gender", groups=["man", "woman"], describe=True
    )
    matrix = result.more["matrix"]
    upper, lower = matrix.pick("r", term="score", level="2"), matrix.pick("r", term="age", level="1")
    for row, group in ((upper, "man"), (lower, "woman")):
        own = people.loc[people["gender"] == group]
        assert row["group"] == group
        assert row["estimate"] == pytest.approx(np.corrcoef(own["score"], own["age"])[0, 1], rel=SAME)
    with pytest.raises(AnalysisError, match="two groups"):
        osa_survey.correlate(people, ["score", "age"], by="gender")


def test_shares_of_cases_and_of_responses_by_hand() -> None:
    answers = pd.DataFrame({"chat": [True, True, False, True, False], "video": [True, False, False, True, True]})
    result = osa_survey.multiple_responses(answers, ["chat", "video"])
    assert result.n_used == 4  # the third chose nothing
    assert result.pick("case_proportion", outcome="chat")["estimate"] == 3 / 4
    assert result.pick("response_proportion", outcome="chat")["estimate"] == pytest.approx(3 / 6)
    assert result.pick("responses")["estimate"] == 6
    assert result.pick("mean")["estimate"] == pytest.approx(6 / 4)


def test_crossed_prevalence_counts_each_combination() -> None:
    people = data("prevalence").assign(young=lambda rows: rows["age"] < 40)
    result = osa_survey.prevalence(people, ["osa"], base="answered", by=["young", "gender"], crossed=True)
    row = result.more["crossed"].pick("proportion", group="yes", level="man")
    own = people.loc[people["young"] & (people["gender"] == "man")]
    assert row["n"] == len(own)
    assert row["estimate"] == pytest.approx((own["osa"] == "yes").mean())
