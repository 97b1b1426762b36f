"""The command ``check``: exit codes, text and JSON, strict checks."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from osa_survey.cli.main import app
from osa_survey.plan import check_study, finding_codes

CODEBOOK = """
format = 1
title = "Made up"

[eligibility]
age = "age"

[paradata]
started = "begun"

[attention.first]
column = "attention"
passed = [4]

[variables.age]
column = "age"
type = "number"
maximum = 99

[variables.group]
column = "group"
type = "nominal"
labels = { 3 = "first", 4 = "second" }
"""
STUDY = """
format = 1
title = "Made up"
seed = 1

[[data]]
export = "data.csv"

[fieldwork]
sample = "opt-in"
"""


def write(folder: Path, groups: list[int], header: str = "age,group,begun,attention") -> Path:
    folder.mkdir()
    lines = [f"{20 + n},{group},2026-05-{1 + n:02d} 10:00,{4 if n else 1}" for n, group in enumerate(groups)]
    (folder / "data.csv").write_text("\n".join([header, *lines]) + "\n", encoding="utf-8")
    (folder / "codebook.toml").write_text(CODEBOOK, encoding="utf-8")
    (folder / "study.toml").write_text(STUDY, encoding="utf-8")
    return folder


def run(*arguments: object) -> tuple[int, str]:
    outcome = CliRunner().invoke(app, list(map(str, arguments)), standalone_mode=False)
    return outcome.return_value, outcome.output


def test_nothing_to_decide_ends_in_0(tmp_path: Path) -> None:
    code, output = run("check", write(tmp_path / "study", [3, 4] * 10))
    assert code == 0, output
    assert "no findings" in output
    assert "flagged, at least one attention check failed: 1" in output


def test_findings_end_in_1_under_their_level(tmp_path: Path) -> None:
    code, output = run("check", write(tmp_path / "study", [3] * 10 + [4] * 10))
    assert code == 1
    assert "Values: 1 findings" in output
    assert "3 became 4 on 2026-05-11" in output


def test_json_holds_level_code_and_place(tmp_path: Path) -> None:
    code, output = run("check", write(tmp_path / "study", [3] * 10 + [4] * 10), "--format", "json")
    assert code == 1
    (finding,) = json.loads(output)["findings"]
    assert (finding["level"], finding["code"], finding["column"]) == ("values", "options_changed", "group")


def test_strict_checks_say_more(tmp_path: Path) -> None:
    study = write(tmp_path / "study", [3, 4] * 10, header="age,group,begun,attention,spare")
    text = (study / "data.csv").read_text(encoding="utf-8").splitlines()
    (study / "data.csv").write_text("\n".join([text[0], *(f"{line},7" for line in text[1:])]), encoding="utf-8")
    assert run("check", study)[0] == 0
    code, output = run("check", study, "--strict")
    assert code == 1
    found = {problem.code for problem in check_study(study, strict=True).findings}
    assert found == {"unknown_column", "no_consent_declared"}
    assert found <= set(finding_codes())
    assert "spare" in output


def test_an_attention_check_may_exclude(tmp_path: Path) -> None:
    study = write(tmp_path / "study", [3, 4] * 10)
    text = STUDY + '\n[exclude]\nattention_checks = { reason = "preregistered" }\n'
    (study / "study.toml").write_text(text, encoding="utf-8")
    assert check_study(study).facts["excluded by the study file, preregistered"] == "1"


@pytest.mark.parametrize("old", ['[attention.first]\ncolumn = "attention"', 'started = "begun"'])
def test_a_column_the_codebook_names_must_be_there(tmp_path: Path, old: str) -> None:
    study = write(tmp_path / "study", [3, 4] * 10)
    path = study / "codebook.toml"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, old[:-1] + 'x"'), encoding="utf-8")
    outcome = CliRunner().invoke(app, ["check", str(study)], standalone_mode=False)
    assert "missing_column" in str(outcome.exception)
