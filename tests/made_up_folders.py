"""A small made-up study on disk: export, codebook and study file."""

from __future__ import annotations

from pathlib import Path

import numpy as np

N = 420
ITEMS = 10
CODEBOOK = """
format = 1
title = "Made up"

[eligibility]
age = "age"
consent = { variable = "consent", agreed = [1] }

[blocks.scs]
instrument = "scs"
columns = "Q{n}"
missing = { not_answered = [0] }

[variables.consent]
column = "consent"
type = "nominal"
labels = { 1 = "agreed", 2 = "not agreed" }

[variables.age]
column = "age"
type = "number"
maximum = 99

[variables.satisfaction]
column = "satisfaction"
type = "ordinal"
labels = { 1 = "low", 2 = "middling", 3 = "high" }

[variables.gender]
column = "gender"
type = "nominal"
labels = { 1 = "man", 2 = "woman", 3 = "another gender" }
missing = { not_answered = [0] }
reference = "man"

[variables.partnered]
column = "partnered"
type = "nominal"
labels = { 1 = "yes", 2 = "no" }
reference = "no"
"""
STUDY = """
format = 1
title = "Compulsivity, gender and age"
seed = 7

[[data]]
export = "data.csv"

[fieldwork]
sample = "opt-in"
recruitment = "made-up answers"

[exclude]
identical_records = { reason = "every answer identical to an earlier record" }
straight_lining = { longest_run = 10, reason = "preregistered" }

[[hypotheses]]
id = "h1"
text = "Men score higher than women."
family = "primary"

[[analyses]]
id = "sample"
do = "describe"
variables = ["age", "gender", "partnered", "scs_total"]

[[analyses]]
id = "rel"
do = "reliability"
scale = "scs_total"
coefficient = "omega"

[[analyses]]
id = "gap"
do = "compare_groups"
outcome = "scs_total"
by = "gender"
tests = "h1"

[[analyses]]
id = "cross"
do = "crosstab"
row = "gender"
column = "partnered"

[[analyses]]
id = "links"
do = "correlate"
variables = ["age", "scs_total"]

[[analyses]]
id = "model"
do = "regress"
model = "linear"
outcome = "scs_total"
blocks = [["age"], ["gender"]]
"""


def write_export(path: Path, *, seed: int = 3, n: int = N) -> None:
    """Write made-up answers of adults: three without consent, three repeated, three on one straight line."""
    generator = np.random.default_rng(seed)
    gender = generator.choice([1, 2, 3, 0], size=n, p=[0.45, 0.45, 0.08, 0.02])
    age = generator.integers(18, 70, size=n)
    trait = generator.normal(size=n) + 0.4 * (gender == 1) - 0.01 * (age - 40)
    items = np.clip(np.round(2.2 + 0.7 * trait[:, None] + generator.normal(scale=0.7, size=(n, ITEMS))), 1, 4)
    items = items.astype(int)
    consent = np.ones(n, dtype=int)
    consent[:3] = 2
    partnered = generator.choice([1, 2], size=n, p=[0.6, 0.4])
    satisfaction = generator.choice([1, 2, 3], size=n)
    items[10:13] = 2
    items[20:40, 3] = 0
    columns = {"consent": consent, "age": age, "gender": gender, "partnered": partnered, "satisfaction": satisfaction}
    columns |= {f"Q{number + 1}": items[:, number] for number in range(ITEMS)}
    table = np.column_stack(list(columns.values()))
    table[30:33] = table[33]
    lines = [",".join(columns), *(",".join(map(str, row)) for row in table.tolist())]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8", newline="\n")


def write_study(folder: Path, *, study: str = STUDY, codebook: str = CODEBOOK, seed: int = 3, n: int = N) -> Path:
    """Write the study into a folder, which is made, and return it."""
    folder.mkdir(parents=True, exist_ok=True)
    write_export(folder / "data.csv", seed=seed, n=n)
    (folder / "codebook.toml").write_text(codebook, encoding="utf-8", newline="\n")
    (folder / "study.toml").write_text(study, encoding="utf-8", newline="\n")
    return folder
