"""The commands about the ledger and the plan: their exit codes and their two formats."""

from __future__ import annotations

import io
import json
import sys
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path

import pytest
from docx import Document

from osa_survey.cli import main
from tests.made_up_folders import STUDY, write_study

SHORT = STUDY.partition('[[analyses]]\nid = "rel"')[0] + '\n[report]\nformats = ["docx"]\n'
LONGEST = ("longest_run = 10", "longest_run = 9")


@dataclass(frozen=True)
class Outcome:
    """What a command left with, and what it wrote."""

    returncode: int
    stdout: str
    stderr: str


def osa(*arguments: object) -> Outcome:
    """Run a command in this process, as the program would."""
    out, err = io.StringIO(), io.StringIO()
    with pytest.MonkeyPatch.context() as patch, redirect_stdout(out), redirect_stderr(err):
        patch.setattr(sys, "argv", ["osa-survey", *map(str, arguments)])
        code = main()
    return Outcome(code, out.getvalue(), err.getvalue())


@pytest.fixture(scope="module")
def reported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("ledger")
    write_study(folder / "study", study=SHORT)
    assert osa("report", folder / "study", "--out", folder / "report", "--disclosure", "workbench").returncode == 0
    return folder


def test_verify_is_quiet_on_the_report_and_finds_an_edit(reported: Path, tmp_path: Path) -> None:
    report = reported / "report" / "report.docx"
    fine = osa("verify", report)
    assert (fine.returncode, fine.stderr) == (0, "")
    assert "no findings" in fine.stdout
    document = Document(str(report))
    paragraph = next(one for one in document.paragraphs if one.text.startswith("Age: M = "))
    mean = paragraph._p.xpath("./w:sdt//w:t")[0]  # the content control that holds the number
    mean.text = f"1{mean.text}"
    document.save(str(tmp_path / "edited.docx"))
    found = osa("verify", tmp_path / "edited.docx", "--results", reported / "report", "--format", "json")
    assert found.returncode == 1
    assert [one["code"] for one in json.loads(found.stdout)["findings"]] == ["changed_number"]
    assert osa("verify", reported / "study" / "data.csv", "--results", reported / "report").returncode == 2


def test_diff_tells_runs_apart(reported: Path, tmp_path: Path) -> None:
    same = osa("diff", reported / "report", reported / "report" / "results.jsonl")
    assert (same.returncode, same.stderr) == (0, "")
    study = write_study(tmp_path / "study", study=SHORT.replace("longest_run = 10", "longest_run = 8"))
    assert osa("run", study, "--out", tmp_path / "results").returncode == 0
    found = osa("diff", reported / "report", tmp_path / "results", "--format", "json")
    assert found.returncode == 1
    told = json.loads(found.stdout)
    assert {"study", "exclusions"} <= {cause["kind"] for cause in told["causes"]}
    assert osa("diff", reported / "study", tmp_path / "results").returncode == 2


def test_freeze_check_amend_check(tmp_path: Path) -> None:
    folder = write_study(tmp_path / "study", study=SHORT)
    assert osa("freeze", folder).returncode == 0
    assert osa("check", folder).returncode == 0
    path = folder / "study.toml"
    path.write_text(path.read_text(encoding="utf-8").replace(*LONGEST), encoding="utf-8")
    edited = osa("check", folder)
    assert edited.returncode == 1
    assert "plan_edited" in edited.stdout
    assert osa("amend", folder, "--reason", "data_quality", "--tier", "blind").returncode == 2
    amended = osa("amend", folder, "--reason", "data_quality", "--tier", "blind", "--by", "A. Author")
    assert amended.returncode == 0
    assert "10 → 9" in amended.stdout
    assert osa("check", folder).returncode == 0
    assert osa("freeze", folder).returncode == 2


def test_audit_has_an_exit_code_and_two_languages(tmp_path: Path) -> None:
    title = 'title = "Compulsivity, gender and age"'
    folder = write_study(tmp_path / "study", study=SHORT)
    assert osa("audit", folder).returncode == 0
    write_study(folder, study=SHORT.replace(title, 'title = "The impact of age"'))
    found = osa("audit", folder, "--language", "de", "--format", "json")
    assert found.returncode == 1
    remarks = json.loads(found.stdout)["findings"]
    assert [one["code"] for one in remarks] == ["causal_words"]
    assert "Ursache und Wirkung" in remarks[0]["message"]
