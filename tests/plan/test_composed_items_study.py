"""Item analyses, scenarios, targets, attrition and pooled groups from a study file, weighted and imputed."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from osa_survey.plan import report_study, run_study
from osa_survey.plan.running import StudyRun

N = 240
CODEBOOK = """
format = 1
title = "Made-up sample"
simulated = true
eligibility = { age = "age" }
[missing]
refused = [-8]
[blocks.s]
instrument = "swls"
columns = "s{n}"
codes = { 1 = 1, 2 = 2, 3 = 3, 4 = 4, 5 = 5, 6 = 6, 7 = 7 }
[variables.age]
column = "age"
type = "number"
[variables.gender]
column = "gender"
type = "nominal"
labels = { 1 = "man", 2 = "woman" }
[variables.place]
column = "place"
type = "nominal"
labels = { 1 = "north", 2 = "middle", 3 = "south" }
[variables.town]
column = "town"
type = "number"
[variables.w]
column = "w"
type = "number"
weight = true
[variables.later]
column = "later"
type = "number"
"""
STUDY = """
format = 1
title = "Items that compose"
seed = 5
[[data]]
export = "data.csv"
[fieldwork]
sample = "opt-in"
[weights]
variable = "w"
clusters = "town"
[missing_data]
method = "multiple_imputation"
m = 3
iterations = 3
impute_reasons = ["refused"]
variables = ["s_total", "age", "gender"]
[[analyses]]
id = "graded"
do = "graded_response"
scale = "s_total"
[[analyses]]
id = "bias"
do = "item_bias"
scale = "s_total"
by = "gender"
[[analyses]]
id = "scenario"
do = "misclassification_scenario"
score = "s_total"
positive = 24
sensitivity = { estimate = 0.8, n = 100 }
specificity = { estimate = 0.85, n = 200 }
reference_standard = "interview"
[[analyses]]
id = "target"
do = "compare_with_target"
targets = { gender = { man = 0.5, woman = 0.5 } }
[[analyses]]
id = "dropout"
do = "attrition"
variables = ["age", "gender"]
later = "later"
[[analyses]]
id = "places"
do = "meta_analysis"
outcome = "s_total"
by = "place"
[[analyses]]
id = "classes"
do = "latent_profiles"
variables = ["s_total", "age"]
classes = [1, 2]
starts = 4
missing = "listwise"
reason = "classes of several sets have no common order"
[[analyses]]
id = "answers"
do = "fiml"
outcome = "s_total"
predictors = ["age"]
missing = "listwise"
reason = "takes answers"
[report]
formats = ["html"]
language = "{language}"
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    rng = np.random.default_rng(9)
    trait, gender = rng.normal(size=N), rng.integers(1, 3, N)
    people = pd.DataFrame({"age": rng.integers(18, 70, N), "gender": gender, "place": rng.integers(1, 4, N)})
    for item in range(1, 6):
        answers = np.digitize(1.2 * trait + rng.logistic(size=N), [-1.5, -0.5, 0.5, 1.5]) + 2
        people[f"s{item}"] = pd.Series(answers).mask(rng.random(N) < 0.05, -8)
    people["town"], people["w"] = np.arange(N) % 24, np.round(rng.uniform(0.5, 2, N), 3)
    people["later"] = pd.Series(rng.integers(1, 9, N).astype(str)).mask(rng.random(N) < 0.3, "")
    people.to_csv(tmp_path / "data.csv", index=False)
    (tmp_path / "codebook.toml").write_text(CODEBOOK, encoding="utf-8")
    return tmp_path


def study(folder: Path, language: str) -> Path:
    (folder / "study.toml").write_text(STUDY.replace("{language}", language), encoding="utf-8")
    return folder


def test_every_analysis_has_the_weights_and_the_sets(folder: Path) -> None:
    run: StudyRun = run_study(study(folder, "en"))
    results = dict(zip([entry.id for entry in run.prepared.study.file.analyses], run.analyses, strict=True))
    for name in ("graded", "bias", "scenario", "target", "dropout", "places"):
        words = " ".join((results[name].method, *results[name].notes))
        assert "3 imputed sets" in words, name
    for name, result in results.items():
        assert "24 clusters" in " ".join((result.method, *result.notes, *result.table["method"].unique())), name
    assert (results["graded"].more["items"].table["quantity"] == "fmi").any()
    assert results["dropout"].pick("proportion")["estimate"] < 1  # later waves are not imputed
    assert (results["classes"].n_used, results["answers"].n_used) == (N, N)


@pytest.mark.parametrize("language", ["en", "de"])
def test_the_report_shows_them(folder: Path, language: str) -> None:
    (path, *_) = report_study(study(folder, language), folder / "out")
    page = path.read_text(encoding="utf-8")
    heads = {"en": ("Graded response model", "Effective <i>n</i>"), "de": ("Graded-Response", "Effektives <i>n</i>")}
    for words in heads[language]:
        assert words in page
