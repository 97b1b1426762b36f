"""Harmonised columns by hand: recode, reasons, facets, check-all sets, what is left out, midpoints."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from osa_survey.dataset import Responses, admit, harmonise
from osa_survey.errors import AnalysisError, DefinitionError
from osa_survey.instruments import load_variable, midpoints
from osa_survey.instruments.reasons import IMPLIED, REASON_CODES
from osa_survey.scoring import score
from tests.made_up_studies import codebook, export_of

AGE = {"column": "age", "type": "number", "maximum": 99, "maps_to": "age"}
SEX = {
    "column": "sex",
    "type": "nominal",
    "labels": {"1": "male", "2": "female", "3": "diverse", "4": "rather not say", "5": "see comment"},
    "maps_to": "gender",
    "recode": {"male": "man", "female": "woman", "diverse": "another gender", "rather not say": "refused"},
    "not_mapped": {"see comment": "points to free text"},
    "missing": {"dont_know": [-8]},
}
OFTEN = {
    "column": "often",
    "type": "ordinal",
    "labels": {"a": "never", "b": "a few times a year", "c": "about monthly", "d": "weekly", "e": "more often"},
    "maps_to": "osa_information_frequency_12m",
    "recode": {
        "a few times a year": "less than monthly",
        "weekly": "about weekly",
        "more often": "several times a week",
    },
}


def responses(columns: dict[str, list[Any]], **variables: Any) -> Responses:
    n = len(next(iter(columns.values())))
    data = {"age": [30 + k for k in range(n)], **columns}
    return admit(export_of(data), codebook(variables={"age": AGE, **variables}))


def test_codes_and_reasons_by_hand() -> None:
    found = harmonise(responses({"sex": [1, 2, 3, 4, 5, -8, ""]}, sex=SEX))
    # male, female, diverse → 1, 2, 3; then refused, without a category, don't know, not answered
    np.testing.assert_array_equal(found.frame["gender"], [1, 2, 3, np.nan, np.nan, np.nan, np.nan])
    words = ["refused", "invalid", "dont_know", "not_answered"]
    assert found.reasons["gender"].tolist() == [0, 0, 0, *(REASON_CODES[word] for word in words)]
    assert found.with_reason_codes()["gender"].tolist() == [1, 2, 3, -1, -9, -2, -6]
    assert found.frame["age"].tolist() == [30, 31, 32, 33, 34, 35, 36]
    assert found.origins == {"age": "age", "gender": "sex"}
    assert found.variables["gender"].labels == ("man", "woman", "another gender")
    assert found.variables["gender"].maps_to == "gender"


def test_scored_data_gives_the_same_columns() -> None:
    answers = responses({"sex": [1, 2, 4]}, sex=SEX)
    assert harmonise(score(answers)).frame.equals(harmonise(answers).frame.astype(float))


def test_many_to_one_and_codes_that_are_no_numbers() -> None:
    found = harmonise(responses({"often": ["a", "b", "c", "d", "e", ""]}, often=OFTEN))
    column = found.frame["osa_information_frequency_12m"]
    np.testing.assert_array_equal(column, [0, 1, 2, 4, 5, np.nan])
    np.testing.assert_array_equal(found.midpoints("osa_information_frequency_12m"), [0, 6, 12, 52, 182, np.nan])


def test_codes_that_single_precision_cannot_hold_exactly() -> None:
    entry = {"column": "g", "type": "nominal", "labels": {"0.1": "man", "0.7": "woman"}, "maps_to": "gender"}
    assert harmonise(responses({"g": ["0.1", "0.7"]}, g=entry)).frame["gender"].tolist() == [1, 2]


def test_midpoints_are_a_separate_call() -> None:
    numbers = midpoints(load_variable("osa_products_frequency_3m"))
    assert list(numbers.values.values()) == [0, 1.5, 3, 7.5, 13, 45.5, 84.5]
    assert (numbers.unit, numbers.basis) == ("times in 3 months", "convention")
    with pytest.raises(DefinitionError, match="no_midpoints"):
        midpoints(load_variable("osa_products_lifetime"))
    found = harmonise(responses({"sex": [1]}, sex=SEX))
    with pytest.raises(DefinitionError, match="no_midpoints"):
        found.midpoints("gender")
    with pytest.raises(AnalysisError, match="did you mean 'gender'"):
        found.midpoints("gendr")


def test_implied_values_keep_their_mark() -> None:
    ever = {
        "column": "ever",
        "type": "nominal",
        "labels": {"1": "yes", "2": "no"},
        "maps_to": "osa_information_lifetime",
    }
    often = {
        **OFTEN,
        "labels": {"0": "never", "1": "about monthly"},
        "recode": {},
        "asked_if": {"variable": "ever", "codes": [1]},
        "implied": [{"value": 0, "variable": "ever", "codes": [2]}],
    }
    found = harmonise(responses({"ever": [1, 2, ""], "often": [1, "", ""]}, ever=ever, often=often))
    column = "osa_information_frequency_12m"
    np.testing.assert_array_equal(found.frame[column], [2, 0, np.nan])
    assert found.reasons[column].tolist() == [0, IMPLIED, REASON_CODES["not_shown"]]
    assert found.with_reason_codes()[column].tolist() == [2, 0, -4]
    np.testing.assert_array_equal(found.frame["osa_information_lifetime"], [1, 0, np.nan])


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"window": "past 3 months"}, "the window is 'past 3 months', not 'past 12 months'"),
        ({"type": "nominal"}, "the type is nominal, not ordinal"),
    ],
)
def test_another_window_or_type_is_left_out_and_never_recoded(change: dict[str, Any], why: str) -> None:
    found = harmonise(responses({"often": ["a", "c"]}, often={**OFTEN, **change}))
    assert list(found.frame) == ["age"]
    assert found.left_out == {"often": why}


def test_another_unit_and_free_text_are_left_out() -> None:
    text = {"column": "words", "type": "text", "maps_to": "gender_self_description"}
    n = {"column": "n", "type": "count", "maps_to": "tmsi_n_partners", "unit": "messages"}
    found = harmonise(responses({"words": ["x"], "n": [3]}, words=text, n=n))
    assert set(found.left_out) == {"words", "n"}
    assert found.left_out["n"] == "the unit is 'messages', not 'people'"
    assert harmonise(responses({"n": [3]}, n={**n, "unit": "people"})).frame["tmsi_n_partners"].tolist() == [3]


def test_facets_make_columns_of_their_own() -> None:
    rating = {"type": "ordinal", "labels": {"0": "none", "1": "slight"}, "maps_to": "outcome_positive"}
    facets = {"activity": "sexting", "for_whom": "self"}
    own = {**rating, "column": "own", "facets": {**facets, "whose": "own"}}
    other = {**rating, "column": "other", "facets": {**facets, "whose": "partner's"}}
    found = harmonise(responses({"own": [0, 1], "other": [1, 0]}, own=own, other=other))
    assert found.frame["outcome_positive__sexting__own__self"].tolist() == [0, 1]
    assert found.frame["outcome_positive__sexting__partners__self"].tolist() == [1, 0]
    with pytest.raises(AnalysisError, match="mapped_twice"):
        harmonise(responses({"own": [0], "other": [1]}, own=own, other={**other, "facets": own["facets"]}))


def test_a_check_all_set() -> None:
    entry = {
        "type": "multiple",
        "columns": {"female": "g1", "male": "g2", "enby": "g3", "fluid": "g4", "no_answer": "g5"},
        "maps_to": "gender_current",
        "recode": {
            "female": "woman",
            "male": "man",
            "enby": "non-binary",
            "fluid": "non-binary",
            "no_answer": "refused",
        },
    }
    columns = {
        "g1": [1, "", "", "", 1],
        "g2": ["", "", "", "", ""],
        "g3": ["", 1, "", "", ""],
        "g4": ["", "", "", "", ""],
        "g5": ["", "", 1, "", 1],
    }
    found = harmonise(responses(columns, g=entry))
    nothing = np.nan
    # the third record ticks only "no answer", the fourth nothing at all, the fifth "female" and "no answer"
    np.testing.assert_array_equal(found.frame["gender_current__woman"], [1, 0, nothing, nothing, 1])
    np.testing.assert_array_equal(found.frame["gender_current__non_binary"], [0, 1, nothing, nothing, nothing])
    why = [0, 0, REASON_CODES["refused"], REASON_CODES["not_answered"], 0]
    assert found.reasons["gender_current__woman"].tolist() == why
    assert found.origins["gender_current__non_binary"] == "g_enby, g_fluid"
    assert "gender_current__transgender" not in found.frame, "an option that was not offered was not asked"


def test_what_is_shown_holds_no_rows() -> None:
    found = harmonise(responses({"sex": [1, 2]}, sex=SEX))
    assert repr(found) == "<Harmonised: 2 adults, 2 columns, 0 left out>"
    assert found._repr_html_() is None


def test_only_admitted_answers_are_taken() -> None:
    with pytest.raises(AnalysisError, match="not_admitted"):
        harmonise(export_of({"age": [30]}))  # type: ignore[arg-type]
