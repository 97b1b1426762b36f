"""The main job on real answers: init, check, score, report, with the numbers of the file's source page."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from osa_survey.cli.main import app
from osa_survey.ingest import read_export
from osa_survey.instruments.reasons import REASON_CODES
from osa_survey.plan import StudyRun, prepare_study, run_study
from osa_survey.psychometrics import item_statistics
from osa_survey.quality import flags
from osa_survey.results import read_ledger
from osa_survey.scoring import scale_scores

LAST_DIGIT = 0.5e-4
"""Half a unit of the last digit the source page prints."""


@pytest.fixture(scope="module")
def study(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("scs")
    shutil.copy(shared / "data" / "scs" / "data.csv", folder / "data.csv")
    outcome = CliRunner().invoke(app, ["init", str(folder / "study"), "--export", str(folder / "data.csv")])
    assert outcome.exit_code == 0, outcome.output
    assert "# check:" in (folder / "study" / "codebook.toml").read_text(encoding="utf-8")
    return folder / "study"


@pytest.fixture(scope="module")
def finished(study: Path) -> StudyRun:
    return run_study(study)


def test_records_ages_and_unanswered_items(study: Path) -> None:
    prepared = prepare_study(study)
    assert prepared.records == 3242
    assert [(step.code, step.n) for step in prepared.admitted.history] == [("age_impossible", 3)]
    assert len(prepared.admitted) == 3239
    reasons = prepared.admitted.reasons[list(prepared.admitted.item_columns("scs"))].to_numpy()
    assert int((reasons == REASON_CODES["not_answered"]).sum()) == 189
    assert int((reasons > 0).sum()) == 189


def test_totals_and_alpha(finished: StudyRun) -> None:
    scored = finished.prepared.scored
    total = scored.frame["scs_total"].to_numpy()
    complete = total[~np.isnan(total)]
    assert len(complete) == 3111
    assert complete.mean() == pytest.approx(23.5583, abs=LAST_DIGIT)
    assert complete.std(ddof=1) == pytest.approx(7.7961, abs=LAST_DIGIT)
    reliability = next(result for result in finished.analyses if result.analysis == "reliability")
    assert reliability.pick("alpha")["estimate"] == pytest.approx(0.8959, abs=LAST_DIGIT)
    log = scored.scale_log("scs_total")
    assert (log.scored, log.prorated, log.not_scored) == (3111, 0, 128)


def test_totals_by_gender_and_age(finished: StudyRun) -> None:
    frame = finished.prepared.scored.frame
    total, gender = frame["scs_total"].to_numpy(), frame["gender"].to_numpy()
    expected = {1.0: (23.5151, 7.6415, 2122), 2.0: (23.6964, 8.1433, 965), 3.0: (22.1818, None, 11)}
    for code, (mean, sd, n) in expected.items():
        own = total[(gender == code) & ~np.isnan(total)]
        assert len(own) == n
        assert own.mean() == pytest.approx(mean, abs=LAST_DIGIT)
        assert sd is None or own.std(ddof=1) == pytest.approx(sd, abs=LAST_DIGIT)
    unknown = total[np.isnan(gender) & ~np.isnan(total)]
    assert (len(unknown), unknown.mean()) == (13, pytest.approx(21.5385, abs=LAST_DIGIT))
    both = ~np.isnan(total)
    r = np.corrcoef(total[both], frame["age"].to_numpy()[both])[0, 1]
    assert r == pytest.approx(0.0104, abs=LAST_DIGIT)


def test_proration_of_the_study_file(study: Path, tmp_path: Path) -> None:
    copied = tmp_path / "study"
    shutil.copytree(study, copied)
    shutil.copy(study.parent / "data.csv", tmp_path / "data.csv")
    path = copied / "study.toml"
    rule = '\n[scoring.scs.total]\nmin_answered = 8\nreason = "prorated as in the preregistration"\n'
    path.write_text(path.read_text(encoding="utf-8") + rule, encoding="utf-8")
    total = prepare_study(copied).scored.frame["scs_total"].dropna()
    assert len(total) == 3231
    assert total.mean() == pytest.approx(23.5874, abs=LAST_DIGIT)
    assert total.std() == pytest.approx(7.7782, abs=LAST_DIGIT)


def test_constant_lines_are_floor_ceiling_or_between_and_nobody_leaves(finished: StudyRun) -> None:
    admitted = finished.prepared.admitted
    found = {(flag.check, flag.block): int(flag.mask.sum()) for flag in flags(admitted)}
    assert found["floor_line", "scs"] == 53
    assert found["ceiling_line", "scs"] == 68
    assert found["constant_line", "scs"] == 12
    assert ("straight_line", "scs") not in found
    assert found["identical_records", ""] == 71
    assert len(finished.prepared.scored) == len(admitted)


def test_the_key_agrees(finished: StudyRun) -> None:
    assert finished.prepared.scored.keying["scs_total"].verdict == "agrees"


def test_before_the_age_rule_the_numbers_are_those_of_the_source(study: Path) -> None:
    """All 3,242 records of the file through the array functions of scoring and reliability, no one left out."""
    export = read_export(study.parent / "data.csv")
    columns = []
    for n in range(1, 11):
        values, which = export.values(f"Q{n}")
        columns.append(np.array([float(value) if value not in ("", "0") else np.nan for value in values])[which])
    items = np.column_stack(columns)
    scores = scale_scores(items, "sum", min_answered=10).score
    complete = scores[~np.isnan(scores)]
    assert (len(items), len(complete)) == (3242, 3114)
    assert complete.mean() == pytest.approx(23.5549, abs=LAST_DIGIT)
    assert complete.std(ddof=1) == pytest.approx(7.8054, abs=LAST_DIGIT)
    alpha = item_statistics(items, "listwise").alpha
    assert alpha == pytest.approx(0.8963, abs=LAST_DIGIT)


def test_check_leaves_the_guesses_and_ages_that_are_none_to_a_person(study: Path) -> None:
    outcome = CliRunner().invoke(app, ["check", str(study), "--format", "json"], standalone_mode=False)
    assert outcome.return_value == 1, outcome.output
    told = json.loads(outcome.output)
    assert {(one["code"], one["file"]) for one in told["findings"] if one["code"] != "age_not_read"} == {
        ("unconfirmed", "codebook.toml"),
        ("unconfirmed", "study.toml"),
    }
    facts = told["facts"]
    assert facts["records"] == "3242"
    assert facts["adults"] == "3239"
    assert facts["excluded, impossible age"] == "3"


def test_score_says_who_was_scored(study: Path, tmp_path: Path) -> None:
    out = tmp_path / "scores.csv"
    outcome = CliRunner().invoke(app, ["score", str(study), "--out", str(out)])
    assert outcome.exit_code == 0, outcome.output
    assert "scs_total: 3111 scored, 0 prorated, 128 not scored (128 not answered)" in outcome.output
    assert len(out.read_text(encoding="utf-8").splitlines()) == 3240


def test_report_passes_the_gate_and_backs_its_numbers(study: Path, tmp_path: Path) -> None:
    out = tmp_path / "report"
    outcome = CliRunner().invoke(app, ["report", str(study), "--out", str(out)])
    assert outcome.exit_code == 0, outcome.output
    html = (out / "report.html").read_text(encoding="utf-8")
    assert "3,242" in html
    assert "23.56" in html
    assert "NOT FOR RELEASE" not in html
    run, rows = read_ledger(out / "results.jsonl")
    assert run["profile"] == "journal"
    assert run["data"][0]["records"] == 3242
    means = [row for row in rows if row["quantity"] == "mean" and row["outcome"] == "scs_total" and not row["group"]]
    assert any(abs(row["estimate"] - 23.5583) < LAST_DIGIT for row in means)
    assert all(row["estimate"] is None for row in rows if row["suppressed"])


def test_running_twice_gives_the_same_bytes(study: Path, tmp_path: Path) -> None:
    first, second = tmp_path / "a", tmp_path / "b"
    for out in (first, second):
        assert CliRunner().invoke(app, ["report", str(study), "--out", str(out)]).exit_code == 0
    files = sorted(path.relative_to(first) for path in first.rglob("*") if path.is_file())
    assert files == sorted(path.relative_to(second) for path in second.rglob("*") if path.is_file())
    for name in files:
        assert (first / name).read_bytes() == (second / name).read_bytes(), name
