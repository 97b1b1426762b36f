"""A run or a report that is killed leaves the earlier output or the new one, never a mixture; a later run is whole.

``OSA_SURVEY_KILLS`` sets how often each is killed.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

KILLS = int(os.environ.get("OSA_SURVEY_KILLS", "10"))
CODEBOOK = """format = 1
title = "made-up answers"
simulated = true
[eligibility]
age = "age"
[variables.age]
column = "age"
type = "number"
[variables.gender]
column = "gender"
type = "nominal"
labels = { 1 = "man", 2 = "woman" }
"""
STUDY = """format = 1
title = "{title}"
seed = {seed}
[[data]]
export = "data.csv"
[fieldwork]
sample = "opt-in"
[[analyses]]
id = "age"
do = "describe"
variables = ["age", "gender"]
[report]
formats = ["html"]
"""


def a_study(folder: Path, title: str, seed: int) -> None:
    folder.mkdir()
    generator = np.random.default_rng(seed)
    people = pd.DataFrame({"age": generator.integers(18, 70, 120), "gender": generator.integers(1, 3, 120)})
    people.to_csv(folder / "data.csv", index=False)
    (folder / "codebook.toml").write_text(CODEBOOK, encoding="utf-8")
    (folder / "study.toml").write_text(STUDY.format(title=title, seed=seed), encoding="utf-8")


@pytest.mark.timeout(900)
@pytest.mark.skipif(not hasattr(os, "fork"), reason="processes are forked and killed as POSIX systems do it")
@pytest.mark.parametrize("verb", ["run", "report"])
def test_a_killed_process_leaves_no_mixture_and_a_resumed_one_is_whole(tmp_path: Path, verb: str) -> None:
    a_study(tmp_path / "old", "Earlier", 1)
    a_study(tmp_path / "new", "Later", 2)
    program = str(Path(__file__).with_name("killing.py"))
    command = [sys.executable, "-W", "ignore", program, str(tmp_path), verb, str(KILLS), "1"]
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=False)
    assert done.returncode == 0, done.stderr
    turns = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(turns) == KILLS
    assert {turn["found"] for turn in turns} <= {"old", "old, aside", "new"}
    assert any(turn["writing"] for turn in turns), "some were killed while they wrote"
    again = [turn for turn in turns if "resumed" in turn]
    assert len(again) >= KILLS / 5
    assert {turn["resumed"] for turn in again} == {"new"}
    assert all(turn["left"] == [] for turn in again), "no folder is left beside the output"
