"""The ``[weights]`` table: from a raw file to weighted tables, methods text, check and located errors."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from osa_survey.errors import AnalysisError, DefinitionError
from osa_survey.plan import check_study, load_study, report_study, run_study, score_study
from osa_survey.plan.methods import methods_sentences
from osa_survey.plan.running import prepare_study
from osa_survey.weighting import NEVER_PRINTED

CODEBOOK = """
format = 1
title = "Made-up sample"
simulated = true
eligibility = { age = "age" }
[variables.age]
column = "age"
type = "number"
[variables.gender]
column = "gender"
type = "nominal"
labels = { 1 = "man", 2 = "woman", 3 = "another gender" }
[variables.band]
column = "band"
type = "ordinal"
labels = { 1 = "18-39", 2 = "40 or older" }
[variables.town]
column = "town"
type = "number"
[variables.w]
column = "w"
type = "number"
weight = true
"""
STUDY = """
format = 1
title = "Weighted"
seed = 5
[[data]]
export = "data.csv"
[fieldwork]
sample = "{sample}"
{weights}
[[analyses]]
id = "margins"
do = "compare_with_target"
[analyses.targets.band]
"18-39" = 40
"40 or older" = 60
source = "made up"
[report]
formats = ["html"]
language = "{language}"
"""
RAKE = """
[weights]
outside = "keep"
trim = 3
[weights.rake.gender]
man = 0.49
woman = 0.51
source = "made-up census"
[weights.rake.band]
"18-39" = 0.4
"40 or older" = 0.6
source = "made-up census"
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    generator = np.random.default_rng(3)
    n = 300
    gender = generator.choice([1, 2, 3], n, p=[0.65, 0.3, 0.05])
    age = generator.integers(18, 70, n)
    people = pd.DataFrame({"age": age, "gender": gender, "band": np.where(age < 40, 1, 2), "town": np.arange(n) % 20})
    people["w"] = np.round(generator.uniform(0.5, 2, n), 3)
    people.to_csv(tmp_path / "data.csv", index=False)
    (tmp_path / "codebook.toml").write_text(CODEBOOK, encoding="utf-8")
    return tmp_path


def study(folder: Path, weights: str, sample: str = "opt-in", language: str = "en") -> Path:
    text = STUDY.format(weights=weights, sample=sample, language=language)
    (folder / "study.toml").write_text(text, encoding="utf-8")
    return folder


def test_raked_study_meets_its_margins(folder: Path) -> None:
    run = run_study(study(folder, RAKE))
    design = run.prepared.scored.design
    assert design is not None
    frame = run.prepared.scored.frame
    w, gender = design.weights, frame["gender"].to_numpy()
    apart = gender == 3
    np.testing.assert_allclose(w[gender == 1].sum() / w[~apart].sum(), 0.49, rtol=1e-8)
    np.testing.assert_allclose(w[apart].sum() / w.sum(), apart.mean(), rtol=1e-8)
    np.testing.assert_allclose(w[frame["band"] == 1].sum() / w.sum(), 0.4, rtol=1e-8)
    assert w.max() <= 3 * w.mean() * (1 + 1e-5)
    weights, margins = run.weights
    squares = len(w) * (w**2).sum() / w.sum() ** 2
    np.testing.assert_allclose(weights.pick("kish_deff")["estimate"], squares)
    np.testing.assert_allclose(weights.pick("effective_n")["estimate"], len(w) / squares)
    men = margins.pick("weighted_proportion", outcome="gender", level="man")
    np.testing.assert_allclose(men["estimate"], 0.49, rtol=1e-8)
    (own,) = run.analyses
    assert own.pick("target_proportion", level="18-39")["estimate"] == 0.4
    assert abs(own.pick("target_difference", level="18-39")["estimate"]) < 1e-8


@pytest.mark.parametrize("language", ["en", "de"])
def test_report_tells_how_and_never_promises_too_much(folder: Path, language: str) -> None:
    paths = report_study(study(folder, RAKE, language=language), folder / "out")
    page = paths[0].read_text(encoding="utf-8")
    assert "made-up census" in page
    assert ("model-based" if language == "en" else "modellbasiert") in page
    for phrase in NEVER_PRINTED:
        assert phrase.lower() not in page.lower()


def test_methods_of_a_probability_sample_with_clusters(folder: Path) -> None:
    text = '[weights]\nvariable = "w"\nclusters = "town"\nmake_replicates = { kind = "bootstrap", number = 20 }\n'
    prepared = prepare_study(study(folder, text, "probability"))
    told = " ".join(methods_sentences(prepared, "en"))
    for words in ("from the variable w.", "Clusters: town.", "replicate weights (20 bootstrap, seed 5)"):
        assert words in told
    assert "model-based" not in told
    design = prepared.scored.design
    assert design is not None
    assert design.replicates is not None
    assert design.replicates.weights.shape == (300, 20)


def test_scores_are_written_with_the_weights_made_here(folder: Path) -> None:
    scored = score_study(study(folder, RAKE), folder / "scores.csv")
    written = pd.read_csv(folder / "scores.csv")
    assert scored.design is not None
    np.testing.assert_array_equal(written["analysis_weight"], scored.design.weights)
    assert "analysis_weight" not in scored.variables


def test_weights_that_were_read_are_trimmed(folder: Path) -> None:
    text = '[weights]\nvariable = "w"\ntrim = 1.2\nmake_replicates = { kind = "bootstrap", number = 3 }\n'
    design = prepare_study(study(folder, text)).scored.design
    assert design is not None
    w = pd.read_csv(folder / "data.csv")["w"].to_numpy()
    np.testing.assert_allclose([design.weights.sum(), design.weights.max()], [w.sum(), 1.2 * w.mean()], rtol=1e-9)
    assert design.record.trimmed == (w > 1.2 * w.mean()).sum()


def test_check_says_what_the_weights_are_worth(folder: Path) -> None:
    found = check_study(study(folder, RAKE))
    assert "design effect" in found.facts["weights"]


def test_check_finds_weights_that_cannot_be_made(folder: Path) -> None:
    found = check_study(study(folder, RAKE.replace('outside = "keep"', "")))
    (problem,) = [one for one in found.findings if one.code == "no_target"]
    assert problem.key == "weights.rake.gender"
    assert problem.file == "study.toml"
    with pytest.raises(AnalysisError, match="no_target"):
        run_study(folder)


@pytest.mark.parametrize(
    ("text", "code", "key"),
    [
        (
            RAKE.replace("woman = 0.51", 'woman = 0.41\n"another gender" = 0.1'),
            "empty_category",
            "weights.rake.gender.another gender",
        ),
        ('[weights]\nvariable = "w"\n', "weight_negative", "weights.variable"),
        ('[weights]\nclusters = "one"\n', "one_cluster", "weights"),
        (
            '[weights]\nmake_replicates = { kind = "JK1" }\nclusters = "town"\nstrata = "band"\n',
            "cluster_crosses_strata",
            "weights.clusters",
        ),
    ],
)
def test_what_the_data_refuse_is_located(folder: Path, text: str, code: str, key: str) -> None:
    people = pd.read_csv(folder / "data.csv").assign(one=1)
    people.loc[people["gender"] == 3, "gender"] = 2
    people.loc[4, "w"] = -1
    people.to_csv(folder / "data.csv", index=False)
    more = '[variables.one]\ncolumn = "one"\ntype = "number"\n'
    (folder / "codebook.toml").write_text(CODEBOOK + more, encoding="utf-8")
    with pytest.raises(AnalysisError) as caught:
        prepare_study(study(folder, text))
    assert [(one.code, one.key, one.file) for one in caught.value.problems] == [(code, key, "study.toml")]


def test_names_and_categories_are_located_before_anything_is_read(folder: Path) -> None:
    wrong = RAKE.replace("man = 0.49", "men = 0.49").replace("[weights.rake.band]", "[weights.rake.age_band]")
    with pytest.raises(DefinitionError) as caught:
        load_study(study(folder, wrong))
    assert {(one.code, one.key) for one in caught.value.problems} == {
        ("unknown_category", "weights.rake.gender.men"),
        ("unknown_variable", "weights.rake.age_band"),
    }


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[weights]\n", "name a variable"),
        (RAKE.replace('source = "made-up census"', ""), "where the targets come from"),
        (RAKE + "[weights.totals]\nage = 100\n", "keep one"),
        ("[weights]\nclusters = 'town'\ntrim = 3\n", "need a variable of weights"),
        ("[weights]\nreplicates = 'rw{n}'\nvariable = 'w'\ntrim = 3\n", "given replicate weights"),
    ],
)
def test_contradictions_are_refused(folder: Path, text: str, words: str) -> None:
    with pytest.raises(DefinitionError, match=words):
        load_study(study(folder, text))


def test_an_analysis_that_would_ignore_the_weights_is_refused(folder: Path) -> None:
    more = '[[analyses]]\nid = "rel"\ndo = "little_mcar"\nvariables = ["age", "gender"]\n'
    path = study(folder, RAKE) / "study.toml"
    path.write_text(path.read_text(encoding="utf-8").replace("[report]", more + "[report]"), encoding="utf-8")
    with pytest.raises(AnalysisError) as caught:
        run_study(folder)
    assert [(one.code, one.key) for one in caught.value.problems] == [("does_not_compose", "analyses[2]")]
