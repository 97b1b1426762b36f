"""Sentences leave out what has no number."""

from __future__ import annotations

import math
from collections.abc import Iterable

import numpy as np
import pandas as pd
import pytest

from osa_survey import formatting
from osa_survey.analysis import describe, describe_weights
from osa_survey.dataset import ScoredData
from osa_survey.disclosure import JOURNAL
from osa_survey.results import Result, Rows, release
from osa_survey.results.sentence_holes import HOLE, LEFT_OUT, without_holes
from osa_survey.weighting import survey_design
from tests.german_reports import holes_in
from tests.made_up_regressions import as_imputed, as_scored

N = 60


@pytest.mark.parametrize(
    ("sentence", "told"),
    [
        ("Age: M = 3.10, Mdn = @, n = 40.", "Age: M = 3.10, n = 40."),
        ("Age: M = @, SD = @, Mdn = 3.00, n = 40.", "Age: Mdn = 3.00, n = 40."),
        ("no, score and age: τ(@) = .20, p = .010.", "no, score and age: τ = .20, p = .010."),
        ("no, score and age: r = @, p = .010.", "no, score and age: p = .010."),
        ("a: x = @; b: y = 2.", "b: y = 2."),
        ("gender: man 40 (@), woman 30 (40.0%).", "gender: man 40, woman 30 (40.0%)."),
        ("R² = .20, 95% CI [.10, @], p = .010.", "R² = .20, p = .010."),
        ("The difference was 2.00, F(2, @) = 3.00. It is large.", "The difference was 2.00, F = 3.00. It is large."),
        ("There are 5. Mean = @.", "There are 5."),
        ("According to B. Author, r = @.", "According to B. Author."),
        ("Welch–James and man − woman: 1–4.", "Welch–James and man − woman: 1–4."),
    ],
)
def test_a_part_without_its_number_goes(sentence: str, told: str) -> None:
    assert without_holes([sentence.replace("@", HOLE)], "en")[0] == told


@pytest.mark.parametrize("language", ["en", "de"])
def test_a_sentence_with_nothing_left_is_said_to_be_left_out(language: str) -> None:
    sentences = [f"They run from {HOLE} to 2.00. Their sum is 3.", f"Age: M = {HOLE}.", "Nothing is missing."]
    assert without_holes(sentences, language) == ("Their sum is 3.", "Nothing is missing.", LEFT_OUT[language])


def test_tables_print_a_dash_for_what_sentences_leave_out() -> None:
    def words(table: pd.DataFrame, language: str) -> Iterable[str]:
        return (f"a = {formatting.decimal(table['estimate'].iloc[0])}, b = 1.",)

    rows = Rows()
    rows.add("mean", term="a", estimate=math.nan)
    result = Result.from_rows(rows, title="t", analysis="a", method="m", n_used=0, wording=words)
    assert result.sentences("en") == (LEFT_OUT["en"],)
    assert formatting.decimal(math.nan) == "–"


def made_up() -> pd.DataFrame:
    rng = np.random.default_rng(2)
    gender = pd.Categorical.from_codes(np.repeat([0, 1], N // 2), ["man", "woman"])
    return pd.DataFrame({"age": rng.integers(18, 70, N).astype(float), "gender": gender})


def weighted(table: pd.DataFrame) -> ScoredData:
    weights = pd.DataFrame({"w": np.where(np.arange(N) < N // 2, 0.5, 1.5)})
    return as_scored(table, survey_design(weights, sample="quota", weights="w"))


def test_hidden_ends_of_the_weights_leave_no_hole() -> None:
    result = describe_weights(weighted(made_up()))
    assert result.sentences()[0] == "Weights run from 0.50 to 1.50 times their mean."
    shown = release(result, JOURNAL)
    assert shown.sentences()[0].startswith("The range of the weights is not shown")
    assert shown.sentences("de")[0].startswith("Die Spannweite der Gewichte wird nicht gezeigt")
    # 30 of weight 0.5 and 30 of 1.5: deff = 60 · (30·0.25 + 30·2.25) / 60² = 1.25
    assert shown.sentences()[1] == "The design effect of the weights is 1.25, so that 60 respondents are worth 48.0."
    assert not any(map(holes_in, (*shown.sentences(), *shown.sentences("de"))))


def test_a_description_under_weights_says_so_and_one_over_imputed_sets_has_no_median() -> None:
    table = made_up()
    whole, german = (describe(weighted(table), ["age", "gender"]).sentences(one) for one in ("en", "de"))
    assert whole[0].startswith("age (weighted): M = ")
    assert "Mdn = " in whole[0]
    assert whole[1] == "gender (n = 60, percentages weighted): man 30 (25.0%), woman 30 (75.0%)."
    assert "(n = 60, Prozente gewichtet): " in german[1]
    assert "weighted" not in " ".join(describe(table, ["age", "gender"]).sentences())
    gap = table.assign(age=table["age"].where(np.arange(N) > 2))
    completed = [table.assign(age=table["age"].where(np.arange(N) > 2, 30.0 + draw)) for draw in range(3)]
    sets = as_imputed(gap, completed)
    said = describe(sets, ["age"]).sentences()[0]
    assert said.startswith("age: M = ")
    assert "Mdn" not in said
    assert said.endswith(f", n = {N}.")
