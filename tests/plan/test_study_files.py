"""The study file: what it may say, what it must say, and that a run follows it."""

from __future__ import annotations

import json
import re
from pathlib import Path

import numpy as np
import pytest

from osa_survey.errors import AnalysisError, DefinitionError, OutputError
from osa_survey.plan import StudyFile, load_study, report_study, run_study, score_study, write_run
from osa_survey.plan.running import PreparedStudy
from osa_survey.plan.study_folder import read_study_export
from osa_survey.quality import screen
from osa_survey.results import read_ledger
from osa_survey.scoring import score
from tests.written_studies import AGE, OPT_IN, SCS, write_files

STUDY = f"""{OPT_IN}
[[hypotheses]]
id = "h1"
text = "Groups differ."

[[analyses]]
id = "sample"
do = "describe"
variables = ["age", "group", "scs_total"]

[[analyses]]
id = "gap"
do = "compare_groups"
outcome = "scs_total"
by = "group"
tests = "h1"
"""
CODEBOOK = (
    AGE
    + SCS
    + """
[variables.group]
column = "group"
type = "nominal"
labels = { 1 = "first group", 2 = "second group", 3 = "tiny group" }
"""
)


@pytest.fixture
def study(tmp_path: Path) -> Path:
    generator = np.random.default_rng(3)
    trait = generator.normal(size=(120, 1))
    items = np.clip(np.round(2.5 + trait + generator.normal(size=(120, 10)) * 0.7), 1, 4).astype(int)
    group = np.array([1] * 60 + [2] * 57 + [3] * 3)
    lines = [",".join([*(f"Q{n}" for n in range(1, 11)), "age", "group"])]
    lines += [",".join(map(str, [*row, 20 + i % 50, group[i]])) for i, row in enumerate(items)]
    return write_files(tmp_path / "study", study=STUDY, codebook=CODEBOOK, data=lines)


def change(study: Path, old: str, new: str) -> Path:
    path = study / "study.toml"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")
    return study


def problems(study: Path) -> list[tuple[str, str]]:
    with pytest.raises(DefinitionError) as caught:
        load_study(study)
    return [(problem.code, problem.key) for problem in caught.value.problems]


def test_folder_and_file_name_the_same_study(study: Path) -> None:
    assert load_study(study).file == load_study(study / "study.toml").file
    assert load_study(study).variable_names == ("age", "group", "scs_total", "scs_mean")


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ('sample = "opt-in"', 'sample = "convenience"', ("wrong_value", "fieldwork.sample")),
        ('sample = "opt-in"', "", ("missing_key", "fieldwork.sample")),
        ('tests = "h1"', 'tests = "h2"', ("wrong_value", "")),
        ('id = "gap"', 'id = "sample"', ("wrong_value", "")),
        ('by = "group"', "", ("missing_argument", "analyses[2].by")),
        ('by = "group"', 'by = "grup"', ("unknown_variable", "analyses[2].by")),
        ("format = 1", "format = 2", ("wrong_value", "format")),
    ],
)
def test_what_a_study_may_not_say(study: Path, old: str, new: str, expected: tuple[str, str]) -> None:
    assert expected in problems(change(study, old, new))


def test_rules_are_held_against_the_codebook(study: Path) -> None:
    added = (
        '[scoring.scs.totl]\nmin_answered = 8\nreason = "r"\n'
        '[scoring.scss.total]\nmin_answered = 8\nreason = "r"\n'
        '[exclude.straight_linig]\nreason = "r"\n'
    )
    change(study, "[[hypotheses]]", added + "\n[[hypotheses]]")
    assert {code for code, _ in problems(study)} == {"unknown_scale", "unknown_block", "unknown_check"}


def test_exclusions_and_scoring_of_the_file_are_followed(study: Path) -> None:
    added = '[exclude]\nstraight_lining = { longest_run = 10, reason = "preregistered" }\n\n[[hypotheses]]'
    before = len(score_study(study))
    after = score_study(change(study, "[[hypotheses]]", added))
    values = after.responses.items("scs")
    assert len(after) < before
    assert not (values == values[:, :1]).all(axis=1).any()
    assert after.responses.history[-1].reason == "preregistered"


def test_only_some_analyses(study: Path) -> None:
    assert [result.id for result in run_study(study, only=["gap"]).analyses] == ["gap"]
    with pytest.raises(DefinitionError, match="did you mean 'gap'"):
        run_study(study, only=["gapp"])


def test_problems_of_analyses_name_their_entry(study: Path) -> None:
    change(study, 'by = "group"', 'by = "age"')
    with pytest.raises(AnalysisError) as caught:
        run_study(study)
    assert caught.value.problems[0].key == "analyses[2]"


def test_a_run_writes_a_ledger_and_tables(study: Path, tmp_path: Path) -> None:
    out = tmp_path / "results"
    run = run_study(study)
    write_run(run, out)
    head, rows = read_ledger(out / "results.jsonl")
    assert head["profile"] == "workbench"
    assert set(head["definitions"]) == {"study", "codebook", "instruments/scs"}
    assert head["versions"]["osa_survey"]
    assert "NOT FOR RELEASE" in (out / "NOT FOR RELEASE.txt").read_text(encoding="utf-8")
    assert {row["id"].split("/")[0] for row in rows} >= {"flow", "screen", "missingness", "sample", "gap", "keying"}
    assert (out / "tables" / "gap.csv").is_file()
    assert isinstance(run.prepared, PreparedStudy)
    assert "1,2" not in repr(run) + repr(run.prepared)


def test_a_group_of_three_is_in_no_byte_of_a_journal_report(study: Path, tmp_path: Path) -> None:
    out = tmp_path / "report"
    report_study(study, out)
    own = run_study(study).analyses[1].more["groups"].table.set_index(["group", "quantity"])
    secret = own.loc[("tiny group", "mean"), "estimate"]
    _, rows = read_ledger(out / "results.jsonl")
    tiny = [row for row in rows if row["group"] == "tiny group" or row["level"] == "tiny group"]
    assert tiny
    assert all(row["estimate"] is None and row["n"] is None for row in tiny)
    for path in out.rglob("*"):
        if path.suffix in (".html", ".svg"):
            text = re.sub(r' (d|transform|points|x|y)="[^"]*"', "", path.read_text(encoding="utf-8"))
            assert f"{secret:.2f}" not in text, path.name


def test_a_failing_disk_leaves_the_earlier_report(study: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    out = tmp_path / "report"
    report_study(study, out)
    before = {path.relative_to(out): path.read_bytes() for path in out.rglob("*") if path.is_file()}

    def full(handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(OutputError, match="No space left"):
        report_study(study, out)
    monkeypatch.undo()
    assert before == {path.relative_to(out): path.read_bytes() for path in out.rglob("*") if path.is_file()}
    assert [entry.name for entry in tmp_path.iterdir()] == ["study", "report"] or not list(tmp_path.glob("*.partial"))


def test_attested_adulthood_is_printed(study: Path, tmp_path: Path) -> None:
    attested = 'attested = { how = "panel of adults", by = "the panel", documented = "contract 7" }'
    without_age = AGE.split("[variables.age]")[0].replace('age = "age"', attested)
    (study / "codebook.toml").write_text(CODEBOOK.replace(AGE, without_age), encoding="utf-8")
    data = study / "data.csv"
    data.write_text(data.read_text(encoding="utf-8").replace(",age,", ",code,"), encoding="utf-8")
    change(study, '"age", "group"', '"group"')
    report_study(study, tmp_path / "report")
    assert "contract 7" in (tmp_path / "report" / "report.html").read_text(encoding="utf-8")
    head = json.loads((tmp_path / "report" / "results.jsonl").read_text(encoding="utf-8").splitlines()[0])
    assert "attested" in head["data"][0]["adulthood"]


def test_effect_sizes_are_asked_for_in_the_study_file(study: Path, tmp_path: Path) -> None:
    change(study, 'by = "group"\n', 'by = "group"\neffect_sizes = ["cliffs_delta", "glass_delta", "eta_squared"]\n')
    report_study(study, tmp_path / "report")
    page = (tmp_path / "report" / "report.html").read_text(encoding="utf-8")
    assert "Cliff" in page
    assert "η²" in page
    lines = (tmp_path / "report" / "results.jsonl").read_text(encoding="utf-8").splitlines()
    ids = {json.loads(line).get("id", "") for line in lines}
    assert any(one.startswith("gap/effect_sizes/glass_delta/") for one in ids)
    assert any(one.startswith("gap/effect_sizes_overall/eta_squared/") for one in ids)


def test_a_tested_scale_says_its_verdict_under_the_comparison(study: Path) -> None:
    not_tested = "Measurement invariance across groups: not tested."
    before = next(result for result in run_study(study).analyses if result.id == "gap")
    assert not_tested in before.notes
    entry = '[[analyses]]\nid = "alike"\ndo = "invariance"\nmodel = "scs"\nby = "group"\nestimator = "MLR"\n'
    path = study / "study.toml"
    path.write_text(path.read_text(encoding="utf-8") + entry, encoding="utf-8")
    run = run_study(study)
    tested = next(result for result in run.analyses if result.analysis == "invariance")
    assert any("tiny group" in note for note in tested.notes)
    after = next(result for result in run.analyses if result.id == "gap")
    assert not_tested not in after.notes
    verdict = tested.pick("step_verdict", term="verdict")["level"]
    assert verdict in {"means comparable", "means comparable with care"}
    assert any(note.startswith("Measurement invariance across groups: means of") for note in after.notes)


def test_a_missing_argument_names_what_it_takes(study: Path) -> None:
    added = '\n[[analyses]]\nid = "share"\ndo = "prevalence"\nactivities = ["group"]\n'
    path = study / "study.toml"
    path.write_text(path.read_text(encoding="utf-8") + added, encoding="utf-8")
    with pytest.raises(DefinitionError, match=r'add base = "eligible" \| "asked"'):
        load_study(study)


def test_a_step_that_was_left_out_is_named(study: Path) -> None:
    export = read_study_export(load_study(study))
    for step in (score, screen):
        with pytest.raises(AnalysisError, match="admit the export first"):
            step(export)


def test_the_format_is_closed() -> None:
    assert StudyFile.model_config["extra"] == "forbid"
