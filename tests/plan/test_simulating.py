"""A study without any respondent: its files alone give an export on which every command works, and all says so."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from osa_survey.cli.main import app
from osa_survey.codebooks import load_codebook
from osa_survey.dataset import admit
from osa_survey.drafting import draft_study
from osa_survey.errors import DefinitionError, OutputError
from osa_survey.ingest import read_export
from osa_survey.instruments import data_dictionary
from osa_survey.plan import check_study, load_study, report_study, simulate_study
from osa_survey.plan.running import prepare_study

BANNER = "SIMULATED DATA"
SMALL = """format = 1
title = "Compulsivity"
seed = 7
{head}
[fieldwork]
sample = "opt-in"

[[analyses]]
id = "scores"
do = "describe"
variables = ["age", "scs_total"]
{tail}
"""
CODEBOOK = """format = 1
title = "Compulsivity"

[file]
platform = "{platform}"

[missing]
refused = [-9]

[eligibility]
age = "age"

[blocks.scs]
instrument = "scs"
columns = "scs_{{n}}"

[variables.age]
column = "age"
type = "number"
maximum = 99
"""
ONE = '\n[[data]]\nexport = "answers.csv"\ncodebook = "codebook.toml"\n'


def small_study(folder: Path, head: str = ONE, tail: str = "", platform: str = "table") -> Path:
    folder.mkdir()
    (folder / "study.toml").write_text(SMALL.format(head=head, tail=tail), encoding="utf-8")
    (folder / "codebook.toml").write_text(CODEBOOK.format(platform=platform), encoding="utf-8")
    return folder


def test_the_shipped_example_is_simulated_from_its_files_alone(tmp_path: Path) -> None:
    """It has no [simulation]: every number is a default, listed as assumed, or published by a definition."""
    source = data_dictionary() / "examples" / "osa"
    written = simulate_study(source, tmp_path / "made", n=400)
    assert [path.name for path in written] == [
        "osa_simulated.csv",
        "osa_simulated.truth.json",
        "study.toml",
        "codebook.toml",
    ]
    truth = json.loads(written[1].read_text(encoding="utf-8"))
    assert truth["simulated"] is True
    assert truth["truth"]["people"] == 400
    assert {entry["status"] for entry in truth["assumptions"]} <= {"assumed", "published"}
    assert all(entry["why"] for entry in truth["assumptions"])
    prepared = prepare_study(tmp_path / "made")
    assert len(prepared.scored) > 300
    codes = prepared.scored.responses.codes
    starts = [18, 25, 35, 45, 55, 65]
    assert (codes["age_band"] == np.searchsorted(starts, codes["age"], side="right")).all()
    types = ("information", "entertainment", "contacts", "minority_communities", "products", "sex_work")
    any_type = (codes[[f"osa_{name}" for name in types]] == 1).any(axis=1)
    assert ((codes["osa_any"] == 1) == any_type).all()
    check = check_study(tmp_path / "made", strict=True)
    assert {finding.code for finding in check.findings} == {"nothing_beside"}
    # some simulated people type an age nobody can have: planted, so there is nothing to decide on
    assert int(check.facts["simulated people without an age that can be read"]) > 0


def test_a_drafted_study_is_simulated(tmp_path: Path) -> None:
    source = data_dictionary() / "examples" / "osa"
    first = simulate_study(source, tmp_path / "first", n=300)[0]
    draft_study(first, tmp_path / "drafted")
    written = simulate_study(tmp_path / "drafted", tmp_path / "second", n=200)
    assert len(admit(read_export(written[0]), load_codebook(tmp_path / "second" / "codebook.toml"))) > 150


def test_the_report_says_so_because_the_export_does(tmp_path: Path) -> None:
    """The codebook of a study that waits for real answers does not say "simulated"; the marked file is enough."""
    study = small_study(tmp_path / "study")
    made = simulate_study(study, tmp_path / "made", n=200)[0]
    shutil.copy(made, study / "answers.csv")
    assert not load_study(study).codebook.simulated
    written = report_study(study, tmp_path / "report")
    html = written[0].read_text(encoding="utf-8")
    assert BANNER in html
    assert "All answers are simulated. No respondent stands behind them." in html
    ledger = (tmp_path / "report" / "results.jsonl").read_text(encoding="utf-8").splitlines()
    assert json.loads(ledger[0])["simulated"] is True
    table = pd.read_csv(study / "answers.csv", dtype=str).drop(columns="simulated")
    table.to_csv(study / "answers.csv", index=False)
    report_study(study, tmp_path / "real")
    assert BANNER not in (tmp_path / "real" / written[0].name).read_text(encoding="utf-8")
    head = (tmp_path / "real" / "results.jsonl").read_text(encoding="utf-8").splitlines()[0]
    assert "simulated" not in json.loads(head)


def test_one_marked_record_marks_the_study(tmp_path: Path) -> None:
    study = small_study(tmp_path / "study")
    made = simulate_study(study, tmp_path / "made", n=60)[0]
    table = pd.read_csv(made, dtype=str)
    table.loc[1:, "simulated"] = ""
    table.to_csv(study / "answers.csv", index=False)
    assert prepare_study(study).admitted.simulated
    assert "SIMULATED" in repr(prepare_study(study).admitted)


def test_exports_by_wave_are_interviews_of_the_same_people(tmp_path: Path) -> None:
    entries = "".join(f'\n[[data]]\nexport = "wave{n}.csv"\ncodebook = "codebook.toml"\nwave = {n}\n' for n in (1, 2))
    study = small_study(tmp_path / "study", entries)
    written = simulate_study(study, tmp_path / "made", n=300)
    assert [path.name for path in written[:2]] == ["wave1_simulated.csv", "wave2_simulated.csv"]
    prepared = prepare_study(tmp_path / "made")
    counts = prepared.admitted.codes["wave"].value_counts()
    assert counts[1] > 280
    assert 200 < counts[2] < 275
    assert "data.wave" not in written[0].read_text(encoding="utf-8").splitlines()[0]


def test_exports_by_country_and_exports_in_turn(tmp_path: Path) -> None:
    for name, extra in (("by_country", 'country = "{}"\n'), ("in_turn", "")):
        entries = "".join(
            f'\n[[data]]\nexport = "{code}.csv"\ncodebook = "codebook.toml"\n{extra.format(code)}'
            for code in ("de", "ca")
        )
        study = small_study(tmp_path / name, entries)
        written = simulate_study(study, tmp_path / f"{name}_made", n=200)
        sizes = [read_export(path).n_records for path in written[:2]]
        assert sum(sizes) >= 200
        assert min(sizes) > 70
        prepare_study(tmp_path / f"{name}_made")


def test_the_table_of_the_study_file_is_used_and_its_mistakes_are_located(tmp_path: Path) -> None:
    tail = (
        "\n[simulation]\nn = 150\n\n[simulation.variables.age]\ndistribution = 'uniform'\nminimum = 30\nmaximum = 39\n"
    )
    made = simulate_study(small_study(tmp_path / "study", tail=tail), tmp_path / "made")[0]
    export = read_export(made)
    ages = {float(value) for value in export.values("age")[0] if value not in ("", "-9")}
    assert {age for age in ages if age < 99} == set(range(30, 40))
    assert 150 <= export.n_records < 160
    wrong = small_study(tmp_path / "wrong", tail=tail.replace("minimum = 30", "minimum = 12"))
    with pytest.raises(DefinitionError) as caught:
        simulate_study(wrong, tmp_path / "not_made")
    assert [(p.code, p.file, p.key) for p in caught.value.problems] == [
        ("out_of_range", "study.toml", "simulation.variables.age")
    ]
    assert not (tmp_path / "not_made").exists()
    typo = small_study(tmp_path / "typo", tail="\n[simulation]\nnumber = 150\n")
    with pytest.raises(DefinitionError, match="number"):
        load_study(typo)


@pytest.mark.parametrize("platform", ["qualtrics", "limesurvey", "redcap", "spss", "table"])
def test_the_folder_runs_whatever_the_platform(platform: str, tmp_path: Path) -> None:
    study = small_study(tmp_path / "study")
    simulate_study(study, tmp_path / "made", n=120, platform=platform)
    prepared = prepare_study(tmp_path / "made")
    assert prepared.admitted.source["platform"] == platform
    assert prepared.study.codebook.simulated
    assert len(prepared.scored) > 100


def test_a_platform_without_a_writer_is_refused(tmp_path: Path) -> None:
    study = small_study(tmp_path / "study", platform="sosci")
    with pytest.raises(OutputError, match="no_writer"):
        simulate_study(study, tmp_path / "made")
    assert simulate_study(study, tmp_path / "made", n=50, platform="table")


def test_workers_and_repetition_change_no_byte(tmp_path: Path) -> None:
    study = small_study(tmp_path / "study")
    folders = [tmp_path / name for name in ("one", "two", "again")]
    for folder, workers in zip(folders, (1, 2, 1), strict=True):
        simulate_study(study, folder, n=9000, seed=3, workers=workers)
    files = sorted(path.name for path in folders[0].iterdir())
    for folder in folders[1:]:
        assert sorted(path.name for path in folder.iterdir()) == files
        for name in files:
            assert (folder / name).read_bytes() == (folders[0] / name).read_bytes(), name


def test_the_command_writes_and_says_what_to_do_next(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    study, out = small_study(tmp_path / "study"), tmp_path / "made"
    app(["simulate", str(study), "--out", str(out), "--n", "40", "--seed", "2"], standalone_mode=False)
    shown = capsys.readouterr().out
    assert f"written: {out / 'answers_simulated.csv'}" in shown
    assert f"next: osa-survey report {out / 'study.toml'} --out report" in shown
    assert "no respondent stands behind" in shown
