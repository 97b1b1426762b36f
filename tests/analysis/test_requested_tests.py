"""Tests and numbers that analyses give only when asked for: by hand, and what they refuse."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from osa_survey.analysis import compare_groups, crosstab, describe, paired
from osa_survey.analysis.comparing.distribution_tests import kolmogorov_smirnov, shapiro_wilk
from osa_survey.analysis.describing.table_tests import fisher_exact, fisher_simulated, yates
from osa_survey.analysis.moments import kurtosis, skewness
from osa_survey.disclosure import JOURNAL
from osa_survey.errors import AnalysisError
from osa_survey.results import release
from osa_survey.weighting import survey_design
from tests.made_up_regressions import as_scored, people

EXACT = 1e-9
"""Relative: the same arithmetic."""


def test_shapes_by_hand() -> None:
    values = np.array([0.0, 0.0, 0.0, 1.0, 4.0])  # m = 1, deviations −1 −1 −1 0 3: m₂ = 12/5, m₃ = 24/5, m₄ = 84/5
    g1, g2 = (24 / 5) / (12 / 5) ** 1.5, (84 / 5) / (12 / 5) ** 2 - 3
    assert skewness(values, 1) == pytest.approx(g1)
    assert skewness(values, 2) == pytest.approx(g1 * np.sqrt(20) / 3)
    assert skewness(values, 3) == pytest.approx(g1 * 0.8**1.5)
    assert kurtosis(values, 1) == pytest.approx(g2)
    assert kurtosis(values, 2) == pytest.approx((6 * g2 + 6) * 4 / 6)
    assert kurtosis(values, 3) == pytest.approx((g2 + 3) * 0.64 - 3)
    assert np.isnan(kurtosis(values[:3]))
    assert np.isnan(kurtosis(np.ones(9)))


def test_fourfold_tables_by_hand() -> None:
    tea = np.array([[3.0, 1.0], [1.0, 3.0]])  # Fisher's tea: (16 + 1) · 2 of 70 tables
    assert fisher_exact(tea).p_value == pytest.approx(34 / 70)
    found = yates(np.array([[8.0, 2.0], [3.0, 7.0]]))  # e = 5.5 and 4.5, |o − e| = 2.5
    assert found.statistic == pytest.approx(2**2 * (2 / 5.5 + 2 / 4.5))
    near = yates(np.array([[5.0, 5.0], [5.0, 5.0]]))  # never corrected beyond zero
    assert (near.statistic, near.p_value) == (0, 1)


def test_random_tables_reach_the_exact_p_of_a_fourfold_table() -> None:
    table = np.array([[9.0, 4.0], [3.0, 8.0]])
    exact = fisher_exact(table).p_value
    found = fisher_simulated(table, 40_000, seed=3).p_value
    assert abs(found - exact) < 4 * np.sqrt(exact * (1 - exact) / 40_000)
    assert fisher_simulated(table, 500, seed=3) == fisher_simulated(table, 500, seed=3)


def test_a_table_of_several_categories_has_p_alone() -> None:
    data = people(120)
    result = crosstab(data, "group", "event", further_tests="fisher_exact", draws=2000)
    row = result.more["further_tests"].pick("fisher_exact")
    assert np.isnan(row["estimate"])
    assert 0 < row["p_value"] <= 1
    assert "2,000 random tables" in row["method"]
    with pytest.raises(AnalysisError) as caught:
        crosstab(data, "group", "event", further_tests=["yates"])
    assert caught.value.problems[0].code == "not_fourfold"
    with pytest.raises(AnalysisError) as caught:
        crosstab(data, "group", "event", further_tests=["fischer"])
    assert caught.value.problems[0].code == "unknown_test"


def test_a_hidden_count_hides_the_exact_test() -> None:
    sent = ["yes"] * 2 + ["no"] * 38 + ["yes"] * 20 + ["no"] * 20
    data = pd.DataFrame({"gender": pd.Categorical(["man"] * 40 + ["woman"] * 40), "sent": pd.Categorical(sent)})
    result = crosstab(data, "gender", "sent", further_tests=["yates", "fisher_exact"])
    table = release(result, JOURNAL).more["further_tests"].table
    assert table["suppressed"].ne("").all()
    assert table[["estimate", "p_value", "conf_low"]].isna().all(axis=None)


def test_pairs_of_two_groups_are_the_t_tests() -> None:
    data = people(120)
    result = compare_groups(data, "score", "event", further_tests=["pairwise_t", "pairwise_welch"])
    for mine, theirs in (("pairwise_t", "mean_difference_equal_variances"), ("pairwise_welch", "mean_difference")):
        row, own = result.more["pairs"].pick(mine), result.pick(theirs)
        for column in ("estimate", "std_error", "conf_low", "conf_high", "statistic", "df1", "p_value"):
            assert row[column] == pytest.approx(own[column], rel=EXACT), column
        assert row["p_adjusted"] == pytest.approx(row["p_value"], rel=EXACT)


def test_adjustments_of_pairs() -> None:
    data = people(120)
    asked = ["pairwise_t", "dunn"]
    tables = [
        compare_groups(data, "score", "group", further_tests=asked, adjust=adjust).more["pairs"].table
        for adjust in ("none", "bonferroni")
    ]
    for name in ("pairwise_t", "dunn"):
        plain, triple = (table.loc[table["quantity"] == name] for table in tables)
        np.testing.assert_allclose(triple["p_adjusted"], np.minimum(1, 3 * plain["p_adjusted"]), rtol=EXACT)
        assert triple["method"].str.contains("Bonferroni").all()
    with pytest.raises(AnalysisError):
        compare_groups(data, "score", "group", adjust="bonferoni")


def test_distributions() -> None:
    x, y = np.array([1.0, 2.0, 2.0, 3.0]), np.array([2.0, 3.0, 4.0, 4.0])
    found = kolmogorov_smirnov(x, y)
    assert found.statistic == pytest.approx(0.5)  # at 2: 3/4 against 1/4
    assert not found.exact
    assert np.isnan(shapiro_wilk(np.ones(10)).statistic)
    assert np.isnan(shapiro_wilk(np.arange(5001.0)).statistic)
    values = np.random.default_rng(1).normal(size=50)
    assert shapiro_wilk(values).statistic == pytest.approx(stats.shapiro(values).statistic, rel=EXACT)
    data = people(120)
    table = compare_groups(data, "score", "group", further_tests=["shapiro_wilk"]).more["normality"]
    groups = data.groupby("group", observed=True)["score"]
    expected = [stats.shapiro(values).pvalue for _, values in groups]
    np.testing.assert_allclose(table.table["p_value"], expected, rtol=EXACT)


def test_signed_ranks_of_a_pair() -> None:
    data = pd.DataFrame({"a": [5.0, 3, 4, 5, 2, 1, 4], "b": [1.0, 3, 2, 4, 3, 1, 1]})
    row = paired(data, first="a", second="b", lowest=1).pick("signed_rank")
    assert row["statistic"] == 5 + 3 + 1.5 + 4  # the ranks of rises of 4, 2, 1 and 3; a fall of 1 shares 1.5
    assert 0 < row["p_value"] < 1


@pytest.mark.parametrize(
    ("verb", "arguments"),
    [
        (describe, {"variables": ["score"], "quantile_type": 6}),
        (crosstab, {"row": "event", "column": "group", "further_tests": ["fisher_exact"]}),
        (compare_groups, {"outcome": "score", "by": "group", "further_tests": ["pairwise_t"]}),
    ],
)
def test_none_is_ignored_under_weights(verb: Any, arguments: dict[str, Any]) -> None:
    data = people(120).assign(w=1.5)
    with pytest.raises(AnalysisError) as caught:
        verb(as_scored(data, survey_design(data, sample="quota", weights="w")), **arguments)
    assert caught.value.problems[0].code == "does_not_compose"


def test_unknown_numbers_are_named() -> None:
    with pytest.raises(AnalysisError) as caught:
        describe(people(30), ["score"], further=["kurtosiss"], shape_type=4)  # type: ignore[arg-type]
    assert [problem.code for problem in caught.value.problems] == ["unknown_statistic", "unknown_type"]
