"""Comparisons of groups: hand-computed tests, relations, degenerate groups, and what the gate leaves."""

from __future__ import annotations

import math
import pickle
from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from osa_survey.analysis import compare_groups
from osa_survey.analysis.comparing.rank_tests import rank_sum
from osa_survey.analysis.comparing.two_groups import student_t, welch_t
from osa_survey.analysis.variance_analyses import anova, games_howell, welch_anova
from osa_survey.disclosure import JOURNAL
from osa_survey.effects.dominances import rank_biserial
from osa_survey.effects.explained_variances import omega_squared
from osa_survey.effects.spreads import small_sample_correction
from osa_survey.effects.standardised_differences import hedges_g
from osa_survey.errors import AnalysisError
from osa_survey.results import Result, release
from tests.german_reports import in_points

EXACT = 1e-12  # a few operations on doubles
QUADRATURE = 1e-7  # SciPy integrates the studentised range numerically


def frame(groups: dict[str, list[float]], categories: list[str] | None = None) -> pd.DataFrame:
    labels = [label for label, values in groups.items() for _ in values]
    values = [value for part in groups.values() for value in part]
    return pd.DataFrame({"score": values, "gender": pd.Categorical(labels, categories=categories or list(groups))})


def test_t_tests_by_hand() -> None:
    # x = 1 2 3 4 5: mean 3, variance 2.5; y = 2 4 6: mean 4, variance 4
    x, y = np.array([1.0, 2, 3, 4, 5]), np.array([2.0, 4, 6])
    welch = welch_t(x, y)
    # SE² = 2.5/5 + 4/3 = 11/6; df = (11/6)² / (0.25/4 + (16/9)/2)
    assert welch.difference == -1
    assert welch.t == pytest.approx(-1 / math.sqrt(11 / 6), rel=EXACT)
    assert welch.df == pytest.approx((11 / 6) ** 2 / (0.25 / 4 + 16 / 9 / 2), rel=EXACT)
    student = student_t(x, y)
    # pooled variance (4 · 2.5 + 2 · 4)/6 = 3; SE² = 3 (1/5 + 1/3) = 1.6
    assert student.t == pytest.approx(-1 / math.sqrt(1.6), rel=EXACT)
    assert student.df == 6
    # d = −1/√3; J(6) = Γ(3)/(√3 Γ(2.5)) = 2/(√3 · 1.329340388)
    assert small_sample_correction(6) == pytest.approx(2 / (math.sqrt(3) * 0.75 * math.sqrt(math.pi)), rel=EXACT)
    assert hedges_g(x, y).estimate == pytest.approx(-1 / math.sqrt(3) * small_sample_correction(6), rel=EXACT)


def test_rank_sum_by_hand() -> None:
    # x = 1 3 5, y = 2 4: pairs with x > y are (3,2) (5,2) (5,4) = 3 of 6; exact two-sided p = 1
    found = rank_sum(np.array([1.0, 3, 5]), np.array([2.0, 4]))
    assert (found.w, found.p_value, found.exact) == (3.0, 1.0, True)
    assert rank_biserial(np.array([1.0, 3, 5]), np.array([2.0, 4])).estimate == 0
    # 1 2 3 against 4 5 6: one of 20 orders on each side: p = 2/20
    assert rank_sum(np.array([1.0, 2, 3]), np.array([4.0, 5, 6])).p_value == pytest.approx(0.1, rel=EXACT)
    # ties: 1 1 2 against 1 2 2: W = 0.5·2 + 0.5 + 0.5 ... pairs 0.5 0 0 | 0.5 0 0 | 1 .5 .5 = 3 of 9,
    # variance 9/12 (7 − (24 + 24)/30) = 4.05, z = (3 − 4.5 + 0.5)/√4.05
    tied = rank_sum(np.array([1.0, 1, 2]), np.array([1.0, 2, 2]))
    assert tied.w == 3.0
    assert tied.p_value == pytest.approx(math.erfc(1 / math.sqrt(4.05) / math.sqrt(2)), rel=1e-9)
    large = np.arange(50.0)
    assert not rank_sum(large, large + 0.5).exact


def test_analyses_of_variance_by_hand() -> None:
    groups = [np.array([1.0, 2, 3]), np.array([2.0, 3, 4]), np.array([6.0, 7, 8])]
    # means 2 3 7, grand mean 4: between 3(4 + 1 + 9) = 42 on 2 df, within 6 on 6 df: F = 21/1
    test = anova(groups)
    assert (test.f, test.df1, test.df2) == (pytest.approx(21.0, rel=EXACT), 2, 6)
    # ω² = (42 − 2·1)/(48 + 1) = 40/49
    assert omega_squared(test.f, test.df1, test.df2).estimate == pytest.approx(40 / 49, rel=EXACT)
    # Welch with equal n and variances: w = 3, λ = 3 (2/3)²/2 = 2/3, F = 21/(1 + 2·1·(2/3)/8) = 18, df2 = 8/(3·2/3) = 4
    welch = welch_anova(groups)
    assert welch.f == pytest.approx(18.0, rel=EXACT)
    assert welch.df2 == pytest.approx(4.0, rel=EXACT)


def test_two_groups_of_games_howell_are_welch() -> None:
    rng = np.random.default_rng(4)
    x, y = rng.normal(0, 1, 30), rng.normal(0.5, 2, 20)
    (pair,) = games_howell([x, y])
    welch = welch_t(x, y)
    assert pair.t == pytest.approx(welch.t, rel=EXACT)
    assert pair.p_adjusted == pytest.approx(welch.p_value, abs=QUADRATURE)
    assert [pair.low, pair.high] == pytest.approx([welch.low, welch.high], abs=1e-6)
    assert welch_anova([x, y]).p_value == pytest.approx(welch.p_value, rel=1e-9)


@given(
    st.lists(st.integers(0, 40), min_size=3, max_size=15),
    st.lists(st.integers(0, 40), min_size=3, max_size=15),
    st.integers(-9, 9),
)
def test_swapping_and_shifting_groups(first: list[int], second: list[int], shift: int) -> None:
    x, y = np.array(first, dtype=float), np.array(second, dtype=float)
    there, back = rank_sum(x, y), rank_sum(y, x)
    assert there.w + back.w == len(x) * len(y)
    assert there.p_value == pytest.approx(back.p_value, rel=1e-9, nan_ok=True)
    one, other = welch_t(x, y), welch_t(y + shift, x + shift)
    assert one.difference == pytest.approx(-other.difference, abs=1e-9)
    assert one.p_value == pytest.approx(other.p_value, rel=1e-6, nan_ok=True)
    g, h = hedges_g(x, y), hedges_g(3 * x, 3 * y)
    assert g.estimate == pytest.approx(h.estimate, rel=1e-9, abs=1e-12, nan_ok=True)
    if not math.isnan(g.estimate):
        assert g.low <= g.estimate <= g.high


def test_direction_is_the_declared_order() -> None:
    values = {"woman": [5.0, 6, 7], "man": [1.0, 2, 4]}
    result = compare_groups(frame(values, ["man", "woman"]), "score", "gender")
    row = result.pick("mean_difference")
    assert row["contrast"] == "man − woman"
    assert row["estimate"] == pytest.approx(7 / 3 - 6, rel=EXACT)


def test_pairs_of_three_groups(people: pd.DataFrame) -> None:
    result = compare_groups(people, "score", "gender")
    pairs = set(result.table.loc[result.table["quantity"] == "games_howell", "contrast"])
    assert pairs == {"man − woman", "man − another gender", "woman − another gender"}
    assert result.pick("welch_anova")["n"] == len(people)  # three people are not left out
    mean = result.pick("mean", group="man")["estimate"] - result.pick("mean", group="woman")["estimate"]
    assert result.pick("games_howell", contrast="man − woman")["estimate"] == pytest.approx(mean, rel=EXACT)


@pytest.mark.parametrize("language", ["en", "de"])
def test_planted_small_group_shows_nowhere(people: pd.DataFrame, language: str) -> None:
    result = compare_groups(people, "score", "gender")
    small = people.loc[people["gender"] == "another gender", "score"]
    mean = f"{small.mean():.2f}"
    assert any(mean in in_points(sentence, language) for sentence in result.sentences(language))
    shown = release(result, JOURNAL)
    sentences = in_points(" ".join(shown.sentences(language)), language)
    assert mean not in sentences
    assert "n = 3" not in sentences
    assert "n = 56" not in sentences
    for table in (shown.table, shown.more["groups"].table):
        hidden = table.loc[table["group"].isin(["another gender", "woman"]) | (table["contrast"] != "")]
        assert len(hidden)
        assert (hidden["suppressed"] == "suppressed").all()
        assert hidden[["n", "estimate", "std_error", "df1"]].isna().all(axis=None)
    for quantity in ("welch_anova", "anova", "omega_squared", "kruskal_wallis"):  # they would give its mean back
        assert shown.pick(quantity)["suppressed"] == "suppressed"


def test_two_groups_with_a_small_one_are_hidden() -> None:
    values = {"man": [1.0, 2, 3, 4, 5, 6, 9], "woman": [2.0, 5, 7]}
    shown = release(compare_groups(frame(values), "score", "gender"), JOURNAL)
    assert (shown.table["suppressed"] == "suppressed").all()
    assert len(shown.sentences("en")) == 2


def test_groups_of_one_are_left_out_and_named() -> None:
    values = {"man": [1.0, 2, 3, 4, 5], "woman": [2.0, 5, 7, 8, 9], "another gender": [4.0], "nobody": []}
    result = compare_groups(frame(values), "score", "gender")
    assert any("another gender, nobody" in note for note in result.notes)
    assert result.pick("mean_difference")["n"] == 10
    assert (result.n_used, result.n_dropped) == (10, 1)
    assert result.more["groups"].pick("mean", group="another gender")["estimate"] == 4
    shown = release(result, JOURNAL).more["groups"]
    assert shown.pick("mean", group="another gender")["suppressed"] == "suppressed"


def test_constant_outcomes_are_flagged() -> None:
    result = compare_groups(frame({"man": [2.0] * 6, "woman": [2.0] * 6}), "score", "gender")
    tests = result.table.loc[result.table["contrast"] != ""]
    assert (tests["warning"] != "").loc[tests["p_value"].isna() & tests["conf_low"].isna()].all()
    assert any("same value" in note for note in result.notes)
    assert any("not defined" in sentence for sentence in result.sentences("en"))
    three = compare_groups(frame({"a": [2.0] * 6, "b": [2.0] * 6, "c": [2.0] * 6}), "score", "gender")
    silent = three.table.loc[three.table["estimate"].isna() & (three.table["warning"] == "")]
    assert silent.empty
    assert three.sentences("de")


def test_groups_without_overlap_and_equal_groups_are_flagged() -> None:
    apart = compare_groups(frame({"man": [1.0, 2, 3, 4, 5], "woman": [6.0, 7, 8, 9, 10]}), "score", "gender")
    row = apart.pick("rank_biserial")
    assert row["estimate"] == -1
    assert "overlap" in row["warning"]
    same = compare_groups(frame({name: [1.0, 2, 3, 4, 5] for name in "abc"}), "score", "gender")
    row = same.pick("omega_squared")
    assert row["estimate"] == 0
    assert row["warning"]
    assert math.isnan(row["conf_low"])


def test_intervals_hold_their_estimates(people: pd.DataFrame) -> None:
    for by in ("gender", "frequency"):
        table = compare_groups(people, "score", by).table
        with_interval = table.loc[table["conf_low"].notna()]
        assert len(with_interval) > 3
        assert (with_interval["conf_low"] <= with_interval["estimate"]).all()
        assert (with_interval["estimate"] <= with_interval["conf_high"]).all()
        assert (with_interval["conf_level"] == 0.95).all()


def test_every_number_of_a_sentence_is_in_the_table(
    people: pd.DataFrame, printed_numbers: Callable[[Result], set[str]], numerals: Callable[[str], list[str]]
) -> None:
    two = people.loc[people["gender"] != "another gender"]
    for result in (compare_groups(people, "score", "gender"), compare_groups(two, "score", "gender")):
        for language in ("en", "de"):
            for sentence in result.sentences(language):
                assert set(numerals(in_points(sentence, language))) - {".001", ".999"} <= printed_numbers(result)


def test_no_causal_words_and_no_plain_no_difference() -> None:
    rng = np.random.default_rng(3)
    x = rng.normal(0, 1, 40)
    result = compare_groups(frame({"man": list(x), "woman": list(x + 0.01)}), "score", "gender")
    assert "this is not evidence of no difference" in " ".join(result.sentences("en"))
    assert "kein Beleg" in " ".join(result.sentences("de"))


def test_a_result_can_be_pickled(people: pd.DataFrame) -> None:
    result = compare_groups(people, "score", "gender")
    assert pickle.loads(pickle.dumps(result)).sentences("en") == result.sentences("en")


def test_wrong_arguments(people: pd.DataFrame) -> None:
    with pytest.raises(AnalysisError, match="not_a_number"):
        compare_groups(people, "gender", "frequency")
    with pytest.raises(AnalysisError, match="no_categories"):
        compare_groups(people, "score", "age")
    with pytest.raises(AnalysisError, match="same variable"):
        compare_groups(people, "gender", "gender")
    with pytest.raises(AnalysisError, match="too_few_groups"):
        compare_groups(people.loc[people["gender"] == "man"], "score", "gender")
    people["score"] = people["score"].replace(people["score"].iloc[0], math.inf)
    with pytest.raises(AnalysisError, match="infinite"):
        compare_groups(people, "score", "gender")
