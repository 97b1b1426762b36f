"""Correlations: hand-computed values, pairwise people, degenerate pairs, what the gate leaves."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from osa_survey.analysis import correlate
from osa_survey.analysis.correlating.associations import pearson, spearman
from osa_survey.analysis.multiplicity import adjusted_p_values
from osa_survey.disclosure import JOURNAL
from osa_survey.errors import AnalysisError
from osa_survey.results import Result, release
from tests.german_reports import in_points

EXACT = 1e-12  # a few operations on doubles


def test_values_by_hand() -> None:
    # x = 1..5, y = 2 1 4 3 5: products of deviations 2 + 2 + 0 + 0 + 4 = 8, squares 10 and 10: r = 0.8
    x, y = np.arange(1.0, 6.0), np.array([2.0, 1, 4, 3, 5])
    found = pearson(x, y)
    assert found.estimate == pytest.approx(0.8, rel=EXACT)
    assert found.t == pytest.approx(0.8 * math.sqrt(3 / 0.36), rel=EXACT)
    half = 1.959963984540054 / math.sqrt(2)
    assert found.low == pytest.approx(math.tanh(math.atanh(0.8) - half), rel=EXACT)
    # ranks are the values, so ρ = r; its interval is wider by √(1 + 0.8²/2)
    rho = spearman(x, y**3)
    assert rho.estimate == pytest.approx(0.8, rel=EXACT)
    assert rho.low == pytest.approx(math.tanh(math.atanh(0.8) - half * math.sqrt(1.32)), rel=EXACT)


def test_pairs_once_and_pairwise_people(people: pd.DataFrame) -> None:
    result = correlate(people, ["score", "age", "frequency"])
    assert list(zip(result.table["term"], result.table["outcome"], strict=True)) == [
        ("score", "age"),
        ("score", "frequency"),
        ("age", "frequency"),
    ]
    assert list(result.table["n"]) == [110, 120, 110]
    assert (result.table["p_adjusted"] >= result.table["p_value"]).all()
    assert result.more["descriptives"].pick("mean", outcome="age")["n"] == 110


def test_adjusting_with_gaps() -> None:
    found = adjusted_p_values(np.array([0.01, np.nan, 0.04, 0.03]), "holm")
    # three tests: 3 · .01, then 2 · .03 = .06, then max(.06, .04)
    assert found[[0, 2, 3]] == pytest.approx([0.03, 0.06, 0.06], rel=EXACT)
    assert math.isnan(found[1])
    assert np.isnan(adjusted_p_values(np.array([np.nan]), "bh")).all()
    with pytest.raises(AnalysisError, match="did you mean 'hommel' or 'holm'"):
        adjusted_p_values(np.array([0.1]), "homl")


@given(st.lists(st.tuples(st.integers(-30, 30), st.integers(-30, 30)), min_size=4, max_size=25))
def test_relations(pairs: list[tuple[int, int]]) -> None:
    x, y = (np.array(values, dtype=float) for values in zip(*pairs, strict=True))
    there, back = pearson(x, y), pearson(y, 2 * x + 7)
    assert there.estimate == pytest.approx(back.estimate, rel=1e-9, abs=1e-12, nan_ok=True)
    rho = spearman(x, y)
    assert spearman(x, y**3).estimate == pytest.approx(rho.estimate, rel=1e-9, abs=1e-12, nan_ok=True)
    for found in (there, rho):
        if not math.isnan(found.low):
            assert -1 <= found.low <= found.estimate <= found.high <= 1


def test_degenerate_pairs_are_flagged() -> None:
    data = pd.DataFrame(
        {
            "a": [1.0, 2, 3, 4, 5, 6],
            "same": [3.0] * 6,
            "double": [2.0, 4, 6, 8, 10, 12],
            "few": [1.0, 2, np.nan, np.nan, np.nan, np.nan],
            "three": [1.0, 3, 2, np.nan, np.nan, np.nan],
        }
    )
    result = correlate(data, list(data))
    assert "constant" in result.pick("r", term="a", outcome="same")["warning"]
    assert result.pick("r", term="a", outcome="double")["estimate"] == pytest.approx(1.0)
    assert "three pairs" in result.pick("r", term="a", outcome="few")["warning"]
    assert "four pairs" in result.pick("r", term="a", outcome="three")["warning"]
    silent = result.table.loc[result.table["conf_low"].isna() & (result.table["warning"] == "")]
    assert silent.empty
    assert len(result.sentences("de")) >= len(result.table)


@pytest.mark.parametrize("language", ["en", "de"])
def test_few_pairs_are_hidden(people: pd.DataFrame, language: str) -> None:
    people["rare"] = np.where(people.index < 4, people["score"] ** 2, np.nan)
    shown = release(correlate(people, ["score", "age", "rare"]), JOURNAL)
    rows = shown.table.loc[shown.table["outcome"] == "rare"]
    assert (rows["suppressed"] == "suppressed").all()
    assert rows[["n", "estimate", "conf_low", "p_value"]].isna().all(axis=None)
    sentences = [sentence for sentence in shown.sentences(language) if "rare" in sentence]
    assert len(sentences) == 2
    assert not any(digit in sentence for sentence in sentences for digit in "0123456789")
    assert shown.more["descriptives"].pick("mean", outcome="rare")["suppressed"] == "suppressed"


def test_every_number_of_a_sentence_is_in_the_table(
    people: pd.DataFrame, printed_numbers: Callable[[Result], set[str]], numerals: Callable[[str], list[str]]
) -> None:
    result = correlate(people, ["score", "age", "frequency"], method="spearman", adjust="bh")
    for language in ("en", "de"):
        for sentence in result.sentences(language):
            assert set(numerals(in_points(sentence, language))) <= printed_numbers(result)


def test_wrong_arguments(people: pd.DataFrame) -> None:
    with pytest.raises(AnalysisError, match="its categories are no quantities"):
        correlate(people, ["score", "gender"])
    with pytest.raises(AnalysisError, match="2 variables are needed"):
        correlate(people, ["score"])
    with pytest.raises(AnalysisError, match="no correlation called"):
        correlate(people, ["score", "age"], method="tetrachoric")  # type: ignore[arg-type]
    with pytest.raises(AnalysisError, match="no adjustment"):
        correlate(people, ["score", "age"], adjust="sidak")


@pytest.mark.parametrize("language", ["en", "de"])
def test_of_very_many_pairs_the_lowest_and_the_highest_are_told(language: str) -> None:
    generator = np.random.default_rng(4)
    people = pd.DataFrame(generator.normal(size=(60, 11)), columns=[f"x{place}" for place in range(11)])
    people["x1"] = people["x0"] + 0.1 * people["x1"]
    people["x2"] = -people["x0"] + 0.5 * people["x2"]
    result = correlate(people, list(people.columns))
    told = result.sentences(language)
    clear = ((result.table["conf_low"] > 0) | (result.table["conf_high"] < 0)).sum()
    assert len(result.table) == 55
    assert "55" in told[0] and f" {clear} " in told[0]
    assert {"x0", "x1"} == set(told[2].split(":")[0].replace("und", "and").split(" and "))
    assert len(told) < 7
    assert len(correlate(people, list(people.columns)[:10]).sentences(language)) >= 45
