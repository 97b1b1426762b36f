"""Cross-tabulations: hand-computed tests, margins, and that a released table does not give a small count back."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import linprog

from osa_survey.analysis import crosstab
from osa_survey.analysis.describing.contingency import chi_squared
from osa_survey.disclosure import JOURNAL
from osa_survey.effects.contingency_sizes import cramers_v
from osa_survey.errors import AnalysisError
from osa_survey.results import Result, release
from tests.german_reports import in_points

EXACT = 1e-12  # a few operations on doubles
GAP = 0.5  # people: bounds closer than this pin a count down


def counted(counts: list[list[int]]) -> pd.DataFrame:
    """Return respondents with these counts: rows a, b, …; columns x, y, …"""
    rows, columns = "abcdefg"[: len(counts)], "xyzuvw"[: len(counts[0])]
    pairs = [
        (row, column)
        for row, line in zip(rows, counts, strict=True)
        for column, number in zip(columns, line, strict=True)
        for _ in range(number)
    ]
    return pd.DataFrame(
        {
            "row": pd.Categorical([row for row, _ in pairs], categories=list(rows)),
            "column": pd.Categorical([column for _, column in pairs], categories=list(columns)),
        }
    )


def test_test_by_hand() -> None:
    # 20 10 | 10 20: expected 15 everywhere, χ² = 4 · 25/15 = 20/3; residual 5/√(15 · ½ · ½); V = √(20/3/60) = 1/3
    found = chi_squared(np.array([[20.0, 10], [10, 20]]))
    assert found.chi2 == pytest.approx(20 / 3, rel=EXACT)
    assert found.df == 1
    assert found.residuals[0, 0] == pytest.approx(5 / math.sqrt(15 / 4), rel=EXACT)
    assert cramers_v(found.chi2, found.df, found.n, (2, 2)).estimate == pytest.approx(1 / 3, rel=EXACT)
    assert found.residuals[0, 0] ** 2 == pytest.approx(found.chi2, rel=EXACT)  # in a fourfold table


def test_percentages_and_margins() -> None:
    result = crosstab(counted([[20, 10], [5, 15]]), "row", "column")
    assert result.pick("count", group="a", level="x")["estimate"] == 20
    assert result.pick("row_proportion", group="a", level="x")["estimate"] == 20 / 30
    assert result.pick("column_proportion", group="a", level="x")["estimate"] == 20 / 25
    assert result.pick("count", group="a", level="total")["estimate"] == 30
    assert result.pick("count", group="total", level="total")["estimate"] == 50
    assert result.pick("row_proportion", group="total", level="x")["estimate"] == 25 / 50
    assert result.pick("column_proportion", group="a", level="total")["estimate"] == 30 / 50
    assert result.more["test"].pick("cramers_v").equals(result.pick("cramers_v"))
    assert result.pick("expected_count", group="b", level="y")["estimate"] == pytest.approx(20 * 25 / 50, rel=EXACT)


def test_unused_categories_and_gaps() -> None:
    data = counted([[20, 10, 0], [5, 15, 0]])
    data.loc[0:2, "row"] = np.nan
    result = crosstab(data, "row", "column")
    assert "z" not in set(result.table["level"])
    assert (result.n_used, result.n_dropped) == (47, 3)


@given(st.lists(st.lists(st.integers(1, 30), min_size=3, max_size=3), min_size=2, max_size=4))
def test_transposing_changes_nothing(counts: list[list[int]]) -> None:
    table = np.array(counts, dtype=float)
    first, second = chi_squared(table), chi_squared(table.T)
    assert first.chi2 == pytest.approx(second.chi2, rel=1e-9, abs=1e-12)
    assert first.df == second.df
    np.testing.assert_allclose(first.residuals, second.residuals.T, atol=1e-9)
    size = cramers_v(first.chi2, first.df, first.n, first.expected.shape)
    assert 0 <= size.low <= size.estimate <= size.high <= 1 or (math.isnan(size.low) and size.warning)


def bounds_of_hidden(result: Result, group: str, level: str) -> tuple[float, float]:
    """Return the smallest and largest count an attacker must reckon with, from all counts that are shown."""
    counts = result.table.loc[result.table["quantity"] == "count"].set_index(["group", "level"])["estimate"]
    keys = list(counts.index)
    equations, values = [], []
    for key, value in counts.items():
        if not math.isnan(value):
            equations.append([1.0 if other == key else 0.0 for other in keys])
            values.append(value)
    for axis in (0, 1):
        for name in {key[1 - axis] for key in keys}:
            line = [key for key in keys if key[1 - axis] == name]
            equations.append([(-1.0 if key[axis] == "total" else 1.0) if key in line else 0.0 for key in keys])
            values.append(0.0)
    aim = np.array([1.0 if key == (group, level) else 0.0 for key in keys])
    found = [linprog(sign * aim, A_eq=equations, b_eq=values, bounds=(0, None)) for sign in (1, -1)]
    assert all(one.status == 0 for one in found)
    return float(found[0].fun), float(-found[1].fun)


@pytest.mark.parametrize(
    "counts",
    [
        [[40, 30, 20], [35, 3, 22]],
        [[40, 30, 20], [35, 3, 22], [12, 14, 16]],
        [[50, 3], [40, 60]],
        [[50, 30, 9], [40, 60, 8], [1, 1, 1]],
    ],
)
def test_small_counts_cannot_be_computed_back(counts: list[list[int]]) -> None:
    result = crosstab(counted(counts), "row", "column")
    shown = release(result, JOURNAL)
    small = result.table.loc[(result.table["quantity"] == "count") & result.table["estimate"].between(1, 4)]
    assert len(small)
    for _, row in small.iterrows():
        assert shown.pick("count", group=row["group"], level=row["level"])["suppressed"] == "suppressed"
        low, high = bounds_of_hidden(shown, row["group"], row["level"])
        assert high - low > GAP
    hidden = shown.table.loc[(shown.table["quantity"] == "count") & (shown.table["suppressed"] != "")]
    for _, row in hidden.iterrows():
        for quantity in ("row_proportion", "column_proportion", "standardised_residual"):
            where = (shown.table["group"] == row["group"]) & (shown.table["level"] == row["level"])
            assert (shown.table.loc[where & (shown.table["quantity"] == quantity), "estimate"]).isna().all()
    # with the margins, χ² and V would solve for the hidden count
    assert shown.pick("chi_squared")["suppressed"] == "suppressed"
    assert shown.pick("cramers_v")["suppressed"] == "suppressed"
    assert (shown.more["test"].table["suppressed"] == "suppressed").all()


@pytest.mark.parametrize("language", ["en", "de"])
def test_sentences_of_a_released_table(language: str) -> None:
    shown = release(crosstab(counted([[40, 30, 20], [35, 3, 22]]), "row", "column"), JOURNAL)
    first, second = shown.sentences(language)
    assert not any(digit in first + second for digit in "0123456789")


def test_nothing_is_hidden_without_small_counts() -> None:
    shown = release(crosstab(counted([[40, 30, 20], [35, 0, 22]]), "row", "column"), JOURNAL)
    assert (shown.table["suppressed"] == "").all()  # nobody is no small group


def test_every_number_of_a_sentence_is_in_the_table(
    printed_numbers: Callable[[Result], set[str]], numerals: Callable[[str], list[str]]
) -> None:
    result = crosstab(counted([[40, 30, 20], [15, 40, 22]]), "row", "column")
    for language in ("en", "de"):
        sentences = result.sentences(language)
        assert len(sentences) == 2
        for sentence in sentences:
            assert set(numerals(in_points(sentence, language))) - {".001", "2"} <= printed_numbers(result)


def test_small_expected_counts_and_single_categories_are_flagged() -> None:
    result = crosstab(counted([[6, 0], [1, 2]]), "row", "column")
    assert "below 5" in result.pick("chi_squared")["warning"]
    assert any("doubtful" in sentence for sentence in result.sentences("en"))
    single = crosstab(counted([[6, 7]]), "row", "column")
    assert "only one category" in single.pick("chi_squared")["warning"]
    assert single.sentences("de")


def test_interval_below_the_estimate_is_not_given() -> None:
    row = crosstab(counted([[10, 10, 10], [10, 10, 11]]), "row", "column").pick("cramers_v")
    assert row["estimate"] > 0
    assert math.isnan(row["conf_low"])
    assert "not given" in row["warning"]


def test_wrong_arguments(people: pd.DataFrame) -> None:
    with pytest.raises(AnalysisError, match="no_categories"):
        crosstab(people, "gender", "age")
    with pytest.raises(AnalysisError, match="same variable"):
        crosstab(people, "gender", "gender")
    with pytest.raises(AnalysisError, match="nobody answered both"):
        crosstab(people.assign(gender=pd.Categorical([None] * len(people), ["man"])), "gender", "frequency")
