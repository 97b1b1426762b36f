"""The command ``analyses``: list and show, as text and JSON."""

from __future__ import annotations

import json

from typer.testing import CliRunner

from osa_survey.cli.main import app
from osa_survey.errors import DefinitionError


def run(*arguments: str) -> str:
    done = CliRunner().invoke(app, ["analyses", *arguments])
    assert done.exit_code == 0, done.output
    return done.output


def test_list_and_show() -> None:
    assert "correlate" in run("list", "correlate")
    assert run("list", "no", "such", "words").strip() == "arguments and an example: osa-survey analyses show NAME"
    shown = run("show", "wilcoxon")
    assert shown.startswith("paired: ")
    assert 'do = "paired"' in shown


def test_json() -> None:
    shown = json.loads(run("show", "retest", "--format", "json"))
    assert [(one["name"], one["default"]) for one in shown["arguments"]] == [
        ("first", "required"), ("second", "required"), ("conf_level", "0.95"),
    ]  # fmt: skip
    assert {one["name"] for one in json.loads(run("list", "--format", "json"))["analyses"]} >= {"describe", "fiml"}


def test_an_unknown_name_says_which_there_are() -> None:
    done = CliRunner().invoke(app, ["analyses", "show", "crostab"], standalone_mode=False)
    assert isinstance(done.exception, DefinitionError)
    assert "did you mean 'crosstab'?" in str(done.exception)
