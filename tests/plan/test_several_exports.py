"""A study of several exports: bound together, with wave and country as variables, told file by file."""

from __future__ import annotations

from pathlib import Path

import pytest

from osa_survey.errors import DefinitionError, ResponseError
from osa_survey.plan import check_study, load_study, run_study, score_study, write_run
from osa_survey.results import read_ledger

STUDY = """
format = 1
title = "Two waves"
seed = 1

[[data]]
export = "w1/data.csv"
wave = 1
country = "DE"

[[data]]
export = "w2/data.csv"
wave = 2
country = "AT"

[fieldwork]
sample = "opt-in"

[[analyses]]
id = "by_wave"
do = "compare_groups"
outcome = "mood"
by = "wave"
"""
CODEBOOK = """
format = 1
title = "Two waves"

[eligibility]
age = "age"

[variables.age]
column = "age"
type = "number"
maximum = 99

[variables.mood]
column = "mood"
type = "number"
"""


@pytest.fixture
def study(tmp_path: Path) -> Path:
    for wave, number in (("w1", 12), ("w2", 20)):
        (tmp_path / wave).mkdir()
        lines = ["age,mood", *(f"{20 + i},{(i * 7) % 5}" for i in range(number)), "17,3"]
        (tmp_path / wave / "data.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    (tmp_path / "codebook.toml").write_text(CODEBOOK, encoding="utf-8")
    (tmp_path / "study.toml").write_text(STUDY, encoding="utf-8")
    return tmp_path


def change(study: Path, name: str, old: str, new: str) -> Path:
    path = study / name
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")
    return study


def test_wave_and_country_are_variables_and_the_flow_counts_each_file(study: Path, tmp_path: Path) -> None:
    """13 and 21 records, one of each under 18: 12 and 20 adults."""
    run = run_study(study)
    frame = run.prepared.scored.frame
    assert frame["wave"].value_counts().to_dict() == {1.0: 12, 2.0: 20}
    assert run.prepared.scored.variables["country"].labels == ("DE", "AT")
    files = run.flow[0].more["files"].table
    assert dict(zip(files["level"], files["estimate"], strict=True)) == {"w1/data.csv": 13, "w2/data.csv": 21}
    write_run(run, tmp_path / "out")
    head, rows = read_ledger(tmp_path / "out" / "results.jsonl")
    assert [(entry["file"], entry["records"]) for entry in head["data"]] == [("data.csv", 13), ("data.csv", 21)]
    assert len({entry["sha256"] for entry in head["data"]}) == 2
    assert any(row["id"].startswith("flow/files/") for row in rows)


def test_check_finds_nothing_more_in_two_files_than_in_one(study: Path) -> None:
    assert not [problem for problem in check_study(study, strict=True).findings if problem.code == "unknown_column"]


def test_problems_of_all_files_are_listed_with_their_file(study: Path) -> None:
    change(study, "w1/data.csv", "17,3", "17,three\n44,x")
    change(study, "w2/data.csv", "17,3", "17,3\n45,y")
    with pytest.raises(ResponseError) as caught:
        score_study(study)
    assert [(problem.file, problem.row) for problem in caught.value.problems] == [
        ("w1/data.csv", 15),
        ("w2/data.csv", 23),
    ]


def test_files_that_cannot_be_read_are_all_named(study: Path) -> None:
    (study / "w1" / "data.csv").unlink()
    (study / "w2" / "data.csv").write_text("", encoding="utf-8")
    with pytest.raises(ResponseError) as caught:
        score_study(study)
    assert [problem.code for problem in caught.value.problems] == ["file_not_found", "empty_file"]


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('export = "w2/data.csv"', 'export = "w2/data.csv"\ncodebook = "other.toml"', "share one codebook"),
        ("wave = 2\n", "", "wave is given for some"),
        ('export = "w2/data.csv"', 'export = "w1/data.csv"', "named twice"),
        ('export = "w2/data.csv"', 'export = "w2/data.csv"\nundeclared = "invalid"', "undeclared must be the same"),
    ],
)
def test_what_several_exports_may_not_say(study: Path, old: str, new: str, words: str) -> None:
    with pytest.raises(DefinitionError, match=words) as caught:
        load_study(change(study, "study.toml", old, new))
    assert caught.value.problems[0].file


def test_a_variable_of_the_codebook_is_not_overwritten(study: Path) -> None:
    change(
        study,
        "codebook.toml",
        "[variables.mood]",
        "[variables.wave]\ncolumn = 'mood'\ntype = 'number'\n\n[variables.mood]",
    )
    with pytest.raises(DefinitionError) as caught:
        load_study(study)
    assert [(problem.code, problem.key) for problem in caught.value.problems] == [("name_taken", "data[1].wave")]


def test_one_export_may_name_its_wave(study: Path) -> None:
    text = (study / "study.toml").read_text(encoding="utf-8")
    start, end = text.index("[[data]]", text.index("[[data]]") + 1), text.index("[fieldwork]")
    (study / "study.toml").write_text(text[:start] + text[end:].split("[[analyses]]")[0], encoding="utf-8")
    assert score_study(study).frame["wave"].tolist() == [1.0] * 12
