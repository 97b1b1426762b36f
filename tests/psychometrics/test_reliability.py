"""The public function: what its tables hold, and data for which there is no answer."""

from __future__ import annotations

import math
import re

import numpy as np
import pandas as pd
import pytest

from osa_survey import reliability
from osa_survey.dataset import admit
from osa_survey.disclosure import JOURNAL
from osa_survey.errors import AnalysisError
from osa_survey.results import Result, release
from osa_survey.scoring import score
from tests.made_up_studies import codebook, export_of, instrument, library_with


def items(n: int = 300, k: int = 5, seed: int = 2) -> pd.DataFrame:
    generator = np.random.default_rng(seed)
    trait = generator.normal(size=(n, 1))
    values = np.clip(np.round(3 + 0.8 * trait + generator.normal(size=(n, k))), 1, 5)
    return pd.DataFrame(values, columns=[f"item_{i}" for i in range(1, k + 1)])


def no_silent_gap(result: Result) -> None:
    for part in (result, *result.more.values()):
        empty = part.table.loc[part.table["estimate"].isna()]
        assert (empty["warning"] != "").all()


def test_the_coefficient_asked_for_comes_first_and_alpha_is_always_there() -> None:
    first = reliability(items(), "demo")
    both = ["alpha_standardised", "inter_item_r"]
    assert first.table["quantity"].tolist() == ["omega_categorical", "omega", "alpha", *both]
    alpha = reliability(items(), "demo", coefficient="alpha", draws=0)
    assert alpha.table["quantity"].tolist() == ["alpha", "omega_categorical", "omega", *both]
    numbers = reliability(items() + np.linspace(0, 1, 300)[:, None], "demo")
    assert numbers.table["quantity"].tolist() == ["omega", "alpha", *both]
    for language, name in (("en", "Categorical ω"), ("de", "Kategoriales ω")):
        (sentence,) = first.sentences(language)
        assert sentence.startswith(name)
        assert "n = 300" in sentence
        assert re.search(r"Cronbach'?s α (was|betrug) [.,]\d\d, 95", sentence)
    assert first.n_used == 300
    no_silent_gap(first)


def test_the_table_of_items() -> None:
    result = reliability(items(), "demo").more["items"]
    assert set(result.table["quantity"]) == {
        "mean",
        "sd",
        "item_rest",
        "alpha_if_dropped",
        "omega_if_dropped",
        "loading",
    }
    assert result.table["term"].unique().tolist() == list(items().columns)
    assert result.pick("mean", term="item_2")["estimate"] == pytest.approx(items()["item_2"].mean())


def test_scored_data_give_keyed_items_and_their_tags() -> None:
    generator = np.random.default_rng(4)
    trait = generator.normal(size=200)
    answer = [np.clip(np.round(3 + sign * trait + 0.8 * generator.normal(size=200)), 1, 5) for sign in (1, -1, 1)]
    columns = {"age": [30] * 200, **{f"q{i}": column.astype(int) for i, column in enumerate(answer, start=1)}}
    book = codebook(blocks={"c": {"instrument": "calm", "columns": "q{n}"}})
    scored = score(admit(export_of(columns), book, library_with(instrument())))
    result = reliability(scored, "c_total")
    keyed = pd.DataFrame({"a": answer[0], "b": 6 - answer[1], "c": answer[2]})
    assert result.pick("alpha")["estimate"] == pytest.approx(reliability(keyed).pick("alpha")["estimate"], rel=1e-12)
    assert result.labels["c_total"] == "Calm: total"
    assert result.more["items"].labels["c_02"] == "calm thing 2 (R)"
    assert reliability(scored).settings["scale"] == "c_total"
    with pytest.raises(AnalysisError, match="did you mean 'c_total'"):
        reliability(scored, "c_totl")


def test_gaps_leave_out_people_and_say_so() -> None:
    data = items()
    data.iloc[:40, 0] = np.nan
    data.iloc[0] = np.nan
    listwise = reliability(data, "demo")
    assert (listwise.n_used, listwise.n_dropped) == (260, 40)
    pairwise = reliability(data, "demo", missing="pairwise")
    assert (pairwise.pick("alpha")["n"], pairwise.pick("omega")["n"]) == (299, 260)
    assert pairwise.n_dropped == 1
    assert any("at least one answer" in note for note in pairwise.notes)
    assert pairwise.pick("omega")["estimate"] == listwise.pick("omega")["estimate"]
    assert pairwise.more["items"].pick("mean", term="item_1")["n"] == 260
    assert pairwise.sentences("en")[0].count("n = ") == 2


def test_two_items_have_no_omega_but_the_spearman_brown_coefficient() -> None:
    data = items(k=2)
    result = reliability(data, "pair")
    assert "omega" not in set(result.table["quantity"])
    r = np.corrcoef(data.T)[0, 1]
    assert result.pick("alpha_standardised")["estimate"] == pytest.approx(2 * r / (1 + r), rel=1e-12)
    assert any("Spearman–Brown" in note for note in result.notes)
    assert result.sentences("en")[0].startswith("Cronbach's α")
    no_silent_gap(result)


def test_a_constant_item_is_flagged() -> None:
    data = items()
    data["item_3"] = 4.0
    result = reliability(data, "demo")
    assert "does not vary" in result.pick("alpha")["warning"]
    assert "does not vary" in result.pick("omega")["warning"]
    assert math.isnan(result.pick("omega")["estimate"])
    assert "could not be estimated" in result.sentences("en")[0]
    assert "nicht schätzbar" in result.sentences("de")[0]
    no_silent_gap(result)


def test_an_item_that_follows_from_the_others_is_flagged() -> None:
    data = items(k=3)
    data["sum"] = data.sum(axis=1)
    result = reliability(data, "demo")
    assert result.pick("omega")["warning"] == "not estimated: an item follows exactly from the others"
    no_silent_gap(result)


def test_negative_alpha_is_flagged() -> None:
    generator = np.random.default_rng(5)
    trait = generator.normal(size=200)
    data = pd.DataFrame({"a": trait + generator.normal(size=200), "b": -trait + generator.normal(size=200)})
    row = reliability(data, "demo").pick("alpha")
    assert row["estimate"] < 0
    assert "negative" in row["warning"]
    assert row["conf_low"] < row["estimate"] < row["conf_high"]


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (items()[["item_1"]], "one_item"),
        (items() * np.nan, "too_few_respondents"),
        (items(n=2), "too_few_respondents"),
        (items() * 0 + 3, "no_variance"),
        (pd.DataFrame(), "no_items"),
        (pd.DataFrame({"a": ["x", "y"], "b": [1, 2]}), "undeclared_categories"),
        (pd.DataFrame({"a": pd.Categorical(["x", "y", "z"]), "b": [1, 2, 3]}), "not_an_item"),
    ],
)
def test_no_answer_is_an_error_with_a_code(data: pd.DataFrame, code: str) -> None:
    with pytest.raises(AnalysisError) as caught:
        reliability(data, "demo")
    assert [problem.code for problem in caught.value.problems] == [code]


def test_wrong_arguments_are_all_named() -> None:
    with pytest.raises(AnalysisError) as caught:
        reliability(items(), coefficient="omga", missing="casewise", conf_level=95)  # type: ignore[arg-type]
    assert len(caught.value.problems) == 3
    assert "did you mean 'omega'?" in str(caught.value)


def test_pairs_nobody_answered_together_are_refused() -> None:
    data = items(n=40)
    data.iloc[:20, 0] = np.nan
    data.iloc[20:, 1] = np.nan
    with pytest.raises(AnalysisError, match="both answers of some pair"):
        reliability(data, "demo", missing="pairwise")


def test_four_people_are_not_shown() -> None:
    data = items(n=4, k=3, seed=8)
    released = release(reliability(data, "demo"), JOURNAL)
    assert released.table["estimate"].isna().all()
    assert released.more["items"].table["estimate"].isna().all()
    for language, words in (("en", "not shown"), ("de", "nicht gezeigt")):
        (sentence,) = released.sentences(language)
        assert words in sentence
        assert not re.search(r"\d\.\d|\.\d", sentence)
