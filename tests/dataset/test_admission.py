"""From text to codes: declared values only, a reason for every gap, all problems at once."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from osa_survey.dataset import admit, keyed_items
from osa_survey.errors import DefinitionError, ResponseError
from osa_survey.instruments.reasons import IMPLIED, REASON_CODES
from tests.made_up_studies import codebook, export_of, instrument, library_with

AGE = {"column": "age", "type": "number"}


def calm_book(**block: object):
    return codebook(blocks={"c": {"instrument": "calm", "columns": "q{n}", **block}})


def answers(*columns: list[str]) -> dict[str, list[str]]:
    return {"age": ["30"] * len(columns[0]), **{f"q{n}": list(c) for n, c in enumerate(columns, start=1)}}


def test_items_become_codes_and_gaps_get_reasons() -> None:
    export = export_of(answers(["1", "2", ""], ["5", "-8", "3"], ["1.0", " 4 ", "5"]))
    book = calm_book(missing={"refused": [-8]})
    responses = admit(export, book, library_with(instrument()))
    assert responses.codes["c_01"].tolist()[:2] == [1.0, 2.0]
    assert responses.reasons["c_01"].tolist() == [0, 0, REASON_CODES["not_answered"]]
    assert responses.reasons["c_02"].tolist() == [0, REASON_CODES["refused"], 0]
    assert np.isnan(responses.codes["c_02"][1])
    assert responses.codes["c_01"].dtype == np.float32
    assert responses.reasons["c_01"].dtype == np.uint8


def test_codes_and_reasons_never_contradict() -> None:
    export = export_of(answers(["1", "", "-8"], ["5", "1", "2"], ["", "4", "5"]))
    responses = admit(export, calm_book(missing={"refused": [-8]}), library_with(instrument()))
    gap = responses.codes.isna().to_numpy()
    marks = responses.reasons.to_numpy()
    assert ((marks == 0) | (marks == IMPLIED) == ~gap).all()


def test_labels_of_the_export_and_of_the_definition_are_understood() -> None:
    export = export_of(answers(["Not at all", "fully"], ["1", "2"], ["3", "3"]))
    responses = admit(export, calm_book(), library_with(instrument()))
    assert responses.codes["c_01"].tolist() == [1.0, 5.0]


def test_codes_of_the_codebook_turn_the_direction() -> None:
    turned = {str(value): 6 - value for value in range(1, 6)}
    export = export_of(answers(["1", "5"], ["2", "4"], ["3", "3"]))
    responses = admit(export, calm_book(codes=turned), library_with(instrument()))
    assert responses.codes["c_01"].tolist() == [5.0, 1.0]


def test_polarity_must_be_stated_where_the_definition_asks() -> None:
    shelf = library_with(instrument(ask_polarity=True))
    with pytest.raises(DefinitionError, match="direction must be stated"):
        admit(export_of(answers(["1"], ["1"], ["1"])), calm_book(), shelf)


def test_undeclared_values_are_listed_all_at_once_and_never_used() -> None:
    export = export_of(answers(["7", "7", "1"], ["2.5", "1", "1"], ["my secret text", "1", "1"]))
    shelf = library_with(instrument())
    with pytest.raises(ResponseError) as caught:
        admit(export, calm_book(), shelf)
    found = {(p.code, p.column, p.row, p.count, p.item) for p in caught.value.problems}
    assert found == {
        ("not_an_option", "q1", 2, 2, "calm_01"),
        ("not_whole", "q2", 2, 1, "calm_02"),
        ("not_a_number", "q3", 2, 1, "calm_03"),
    }
    assert "secret" not in str(caught.value)
    assert "<text, 14 characters>" in str(caught.value)
    assert "1=not at all" in str(caught.value)
    assert list(caught.value.table["row"]) == [2, 2, 2]
    allowed = admit(export, calm_book(), shelf, undeclared="invalid")
    assert allowed.reasons["c_01"].tolist() == [REASON_CODES["invalid"]] * 2 + [0]
    assert len(allowed.findings) == 3


def test_missing_columns_are_named_together() -> None:
    with pytest.raises(ResponseError) as caught:
        admit(export_of({"age": ["30"], "q1": ["1"]}), calm_book(), library_with(instrument()))
    assert [p.column for p in caught.value.problems] == ["q2", "q3"]
    assert {p.code for p in caught.value.problems} == {"missing_column"}


def test_reversal_uses_the_declared_options() -> None:
    export = export_of(answers(["2", "3"], ["2", "3"], ["2", "3"]))
    responses = admit(export, calm_book(), library_with(instrument()))
    keyed = keyed_items(responses, "c", "total")
    # observed answers are 2 and 3 only; reversed on 1..5 they are 4 and 3
    assert keyed.values.tolist() == [[2.0, 4.0, 2.0], [3.0, 3.0, 3.0]]
    assert responses.codes["c_02"].tolist() == [2.0, 3.0]


def test_a_filter_makes_gaps_not_shown_and_may_imply_a_value() -> None:
    yes_no = {"column": "ever", "type": "nominal", "labels": {"1": "yes", "0": "no"}}
    often = {
        "column": "often",
        "type": "ordinal",
        "labels": {"0": "never", "1": "rarely", "2": "often"},
        "asked_if": {"variable": "ever", "codes": [1]},
        "implied": [{"value": 0, "variable": "ever", "codes": [0]}],
    }
    book = codebook(variables={"age": AGE, "ever": yes_no, "often": often})
    export = export_of({"age": ["30"] * 4, "ever": ["1", "0", "", "1"], "often": ["2", "", "", ""]})
    responses = admit(export, book)
    assert responses.codes["often"].tolist()[:2] == [2.0, 0.0]
    expected = [0, IMPLIED, REASON_CODES["not_shown"], REASON_CODES["not_answered"]]
    assert responses.reasons["often"].tolist() == expected


def test_a_check_all_set_tells_not_ticked_from_not_answered() -> None:
    entry = {"columns": {"text": "m1", "video": "m2"}, "type": "multiple", "ticked": [1]}
    book = codebook(variables={"age": AGE, "channel": entry})
    export = export_of({"age": ["30"] * 3, "m1": ["1", "", ""], "m2": ["", "1", ""]})
    responses = admit(export, book)
    assert responses.codes["channel_text"].tolist()[:2] == [1.0, 0.0]
    assert responses.codes["channel_video"].tolist()[:2] == [0.0, 1.0]
    assert responses.reasons["channel_text"].tolist()[2] == REASON_CODES["not_answered"]


def test_breaking_off_is_told_from_leaving_out() -> None:
    book = codebook(
        variables={"age": AGE, "a": {"column": "a", "type": "number"}, "b": {"column": "b", "type": "number"}},
        paradata={"progress": "progress"},
    )
    export = export_of({"age": ["30"] * 3, "a": ["", "1", ""], "b": ["2", "", ""], "progress": ["50", "60", "100"]})
    responses = admit(export, book)
    left_out, broke_off = REASON_CODES["not_answered"], REASON_CODES["broke_off"]
    assert responses.reasons["a"].tolist() == [left_out, 0, left_out]
    assert responses.reasons["b"].tolist() == [0, broke_off, left_out]


def test_decimal_comma_and_free_text() -> None:
    book = codebook(
        file={"decimal": ","},
        variables={"age": AGE, "hours": {"column": "h", "type": "number"}, "comment": {"column": "c", "type": "text"}},
    )
    responses = admit(export_of({"age": ["30"], "h": ["1,5"], "c": ["private words"]}), book)
    assert responses.codes["hours"].tolist() == [1.5]
    assert "comment" not in responses.codes
    assert responses.restricted["comment"].tolist() == ["private words"]
    assert "private" not in repr(responses)
    assert responses._repr_html_() is None


def test_the_export_is_unchanged() -> None:
    export = export_of(answers(["1"], ["2"], ["3"]))
    before = export.columns.to_pydict()
    admit(export, calm_book(), library_with(instrument()))
    assert export.columns.to_pydict() == before


def test_keep_returns_new_responses_and_writes_history() -> None:
    responses = admit(export_of(answers(["1", "2"], ["2", "2"], ["3", "3"])), calm_book(), library_with(instrument()))
    kept = responses.keep(np.array([True, False]), "rule", "because")
    assert kept is not responses
    assert len(responses) == 2
    assert kept.history[-1].n == 1
    pd.testing.assert_frame_equal(kept.codes, responses.codes.iloc[:1])
