"""The ``[missing_data]`` table: completed sets for analyses, located refusals, methods text, check, report."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from osa_survey.errors import AnalysisError, DefinitionError
from osa_survey.imputation import impute
from osa_survey.instruments import data_dictionary
from osa_survey.plan import check_study, load_study, report_study, run_study
from osa_survey.plan.composition import takes_imputed
from osa_survey.plan.methods import methods_sentences
from osa_survey.plan.reporting import study_report
from osa_survey.plan.running import write_run
from osa_survey.plan.study_file import ABOUT_GAPS
from osa_survey.plan.verbs import VERBS
from osa_survey.report import write_report
from osa_survey.simulation import simulate_example, write_qualtrics_csv
from tests.plan.test_weights import CODEBOOK, RAKE

N = 300
MORE = """
[missing]
refused = [-8]
not_shown = [-7]
[variables.mood]
column = "mood"
type = "number"
[variables.income]
column = "income"
type = "number"
[variables.partner]
column = "partner"
type = "number"
"""
HEAD = """
format = 1
title = "Imputed"
seed = 5
[[data]]
export = "data.csv"
[fieldwork]
sample = "opt-in"
"""
IMPUTE = """
[missing_data]
method = "multiple_imputation"
m = 3
iterations = 4
impute_reasons = ["refused"]
variables = ["mood", "income", "partner", "age", "gender"]
"""
DESCRIBE = """
[[analyses]]
id = "income"
do = "describe"
variables = ["income"]
missing = "listwise"
weights = "none"
reason = "kept beside the pooled numbers"
"""
DELTA = """
[[analyses]]
id = "declined"
do = "delta_sensitivity"
analysis = "income"
pick = { quantity = "mean", outcome = "income" }
variable = "income"
deltas = [-300, 300]
delta_reasons = ["refused"]
null = 1990
"""
OSA = """
[weights]
outside = "keep"
[weights.rake.gender]
man = 0.49
woman = 0.51
source = "made up"
[missing_data]
method = "multiple_imputation"
m = 2
iterations = 2
variables = ["age", "gender", "swls_total", "rses_total"]
impute_reasons = ["refused"]
[[analyses]]
id = "satisfaction"
do = "describe"
variables = ["swls_total"]
missing = "listwise"
weights = "none"
reason = "beside the pooled numbers"
[report]
formats = ["html"]
"""
UNWEIGHTED = DESCRIBE.replace('weights = "none"\n', "")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    generator = np.random.default_rng(3)
    gender = generator.choice([1, 2, 3], N, p=[0.6, 0.3, 0.1])
    age = generator.integers(18, 70, N)
    trait = generator.standard_normal(N)
    people = pd.DataFrame({"age": age, "gender": gender, "band": np.where(age < 40, 1, 2), "town": np.arange(N) % 20})
    people["w"] = 1.0
    people["mood"] = pd.Series(np.round(5 + trait, 1).astype(str)).mask(generator.random(N) < 0.1, "")
    income = pd.Series(np.round(2000 + 200 * trait).astype(int).astype(str))
    people["income"] = income.mask(generator.random(N) < 0.2, "-8")
    people["partner"] = pd.Series(np.round(9 + trait).astype(int).astype(str)).mask(generator.random(N) < 0.3, "-7")
    people.to_csv(tmp_path / "data.csv", index=False)
    (tmp_path / "codebook.toml").write_text(CODEBOOK + MORE, encoding="utf-8")
    return tmp_path


def study(folder: Path, *parts: str, language: str = "en") -> Path:
    report = f'[report]\nformats = ["html"]\nlanguage = "{language}"\n'
    (folder / "study.toml").write_text(HEAD + "".join(parts) + report, encoding="utf-8")
    return folder


def test_the_completed_sets_are_those_of_impute_with_the_seed_of_the_study(folder: Path) -> None:
    run = run_study(study(folder, IMPUTE, UNWEIGHTED))
    assert run.answers is not None
    made = run.answers.imputed
    assert made is not None
    by_hand = impute(
        run.prepared.scored, seed=5, m=3, iterations=4, impute_reasons=["refused"],
        variables=["mood", "income", "partner", "age", "gender"],
    )  # fmt: skip
    for one, other in zip(made, by_hand, strict=True):
        pd.testing.assert_frame_equal(one.frame, other.frame)
        assert one.frame["income"].notna().all()
        assert one.frame["partner"].isna().equals(run.prepared.scored.frame["partner"].isna())
    own = run_study(study(folder, IMPUTE + "seed = 8\n", UNWEIGHTED)).answers
    assert own is not None
    assert own.imputed is not None
    assert own.imputed.record.seed == 8
    assert not own.imputed.completed[0].frame["income"].equals(by_hand.completed[0].frame["income"])


def test_listwise_takes_the_answers_as_given_and_says_why(folder: Path) -> None:
    (result,) = run_study(study(folder, IMPUTE, UNWEIGHTED)).analyses
    given = pd.read_csv(folder / "data.csv")["income"]
    row = result.pick("mean", outcome="income")
    assert row["estimate"] == pytest.approx(given[given != -8].mean())
    assert row["n"] == (given != -8).sum()
    assert "kept beside the pooled numbers." in result.notes[0]
    assert "not the completed sets" in result.notes[0]


@pytest.mark.parametrize("language", ["en", "de"])
def test_the_report_says_how_and_shows_chains_and_the_test(folder: Path, language: str) -> None:
    paths = report_study(study(folder, RAKE, IMPUTE, DESCRIBE, DELTA, language=language), folder / "out")
    page = paths[0].read_text(encoding="utf-8")
    for words in {
        "en": ("imputed 3 times", "4 iterations, seed 5", "predictive mean matching (2 variables", "Never imputed",
               "because the study file asks for it: refused", "does not ask for it: don", "weight is a predictor"),
        "de": ("3-mal durch verkettete", "4 Iterationen, Startwert 5", "Predictive Mean Matching (2 Var",
               "Nie imputiert", "verlangt: verweigert", "weiß nicht", "Das Gewicht ist Prädiktor"),
    }[language]:  # fmt: skip
        assert words in page
    titles = {
        "en": ("Convergence of the imputation", "Little", "Traces of the chains"),
        "de": ("Konvergenz der Imputation", "Littles Test", "Verläufe der Ketten"),
    }
    for title in titles[language]:
        assert title in page


def test_the_same_bytes_whatever_the_workers(folder: Path) -> None:
    study(folder, RAKE, IMPUTE, DESCRIBE, DELTA)
    written = []
    for name, workers in (("a", 1), ("b", 2), ("c", 1)):
        out = write_run(run_study(folder, workers=workers), folder / name)
        written.append({path.relative_to(out).as_posix(): path.read_bytes() for path in out.rglob("*.*")})
    assert written[0] == written[1] == written[2]
    pages = [report_study(folder, folder / name)[0].read_bytes() for name in ("d", "e")]
    assert pages[0] == pages[1]
    assert json.loads(written[0]["results.jsonl"].splitlines()[0])["seed"] == 5


def test_how_different_those_who_declined_would_have_to_be(folder: Path) -> None:
    run = run_study(study(folder, IMPUTE, UNWEIGHTED, DELTA))
    shifted = run.analyses[1]
    assert shifted.id == "declined"
    means = {level: shifted.pick("mean", level=level)["estimate"] for level in ("-300", "0", "300")}
    share = (pd.read_csv(folder / "data.csv")["income"] == -8).mean()
    assert means["300"] - means["0"] == pytest.approx(300 * share, abs=15)  # mood is imputed from the shifted income
    assert means["0"] - means["-300"] == pytest.approx(300 * share, abs=15)
    assert run.answers is not None
    assert run.answers.imputed is not None
    sets = [one.frame["income"].mean() for one in run.answers.imputed]
    assert means["0"] == pytest.approx(np.mean(sets))


def test_check_says_what_is_imputed_and_what_never(folder: Path) -> None:
    found = check_study(study(folder, IMPUTE, UNWEIGHTED))
    given = pd.read_csv(folder / "data.csv")
    assert found.facts["imputed income"] == f"{(given['income'] == -8).sum()} gaps, predictive mean matching"
    assert found.facts["not imputed partner"] == f"{(given['partner'] == -7).sum()} not shown"
    assert "3 sets" in found.facts["missing answers"]
    assert "listwise" in check_study(study(folder, '[missing_data]\nmethod = "listwise"\n')).facts["missing answers"]


def test_listwise_studies_say_so(folder: Path) -> None:
    run = run_study(study(folder, '[missing_data]\nmethod = "listwise"\n', DESCRIBE.split("missing =", maxsplit=1)[0]))
    assert run.imputation == ()
    assert any("leaves out respondents" in text for text in methods_sentences(run.prepared, "en"))
    assert any("lässt Befragte aus" in text for text in methods_sentences(run.prepared, "de"))


@pytest.mark.parametrize("name", sorted(name for name in VERBS if name not in ABOUT_GAPS and not takes_imputed(name)))
def test_an_analysis_without_a_pooling_rule_is_refused_before_data_are_read(folder: Path, name: str) -> None:
    entry = f'[[analyses]]\nid = "x"\ndo = "{name}"\n'
    with pytest.raises(DefinitionError) as caught:
        load_study(study(folder, IMPUTE, entry))
    found = {one.code: one for one in caught.value.problems}["does_not_compose"]
    assert (found.key, found.file) == ("analyses[1]", "study.toml")
    assert 'missing = "listwise"' in found.hint
    assert "reason" in found.hint


def test_a_refusal_of_weights_says_what_to_write(folder: Path) -> None:
    little = '[[analyses]]\nid = "l"\ndo = "little_mcar"\nvariables = ["mood", "income"]\n'
    with pytest.raises(AnalysisError) as caught:
        run_study(study(folder, RAKE, little))
    (problem,) = caught.value.problems
    assert (problem.code, problem.key, problem.file) == ("does_not_compose", "analyses[1]", "study.toml")
    assert 'weights = "none"' in problem.hint
    (result,) = run_study(study(folder, RAKE, little + 'weights = "none"\nreason = "about answering"\n')).analyses
    assert "unweighted: about answering." in result.notes[0]


@pytest.mark.parametrize(
    ("parts", "words"),
    [
        (('[missing_data]\nmethod = "listwise"\nm = 5\n',), "m belongs to method"),
        ((IMPUTE.replace('["refused"]', '["not_shown"]'),), "refused"),
        ((IMPUTE.replace("m = 3", "m = 1"),), "greater than or equal to 2"),
        ((IMPUTE.replace('"mood",', '"moood",'),), "mood"),
        ((IMPUTE + 'interactions = [["mood", "age", "age"]]\n',), "three different"),
        ((IMPUTE + 'delta_reasons = ["refused"]\n',), "add delta"),
        ((IMPUTE, UNWEIGHTED.replace('reason = "kept beside the pooled numbers"', "")), "add reason"),
        ((IMPUTE, DESCRIBE), "the study has no"),
        ((UNWEIGHTED.replace("listwise", "imputed"),), "imputes nothing"),
        ((UNWEIGHTED.replace("listwise", "pairwse"),), "unknown_missing"),
        ((UNWEIGHTED, DELTA), "nothing_imputed"),
        ((IMPUTE, UNWEIGHTED, DELTA.replace('analysis = "income"', 'analysis = "incme"')), "one of income"),
        ((IMPUTE, UNWEIGHTED, DELTA.replace("deltas = [-300, 300]\n", "")), "deltas"),
    ],
)
def test_contradictions_are_refused(folder: Path, parts: tuple[str, ...], words: str) -> None:
    with pytest.raises(DefinitionError, match=words):
        load_study(study(folder, *parts))


@pytest.mark.parametrize(
    ("line", "code", "key"),
    [
        ('methods = { gender = "normal" }', "method_does_not_fit", "missing_data.methods"),
        ("delta = { gender = 1.0 }", "no_shift", "missing_data.delta"),
        ('delta = { income = 1.0 }\ndelta_reasons = ["dont_know"]', "not_imputed", "missing_data.delta_reasons"),
    ],
)
def test_what_the_data_refuse_is_located(folder: Path, line: str, code: str, key: str) -> None:
    people = pd.read_csv(folder / "data.csv", dtype=str, keep_default_na=False)
    people.loc[:9, "gender"] = ""
    people.to_csv(folder / "data.csv", index=False)
    with pytest.raises(AnalysisError) as caught:
        run_study(study(folder, IMPUTE + line + "\n"))
    assert [(one.code, one.key, one.file) for one in caught.value.problems] == [(code, key, "study.toml")]
    assert code in {one.code for one in check_study(folder).findings}


def test_a_test_of_the_gaps_takes_the_answers_as_given_without_being_told(folder: Path) -> None:
    entries = """
[[analyses]]
id = "gaps"
do = "little_mcar"
variables = ["mood", "income"]
[[analyses]]
id = "all_answers"
do = "fiml"
outcome = "mood"
predictors = ["income"]
"""
    little, regression = run_study(study(folder, IMPUTE, entries)).analyses
    assert little.pick("little_mcar")["df1"] > 0
    answers = pd.read_csv(folder / "data.csv")
    answers["income"] = answers["income"].mask(answers["income"] == -8)
    assert regression.n_used == answers[["mood", "income"]].notna().any(axis=1).sum()
    whole = answers[["mood", "income"]].dropna()
    slope = np.polyfit(whole["income"], whole["mood"], 1)[0]
    assert regression.pick("b", term="income")["estimate"] == pytest.approx(slope, rel=0.1)
    assert "completed sets" not in " ".join(regression.notes)


def test_simulated_survey_weighted_and_imputed_to_a_report(tmp_path: Path) -> None:
    source = data_dictionary() / "examples" / "osa"
    (tmp_path / "codebook.toml").write_bytes((source / "codebook.toml").read_bytes())
    write_qualtrics_csv(simulate_example(seed=1, n=400), tmp_path / "osa_simulated.csv")
    text = HEAD.replace("data.csv", "osa_simulated.csv") + OSA
    (tmp_path / "study.toml").write_text(text, encoding="utf-8")
    run = run_study(tmp_path)
    assert run.answers is not None
    made = run.answers.imputed
    assert made is not None
    design = run.prepared.scored.design
    assert design is not None
    assert all(one.design is design for one in made)
    assert any("survey weight" in names for names in made.record.predictors.values())
    for one in made:
        assert one.frame["swls_total"].notna().all()
    page = write_report(study_report(run), tmp_path / "out", formats=("html",))[0].read_text(encoding="utf-8")
    assert "Missing answers by reason" in page
    assert "Weights were post-stratified" in page
    assert "imputed 2 times" in page


@pytest.mark.skipif(not takes_imputed("regress"), reason="regressions are not pooled over completed sets")
def test_a_regression_is_pooled_and_weighted(folder: Path) -> None:
    entry = '[[analyses]]\nid = "model"\ndo = "regress"\noutcome = "mood"\nblocks = [["income", "age"]]\n'
    run = run_study(study(folder, RAKE, IMPUTE, entry))
    assert run.answers is not None
    made = run.answers.imputed
    assert made is not None
    each = []
    for one in made:
        assert one.design is not None
        design = np.column_stack([np.ones(N), one.frame[["income", "age"]]])
        root = np.sqrt(one.design.weights)
        each.append(np.linalg.lstsq(design * root[:, None], one.frame["mood"] * root)[0])
    (result,) = run.analyses
    for position, term in enumerate(("income", "age"), start=1):
        found = result.pick("b", term=term)["estimate"]
        assert found == pytest.approx(np.mean([b[position] for b in each]), rel=1e-6)
