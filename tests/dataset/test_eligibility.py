"""The door: consent and adulthood, in every way they can be shown."""

from __future__ import annotations

from typing import Any

import pytest

from osa_survey.codebooks import Codebook
from osa_survey.dataset import Exclusion, admit
from osa_survey.errors import AdmissionError, DefinitionError
from osa_survey.instruments.files import validated
from tests.made_up_studies import codebook, export_of


def steps(responses: Any) -> dict[str, int]:
    return {step.code: step.n for step in responses.history}


def test_age_is_tested_in_the_order_unknown_impossible_under_18() -> None:
    ages = ["18", "99", "17", "", "x", "18.5", "-1", "100", "999", "5", "40"]
    responses = admit(export_of({"age": ages}), codebook())
    # unknown: "" and "x"; impossible: 18.5, -1, 100, 999; under: 17, 5; adults: 18, 99, 40
    assert steps(responses) == {"age_unknown": 2, "age_impossible": 4, "under_age": 2}
    assert responses.codes["age"].tolist() == [18.0, 99.0, 40.0]
    assert responses.rows.tolist() == [2, 3, 12]
    assert responses.n_records == len(responses) + sum(step.n for step in responses.history)


def test_a_declared_missing_code_is_an_unknown_age() -> None:
    book = codebook(variables={"age": {"column": "age", "type": "number", "missing": {"refused": [99]}}})
    responses = admit(export_of({"age": ["99", "30"]}), book)
    assert responses.history == (Exclusion("age_unknown", "age of 18 or over not shown", 1),)


def test_a_birth_year_that_could_mean_17_is_unknown() -> None:
    book = codebook(
        eligibility={"birth_year": "born", "interview_year": 2026},
        variables={"born": {"column": "born", "type": "number"}},
    )
    # 2026 - 2007 = 19: at least 18; 2008: 17 or 18; 2009: at most 17
    responses = admit(export_of({"born": ["2007", "2008", "2009", "1900", "2030"]}), book)
    assert steps(responses) == {"age_unknown": 1, "age_impossible": 2, "under_age": 1}
    assert len(responses) == 1


def test_a_band_counts_only_if_all_of_it_is_adult() -> None:
    book = codebook(
        eligibility={"age_band": "band", "band_from": {"1": 16, "2": 18, "3": 30}},
        variables={"band": {"column": "band", "type": "ordinal", "labels": {"1": "16-17", "2": "18-29", "3": "30+"}}},
    )
    responses = admit(export_of({"band": ["1", "2", "3", "", "9"]}), book)
    assert steps(responses) == {"age_unknown": 3}
    assert responses.codes["band"].tolist() == [2.0, 3.0]


def test_attested_admits_all_and_is_refused_beside_an_age() -> None:
    attested = {"attested": {"how": "panel of adults", "by": "the panel", "documented": "contract"}}
    book = codebook(eligibility=attested, variables={"x": {"column": "x", "type": "number"}})
    assert len(admit(export_of({"x": ["1", "2"]}), book)) == 2
    with pytest.raises(AdmissionError, match="holds an age") as caught:
        admit(export_of({"x": ["1"], "Age": ["30"]}), book)
    assert caught.value.problems[0].code == "attested_beside_age"


def test_age_at_first_is_never_taken_for_age() -> None:
    attested = {"attested": {"how": "h", "by": "b", "documented": "d"}}
    book = codebook(eligibility=attested, variables={"x": {"column": "age_at_first_use", "type": "number"}})
    assert len(admit(export_of({"age_at_first_use": ["14"]}), book)) == 1


def test_without_a_way_nothing_is_read() -> None:
    with pytest.raises(AdmissionError, match="adults") as caught:
        admit(export_of({"age": ["30"]}), codebook(eligibility={}))
    assert caught.value.problems[0].code == "no_way_to_show_adulthood"
    assert "age_band" in str(caught.value)


def test_the_minimum_may_rise_and_never_fall() -> None:
    responses = admit(export_of({"age": ["20", "21"]}), codebook(eligibility={"age": "age", "minimum": 21}))
    assert steps(responses) == {"under_age": 1}
    content = {"format": 1, "title": "t", "eligibility": {"minimum": 17}}
    with pytest.raises(DefinitionError, match="greater than or equal to 18") as caught:
        validated(content, Codebook, "codebook.toml")
    assert caught.value.problems[0].key == "eligibility.minimum"


def test_consent_comes_before_everything() -> None:
    book = codebook(
        eligibility={"age": "age", "consent": {"variable": "consent", "agreed": [1]}},
        variables={
            "age": {"column": "age", "type": "number"},
            "consent": {"column": "consent", "type": "nominal", "labels": {"1": "yes", "2": "no"}},
        },
    )
    responses = admit(export_of({"age": ["30", "30", "", "12"], "consent": ["1", "2", "", "1.0"]}), book)
    assert steps(responses) == {"no_consent": 2, "under_age": 1}


def test_answers_of_records_left_out_are_not_looked_at() -> None:
    book = codebook(
        variables={
            "age": {"column": "age", "type": "number"},
            "x": {"column": "x", "type": "number"},
        }
    )
    responses = admit(export_of({"age": ["12", "30"], "x": ["a text", "1"]}), book)
    assert responses.codes["x"].tolist() == [1.0]
