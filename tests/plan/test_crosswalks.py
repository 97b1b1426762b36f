"""Two studies on disk side by side, in Python and from the command line."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

import osa_survey
from osa_survey.cli.main import app
from osa_survey.errors import DefinitionError
from osa_survey.instruments import data_dictionary
from osa_survey.plan import check_study, crosswalk
from tests.written_studies import OPT_IN, write_files

OSA = data_dictionary() / "examples" / "osa"
CODEBOOK = """
format = 1
title = "Made-up study"

[eligibility]
age = "age"

[variables.age]
column = "age"
type = "number"
maps_to = "age"

[variables.seen]
column = "seen"
type = "ordinal"
labels = { 1 = "not at all", 2 = "once or twice", 3 = "about monthly" }
maps_to = "osa_entertainment_frequency_3m"

[variables.sex]
column = "sex"
type = "nominal"
labels = { 1 = "male", 2 = "female" }
maps_to = "gender"
recode = { male = "man", female = "woman" }
"""


def folder(place: Path, codebook: str = CODEBOOK) -> Path:
    return write_files(place, study=OPT_IN, codebook=codebook, data="age,seen,sex\n30,1,1\n40,2,2\n")


def test_two_studies_need_no_answers(tmp_path: Path) -> None:
    other = folder(tmp_path / "other")
    (other / "data.csv").unlink()
    found = {row.concept: row for row in crosswalk(OSA, other).rows if row.verdict != "asked in one study"}
    assert found["age"].verdict == "comparable"
    assert found["gender"].verdict == "comparable after recode"
    assert "sex does not offer: another gender" in found["gender"].why
    assert found["osa_entertainment"].verdict == "not comparable"
    assert "past 3 months" in found["osa_entertainment"].why
    assert osa_survey.crosswalk.__wrapped__ is crosswalk  # type: ignore[attr-defined]


def test_the_command_shows_it(tmp_path: Path) -> None:
    other = folder(tmp_path / "other")
    done = CliRunner().invoke(app, ["codebook", str(OSA), "--crosswalk", str(other)])
    assert done.exit_code == 0
    assert "osa_entertainment: not comparable" in done.stdout
    assert done.stdout.strip() == crosswalk(OSA, other).as_text().strip()


def test_check_refuses_a_category_without_a_place(tmp_path: Path) -> None:
    lossy = folder(tmp_path / "lossy", CODEBOOK.replace(', female = "woman"', ""))
    with pytest.raises(DefinitionError, match="not_in_recode: 'female' is no category of 'gender'") as caught:
        check_study(lossy)
    assert caught.value.exit_code == 2
    assert check_study(folder(tmp_path / "whole")).findings == ()


def test_one_id_has_one_meaning(tmp_path: Path) -> None:
    variable = """
format = 1
id = "own_mood"
version = 1
title = "Mood"
definition = "{}"
type = "ordinal"
answers = "extent"
verified = "recalled"
"""
    mapped = "\n[variables.mood]\ncolumn = 'mood'\ntype = 'ordinal'\nmaps_to = 'own_mood'\nlabels = { 1 = 'fully' }\n"
    studies = []
    for name, words in (("a", "Mood today."), ("b", "Mood this week."), ("c", "Mood today.")):
        study = folder(tmp_path / name, CODEBOOK + mapped)
        (study / "variables").mkdir()
        (study / "variables" / "own_mood.toml").write_text(variable.format(words), encoding="utf-8")
        studies.append(study)
    assert [row.verdict for row in crosswalk(studies[0], studies[2]).rows if row.concept == "own_mood"] == [
        "comparable"
    ]
    with pytest.raises(DefinitionError, match="definitions_differ"):
        crosswalk(studies[0], studies[1])


def test_the_two_shipped_examples_have_something_to_compare() -> None:
    """Bands of five years lie within the bands of the dictionary, but for the open one."""
    rows = [row for row in crosswalk(OSA, OSA.parent / "fair").rows if row.verdict.startswith("comparable")]
    (row,) = rows
    assert (row.concept, row.verdict) == ("age_band", "comparable after recode")
    assert "no category for 40 or over" in row.why
