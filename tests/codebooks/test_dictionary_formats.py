"""Codebook → format → draft codebook: nothing is lost that the format can hold, and the rest is listed."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import numpy as np
import pytest

from osa_survey.codebooks import Codebook, redcap_dictionary, table_schema
from osa_survey.codebooks.data_dict_format import data_dict_yaml
from osa_survey.codebooks.ddi_format import ddi_codebook
from osa_survey.codebooks.ddi_structure import COVERED, ELEMENTS, NAMESPACE, local, structure_problems
from osa_survey.codebooks.dictionaries import DataDictionary, dictionary_of
from osa_survey.codebooks.format_limits import CANNOT_HOLD, CODEBOOK_ONLY
from osa_survey.codebooks.psych_ds_format import psych_ds
from osa_survey.drafting.dictionary_drafts import draft_texts
from osa_survey.errors import OsaSurveyError, ResponseError
from osa_survey.ingest.questionnaires import read_questionnaire
from tests.made_up_studies import codebook, instrument, library_with

CALM = instrument()
SHELF = library_with(CALM)
SEEDS = range(12)
TEXTS = (
    "plain",
    "=A1+1",
    'a, comma; and "quotes"',
    "bars | and <angles> & ampersands",
    "Ünïcode – “quoted” 漢字",
    "yes",
    "No",
    "1.0",
    "# a mark: of YAML",
    "back\\slash {n} 'apostrophe'",
    "100 % of @them",
)
Writer = Callable[[Codebook, dict[str, str], tuple[str, ...]], str]


def dictionary(book: Codebook, wording: dict[str, str], columns: tuple[str, ...]) -> DataDictionary:
    return dictionary_of(book, {"calm": CALM}, wording, columns)


WRITERS: dict[str, Writer] = {
    "Table Schema": lambda book, wording, columns: table_schema(book, {"calm": CALM}, wording, columns),
    "Psych-DS metadata": lambda book, wording, columns: psych_ds(dictionary(book, wording, columns)),
    "DDI-Codebook": lambda book, wording, columns: ddi_codebook(dictionary(book, wording, columns), "a.csv"),
    "data-dict.yaml": lambda book, wording, columns: data_dict_yaml(dictionary(book, wording, columns)),
    "REDCap data dictionary": lambda book, wording, columns: redcap_dictionary(book, {"calm": CALM}, wording),
}
FORMATS = sorted(WRITERS)


def random_codebook(seed: int) -> tuple[Codebook, dict[str, str], tuple[str, ...]]:
    """Return a codebook that uses everything an entry can say, question texts, and the columns of its file."""
    random = np.random.default_rng(seed)

    def text() -> str:
        return f"{random.choice(TEXTS)} {int(random.integers(10_000))}"

    labels = {str(value): text() for value in random.permutation(np.arange(1, 5))}
    words = {f"{mark}{seed}": text() for mark in ("no", "A-", "ja ")}
    block: dict[str, Any] = {"instrument": "calm", "columns": [f"q {seed}", "Q.2", "q3"], "title": text()}
    if seed % 2:
        block["codes"] = {f"{label} {n}": n for n, label in enumerate(("never", "so, so", "always"), start=1)}
    else:
        block["missing"] = {"refused": [-9], "not_shown": ["n/a"]}
    variables: dict[str, Any] = {
        "age": {"column": "Age", "type": "number", "minimum": 18, "maximum": 99.5, "unit": "years", "maps_to": "age"},
        "gender": {
            "column": "G (self)",
            "type": "nominal",
            "title": text(),
            "labels": labels,
            "missing": {"refused": [-99], "dont_know": ["weiß nicht"]},
            "reference": next(iter(labels.values())),
            "maps_to": "gender",
            "recode": dict.fromkeys(labels.values(), "man"),
        },
        "place": {"column": "p", "type": "ordinal", "labels": words},
        "often": {
            "column": "often",
            "type": "count",
            "maximum": 31,
            "asked_if": {"variable": "gender", "codes": [1, 2]},
            "implied": [{"value": 0, "variable": "gender", "codes": [3]}],
        },
        "used": {
            "columns": {"phone": "u/1", "laptop": "u/2"},
            "type": "multiple",
            "ticked": [2, "yes"],
            "title": text(),
        },
        "weight": {"column": "w", "type": "number", "weight": True},
        "id": {"column": "ID", "type": "identifier"},
        "day": {"column": "day", "type": "date"},
        "remarks": {"column": "remarks", "type": "text", "title": text()},
    }
    changes: dict[str, Any] = {
        "title": text(),
        "language": "de",
        "missing": {"not_answered": [-77]},
        "file": {"respondent_id": "ID"},
        "blocks": {"calm": block},
        "variables": variables,
    }
    columns = (
        "ID",
        f"q {seed}",
        "Q.2",
        "q3",
        "Age",
        "G (self)",
        "p",
        "often",
        "u/1",
        "u/2",
        "w",
        "day",
        "remarks",
        "spare",
    )
    wording = {column: text() for column in columns[1:-1] if random.random() < 0.7}
    return codebook(**changes), wording, columns


def read_back(name: str, text: str, folder: Path) -> DataDictionary:
    path = folder / "dictionary"
    path.write_text(text, encoding="utf-8", newline="")
    return read_questionnaire(path)


def test_every_format_says_what_it_cannot_hold() -> None:
    assert set(CANNOT_HOLD) == set(WRITERS)


@pytest.mark.parametrize("name", FORMATS)
def test_every_fact_of_a_column_comes_back(name: str, tmp_path: Path) -> None:
    for seed in SEEDS:
        book, wording, columns = random_codebook(seed)
        true = dictionary(book, wording, columns)
        found = read_back(name, WRITERS[name](book, wording, columns), tmp_path)
        assert found.source == name
        lost = CANNOT_HOLD[name]
        back = {column.column: column.facts() for column in found.columns}
        for column in true.columns:
            if column.column == "spare":
                assert (column.column in back) == ("columns left out" not in lost), seed
                continue
            assert back[column.column] == column.facts(), (seed, column.column)
        assert (found.title == true.title) == ("title of the study" not in lost), seed
        assert (found.language == true.language) == ("language" not in lost), seed
        assert (found.respondent_id == true.respondent_id) == ("identifying column" not in lost), seed


@pytest.mark.parametrize("name", FORMATS)
def test_the_draft_is_the_codebook_but_for_what_is_listed(name: str, tmp_path: Path) -> None:
    for seed in SEEDS:
        book, wording, columns = random_codebook(seed)
        found = read_back(name, WRITERS[name](book, wording, columns), tmp_path)
        text = draft_texts(found, SHELF, "export.csv")["codebook.toml"]
        draft = Codebook.model_validate(tomllib.loads(text))
        true, back = comparable(book), comparable(draft)
        lost = {"title of the study": "title", "language": "language"}
        for part in true:
            if part in (lost.get(word, word) for word in CANNOT_HOLD[name]):
                assert back[part] != true[part] or part == "language", (seed, part)
            else:
                assert back[part] == true[part], (seed, part)


def comparable(book: Codebook) -> dict[str, Any]:
    """Return what a draft must have, with the general codes of gaps written into each entry, as drafts do."""
    content = book.model_dump(mode="json")
    general = content.pop("missing")
    for part in CODEBOOK_ONLY:
        content.pop(part)
    for entry in (*content["blocks"].values(), *content["variables"].values()):
        entry["missing"] = entry["missing"] or general
        entry["missing"] = {reason: [str(value) for value in values] for reason, values in entry["missing"].items()}
    return content


def test_no_guess_is_marked_where_the_file_is_our_own_and_says_all(tmp_path: Path) -> None:
    book, wording, columns = random_codebook(1)
    found = read_back("DDI-Codebook", WRITERS["DDI-Codebook"](book, wording, columns), tmp_path)
    text = draft_texts(found, SHELF, "export.csv")["codebook.toml"]
    marked = [line for line in text.splitlines() if "# check:" in line]
    assert all("platform" in line or "spare" in line or "adult" in line or line.startswith("age =") for line in marked)


def test_ddi_keeps_the_structure_of_the_schema_and_its_check_finds_each_breach() -> None:
    book, wording, columns = random_codebook(2)
    text = WRITERS["DDI-Codebook"](book, wording, columns)
    root = ET.fromstring(text)
    assert root.tag == f"{{{NAMESPACE}}}codeBook"
    assert root.get("version") == "2.5"
    assert structure_problems(root) == []
    assert {local(element.tag) for element in root.iter()} <= set(COVERED)

    def breach(change: Callable[[ET.Element], None]) -> set[str]:
        tree = ET.fromstring(text)
        change(tree)
        return {problem.code for problem in structure_problems(tree)}

    space = {"d": NAMESPACE}

    def first(tree: ET.Element, tag: str) -> ET.Element:
        found = tree.find(f".//d:{tag}", space)
        assert found is not None
        return found

    assert breach(lambda tree: tree.remove(tree[0])) == {"ddi_count"}
    assert breach(lambda tree: tree.insert(0, tree[-1])) >= {"ddi_order"}
    assert breach(lambda tree: first(tree, "var").attrib.pop("name")) == {"ddi_attribute"}
    assert breach(lambda tree: first(tree, "var").set("nature", "binary")) == {"ddi_attribute"}
    assert breach(lambda tree: first(tree, "var").set("colour", "red")) == {"ddi_attribute"}
    assert breach(lambda tree: first(tree, "varGrp").set("var", "V1 V999")) == {"ddi_id"}
    assert breach(lambda tree: first(tree, "fileDscr").set("ID", "V1")) >= {"ddi_id"}
    assert breach(lambda tree: setattr(first(tree, "catgry"), "text", "words")) == {"ddi_text"}
    assert breach(lambda tree: first(tree, "invalrng").clear()) == {"ddi_count"}
    assert "ddi_unknown_element" in breach(lambda tree: ET.SubElement(first(tree, "var"), "colour").clear())
    assert breach(lambda tree: first(tree, "var").insert(0, first(tree, "varFormat"))) >= {"ddi_order", "ddi_count"}


def test_the_order_of_the_children_of_a_variable_is_that_of_the_schema() -> None:
    """As DDI-Codebook 2.5.1 prints the sequence of varType; categories follow limits, notes are last."""
    order = list(ELEMENTS["var"].children)
    named = [
        "location",
        "labl",
        "security",
        "qstn",
        "valrng",
        "invalrng",
        "sumStat",
        "txt",
        "catgry",
        "concept",
        "varFormat",
    ]
    assert [child for child in order if child in named] == named
    assert order[-1] == "notes"


def test_psych_ds_has_its_required_keys_and_every_column() -> None:
    book, wording, columns = random_codebook(3)
    content = json.loads(WRITERS["Psych-DS metadata"](book, wording, columns))
    assert {"name", "description", "variableMeasured"} <= set(content)
    assert (content["@type"], content["@context"]) == ("Dataset", "https://schema.org/")
    assert [entry["name"] for entry in content["variableMeasured"]] == list(columns)
    assert {entry["@type"] for entry in content["variableMeasured"]} == {"PropertyValue"}


def test_data_dict_keeps_its_specification() -> None:
    """Version 0.1.0: enum values are texts, quantities have a range, strings examples, closed columns a mark."""
    yaml = pytest.importorskip("yaml", reason="reading YAML needs PyYAML")
    book, wording, columns = random_codebook(4)
    content = yaml.safe_load(WRITERS["data-dict.yaml"](book, wording, columns))
    assert content["$version"] == "0.1.0"
    entries = {entry["name"]: entry for entry in content["tables"][0]["columns"]}
    assert list(entries) == list(columns)
    assert entries["spare"] == {"name": "spare"}
    allowed = {"name", "label", "description", "details", "type", "values", "range", "examples", "units", "display"}
    for name, entry in entries.items():
        assert set(entry) <= allowed | {"constraints"}, name
        if entry.get("type") == "enum":
            assert all(isinstance(part, str) for pair in entry["values"].items() for part in pair)
        elif entry.get("type") == "number(quantity)":
            assert entry["range"][0] < entry["range"][1]
        elif "type" in entry:
            assert entry["type"] == "string"
            assert entry["examples"]
    assert entries["ID"]["constraints"] == ["primary_key"]
    assert {name for name, entry in entries.items() if entry.get("display") == "restricted"} == {"ID", "day", "remarks"}


FOREIGN = {
    "schema": json.dumps(
        {"fields": [{"name": "a", "type": "integer", "constraints": {"enum": [1, 2]}}, {"name": "b", "type": "date"}]}
    ),
    "psych": json.dumps({"@context": "https://schema.org", "name": "x", "variableMeasured": ["a", "b"]}),
    "ddi": '<codeBook xmlns="urn:other"><dataDscr><var name="a" intrvl="contin"/></dataDscr></codeBook>',
    "yaml": "$version: 0.1.0\ntables:\n- name: t\n  columns:\n  - name: a\n    type: enum\n    values: [No, Yes]\n",
}


@pytest.mark.parametrize("name", FOREIGN)
def test_files_of_others_are_drafted_with_marks(name: str, tmp_path: Path) -> None:
    found = read_back(name, FOREIGN[name], tmp_path)
    assert found.columns[0].column == "a"
    text = draft_texts(found, SHELF, "file.txt")["codebook.toml"]
    assert "# check:" in text
    Codebook.model_validate(tomllib.loads(text))
    if name == "yaml":
        assert tomllib.loads(text)["variables"]["a"]["labels"] == {"No": "No", "Yes": "Yes"}


@pytest.mark.parametrize(
    "text", ["{", '{"a": 1}', "<a/>", "<a", "a,b\n1,2\n", "$version: 1\ntables: {", "$version: 1\ntables:\n"]
)
def test_what_is_no_questionnaire_is_refused_in_words(text: str, tmp_path: Path) -> None:
    with pytest.raises(ResponseError) as caught:
        read_back("", text, tmp_path)
    assert all(problem.hint for problem in caught.value.problems)


def test_damaged_notes_are_not_believed(tmp_path: Path) -> None:
    entry = {"name": "a", "disambiguatingDescription": 'osa_survey: {"labels": 5, "minimum": "x", "type": []}'}
    content = {"@context": "https://schema.org", "name": "x", "variableMeasured": [entry]}
    assert read_back("", json.dumps(content), tmp_path).columns[0].facts() == {"column": "a"}


@pytest.mark.parametrize("name", FORMATS)
def test_damaged_files_are_read_or_refused_in_words(name: str, tmp_path: Path) -> None:
    """Pieces of each format are cut out, doubled, or replaced; what is read gives a draft that is TOML."""
    book, wording, columns = random_codebook(5)
    text = WRITERS[name](book, wording, columns)
    random = np.random.default_rng(11)
    pieces = ("5", "[]", "{}", "null", '"x"', ",", "}", "]", "\n", "<var/>", "- ", ": ", "\x00", "true", "1e999")
    for _ in range(60):
        start = int(random.integers(len(text)))
        stop = start + int(random.integers(1, 40))
        damaged = text[:start] + str(random.choice(pieces)) + text[stop:]
        try:
            found = read_back(name, damaged, tmp_path)
        except OsaSurveyError as error:
            assert all(problem.message for problem in error.problems)
        else:
            tomllib.loads(draft_texts(found, SHELF, "export.csv")["codebook.toml"])


VALUES = (5, None, True, "", [], {}, [1], {"a": 1}, [{"name": "a"}], 1e300, "yes")


@pytest.mark.parametrize("name", ["Table Schema", "Psych-DS metadata"])
def test_json_with_values_of_other_kinds_is_read_or_refused(name: str, tmp_path: Path) -> None:
    book, wording, columns = random_codebook(6)
    content = json.loads(WRITERS[name](book, wording, columns))
    entries = content["fields" if name == "Table Schema" else "variableMeasured"]
    for entry in (entries[1], entries[5], entries[8]):
        for key in list(entry):
            kept = entry[key]
            for value in VALUES:
                entry[key] = value
                found = read_back(name, json.dumps(content), tmp_path)
                draft_texts(found, SHELF, "export.csv")
            entry[key] = kept
