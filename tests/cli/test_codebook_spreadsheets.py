"""The codebook of a study out to a spreadsheet and in again, and companions on the command line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import typer
from openpyxl import load_workbook
from typer.testing import CliRunner

from osa_survey.cli.codebook import command as codebook_command
from osa_survey.cli.init import command as init_command
from osa_survey.codebooks import load_codebook
from osa_survey.drafting import draft_study
from osa_survey.errors import DefinitionError
from osa_survey.plan.codebook_spreadsheets import read_codebook_spreadsheet, write_codebook_spreadsheet


@pytest.fixture
def study(shared: Path, tmp_path: Path) -> Path:
    return draft_study(shared / "data" / "scs" / "data.csv", tmp_path / "study").study.parent


def invoke(function: object, *arguments: object) -> str:
    app = typer.Typer()
    app.command()(function)  # type: ignore[type-var]
    done = CliRunner().invoke(app, [str(part) for part in arguments], standalone_mode=False)
    if done.exception is not None:
        raise done.exception
    return done.output


def test_out_and_in_again(study: Path, tmp_path: Path) -> None:
    before = load_codebook(study / "codebook.toml")
    text = (study / "codebook.toml").read_bytes()
    book = tmp_path / "book.xlsx"
    assert str(book) in invoke(codebook_command, study, "--to-xlsx", book)
    assert "codebook.toml" in invoke(codebook_command, study, "--from-xlsx", book)
    assert load_codebook(study / "codebook.toml") == before
    assert (study / "codebook.previous.toml").read_bytes() == text


def test_a_spreadsheet_that_does_not_fit_changes_nothing(study: Path, tmp_path: Path) -> None:
    before = (study / "codebook.toml").read_bytes()
    book = write_codebook_spreadsheet(study, tmp_path / "book.xlsx")
    workbook = load_workbook(book)
    header = [cell.value for cell in workbook["scales"][1]]
    workbook["scales"].cell(2, header.index("instrument") + 1).value = "scz"  # type: ignore[union-attr]
    workbook.save(book)
    with pytest.raises(DefinitionError) as caught:
        read_codebook_spreadsheet(study, book)
    assert caught.value.problems[0].code == "unknown_instrument"
    assert "scs" in caught.value.problems[0].hint
    assert (study / "codebook.toml").read_bytes() == before


def test_init_takes_companions(shared: Path, tmp_path: Path) -> None:
    folder = shared / "data" / "redcap"
    invoke(
        init_command, tmp_path / "study", "--export", folder / "checkboxes-1_data.csv",
        "--with", folder / "checkboxes-1_dictionary.csv",
    )  # fmt: skip
    codebook = load_codebook(tmp_path / "study" / "codebook.toml")
    assert len(codebook.file.companions) == 1
    assert (tmp_path / "study" / codebook.file.companions[0]).resolve() == folder / "checkboxes-1_dictionary.csv"
    assert json.dumps(codebook.file.companions).count("checkboxes-1_dictionary.csv") == 1
