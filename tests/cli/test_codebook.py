"""The command ``codebook``: files for people and machines in a folder of ours, and no hidden number in any of them."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from osa_survey.cli.main import app
from osa_survey.errors import OutputError
from osa_survey.plan import demonstrate, write_codebook
from osa_survey.plan.codebook_writing import DATA_DICT, DDI, PAGE, PSYCH_DS, REDCAP, SCHEMA

pytestmark = pytest.mark.xdist_group("codebook_command")

MACHINE_FILES = (REDCAP, SCHEMA, PSYCH_DS, DDI, DATA_DICT)


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("demo") / "out"
    demonstrate("osa", out)
    return out / "study"


def test_the_command_writes_for_people_and_machines(study: Path, tmp_path: Path) -> None:
    out = tmp_path / "codebook"
    outcome = CliRunner().invoke(app, ["codebook", str(study), "--out", str(out)])
    assert outcome.exit_code == 0, outcome.output
    assert sorted(path.name for path in out.iterdir()) == sorted([".osa-survey-output", PAGE, *MACHINE_FILES])
    page = (out / PAGE).read_text(encoding="utf-8")
    assert "SIMULATED DATA" in page
    assert "Rosenberg Self-Esteem Scale" in page
    assert "NOT FOR RELEASE" not in page


def test_the_workbench_shows_all_and_says_so(study: Path, tmp_path: Path) -> None:
    paths = write_codebook(study, tmp_path / "codebook", profile="workbench")
    assert "NOT FOR RELEASE.txt" in {path.name for path in paths}
    assert "NOT FOR RELEASE" in paths[0].read_text(encoding="utf-8")


def test_the_same_input_gives_the_same_bytes(study: Path, tmp_path: Path) -> None:
    first, second = (write_codebook(study, tmp_path / name) for name in ("a", "b"))
    assert [path.read_bytes() for path in first] == [path.read_bytes() for path in second]


def test_a_foreign_folder_is_not_replaced(study: Path, tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("precious", encoding="utf-8")
    with pytest.raises(OutputError, match="not_our_folder"):
        write_codebook(study, tmp_path)
    assert (tmp_path / "thesis.txt").read_text(encoding="utf-8") == "precious"


def test_every_machine_file_reads_back_as_the_codebook(study: Path, tmp_path: Path) -> None:
    from osa_survey.codebooks.dictionaries import dictionary_of
    from osa_survey.ingest.questionnaires import read_questionnaire
    from osa_survey.plan import load_study
    from osa_survey.plan.study_folder import read_study_export

    loaded = load_study(study)
    export = read_study_export(loaded)
    true = dictionary_of(loaded.codebook, loaded.library.instruments, export.wording, export.names)
    write_codebook(study, tmp_path / "codebook")
    for name in MACHINE_FILES:
        found = {column.column: column for column in read_questionnaire(tmp_path / "codebook" / name).columns}
        for column in true.columns:
            if column.name or name != REDCAP:
                assert found[column.column].facts() == column.facts(), (name, column.column)
