"""The power command: a page beside its batches, the same for the same file, and what is wrong said before any work."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.made_up_power import planned, t_test


def osa(*arguments: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "osa_survey", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=False)


def test_the_page_says_what_is_simulated_and_what_is_assumed(tmp_path: Path) -> None:
    study = planned(tmp_path / "study", t_test(0.5, "[power]\nreplicates = 40"))
    options = ("--out", tmp_path / "power", "--n", 60, "--n", 200, "--replicates", 50)
    done = osa("power", study.parent, *options)
    assert done.returncode == 0, done.stderr
    assert done.stderr == "", "nobody looks at a terminal"
    assert "the power is" in done.stdout
    assert "hours, as planned:" in done.stdout
    page = (tmp_path / "power" / "report.html").read_text(encoding="utf-8")
    assert "SIMULATED DATA" in page
    assert "Assumed: sd of hours = 10." in page
    assert "no respondent stands behind any number" in page
    assert "<svg" in page
    kept = sorted(path.name for path in (tmp_path / "power.batches").iterdir())
    assert len(kept) == 2
    tables = {path.name: path.read_bytes() for path in (tmp_path / "power" / "tables").iterdir()}
    assert {"power.csv", "power.required.csv", "power.errors.csv"} <= set(tables)
    again = osa("power", study, *options)
    assert again.stdout == done.stdout
    assert {path.name: path.read_bytes() for path in (tmp_path / "power" / "tables").iterdir()} == tables


def test_a_plan_that_cannot_be_carried_out_is_refused_with_what_to_do(tmp_path: Path) -> None:
    study = planned(tmp_path / "study", t_test(0.5).replace('tests = "hours"', ""))
    done = osa("power", study, "--out", tmp_path / "power")
    assert done.returncode == 2
    assert "no_hypothesis" in done.stderr
    assert "add [[hypotheses]]" in done.stderr
    assert not (tmp_path / "power").exists()
