"""What people mistype in definition files is found, located, and said all at once."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest

from osa_survey.codebooks import Codebook, VariableEntry
from osa_survey.errors import DefinitionError, Problem
from osa_survey.instruments import (
    HarmonisedVariable,
    Instrument,
    data_dictionary,
    list_instruments,
    load_library,
    read_definition,
)
from osa_survey.instruments.files import HEADINGS, FileModel, key_path, validated

Broken = Callable[[str, str], list[Problem]]


@pytest.fixture
def broken(tmp_path: Path) -> Broken:
    """Replace a text in the shipped SWLS file and return the problems of reading it."""

    def read(old: str, new: str) -> list[Problem]:
        text = (data_dictionary() / "instruments" / "swls.toml").read_text(encoding="utf-8")
        assert text.count(old) >= 1
        path = tmp_path / "swls.toml"
        path.write_text(text.replace(old, new, 1), encoding="utf-8")
        with pytest.raises(DefinitionError) as caught:
            read_definition(path, Instrument)
        return list(caught.value.problems)

    return read


def one(problems: list[Problem]) -> Problem:
    assert len(problems) == 1, problems
    return problems[0]


def test_an_unknown_key_names_the_nearest_known_key(broken: Broken) -> None:
    problem = one(broken("short_title =", "shorttitle = 'SWLS'\nshort_title ="))
    assert (problem.code, problem.key, problem.file) == ("unknown_key", "shorttitle", "swls.toml")
    assert "short_title" in problem.hint


def test_an_unknown_key_deep_inside_is_located_by_position(broken: Broken) -> None:
    problem = one(broken("missing = { min_answered = 5,", "missing = { min_anwered = 5, min_answered = 5,"))
    assert problem.key == "scales[1].missing.min_anwered"
    assert "min_answered" in problem.hint


def test_a_missing_key_is_named(broken: Broken) -> None:
    problem = one(broken('short_title = "SWLS"\n', ""))
    assert (problem.code, problem.key) == ("missing_key", "short_title")


def test_a_range_that_the_items_do_not_give_is_refused(broken: Broken) -> None:
    problem = one(broken("range = [5, 35]", "range = [5, 30]"))
    assert problem.code == "wrong_value"
    assert "its items give [5, 35]" in problem.message


def test_an_item_that_does_not_exist_is_refused(broken: Broken) -> None:
    assert "unknown item 'swls_06'" in one(broken('"swls_05"]', '"swls_06"]')).message


def test_an_item_named_twice_is_refused(broken: Broken) -> None:
    assert "names an item twice" in one(broken('"swls_05"]', '"swls_04"]')).message


def test_more_answers_than_items_are_refused(broken: Broken) -> None:
    assert "more answered items than it has" in one(broken("min_answered = 5", "min_answered = 6")).message


def test_a_published_rule_needs_its_source(broken: Broken) -> None:
    problem = one(broken('min_answered = 5, basis = "complete"', 'min_answered = 5, basis = "published"'))
    assert problem.key == "scales[1].missing"
    assert "needs its source" in problem.message


def test_a_label_for_no_code_is_refused(broken: Broken) -> None:
    assert "label for code 8" in one(broken("7 = ", "8 = ")).message


def test_a_cut_off_for_an_unknown_scale_is_refused(broken: Broken) -> None:
    assert "unknown scale 'sum'" in one(broken('[[cutoffs]]\nscale = "total"', '[[cutoffs]]\nscale = "sum"')).message


def test_an_off_cut_off_without_a_reason_is_refused(broken: Broken) -> None:
    problem = one(broken('reason = "The bands', 'meaning2 = "The bands'))
    assert problem.key == "cutoffs[1].meaning2"


def test_codes_that_do_not_rise_are_refused(broken: Broken) -> None:
    problems = broken("codes = [1, 2, 3, 4, 5, 6, 7]", "codes = [7, 6, 5, 4, 3, 2, 1]")
    assert "codes must rise" in problems[0].message
    assert problems[0].key == "response_options.agreement"


def test_an_item_id_out_of_order_is_refused(broken: Broken) -> None:
    problem = one(broken('[[items]]\nid = "swls_05"', '[[items]]\nid = "swls_5"'))
    assert "must be called 'swls_05'" in problem.message


def test_all_problems_are_collected(broken: Broken) -> None:
    problems = broken('short_title = "SWLS"', 'shortTitle = "SWLS"\nlanguage = ["de"]')
    assert sorted(p.code for p in problems) == ["missing_key", "unknown_key", "unknown_key"]


def test_what_is_not_toml_names_the_line(broken: Broken) -> None:
    problem = one(broken("version = 1", "version = one"))
    assert problem.code == "not_toml"
    assert re.search(r"line 3, column \d+", problem.message)


def test_an_absent_file_and_a_wrong_encoding_are_said(tmp_path: Path) -> None:
    with pytest.raises(DefinitionError) as absent:
        read_definition(tmp_path / "nothing.toml", Instrument)
    assert absent.value.problems[0].code == "file_not_found"
    path = tmp_path / "latin.toml"
    path.write_bytes('title = "Bögen"\n'.encode("latin-1"))
    with pytest.raises(DefinitionError) as encoding:
        read_definition(path, Instrument)
    assert encoding.value.problems[0].code == "not_utf8"


def test_a_byte_order_mark_is_no_problem(tmp_path: Path) -> None:
    source = data_dictionary() / "instruments" / "swls.toml"
    path = tmp_path / "swls.toml"
    path.write_bytes(b"\xef\xbb\xbf" + source.read_bytes())
    assert read_definition(path, Instrument) == read_definition(source, Instrument)


@pytest.mark.parametrize(
    ("model", "text", "key", "hint"),
    [
        (HarmonisedVariable, "lables = { 0 = 'no' }", "lables", "labels"),
        (Codebook, "[eligibilty]\nage = 'age'", "eligibilty", "eligibility"),
        (Codebook, "[variables.age]\ncolum = 'a'\ncolumn = 'a'\ntype = 'number'", "variables.age.colum", "column"),
        (Codebook, "[blocks.x]\ninstrument = 'scs'\ncolumns = 'q{n}'\nmising = {}", "blocks.x.mising", "missing"),
    ],
)
def test_other_formats_locate_unknown_keys_too(
    tmp_path: Path, model: type[FileModel], text: str, key: str, hint: str
) -> None:
    path = tmp_path / "file.toml"
    path.write_text(f"format = 1\n{text}\n", encoding="utf-8")
    with pytest.raises(DefinitionError) as caught:
        read_definition(path, model)
    found = {problem.key: problem for problem in caught.value.problems if problem.code == "unknown_key"}
    assert hint in found[key].hint


def test_unknown_ids_name_the_nearest() -> None:
    with pytest.raises(DefinitionError, match="swls"):
        load_library().instrument("swl")
    with pytest.raises(DefinitionError, match="sexting_lifetime"):
        load_library().variable("sexting_life_time")


def test_a_study_brings_its_own_definitions_and_cannot_replace_shipped_ones(tmp_path: Path) -> None:
    text = (data_dictionary() / "instruments" / "swls.toml").read_text(encoding="utf-8")
    (tmp_path / "instruments").mkdir()
    own = tmp_path / "instruments" / "calm.toml"
    own.write_text(text.replace("swls", "calm"), encoding="utf-8")
    assert "calm" in load_library(tmp_path).ids
    assert "calm" not in load_library().ids
    (tmp_path / "instruments" / "swls.toml").write_text(text, encoding="utf-8")
    with pytest.raises(DefinitionError, match="ships already"):
        load_library(tmp_path)


def test_an_id_that_is_not_the_file_name_is_refused(tmp_path: Path) -> None:
    (tmp_path / "instruments").mkdir()
    source = data_dictionary() / "instruments" / "swls.toml"
    text = source.read_text(encoding="utf-8").replace("swls", "calm")
    (tmp_path / "instruments" / "quiet.toml").write_text(text, encoding="utf-8")
    with pytest.raises(DefinitionError) as caught:
        load_library(tmp_path)
    assert one(list(caught.value.problems)).code == "id_and_file_differ"


def test_key_paths_count_from_one() -> None:
    assert key_path(("items", 0, "tag")) == "items[1].tag"


@pytest.mark.parametrize(
    ("written", "hint"),
    [
        ('label = "Alter"', "did you mean 'title'?; all keys: [variables] under \"Codebook\" in data_dictionary/"),
        ("maximun = 99", "did you mean 'maximum'"),
        ('type = "numbre"', 'see [variables] under "Codebook" in data_dictionary/README.md'),
    ],
)
def test_a_wrong_key_or_value_leads_to_its_heading(written: str, hint: str) -> None:
    entry = {"column": "alter", "type": "number", **tomllib.loads(written)}
    with pytest.raises(DefinitionError) as caught:
        validated({"format": 1, "title": "x", "variables": {"age": entry}}, Codebook, "codebook.toml")
    (problem,) = caught.value.problems
    assert problem.hint.startswith(hint)


def test_every_heading_a_message_names_is_on_the_page() -> None:
    lines = (data_dictionary() / "README.md").read_text(encoding="utf-8").splitlines()
    assert {f"## {heading}" for heading in HEADINGS.values()} <= set(lines)


def test_every_key_of_a_variable_stands_on_the_page() -> None:
    page = (data_dictionary() / "README.md").read_text(encoding="utf-8")
    table = page.partition("Keys of a variable:")[2].partition("## Study file")[0]
    rows = "\n".join(line.split("|")[1] for line in table.splitlines() if line.startswith("|"))
    assert not [name for name in VariableEntry.model_fields if f"`{name}`" not in rows]


def test_instruments_are_found_by_german_titles_and_tags() -> None:
    library = load_library()
    assert "swls" in [one.id for one in list_instruments(library, "Zufriedenheit").instruments]
    assert [one.id for one in list_instruments(library, "schwer, sich abzumelden").instruments] == ["cius"]
