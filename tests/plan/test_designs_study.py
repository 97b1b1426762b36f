"""One study file with every design of a field's papers, run and reported by the command line from simulated answers."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from osa_survey.plan.study_file import StudyFile
from osa_survey.plan.study_folder import load_study

STUDY = Path(__file__).parent / "studies" / "designs"
PEOPLE = 500
SHIFT = 0.4
"""Planted change of the trait between waves 1 and 2, in SD of the first wave."""
TOLERANCE = 0.15
"""Three standard errors of a latent change in SD at this n, from the interval of the report."""
EDGES = (-1.2, -0.3, 0.5, 1.4)


def simulated(rng: np.random.Generator) -> pd.DataFrame:
    """Return answers of made-up adults with a planted change, lag, mediation and couple."""
    age = rng.integers(18, 80, PEOPLE)
    gender = rng.integers(1, 3, PEOPLE)
    use, ease = [rng.normal(size=PEOPLE)], [rng.normal(size=PEOPLE)]
    for wave in (1, 2):
        use.append(0.5 * use[-1] + 0.1 * ease[-1] + rng.normal(size=PEOPLE) * 0.8)
        ease.append((SHIFT if wave == 1 else 0.0) + 0.7 * ease[-1] + 0.2 * use[-2] + 0.6 * rng.normal(size=PEOPLE))
    own = rng.normal(size=(PEOPLE, 4))
    found: dict[str, object] = {"person": np.arange(1, PEOPLE + 1), "age": age, "gender": gender}
    for wave, trait in enumerate(ease, start=1):
        for item in range(4):
            sign = -1 if item == 2 else 1
            answer = 1 + np.searchsorted(EDGES, sign * (trait + 0.3 * own[:, item] + 0.7 * rng.normal(size=PEOPLE)))
            found[f"ease{item + 1}_{wave}"] = answer
    calm = 0.5 * use[0] + rng.normal(size=PEOPLE)
    trust = rng.normal(size=(PEOPLE, 2)) @ np.array([[1.0, 0.3], [0.0, 0.95]])
    joy = 0.4 * trust + 0.2 * trust[:, ::-1] + rng.normal(size=(PEOPLE, 2))
    codes = rng.integers(1, 4, PEOPLE)
    second = np.where(rng.random(PEOPLE) < 0.8, codes, rng.integers(1, 4, PEOPLE))
    found |= {
        "sits": (ease[0] + rng.normal(size=PEOPLE) > 0).astype(int),
        **{f"use_{wave}": np.round(values, 3) for wave, values in enumerate(use, start=1)},
        "other_scale": np.round(3 + 0.8 * ease[0] + 0.5 * rng.normal(size=PEOPLE), 2),
        "calm": np.round(calm, 2),
        "hurry": np.round(-0.2 * calm + rng.normal(size=PEOPLE), 2),
        "trust_own": np.round(trust[:, 0], 3),
        "trust_partner": np.round(trust[:, 1], 3),
        "joy_own": np.round(joy[:, 0], 3),
        "joy_partner": np.round(joy[:, 1], 3),
        "coder_one": codes,
        "coder_two": second,
    }
    people = pd.DataFrame(found).astype(object)
    gone = rng.random(PEOPLE) < 0.25
    people.loc[gone, [f"ease{item}_3" for item in range(1, 5)] + ["use_3"]] = ""
    return people


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("designs") / "study"
    shutil.copytree(STUDY, place)
    simulated(np.random.default_rng(11)).to_csv(place / "waves.csv", index=False, encoding="utf-8", lineterminator="\n")
    return place


def osa(*arguments: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "osa_survey", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=False)


@pytest.fixture(scope="module")
def ledger(folder: Path) -> dict[str, dict[str, object]]:
    """Return the rows of the run by their id."""
    done = osa("run", folder, "--out", folder.parent / "run")
    assert done.returncode == 0, done.stdout + done.stderr
    text = (folder.parent / "run" / "results.jsonl").read_text(encoding="utf-8")
    rows = [json.loads(line) for line in text.splitlines()]
    return {row["id"]: row for row in rows if row["record"] == "row"}


def test_every_analysis_of_the_file_is_in_the_ledger(folder: Path, ledger: dict[str, dict[str, object]]) -> None:
    file: StudyFile = load_study(folder).file
    ran = {identifier.split("/")[0] for identifier in ledger}
    assert {entry.id for entry in file.analyses} <= ran


def test_planted_changes_come_back(ledger: dict[str, dict[str, object]]) -> None:
    def rows(start: str) -> list[dict[str, object]]:
        return [row for name, row in ledger.items() if name.startswith(start)]

    (size,) = rows("latent/main/latent_change_sd/")
    assert size["estimate"] == pytest.approx(SHIFT, abs=TOLERANCE)
    shares = [row for row in rows("changed/main/changed/") if row["group"] == "total"]
    assert sum(float(str(row["estimate"])) for row in shares) == pytest.approx(1)
    by_level = {row["level"]: float(str(row["estimate"])) for row in shares}
    assert by_level["reliably higher"] > by_level["reliably lower"]
    (verdict,) = [row for row in rows("alike/main/step_verdict/") if row["term"] == "verdict"]
    assert str(verdict["level"]).startswith("means comparable")


def test_the_report_says_what_was_tested_over_waves(folder: Path) -> None:
    done = osa("report", folder, "--out", folder.parent / "report")
    assert done.returncode == 0, done.stdout + done.stderr
    html = (folder.parent / "report" / "report.html").read_text(encoding="utf-8")
    assert "can be compared over the waves" in html
    assert html.count("Longitudinal invariance: not tested") >= 2, "hours outside, and three waves of which two were"
    assert "Longitudinal invariance of the other scales: not tested" in html
    assert "NOT FOR RELEASE" not in html
