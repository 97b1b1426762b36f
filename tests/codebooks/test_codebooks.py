"""Codebooks: located errors, nearest names, patterns of columns."""

from __future__ import annotations

from pathlib import Path

import pytest

from osa_survey.codebooks import Block, Codebook, VariableEntry, load_codebook
from osa_survey.errors import DefinitionError
from osa_survey.instruments import json_schemas
from osa_survey.instruments.files import validated
from tests.made_up_studies import instrument, library_with

ITEMS = ("calm_01", "calm_02", "calm_03")
BOOK = """
format = 1
title = "Made up"

[eligibility]
age = "age"

[blocks.c]
instrument = "calm"
columns = "q{n}"

[variables.age]
column = "age"
type = "number"
"""


def load(tmp_path: Path, text: str) -> Codebook:
    path = tmp_path / "codebook.toml"
    path.write_text(text, encoding="utf-8")
    return load_codebook(path, library_with(instrument()))


def problems(tmp_path: Path, text: str) -> list[tuple[str, str]]:
    with pytest.raises(DefinitionError) as caught:
        load(tmp_path, text)
    assert all(problem.file == "codebook.toml" for problem in caught.value.problems)
    return [(problem.code, problem.key) for problem in caught.value.problems]


def test_a_codebook_loads_and_is_frozen(tmp_path: Path) -> None:
    book = load(tmp_path, BOOK)
    assert book.blocks["c"].column_names(ITEMS) == ("q1", "q2", "q3")
    with pytest.raises(Exception, match="frozen"):
        book.title = "x"


@pytest.mark.parametrize(
    ("columns", "expected"),
    [
        ("Q1_{n}", ("Q1_1", "Q1_2", "Q1_3")),
        ("i{n:02d}", ("i01", "i02", "i03")),
        (["a", "b", "c"], ("a", "b", "c")),
        ({"calm_02": "b", "calm_01": "a", "calm_03": "c"}, ("a", "b", "c")),
    ],
)
def test_columns_by_pattern_list_or_table(columns: object, expected: tuple[str, ...]) -> None:
    assert Block.model_validate({"instrument": "calm", "columns": columns}).column_names(ITEMS) == expected


def test_a_typo_names_the_nearest_key(tmp_path: Path) -> None:
    text = BOOK.replace('type = "number"', 'type = "number"\nlabel = "x"').replace("columns =", "colums =")
    with pytest.raises(DefinitionError) as caught:
        load(tmp_path, text)
    found = {problem.key: problem for problem in caught.value.problems}
    assert "title" in found["variables.age.label"].hint
    assert found["blocks.c.colums"].code == "unknown_key"
    assert "columns" in found["blocks.c.colums"].hint
    assert found["blocks.c.columns"].code == "missing_key"


def test_broken_toml_says_line_and_column(tmp_path: Path) -> None:
    with pytest.raises(DefinitionError, match=r"line 3, column") as caught:
        load(tmp_path, "format = 1\n\ntitle = Made up\n")
    assert caught.value.problems[0].code == "not_toml"


def test_a_file_that_is_not_utf8_or_not_there(tmp_path: Path) -> None:
    path = tmp_path / "codebook.toml"
    path.write_bytes(b'title = "\xe4"')
    with pytest.raises(DefinitionError, match="not UTF-8"):
        load_codebook(path, library_with())
    with pytest.raises(DefinitionError, match="no such file"):
        load_codebook(tmp_path / "absent.toml", library_with())


def test_unknown_names_are_found_with_their_place(tmp_path: Path) -> None:
    assert problems(tmp_path, BOOK.replace('"calm"', '"clam"')) == [("unknown_instrument", "blocks.c.instrument")]
    assert problems(tmp_path, BOOK.replace('"q{n}"', '"q"')) == [("wrong_columns", "blocks.c.columns")]
    assert problems(tmp_path, BOOK.replace('"q{n}"', '["a", "b"]')) == [("wrong_columns", "blocks.c.columns")]
    assert problems(tmp_path, BOOK + 'maps_to = "agee"\n') == [("unknown_variable", "variables.age.maps_to")]
    assert problems(tmp_path, BOOK + "\n[blocks.c.codes]\nyes = 9\n") == [("unknown_code", "blocks.c.codes")]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ({"eligibility": {"age": "x"}}, "names 'x', which is no variable"),
        (
            {"eligibility": {"age": "alter"}, "variables": {"age": {"column": "a", "type": "number"}}},
            "eligibility.age names 'alter', which is no variable: did you mean 'age'?",
        ),
        (
            {"eligibility": {"age": "alter"}, "variables": {"years": {"column": "alter", "type": "number"}}},
            "did you mean 'years', the variable of the column 'alter'?",
        ),
        ({"eligibility": {"age": "a", "birth_year": "a"}}, "in one way"),
        ({"eligibility": {"birth_year": "a"}}, "interview_year"),
        ({"variables": {"a": {"type": "nominal", "column": "a"}}}, "labels belong"),
        ({"variables": {"a": {"type": "number"}}}, "needs column"),
        ({"variables": {"a b": {"type": "number", "column": "a"}}}, "cannot be a name"),
        ({"variables": {"a": {"type": "nominal", "column": "a", "labels": {"1": "x", "2": "x"}}}}, "same label"),
        ({"missing": {"tired": [1]}}, "'refused'"),
    ],
)
def test_what_a_codebook_may_not_say(content: dict, message: str) -> None:
    with pytest.raises(DefinitionError, match=message):
        validated({"format": 1, "title": "t", **content}, Codebook, "codebook.toml")


def test_the_schema_names_every_section() -> None:
    schema = json_schemas({"codebook": Codebook})["codebook"]
    assert '"eligibility"' in schema
    assert "json-schema.org" in schema


def test_only_a_number_can_be_a_weight() -> None:
    with pytest.raises(ValueError, match="weight = true belongs to variables of type number"):
        VariableEntry(column="w", type="count", weight=True)
