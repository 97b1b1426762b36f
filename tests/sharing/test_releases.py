"""A release: every check has to pass, nothing identifying is in any byte, and what fails leaves nothing behind."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pandas as pd
import pytest
from typer.testing import CliRunner

from osa_survey.cli.main import app
from osa_survey.errors import DefinitionError, OutputError
from osa_survey.plan import load_study, release_study, run_study
from osa_survey.plan.twin_step import study_twin
from tests.sharing.made_up_release import CANARY, CODEBOOK, SHARING, STUDY, answers, write_study

IDENTIFYING = (CANARY, "192.0.2.17", "0000000056bc75e2d63")  # the last: what all panel ids begin with


def bytes_of(folder: Path) -> bytes:
    found = b""
    for path in sorted(folder.rglob("*")):
        if path.suffix == ".docx":
            with zipfile.ZipFile(path) as packed:
                found += b"".join(packed.read(name) for name in packed.namelist())
        elif path.is_file():
            found += path.read_bytes()
    return found


def test_a_release_with_records(tmp_path: Path) -> None:
    folder = write_study(tmp_path / "study", study=STUDY + SHARING)
    done = CliRunner().invoke(app, ["release", str(folder), "--out", str(tmp_path / "out")])
    assert done.exit_code == 0, done.output
    names = {path.relative_to(tmp_path / "out").as_posix() for path in (tmp_path / "out").rglob("*.*")}
    assert {
        "release_note.md",
        "data_protection_note.md",
        "data_protection_note.docx",
        "codebook/dataset_description.json",
        "codebook/ddi_codebook.xml",
        "twin/twin.csv",
        "twin/codebook.toml",
        "twin/study.toml",
        "microdata/microdata.csv",
        "microdata/generalisation_steps.csv",
    } <= names
    whole = bytes_of(tmp_path / "out")
    assert b"192.0.2" not in done.output.encode()
    for text in IDENTIFYING:
        assert text.encode() not in whole
    records = pd.read_csv(tmp_path / "out" / "microdata" / "microdata.csv", dtype=str, keep_default_na=False)
    groups = records.groupby(["age", "gender"])
    assert groups.size().min() >= 5
    assert groups["ever"].nunique().min() >= 2
    assert len(records) >= 0.95 * 400
    assert {"panel_id", "person", "remark"}.isdisjoint(records.columns)
    assert set(records["gender"]) <= {"man", "woman", "another gender", "other"}
    note = (tmp_path / "out" / "release_note.md").read_text(encoding="utf-8")
    assert "IPAddress: by its name, IP address" in note
    assert "panel_id: by its name, id of a panel or platform" in note
    assert "age: bands of" in note
    steps = pd.read_csv(tmp_path / "out" / "microdata" / "generalisation_steps.csv")
    assert steps["unsafe_after"].iloc[-1] == 0
    again = release_study(folder, tmp_path / "again")
    assert again
    assert bytes_of(tmp_path / "again") == whole


@pytest.mark.parametrize(
    ("column", "values", "kind"),
    [("phone_number", "7", "telephone number"), ("q17", "jo@example.org", "e-mail address")],
)
def test_identifiers_are_refused_by_name_and_by_pattern(tmp_path: Path, column: str, values: str, kind: str) -> None:
    columns = answers()
    columns[column] = [values] * len(columns["age"])
    extra = f'column = "{column}"\ntype = "nominal"\nlabels = {{ "{values}" = "a", b = "b" }}\n'
    book = f"{CODEBOOK}\n[variables.extra]\n{extra}"
    folder = write_study(tmp_path / "study", codebook=book, columns=columns)
    with pytest.raises(OutputError) as caught:
        release_study(folder, tmp_path / "out")
    problem = caught.value.problems[0]
    assert (problem.code, problem.column) == ("identifier_found", column)
    assert kind in problem.message
    assert "jo@example.org" not in str(caught.value)
    assert not (tmp_path / "out").exists()
    excused = f'{STUDY}\n[sharing]\ntwin = false\nnot_identifying = {{ extra = "a made-up word" }}\n'
    write_study(folder, study=excused, codebook=book, columns=columns)
    release_study(folder, tmp_path / "out")
    assert "extra: a made-up word" in (tmp_path / "out" / "release_note.md").read_text(encoding="utf-8")


def test_records_that_stay_unique_are_refused(tmp_path: Path) -> None:
    sharing = '\n[sharing]\nmicrodata = true\nkey_variables = ["age", "gender"]\nsensitive = ["consent"]\n'
    with pytest.raises(OutputError, match="not_anonymous"):  # everyone agreed: nothing to tell apart
        release_study(write_study(tmp_path / "study", study=STUDY + sharing), tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_names_that_do_not_exist_are_refused_together(tmp_path: Path) -> None:
    sharing = '\n[sharing]\nmicrodata = true\nkey_variables = ["aeg"]\nsensitive = ["evr"]\n'
    with pytest.raises(DefinitionError) as caught:
        release_study(write_study(tmp_path / "study", study=STUDY + sharing), tmp_path / "out")
    assert [problem.code for problem in caught.value.problems] == ["unknown_variable"] * 2


@pytest.mark.parametrize(
    ("table", "words"),
    [
        ("microdata = true", "needs key_variables and sensitive"),
        ('key_variables = ["age"]\nsensitive = ["age"]', "not both"),
        ('not_identifying = { extra = " " }', "say why"),
    ],
)
def test_contradictions_in_the_study_file(tmp_path: Path, table: str, words: str) -> None:
    folder = write_study(tmp_path / "study", study=f"{STUDY}\n[sharing]\n{table}\n")
    with pytest.raises(DefinitionError, match=words):
        load_study(folder)


def test_the_workbench_is_not_for_release(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="not_for_release"):
        release_study(write_study(tmp_path / "study"), tmp_path / "out", profile="workbench")


def couples() -> tuple[str, dict[str, list[str]]]:
    columns = answers()
    n = len(columns["age"])
    columns["couple"] = [str(1 + number // 2) for number in range(n)]
    columns["use_a"] = ["1" if number % 4 else "0" for number in range(n)]
    columns["use_b"] = ["1" if number % 4 else str(number % 3 % 2) for number in range(n)]
    labels = 'type = "nominal"\nlabels = { 0 = "no", 1 = "yes" }\n'
    book = CODEBOOK + '\n[variables.couple]\ncolumn = "couple"\ntype = "number"\n'
    book += f'\n[variables.use_a]\ncolumn = "use_a"\n{labels}\n[variables.use_b]\ncolumn = "use_b"\n{labels}'
    return book, columns


def test_records_with_both_partners_are_refused(tmp_path: Path) -> None:
    book, columns = couples()
    sharing = SHARING + 'partners = [["use_a", "use_b"]]\n'
    folder = write_study(tmp_path / "study", study=STUDY + sharing, codebook=book, columns=columns)
    with pytest.raises(OutputError, match="partners_in_one_record"):
        release_study(folder, tmp_path / "out")


def test_a_table_that_gives_a_partner_away_is_refused(tmp_path: Path) -> None:
    book, columns = couples()
    table = '\n[[analyses]]\nid = "both"\ndo = "crosstab"\nrow = "use_a"\ncolumn = "use_b"\n'
    sharing = '\n[sharing]\ntwin = false\npartners = [["use_b", "use_a"]]\n'
    folder = write_study(tmp_path / "study", study=STUDY + table + sharing, codebook=book, columns=columns)
    with pytest.raises(OutputError) as caught:
        release_study(folder, tmp_path / "out")
    # The 300 partners of a who answered yes have a partner who did; the 67 partners of b who answered no, one who did.
    assert caught.value.problems[0].code == "partner_readable"
    assert caught.value.problems[0].message.startswith("367 people")


def test_couples_count_once_in_the_records(tmp_path: Path) -> None:
    book, columns = couples()
    sharing = SHARING + 'couple = "couple"\n'
    folder = write_study(tmp_path / "study", study=STUDY + sharing, codebook=book, columns=columns)
    release_study(folder, tmp_path / "out")
    records = pd.read_csv(tmp_path / "out" / "microdata" / "microdata.csv", dtype=str)
    assert "couple" not in records.columns
    assert "couples (k = " in (tmp_path / "out" / "release_note.md").read_text(encoding="utf-8")


def test_a_twin_on_which_an_analysis_fails_is_never_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = write_study(tmp_path / "study")
    run = run_study(folder)
    from osa_survey.plan import twin_step

    broken = twin_step.twin_files

    def without_yes(*arguments: object) -> dict[str, str]:
        files = broken(*arguments)  # type: ignore[arg-type]
        head, *lines = files["twin.csv"].splitlines()
        place = head.split(",").index("ever")
        cells = [line.split(",") for line in lines]
        for row in cells:
            row[place] = "0"
        return {**files, "twin.csv": "\n".join([head, *(",".join(row) for row in cells)]) + "\n"}

    monkeypatch.setattr(twin_step, "twin_files", without_yes)
    import numpy as np

    with pytest.raises(OutputError, match="twin_fails"):
        study_twin(run, np.random.SeedSequence(1))
