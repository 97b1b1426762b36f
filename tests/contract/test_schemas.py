"""The JSON Schemas in the data dictionary are those of the formats, and the shipped files fit them."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path

import jsonschema
import pytest

from osa_survey.plan.schemas import format_schemas, write_schemas

DICTIONARY = Path(__file__).resolve().parents[2] / "data_dictionary"
FILES = {
    "instrument": sorted((DICTIONARY / "instruments").glob("*.toml")),
    "variable": sorted((DICTIONARY / "variables").glob("*.toml")),
    "answers": sorted((DICTIONARY / "answers").glob("*.toml")),
    "work": sorted((DICTIONARY / "works").glob("*.toml")),
    "codebook": sorted((DICTIONARY / "examples").glob("*/codebook.toml")),
    "published": sorted((DICTIONARY / "published").glob("*.toml")),
    "study": sorted((DICTIONARY / "examples").glob("*/study.toml")),
    "checklist": sorted((DICTIONARY / "checklists").glob("*.toml")),
}


@pytest.mark.parametrize("name", sorted(format_schemas()))
def test_the_schema_file_is_up_to_date(name: str) -> None:
    written = (DICTIONARY / "schemas" / f"{name}.schema.json").read_text(encoding="utf-8")
    assert written == format_schemas()[name], "run: python -m osa_survey.plan.schemas"


@pytest.mark.parametrize("name", sorted(FILES))
def test_shipped_files_fit_their_schema_and_a_typo_does_not(name: str) -> None:
    schema = json.loads(format_schemas()[name])
    assert FILES[name]
    for path in FILES[name]:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
        jsonschema.validate(content, schema)
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate({**content, "titel": "x"}, schema)


def test_schemas_are_written(tmp_path: Path) -> None:
    assert {path.name for path in write_schemas(tmp_path / "schemas")} == {f"{n}.schema.json" for n in FILES}
