"""A codebook as a spreadsheet and back: nothing lost, guesses coloured, and what a person does to the sheet."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any, get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from osa_survey.codebooks import Codebook, Eligibility, FileSection, Paradata, VariableEntry, load_codebook
from osa_survey.codebooks.model import EntryType
from osa_survey.codebooks.spreadsheet_format import ATTENTION, COLUMNS, STUDY_KEYS
from osa_survey.codebooks.spreadsheet_reading import check_marks, codebook_from_xlsx
from osa_survey.drafting import draft_study
from osa_survey.errors import DefinitionError
from osa_survey.export.codebook_workbooks import codebook_to_xlsx
from osa_survey.ingest import read_export
from osa_survey.instruments import data_dictionary, load_library
from osa_survey.instruments.reasons import REASONS

LIBRARY = load_library()


def there_and_back(codebook: Codebook, path: Path) -> Codebook:
    codebook_to_xlsx(codebook, path)
    return Codebook.model_validate(tomllib.loads(codebook_from_xlsx(path)))


def edit(path: Path, sheet: str, row: int, column: str, value: object) -> None:
    workbook = load_workbook(path)
    header = [cell.value for cell in workbook[sheet][1]]
    workbook[sheet].cell(row, header.index(column) + 1).value = value  # type: ignore[union-attr]
    workbook.save(path)


@pytest.mark.parametrize("example", ["osa", "fair"])
def test_shipped_codebooks_come_back_identical(example: str, tmp_path: Path) -> None:
    codebook = load_codebook(data_dictionary() / "examples" / example / "codebook.toml")
    assert there_and_back(codebook, tmp_path / "book.xlsx").model_dump() == codebook.model_dump()


def test_every_key_of_the_format_has_a_place() -> None:
    assert set(FileSection.model_fields) == set(STUDY_KEYS["file"])
    assert set(Paradata.model_fields) == set(STUDY_KEYS["paradata"])
    assert set(Eligibility.model_fields) == {key.partition(".")[0] for key in STUDY_KEYS["eligibility"]}
    assert set(REASONS) == set(STUDY_KEYS["missing"])
    assert set(VariableEntry.model_fields) - {"columns"} <= set(COLUMNS)
    sections = {*STUDY_KEYS[""], *STUDY_KEYS, ATTENTION, "format", "blocks", "variables", "ignored"} - {""}
    assert set(Codebook.model_fields) == sections


WORDS = st.text(max_size=12).map(str.strip)
NAMED = WORDS.filter(bool)
NAMES = st.from_regex(r"[a-z][a-z0-9_]{0,8}", fullmatch=True)
NUMBERS = st.integers(-999, 999).map(float) | st.sampled_from([0.5, -1.25, 1e7, 123456.75, 1e-7])
CODES = st.lists(NUMBERS | NAMED, min_size=1, max_size=3).map(tuple)
MISSING = st.dictionaries(st.sampled_from(REASONS), CODES, max_size=3)


@st.composite
def entries(draw: Any, kind: str, others: list[str]) -> dict[str, Any]:
    entry: dict[str, Any] = {"type": kind, "title": draw(WORDS), "missing": draw(MISSING), "unit": draw(WORDS)}
    if kind == "multiple":
        entry |= {"columns": draw(st.dictionaries(NAMED, NAMED, min_size=1, max_size=3)), "ticked": draw(CODES)}
    else:
        entry["column"] = draw(NAMED)
    if kind in ("nominal", "ordinal"):
        categories = draw(st.lists(NAMED, min_size=1, max_size=4, unique=True))
        values = draw(st.lists(NAMED, min_size=len(categories), max_size=len(categories), unique=True))
        entry |= {"labels": dict(zip(values, categories, strict=True)), "reference": categories[0]}
        entry["recode"] = draw(st.dictionaries(NAMED, WORDS, max_size=2))
    if kind in ("number", "count"):
        entry["weight"] = kind == "number" and draw(st.booleans())
        entry |= {"minimum": draw(st.none() | NUMBERS), "maximum": draw(st.none() | NUMBERS)}
    if others:
        codes = draw(st.lists(NUMBERS, min_size=1, max_size=3))
        entry["asked_if"] = {"variable": draw(st.sampled_from(others)), "codes": codes}
        entry["implied"] = [{"value": draw(NUMBERS), "variable": others[0], "codes": codes}]
    return entry


@st.composite
def codebooks(draw: Any) -> Codebook:
    names = draw(st.lists(NAMES, min_size=1, max_size=4, unique=True))
    variables = {}
    for position, name in enumerate(names):
        kind = draw(st.sampled_from(get_args(EntryType)))
        variables[name] = draw(entries(kind, names[:position]))
    columns = draw(
        st.just("q{n}")
        | st.lists(NAMED, min_size=5, max_size=5)
        | st.lists(NAMED, min_size=5, max_size=5).map(lambda own: {f"swls_{n:02d}": c for n, c in enumerate(own, 1)})
    )
    block = {"instrument": "swls", "columns": columns, "title": draw(WORDS), "missing": draw(MISSING)}
    block["codes"] = draw(st.dictionaries(NAMED, st.integers(1, 7).map(float), min_size=1, max_size=4))
    return Codebook.model_validate(
        {
            "format": 1,
            "title": draw(WORDS),
            "simulated": draw(st.booleans()),
            "ignored": draw(st.lists(NAMED, max_size=3)),
            "missing": draw(MISSING),
            "file": {"respondent_id": draw(WORDS), "companions": draw(st.lists(NAMED, max_size=2))},
            "eligibility": {
                "age": names[0],
                "minimum": draw(st.integers(18, 21)),
                "consent": draw(st.none() | st.fixed_dictionaries({"variable": st.just(names[-1]), "agreed": CODES})),
            },
            "paradata": {"duration": draw(WORDS), "duration_unit": draw(st.sampled_from(["seconds", "minutes"]))},
            "attention": {"check": {"column": draw(NAMED), "passed": draw(CODES)}},
            "variables": variables,
            "blocks": {"block_of_swls": block},
        }
    )


@settings(max_examples=max(25, settings().max_examples // 10))
@given(codebook=codebooks())
def test_made_up_codebooks_come_back_identical(codebook: Codebook, tmp_path_factory: pytest.TempPathFactory) -> None:
    back = there_and_back(codebook, tmp_path_factory.mktemp("book") / "book.xlsx")
    assert back.model_dump() == codebook.model_dump()


def test_the_same_codebook_gives_the_same_bytes(tmp_path: Path) -> None:
    codebook = load_codebook(data_dictionary() / "examples" / "osa" / "codebook.toml")
    first = codebook_to_xlsx(codebook, tmp_path / "a.xlsx").read_bytes()
    assert codebook_to_xlsx(codebook, tmp_path / "b.xlsx").read_bytes() == first


def test_one_row_for_every_column_and_guesses_in_colour(shared: Path, tmp_path: Path) -> None:
    source = shared / "data" / "scs" / "data.csv"
    draft = draft_study(source, tmp_path / "study")
    export = read_export(source)
    text = draft.codebook.read_text(encoding="utf-8")
    path = codebook_to_xlsx(load_codebook(draft.codebook), tmp_path / "b.xlsx", export, marks=check_marks(text))
    sheet = load_workbook(path)["columns"]
    header = [str(cell.value) for cell in sheet[1]]
    rows = [dict(zip(header, row, strict=True)) for row in sheet.iter_rows(min_row=2, values_only=True)]
    assert sorted(str(row["column"]) for row in rows) == sorted(export.names)
    by_column = {row["column"]: row for row in rows}
    assert (by_column["Q3"]["scale"], by_column["Q3"]["item"]) == ("scs", "scs_03")
    assert by_column["gender"]["labels"] == "1 = man\n2 = woman\n3 = another gender"
    assert by_column["gender"]["missing"] == "not_answered: 0"
    assert by_column["gender"]["confirmed"] == "no"
    assert "labels: which code is which" in str(by_column["gender"]["guess"])
    assert by_column["score"]["type"] == "ignored"
    coloured = {str(row[0].value) for row in sheet.iter_rows(min_row=2) if row[0].fill.fill_type == "solid"}
    assert {"gender", "age", "Q1"} <= coloured
    assert "score" not in coloured
    assert sheet.data_validations.dataValidation


def test_what_a_person_changes_and_confirms(shared: Path, tmp_path: Path) -> None:
    draft = draft_study(shared / "data" / "scs" / "data.csv", tmp_path / "study")
    codebook = load_codebook(draft.codebook)
    marks = check_marks(draft.codebook.read_text(encoding="utf-8"))
    path = codebook_to_xlsx(codebook, tmp_path / "b.xlsx", marks=marks)
    rows = [row[0].value for row in load_workbook(path)["columns"].iter_rows()]
    gender, age = rows.index("gender") + 1, rows.index("age") + 1
    edit(path, "columns", gender, "labels", "1=man\n2 = woman\n3 = other")
    edit(path, "columns", gender, "confirmed", "yes")
    edit(path, "columns", age, "maximum", 95)
    text = codebook_from_xlsx(path)
    book = Codebook.model_validate(tomllib.loads(text))
    assert book.variables["gender"].labels == {"1": "man", "2": "woman", "3": "other"}
    assert book.variables["age"].maximum == 95
    left = check_marks(text)
    assert not [key for key in left if key.startswith("variables.gender")]
    assert left["variables.age.maximum"] == marks["variables.age.maximum"]
    assert book.model_dump(exclude={"variables"}) == codebook.model_dump(exclude={"variables"})


def test_sorted_rows_change_nothing_of_the_blocks(shared: Path, tmp_path: Path) -> None:
    codebook = load_codebook(draft_study(shared / "data" / "scs" / "data.csv", tmp_path / "study").codebook)
    path = codebook_to_xlsx(codebook, tmp_path / "b.xlsx")
    workbook = load_workbook(path)
    rows = list(workbook["columns"].iter_rows(min_row=2, values_only=True))
    for number, row in enumerate(reversed(rows), start=2):
        for position, value in enumerate(row, start=1):
            workbook["columns"].cell(number, position).value = value  # type: ignore[union-attr]
    workbook.save(path)
    assert Codebook.model_validate(tomllib.loads(codebook_from_xlsx(path))).blocks == codebook.blocks


def test_formulas_are_text(tmp_path: Path) -> None:
    content = {"format": 1, "title": "=1+1", "variables": {"x": {"column": "=cmd()", "type": "text"}}}
    codebook = Codebook.model_validate(content)
    path = codebook_to_xlsx(codebook, tmp_path / "b.xlsx")
    cells = [cell for sheet in load_workbook(path) for row in sheet.iter_rows() for cell in row]
    assert not [cell for cell in cells if cell.data_type == "f"]
    assert there_and_back(codebook, path).title == "=1+1"


def test_broken_spreadsheets_say_what_is_wrong(tmp_path: Path) -> None:
    path = tmp_path / "b.xlsx"
    codes = []
    for content in (None, b"no zip", b"PK\x03\x04 broken"):
        if content is not None:
            path.write_bytes(content)
        with pytest.raises(DefinitionError) as caught:
            codebook_from_xlsx(path)
        codes.append(caught.value.problems[0].code)
    assert codes == ["file_not_found", "broken_workbook", "broken_workbook"]
    codebook_to_xlsx(Codebook.model_validate({"format": 1, "title": "t"}), path)
    edit(path, "columns", 1, "labels", "etiketten")
    with pytest.raises(DefinitionError) as caught:
        codebook_from_xlsx(path)
    assert (caught.value.problems[0].code, caught.value.problems[0].column) == ("missing_column", "labels")
    workbook = load_workbook(path)
    del workbook["study"]
    workbook.save(path)
    with pytest.raises(DefinitionError, match="no_such_sheet"):
        codebook_from_xlsx(path)


def test_a_wrong_cell_is_located_by_its_key(tmp_path: Path) -> None:
    content = {"format": 1, "title": "t", "variables": {"x": {"column": "x", "type": "number"}}}
    path = codebook_to_xlsx(Codebook.model_validate(content), tmp_path / "b.xlsx")
    edit(path, "columns", 2, "type", "numbr")
    with pytest.raises(DefinitionError) as caught:
        codebook_from_xlsx(path)
    assert caught.value.problems[0].key.startswith("variables.x")
