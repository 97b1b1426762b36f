"""A made-up study of adults to be shared: written to a folder as export, codebook and study file."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from tests.written_studies import write_files

CANARY = "zq-canary-7713"
CODEBOOK = """
format = 1
title = "Made up"
language = "en"
ignored = ["IPAddress"]

[eligibility]
age = "age"
consent = { variable = "consent", agreed = [1] }

[variables.consent]
column = "consent"
type = "nominal"
labels = { 1 = "agreed", 2 = "not agreed" }

[variables.person]
column = "panel_id"
type = "identifier"

[variables.remark]
column = "remark"
type = "text"

[variables.age]
column = "age"
type = "number"
maximum = 99

[variables.gender]
column = "gender"
type = "nominal"
title = "Gender"
labels = { 1 = "man", 2 = "woman", 3 = "another gender" }
maps_to = "gender"

[variables.ever]
column = "ever"
type = "nominal"
title = "Ever used"
labels = { 0 = "no", 1 = "yes" }

[variables.often]
column = "often"
type = "ordinal"
title = "How often"
labels = { 1 = "rarely", 2 = "monthly", 3 = "weekly", 4 = "daily" }
asked_if = { variable = "ever", codes = [1] }

[variables.mood]
column = "mood"
type = "number"
title = "Mood"

[variables.worry]
column = "worry"
type = "number"
title = "Worry"
"""
STUDY = """
format = 1
title = "Made up"
seed = 7

[[data]]
export = "data.csv"

[fieldwork]
sample = "opt-in"
design = "cross-sectional online survey"
dates = "March 2026"
visitors = 800
invited = 1600

[[hypotheses]]
id = "h1"
text = "Mood goes with worry."

[[analyses]]
id = "sample"
do = "describe"
variables = ["age", "gender", "often"]

[[analyses]]
id = "table"
do = "crosstab"
row = "gender"
column = "ever"

[[analyses]]
id = "model"
do = "regress"
outcome = "worry"
blocks = [["mood", "age"], ["gender"]]
tests = "h1"
"""
SHARING = """
[sharing]
microdata = true
key_variables = ["age", "gender"]
sensitive = ["ever"]
"""


def answers(n: int = 400) -> dict[str, list[str]]:
    """Return the columns of the raw export: ``n`` adults, and two records that are not admitted."""
    drawn = np.random.default_rng(3)
    mood = drawn.normal(50, 10, n)
    worry = 80 - 0.8 * mood + drawn.normal(0, 6, n)
    ever = drawn.random(n) < 0.6
    often = np.where(ever, np.clip(np.round(2.5 + (worry - 40) / 8 + drawn.normal(0, 0.7, n)), 1, 4), 0).astype(int)
    gaps = drawn.random(n) < 0.1
    columns = {
        "consent": ["1"] * n + ["2", "1"],
        "panel_id": [f"{10**20 + number:024x}" for number in drawn.permutation(n + 2).tolist()],
        "remark": [CANARY if number == 5 else "" for number in range(n + 2)],
        "IPAddress": ["192.0.2.17"] * (n + 2),
        "age": [*map(str, drawn.integers(18, 70, n)), "40", "17"],
        "gender": [*map(str, drawn.choice([1, 2, 3], n, p=[0.48, 0.48, 0.04])), "1", "2"],
        "ever": [*map(str, ever.astype(int)), "0", "0"],
        "often": [*("" if not code else str(code) for code in often), "", ""],
        "mood": [*("" if gap else f"{value:.1f}" for gap, value in zip(gaps, mood, strict=True)), "50.0", "50.0"],
        "worry": [*("" if gap else f"{value:.1f}" for gap, value in zip(gaps, worry, strict=True)), "40.0", "40.0"],
    }
    return columns


def write_study(
    folder: Path, *, study: str = STUDY, codebook: str = CODEBOOK, columns: dict[str, list[str]] | None = None
) -> Path:
    """Write the three files into a folder and return it."""
    columns = columns or answers()
    lines = [",".join(columns), *(",".join(row) for row in zip(*columns.values(), strict=True))]
    return write_files(folder, study=study, codebook=codebook, data=lines)
