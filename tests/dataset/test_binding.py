"""Exports bound together: every record keeps its values, its row and its file, and disagreements are told."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pyarrow as pa
import pytest

from osa_survey.dataset import Export, OptionSet, PlatformFacts, admit, bind_exports
from osa_survey.errors import ResponseError
from osa_survey.instruments.reasons import REASON_CODES
from tests.made_up_studies import codebook, export_of


def named(export: Export, file: str) -> Export:
    return replace(export, file=file)


@pytest.fixture
def waves() -> list[Export]:
    first = export_of({"age": [30, 40], "mood": [1, 9]}, value_labels={"mood": {"1": "low", "2": "high"}})
    second = export_of({"mood": [2, 1, 2], "age": [50, 60, 17], "new": ["a", "", "b"]})
    return [named(first, "one.csv"), named(replace(second, value_labels={"mood": {"1": "Low", "2": "top"}}), "two.csv")]


def codes(export: Export) -> list[str]:
    return [problem.code for problem in export.findings]


def test_columns_are_united_and_rows_keep_their_file(waves: list[Export]) -> None:
    bound = bind_exports(waves, ["w1", "w2"])
    assert bound.names == ("age", "mood", "new", "source")
    assert bound.columns.to_pydict() == {
        "age": ["30", "40", "50", "60", "17"],
        "mood": ["1", "9", "2", "1", "2"],
        "new": [None, None, "a", "", "b"],
        "source": ["w1", "w1", "w2", "w2", "w2"],
    }
    assert bound.rows.tolist() == [2, 3, 2, 3, 4]
    assert bound.facts.not_shown["new"].tolist() == [True, True, False, False, False]
    assert bound.reading["records_by_file"] == {"w1": 2, "w2": 3}
    assert bound.file == "one.csv + two.csv"


def test_labels_that_differ_are_told_with_both(waves: list[Export]) -> None:
    bound = bind_exports(waves, ["w1", "w2"])
    told = [problem for problem in bound.findings if problem.code == "labels_differ"]
    assert [(problem.file, problem.column) for problem in told] == [("two.csv", "mood")] * 2
    assert "'high'" in told[1].message and "'top'" in told[1].message
    assert bound.value_labels["mood"] == {"1": "low", "2": "high"}


def test_a_column_that_one_file_lacks_was_not_shown_there(waves: list[Export]) -> None:
    """Of four adults two come from the file without the column; of the others one left the cell empty."""
    labels = {"a": "first", "b": "second"}
    book = codebook(
        variables={
            "age": {"column": "age", "type": "number", "maximum": 99},
            "new": {"column": "new", "type": "nominal", "labels": labels},
        }
    )
    answers = admit(bind_exports(waves, ["w1", "w2"]), book)
    expected = ["not_shown", "not_shown", None, "not_answered"]
    assert answers.reasons["new"].tolist() == [0 if reason is None else REASON_CODES[reason] for reason in expected]
    assert answers.records_by_file == {"w1": 2, "w2": 3}


def test_an_undeclared_value_names_its_own_file_and_row(waves: list[Export]) -> None:
    variables = {
        "age": {"column": "age", "type": "number", "maximum": 99},
        "mood": {"column": "mood", "type": "nominal", "labels": {"1": "low", "9": "other"}},
    }
    with pytest.raises(ResponseError) as caught:
        admit(bind_exports(waves, ["w1", "w2"]), codebook(variables=variables))
    (problem,) = caught.value.problems
    assert (problem.code, problem.file, problem.row, problem.column) == ("not_an_option", "w2", 2, "mood")


def test_what_one_file_calls_missing_and_another_an_answer() -> None:
    first = named(export_of({"x": [1, 9]}, missing_values={"x": ("9",)}), "one.sav")
    second = named(export_of({"x": [9, 9, 1]}), "two.sav")
    bound = bind_exports([first, second], ["a", "b"])
    (problem,) = [problem for problem in bound.findings if problem.code == "missing_differs"]
    assert (problem.file, problem.column, problem.count) == ("two.sav", "x", 2)
    assert bound.missing_values == {"x": ("9",)}


def test_facts_of_platforms_are_merged() -> None:
    first = export_of(
        {"x": ["", 1], "t": [1, 2]},
        facts=PlatformFacts(
            reasons={"x": {"": "not_shown"}},
            sets=(OptionSet("s", {"x": "ex"}, ("1",)),),
            roles={"duration": "t"},
            unfinished=np.array([True, False]),
        ),
    )
    second = export_of(
        {"x": ["", 1], "t": [1, 2], "y": [1, 0]},
        facts=PlatformFacts(
            sets=(OptionSet("s", {"x": "ex", "y": "why"}, ("1",), ("0",)),),
            roles={"duration": "t"},
            duration_unit="minutes",
            restricted=("y",),
        ),
    )
    facts = bind_exports([first, second], ["a", "b"]).facts
    assert facts.not_shown["x"].tolist() == [True, False, False, False]
    assert "x" not in facts.reasons
    assert facts.sets == (OptionSet("s", {"x": "ex", "y": "why"}, ("1",), ("0",)),)
    assert facts.unfinished is not None and facts.unfinished.tolist() == [True, False, False, False]
    assert facts.roles == {}
    assert facts.restricted == ("y",)
    assert codes(bind_exports([first, second], ["a", "b"])) == ["duration_units_differ"]


def test_numbers_and_texts_of_one_column_become_text_and_decimal_commas_dots() -> None:
    first = replace(export_of({"x": [0]}), columns=pa.table({"x": pa.array([1.5, 2.0])}), rows=np.array([1, 2]))
    second = export_of({"x": ["2,5", "a,b"]}, reading={"decimal": ","})
    bound = bind_exports([first, second], ["a", "b"])
    assert bound.values("x")[0] == ("1.5", "2", "2.5", "a,b", "")
    assert bound.reading["decimal"] == "."
    assert codes(bound) == ["decimal_marks_differ"]


@pytest.mark.parametrize(
    ("sources", "name", "code"),
    [(["a", "a"], "source", "repeated_source"), (["a", "b"], "age", "column_exists"), (["a"], "s", "nothing_to_bind")],
)
def test_what_cannot_be_bound(waves: list[Export], sources: list[str], name: str, code: str) -> None:
    with pytest.raises(ResponseError) as caught:
        bind_exports(waves, sources, name)
    assert code in {problem.code for problem in caught.value.problems}
