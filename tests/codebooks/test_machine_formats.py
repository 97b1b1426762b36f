"""The codebook for programs: REDCap's data dictionary and the Table Schema, read back by plain readers."""

from __future__ import annotations

import csv
import io
import json
import re
from typing import Any

import pytest

from osa_survey.codebooks import redcap_dictionary, table_schema
from osa_survey.codebooks.redcap_format import HEADER, field_name
from tests.made_up_studies import codebook, instrument

BOOK: dict[str, Any] = {
    "file": {"respondent_id": "ID"},
    "missing": {"refused": [-99]},
    "blocks": {"calm": {"instrument": "calm", "columns": "q{n}", "asked_if": {"variable": "gender", "codes": [1, 2]}}},
    "variables": {
        "age": {"column": "age", "type": "number", "minimum": 18, "maximum": 99, "unit": "years", "maps_to": "age"},
        "gender": {
            "column": "Gender (self)",
            "type": "nominal",
            "labels": {"1": "man", "2": "woman | trans woman"},
            "missing": {"not_answered": [0]},
        },
        "place": {"column": "p", "type": "ordinal", "labels": {"t": "town", "c": "city"}},
        "used": {"columns": {"phone": "u1", "laptop": "u2"}, "type": "multiple", "ticked": [2]},
        "id": {"column": "ID", "type": "identifier"},
        "remarks": {"column": "text", "type": "text"},
    },
}
INSTRUMENTS = {"calm": instrument()}
WORDING = {"q1": "=How calm\nare you?", "age": "How old are you?"}


def redcap() -> dict[str, dict[str, str]]:
    text = redcap_dictionary(codebook(**BOOK), INSTRUMENTS, WORDING)
    rows = list(csv.DictReader(io.StringIO(text)))
    assert tuple(rows[0]) == HEADER
    return {row[HEADER[0]]: row for row in rows}


def schema() -> dict[str, dict[str, Any]]:
    columns = ("ID", "q1", "q2", "q3", "age", "Gender (self)", "u1", "u2", "p", "text", "spare")
    content = json.loads(table_schema(codebook(**BOOK), INSTRUMENTS, WORDING, columns))
    assert content["missingValues"] == [""]
    assert content["primaryKey"] == ["ID"]
    fields = {field["name"]: field for field in content["fields"]}
    assert tuple(fields) == columns
    return fields


def test_every_item_and_variable_is_a_field_redcap_accepts() -> None:
    rows = redcap()
    assert list(rows) == ["calm_01", "calm_02", "calm_03", "age", "gender", "place", "used", "id", "remarks"]
    assert all(re.fullmatch(r"[a-z][a-z0-9_]*", name) for name in rows)
    types = {name: row["Field Type"] for name, row in rows.items()}
    assert types["calm_01"] == types["gender"] == types["place"] == "radio"
    assert (types["used"], types["remarks"], types["age"], types["id"]) == ("checkbox", "notes", "text", "text")


def test_choices_branching_limits_and_identifiers_of_redcap() -> None:
    rows = redcap()
    choices = HEADER[5]
    assert rows["calm_01"][choices] == "1, not at all | 2, 2 | 3, 3 | 4, 4 | 5, fully"
    assert rows["gender"][choices] == "1, man | 2, woman / trans woman"
    assert rows["place"][choices] == "t, town | c, city"
    assert rows["used"][choices] == "phone, phone | laptop, laptop"
    assert rows["calm_02"][HEADER[11]] == "[gender] = '1' or [gender] = '2'"
    assert rows["calm_02"][HEADER[17]].splitlines()[0] == "column: q2; scales: calm_total (reversed)"
    assert (rows["age"][HEADER[7]], rows["age"][HEADER[8]], rows["age"][HEADER[9]]) == ("number", "18", "99")
    assert [name for name, row in rows.items() if row["Identifier?"] == "y"] == ["id"]


def test_no_text_of_redcap_is_a_formula() -> None:
    assert redcap()["calm_01"]["Field Label"] == "'=How calm are you?"


def test_the_schema_holds_types_categories_and_missing_values() -> None:
    fields = schema()
    assert fields["q2"]["osa_survey:scales"] == [{"scale": "calm_total", "reversed": True}]
    assert fields["q1"]["categories"][0] == {"value": 1, "label": "not at all"}
    assert fields["q1"]["missingValues"] == [
        {"value": "", "label": "not_answered"},
        {"value": "-99", "label": "refused"},
    ]
    assert fields["Gender (self)"]["missingValues"][1] == {"value": "0", "label": "not_answered"}
    assert (fields["p"]["type"], fields["p"]["categoriesOrdered"]) == ("string", True)
    assert fields["age"]["constraints"] == {"minimum": 18.0, "maximum": 99.0}
    assert fields["age"]["description"] == "How old are you?"
    assert fields["u1"]["osa_survey:ticked"] == ["2"]
    assert fields["spare"] == {"name": "spare", "type": "string"}


def test_free_text_and_identifiers_are_marked_as_closed() -> None:
    closed = [name for name, field in schema().items() if field.get("osa_survey:restricted")]
    assert closed == ["ID", "text"]


@pytest.mark.parametrize(("name", "expected"), [("Q1", "q1"), ("9lives", "v_9lives"), ("Q 1 (a)", "q_1_a"), ("ß", "v")])
def test_names_for_redcap(name: str, expected: str) -> None:
    assert field_name(name) == expected


def test_given_codes_are_the_categories_of_the_raw_column() -> None:
    blocks = {"calm": {"instrument": "calm", "columns": "q{n}", "codes": {"always": 5, "never": 1}}}
    content = json.loads(table_schema(codebook(blocks=blocks), INSTRUMENTS))
    field = next(field for field in content["fields"] if field["name"] == "q1")
    assert field["categories"] == [{"value": "always", "label": "fully"}, {"value": "never", "label": "not at all"}]
